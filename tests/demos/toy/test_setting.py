from __future__ import annotations

import pytest
import torch

from demos.frame import Frame, KnobError, KnobValue
from demos.jobs import JOBS
from demos.toy import setting as module
from demos.toy.measure import loss
from demos.toy.setting import Kept, Outcome, Setting, prepare

KNOBS: dict[str, KnobValue] = {"job": "elicit", "seed": 0, "device": "cpu", "steps": 20, "learning_rate": 0.0}
RATES = {"elicit": 1e-3, "teach": 0.25}


@pytest.fixture
def setting(little_data: None) -> Setting:
    return prepare(KNOBS, RATES)


def test_the_summary_says_whether_the_base_is_what_it_was(setting: Setting) -> None:
    outcome = Outcome(0.0, 1.0, Frame(20, 20, ""))
    before = setting.finish(outcome, "none", 0, Kept("nothing", b"")).summary
    with torch.no_grad():
        setting.model.norm.weight[3] += 1e-3
    after = setting.finish(outcome, "none", 0, Kept("nothing", b"")).summary
    assert before is not None
    assert after is not None
    assert (before.base_unchanged, after.base_unchanged) == (True, False)
    assert before.base_checksum == after.base_checksum == setting.checksum[:16]


def test_zero_means_the_job_s_own_steps_and_the_method_s_own_rate(little_data: None) -> None:
    own = prepare({**KNOBS, "job": "teach", "steps": 0}, RATES)
    assert (own.steps, own.rate) == (JOBS["teach"].steps, 0.25)
    assert prepare({**KNOBS, "steps": 0}, RATES, 1_500).steps == 1_500
    for job, steps in (("teach", 800), ("elicit", JOBS["elicit"].steps)):
        assert prepare({**KNOBS, "job": job, "steps": 0}, RATES, {"teach": 800}).steps == steps
    asked = prepare({**KNOBS, "learning_rate": 0.125}, RATES)
    assert (asked.steps, asked.rate) == (20, 0.125)


def test_a_search_measures_on_the_validation_sentences(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    assert setting.held_out is setting.data.test
    monkeypatch.setattr(module, "MEASURED_ON", "validation")
    assert setting.held_out is setting.data.validation


@pytest.mark.skipif(torch.cuda.is_available(), reason="asks for a GPU where there is none")
def test_asking_for_a_gpu_where_there_is_none_says_what_there_is() -> None:
    with pytest.raises(KnobError, match="takes cpu here"):
        prepare({**KNOBS, "device": "cuda"}, RATES)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_a_run_on_a_gpu_starts_from_the_same_place(little_data: None) -> None:
    here, there = (prepare({**KNOBS, "device": device}, RATES) for device in ("cpu", "cuda"))
    assert here.checksum == there.checksum
    on_gpu = loss(there.model, there.data.test).item()
    assert on_gpu == pytest.approx(loss(here.model, here.data.test).item(), abs=1e-4)
