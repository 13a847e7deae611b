"""How large the toy base model is, and how large a usual one is; read without torch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Shape:
    """How large the model is."""

    vocabulary: int = 184
    width: int = 64
    """d, numbers a symbol."""
    layers: int = 3
    heads: int = 4
    hidden: int = 176
    """Numbers inside the feed-forward half."""
    eps: float = 1e-5
    """Keeps RMSNorm from dividing by zero."""
    rotary_base: float = 10_000.0

    def sizes(self) -> Mapping[str, int]:
        """The sizes by the letters that formulas and drawings call them: V, d, L, nh, f."""
        return {"V": self.vocabulary, "d": self.width, "L": self.layers, "nh": self.heads, "f": self.hidden}

    @property
    def total(self) -> int:
        """Numbers in the whole model: both ends, the matrices and norms of each layer, and the last norm."""
        d, layer = self.width, 4 * self.width**2 + 3 * self.width * self.hidden + 2 * self.width
        return 2 * self.vocabulary * d + self.layers * layer + d


TOY: Final = Shape()
LLAMA_7B: Final = Shape(vocabulary=32_000, width=4096, layers=32, heads=32, hidden=11_008)
"""Touvron et al. 2023, https://arxiv.org/abs/2302.13971"""
