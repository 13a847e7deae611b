from __future__ import annotations

import pytest

from demos import finetuning_2
from demos.toy import checkpoint
from tests.demos.conftest import FramesOf


def test_every_tensor_moves_and_the_summary_says_that_the_base_did(shared_frames: FramesOf) -> None:
    last = shared_frames(finetuning_2.run)[-1].summary
    assert last is not None
    assert last.steps[0] == "30 of 30 tensors have moved"
    assert not last.base_unchanged
    assert last.trainable == last.total == 174_528


def test_the_start_is_the_base_model(shared_frames: FramesOf) -> None:
    picture = shared_frames(finetuning_2.run)[0].picture
    assert picture is not None
    assert set(picture.values[0]) == {0.0}


def test_a_whole_model_is_kept_and_the_shipped_file_is_untouched(frames_of: FramesOf) -> None:
    before = checkpoint.PATH.read_bytes()
    last = frames_of(finetuning_2.run)[-1].summary
    assert last is not None
    assert last.kept_bytes > 4 * 174_528
    assert "as it was" in last.steps[2]
    assert checkpoint.PATH.read_bytes() == before


def test_the_picture_shows_that_every_part_moves(shared_frames: FramesOf) -> None:
    picture = shared_frames(finetuning_2.run)[-1].picture
    assert picture is not None
    assert picture.columns == ("embedding", "block 1", "block 2", "block 3", "norm", "output")
    assert all(share > 0 for share in picture.values[0])


@pytest.mark.slow
@pytest.mark.parametrize("job", ["elicit", "teach"])
def test_a_whole_run_learns(job: str) -> None:
    last = list(finetuning_2.run({"job": job}))[-1].summary
    assert last is not None
    assert last.before < 0.2
    assert last.after > 0.9
