"""Text that the plugin takes for code: one finding for each cause, and its remedy brings the cards back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.doctor.findings import Finding
from tests.helpers.rows import each_row
from tests.study.doctor.subjects import FIRST, HEAD, ONE, findings, subject

CARDS = f"Q one::A one\n{ONE}\n\nQ two\n?\nA two\n{ONE}\n"


def cards(body: str) -> int:
    return sum(len(question.cards) for question in subject(body).note.questions)


def found(body: str) -> list[Finding]:
    """The findings about schedules, code and cards."""
    return [one for one in findings(subject(body)) if one.code != "equal-questions"]


@each_row(
    "code, cause, why, mended, remedy",
    [
        ("```$x$```", 0, "opens and closes on one line", "`$x$`", "between single backticks"),
        ("```$x$```", 0, "opens and closes on one line", "```\n$x$\n```", "on lines of their own"),
        ("````a ``` b````", 0, "opens and closes on one line", "`a b`", "between single backticks"),
        ("```\ncode\n```toc\nmore\n```", 2, "it ends the code block", "````\ncode\n```toc\nmore\n````", "write ````"),
        ("```\ncode\n```toc\nmore\n```", 2, "it ends the code block", "```\ncode\n```\nmore", "close the block"),
        ("~~~md\n~~~ x\n~~~~y\n~~~", 1, "it ends the code block", "~~~~~md\n~~~ x\n~~~~y\n~~~~~", "write ~~~~~"),
        ("- a\n  ```python\n  x\n```", 1, "opens the code", "- a\n```python\n  x\n```", "very start of a line"),
        ("> ```sh\nx\n```", 0, "opens the code", "```sh\nx\n```", "very start of a line"),
        ("```py\nx\n  ```", 2, "ends the code", "```py\nx\n```", "without indentation"),
        ("~~~\nx\n > ~~~", 2, "ends the code", "~~~\nx\n~~~", "without indentation"),
        ("<!-- r -->\n```\nx\n```", 0, "skips the line below the comment", "<!-- r -->\n\n```\nx\n```", "blank line"),
        ("~~~ x ~~~", None, "has no end", "~~~ x ~~~\ny\n~~~", "Close it with a line ~~~ where"),
        ("```\nx", None, "has no end", "```\nx\n```", "Close it with a line ``` where"),
    ],
)
def test_one_finding_names_what_hides_cards_and_schedules_and_how_to_bring_them_back(
    code: str, cause: int | None, why: str, mended: str, remedy: str
) -> None:
    (one,) = found(f"{code}\n\n{CARDS}")
    assert one.code == "unseen-card"
    assert why in one.reason
    assert "2 lines that would make a card and 2 schedule comments are in it" in one.reason
    assert remedy in one.remedy
    if cause is not None:
        assert f"line {FIRST + cause}" in one.reason
    assert cards(f"{code}\n\n{CARDS}") == 0
    assert found(f"{mended}\n\n{CARDS}") == []
    assert cards(f"{mended}\n\n{CARDS}") == 2


def test_what_follows_from_one_line_is_one_finding_however_often_code_and_text_change_places() -> None:
    blocks = "\n".join(f"```\ncode\n```\n\nQ {n}::A\n{ONE}\n" for n in range(1200))
    (one,) = found(f"```$x$```\n\n{blocks}")
    assert "1,200 lines that would make a card and 1,200 schedule comments" in one.reason
    assert found(f"`$x$`\n\n{blocks}") == []


def test_what_is_hidden_within_a_card_is_reported_once_too() -> None:
    body = f"q\n?\n```\ncode\n```toc\nmore\n```\n\nQ one::A one\n{ONE}\n\nQ two::A two\n"
    (one,) = found(body)
    assert "2 lines that would make a card and 1 schedule comment" in one.reason
    mended = body.replace("```\n", "````\n")
    assert found(mended) == []
    assert cards(mended) == 3


@pytest.mark.parametrize("schedule", [ONE, "<!--SR:!2031-05-01,9,210-->"])
def test_schedules_that_an_open_fence_within_a_card_takes_in_are_no_doubles_of_its_own(schedule: str) -> None:
    (one,) = found(f"q\n?\n~~~py\nx\n{ONE}\n\nQ one::A one\n{schedule}\n\nQ two::A two\n{ONE}\n")
    assert one.code == "unseen-card"
    assert "has no end" in one.reason


def test_two_causes_are_two_findings() -> None:
    body = f"```$x$```\n\nQ::A\n\n```$y$```\n\n- ~~~\n  x\n~~~\n\nR::B\n{ONE}\n"
    assert [(one.line, "on one line" in one.reason) for one in found(body)] == [(5, True), (13, False)]


@pytest.mark.parametrize(
    ("block", "why", "mended"),
    [
        ("- x\n  ```cpp\n  std::sort(a)\n  std::find(b)\n  ```", "very start", "- x\n\n```cpp\nstd::sort(a)\n```"),
        ("```\n```md\na::b\n\nc::d\n```", "begins with the same signs", "````\n```md\na::b\n````"),
    ],
)
def test_code_that_becomes_cards_is_one_finding_for_each_block_with_its_reason(
    block: str, why: str, mended: str
) -> None:
    (one,) = (one for one in found(f"{block}\n") if one.code == "code-card")
    assert "and of 1 more" in one.reason
    assert why in one.reason
    assert found(f"{mended}\n") == []


LINES = st.sampled_from(
    (
        "```",
        "````",
        "```toc",
        "  ```",
        "> ```",
        "~~~",
        "~~~ x",
        "```$x$```",
        "",
        "text",
        "a::b",
        "?",
        ONE,
        "<!-- c -->",
    )
)


@given(st.lists(LINES, max_size=30))
def test_no_arrangement_of_fences_stops_the_examination(lines: list[str]) -> None:
    body = "\n".join(lines)
    result = findings(subject(body))
    assert "unexamined" not in {one.code for one in result}
    count = (HEAD + body).count("\n") + 1
    assert all(one.line is not None and 1 <= one.line <= count for one in result)
