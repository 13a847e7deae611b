"""What the first training step shows: which tensors its gradient reaches, and what it holds in memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Final

import torch
from torch import Tensor

from demos.frame import Frame, Gradient, Memory
from demos.toy.optimise import AdamW

_LAYER: Final = re.compile(r"^layers\.(\d+)\.(.+)$")
_ROOM: Final = 8
"""Tensors up to which each has a line; more are taken together over the layers."""


class FirstStep:
    """Watches the first step of a training, and tells of it once."""

    def __init__(self, base: Mapping[str, Tensor], trained: Mapping[str, Tensor], still: str) -> None:
        """Begin to watch.

        Args:
            base: the base model's tensors.
            trained: those that move, by name.
            still: what stops a gradient that is 0.
        """
        self._base, self._trained, self._still = base, trained, still
        self._kept: dict[int, int] | None = None
        self._found: tuple[tuple[Gradient, ...], Memory] | None = None
        self._untold = False

    @contextmanager
    def forward(self) -> Iterator[None]:
        """Count, in the first forward pass, the bytes that are kept for the backward pass, the weights aside."""
        if self._kept is not None:
            yield
            return
        self._kept = kept = {}
        own = {weight.untyped_storage().data_ptr() for weight in (*self._base.values(), *self._trained.values())}

        def pack(tensor: Tensor) -> Tensor:
            place = tensor.untyped_storage()
            if place.data_ptr() not in own:
                kept[place.data_ptr()] = place.nbytes()
            return tensor

        with torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor):
            yield

    def backward(self, optimiser: AdamW) -> None:
        """Look at the gradients of the first backward pass, before they are followed."""
        if self._found is None:
            held = memory(self._base, self._trained, optimiser, sum((self._kept or {}).values()))
            self._found = gradients(self._trained, self._still), held
            self._untold = True

    def told(self, frame: Frame) -> Frame:
        """Add what was seen to a frame, if it was not told yet."""
        if self._found is None or not self._untold:
            return frame
        self._untold = False
        return replace(frame, gradients=self._found[0], memory=self._found[1])


def memory(base: Mapping[str, Tensor], trained: Mapping[str, Tensor], optimiser: AdamW, activations: int) -> Memory:
    """Measure what a step holds, after its backward pass and before its update."""
    places = {tensor.data_ptr(): tensor for tensor in (*base.values(), *trained.values())}
    gradients = (tensor.grad for tensor in trained.values() if tensor.grad is not None)
    return Memory(
        weights=_bytes(places.values()),
        gradients=_bytes(gradients),
        states=_bytes((*optimiser.first, *optimiser.second)),
        activations=activations,
    )


def gradients(trained: Mapping[str, Tensor], still: str) -> tuple[Gradient, ...]:
    """Measure how long each tensor's gradient is; those of one name are taken together where there are many.

    Args:
        trained: by name.
        still: what stops a gradient that is 0.
    """
    squares: dict[str, float] = {}
    for name, tensor in trained.items():
        short = short_name(name, by_layer=len(trained) <= _ROOM)
        square = 0.0 if tensor.grad is None else float(tensor.grad.square().sum())
        squares[short] = squares.get(short, 0.0) + square
    return tuple(Gradient(name, square**0.5, "" if square else still) for name, square in squares.items())


def short_name(name: str, *, by_layer: bool) -> str:
    """Make a tensor's name short: `layers.0.self_attn.q_proj.A` is `q.A`, with its layer `q.A 1`."""
    found = _LAYER.match(name)
    layer, rest = (f" {int(found[1]) + 1}", found[2]) if found else ("", name)
    if found:
        rest = re.sub(r"^(?:self_attn|mlp|beside)\.", "", rest)
    rest = re.sub(r"(^|\.)(\d+)(?=\.|$)", lambda at: f"{' ' if at[1] else 'layer '}{int(at[2]) + 1}", rest)
    rest = rest.replace("_proj", "").removesuffix(".weight").replace("_layernorm", " norm").replace("_", " ")
    return rest + layer * by_layer


def _bytes(tensors: Iterable[Tensor]) -> int:
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)
