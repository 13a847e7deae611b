"""LoRA: leave each weight matrix alone and learn a small correction beside it.

    W' = W + (alpha / r) · B · A        W (d_out, d_in) frozen,  A (r, d_in) random,  B (d_out, r) zero

The correction has rank r: two thin matrices, r · (d_in + d_out) numbers instead of d_in · d_out. B = 0 at the start
makes the first answer exactly the base model's, and keeps A still in the first step, because A's gradient passes
through B. After training the correction can be added into W: no extra work is left when the model is used.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from demos.alone import main
from demos.frame import USUAL, Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.measure import forced
from demos.toy.model import ToyLlama, linears, replace
from demos.toy.train import Kept, learn, prepare

TITLE = "LoRA"
METHOD = ("LoRA", "Low-Rank Adaptation")
IDEA = "Beside each frozen matrix, train two thin ones whose product corrects it: a low rank is often enough."
PAPER = "Hu et al. 2021, LoRA: Low-rank adaptation of large language models, https://arxiv.org/abs/2106.09685"
BLOCK = """\
matrices=feed-forward: W[f × d] frozen  + α/r · ⟦B[f × rank] zero⟧ · ⟦A[rank × d] random⟧
matrices=all,attention,query-value: W[d × d] frozen  + α/r · ⟦B[d × rank] zero⟧ · ⟦A[rank × d] random⟧
so for each of these matrices in {L} layers
"""
START = "B = 0: at first the base answers; A is random, else B could not move"
QUESTION = "How much of the corrections will lie in their first direction?"
ANSWERS = ("under half", "half to 90 %", "over 90 %")
KNOBS = (
    *USUAL,
    Knob("rank", 4, "r, the rank of the correction", low=1, high=32, choices=(1, 2, 4, 8, 16)),
    Knob("alpha", 8.0, "the correction is scaled by alpha / r", low=0.1, high=256, choices=(4.0, 8.0, 16.0)),
    Knob("matrices", "all", "which layers get one", choices=("all", "query-value", "attention", "feed-forward")),
)
COUNT = (
    ("q k v o", "L·4·rank·(d + d)", "matrices=all,attention"),
    ("q v", "L·2·rank·(d + d)", "matrices=query-value"),
    ("gate up down", "L·3·rank·(d + f)", "matrices=all,feed-forward"),
)
NEXT = (
    ("rank", 1, "is one direction enough?"),
    ("job", "teach", "and something that the base model does not know?"),
    ("matrices", "query-value", "do query and value suffice, as in the paper?"),
)

RATES = {"elicit": 1e-3, "compose": 3e-3, "teach": 1e-2, "classify": 1e-2}  # peak
MATRICES = {
    "all": ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"),
    "query-value": ("q_proj", "v_proj"),
    "attention": ("q_proj", "k_proj", "v_proj", "o_proj"),
    "feed-forward": ("gate_proj", "up_proj", "down_proj"),
}


class LoRALinear(nn.Module):
    """A frozen linear layer with a low-rank correction beside it."""

    def __init__(self, base: nn.Linear, rank: int, alpha: float) -> None:
        super().__init__()
        self.base = base
        self.A = nn.Parameter(torch.empty(rank, base.in_features))  # (r, d_in)
        self.B = nn.Parameter(torch.zeros(base.out_features, rank))  # (d_out, r)
        self.scale = alpha / rank
        nn.init.kaiming_uniform_(self.A, a=math.sqrt(5))

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, d_in) to (B, T, d_out)."""
        down = x @ self.A.T  # (B, T, r)
        up = down @ self.B.T  # (B, T, d_out)
        right: Tensor = self.base(x) + self.scale * up  # (B, T, d_out)
        return right

    def correction(self) -> Tensor:
        """What is added to W: (d_out, d_in)."""
        product: Tensor = self.scale * self.B @ self.A
        return product


def insert(model: ToyLlama, rank: int, alpha: float, matrices: str) -> dict[str, LoRALinear]:
    """Put a correction beside each chosen matrix of a model, and name them by the layers they correct."""
    chosen = {name: layer for name, layer in linears(model).items() if name.split(".")[-1] in MATRICES[matrices]}
    loras = {name: LoRALinear(layer, rank, alpha).to(layer.weight.device) for name, layer in chosen.items()}
    for name, lora in loras.items():
        replace(model, name, lora)
    return loras


@torch.no_grad()
def merge(model: ToyLlama) -> ToyLlama:
    """Copy a model with every correction added into its matrix; a model without corrections is copied as it is."""
    merged = copy.deepcopy(model)
    for name, module in list(merged.named_modules()):
        if isinstance(module, LoRALinear):
            module.base.weight += module.correction()
            replace(merged, name, module.base)
    return merged


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Train the corrections, then merge them."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATES)
    loras = insert(setting.model, int(knobs["rank"]), float(knobs["alpha"]), str(knobs["matrices"]))
    trained = {f"{name}.{part}": getattr(lora, part) for name, lora in loras.items() for part in "AB"}

    def look() -> tuple[Mapping[str, float], Picture]:
        shown = picture(loras)
        return {"largest σ": max(map(max, shown.values))}, shown

    outcome = yield from learn(setting, trained, setting.model, look, still="B = 0 stops it")
    tokens, count = forced(setting.held_out), sum(tensor.numel() for tensor in trained.values())
    apart = (merge(setting.model)(tokens) - setting.model(tokens)).abs().max().item()
    share = float(torch.stack([values[0] / values.sum() for values in map(singular_values, loras.values())]).mean())
    kept = Kept(f"A and B of {len(loras)} matrices, {count:,} numbers", serialise(trained))
    after = (
        f"merged into W: the scores differ by at most {apart:.1e}, and {len(loras)} × 2 matrices are gone",
        f"{100 * count / setting.total:.1f} % is a lot, as the model is tiny: the paper trains 0.011 % of GPT-3",
    )
    yield setting.finish(outcome, TITLE, count, kept, after, answer=ANSWERS[(share > 0.5) + (share > 0.9)])


@torch.no_grad()
def singular_values(lora: LoRALinear) -> Tensor:
    """Find the r singular values of a correction, largest first, without writing out the large matrix."""
    small = torch.linalg.qr(lora.B).R @ torch.linalg.qr(lora.A.T).R.T  # (r, r)
    values: Tensor = lora.scale * torch.linalg.svdvals(small)
    return values


def picture(loras: Mapping[str, LoRALinear]) -> Picture:
    """Draw the singular values, for each kind of matrix the mean of the layers."""
    found: dict[str, list[Tensor]] = {}
    for name, lora in loras.items():
        found.setdefault(name.split(".")[-1].removesuffix("_proj"), []).append(singular_values(lora))
    rows = tuple(tuple(torch.stack(values).mean(0)[:8].tolist()) for values in found.values())
    return Picture("columns", "Singular values of B·A", rows, tuple(found))


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
