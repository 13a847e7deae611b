"""Cards cut by a blank line, and equal questions, are found."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.errors import Severity
from studyapp.study.doctor.findings import Finding
from tests.study.doctor.subjects import codes, found


def kinds(findings: list[Finding]) -> list[str]:
    return [f"{one.code} {one.place}" for one in findings]


def test_equal_questions_are_reported_with_the_place_of_the_other(tmp_path: Path) -> None:
    notes: dict[str, str | bytes] = {
        "A.md": "#flashcards\n\nsame::card\n\nother::card\n",
        "B.md": "#flashcards\n\nsame::card\n\nother::answer\n\nsame::card\n",
    }
    result = found(tmp_path, notes)
    assert kinds(result) == ["equal-questions B.md:3", "equal-questions B.md:5", "equal-questions B.md:7"]
    assert "A.md:3" in result[0].reason
    assert "but another answer" in result[1].reason
    assert "A.md:5" in result[1].reason
    assert all(one.severity is Severity.NOTE for one in result)


@pytest.mark.parametrize("rule", ["---", "***", "___", "- - -", " * * * *", "-----"])
def test_a_rule_below_a_card_without_an_answer_shows_that_none_is_meant(rule: str) -> None:
    assert codes(f"[[Topic]]\n?\n\n{rule}\n\n[[Other]]\n??\n\n\n{rule}\n\n| a | b |\n") == []


@pytest.mark.parametrize("below", ["Next title\n===", "<!-- remark -->", "%% remark %%", "#flashcards/more"])
def test_what_can_be_no_answer_is_not_mistaken_for_one(below: str) -> None:
    assert codes(f"q\n?\n\n{below}\n") == ["empty-side:3"]
