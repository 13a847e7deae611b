"""A comparison of methods: its jobs, their mean, the runs that it lacks."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from demos.catalog import Catalog
from studyapp.runs.results.comparison import MEAN, jobs_of, mean_of, missing_runs, points_on
from studyapp.runs.results.results import Point, Results
from tests.helpers.methods import JOBS, METHODS, own_run


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "results.jsonl")


def test_the_mean_is_an_own_point_only_if_every_task_was_run_here(results: Results) -> None:
    for job in JOBS[:3]:
        results.add(own_run("lora", job, 0.5))
    by_demo = {point.demo: point for point in points_on(MEAN, METHODS.demos, JOBS, results)}
    assert not by_demo["lora"].own
    results.add(own_run("lora", JOBS[3], 0.9))
    by_demo = {point.demo: point for point in points_on(MEAN, METHODS.demos, JOBS, results)}
    assert by_demo["lora"].own
    assert by_demo["lora"].accuracy == pytest.approx(0.6)
    assert mean_of([by_demo["lora"]]).accuracy == by_demo["lora"].accuracy


def test_the_mean_counts_failures_among_the_runs_of_all_tasks(results: Results) -> None:
    points = [
        Point("lora", "LoRA", job, runs=20, failed=failed) for job, failed in zip(JOBS, (0, 3, 2), strict=False)
    ]
    assert (mean_of(points).failed, mean_of(points).runs) == (5, 60)


def test_missing_are_the_default_runs_that_no_result_has(results: Results, counting: Catalog) -> None:
    (card,) = counting.demos
    for knobs in ({"seed": 0}, {"seed": 1, "steps": 3}):
        results.add(replace(own_run(), demo="count", knobs=card.settle({"job": "elicit", **knobs})))
    wanted = [
        (knobs["job"], knobs["seed"]) for _, knobs in missing_runs(counting.demos, ["elicit"], range(2), results)
    ]
    assert wanted == [("elicit", 1)]
    assert missing_runs(counting.demos, ["juggle"], range(2), results) == []


def test_jobs_are_those_that_more_than_one_demo_takes(counting: Catalog) -> None:
    assert jobs_of(counting.demos) == []
    assert jobs_of(counting.demos * 2) == ["elicit", "teach"]


def test_a_turned_knob_gives_a_point_of_its_own_for_its_job_and_none_for_the_mean(
    results: Results, counting: Catalog
) -> None:
    assert points_on(MEAN, counting.demos, ["elicit"], results) == ()
    (card,) = counting.demos
    for steps, after in ((card.settle({})["steps"], 0.5), (3, 0.9)):
        knobs = card.settle({"job": "elicit", "steps": steps})
        results.add(replace(own_run("lora", "elicit", after), demo="count", knobs=knobs))
    points = points_on("elicit", counting.demos, ["elicit"], results)
    assert [(point.standard, point.accuracy) for point in points] == [(True, 0.5), (False, 0.9)]
    assert [point.accuracy for point in points_on(MEAN, counting.demos, ["elicit"], results)] == [0.5]
