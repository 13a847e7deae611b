from __future__ import annotations

import pytest
import torch

from demos.toy import checkpoint
from demos.toy.data import Split, pairs, unpack
from demos.toy.data import pack as packed
from demos.toy.measure import asked, exact_match, forced, greedy, loss, samples, wanted
from demos.toy.model import ToyLlama
from demos.toy.words import SYMBOLS, decode
from tests.demos.conftest import few


@pytest.fixture(scope="module")
def model() -> ToyLlama:
    return checkpoint.load()


def told(words: str, count: int = 60) -> Split:
    """English sentences that the model is to say in German, after an instruction."""
    held = pairs("elicit", 5, 1, count)[1]
    return packed([(["<b>", *words.split(), *given, ">"], answer) for given, answer in held])


@pytest.mark.parametrize(("words", "about"), [("translate deutsch :", 1.0), ("please deutsch :", 0.6), ("", 0.0)])
def test_one_pass_measures_what_answering_word_by_word_gives(model: ToyLlama, words: str, about: float) -> None:
    split = told(words)
    answers = [answer for _, answer in unpack(split)]
    said = [[SYMBOLS[number] for number in row] for row in greedy(model, split)]
    share = sum(one == other for one, other in zip(said, answers, strict=True)) / len(answers)
    assert exact_match(model, split) == share
    assert share == pytest.approx(about, abs=0.45)


def test_a_row_alone_is_answered_as_it_is_among_others(model: ToyLlama) -> None:
    split = told("say german :", 12)
    together = greedy(model, split)
    assert together == [greedy(model, split.rows(slice(row, row + 1)))[0] for row in range(12)]


def test_samples_show_the_question_what_is_wanted_and_what_the_model_says(model: ToyLlama) -> None:
    split = few(20)
    shown = samples(model, split)
    assert len(shown) == 8
    for sample, (given, answer) in zip(shown, unpack(split), strict=False):
        assert sample.given == " ".join(given) + " >"
        assert sample.wanted == " ".join(answer)
        assert sample.got == " ".join(given), "told nothing, the base model repeats"


def test_an_answer_without_an_end_is_cut_off(model: ToyLlama) -> None:
    def never_ends(tokens: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.one_hot(torch.full_like(tokens, 9), 184).float()

    assert {decode(row) for row in greedy(never_ends, few())} == {" ".join([SYMBOLS[9]] * 12)}


def test_what_is_compared_is_the_answers_words_and_their_end() -> None:
    split = few()
    assert forced(split).shape == asked(split).shape == (20, split.tokens.shape[1] - 1)
    by_hand = [number for row, marks in zip(split.tokens.tolist(), split.answered.tolist(), strict=True)
               for number, mark in zip(row, marks, strict=True) if mark]  # fmt: skip
    assert wanted(split).tolist() == by_hand


def test_the_loss_is_the_mean_cross_entropy_of_the_answers_symbols(model: ToyLlama) -> None:
    split = few()
    chances = model(forced(split)).log_softmax(-1)[asked(split)]
    assert torch.allclose(loss(model, split), -chances.gather(-1, wanted(split)[:, None]).mean())


@pytest.mark.slow
def test_all_sentences_count_the_same_however_many_there_are(model: ToyLlama) -> None:
    split = told("please deutsch :", 130)
    found = [exact_match(model, split.rows(slice(place, place + 1))) for place in range(130)]
    assert exact_match(model, split) == sum(found) / 130


def test_what_fills_a_row_up_is_never_judged(model: ToyLlama) -> None:
    split = told("translate deutsch :", 12)
    more = torch.full((12, 5), 9)
    longer = Split(torch.cat((split.tokens, more), 1), torch.cat((split.answered, more < 0), 1))
    assert exact_match(model, longer) == exact_match(model, split)
    assert torch.allclose(loss(model, longer), loss(model, split), atol=1e-5)
