"""The knobs of a demo are turned with arrows or typed."""

from __future__ import annotations

from textual.app import ComposeResult

from demos.frame import Knob, KnobValue
from studyapp.runs.drawn.block import block_rows
from studyapp.tui.widgets.demo.knobs import Knobs, turned_value
from studyapp.tui.widgets.drawings.plot import coloured_plot
from tests.helpers.bare import BareApp
from tests.helpers.rows import each_row

KNOBS = (
    Knob("job", "elicit", "what", choices=("elicit", "teach")),
    Knob("steps", 0, "how far", low=0, high=25),
    Knob("rate", 0.0, "how fast", low=0, high=1),
    Knob("rank", 4, "r", low=1, high=32, choices=(1, 2, 4, 8)),
    Knob("norms", True, "whether"),
    Knob("name", "x", "any word"),
)


class KnobsApp(BareApp):
    def __init__(self) -> None:
        super().__init__()
        self.changes: list[tuple[str, KnobValue]] = []
        self.refused: list[str] = []

    def compose(self) -> ComposeResult:
        yield Knobs(KNOBS, {knob.name: knob.default for knob in KNOBS})

    def on_knobs_changed(self, message: Knobs.Changed) -> None:
        self.changes.append((message.name, message.value))

    def on_knobs_refused(self, message: Knobs.Refused) -> None:
        self.refused.append(message.why)


@each_row(
    "knob, value, by, expected",
    [
        ("job", "elicit", 1, "teach"),
        ("job", "teach", 1, "elicit"),
        ("steps", 0, 1, 25),
        ("steps", 20, 1, 25),
        ("steps", 0, -1, 0),
        ("rate", 0.0, 1, 0.001),
        ("rate", 0.001, 1, 0.002),
        ("rate", 1.0, 1, 1.0),
        ("rate", 0.001, -1, 0.0005),
        ("rank", 4, 1, 8),
        ("rank", 5, -1, 4),
        ("rank", 8, 1, 8),
        ("norms", True, 1, False),
        ("name", "x", 1, "x"),
    ],
)
def test_an_arrow_gives_the_next_value(knob: str, value: KnobValue, by: int, expected: KnobValue) -> None:
    found = next(each for each in KNOBS if each.name == knob)
    new = turned_value(found, value, by)
    assert new == expected
    assert type(new) is type(found.default)


async def test_keys_move_turn_and_set_back() -> None:
    app = KnobsApp()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.press("right", "down", "l", "backspace", "k", "h")
    assert app.changes == [("job", "teach"), ("steps", 25), ("steps", 0), ("job", "elicit")]


async def test_a_value_is_typed_and_one_out_of_range_refused() -> None:
    app = KnobsApp()
    async with app.run_test(size=(90, 12)) as pilot:
        await pilot.press("down", "down", "down", "enter", "1", "6", "enter")
        await pilot.press("enter", "9", "9", "enter", "enter", "j", "escape")
    assert app.changes == [("rank", 16)]
    assert app.refused == ["rank takes a whole number from 1 to 32, not '99'"]


async def test_a_click_goes_to_a_knob_and_a_second_one_turns_it() -> None:
    app = KnobsApp()
    async with app.run_test(size=(40, 12)) as pilot:
        await pilot.click(Knobs, offset=(10, 4))
        assert app.query_one(Knobs).current.name == "rank"
        await pilot.click(Knobs, offset=(10, 4))
    assert app.changes == [("rank", 8)]


def test_what_is_trained_keeps_its_brackets_and_stands_out() -> None:
    picture = coloured_plot(block_rows("W ⟦ A [bold]x ⟧ rest", {}, (60, 9)))
    assert picture.plain == "W ⟦ A [bold]x ⟧ rest"
    assert [(span.start, span.end) for span in picture.spans if "learn" in str(span.style)] == [(2, 15)]
