"""What a demo's page says about a finished run."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from demos.frame import Summary
from studyapp.tui.widgets.demo.result import result_text

CAME = Summary("LoRA", "elicit", 0.0, 1.0, 10, 100, "A and B", 8_300, 0.5, True, "7f3a9cab", ("merged into W",))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({}, "unchanged ✓  7f3a9c"),
        ({"base_unchanged": False, "trainable": 100}, "changed, as intended  was 7f3a9c"),
        ({"base_unchanged": False}, "CHANGED ✗  was 7f3a9c"),
    ],
)
def test_the_base_is_unchanged_or_changed_as_intended_or_wrong(changes: dict[str, Any], says: str) -> None:
    came = replace(CAME, **changes)
    assert says in result_text(came, (), (60, 12)).plain


def test_a_result_says_before_and_after_the_verdict_what_is_kept_and_the_artefacts_step() -> None:
    text = result_text(CAME, [("guess", "✓ over 90 %, as you guessed", "$good")], (60, 12)).plain
    for part in ("0 % → 100 %", "✓ over 90 %", "10 of 100 · 10.0 %", "8.3 kB  A and B", "merged into W"):
        assert part in text


def test_without_room_facts_are_worded_shorter_and_none_is_cut() -> None:
    told = [("guess", "✗ under half, and you guessed over 90 %", "$bad")]
    lines = result_text(CAME, told, (30, 6)).plain.split("\n")
    assert lines == [
        "accuracy 0 % → 100 %",
        "guess    ✗ under half",
        "trained  10 of 100 · 10.0 %",
        "to keep  8.3 kB  A and B",
        "base     unchanged ✓  7f3a9c",
        "then     merged into W",
    ]
    assert result_text(CAME, told, (30, 5)).plain.split("\n")[-1] == "+ shows the rest"
