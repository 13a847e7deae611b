"""Adapters: after each half of a block, a small network with a bottleneck that adds to what passes.

    adapter(x) = x + W_up · gelu(W_down · x + b_down) + b_up        W_down (r, d),  W_up (d, r),  r < d

Two adapters a block, one on what attention found and one on what the feed-forward half made, each before it is added
to the stream. They start near the identity: their weights are drawn close to zero, so the untouched part x dominates
and the base model's skill is there at step 0. How close is a knob. The norms of the blocks are trained too, in
copies. An adapter cannot be merged into the matrices, because of the nonlinearity between its two: it stays.
The paper cuts its normal off at two deviations and trains the classifier on top as well; here it is a plain normal,
and the output layer stays the base's.

Trained: 2 · L · (2dr + r + d) numbers and 2 · L · d of the norms, for L blocks.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from demos.alone import main
from demos.frame import USUAL, Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.measure import asked, forced
from demos.toy.model import ToyLlama
from demos.toy.train import Kept, learn, prepare

TITLE = "Adapters"
METHOD = ("Adapters", "Adapter Modules", "Parameter-Efficient Transfer Learning for NLP", "Houlsby adapters")
IDEA = "Squeeze the stream through a small bottleneck after each half block, and train only these bottlenecks."
PAPER = "Houlsby et al. 2019, Parameter-efficient transfer learning for NLP, https://arxiv.org/abs/1902.00751"
BLOCK = """\
x[T × d]ᵀ · ⟦down[d × bottleneck]⟧ gelu ⟦up[bottleneck × d]⟧ + x
after attention and feed-forward, {L} layers
norms=yes: and the ⟦norms⟧ before them
"""
START = "the smaller the first weights, the nearer to the base it answers"
QUESTION = "Which of a layer's two adapters will be more active in the end?"
ANSWERS = ("after attention", "after feed-forward")
KNOBS = (
    *USUAL,
    Knob("bottleneck", 8, "r, numbers inside an adapter", low=1, high=64, choices=(1, 2, 4, 8, 16)),
    Knob("start", 0.01, "spread of the first weights: how far from the identity", low=0, high=1, choices=(0.01, 0.1)),
    Knob("norms", True, "train copies of the blocks' norms as well"),
)
COUNT = (
    ("adapters", "2·L·(2·d·bottleneck + bottleneck + d)"),
    ("norms", "2·L·d", "norms=yes"),
)
NEXT = (
    ("bottleneck", 1, "does everything fit through one number?"),
    ("start", 0.1, "what if they start further from the identity?"),
    ("job", "teach", "and something that the base model does not know?"),
)

RATES = {"elicit": 1e-3, "compose": 3e-3, "teach": 1e-2, "classify": 1e-2}  # peak
STEPS = {"teach": 800}  # twice the job's own, after which it depends on the seed how far it came
PROBES = 64  # held-out sentences that the activity is read from


class Adapter(nn.Module):
    """Down to r numbers, a bend, up again, and the input added."""

    def __init__(self, width: int, bottleneck: int, start: float) -> None:
        super().__init__()
        self.down = nn.Linear(width, bottleneck)
        self.up = nn.Linear(bottleneck, width)
        for layer in (self.down, self.up):
            nn.init.normal_(layer.weight, std=start)
            nn.init.zeros_(layer.bias)
        self.inside = torch.zeros(bottleneck)
        """What the bottleneck held in the last pass, (B, T, r): for the picture."""

    def forward(self, x: Tensor) -> Tensor:
        """(B, T, d) to (B, T, r) to (B, T, d)."""
        inside = F.gelu(self.down(x))  # (B, T, r)
        self.inside = inside.detach()
        passed: Tensor = x + self.up(inside)  # (B, T, d)
        return passed


def insert(model: ToyLlama, bottleneck: int, start: float, *, norms: bool) -> dict[str, Tensor]:
    """Put two adapters into each block of a model, and name everything that is to be trained."""
    trained: dict[str, Tensor] = {}
    device = model.embed_tokens.weight.device
    for index, block in enumerate(model.blocks()):
        for place in ("after_attention", "after_mlp"):
            adapter = Adapter(model.shape.width, bottleneck, start).to(device)
            setattr(block, place, adapter)
            trained.update({f"layers.{index}.{place}.{name}": p for name, p in adapter.named_parameters()})
        for place in ("input_layernorm", "post_attention_layernorm") if norms else ():
            norm = copy.deepcopy(getattr(block, place)).requires_grad_(True)
            setattr(block, place, norm)
            trained[f"layers.{index}.{place}.weight"] = norm.weight
    return trained


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Train the adapters, and the norms if asked."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATES, STEPS)
    model, probes = setting.model, setting.held_out.rows(slice(PROBES))
    with torch.no_grad():
        of_base = model(forced(probes))  # (64, T, V)
    trained = insert(model, int(knobs["bottleneck"]), float(knobs["start"]), norms=bool(knobs["norms"]))
    adapters = [module for module in model.modules() if isinstance(module, Adapter)]

    @torch.no_grad()
    def look() -> tuple[Mapping[str, float], Picture]:
        moved = float((model(forced(probes)) - of_base)[asked(probes)].abs().mean())
        activity = tuple(tuple(a.inside[asked(probes)].abs().mean(0).tolist()) for a in adapters)  # (2L, r)
        rows = tuple(f"{block + 1} {half}" for block in range(len(adapters) // 2) for half in ("attn", "ff"))
        columns = tuple(str(unit + 1) for unit in range(len(activity[0])))
        return {"deviation": moved}, Picture("heat", "Bottleneck activity", activity, rows, columns)

    near = look()[0]["deviation"]
    outcome = yield from learn(setting, trained, model, look)
    count = sum(tensor.numel() for tensor in trained.values())
    kept = Kept(
        f"{len(adapters)} adapters{' and the norms' * bool(knobs['norms'])}, {count:,} numbers", serialise(trained)
    )
    after = (
        f"mean change of a score against the base model: {near:.4f} at the start, {look()[0]['deviation']:.2f} now",
        f"{100 * count / setting.total:.1f} % is a lot, as this base is tiny: the paper adds 3.6 % to BERT",
    )
    busy = [sum(map(sum, look()[1].values[half::2])) for half in (0, 1)]
    yield setting.finish(outcome, TITLE, count, kept, after, answer=ANSWERS[busy[1] > busy[0]])


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
