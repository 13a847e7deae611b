"""The app in a page: it tells the page which keys there are, shown big enough for a thumb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual.binding import Binding
from textual.driver import Driver
from textual.geometry import Size
from textual.widgets import Input, TextArea

from studyapp.core.visible import visible
from studyapp.serve.driver import ServedDriver
from studyapp.tui.app.app import StudyApp
from studyapp.tui.widgets.bars.key_line import KeyLine

_ARROWS: Final = {"up": "▲", "down": "▼"}
_GRADE: Final = "grade('"
_ANSWERS: Final = 2
"""The keys of a question, the largest where there are no others."""

Button = tuple[str, str, str]
"""A key, what it does in words, and what its colour stands for."""


class ServedApp(StudyApp):
    """Hides the line of keys on a small screen: those of the page replace it."""

    CSS = ".-narrow KeyLine, .-tiny KeyLine { display: none; }"
    SMALLEST = Size(40, 12)

    _told: Mapping[str, object] | None = None
    """The keys that the page has."""

    def get_driver_class(self) -> type[Driver]:
        """The driver that talks to the server."""
        return ServedDriver

    def on_key_line_changed(self, _message: KeyLine.Changed) -> None:
        """Tell the page which keys there are."""
        keys = self.keys()
        if keys and keys != self._told and isinstance(self._driver, ServedDriver):
            self._driver.write_meta({"type": "keys", "keys": keys})
            self._told = keys

    def keys(self) -> dict[str, object]:
        """The keys of the current screen: the main ones, the others, and whether text is being typed."""
        front = self.in_front
        line = next(iter(front.query(KeyLine)), None) if front is not None else None
        if front is None or line is None:
            return {}
        here, away = line.shown()
        main = main_keys([one.binding for one in front.active_bindings.values() if one.enabled])
        typing = isinstance(front.focused, Input | TextArea)
        if typing:
            main = [one for one in main if not one.action.startswith(("scroll", "cursor"))]
            # An input that narrows down a list, mostly a short one: tapping is quicker there than a keyboard.
            typing = not any(one.key in _ARROWS for one in main)
        main = main or [one for one, _ in here[:_ANSWERS]]
        taken = {one.key for one in main}
        more = [_button(one, name) for one, name in [*away[-1:], *here, *away[:-1]] if one.key not in taken]
        return {"main": [_button(one, line.name_of(one)) for one in main], "more": more, "typing": typing}


def main_keys(active: Sequence[Binding]) -> list[Binding]:
    """The few largest keys: the grades; else what Enter does, and the arrows in a list."""
    if grades := [one for one in active if one.action.startswith(_GRADE)]:
        return grades
    enter = [one for one in active if one.key == "enter"][:1]
    if [one.action for one in enter] == ["go_on"]:
        return enter
    arrows = [next((one for one in active if one.key == key), None) for key in _ARROWS]
    return [*(one for one in arrows if one is not None), *enter]


def _button(binding: Binding, name: str) -> Button:
    kind = binding.action[len(_GRADE) : -2] if binding.action.startswith(_GRADE) else ""
    shown = _ARROWS.get(binding.key) or name.partition(";")[0]
    return binding.key, visible(shown, newlines=False), kind
