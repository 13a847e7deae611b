"""What a demo's process says, as frames that can be shown."""

from __future__ import annotations

import math
from dataclasses import fields, replace
from typing import Any

import pytest

from demos.catalog import DemoCard, load
from studyapp.runs.process.frames import DemoFailedError, read_frame, safe_card

SUMMARY = {
    "method": "m", "job": "", "before": 0.0, "after": 1.0, "trainable": 1, "total": 2, "kept": "k", "kept_bytes": 3,
    "seconds": 1.0, "base_unchanged": True, "base_checksum": "c",
}  # fmt: skip
MEMORY = {"weights": 1, "gradients": 1, "states": 1, "activations": 1}
FRAME: dict[str, Any] = {"step": 0, "total": 1, "summary": SUMMARY, "memory": MEMORY}


@pytest.mark.parametrize("beyond", [10**400, -(10**400), 1e300, "9" * 400], ids=["high", "low", "float", "text"])
@pytest.mark.parametrize(
    "where",
    [
        "step",
        "total",
        "summary trainable",
        "summary total",
        "summary kept_bytes",
        *(f"memory {name}" for name in MEMORY),
    ],
)
def test_a_frame_with_an_impossible_count_is_refused(where: str, beyond: object) -> None:
    *outer, name = where.split()
    changed = {outer[0]: FRAME[outer[0]] | {name: beyond}} if outer else {name: beyond}
    assert read_frame(FRAME).summary is not None
    with pytest.raises(DemoFailedError, match="invalid frame"):
        read_frame(FRAME | changed)


@pytest.mark.parametrize("beyond", [None, 1e300, -1e300, "inf"])
def test_a_curve_has_a_gap_where_no_number_can_be_drawn(beyond: object) -> None:
    scalars = read_frame(FRAME | {"scalars": {"loss": beyond, "accuracy": 0.5}}).scalars
    assert math.isnan(scalars["loss"])
    assert scalars["accuracy"] == 0.5


@pytest.mark.parametrize(
    "name", [field.name for field in fields(DemoCard) if field.type == "str" and field.name != "name"]
)
def test_no_text_that_a_demo_declares_reaches_a_terminal_raw(name: str) -> None:
    declared: dict[str, Any] = {name: "a\x1b[2Jb\x9bc"}
    safe = safe_card(replace(load().get("lora"), **declared))
    assert not {"\x1b", "\x9b"} & set(getattr(safe, name))
