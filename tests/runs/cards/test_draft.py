"""What a run writes into notes: cards that ask for it, with its link."""

from __future__ import annotations

import dataclasses
import itertools
from pathlib import Path

import pytest

from demos.catalog import DemoCard, catalog
from demos.frame import Knob, KnobValue, Summary
from studyapp.core.settings.model import Settings
from studyapp.runs.cards.draft import draft_of, three_of
from studyapp.study.reader.demo_links import choice_of_link, links_in
from tests.helpers.rows import each_row
from tests.helpers.vaults import handles_of, make_vault, open_vault

CAME = Summary("A method", "elicit", 0.0, 1.0, 10, 100, "a prefix", 8, 0.5, True, "cafe")


def values_of(knob: Knob) -> set[KnobValue]:
    """Values that the user can turn a knob to: what is offered, the ends, and some between."""
    if isinstance(knob.default, bool):
        return {True, False}
    found = {knob.default, *knob.choices}
    if isinstance(knob.default, int | float):
        kind = type(knob.default)
        found |= {kind(end) for end in (knob.low, knob.high) if end is not None}
        found |= {kind(value) for value in (0.1, 1e-05, 3, 12345) if kind(value) == value and knob._inside(value)}
    return found


EVERY = [
    (card, knob, value)
    for card in catalog().demos
    for knob in card.knobs
    for value in sorted(values_of(knob), key=str)
]


@each_row("card, knob, value", EVERY, ids=lambda row: f"{row[0].name}-{row[1].name}-{row[2]}")
def test_the_card_of_a_run_has_a_link_that_is_read_with_every_value(
    card: DemoCard, knob: Knob, value: KnobValue
) -> None:
    knobs = card.settle({knob.name: value})
    text = draft_of(card, knobs, CAME).text(Settings())
    (link,) = links_in(text)
    assert card.settle(choice_of_link(link, catalog()).knobs) == knobs


@pytest.mark.parametrize("card", catalog().demos, ids=lambda card: card.name)
def test_the_card_of_a_run_has_a_link_that_is_read_with_all_knobs_turned(card: DemoCard) -> None:
    values = [sorted(values_of(knob), key=str) for knob in card.knobs]
    for turned in itertools.islice(itertools.zip_longest(*values), max(map(len, values))):
        given = {k.name: k.default if v is None else v for k, v in zip(card.knobs, turned, strict=True)}
        knobs = card.settle(given)
        (link,) = links_in(draft_of(card, knobs, CAME).text(Settings()))
        assert card.settle(choice_of_link(link, catalog()).knobs) == knobs


def test_a_value_in_the_question_of_a_run_is_not_markup() -> None:
    card = next(card for card in catalog().demos if card.name == "soft_prompt")
    assert r"place after \<b\>" in draft_of(card, card.settle({"place": "after <b>"}), CAME).front


def test_three_cards_ask_for_the_fact_the_why_and_the_number(tmp_path: Path) -> None:
    came = dataclasses.replace(CAME, answer="q", steps=("merged into W: the scores differ by at most 1e-6",))
    for card in catalog().demos:
        text = three_of(card, card.settle({}), came).text(Settings())
        vault = open_vault(make_vault(tmp_path / card.name, {"Note.md": f"#flashcards\n\n{text}\n"}))
        fact, why, number = (handle.card for handle in handles_of(vault))
        assert "what is trained" in fact.front
        assert "merged into W" in why.back
        assert "10 trained numbers" in number.back
        assert list(links_in(text)) == [f"studyapp://demo/{card.name}"] * 3
