"""TeX is read into a tree, and refused where it has no certain form."""

from __future__ import annotations

import pytest

from studyapp.tui.render.formulas.display import display
from studyapp.tui.render.formulas.one_line import to_unicode
from studyapp.tui.render.formulas.tex import (
    Array,
    Braced,
    Char,
    Command,
    DoubtError,
    Fenced,
    Scripted,
    TexNode,
    WhiteSpace,
    formula_lines,
)
from tests.helpers.rows import each_row

A, B = (Char("a"),), (Char("b"),)


@each_row(
    "source, node",
    [
        ("{a}", Braced(A)),
        (r"\frac a {b}", Command("frac", (A, B))),
        (r"\frac ab", Command("frac", (A, B))),
        (r"\sqrt[3]{a}", Command("sqrt", (A,), "3")),
        (r"\sqrt{a}", Command("sqrt", (A,))),
        (r"\text {a b}", Command("text", (), "a b")),
        (r"\mathrm {a b}", Command("mathrm", (), "a b")),
        (r"\mathrm{a^b}", Braced((Scripted(Char("a"), {"^": B}),))),
        (r"\mathsf a", Braced(A)),
        ("{}^a", Scripted(Braced(()), {"^": A})),
        (r"a^\circ", Scripted(Char("a"), {"^": (Command("degree"),)})),
        (r"\alpha ", Command("alpha")),
        ("~", Command(" ")),
        (r"\bigl\{", Command("big", (), "{")),
        ("a^b_a", Scripted(Char("a"), {"^": B, "_": A})),
        ("a ^ {b}", Scripted(Char("a"), {"^": B})),
        (r"\left(a\middle|b\right.", Fenced(("(", "|", ""), (A, B))),
        (r"\left<a\right>", Fenced(("⟨", "⟩"), (A,))),
        (r"\begin{array}{l r}a&b\\[2pt]b\end{array}", Array("array", "lr", [[A, B], [B]])),
        (r"\substack{a\\ b}", Array("substack", "", [[A], [B]])),
    ],
)
def test_each_form_has_its_node(source: str, node: TexNode) -> None:
    assert formula_lines(source) == [(node,)]


def test_rows_keep_blanks_between_things_and_nothing_that_nobody_sees() -> None:
    assert formula_lines(r"a b\label{x}\\[1.5em] \displaystyle\alpha a\!b") == [
        (Char("a"), WhiteSpace(), Char("b")),
        (Command("alpha"), Char("a"), Char("b")),
    ]
    assert formula_lines("") == [()]


@each_row(
    "source",
    [
        *("{a", "a}", "a&b", "a%b", "#", "a_b_a", "_a", "a^", "\\", r"\frac a", r"\frac{a}}", r"\sqrt[3", r"\hat\!"),
        *(r"\left a\right)", r"\left(a", r"\left(a\end)", r"\big\alpha", r"\text a", r"\text{a^b}", r"\label{a"),
        *(r"\begin{matrix}a", r"\begin{matrix}a\end{array}", r"\substack{a", "{" * 60 + "}" * 60, "x" * 2001),
    ],
)
def test_whatever_has_no_certain_form_is_refused(source: str) -> None:
    with pytest.raises(DoubtError):
        formula_lines(source)
    assert to_unicode(source) == source
    assert display(source, 80) is None


def test_a_star_belongs_only_to_the_command_that_has_one() -> None:
    assert formula_lines(r"\alpha*b") == [(Command("alpha"), Char("*"), Char("b"))]
    assert formula_lines(r"\operatorname*{a}") == [(Command("operatorname*", (), "a"),)]
    assert display(r"\alpha*b", 20) == ("α ∗ b",)
