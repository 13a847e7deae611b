from __future__ import annotations

import pytest
import torch

from demos import feature_based, finetuning_1
from demos.toy import checkpoint
from demos.toy.measure import asked, features, forced
from demos.toy.words import LABELS
from tests.demos.conftest import FramesOf, few


@pytest.mark.slow
def test_stored_features_are_those_of_the_model_run_again() -> None:
    model, split = checkpoint.load(), few(120)
    stored = features(model, split)
    assert stored.shape == (int(split.answered.sum()), 64)
    again = torch.cat(
        [model.hidden(forced(one))[asked(one)] for one in (split.rows(slice(i, i + 1)) for i in range(120))]
    )
    assert torch.allclose(stored, again, atol=1e-5)


def test_features_carry_no_gradient_so_none_can_reach_the_base() -> None:
    model = checkpoint.load().requires_grad_(True)
    stored = features(model, few(40, "classify"))
    assert not stored.requires_grad
    head = feature_based.classifier(stored)
    torch.autograd.backward(head(stored).square().mean())
    assert all(parameter.grad is None for parameter in model.parameters())
    assert all(parameter.grad is not None for parameter in head.parameters())


def test_the_classifier_reads_standardised_features() -> None:
    stored = features(checkpoint.load(), few(400, "classify"))
    standard = feature_based.classifier(stored)[0](stored)
    assert standard.mean(0).abs().max() < 1e-4
    assert (standard.std(0) - 1).abs().max() < 1e-3


@pytest.mark.slow
@pytest.mark.parametrize("job", ["elicit", "classify"])
def test_it_is_finetuning_i_with_a_linear_head(frames_of: FramesOf, job: str) -> None:
    """To the last digits: how many sentences the model reads at once changes how torch adds up."""
    here = frames_of(feature_based.run, job=job, steps=20, learning_rate=0.02)
    there = frames_of(finetuning_1.run, job=job, steps=20, learning_rate=0.02, head="linear")
    losses = [[frame.scalars["loss"] for frame in frames] for frames in (here, there)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-4)
    assert [frame.samples for frame in here] == [frame.samples for frame in there]
    assert losses[0][0] != losses[0][-1]


def test_a_run_keeps_the_classifier_and_leaves_the_base(shared_frames: FramesOf) -> None:
    last = shared_frames(feature_based.run, job="classify")[-1].summary
    assert last is not None
    assert last.trainable == 64 * 184 + 184 == 11_960
    assert last.kept_bytes >= 4 * (11_960 + 2 * 64)
    assert last.base_unchanged
    assert "classifier" in last.kept


def test_the_picture_counts_what_was_answered_for_each_wanted_label(shared_frames: FramesOf) -> None:
    picture = shared_frames(feature_based.run, job="classify")[-1].picture
    assert picture is not None
    assert picture.rows == picture.columns == LABELS
    assert all(0 <= share <= 1 for row in picture.values for share in row)
    assert all(sum(row) <= 1 + 1e-6 for row in picture.values)


def test_of_sentences_the_picture_shows_which_kinds_of_words_are_right(frames_of: FramesOf) -> None:
    picture = frames_of(feature_based.run, job="teach")[-1].picture
    assert picture is not None
    assert set(picture.columns) == {"small words", "adjectives", "nouns", "verbs", "the end"}
    assert all(0 <= share <= 1 for share in picture.values[0])


@pytest.mark.slow
def test_a_whole_run_finds_what_the_embeddings_know_of_good_and_bad() -> None:
    last = list(feature_based.run({"job": "classify"}))[-1].summary
    assert last is not None
    assert last.before < 0.05
    assert 0.6 < last.after < 0.95, "better than chance, but a straight cut cannot turn a verb round with its not"
