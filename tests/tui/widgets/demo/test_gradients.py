"""What a demo's page says about the gradients of the first step."""

from __future__ import annotations

import pytest

from demos.frame import Gradient
from studyapp.tui.widgets.demo.gradients import gradients_text


def test_a_gradient_of_0_says_what_stops_it_and_what_step_1_moves() -> None:
    found = [Gradient("q.A", 0.0, "B = 0 stops it"), Gradient("q.B", 0.25), Gradient("v.A", 0.0, "B = 0 stops it")]
    lines = gradients_text(found, (40, 8), untrained=False).plain.split("\n")
    assert lines[0] == "q.A  0  B = 0 stops it"
    assert lines[1].endswith(".250")
    assert lines[-1] == "Step 1 moves only B."


def test_where_everything_moves_nothing_is_said_about_it() -> None:
    assert (
        "Step 1" not in gradients_text([Gradient("down", 0.1), Gradient("up", 0.2)], (40, 8), untrained=False).plain
    )


def test_gradients_that_have_no_room_are_counted() -> None:
    lines = gradients_text([Gradient(f"w{n}", 1.0) for n in range(14)], (40, 6), untrained=False).plain.split("\n")
    assert len(lines) == 6
    assert lines[-1] == "and 9 more; + shows all"


@pytest.mark.parametrize("many", [1, 8, 9, 16, 17, 30])
def test_gradients_that_do_not_fit_below_each_other_stand_in_two_columns(many: int) -> None:
    found = [Gradient(f"n{number}.x", float(number), "" if number else "it is 0") for number in range(many)]
    lines = gradients_text(found, (76, 8), untrained=False).plain.split("\n")
    assert len(lines) <= 8
    assert max(map(len, lines)) <= 76
    shown = sum(f" {one.name} " in f" {line} " for one in found for line in lines)
    assert shown == min(many, 15 if many > 16 else 16)
    assert (f"and {many - shown} more" in "\n".join(lines)) is (many > 16)
