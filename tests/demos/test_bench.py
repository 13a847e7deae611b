from __future__ import annotations

import importlib
import json
from typing import Any

import pytest

from demos import catalog
from tests.bench import demos as bench


def one(name: str, job: str, seed: int, after: float, **knobs: float) -> dict[str, Any]:
    return {
        "name": name,
        "method": name.title(),
        "job": job,
        "before": 0.01,
        "after": after,
        "trainable": 512,
        "total": 155_456,
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


def test_a_search_tries_each_rate_on_the_validation_split_with_seeds_that_no_report_uses() -> None:
    listed = list(bench.runs(["lora"], ["teach"], bench.SEARCH_SEEDS, search=True))
    assert {run.split for run in listed} == {"validation"}
    assert {run.knobs["learning_rate"] for run in listed} == set(bench.SEARCHED["lora"][1])
    assert not set(bench.SEARCH_SEEDS) & set(range(bench.SEEDS))


@pytest.mark.parametrize("name", bench.SEARCHED)
def test_the_rate_that_a_method_uses_is_one_of_those_tried(name: str) -> None:
    module = importlib.import_module(f"demos.{name}")
    used = {module.RATE} if hasattr(module, "RATE") else set(module.RATES.values())
    assert used & set(bench.SEARCHED[name][1])


def test_the_table_shows_before_after_spread_parameters_and_seconds() -> None:
    found = [one("soft", "elicit", seed, after) for seed, after in enumerate((0.98, 1.0, 0.99))]
    found.append(one("soft", "teach", 0, 0.0))
    head, rule, row = bench.report(found)
    assert head == "| method | trained | % | kept, bytes | elicit | teach | seconds |"
    assert rule.count("|") == head.count("|") == row.count("|")
    assert row == "| Soft | 512 | 0.33 | 2,100 | .01 → .99 (.98–1.00) | .01 → .00 (.00–.00) | 2.0–4.0 |"


def test_a_job_that_a_method_does_not_take_is_a_dash() -> None:
    rows = list(bench.report([one("soft", "elicit", 0, 1.0), one("icl", "pretrained", 0, 0.6)]))
    assert "| – |" in rows[2]
    assert "| – |" in rows[3]


def test_the_figures_for_machines_are_json_by_method_and_job() -> None:
    found = [one("soft", "elicit", 0, 0.5), one("soft", "elicit", 1, 1.0)]
    figures = json.loads(json.dumps(bench.by_method(found)))["soft"]["elicit"]
    assert (figures["before"], figures["after"], figures["low"], figures["high"]) == (0.01, 0.75, 0.5, 1.0)
    assert (figures["spread"], figures["seconds"], figures["seeds"]) == (0.25, 2.5, 2)


def test_a_search_keeps_its_rates_apart() -> None:
    found = [one("soft", "elicit", 0, 0.5, learning_rate=0.1), one("soft", "elicit", 0, 1.0, learning_rate=0.01)]
    assert set(bench.by_method(found)) == {"soft 0.1", "soft 0.01"}
    assert list(bench.report_search(found))[2:] == ["| soft | 0.01 | 1.00 | 1.00 |", "| soft | 0.1 | .50 | .50 |"]


@pytest.mark.slow
def test_a_measurement_ends_with_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench.main(["--methods", "feature_based", "--jobs", "classify", "--seeds", "1", "--workers", "1"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("| method |")
    assert json.loads(lines[-1])["methods"]["feature_based"]["classify"]["after"] > 0.7
