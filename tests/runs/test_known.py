"""What is known of the methods: shipped results, own runs, the mean of all tasks, families."""

from __future__ import annotations

from pathlib import Path

import pytest

from demos.catalog import Catalog, load
from studyapp.runs.families import families, short_title
from studyapp.runs.known import MEAN, known_points, mean_of, points_on
from studyapp.runs.results import Point, Results
from studyapp.runs.shipped import shipped_points
from tests.helpers.methods import JOBS, METHODS, NAMES, SHIPPED, own_run


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(tmp_path / "results.jsonl")


def test_every_method_has_shipped_results_that_are_no_own_runs() -> None:
    cards = load().demos
    for job in JOBS:
        points = shipped_points(job, cards)
        assert len(points) > len(cards) / 2
        assert not any(point.own for point in points)
        assert all(0 <= point.lowest <= point.accuracy <= point.highest <= 1 for point in points)
        assert all(point.runs for point in points)


def test_an_own_run_counts_in_place_of_the_shipped_ones(tmp_path: Path, results: Results) -> None:
    shipped = tmp_path / "shipped.json"
    shipped.write_text(SHIPPED.text(), "utf-8")
    results.add(own_run("lora", "teach", 0.9))
    known = known_points(METHODS.demos, JOBS, results, shipped)
    assert known["lora"]["teach"].own
    assert known["lora"]["teach"].accuracy == 0.9
    assert not known["lora"]["elicit"].own
    assert known["prefix"]["teach"].accuracy == 0.31
    assert known["prefix"]["teach"].runs == 20


@pytest.mark.parametrize("content", ["", "{", "[]", '{"machine": "x"}'])
def test_without_shipped_results_there_are_only_own_runs(tmp_path: Path, results: Results, content: str) -> None:
    (tmp_path / "none.json").write_text(content)
    results.add(own_run())
    for path in (tmp_path / "none.json", tmp_path / "missing.json"):
        known = known_points(METHODS.demos, JOBS, results, path)
        assert {name: list(jobs) for name, jobs in known.items() if jobs} == {"lora": ["teach"]}


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


def test_each_demo_is_in_one_family_and_own_ones_come_last(counting: Catalog) -> None:
    found = [*families((*counting.demos, *METHODS.demos))]
    assert [family.name for family in found] == ["Say it", "Steer it", "Change it", "Read it", "Your own"]
    listed = [card.name for family in found for card in family.cards]
    assert sorted(listed) == sorted([*NAMES, "count"])


@pytest.mark.parametrize(
    ("title", "short"),
    [
        ("Prefix Tuning", "Prefix"),
        ("Feature-based finetuning", "Feature-based"),
        ("Finetuning I", "Finetuning I"),
        ("Tuning", "Tuning"),
        ("", ""),
        ("In-context learning", "In-context"),
    ],
)
def test_a_short_title_leaves_out_what_all_are(title: str, short: str) -> None:
    assert short_title(title) == short
