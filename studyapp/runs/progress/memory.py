"""The memory that training takes: for the toy as measured by its worker, for seven billion numbers by formula."""

from __future__ import annotations

from typing import Final

from demos.frame import Memory
from demos.shape import LLAMA_7B, TOY

SYMBOLS: Final = 512
"""Of a text read in one step of the large model."""
FORMULA: Final = "2N + 2n + 8n + 34·T·d·L bytes"
"""For the large model: N numbers in 16 bits and their n gradients, two states in 32 bits, the activations."""
EXPLAINED: Final = f"N numbers, n of them trained, T = {SYMBOLS}, d = {LLAMA_7B.width:,}, L = {LLAMA_7B.layers}"
_SINGLE: Final = 4
"""Bytes per number of the toy."""


def toy_memory(trained: int, activations: int = 0) -> Memory:
    """The memory of a step of the toy, by formula; numbers trained in the base itself are not counted twice."""
    beside = trained if trained < TOY.total else 0
    return Memory(_SINGLE * (TOY.total + beside), _SINGLE * trained, 2 * _SINGLE * trained, activations)


def large_memory(trained: int) -> Memory:
    """The memory of a step of the large model, by `FORMULA`.

    34 · T · d bytes of activations a layer are those of Korthikanti et al. 2022, https://arxiv.org/abs/2205.05198,
    without the attention's own, which need not be kept.
    """
    shape = LLAMA_7B
    beside = trained if trained < shape.total else 0
    return Memory(2 * (shape.total + beside), 2 * trained, 8 * trained, 34 * SYMBOLS * shape.width * shape.layers)


def size_text(size: float) -> str:
    """Bytes in readable units, such as `1.0 MB`."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB" if size < 100 else f"{size:.0f} GB"
