"""Formulas of machine-learning notes, each with a picture checked by hand; and that no formula does harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from studyapp.tui.render.formulas.display import display
from studyapp.tui.render.formulas.one_line import to_unicode
from tests.helpers.rendered import render_card
from tests.helpers.rows import each_row
from tests.helpers.vaults import ROOT

TABLE = ROOT / "tests" / "data" / "formulas.txt"


def blocks() -> list[tuple[str, str, str]]:
    """Kind, source and expected text of each formula; the text is indented by two blanks."""
    found: list[tuple[str, str, str]] = []
    kind, source = "", ""
    lines: list[str] = []
    for line in [*TABLE.read_text().splitlines(), "inline end"]:
        if line.startswith(("inline ", "display ")):
            if kind:
                found.append((kind, source, "\n".join(lines).rstrip()))
            kind, _, source = line.partition(" ")
            lines = []
        else:
            lines.append(line.removeprefix("  "))
    return found


def test_the_table_is_as_long_as_it_should_be() -> None:
    kinds = [kind for kind, _, _ in blocks()]
    assert kinds.count("display") >= 70
    assert len(kinds) >= 200


@each_row("kind, source, expected", blocks())
def test_a_formula_is_drawn_as_it_was_checked(kind: str, source: str, expected: str) -> None:
    if kind == "inline":
        assert to_unicode(source) == expected
    else:
        drawn = display(source, 76)
        assert ("source" if drawn is None else "\n".join(drawn)) == expected


def test_a_wide_formula_is_broken_before_its_relations() -> None:
    drawn = display(r"a = b + c + d + e = f + g + h + i", 20)
    assert drawn == ("a = b + c + d + e", "  = f + g + h + i")
    assert display(r"abcdefghijklmnopqrstuvwxyz", 20) is None


def test_a_formula_on_a_card_is_shown_in_two_dimensions_and_with_a_cloze_as_source() -> None:
    assert render_card("so\n\n$$\n\\frac{a}{b}\n$$\n", width=40).plain == "so\n\n  a\n  ─\n  b"
    assert render_card("$$\\frac{a}{b}$$", width=40).plain == "  a\n  ─\n  b"
    assert "\\frac" in render_card("$$\\frac{a}{bc}$$", width=40, spans=[(8, 9, "cloze-answer")]).plain


PIECES = st.sampled_from(
    [
        *("\\frac", "\\sqrt", "{", "}", "^", "_", "a", "2", " ", "\\alpha", "\\", "(", ")", "é", "&", "\\\\", "="),
        *(
            "\\left(",
            "\\right)",
            "\\begin{pmatrix}",
            "\\end{pmatrix}",
            "\\sum",
            "\\text{x y}",
            "+",
            "-",
            "\\hat",
            "[",
            "]",
        ),
        *(
            "\\begin{cases}",
            "\\end{cases}",
            "\\overline",
            "\\underbrace",
            "\\max",
            "\\mathbf",
            "\\not",
            "\\middle|",
            "|",
        ),
    ]
)


@given(st.lists(PIECES, max_size=25).map("".join), st.integers(5, 80))
def test_no_formula_raises_is_too_wide_or_keeps_half_a_command(source: str, width: int) -> None:
    drawn = display(source, width)
    assert drawn is None or all(cell_len(line) <= width and "\\" not in line for line in drawn)
    shown = to_unicode(source)
    assert shown == source or "\\" not in shown


@given(st.text(max_size=60))
def test_any_text_in_a_formula_is_drawn_or_shown(source: str) -> None:
    display(source, 40)


@pytest.mark.parametrize(
    "source", ["{" * 5000, "\\frac{a}" * 3000, "x_" * 900, "\\left(" * 300, "\\begin{matrix}" * 140]
)
def test_what_is_nested_too_deep_or_too_long_is_given_up(source: str) -> None:
    assert display(source, 80) is None


@pytest.mark.parametrize("command", ["not", "hat", "sqrt", "frac", "mathbb", "big", "binom", "overline"])
def test_commands_within_commands_need_no_braces_to_be_too_deep(command: str) -> None:
    source = f"\\{command} " * 300 + "x"
    assert display(source, 60) is None
    assert to_unicode(source) == source
    for marks in ("$", "$$"):
        assert f"\\{command}" in render_card(f"{marks}{source}{marks}", width=60).plain
