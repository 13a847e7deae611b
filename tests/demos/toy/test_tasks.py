from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from demos.toy.tasks import (
    BEGIN,
    HELD_OUT,
    JOBS,
    LETTERS,
    SUBSTITUTION,
    SYMBOLS,
    TASKS,
    Task,
    data,
    decode,
    encode,
)


def answer(task: Task, text: str) -> str:
    return decode(task(torch.tensor(encode(text))).tolist())


def test_the_world_has_35_different_symbols_and_the_letters_come_first() -> None:
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 35
    assert "".join(SYMBOLS[:10]) == LETTERS


@given(st.lists(st.integers(0, 34), max_size=20))
def test_a_text_says_which_symbols_it_was_written_from(numbers: list[int]) -> None:
    assert encode(decode(numbers)) == numbers


def test_a_word_that_is_no_symbol_is_refused() -> None:
    with pytest.raises(ValueError, match="'xyz' is no symbol"):
        encode("abc > xyz")


@pytest.mark.parametrize(
    ("order", "shift", "wanted"),
    [
        ("copy", 0, "jabca"),
        ("copy", 1, "abcdb"),
        ("reverse", 0, "acbaj"),
        ("reverse", 3, "dfedc"),
        ("sort", 0, "aabcj"),
        ("rotate", 0, "abcaj"),
        ("swap", 0, "ajcba"),
        ("swap", 2, "cbedc"),
    ],
)
def test_a_task_orders_the_letters_then_shifts_the_alphabet(order: str, shift: int, wanted: str) -> None:
    assert answer(Task(order, shift), "jabca") == wanted


def test_seventeen_tasks_are_pretrained_and_three_are_not() -> None:
    assert len(TASKS) == len(set(TASKS)) == 17
    assert set(HELD_OUT) == {Task("reverse", 2), Task("sort", 1), Task("rotate", 3)}
    assert not set(TASKS) & set(HELD_OUT)


def test_the_taught_substitution_is_a_permutation_that_no_shift_imitates_and_that_moves_every_letter() -> None:
    assert sorted(SUBSTITUTION) == list(range(10))
    assert all(new != old for old, new in enumerate(SUBSTITUTION))
    assert len({(new - old) % 10 for old, new in enumerate(SUBSTITUTION)}) > 4


@given(st.text(LETTERS, min_size=5, max_size=5))
def test_classify_asks_for_the_first_place_of_the_smallest_letter(text: str) -> None:
    x = torch.tensor([encode(text)])
    assert JOBS["classify"].answer(x).tolist() == [[text.index(min(text))]]


def test_teach_reverses_and_substitutes() -> None:
    x = torch.tensor([[0, 1, 2, 3, 4]])
    assert JOBS["teach"].answer(x).tolist() == [[SUBSTITUTION[letter] for letter in (4, 3, 2, 1, 0)]]


def test_elicit_is_a_task_of_pretraining_and_compose_is_none() -> None:
    assert JOBS["elicit"].answer in TASKS
    assert JOBS["compose"].answer in HELD_OUT


@pytest.mark.parametrize("job", JOBS)
@pytest.mark.parametrize("seed", [0, 1])
def test_no_held_out_string_occurs_in_training_or_twice(job: str, seed: int) -> None:
    drawn = data(JOBS[job], seed)
    train, validation, test = ({tuple(row) for row in part.prompts.tolist()} for part in drawn)
    assert [len(part.prompts) for part in drawn] == [2_000, 400, 400]
    assert len(validation) == len(test) == 400
    assert not train & validation
    assert not train & test
    assert not validation & test


def test_every_job_and_method_gets_the_same_strings_from_the_same_seed_and_others_from_another() -> None:
    first, again, other = data(JOBS["elicit"], 3), data(JOBS["teach"], 3), data(JOBS["elicit"], 4)
    assert torch.equal(first.test.prompts, again.test.prompts)
    assert torch.equal(first.train.prompts, again.train.prompts)
    assert not torch.equal(first.test.prompts, other.test.prompts)


def test_a_prompt_asks_without_an_instruction() -> None:
    prompts = data(JOBS["elicit"], 0).test.prompts
    assert prompts.shape == (400, 7)
    assert (prompts[:, 0] == BEGIN).all()
    assert (prompts[:, 1:6] < len(LETTERS)).all()
    assert {SYMBOLS[number] for number in prompts[:, 6].tolist()} == {">"}
