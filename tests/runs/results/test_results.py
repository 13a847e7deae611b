"""What is kept of runs."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.catalog import Catalog
from demos.frame import Frame, KnobValue, Summary
from studyapp.core.settings.model import Settings
from studyapp.runs.cards.draft import draft_of
from studyapp.runs.progress.guess import questions
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.results import Result, Results, ResultsError


def summary(after: float = 1.0, job: str = "elicit", trainable: int = 10) -> Summary:
    return Summary("Counting", job, 0.0, after, trainable, 100, "a number", 8, 0.5, True, "cafe", ("added",))


def result(after: float = 1.0, trainable: int = 10, **knobs: KnobValue) -> Result:
    every: dict[str, KnobValue] = {
        "job": "elicit",
        "steps": 6,
        "seed": 0,
        "pause": 0.0,
        "end": "well",
        "loud": False,
    }
    every |= knobs
    return Result(
        "count", every, summary(after, str(every["job"]), trainable), "2026-01-01T00:00:00+00:00", ((0, 0.0),)
    )


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "folder" / "results.jsonl")


def test_what_was_added_is_read_again_also_by_another_app(results: Results) -> None:
    results.add(result(0.5, seed=1))
    results.add(result(0.7, job="teach"))
    again = Results(results.path)
    assert results.all() == again.all() == (result(0.5, seed=1), result(0.7, job="teach"))
    assert again.of("count", "teach") == (result(0.7, job="teach"),)


def test_without_a_file_there_is_nothing(results: Results) -> None:
    assert results.all() == ()


@pytest.mark.parametrize(
    "damage", [b"", b"\n", b"{", b"[]", b'{"v": 2}', b'{"v": 1, "demo": "x"}', b"\xff\xfe", b"[" * 100_000]
)
def test_damaged_lines_are_passed_over_and_stay(results: Results, damage: bytes) -> None:
    results.add(result(0.5))
    before = results.path.read_bytes()
    results.path.write_bytes(damage + b"\n" + before + damage)
    results.add(result(0.6))
    assert results.all() == (result(0.5), result(0.6))
    assert results.path.read_bytes().startswith(damage + b"\n" + before + damage)


@given(st.recursive(st.none() | st.text() | st.floats(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)))
def test_no_line_makes_reading_fail(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    path = tmp_path_factory.mktemp("results") / "r"
    path.write_text(json.dumps({"v": 1, "demo": "x", "knobs": value, "summary": value}) + "\n" + json.dumps(value))
    assert Results(path).all() == ()


def test_text_from_the_file_cannot_act_on_the_terminal(results: Results) -> None:
    results.add(dataclasses.replace(result(), demo="a\x1b[31m"))
    assert results.all()[0].demo == "a␛[31m"


def test_a_file_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ResultsError, match="can't save the result"):
        Results(tmp_path / "file" / "results.jsonl").add(result())


def test_runs_of_one_setting_are_averaged_and_a_seed_counts_once(results: Results, counting: Catalog) -> None:
    for after, seed in ((0.1, 0), (0.5, 0), (0.7, 1)):
        results.add(result(after, seed=seed))
    results.add(result(1.0, steps=12))
    results.add(result(1.0, job="teach"))
    standard, other = results.points("elicit", counting.demos)
    assert standard.accuracy == pytest.approx(0.6)
    assert (standard.runs, standard.lowest, standard.highest) == (2, 0.5, 0.7)
    assert (standard.standard, other.standard, other.turned) == (True, False, "steps 12")


def test_a_run_keeps_its_curve_short_and_with_both_ends() -> None:
    run = DemoRun("count", {"job": "elicit"})
    for step in range(1001):
        run.take(Frame(step, 1000, "", {"accuracy": step / 1000}))
    assert run.result("") is None
    run.take(Frame(1000, 1000, "", {"accuracy": 1.0}, summary=summary()))
    kept = run.result("now", ("✓ yes",))
    assert kept is not None
    assert (kept.curve[0], kept.curve[-1]) == ((0, 0.0), (1000, 1.0))
    assert len(kept.curve) <= 62
    assert kept.guesses == ("✓ yes",)


def test_a_value_that_stays_is_kept_at_both_ends_of_its_plateau() -> None:
    run = DemoRun("count", {})
    for step, value in enumerate((0.0, 0.5, 0.5, 0.5, 1.0)):
        run.take(Frame(step, 4, "", {"accuracy": value}))
    assert run.curves["accuracy"] == [(0, 0.0), (1, 0.5), (3, 0.5), (4, 1.0)]


@pytest.mark.parametrize(
    ("after", "guess", "right"), [(0.1, 0, True), (0.2, 0, False), (0.95, 3, True), (1.0, 2, False)]
)
def test_before_the_first_run_the_guess_is_how_far_it_gets(
    counting: Catalog, after: float, guess: int, right: bool
) -> None:
    (question,) = questions(counting.demos[0], result().knobs, [])
    assert question.verdict(guess, summary(after)).startswith("✓" if right else "✗")


@pytest.mark.parametrize(
    ("after", "trainable", "answers"), [(0.5, 10, (1, 1)), (0.51, 12, (1, 2)), (0.6, 10, (2, 1)), (0.4, 3, (0, 0))]
)
def test_after_a_knob_was_turned_the_guess_is_what_that_changes(
    counting: Catalog, after: float, trainable: int, answers: tuple[int, int]
) -> None:
    past = [result(0.5), result(0.9)]
    asked = questions(counting.demos[0], result(steps=12).knobs, past)
    assert tuple(question.judge(summary(after, trainable=trainable)) for question in asked) == answers
    assert asked[0].text == "steps 6 → 12: the accuracy (0.50)?"


def test_a_demo_asks_its_own_question_and_its_run_answers(counting: Catalog) -> None:
    card = dataclasses.replace(counting.demos[0], answers=("left", "right"))
    (question,) = questions(card, result().knobs, [])
    assert (question.text, question.answers) == ("You double the steps: how far does it count?", ("left", "right"))
    came = dataclasses.replace(summary(), answer="right")
    assert question.verdict(1, came) == "✓ right, as you guessed"
    assert question.verdict(0, came) == "✗ right, and you guessed left"
    assert question.verdict(0, summary()).startswith("–")
    assert [one.text for one in questions(card, result(steps=12).knobs, [result()])][2:] == [question.text]


def test_another_job_or_seed_does_not_count_as_turning_a_knob(counting: Catalog) -> None:
    for knobs in (result(job="teach").knobs, result(seed=3).knobs, result().knobs):
        assert len(questions(counting.demos[0], knobs, [result()])) == 1


@pytest.mark.parametrize(
    ("settings", "middle"),
    [
        (Settings(), "\n?\n"),
        (Settings(multiline_card_separator="??", multiline_reversed_card_separator="???"), "\n??\n"),
        (Settings(multiline_card_separator="", single_line_card_separator=" >> "), " >> "),
        (Settings(single_line_card_separator="://"), "://"),
    ],
)
def test_a_card_is_one_card_whatever_the_demo_says(counting: Catalog, settings: Settings, middle: str) -> None:
    came = dataclasses.replace(summary(), kept="a\n\n?\nb", job="x\ny")
    draft = draft_of(counting.demos[0], result(steps=12).knobs, came)
    text = draft.text(settings)
    assert text == f"{draft.front}{middle}{draft.back}"
    assert "(steps 12)" in draft.front
    assert draft.back.endswith("[Run it](studyapp://demo/count?steps=12)")


def test_a_card_ends_with_the_vault_s_end_marker(counting: Catalog) -> None:
    settings = Settings(multiline_card_end_marker="+++")
    assert draft_of(counting.demos[0], result().knobs, summary()).text(settings).endswith("\n+++")
