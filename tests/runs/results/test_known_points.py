"""What each method reaches: in own runs, else in the shipped ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from demos.catalog import load
from studyapp.runs.results.known_points import known_points, shipped_points
from studyapp.runs.results.results import Results
from tests.helpers.methods import JOBS, METHODS, SHIPPED, own_run


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
