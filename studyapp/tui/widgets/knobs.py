"""The knobs of a demo, turned with the arrows or typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from demos.frame import Knob, KnobError, KnobValue
from studyapp.core.visible import visible
from studyapp.runs.plots import fit
from studyapp.runs.results import shown


class Knobs(Widget, can_focus=True):
    """All knobs of one demo in one or two columns; the one under the cursor is turned or typed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Knob", show=False, id="knobs.up"),
        Binding("down,j", "move(1)", "Knob", show=False, id="knobs.down"),
        Binding("left,h", "turn(-1)", "Less", show=False, id="knobs.less"),
        Binding("right,l", "turn(1)", "More", show=False, id="knobs.more"),
        Binding("enter", "type", "Type a value", show=False, id="knobs.type"),
        Binding("backspace,delete", "default", "Default", show=False, id="knobs.default"),
    ]

    DEFAULT_CSS = """
    Knobs { height: auto; border: round $rule; border-title-color: $foreground; padding: 0 1; }
    Knobs:focus { border: round $border; }
    """

    cursor: reactive[int] = reactive(0)
    """The knob that keys turn."""

    typing: reactive[str | None] = reactive(None)
    """What was typed so far, or None when nothing is being typed."""

    class Changed(Message):
        """A knob was turned."""

        def __init__(self, name: str, value: KnobValue) -> None:
            super().__init__()
            self.name = name
            self.value = value

    class Refused(Message):
        """What was typed is no value of the knob."""

        def __init__(self, why: str) -> None:
            super().__init__()
            self.why = why

    class Moved(Message):
        """The cursor stands on another knob."""

        def __init__(self, knob: Knob) -> None:
            super().__init__()
            self.knob = knob

    def __init__(self, knobs: Sequence[Knob], values: Mapping[str, KnobValue], *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self.knobs = tuple(knobs)
        self.values = dict(values)
        self.border_title = "knobs"

    @property
    def current(self) -> Knob:
        """The knob under the cursor."""
        return self.knobs[self.cursor]

    def set_value(self, name: str, value: KnobValue) -> None:
        """Turn one knob."""
        self.values[name] = value
        self.refresh()
        self.post_message(self.Changed(name, value))

    def action_move(self, by: int) -> None:
        """Go to another knob."""
        self.typing = None
        self.cursor = (self.cursor + by) % len(self.knobs)
        self.post_message(self.Moved(self.current))

    def action_turn(self, by: int) -> None:
        """Go to the next value that is offered, or to a number further up or down."""
        self.typing = None
        knob = self.current
        self.set_value(knob.name, turned(knob, self.values[knob.name], by))

    def action_default(self) -> None:
        """Set the knob back."""
        self.set_value(self.current.name, self.current.default)

    def action_type(self) -> None:
        """Begin to type a value."""
        self.typing = ""

    def on_key(self, event: events.Key) -> None:
        """While a value is being typed, every key belongs to it."""
        if self.typing is None:
            return
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.typing = None
        elif event.key == "enter":
            self._take(self.typing)
        elif event.key == "backspace":
            self.typing = self.typing[:-1]
        elif event.is_printable and event.character and len(self.typing) < 24:
            self.typing += visible(event.character, newlines=False)

    async def on_click(self, event: events.Click) -> None:
        """Go to the knob that was clicked, and turn it if it is there already."""
        at = event.get_content_offset(self)
        columns, rows, width = self._grid()
        if at is None or at.y >= rows:
            return
        index = min(at.x // (width + 2), columns - 1) * rows + at.y
        if index == self.cursor:
            self.action_turn(1)
        elif index < len(self.knobs):
            self.action_move(index - self.cursor)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """Take as many rows as the columns need."""
        columns = self._columns(width)
        return -(-len(self.knobs) // columns)

    def render(self) -> Content:
        """Write name and value of each knob."""
        columns, rows, width = self._grid()
        lines = []
        for row in range(rows):
            parts: list[tuple[str, str]] = []
            for column in range(columns):
                index = column * rows + row
                if index < len(self.knobs):
                    parts += [*self._cell(index, width), ("  ", "")]
            lines.append(Content.assemble(*parts[:-1]))
        return Content("\n").join(lines)

    def _cell(self, index: int, width: int) -> list[tuple[str, str]]:
        knob, value = self.knobs[index], self.values[self.knobs[index].name]
        here = index == self.cursor and self.has_focus
        if here and self.typing is not None:
            text = f" {self.typing}▏"
        else:
            text = f"◂ {shown(knob, value)} ▸" if here else f"  {shown(knob, value)}"
        style = "bold $strong" if value != knob.default else "$foreground"
        name_width = min(max(len(k.name) for k in self.knobs) + 1, width // 2)
        return [
            (fit(("▸" if here else " ") + knob.name, name_width + 1), "bold" if here else "$quiet"),
            (fit(text, width - name_width - 1), f"{style} reverse" if here else style),
        ]

    def _grid(self) -> tuple[int, int, int]:
        """Give the columns, the rows, and the width of a column."""
        columns = self._columns(self.content_size.width)
        rows = -(-len(self.knobs) // columns)
        return columns, rows, (self.content_size.width - 2 * (columns - 1)) // columns

    def _columns(self, width: int) -> int:
        return 2 if width >= 68 and len(self.knobs) > 4 else 1

    def _take(self, text: str) -> None:
        self.typing = None
        if not text.strip():
            return
        try:
            self.set_value(self.current.name, self.current.value(text))
        except KnobError as error:
            self.post_message(self.Refused(visible(str(error), newlines=False)))


def turned(knob: Knob, value: KnobValue, by: int) -> KnobValue:
    """Give the next value of a knob in one direction; at the end it stays, a yes or a word goes round."""
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
