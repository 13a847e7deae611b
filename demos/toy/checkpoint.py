"""The weights of the toy base model, as a file that can only be data.

The format is safetensors: eight bytes with the length of a header, the header as JSON (name, type, shape and place
of each tensor), then the numbers. Nothing in it can be executed, and the header also holds a SHA-256 of the numbers,
so that a damaged file is noticed instead of giving a model that is quietly wrong.

https://huggingface.co/docs/safetensors describes the format.
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from demos.frame import RunError
from demos.toy.model import ToyLlama

PATH = Path(__file__).with_name("base.safetensors")
AGAIN = "python -m demos.toy.pretrain"


class CheckpointError(RunError):
    """The shipped weights cannot be used; the message says what is wrong, where, and what to do."""

    def __init__(
        self, path: Path, wrong: str, remedy: str = f"make them again with `{AGAIN}`, about 6 minutes"
    ) -> None:
        super().__init__(f"the toy model's weights {wrong}: {path} ({remedy})")


def digest(weights: Mapping[str, Tensor]) -> str:
    """Give the checksum of a model's weights: SHA-256 over names and little-endian float32 bytes, 64 hex digits."""
    seal = hashlib.sha256()
    for name in sorted(weights):
        seal.update(name.encode() + b"\0" + to_bytes(weights[name]))
    return seal.hexdigest()


def to_bytes(tensor: Tensor) -> bytes:
    """Give a tensor's numbers as little-endian float32, row by row."""
    return tensor.detach().cpu().float().contiguous().numpy().astype("<f4", copy=False).tobytes()


def serialise(weights: Mapping[str, Tensor], about: Mapping[str, str] | None = None) -> bytes:
    """Write weights, and words about them, in the safetensors format."""
    header: dict[str, Any] = {"__metadata__": {**(about or {}), "sha256": digest(weights)}}
    body = b""
    for name, tensor in weights.items():
        raw = to_bytes(tensor)
        place = [len(body), len(body) + len(raw)]
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": place}
        body += raw
    head = json.dumps(header).encode()
    head += b" " * (-len(head) % 8)
    return struct.pack("<Q", len(head)) + head + body


def deserialise(raw: bytes) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Read weights, and the words about them, from the safetensors format.

    Raises:
        ValueError: if the bytes are cut off, are not such a file, or do not have the checksum that they should have.
    """
    if len(raw) < 8 or (start := 8 + struct.unpack("<Q", raw[:8])[0]) > len(raw):
        raise ValueError("are cut off")
    try:
        header = json.loads(raw[8:start])
        about = dict(header.pop("__metadata__"))
        weights = {}
        for name, entry in header.items():
            low, high = entry["data_offsets"]
            if entry["dtype"] != "F32" or not 0 <= low <= high <= len(raw) - start:
                raise ValueError("are cut off")
            numbers = torch.frombuffer(bytearray(raw[start + low : start + high]), dtype=torch.float32)
            weights[name] = numbers.reshape(entry["shape"])
    except (AttributeError, KeyError, TypeError, UnicodeDecodeError, RuntimeError, json.JSONDecodeError):
        raise ValueError("are not a safetensors file that this program wrote") from None
    if digest(weights) != about.get("sha256"):
        raise ValueError("are damaged (their checksum differs)")
    return weights, about


def save(model: ToyLlama, path: Path, about: Mapping[str, str]) -> None:
    """Write a model's weights."""
    path.write_bytes(serialise(model.state_dict(), about))


def load(path: Path = PATH) -> ToyLlama:
    """Read the base model, frozen.

    Raises:
        CheckpointError: if the file is missing, damaged, or holds another model.
    """
    try:
        weights, _ = deserialise(path.read_bytes())
    except FileNotFoundError:
        raise CheckpointError(path, "are missing") from None
    except OSError as error:
        raise CheckpointError(path, f"can't be read ({error.strerror})", "check the file's permissions") from None
    except ValueError as error:
        raise CheckpointError(path, str(error)) from None
    model = ToyLlama()
    try:
        model.load_state_dict(weights)
    except RuntimeError:
        raise CheckpointError(path, "belong to a model of another shape") from None
    return model.requires_grad_(False)
