from __future__ import annotations

from collections.abc import Mapping

import pytest
import torch

from demos import finetuning_1
from demos.frame import KnobValue
from demos.toy import checkpoint, setting
from demos.toy.model import ToyLlama
from demos.toy.setting import Setting
from tests.demos.conftest import FramesOf
from tests.helpers.tiers import tiered


@pytest.fixture
def settings(monkeypatch: pytest.MonkeyPatch) -> list[Setting]:
    """What `prepare` gave to the runs of a test."""
    given: list[Setting] = []

    def prepare(knobs: Mapping[str, KnobValue], rates: Mapping[str, float], steps: int) -> Setting:
        given.append(setting.prepare(knobs, rates, steps))
        return given[-1]

    monkeypatch.setattr(finetuning_1, "prepare", prepare)
    return given


@pytest.mark.slow
@pytest.mark.parametrize("head", ["mlp", "linear"])
def test_everything_below_the_new_layers_stays_bit_identical(
    frames_of: FramesOf, settings: list[Setting], head: str
) -> None:
    frames_of(finetuning_1.run, head=head, steps=5, learning_rate=0.1)
    base, adapted = checkpoint.load().state_dict(), settings[0].model.state_dict()
    below = [name for name in base if not name.startswith("lm_head")]
    assert len(below) == 29
    assert all(torch.equal(base[name], adapted[name]) for name in below)


def test_no_gradient_reaches_the_transformer(frames_of: FramesOf, settings: list[Setting]) -> None:
    frames_of(finetuning_1.run)
    model: ToyLlama = settings[0].model
    assert all(p.grad is None and not p.requires_grad for n, p in model.named_parameters() if "lm_head" not in n)


@tiered(
    "knobs, count",
    [({}, 32_056), ({"head": "linear"}, 11_960), ({"hidden": 32}, 64 * 32 + 32 + 32 * 184 + 184)],
)
def test_the_count_is_that_of_the_new_layers(shared_frames: FramesOf, knobs: dict[str, object], count: int) -> None:
    last = shared_frames(finetuning_1.run, **knobs)[-1].summary
    assert last is not None
    assert last.trainable == count
    assert last.kept_bytes >= 4 * (count + 128)
    assert last.base_unchanged
    assert last.steps[0].startswith("29 of 29 tensors")


def test_the_picture_shows_that_only_the_new_layers_move(shared_frames: FramesOf) -> None:
    picture = shared_frames(finetuning_1.run)[-1].picture
    assert picture is not None
    assert picture.columns == ("embedding", "block 1", "block 2", "block 3", "new")
    assert picture.values[0][:4] == (0.0, 0.0, 0.0, 0.0)
    assert picture.values[0][4] > 0


@pytest.mark.slow
def test_a_whole_run_learns_to_judge_what_happens() -> None:
    last = list(finetuning_1.run({"job": "classify"}))[-1].summary
    assert last is not None
    assert last.before < 0.2
    assert last.after > 0.7
