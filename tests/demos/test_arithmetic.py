"""The formulas that demos declare, and whether they are true of the tensors."""

from __future__ import annotations

import contextlib
import importlib
import itertools
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos import catalog
from demos.arithmetic import Term, Worked, filled, holds, value_of, work_out
from demos.catalog import DemoCard
from demos.frame import Knob, KnobValue
from demos.shape import LLAMA_7B, TOY
from tests.helpers.tiers import tiered

CARDS = {card.name: card for card in catalog.load().demos}
ASIDE = {"job", "steps", "seed", "learning_rate", "device", "alpha", "gate", "start", "place", "search", "examples"}
"""Knobs that change no shape."""


def values_of(knob: Knob) -> tuple[KnobValue, ...]:
    if isinstance(knob.default, bool):
        return (False, True)
    ends = (int(knob.low or 0), int(knob.high or 0)) if isinstance(knob.default, int) else ()
    return tuple(dict.fromkeys((*knob.choices, *ends)))


def grid(card: DemoCard) -> Iterator[dict[str, KnobValue]]:
    """Every setting of the knobs that change a shape: the values that are offered, and both ends."""
    shaping = [knob for knob in card.knobs if knob.name not in ASIDE]
    for values in itertools.product(*map(values_of, shaping)):
        yield {knob.name: value for knob, value in zip(shaping, values, strict=True)}


@tiered("name", [name for name in CARDS if name not in ("in_context", "hard_prompt")], quick=("lora",))
def test_the_formula_counts_the_tensors_for_every_setting_of_the_knobs(
    name: str, monkeypatch: pytest.MonkeyPatch, little_data: None
) -> None:
    from demos.toy import setting as shared  # only this test needs torch

    counted: list[int] = []

    class CountedError(Exception):
        """There is no need to train."""

    def learn(setting: object, trained: Mapping[str, Any], *rest: object, **named: object) -> object:
        counted.append(sum(tensor.numel() for tensor in trained.values()))
        raise CountedError

    card, module = CARDS[name], importlib.import_module(f"demos.{name}")
    drawn = shared.prepare({**card.settle({}), "steps": 1}, 0.1).data
    monkeypatch.setattr(shared, "data", lambda job, seed: drawn)
    monkeypatch.setattr(module, "learn", learn)
    for setting in grid(card):
        with pytest.raises(CountedError):
            next(iter(module.run({"steps": 1, **setting})))
        assert card.trains(card.settle(setting)) == counted.pop(), setting


@pytest.mark.parametrize("name", ["in_context", "hard_prompt"])
def test_where_nothing_is_trained_the_formula_says_so(name: str) -> None:
    assert CARDS[name].trained == 0


def test_finetuning_everything_counts_the_whole_model() -> None:
    from demos.toy import checkpoint

    model = checkpoint.load()
    assert CARDS["finetuning_2"].trained == TOY.total == sum(p.numel() for p in model.parameters())


def test_seven_billion_is_llamas_own_count() -> None:
    assert LLAMA_7B.total == 6_738_415_616
    assert CARDS["finetuning_2"].trains(CARDS["finetuning_2"].settle({}), LLAMA_7B) == LLAMA_7B.total


def test_a_formula_is_worked_out_with_the_knobs_and_the_sizes() -> None:
    terms = (Term("P'", "length·k"), Term("MLP", "k·e + 2·L·d", "form=made"), Term("direct", "1", "form=direct"))
    knobs: dict[str, KnobValue] = {"length": 8, "k": 16, "e": 64, "form": "made"}
    assert work_out(terms, knobs) == (Worked("P'", "8·16", 128), Worked("MLP", "16·64 + 2·3·64", 1408))


def test_a_setting_may_be_a_yes_or_one_of_several() -> None:
    assert holds("norms=yes", {"norms": True})
    assert not holds("norms=yes", {"norms": False})
    assert holds("form=a, b", {"form": "b"})
    with pytest.raises(ValueError, match="not a knob"):
        holds("wings=2", {"norms": True})


@pytest.mark.parametrize("formula", ["2**9", "x", "f()", "1 if 1 else 2", "", "1.5", "True", "2·" * 200 + "2", "((("])
def test_text_that_is_not_a_formula_is_refused(formula: str) -> None:
    with pytest.raises(ValueError, match=r"formula|neither"):
        value_of(formula, {"d": 64})


@given(st.text())
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    filled(text, {"d": 64})
    with contextlib.suppress(ValueError):
        assert isinstance(value_of(text, {"d": 64}), int)


@pytest.mark.parametrize("formula", ["n·" * 50 + "n", "0 - " + "n·" * 50 + "n"])
def test_what_a_formula_comes_to_can_be_divided_whatever_the_knobs_are(formula: str) -> None:
    assert abs(value_of(formula, {"n": 10**24})) / 2 == 5e14
