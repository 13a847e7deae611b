from __future__ import annotations

import pytest
import torch

from demos.jobs import JOBS
from demos.toy.data import Data, data, pack, pairs, put_after_begin, unpack
from demos.toy.words import BEGIN, decode
from tests.demos.conftest import few
from tests.helpers.tiers import tiered


@pytest.mark.parametrize("job", JOBS)
@tiered("seed", [0, 1])
def test_no_held_out_sentence_occurs_in_training_or_twice(job: str, seed: int) -> None:
    drawn = pairs(job, seed, 2_000, 400)
    train, validation, test = ({tuple(given) for given, _ in part} for part in drawn)
    assert [len(part) for part in drawn] == [2_000, 400, 400]
    assert len(validation) == len(test) == 400
    assert not train & validation
    assert not train & test
    assert not validation & test


def test_equal_seeds_give_equal_sentences_and_others_other_ones() -> None:
    first, again, other = (pairs("elicit", seed, 20, 20) for seed in (3, 3, 4))
    assert first == again
    assert first[2] != other[2]


def test_the_three_splits_are_as_long_as_asked() -> None:
    drawn = data("teach", 0, train=30, held_out=10)
    assert isinstance(drawn, Data)
    assert [len(part.tokens) for part in drawn] == [30, 10, 10]


def test_a_row_is_a_question_without_an_instruction_and_its_answer() -> None:
    split = pack(
        [(["<b>", "dogs", "see", "a", "cat", ">"], ["Hunde", "sehen", "eine", "Katze"]), (["<b>", ">"], ["der"])]
    )
    assert [decode(row) for row in split.tokens.tolist()] == [
        "<b> dogs see a cat > Hunde sehen eine Katze ;",
        "<b> > der ; ; ; ; ; ; ; ;",
    ]
    assert split.answered.int().tolist() == [[0] * 6 + [1] * 5, [0, 0, 1, 1] + [0] * 7]
    assert (few().tokens[:, 0] == BEGIN).all()


def test_rows_give_back_the_words_they_were_made_of() -> None:
    taken, _, _ = pairs("teach", 1, 50, 1)
    assert unpack(pack([(["<b>", *given, ">"], wanted) for given, wanted in taken])) == taken


def test_some_rows_are_no_longer_than_the_longest_of_them() -> None:
    split = few(40)
    for row in range(40):
        one = split.rows(slice(row, row + 1))
        assert one.answered[0, -1]
        assert unpack(one) == unpack(split)[row : row + 1]


def test_symbols_after_the_beginning_move_the_rest_and_ask_nothing_more() -> None:
    split = few()
    put = put_after_begin(split, [7, 8])
    assert put.tokens[:, :3].tolist() == [[BEGIN, 7, 8]] * 20
    assert torch.equal(put.tokens[:, 3:], split.tokens[:, 1:])
    assert torch.equal(put.answered.sum(1), split.answered.sum(1))
    assert torch.equal(put.tokens[put.answered], split.tokens[split.answered])


def test_sentences_that_were_drawn_ahead_of_a_run_are_not_drawn_again() -> None:
    assert data("teach", 1, train=50, held_out=1) is data("teach", 1, train=50, held_out=1)


def test_parts_hold_every_row_once_and_rows_of_one_length_together() -> None:
    split = few(250)
    parts = split.parts()
    assert [len(rows) for rows in parts] == [100, 100, 50]
    assert sorted(torch.cat([*parts]).tolist()) == list(range(250))
    lengths = [split.rows(rows[place]).tokens.shape[-1] for rows in parts for place in (slice(1), slice(-1, None))]
    assert lengths == sorted(lengths)
    assert lengths[0] < lengths[-1]
