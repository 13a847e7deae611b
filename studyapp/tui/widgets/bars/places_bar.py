"""The first row of the five places: which one is open, and the keys of the others."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.tui.widgets.parts.act import acting
from studyapp.wording.numbers import key_text
from studyapp.wording.widths import cut

PLACES: Final = {"decks": "Decks", "notes": "Notes", "browse": "Browse", "demos": "Demos", "stats": "Statistics"}
"""The names of the screens that can be reached from everywhere."""
_SHORT: Final = {"stats": "Stats"}
_ROOMY: Final = 100
"""The least width at which names and dates are written out."""
_AIRY: Final = 70
"""The least width at which there is more space between them."""
_MOST_TITLE: Final = 20


def going(place: str) -> str:
    """The action that leads to a place."""
    return f"app.place('{place}')"


class PlacesBar(Widget):
    """Shows the vault, the places, and something at the right; if no place can be reached, just this one."""

    DEFAULT_CSS = """
    PlacesBar {
        height: 1; width: 100%; padding: 0 2; background: $surface; color: $quiet;
        text-wrap: nowrap; text-overflow: clip;
    }
    """

    def __init__(self, here: str) -> None:
        """Make the bar of a place, by its id."""
        super().__init__()
        self.auto_links = False
        self._here = here
        self._right, self._short = Content(""), Content("")

    @property
    def here(self) -> str:
        """What paths call this place; the decks are named after the vault."""
        return self.app.title if self._here == "decks" else PLACES[self._here]

    def on_mount(self) -> None:
        """Follow which places can be reached."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def show(self, right: Content | str, short: Content | str | None = None) -> None:
        """Show something at the right end; `short` where there is little room."""
        before = (self._right, self._short)
        self._right = Content(right) if isinstance(right, str) else right
        given = right if short is None else short
        self._short = Content(given) if isinstance(given, str) else given
        if not (self._right.is_same(before[0]) and self._short.is_same(before[1])):
            self.refresh()

    def render(self) -> Content:
        width = self.size.width
        roomy = width >= _ROOMY
        right = self._right if roomy else self._short
        title = cut(visible(self.app.title, newlines=False), _MOST_TITLE)
        keys = {binding.action: binding.key for binding in self._ways()}
        reachable = self.app.check_action("place", ())
        left = Content.styled(title, "bold $strong")
        if not reachable:
            left = Content.assemble(title, " › ", (PLACES[self._here], "bold $strong"))
        for place, long in PLACES.items() if reachable else ():
            name, action = long if roomy else _SHORT.get(place, long), going(place)
            start = left.cell_length + (2 if width >= _AIRY else 1)
            part = Content.styled(f" {name} ", "bold reverse" if self.app.no_color else "bold $strong on $raised")
            if place != self._here:
                part = acting(Content.assemble(" ", _with_key(name, keys.get(action, "")), " "), action)
            left = Content.assemble(left, " " * (start - left.cell_length), part)
        gap = width - left.cell_length - right.cell_length
        if gap < 1:
            return left.truncate(width)
        return Content.assemble(left, " " * gap, right)

    def _ways(self) -> Iterator[Binding]:
        """The other places that can be reached."""
        if self.screen.is_attached:
            for _, binding, enabled, _ in self.screen.active_bindings.values():
                if enabled and binding.action.startswith("app.place("):
                    yield binding


def _with_key(name: str, key: str) -> Content:
    """A name whose first letter is its key; any other key precedes it."""
    shown = key_text(key) if key else ""
    if shown.lower() == name[0].lower():
        return Content.assemble((name[0], "bold $act"), name[1:])
    return Content.assemble((f"{visible(shown, newlines=False)} " if shown else "", "bold $act"), name)
