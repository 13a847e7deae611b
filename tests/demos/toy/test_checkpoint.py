from __future__ import annotations

import json
import struct
from pathlib import Path

import pytest
import torch

from demos.shape import Shape
from demos.toy import checkpoint, pretrain
from demos.toy.checkpoint import CheckpointError, deserialise, digest, load, serialise
from demos.toy.model import ToyLlama


def test_the_shipped_file_is_under_a_megabyte_and_holds_numbers_only() -> None:
    raw = checkpoint.PATH.read_bytes()
    start = 8 + struct.unpack("<Q", raw[:8])[0]
    header = json.loads(raw[8:start])
    about = header.pop("__metadata__")
    assert len(raw) < 1_000_000
    assert sum(torch.Size(entry["shape"]).numel() for entry in header.values()) * 4 == len(raw) - start == 174_528 * 4
    assert {key: about[key] for key in ("seed", "steps")} == {"seed": "0", "steps": str(pretrain.STEPS)}


def test_the_shipped_file_is_what_the_recipe_s_model_loads() -> None:
    model = next(iter(pretrain.pretrain(steps=1, batch=2))).model
    weights, _ = deserialise(checkpoint.PATH.read_bytes())
    model.load_state_dict(weights)
    assert digest(model.state_dict()) == digest(load().state_dict())


def test_what_is_written_is_read_back_to_the_last_bit(tmp_path: Path) -> None:
    model = ToyLlama()
    checkpoint.save(model, tmp_path / "a.safetensors", {"seed": "7"})
    again = load(tmp_path / "a.safetensors")
    assert all(torch.equal(model.state_dict()[name], tensor) for name, tensor in again.state_dict().items())
    assert deserialise((tmp_path / "a.safetensors").read_bytes())[1]["seed"] == "7"


def test_the_loaded_model_is_frozen() -> None:
    assert not any(parameter.requires_grad for parameter in load().parameters())


@pytest.mark.reference
def test_the_safetensors_package_reads_the_shipped_file() -> None:
    safetensors = pytest.importorskip("safetensors.torch")
    theirs = safetensors.load_file(checkpoint.PATH)
    assert digest(theirs) == digest(load().state_dict())


@pytest.mark.parametrize("length", [0, 7, 8, 100, 5_000, 400_000, -1])
def test_a_file_that_is_cut_off_anywhere_is_refused_with_its_place_and_a_remedy(tmp_path: Path, length: int) -> None:
    path = tmp_path / "cut.safetensors"
    path.write_bytes(checkpoint.PATH.read_bytes()[:length])
    with pytest.raises(CheckpointError) as caught:
        load(path)
    assert str(path) in str(caught.value)
    assert "python -m demos.toy.pretrain" in str(caught.value)


@pytest.mark.parametrize("place", [0, 5, 9, 500, 4_000, 400_000])
def test_a_file_with_one_changed_byte_is_refused(tmp_path: Path, place: int) -> None:
    raw = bytearray(checkpoint.PATH.read_bytes())
    raw[place] ^= 0x41
    (tmp_path / "bad.safetensors").write_bytes(raw)
    with pytest.raises(CheckpointError):
        load(tmp_path / "bad.safetensors")


@pytest.mark.parametrize("header", [b"[]", b"3", b'{"a": 1}', b'{"__metadata__": {}, "a": {}}', b"\xff\xfe", b"{"])
def test_a_strange_header_is_refused(tmp_path: Path, header: bytes) -> None:
    (tmp_path / "bad.safetensors").write_bytes(struct.pack("<Q", len(header)) + header + b"\0" * 64)
    with pytest.raises(CheckpointError, match="not a safetensors file"):
        load(tmp_path / "bad.safetensors")


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match="are missing"):
        load(tmp_path / "none.safetensors")


def test_a_folder_in_its_place_says_that_it_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(CheckpointError, match=r"can't be read .*check the file's permissions"):
        load(tmp_path)


def test_the_weights_of_another_model_are_refused(tmp_path: Path) -> None:
    checkpoint.save(ToyLlama(Shape(layers=2)), tmp_path / "two.safetensors", {})
    with pytest.raises(CheckpointError, match="another shape"):
        load(tmp_path / "two.safetensors")


def test_the_checksum_sees_one_number_and_the_names() -> None:
    weights = {"a": torch.zeros(3), "b": torch.zeros(2)}
    assert digest(weights) == digest(dict(reversed(weights.items())))
    assert digest(weights) != digest({**weights, "a": torch.tensor([0.0, 0.0, 1e-30])})
    assert digest(weights) != digest({"a": weights["a"], "c": weights["b"]})


def test_serialised_tensors_take_four_bytes_a_number_and_a_small_header() -> None:
    assert 0 < len(serialise({"P": torch.zeros(8, 64)})) - 4 * 512 < 300
