"""A formula is shown in Unicode only if that says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.tui.render.formulas.one_line import to_unicode, with_formulas
from tests.helpers.rows import each_row


@each_row(
    "source, shown",
    [
        (r"P_\theta", "P_θ"),
        (r"P'_\theta", "P′_θ"),
        (r"x^{10}_{ij}", "x¹⁰ᵢⱼ"),
        (r"P_{prefix}", "P_(prefix)"),
        (r"\sum_{i=1}^n i^2", "∑ᵢ₌₁ⁿ i²"),
        (r"W \in \mathbb{R}^{d \times k}", "W ∈ ℝ^(d × k)"),
        (r"\frac{a+b}{2}", "(a+b)/2"),
        (r"\frac{a}{bc}", "a/(bc)"),
        (r"\frac{a}{b}c", "(a/b)c"),
        (r"\frac{a}{b}^2", "(a/b)²"),
        (r"y = \frac{1}{n}", "y = 1/n"),
        (r"{ab}^2", "(ab)²"),
        (r"\sqrt{x}^2", "(√x)²"),
        (r"\sqrt{ab}", "√(ab)"),
        (r"\text{softmax}\left(\frac{QK^T}{\sqrt{d_k}}\right)V", "softmax(QKᵀ/√dₖ)V"),
        (r"\log x", "log x"),
        (r"\{1, 2\}", "{1, 2}"),
        (r"A^{-1}", "A⁻¹"),
        (r"x ^2 _i", "x²ᵢ"),
        (r"\log {x}", "log x"),
        (r"\log\!(x)", "log(x)"),
        (r"\displaystyle\sum\limits_i x", "∑ᵢ x"),
        (r"\operatorname*{argmax}_{\theta} p", "argmax_θ p"),
        (r"\left< x \right>", "⟨x⟩"),
        (r"A~B", "A B"),
        ("x\\ ", "x"),
    ],
)
def test_known_formulas_become_unicode(source: str, shown: str) -> None:
    assert to_unicode(source) == shown


@each_row(
    "source",
    [
        r"\begin{matrix} a & b \\ c & d \end{matrix}",
        r"\unknown x",
        r"a^b^c",
        r"x^",
        r"\left( a",
        r"a \right)",
        r"\\a",
        r"a \\ b",
        r"{a",
        r"a}",
        r"\frac{a}",
        r"\sqrt[5]{x}",
        r"\mathbb{é}",
        r"a & b",
        r"^2",
        "{" * 50 + "}" * 50,
        "x" * 5000,
    ],
)
def test_any_doubt_shows_the_source(source: str) -> None:
    assert to_unicode(source) == source


@given(
    st.lists(st.sampled_from(["\\frac", "\\sqrt", "{", "}", "^", "_", "a", "2", " ", "\\alpha", "\\", "(", ")", "é"]))
)
def test_no_formula_raises_or_keeps_half_a_command(parts: list[str]) -> None:
    source = "".join(parts)
    shown = to_unicode(source)
    assert shown == source or "\\" not in shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (r"$W + \frac{\alpha}{r} B A$", "W + (α/r) B A"),
        (r"rank $r$ of $$\alpha$$ x", "rank r of α x"),
        ("costs $5 and $6", "costs $5 and $6"),
        (r"a \$x$ b", r"a \$x$ b"),
        (r"$\unknown{x}$ stays", r"$\unknown{x}$ stays"),
        ("no formula", "no formula"),
    ],
)
def test_formulas_in_a_line_of_a_list_are_text(text: str, shown: str) -> None:
    assert with_formulas(text) == shown
