"""AdamW, its schedule and the clipping of gradients, written out.

`torch.optim` would do the same, but making the first of its optimisers loads the compiler: 1.3 s before step 1.

Loshchilov and Hutter 2019, "Decoupled weight decay regularization", https://arxiv.org/abs/1711.05101
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import torch
from torch import Tensor

CLIP = 1.0  # joint length of the gradients, at most


class AdamW:
    """Adam with the decay of weights kept apart from the gradient."""

    def __init__(
        self, parameters: Iterable[Tensor], *, betas: tuple[float, float] = (0.9, 0.999), decay: float = 0.0
    ) -> None:
        self.parameters = list(parameters)
        self.betas = betas
        self.decay = decay
        self.count = 0
        self.first = [torch.zeros_like(p) for p in self.parameters]
        self.second = [torch.zeros_like(p) for p in self.parameters]

    @torch.no_grad()
    def step(self, rate: float) -> None:
        """Move every parameter against its gradient, whose joint length is cut to `CLIP`, and forget the gradients.

        A parameter without a gradient stays where it is; if the length is not a number, all of them do.
        """
        self.count += 1
        gradients = [p.grad for p in self.parameters if p.grad is not None]
        if not gradients:
            return
        length = float(torch.linalg.vector_norm(torch.stack([torch.linalg.vector_norm(g) for g in gradients])))
        if not math.isfinite(length):
            return
        scale = min(1.0, CLIP / (length + 1e-6))
        slow, fast = 1 - self.betas[0] ** self.count, 1 - self.betas[1] ** self.count
        for p, first, second in zip(self.parameters, self.first, self.second, strict=True):
            if p.grad is None:
                continue
            gradient = p.grad * scale
            first.lerp_(gradient, 1 - self.betas[0])
            second.mul_(self.betas[1]).addcmul_(gradient, gradient, value=1 - self.betas[1])
            p.mul_(1 - rate * self.decay)
            p.addcdiv_(first, (second / fast).sqrt_().add_(1e-8), value=-rate / slow)
            p.grad = None


def rate_at(step: int, steps: int, peak: float, *, warm_up: int = 10) -> float:
    """Learning rate of a step, 1 … steps: a straight rise to the peak, then half a cosine down to a tenth of it."""
    if step <= warm_up:
        return peak * step / warm_up
    done = (step - warm_up) / max(1, steps - warm_up)
    return peak * (0.1 + 0.9 * (1 + math.cos(math.pi * min(1.0, done))) / 2)
