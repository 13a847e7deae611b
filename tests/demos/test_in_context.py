from __future__ import annotations

import pytest
import torch

from demos import in_context
from demos.toy.tasks import TASKS, decode, strings
from tests.demos.conftest import FramesOf


def some(job: str, count: int = 34) -> in_context.Questions:
    generator = torch.Generator().manual_seed(0)
    return in_context.questions(job, strings(count, generator), strings(100, generator), 4, generator)


def test_a_prompt_is_k_solved_examples_and_the_question() -> None:
    of = some("elicit")
    words = decode(in_context.prompt(of, 2).prompts[0].tolist()).split()
    assert words[0] == "<b>"
    assert [words[i] for i in (2, 4, 6, 8, 10)] == [">", ";", ">", ";", ">"]
    assert len(words) == 11
    assert words[9] == decode(of.asked[0].tolist())
    assert words[3] == decode(((of.shown[0, 0].flip(-1) + 3) % 10).tolist())


def test_without_examples_it_is_the_bare_question() -> None:
    assert in_context.prompt(some("elicit"), 0).prompts.shape == (34, 7)


def test_examples_are_strings_that_were_given_to_choose_from() -> None:
    generator = torch.Generator().manual_seed(0)
    known = strings(50, generator)
    of = in_context.questions("elicit", strings(20, generator), known, 5, generator)
    choice = {tuple(row) for row in known.tolist()}
    assert all(tuple(row) in choice for row in of.shown.flatten(0, 1).tolist())


def test_exchanged_answers_belong_to_other_strings_of_the_same_task() -> None:
    of = some("pretrained")
    right, wrong = in_context.prompt(of, 3), in_context.prompt(of, 3, shuffled=True)
    assert torch.equal(right.answers, wrong.answers)
    assert torch.equal(right.prompts[:, 1:7], wrong.prompts[:, 1:7])
    assert torch.equal(wrong.prompts[17:, 7:12], right.prompts[:-17, 7:12])
    assert not torch.equal(wrong.prompts[:, 7:12], right.prompts[:, 7:12])


def test_the_mean_is_over_all_seventeen_tasks_alike() -> None:
    of = some("pretrained")
    for row in range(34):
        task = TASKS[row % 17]
        assert torch.equal(of.wanted[row], task(of.asked[row]))
        assert torch.equal(of.solved[row], task(of.shown[row]))


def test_a_frame_for_each_number_of_examples_and_then_the_reported_one(frames_of: FramesOf) -> None:
    frames = list(in_context.run({"examples": 2}))
    assert [frame.step for frame in frames] == [0, 1, 2, 3, 4, 5, 5]
    summary = frames[-1].summary
    assert summary is not None
    assert summary.before == frames[0].scalars["accuracy"]
    assert summary.after == frames[2].scalars["accuracy"] == frames[-1].scalars["accuracy"]
    assert (summary.trainable, summary.kept, summary.kept_bytes, summary.base_unchanged) == (0, "nothing", 0, True)
    picture = frames[-1].picture
    assert picture is not None
    assert [len(line) for line in picture.values] == [6, 6, 6]


def test_more_examples_than_usual_are_shown_when_asked_for_and_the_job_of_all_tasks_is_named_in_the_summary(
    frames_of: FramesOf,
) -> None:
    frames = list(in_context.run({"job": "pretrained", "examples": 6}))
    assert [frame.step for frame in frames] == [0, 1, 2, 3, 4, 5, 6, 6]
    summary = frames[-1].summary
    assert summary is not None
    assert summary.job == "pretrained"


@pytest.mark.slow
def test_accuracy_rises_with_examples_up_to_three_and_falls_beyond_the_context() -> None:
    frames = list(in_context.run({"job": "pretrained"}))
    accuracy = [frame.scalars["accuracy"] for frame in frames[:-1]]
    assert accuracy[0] < 0.2
    assert accuracy[0] < accuracy[1] < accuracy[3]
    assert accuracy[3] > 0.5
    assert accuracy[5] < 0.1
    assert "longer than any text" in frames[4].caption
    assert "longer" not in frames[3].caption


@pytest.mark.slow
def test_exchanged_answers_do_not_help() -> None:
    frames = list(in_context.run({"job": "elicit"}))
    assert all(frame.scalars["exchanged"] < 0.1 for frame in frames)
    assert frames[-1].scalars["accuracy"] > 0.2
