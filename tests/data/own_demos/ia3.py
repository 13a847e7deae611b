"""(IA)³: scale keys, values and what is inside the feed-forward half, each by a vector, and train only these vectors.

    k' = l_k ⊙ k        v' = l_v ⊙ v        h' = l_ff ⊙ h        each l is one at the start

All ones leave the base model as it is, so the first answer is exactly its own. A vector can be multiplied into the
rows of the matrix whose outcome it scales: no extra work is left when the model is used.

Liu et al. 2022, "Few-shot parameter-efficient fine-tuning is better and cheaper than in-context learning",
https://arxiv.org/abs/2205.05638
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn

from demos.alone import main
from demos.frame import Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.model import ToyLlama, linears, replace
from demos.toy.train import Kept, learn, prepare

TITLE = "(IA)³"
METHOD = ("(IA)³", "IA3", "Infused Adapter by Inhibiting and Amplifying Inner Activations")
IDEA = "Scale keys, values and the inside of the feed-forward half, number by number, and train only the scales."
PAPER = "Liu et al. 2022, Few-shot parameter-efficient fine-tuning is better and cheaper, arXiv:2205.05638"
BLOCK = """\
   q ─────────────────┐
   k ──►(×)⟦ l_k ⟧ ────┼──► attention ──►(+)──► stream
   v ──►(×)⟦ l_v ⟧ ────┘

   gate, up ──►(×)⟦ l_ff ⟧──► down ──►(+)──► stream
"""
QUESTION = "Without the feed-forward scales, a fifth less is left: how much of the accuracy?"
KNOBS = (
    Knob("job", "elicit", "what to adapt to", choices=("elicit", "compose", "teach", "classify")),
    Knob("steps", 0, "training steps; 0 is the job's own number", low=0, high=2000),
    Knob("seed", 0, "draws the data, the batches and the start", low=0, high=9999),
    Knob("learning_rate", 0.0, "peak learning rate; 0 is the method's own", low=0, high=1),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
    Knob("inside", True, "scale the inside of the feed-forward half as well"),
)

RATE = 0.1


class Scaled(nn.Module):
    """A frozen linear layer whose outcome, or whose input, is scaled number by number."""

    def __init__(self, base: nn.Linear, *, before: bool) -> None:
        super().__init__()
        self.base = base
        self.before = before
        self.scale = nn.Parameter(torch.ones(base.in_features if before else base.out_features))

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, d_in) to (B, T, d_out)."""
        scaled: Tensor = self.base(x * self.scale) if self.before else self.base(x) * self.scale
        return scaled


def insert(model: ToyLlama, *, inside: bool) -> dict[str, Scaled]:
    """Scale keys and values, and what `down` reads, in each block of a model."""
    kinds = ("k_proj", "v_proj", *(["down_proj"] if inside else []))
    scaled = {
        name: Scaled(layer, before=name.endswith("down_proj")).to(layer.weight.device)
        for name, layer in linears(model).items()
        if name.endswith(kinds)
    }
    for name, module in scaled.items():
        replace(model, name, module)
    return scaled


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Train the scales."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATE)
    scaled = insert(setting.model, inside=bool(knobs["inside"]))
    trained = {f"{name}.scale": module.scale for name, module in scaled.items()}

    def look() -> tuple[Mapping[str, float], Picture]:
        moved = tuple(float((scale - 1).abs().mean()) for scale in trained.values())
        names = tuple(name.removeprefix("layers.").split(".")[0] + " " + name.split(".")[2][0] for name in trained)
        return {"moved": sum(moved) / len(moved)}, Picture("bars", "Mean distance of the scales from 1", (moved,), (), names)

    outcome = yield from learn(setting, trained, setting.model, look)
    count = sum(tensor.numel() for tensor in trained.values())
    yield setting.finish(outcome, TITLE, count, Kept(f"{len(trained)} vectors, {count:,} numbers", serialise(trained)))


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
