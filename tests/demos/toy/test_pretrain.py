from __future__ import annotations

import random
from pathlib import Path

import pytest
import torch
from torch.nn.functional import cross_entropy

from demos.toy import checkpoint, pretrain
from demos.toy.tasks import HELD_OUT, NUMBER, ORDER_WORDS, SHIFT_WORDS, TASKS, Split, Task, decode, encode, strings
from demos.toy.train import exact_match


def some(count: int = 200) -> list[tuple[list[int], list[bool]]]:
    tokens, answered = pretrain.documents(count, random.Random(0), torch.Generator().manual_seed(0))
    return list(zip(tokens.tolist(), answered.tolist(), strict=True))


def test_a_document_is_an_instruction_or_none_and_four_solved_strings_of_one_pretrained_task() -> None:
    named = 0
    for tokens, answered in some():
        words = decode(tokens).split()
        start = words.index(">") - 1
        named += start > 1
        body = words[start : start + 16]
        assert body[1::4] == [">"] * 4
        assert body[3::4] == [";"] * 4
        pairs = [
            (torch.tensor(encode(x)), torch.tensor(encode(y))) for x, y in zip(body[::4], body[2::4], strict=True)
        ]
        fitting = [task for task in TASKS if all(torch.equal(task(x), y) for x, y in pairs)]
        assert fitting
        if start > 1:
            assert 2 <= start - 1 <= 3
            task = next(t for t in TASKS if set(words[1:start]) & set(ORDER_WORDS[t.order])
                        and set(words[1:start]) & set(SHIFT_WORDS[t.shift]))  # fmt: skip
            assert task in fitting
        letters = [symbol for symbol, asked in zip(tokens, answered, strict=True) if asked]
        assert letters == [letter for _, y in pairs for letter in y.tolist()]
    assert 70 < named < 130


def test_a_short_run_of_the_recipe_learns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pretrain, "THREADS", 1)
    losses = [progress.loss for progress in pretrain.pretrain(seed=0, steps=40, batch=16)]
    assert losses[0] > 3.0
    assert sum(losses[-5:]) / 5 < 2.5


def test_equal_seeds_give_equal_models_and_other_seeds_other_ones() -> None:
    first, again, other = (
        checkpoint.digest(list(pretrain.pretrain(seed, steps=2, batch=4))[-1].model.state_dict())
        for seed in (5, 5, 6)
    )
    assert first == again != other


def test_the_command_writes_a_file_that_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pretrain, "THREADS", 1)
    path = tmp_path / "out.safetensors"
    assert pretrain.main(["--steps", "2", "--seed", "3", "--out", str(path)]) == 0
    said = capsys.readouterr().out
    assert "2 steps of 64 documents" in said
    assert " s" in said.splitlines()[-1]
    assert checkpoint.deserialise(path.read_bytes())[1]["seed"] == "3"
    checkpoint.load(path)


def test_the_shipped_model_reads_pretraining_documents_far_better_than_a_new_one() -> None:
    tokens, answered = pretrain.documents(64, random.Random(9), torch.Generator().manual_seed(9))
    scores = checkpoint.load()(tokens[:, :-1])
    asked = answered[:, 1:]
    assert cross_entropy(scores[asked], tokens[:, 1:][asked]) < 0.35


def instructed(task: Task) -> Split:
    x = strings(60, torch.Generator().manual_seed(11))
    head = [NUMBER["<b>"], NUMBER[ORDER_WORDS[task.order][0]], NUMBER[SHIFT_WORDS[task.shift][0]]]
    arrow = torch.full((60, 1), NUMBER[">"])
    return Split(torch.cat((torch.tensor([head]).expand(60, -1), x, arrow), dim=1), task(x))


@pytest.mark.parametrize("task", TASKS, ids=lambda task: f"{task.order}+{task.shift}")
def test_the_shipped_model_does_each_pretrained_task_when_told(task: Task) -> None:
    assert exact_match(checkpoint.load(), instructed(task)) > 0.9


def test_there_is_something_left_to_learn() -> None:
    model = checkpoint.load()
    assert min(exact_match(model, instructed(task)) for task in HELD_OUT) < 0.6
