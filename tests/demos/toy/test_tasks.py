from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.jobs import JOBS
from demos.toy.grammar import GrammarError, Sentence, draw, english, read
from demos.toy.tasks import ALL, HELD_OUT, SOURCES, TASKS, Task, after, before
from demos.toy.words import LABELS

SENTENCES = st.integers(0, 10_000).map(lambda seed: draw(random.Random(seed), past=0.5, negated=0.5))
DOG = read("the small dog sees a cat")


@pytest.mark.parametrize(
    ("task", "wanted"),
    [
        (Task("en", "de", ("same",)), "der kleine Hund sieht eine Katze"),
        (Task("en", "en", ("same",)), "the small dog sees a cat"),
        (Task("en", "de", ("past",)), "der kleine Hund sah eine Katze"),
        (Task("en", "en", ("plural",)), "the small dogs see cats"),
        (Task("en", "de", ("plural",)), "die kleinen Hunde sehen Katzen"),
        (Task("en", "de", ("past", "negate")), "der kleine Hund sah keine Katze"),
        (Task("en", "en", ("past", "negate")), "the small dog did not see a cat"),
        (Task("en", "en", ("question",)), "does the small dog see a cat ?"),
        (Task("en", "de", ("past", "question")), "sah der kleine Hund eine Katze ?"),
        (Task("en", "en", ("plural", "question")), "do the small dogs see cats ?"),
    ],
)
def test_a_task_changes_a_sentence_and_says_it_in_a_language(task: Task, wanted: str) -> None:
    asked, answer = task.pair(DOG)
    assert " ".join(asked) == "the small dog sees a cat"
    assert " ".join(answer) == wanted


def test_thirty_seven_tasks_are_pretrained_and_three_are_not() -> None:
    assert len(ALL) == len(set(ALL)) == 40
    assert len(TASKS) == 37
    assert len(HELD_OUT) == 3
    assert not set(TASKS) & set(HELD_OUT)


def test_what_is_never_seen_in_one_direction_is_seen_in_others() -> None:
    for task in HELD_OUT:
        assert sum(other.changes == task.changes for other in TASKS) == 3
        assert all(any(other.changes == (change,) for other in TASKS) for change in task.changes)


@given(SENTENCES, st.sampled_from(ALL))
def test_a_change_always_changes_something(sentence: Sentence, task: Task) -> None:
    given = before(sentence, task.changes)
    assert (after(given, task.changes) == given) == (task.changes == ("same",))


@pytest.mark.parametrize("job", JOBS)
def test_a_job_answers_its_own_example_as_it_says(job: str) -> None:
    example = JOBS[job].example
    given, wanted = SOURCES[job].answer(example.given)
    assert (" ".join(given), " ".join(wanted)) == (example.given, example.answer)


def test_elicit_is_a_task_of_pretraining_and_compose_is_not() -> None:
    assert SOURCES["elicit"].pair(DOG) == Task("en", "de", ("same",)).pair(DOG)
    assert SOURCES["compose"].pair(DOG) == HELD_OUT[0].pair(DOG)
    assert Task("en", "de", ("same",)) in TASKS


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("the dog sees a cat", "neutral"),
        ("the dog does not hear a cat", "neutral"),
        ("the dog kissed a cat", "positive"),
        ("the dog did not feed a cat", "negative"),
        ("the dog hates a cat", "negative"),
        ("the dog does not bite a cat", "positive"),
    ],
)
def test_not_turns_a_feeling_round(text: str, label: str) -> None:
    assert SOURCES["classify"].answer(text)[1] == [label]


@pytest.mark.parametrize("job", SOURCES)
def test_a_user_can_ask_what_a_job_draws(job: str) -> None:
    rng = random.Random(1)
    for _ in range(200):
        given, wanted = SOURCES[job].draw(rng)
        assert SOURCES[job].answer(" ".join(given)) == (given, wanted)


def test_labels_are_drawn_about_equally_often() -> None:
    rng = random.Random(1)
    drawn = [SOURCES["classify"].draw(rng)[1][0] for _ in range(3_000)]
    assert all(900 < drawn.count(label) < 1_100 for label in LABELS)


def test_a_sentence_that_a_job_does_not_ask_about_is_refused_with_one_that_it_does() -> None:
    with pytest.raises(GrammarError, match="neither past nor negated: the dog sees a cat"):
        SOURCES["compose"].answer("the dog did not see a cat")
    assert SOURCES["elicit"].answer("the dog did not see a cat")[0] == english(read("the dog did not see a cat"))
