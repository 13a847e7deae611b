"""The last row of every screen: which keys do what; a click works too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from textual.binding import Binding
from textual.content import Content
from textual.dom import DOMNode
from textual.events import Click
from textual.message import Message
from textual.screen import Screen
from textual.widget import Widget

from studyapp.core.visible import visible
from studyapp.wording.numbers import key_text

_ROOMY: Final = 90
"""The fewest cells at which there is more space between keys."""


def _is_help(binding: Binding) -> bool:
    return binding.action in ("help", "app.help")


def _leads_away(binding: Binding) -> bool:
    return _is_help(binding) or binding.action.startswith(("leave", "back", "dismiss", "app.quit"))


def _as_declared(screen: Screen[object]) -> Iterator[tuple[Binding, bool]]:
    """The active bindings, and whether they are enabled: each node's as its class lists them, most used first.

    Textual has those of base classes first, so a key that a base class has too would lead the others.
    """
    active = screen.active_bindings.values()
    for node in dict.fromkeys(one.node for one in active):
        ranks = _ranks(type(node))
        own = [one for one in active if one.node is node]
        for one in sorted(own, key=lambda one: ranks.get(one.binding.id, len(ranks))):
            yield one.binding, one.enabled


@cache
def _ranks(cls: type[DOMNode]) -> dict[str | None, int]:
    """The places of a class's bindings, by id."""
    listed = (one for above in cls.__mro__ for one in Binding.make_bindings(above.__dict__.get("BINDINGS", ())))
    return {one: number for number, one in enumerate(dict.fromkeys(binding.id for binding in listed if binding.id))}


_Key = tuple[str, str]
"""A key, and what it does."""


@lru_cache(maxsize=64)
def _laid(
    stay: tuple[_Key, ...], leave: tuple[_Key, ...], width: int
) -> tuple[Content, Sequence[tuple[int, int, str]]]:
    """The line: as many of the keys that stay on the screen as fit, and those that leave it at the right edge.

    Also the position of each key, in cells.
    """
    parts, ends = ([(key, _part(key, name)) for key, name in group] for group in (stay, leave))
    space = 3 if width >= _ROOMY else 2
    while parts and _width([*parts, *ends], space) > width:
        parts.pop()
    places: list[tuple[int, int, str]] = []
    rows: list[Content] = []
    for group, start in ((parts, 0), (ends, max(0, width - _width(ends, space)))):
        place = start
        for key, part in group:
            places.append((place, place + part.cell_length, key))
            place += part.cell_length + space
        rows.append(Content(" " * space).join([part for _, part in group]))
    gap = max(0, width - rows[0].cell_length - rows[1].cell_length)
    return Content.assemble(rows[0], " " * gap, rows[1]), places


def _part(key: str, name: str) -> Content:
    return Content.assemble((visible(key_text(key), newlines=False), "bold $act"), f" {name}")


def _width(parts: Sequence[tuple[str, Content]], gap: int) -> int:
    return sum(part.cell_length for _, part in parts) + gap * (len(parts) - 1)


class KeyLine(Widget):
    """Lists the screen's bindings marked to be shown, as many as fit.

    `? Keys` and the way out are at the right edge and always shown.
    """

    DEFAULT_CSS = """
    KeyLine {
        height: 1; width: 100%; padding: 0 2; color: $quiet; background: $surface;
        text-wrap: nowrap; text-overflow: clip;
    }
    """

    class Changed(Message):
        """The active keys may have changed; posted for a page that shows keys of its own."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        """Make the line; `names` are what actions are called here, which also shows them."""
        super().__init__()
        self._names = names or {}
        self.late: frozenset[str] = frozenset()
        """Actions that came late: their keys stand after the others, if there is room, as they would move them."""
        self._places: Sequence[tuple[int, int, str]] = ()
        """The position of each key, in cells, and its name."""

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, self._changed)
        self._changed(self.screen)  # the signal may have come before the line could hear it

    def _changed(self, _screen: Screen[object]) -> None:
        self.refresh()
        if self.app.is_web:
            self.post_message(self.Changed())

    def name_of(self, binding: Binding) -> str:
        """The key's name on this screen."""
        return self._names.get(binding.action, binding.description)

    def shown(self) -> tuple[list[tuple[Binding, str]], list[tuple[Binding, str]]]:
        """The active keys to show, with what they do: those that stay on this screen, those that leave."""
        found: dict[str, tuple[Binding, str]] = {}
        if self.screen.is_attached:
            for binding, enabled in _as_declared(self.screen):
                if (binding.show or binding.action in self._names) and enabled:
                    found.setdefault(binding.action, (binding, self.name_of(binding)))
        # Of several ways out, name the one that is the same on every screen.
        last = sorted((one for one in found.values() if _leads_away(one[0])), key=lambda one: one[0].key != "escape")
        ends = [*(one for one in last if _is_help(one[0])), *[one for one in last if not _is_help(one[0])][:1]]
        stay = [one for one in found.values() if not _leads_away(one[0])]
        return sorted(stay, key=lambda one: one[0].action in self.late), ends

    def render(self) -> Content:
        stay, leave = (tuple((binding.key, name) for binding, name in group) for group in self.shown())
        line, self._places = _laid(stay, leave, self.size.width)
        return line

    def on_click(self, event: Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        for start, end, key in self._places:
            if start <= place.x < end:
                self.app.simulate_key(key)
