"""What a demo's page says before a run: the sum, what doubling a knob costs, why it starts where it starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from demos.catalog import load
from studyapp.runs.progress.guess import GuessQuestion
from studyapp.tui.widgets.demo.texts import guess_text, numbers_text, twice_text

CARDS = {card.name: card for card in load().demos}


@pytest.mark.parametrize(
    ("name", "knobs", "at", "said"),
    [
        ("lora", {}, "", "rank × 2: 29,568"),
        ("lora", {"rank": 3}, "alpha", "rank × 2: 22,176"),
        ("lora", {"rank": 32}, "rank", "rank ÷ 2: 59,136"),
        ("prefix", {}, "", "prefix length × 2: 26,304"),
        ("prefix", {}, "hidden", "hidden × 2: 51,840"),
        ("prefix", {"form": "direct"}, "hidden", "prefix length × 2: 6,144"),
        ("llama_adapter", {"layers": 1}, "layers", "layers × 2: 1,288"),
        ("llama_adapter", {"layers": 3}, "layers", "prompt length × 2: 3,852"),
        ("finetuning_1", {"head": "linear"}, "hidden", ""),
        ("in_context", {}, "examples", "examples × 2: no more numbers, but each question is longer"),
    ],
)
def test_twice_of_a_knob_is_worked_out(name: str, knobs: dict[str, int], at: str, said: str) -> None:
    card = CARDS[name]
    assert twice_text(card, card.settle(knobs), at) == said


def test_a_start_is_that_of_the_setting() -> None:
    card = CARDS["soft_prompt"]
    words, noise = (
        numbers_text(card, card.settle({"start": start}), None, 76, table=False).plain for start in ("words", "noise")
    )
    assert "start    on words' embeddings" in words
    assert "noise" not in words
    assert "start    on noise" in noise


@pytest.mark.parametrize("table", [False, True])
@pytest.mark.parametrize("width", [30, 49, 76])
@pytest.mark.parametrize("name", CARDS)
def test_no_line_of_the_numbers_is_cut(name: str, width: int, table: bool) -> None:
    card = CARDS[name]
    for knob in card.knobs:
        for value in knob.choices or (knob.default,):
            knobs = card.settle({knob.name: value})
            text = numbers_text(card, knobs, None, width, table=table, at=knob.name).plain
            bare = " ".join(text.split())
            assert " ".join(twice_text(card, knobs, knob.name).split()) in bare
            if width == 76:
                assert max(map(len, text.split("\n"))) <= width


def test_what_is_not_declared_was_counted_by_the_run() -> None:
    card = replace(CARDS["lora"], count=(), twice="", start="")
    assert "?" in numbers_text(card, card.settle({}), None, 76, table=False).plain
    assert "14,784 of 174,528" in numbers_text(card, card.settle({}), 14_784, 76, table=True).plain


def test_where_there_is_no_room_for_all_answers_the_chosen_one_is_shown() -> None:
    question = GuessQuestion("Which?", ("the first of them", "the second of them", "the third of them"), lambda _: 0)
    assert guess_text(question, 2, (24, 9)).plain.count("\n") == 3
    assert guess_text(question, 2, (24, 2)).plain == "Which?\n3 the third of them ◂"
    assert "1 the first" in guess_text(question, None, (24, 2)).plain
