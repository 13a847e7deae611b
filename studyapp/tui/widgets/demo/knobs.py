"""The knobs of a demo, turned with the arrows or typed."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive

from demos.frame import Knob, KnobError, KnobValue
from studyapp.core.visible import visible
from studyapp.runs.results.results import shown
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves
from studyapp.wording.numbers import key_text
from studyapp.wording.widths import fit

_LONGEST: Final = 24
"""Characters of a typed value."""
_NEVER_TEXT: Final = re.compile(r"f\d+|ctrl\+.+")


class Knobs(Rows[Knob]):
    """All knobs of one demo under their rule; the one under the cursor is turned or typed."""

    HEAD = 1
    HEAD_STAYS = True

    BINDINGS: ClassVar[list[BindingType]] = [
        *moves("knobs"),
        Binding(keys.LEFT, "turn(-1)", "Less", show=False, id="knobs.less"),
        Binding(keys.RIGHT, "turn(1)", "More", show=False, id="knobs.more"),
        Binding(keys.OPEN, "type", "Type a value", show=False, id="knobs.type"),
        Binding(keys.CLEAR, "default", "Default", show=False, id="knobs.default"),
    ]

    typing: reactive[str | None] = reactive(None)
    """What was typed so far, or None while nothing is."""

    class Changed(FieldMessage):
        """A knob was turned."""

        name: str
        value: KnobValue

    class Refused(FieldMessage):
        """What was typed is not a value of the knob."""

        why: str

    class Reached(FieldMessage):
        """The cursor has come to another knob."""

        knob: Knob

    class Typing(Message):
        """Someone has started, or finished, typing a value."""

    def __init__(self, knobs: Sequence[Knob], values: Mapping[str, KnobValue], *, id: str | None = None) -> None:
        super().__init__(tuple(knobs), id=id)
        self.values = dict(values)
        self._was = 0
        self._named = 0
        """The knob in the last message."""

    @property
    def current(self) -> Knob:
        """The knob under the cursor."""
        return self.rows[self.cursor]

    def set_value(self, name: str, value: KnobValue) -> None:
        """Turn one knob."""
        self.values[name] = value
        self.refresh_row(next(number for number, knob in enumerate(self.rows) if knob.name == name))
        self.post_message(self.Changed(name, value))

    def watch_cursor(self) -> None:
        super().watch_cursor()
        if self.cursor != self._named:  # it stays where it was when the terminal changes its size
            self.typing = None
            self._named = self.cursor
            self.post_message(self.Reached(self.current))

    def watch_typing(self, before: str | None, typed: str | None) -> None:
        if (before is None) != (typed is None):
            self.post_message(self.Typing())

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Whether a key would be text: no line of keys offers it then."""
        sign = character or key_text(key)  # Textual does not know what `plus` stands for
        return self.typing is not None and len(sign) == 1 and sign.isprintable()

    def action_move(self, rows: int) -> None:
        """Go to another knob; the first follows the last."""
        self.cursor = (self.cursor + rows) % len(self.rows)

    def action_turn(self, by: int) -> None:
        """Go to the next offered value, or to a number further up or down."""
        self.typing = None
        knob = self.current
        self.set_value(knob.name, turned_value(knob, self.values[knob.name], by))

    def action_default(self) -> None:
        self.set_value(self.current.name, self.current.default)

    def action_type(self) -> None:
        self.typing = ""

    def on_key(self, event: events.Key) -> None:
        """While a value is typed, every key goes to it, except those that never stand for text."""
        if self.typing is None or _NEVER_TEXT.fullmatch(event.key):
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.typing = None
        elif event.key == "enter":
            self._take(self.typing)
        elif event.key == "backspace":
            self.typing = self.typing[:-1]
        elif event.is_printable and event.character and len(self.typing) < _LONGEST:
            self.typing += visible(event.character, newlines=False)

    def on_click(self, _event: events.Click) -> None:
        """Remember which knob has the cursor, before the base class moves it."""
        self._was = self.cursor

    def row_clicked(self, number: int, x: int, *, again: bool) -> None:
        """Turn the knob that already had the cursor: down at its left sign, else up."""
        if number == self._was:
            shown = "".join(text for text, _ in self.row_parts(number, self.scrollable_content_region.width - 1))
            self.action_turn(-1 if shown[: x + 1].endswith("‹") else 1)

    # Drawing

    def head_parts(self, width: int) -> Parts:
        """The title rule: blue while it has the keys."""
        name, line = "Knobs", "━" if self.has_focus else "─"
        return [(name, "title"), (" " + line * max(0, width - len(name) - 1), "act" if self.has_focus else "rule")]

    def row_parts(self, number: int, width: int) -> Parts:
        """The name of a knob at the left, its value at the right."""
        knob = self.rows[number]
        value = self.values[knob.name]
        here = number == self.cursor and self.has_focus
        text = f"{self.typing}▏" if here and self.typing is not None else shown(knob, value)
        room = max(width // 2, width - cell_len(knob.name) - 7)
        if cell_len(text) > room:
            text = fit(text, room)
        left, right = ("‹ ", " ›") if here else ("  ", "  ")
        name = fit(" " + knob.name.replace("_", " "), max(1, width - cell_len(text) - len(left + right)))
        return [
            (name, "name" if here else "quiet"),
            (left, "act"),
            (text, "" if value == knob.default else "title"),
            (right, "act"),
        ]

    def _take(self, text: str) -> None:
        self.typing = None
        if not text.strip():
            return
        try:
            self.set_value(self.current.name, self.current.value(text))
        except KnobError as error:
            self.post_message(self.Refused(visible(str(error), newlines=False)))


def turned_value(knob: Knob, value: KnobValue, by: int) -> KnobValue:
    """The next value of a knob in one direction; numbers stop at the end, switches and words wrap around."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, str):
        if not knob.choices:
            return value
        return knob.choices[(knob.choices.index(value) + by) % len(knob.choices)]
    steps = sorted({float(choice) for choice in knob.choices if not isinstance(choice, str)})
    beyond = [step for step in steps if (step > value if by > 0 else step < value)]
    if steps:
        new = (beyond[0] if by > 0 else beyond[-1]) if beyond else value
    elif isinstance(knob.default, int):
        new = value + by * (1 if knob.name != "steps" else 10 if knob.default else 50)
    else:
        new = value * 2.0**by if value else (0.001 if by > 0 else 0.0)
    new = min(max(new, knob.low if knob.low is not None else new), knob.high if knob.high is not None else new)
    return round(new) if isinstance(knob.default, int) else float(f"{new:.6g}")
