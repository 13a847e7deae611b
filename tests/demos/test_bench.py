from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest

from demos import catalog
from demos.shipped import Shipped, shipped
from tests.bench import demos as bench


def one(name: str, job: str, seed: int, after: float, **knobs: float) -> dict[str, Any]:
    return {
        "name": name,
        "method": name.title(),
        "job": job,
        "before": 0.01,
        "after": after,
        "trainable": 512,
        "total": 174_528,
        "kept_bytes": 2_100,
        "seconds": 2.0 + seed,
        "knobs": {"job": job, "seed": seed, **knobs},
    }


def test_every_method_is_measured_on_each_job_that_it_takes_with_each_seed() -> None:
    names = [card.name for card in catalog.load().demos]
    listed = list(bench.runs(names, bench.JOBS, range(5), search=False))
    for card in catalog.load().demos:
        jobs = next(knob.choices for knob in card.knobs if knob.name == "job")
        own = [(run.knobs["job"], run.knobs["seed"]) for run in listed if run.method == card.name]
        assert sorted(own) == sorted((job, seed) for job in jobs for seed in range(5))
    assert {run.split for run in listed} == {"test"}


def test_a_knob_goes_to_the_methods_that_have_it() -> None:
    listed = list(bench.runs(["lora", "in_context"], ["teach"], [0], search=False, steps=1_600))
    assert [run.knobs.get("steps") for run in listed] == [1_600, None]


def test_a_search_tries_each_rate_on_the_validation_split_with_seeds_that_no_report_uses() -> None:
    listed = list(bench.runs(["lora"], ["teach"], bench.SEARCH_SEEDS, search=True))
    assert {run.split for run in listed} == {"validation"}
    assert {run.knobs["learning_rate"] for run in listed} == set(bench.SEARCHED["lora"])
    assert not set(bench.SEARCH_SEEDS) & set(range(20))


@pytest.mark.parametrize("name", bench.SEARCHED)
def test_the_rates_that_a_method_uses_are_among_those_tried(name: str) -> None:
    rates = importlib.import_module(f"demos.{name}").RATES
    forms = rates.values() if name == "prefix" else (rates,)
    assert all(set(form) == {"elicit", "compose", "teach", "classify"} for form in forms)
    assert {rate for form in forms for rate in form.values()} <= set(bench.SEARCHED[name])


def test_the_figures_are_the_median_the_worst_and_how_many_runs_failed() -> None:
    found = [one("soft", "elicit", seed, after) for seed, after in enumerate((0.98, 1.0, 0.99, 0.5))]
    figures = bench.figures(found)["elicit"]["soft"]
    assert (figures.median, figures.worst, figures.best, figures.failures, figures.seeds) == (0.985, 0.5, 1.0, 1, 4)
    assert (figures.before, figures.trained, figures.kept_bytes, figures.seconds) == (0.01, 512, 2_100, 3.5)


def test_the_table_shows_median_worst_failures_parameters_and_seconds() -> None:
    found = [one("soft_prompt", "elicit", seed, after) for seed, after in enumerate((0.98, 1.0, 0.5))]
    found.append(one("soft_prompt", "teach", 0, 0.0))
    head, rule, row = bench.report(bench.figures(found))
    assert head == "| method | trained | kept, bytes | elicit | teach | seconds |"
    assert rule.count("|") == head.count("|") == row.count("|")
    assert row == "| Soft Prompt Tuning | 512 | 2,100 | .98 (.50), 1 of 3 failed | .00 (.00) | 2.0–3.0 |"


def test_a_job_that_a_method_does_not_take_is_a_dash() -> None:
    rows = list(bench.report(bench.figures([one("soft", "elicit", 0, 1.0), one("icl", "pretrained", 0, 0.6)])))
    assert "| – |" in rows[2]
    assert "| – |" in rows[3]


def test_a_search_keeps_its_rates_apart() -> None:
    found = [one("soft", "elicit", 0, 0.5, learning_rate=0.1), one("soft", "elicit", 0, 1.0, learning_rate=0.01)]
    assert list(bench.report_search(found))[2:] == ["| soft | 0.01 | 1.00 (1.00) |", "| soft | 0.1 | .50 (.50) |"]


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    table = bench.figures([one("soft", "elicit", 0, 0.5), one("soft", "teach", 0, 0.5), one("lora", "teach", 0, 1.0)])
    (tmp_path / "results.json").write_text(Shipped("here", table).text())
    assert shipped(tmp_path / "results.json") == Shipped("here", table)


def test_the_table_of_the_readme_is_that_of_the_shipped_results() -> None:
    readme = (catalog.HERE / "README.md").read_text("utf-8")
    assert "\n".join(bench.report(shipped().jobs)) in readme
    assert shipped().machine in readme


@pytest.mark.slow
def test_a_measurement_ends_with_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--methods", "feature_based", "--jobs", "classify", "--seeds", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| method |")
    median, worst = json.loads(lines[-1])["classify"]["feature_based"]
    assert 0.6 < median == worst
