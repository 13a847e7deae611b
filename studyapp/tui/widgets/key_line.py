"""One line that says which keys do what here; a click does it too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.binding import Binding
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.wording.numbers import key_text

_GAP: Final = "   "


def _leads_away(binding: Binding) -> bool:
    return binding.action.startswith(("leave", "app.")) or binding.action == "help"


def _part(binding: Binding) -> Content:
    key = visible(key_text(binding.key), newlines=False)
    return Content.assemble((key, "bold $text-accent"), f" {binding.description}")


def _width(parts: Sequence[tuple[Binding, Content]]) -> int:
    return sum(part.cell_length for _, part in parts) + len(_GAP) * (len(parts) - 1)


class KeyLine(Widget):
    """Lists the bindings of the screen that ask to be shown, as many as there is room for."""

    DEFAULT_CSS = """
    KeyLine { height: 1; width: 100%; padding: 0 2; color: $text-muted; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._places: list[tuple[int, int, str]] = []
        """Where each key stands, in cells, and its name."""

    def on_mount(self) -> None:
        """Follow the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()

    def render(self) -> Content:
        """Make the line out of the bindings that are active now."""
        shown: dict[str, Binding] = {}
        if self.screen.is_attached:
            for _, binding, enabled, _ in self.screen.active_bindings.values():
                if binding.show and enabled:
                    shown.setdefault(binding.action, binding)
        # The keys that lead away, and the one that lists all keys, come last and are never left out.
        last = [binding for binding in shown.values() if _leads_away(binding)]
        last.sort(key=lambda binding: binding.action != "help")
        parts = [(binding, _part(binding)) for binding in shown.values() if not _leads_away(binding)]
        ends = [(binding, _part(binding)) for binding in last]
        while parts and _width([*parts, *ends]) > self.size.width:
            parts.pop()
        self._places = []
        place = 0
        for binding, part in [*parts, *ends]:
            self._places.append((place, place + part.cell_length, binding.key))
            place += part.cell_length + len(_GAP)
        return Content(_GAP).join([part for _, part in [*parts, *ends]])

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked on."""
        place = event.get_content_offset(self)
        if place is None:
            return
        for start, end, key in self._places:
            if start <= place.x < end:
                self.app.simulate_key(key)
