from __future__ import annotations

import pytest

from demos import in_context
from demos.toy.data import pairs, unpack
from demos.toy.tasks import TASKS
from demos.toy.words import decode
from tests.demos.conftest import FramesOf


def some(job: str, count: int = 20, longest: int = 4) -> list[in_context.Question]:
    known, held, _ = pairs("elicit", 0, 50, count)
    return in_context.questions(job, held, known, longest, 0)


def test_a_prompt_is_k_solved_examples_and_the_question() -> None:
    of = some("elicit")
    (x1, y1), (x2, y2) = of[0][0][:2]
    given, wanted = of[0][1]
    words = decode(in_context.prompt(of[:1], 2).tokens[0].tolist()).split()
    assert words == ["<b>", *x1, ">", *y1, ";", *x2, ">", *y2, ";", *given, ">", *wanted, ";"]


def test_without_examples_it_is_the_bare_question() -> None:
    of = some("elicit")
    assert unpack(in_context.prompt(of, 0)) == [question for _, question in of]


def test_examples_are_sentences_that_were_given_to_choose_from() -> None:
    known, held, _ = pairs("elicit", 0, 50, 20)
    of = in_context.questions("elicit", held, known, 5, 0)
    assert all(example in known for examples, _ in of for example in examples)
    assert [question for _, question in of] == held


def test_exchanged_answers_belong_to_other_sentences_of_the_same_task() -> None:
    of = some("elicit")
    words = decode(in_context.prompt(of, 2, exchanged=True).tokens[1].tolist())
    (x1, _), (x2, _) = of[1][0][:2]
    (_, y1), (_, y2) = of[0][0][:2]
    assert words.startswith(" ".join(["<b>", *x1, ">", *y1, ";", *x2, ">", *y2, ";"]))


def test_all_thirty_seven_tasks_weigh_the_same_in_the_mean() -> None:
    of = some("pretrained")
    assert len(of) == in_context.COMPARED == 5 * len(TASKS)
    drawn = {" ".join(pair[0]) for examples, question in of for pair in (*examples, question)}
    assert len(drawn) > 800
    for row, (examples, question) in enumerate(of):
        source = TASKS[row % 37].source
        marker = {"en": ("the", "a"), "de": ("der", "die", "das", "ein", "eine")}[source]
        other = {"de": ("the", "a"), "en": ("der", "die", "das", "ein", "eine")}[source]
        given = [word for pair in (*examples, question) for word in pair[0]]
        assert set(given) & set(marker)
        assert not set(given) & set(other)


@pytest.mark.slow
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


@pytest.mark.slow
def test_more_examples_than_usual_are_shown_when_asked_for_and_the_job_of_all_tasks_is_named_in_the_summary(
    frames_of: FramesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(in_context, "COMPARED", 37)
    frames = list(in_context.run({"job": "pretrained", "examples": 6}))
    assert [frame.step for frame in frames] == [0, 1, 2, 3, 4, 5, 6, 6]
    summary = frames[-1].summary
    assert summary is not None
    assert summary.job == "pretrained"


@pytest.mark.slow
def test_one_example_is_enough_and_beyond_the_context_they_harm() -> None:
    frames = list(in_context.run({"job": "pretrained"}))
    accuracy = [frame.scalars["accuracy"] for frame in frames[:-1]]
    assert accuracy[0] < 0.2
    assert min(accuracy[1:4]) > 0.95
    assert accuracy[5] < 0.7 < accuracy[3]
    assert "longer than any text" in frames[4].caption
    assert "longer" not in frames[3].caption


@pytest.mark.slow
def test_exchanged_answers_harm_but_still_show_the_language() -> None:
    frames = list(in_context.run({"job": "elicit"}))
    assert all(0.2 < frame.scalars["exchanged"] < 0.8 for frame in frames[1:4])
    assert frames[-1].scalars["accuracy"] > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("job", ["teach", "classify"])
def test_examples_do_not_teach_what_was_never_asked(job: str) -> None:
    assert max(frame.scalars["accuracy"] for frame in in_context.run({"job": job})) < 0.05
