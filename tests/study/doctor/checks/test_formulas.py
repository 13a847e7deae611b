from __future__ import annotations

import re

import pytest

from studyapp.core.settings.model import BOLD_CLOZE, CURLY_CLOZE, HIGHLIGHT_CLOZE, Settings
from studyapp.study.doctor.findings import Finding
from tests.study.doctor.subjects import findings, subject

ALL = Settings(cloze_patterns=(HIGHLIGHT_CLOZE, BOLD_CLOZE, CURLY_CLOZE))


def found(body: str, settings: Settings = ALL) -> list[Finding]:
    return [one for one in findings(subject(body, settings)) if one.code == "cut-cloze"]


@pytest.mark.parametrize(
    ("body", "line", "closing", "answer"),
    [
        (r"The ratio {{equals $\frac{\vec{v}}{\vec{u}}$}} here.", 3, "}}", r"equals $\frac{\vec{v} }{\vec{u} }$"),
        (r"Die Summe {{1;;ist $\sum_{i=x_{1}}^{n}i$}} so.", 3, "}}", r"ist $\sum_{i=x_{1} }^{n}i$"),
        ("above\nIt ==holds iff $a == b$ always==.", 4, "==", "holds iff $a = = b$ always"),
        ("It **is $a**b$ so** then.", 3, "**", "is $a* *b$ so"),
    ],
)
def test_a_cloze_that_a_formula_cuts_is_reported_and_the_remedy_makes_it_whole(
    body: str, line: int, closing: str, answer: str
) -> None:
    (one,) = found(body)
    assert (one.line, f"first `{closing}`" in one.reason, "of a formula" in one.reason) == (line, True, True)
    assert f"`{' '.join(closing)}`" in one.remedy
    mended = re.sub(
        r"\$+[^$]*\$+", lambda formula: formula[0].replace(closing, " ".join(closing)).replace("* * ", "* *"), body
    )
    assert found(mended) == []
    assert f"{{{{{answer}}}}}" in subject(mended, ALL).note.questions[0].cards[0].back


def test_braces_without_a_formula_cut_a_cloze_too() -> None:
    (one,) = found("Call {{`f({a: {}})`}} first.")
    assert "braces within it cut this cloze" in one.reason
    (one,) = found("Call {the set {1, 2}} first.", Settings(cloze_patterns=("{[123;;]answer[;;hint]}",)))
    assert "cloze_patterns" in one.remedy


def test_braces_of_a_formula_that_are_taken_for_a_cloze_are_reported_and_mended() -> None:
    (one,) = found("Only maths $\\frac{{x}}{y}$ without any cloze wanted.")
    assert "takes braces of a formula for a cloze, “{{x}}”" in one.reason
    assert found("Only maths $\\frac{ {x}}{y}$ without any cloze wanted.") == []


@pytest.mark.parametrize(
    "body",
    [
        "Plain {{word}} too.",
        "In a formula $E = {{mc^2}}$ it is meant.",
        "Before $a_{1}$ and {{after}} it, **bold** for $5 or ==$6==.",
        "It ==is $x_{1}$== and {{is $x$}}.",
        "$$\nx = ==y== + z\n$$",
        "Text $a == b$ and no cloze",
    ],
)
def test_a_whole_cloze_is_not_reported(body: str) -> None:
    assert found(body) == []
