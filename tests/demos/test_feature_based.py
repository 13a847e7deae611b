from __future__ import annotations

import pytest
import torch

from demos import feature_based, finetuning_1
from demos.toy import checkpoint
from demos.toy.tasks import JOBS, Split, data
from demos.toy.train import answer_scores
from tests.demos.conftest import FramesOf


def test_stored_features_are_those_of_the_model_run_again() -> None:
    model, train = checkpoint.load(), data(JOBS["elicit"], 0).train
    stored = feature_based.features(model, train)
    rows = torch.randperm(len(train.prompts), generator=torch.Generator().manual_seed(1))[:64]
    again = answer_scores(model.hidden, Split(train.prompts[rows], train.answers[rows]))
    assert stored.shape == (2_000, 5, 64)
    assert torch.equal(stored[rows], again)


def test_features_carry_no_gradient_so_none_can_reach_the_base() -> None:
    model, train = checkpoint.load().requires_grad_(True), data(JOBS["classify"], 0).train
    stored = feature_based.features(model, train)
    assert not stored.requires_grad
    head = feature_based.classifier(stored)
    torch.autograd.backward(head(stored).square().mean())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(parameter.grad is not None for parameter in head.parameters())


def test_the_classifier_reads_standardised_features() -> None:
    stored = feature_based.features(checkpoint.load(), data(JOBS["classify"], 0).train)
    standard = feature_based.classifier(stored)[0](stored).flatten(0, 1)
    assert standard.mean(0).abs().max() < 1e-4
    assert (standard.std(0) - 1).abs().max() < 1e-3


@pytest.mark.parametrize("job", ["elicit", "classify"])
def test_it_is_finetuning_i_with_a_linear_head_bit_for_bit(frames_of: FramesOf, job: str) -> None:
    here = frames_of(feature_based.run, job=job, steps=20, learning_rate=0.02)
    there = frames_of(finetuning_1.run, job=job, steps=20, learning_rate=0.02, head="linear")
    assert [frame.scalars["loss"] for frame in here] == [frame.scalars["loss"] for frame in there]
    assert [frame.scalars["accuracy"] for frame in here] == [frame.scalars["accuracy"] for frame in there]
    assert [frame.samples for frame in here] == [frame.samples for frame in there]
    assert here[0].scalars["loss"] != here[-1].scalars["loss"]


def test_a_run_keeps_the_classifier_and_leaves_the_base(frames_of: FramesOf) -> None:
    last = frames_of(feature_based.run, job="classify")[-1].summary
    assert last is not None
    assert last.trainable == 64 * 35 + 35 == 2_275
    assert last.kept_bytes >= 4 * (2_275 + 2 * 64)
    assert last.base_unchanged
    assert "classifier" in last.kept


def test_the_picture_counts_what_was_answered_for_each_wanted_symbol(frames_of: FramesOf) -> None:
    picture = frames_of(feature_based.run, job="classify")[-1].picture
    assert picture is not None
    assert picture.rows == picture.columns == ("a", "b", "c", "d", "e")
    assert all(0 <= share <= 1 for row in picture.values for share in row)
    assert all(sum(row) <= 1 + 1e-6 for row in picture.values)


@pytest.mark.slow
def test_a_whole_run_finds_the_place_of_the_smallest_letter() -> None:
    last = list(feature_based.run({"job": "classify"}))[-1].summary
    assert last is not None
    assert last.before < 0.2
    assert last.after > 0.7
