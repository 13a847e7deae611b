from __future__ import annotations

import random
from pathlib import Path

import pytest
from torch.nn.functional import cross_entropy

from demos.toy import checkpoint, pretrain
from demos.toy.data import Split, pack
from demos.toy.grammar import draw
from demos.toy.measure import exact_match
from demos.toy.tasks import HELD_OUT, TASKS, Task
from demos.toy.words import CHANGE_WORDS, DUTCH, ENGLISH, FILLERS, LANGUAGE_WORDS, WORDS
from tests.helpers.tiers import tiered


def some(count: int = 400) -> list[tuple[list[str], list[bool]]]:
    rng = random.Random(0)
    return [pretrain.document(rng) for _ in range(count)]


def pairs(words: list[str]) -> list[tuple[list[str], list[str]]]:
    """The solved sentences of a document."""
    body = words[words.index(":") + 1 if ":" in words else 1 :]
    solved = " ".join(body).rstrip(" ;").split(" ; ")
    return [(x.split(), y.split()) for x, y in (one.split(" > ") for one in solved)]


def test_a_document_is_an_instruction_or_none_and_four_solved_sentences() -> None:
    told = 0
    for words, answered in some():
        assert words[0] == "<b>"
        told += ":" in words
        shown = pairs(words)
        assert len(shown) == pretrain.EXAMPLES
        wanted = [word for word, mark in zip(words, answered, strict=True) if mark]
        assert wanted == [word for _, y in shown for word in (*y, ";")]
    assert 150 < told < 220


def test_an_instruction_names_the_changes_and_the_language_of_its_task_in_any_order() -> None:
    rng = random.Random(0)
    for task in TASKS:
        named = {word for change in task.changes for word in CHANGE_WORDS[change]} | set(LANGUAGE_WORDS[task.target])
        for _ in range(20):
            *words, colon = pretrain.instruction(task, rng)
            assert colon == ":"
            assert set(words) <= set(WORDS)
            right = [word for word in words if word in named and word not in FILLERS]
            assert len(task.changes) <= len(right) <= len(task.changes) + 1
            assert len([word for word in words if word not in named]) <= 2


def test_the_three_tasks_that_are_held_out_never_occur() -> None:
    rng = random.Random(1)
    given = [draw(rng) for _ in range(300)]
    secret = {(tuple(x), tuple(y)) for task in HELD_OUT for x, y in map(task.pair, given)}
    assert not secret & {(tuple(x), tuple(y)) for words, _ in some(1_000) for x, y in pairs(words)}


def test_dutch_is_only_ever_repeated_and_never_beside_english() -> None:
    dutch = 0
    for words, _ in some(1_000):
        for x, y in pairs(words):
            if set(x) <= set(DUTCH) and {"de", "het", "een", "geen"} & set(x):
                dutch += 1
                assert x == y
            elif x != y:
                assert not (set(DUTCH) - {"kleine"}) & {*x, *y}
                assert set(x) & set(ENGLISH) or x[0][0].isupper() or set(x).isdisjoint(ENGLISH)
    assert dutch > 50


@pytest.mark.slow
def test_a_short_run_of_the_recipe_learns() -> None:
    losses = [progress.loss for progress in pretrain.pretrain(seed=0, steps=40, batch=16)]
    assert losses[0] > 5.0
    assert sum(losses[-5:]) / 5 < losses[0] - 0.8


def test_equal_seeds_give_equal_models_and_other_seeds_other_ones() -> None:
    first, again, other = (
        checkpoint.digest(list(pretrain.pretrain(seed, steps=2, batch=4))[-1].model.state_dict())
        for seed in (5, 5, 6)
    )
    assert first == again != other


@pytest.mark.slow
def test_the_command_writes_a_file_that_loads(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "out.safetensors"
    assert pretrain.main(["--steps", "2", "--seed", "3", "--out", str(path)]) == 0
    said = capsys.readouterr().out
    assert "2 steps of 64 documents" in said
    assert " s" in said.splitlines()[-1]
    assert checkpoint.deserialise(path.read_bytes())[1]["seed"] == "3"
    checkpoint.load(path)


def test_the_shipped_model_reads_pretraining_documents_far_better_than_a_new_one() -> None:
    tokens, answered = pretrain.documents(64, random.Random(9))
    scores = checkpoint.load()(tokens[:, :-1])
    asked = answered[:, 1:]
    assert cross_entropy(scores[asked], tokens[:, 1:][asked]) < 0.15


def asked(task: Task, head: list[str], seed: int = 11) -> Split:
    rng = random.Random(seed)
    return pack([(["<b>", *head, *x, ">"], y) for x, y in (task.pair(draw(rng)) for _ in range(60))])


def instructed(task: Task) -> Split:
    return asked(task, [CHANGE_WORDS[change][0] for change in task.changes] + [LANGUAGE_WORDS[task.target][0], ":"])


@tiered("task", TASKS, ids=lambda task: f"{task.source}-{task.target}-{'+'.join(task.changes)}", quick=8)
def test_the_shipped_model_does_each_pretrained_task_when_told(task: Task) -> None:
    assert exact_match(checkpoint.load(), instructed(task)) > 0.9


@pytest.mark.parametrize("task", HELD_OUT, ids=lambda task: "+".join(task.changes))
def test_it_combines_what_it_never_saw_together_when_told(task: Task) -> None:
    assert exact_match(checkpoint.load(), instructed(task)) > 0.9


def test_told_nothing_it_repeats_so_there_is_something_left_to_learn() -> None:
    model = checkpoint.load()
    assert exact_match(model, asked(Task("en", "en", ("same",)), [])) > 0.95
    assert max(exact_match(model, asked(task, [])) for task in HELD_OUT) < 0.05
