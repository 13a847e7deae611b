"""A chemical formula is shown in Unicode only if that says the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.tui.render.formulas.chemistry import chemical
from studyapp.tui.render.formulas.display import display
from studyapp.tui.render.formulas.one_line import to_unicode, with_formulas
from tests.helpers.rows import each_row


@each_row(
    "source, shown",
    [
        ("H2SO4", "H₂SO₄"),
        ("CH4 + 2 O2 -> CO2 + 2 H2O", "CH₄ + 2 O₂ → CO₂ + 2 H₂O"),
        ("NH3 + H2O <=> NH4+ + OH-", "NH₃ + H₂O ⇌ NH₄⁺ + OH⁻"),
        ("2H2 + O2 -> 2H2O", "2H₂ + O₂ → 2H₂O"),
        ("SO4^2-", "SO₄²⁻"),
        ("SO4^{2-}", "SO₄²⁻"),
        ("Fe^3+ + e- -> Fe^2+", "Fe³⁺ + e⁻ → Fe²⁺"),
        ("CuSO4*5H2O", "CuSO₄·5H₂O"),
        ("Ca(OH)2", "Ca(OH)₂"),
        ("[Fe(CN)6]^4-", "[Fe(CN)₆]⁴⁻"),
        ("NaCl(aq)", "NaCl(aq)"),
        ("Ag+ + Cl- -> AgCl v", "Ag⁺ + Cl⁻ → AgCl ↓"),
        ("1/2 O2", "1/2 O₂"),
    ],
)
def test_formulas_and_equations_become_unicode(source: str, shown: str) -> None:
    assert chemical(source) == shown
    assert to_unicode(rf"\ce{{{source}}}") == shown
    assert display(rf"\ce{{{source}}}", 60) == (shown,)


@each_row(
    "source",
    [
        "",
        "h2o",
        "H_2O",
        "C_nH_{2n+2}",
        "^{227}_{90}Th",
        "A ->[heat] B",
        "Ca(OH2",
        "H2)O",
        r"H2\alpha",
        "$x$",
        "()",
        "(2)",
    ],
)
def test_what_is_not_certain_stays_as_it_is_written(source: str) -> None:
    assert chemical(source) is None
    written = rf"\ce{{{source}}}"
    assert to_unicode(written) == written


@given(st.text("HOCael0123456789()[]{}^+-=><*. v\\$_", max_size=24))
def test_any_source_is_shown_or_stays(source: str) -> None:
    made = chemical(source)
    assert made is None or not any(sign in made for sign in "\\${}_")
    to_unicode(rf"\ce{{{source}}}")


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        (r"\binom{n}{k}", "(n choose k)"),
        (r"\binom{n}{k} = \frac{n!}{k!\,(n-k)!}", "(n choose k) = n!/(k! (n-k)!)"),
        (r"\binom{n-1}{k-1} + \tbinom n k", "(n-1 choose k-1) + (n choose k)"),
        (r"\binom{n}{k}^2", "(n choose k)²"),
    ],
)
def test_a_binomial_in_a_line_is_spoken(source: str, shown: str) -> None:
    assert to_unicode(source) == shown
    assert with_formulas(f"so ${source}$ it is") == f"so {shown} it is"
