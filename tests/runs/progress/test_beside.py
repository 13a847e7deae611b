"""What can be set besides a demo's own knobs."""

from __future__ import annotations

import pytest

from demos.catalog import catalog
from demos.frame import KnobError
from studyapp.runs.progress.beside import DEFAULTS, NOTHING, Beside, RivalError


def beside(name: str = "lora") -> Beside:
    return Beside(catalog().get(name), catalog())


def test_several_seeds_are_as_many_runs_from_the_seed_that_is_set() -> None:
    found = beside()
    assert found.take("seeds", 3)
    knobs = catalog().get("lora").settle({"seed": 4, "rank": 2})
    assert [run.knobs for run in found.runs(knobs)] == [{**knobs, "seed": seed} for seed in (4, 5, 6)]
    assert [run.knobs for run in found.runs({"rank": 2})] == [{"rank": 2}]


def test_seeds_beyond_those_that_a_demo_takes_are_refused() -> None:
    found = beside()
    found.take("seeds", 3)
    with pytest.raises(KnobError, match="seed takes a whole number from 0 to 9999, not '10000'"):
        found.runs(catalog().get("lora").settle({"seed": 9998}))


def test_a_rival_has_the_job_the_seed_and_the_device_of_the_run_and_its_own_defaults() -> None:
    found, knobs = beside(), catalog().get("lora").settle({"job": "teach", "seed": 4, "rank": 2})
    assert found.rival(knobs) is None
    found.take("against", DEFAULTS)
    same = found.rival(knobs)
    assert same is not None
    assert (same.name, same.run.demo, same.run.knobs["rank"], same.run.knobs["seed"]) == (DEFAULTS, "lora", 4, 4)
    found.take("against", "adapters")
    other = found.rival(knobs)
    assert other is not None
    assert (other.name, other.run.knobs["job"]) == ("Adapters", "teach")


def test_a_rival_that_does_not_take_the_job_is_reported() -> None:
    found = beside("in_context")
    found.take("against", "lora")
    with pytest.raises(RivalError, match="LoRA does not take this job"):
        found.rival(catalog().get("in_context").settle({"job": "pretrained"}))


def test_only_knobs_that_the_demo_lacks_are_taken() -> None:
    found = beside()
    assert found.values() == {"seeds": 1, "against": NOTHING}
    assert not found.take("rank", 3)
    assert "lora" not in found.knobs[1].choices
