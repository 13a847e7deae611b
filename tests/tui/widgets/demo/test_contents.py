"""What the panes of a demo's page say, without the page."""

from __future__ import annotations

from textual.geometry import Size

from demos.catalog import load
from studyapp.tui.widgets.demo.contents import DemoContents
from tests.helpers.recorded import recorded

CARD = load().get("lora")
SIZE = Size(90, 40)


def contents() -> DemoContents:
    return DemoContents(CARD, CARD.knobs, CARD.settle({"job": "elicit"}))


def test_before_a_run_the_panes_say_what_will_come() -> None:
    says = contents()
    assert says.trained == "14,784 numbers"
    assert says.samples(SIZE).plain == "the base model's answers, without help, come first"
    assert says.gradients(SIZE).plain == "the first step shows which tensors it moves"
    assert "by formula" in says.memory(SIZE, colour=True).plain
    assert (says.right.plain, says.guess(SIZE).plain, says.result(SIZE).plain) == ("", "", "")


def test_a_knob_changes_what_is_trained_and_which_task_is_told() -> None:
    says = contents()
    says.values = CARD.settle({"job": "teach", "rank": 8})
    assert says.trained == "29,568 numbers"
    assert says.job == "teach"
    assert "14,784" not in says.numbers(90, table=True, at="rank").plain


def test_after_a_run_the_panes_say_what_came_of_it() -> None:
    says = contents()
    for frame in recorded("lora"):
        says.run.take(frame)
    assert " of " in says.right.plain
    assert "measured" in says.memory(SIZE, colour=True).plain
    assert "the first step" not in says.gradients(SIZE).plain
    says.told = (("guess", "✓ over 90 %", "$good"),)
    assert "over 90 %" in says.result(SIZE).plain
