"""Finetuning I: keep the transformer frozen, put new output layers on top, and train only those.

    linear   scores = W · f(x) + b                        as feature-based, but inside the model's own forward pass
    mlp      scores = W₂ · gelu(W₁ · f(x) + b₁) + b₂      W₁ (128, 64), W₂ (184, 128): features may combine

f(x) is the frozen output embedding, standardised. Each step runs the whole transformer forward, without gradients,
and the gradient ends at the new layers: nothing below them moves. With the linear head and the same batches this is
the feature-based method to the last bit; what it pays is the forward pass in every step, and what it gains is a
model that is one piece.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from demos.alone import main
from demos.frame import Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.measure import asked, features, forced, wanted
from demos.toy.model import replace
from demos.toy.train import Kept, learn, prepare
from demos.toy.words import SYMBOLS

TITLE = "Finetuning I"
METHOD = ("Finetuning I", "Finetuning 1", "Adapting an LLM for a specific task")
IDEA = "Freeze the whole transformer, add new output layers, and train only these."
PAPER = "Howard and Ruder 2018, Universal language model fine-tuning, https://arxiv.org/abs/1801.06146"
BLOCK = """\
head=mlp: f(x)[1 × d] · ⟦W1[d × hidden]⟧ gelu ⟦W2[hidden × V]⟧
head=linear: f(x)[1 × d] · ⟦W[d × V]⟧
f(x): what the frozen transformer says
"""
START = "random, in the output layer's place: at first its answers are chance"
QUESTION = "How much of the job can new output layers do alone?"
ANSWERS = ("under half", "half to 90 %", "over 90 %")
KNOBS = (
    Knob("job", "elicit", "what to adapt to", choices=("elicit", "compose", "teach", "classify")),
    Knob("steps", 0, "training steps; 0 is the method's own number", low=0, high=5000),
    Knob("seed", 0, "draws the sentences, the batches and the start", low=0, high=9999),
    Knob("learning_rate", 0.0, "peak learning rate; 0 is the method's own", low=0, high=1),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
    Knob("head", "mlp", "the new output layers", choices=("mlp", "linear")),
    Knob("hidden", 128, "numbers inside the mlp", low=1, high=512, choices=(32, 64, 128, 256)),
)
COUNT = (
    ("mlp", "d·hidden + hidden + hidden·V + V", "head=mlp"),
    ("linear", "d·V + V", "head=linear"),
)
NEXT = (
    ("head", "linear", "what does the hidden layer add?"),
    ("job", "classify", "and what the model was never asked for?"),
    ("job", "teach", "are frozen features enough for something new?"),
)

RATES = {"elicit": 1e-3, "compose": 1e-2, "teach": 3e-2, "classify": 3e-2}  # peak, for both heads
STEPS = 600  # more than a job of its own, because little can move


class Head(nn.Module):
    """New output layers on standardised output embeddings."""

    def __init__(self, mean: Tensor, spread: Tensor, hidden: int | None) -> None:
        super().__init__()
        self.register_buffer("mean", mean)  # (d,)
        self.register_buffer("spread", spread)  # (d,)
        width = len(mean)
        self.layers = (
            nn.Linear(width, len(SYMBOLS))
            if hidden is None
            else nn.Sequential(nn.Linear(width, hidden), nn.GELU(), nn.Linear(hidden, len(SYMBOLS)))
        )

    def forward(self, f: Tensor) -> Tensor:
        """(B, T, d) to (B, T, V)."""
        standard = (f - self.get_buffer("mean")) / self.get_buffer("spread")  # (B, T, d)
        scores: Tensor = self.layers(standard)  # (B, T, V)
        return scores


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Put the new layers on top, and train them."""
    knobs = settle(KNOBS, knobs)
    kind = str(knobs["head"])
    setting = prepare(knobs, RATES, STEPS)
    model, train = setting.model, setting.data.train
    f = features(model, train)  # (W, d): a row for each word of all answers
    head = Head(f.mean(0), f.std(0) + 1e-6, int(knobs["hidden"]) if kind == "mlp" else None).to(setting.device)
    replace(model, "lm_head", head)
    first = {name: weight.clone() for name, weight in model.state_dict().items()}

    def error(rows: Tensor) -> Tensor:
        batch = train.rows(rows)
        with torch.no_grad():
            f = model.hidden(forced(batch))[asked(batch)]  # (W, d): only where an answer is wanted
        return F.cross_entropy(head(f), wanted(batch))

    def look() -> tuple[Mapping[str, float], Picture]:
        parts = {
            "embedding": "embed_tokens",
            **{f"block {i + 1}": f"layers.{i}." for i in range(3)},
            "new": "lm_head",
        }
        rows = tuple((moved(first, model.state_dict(), prefix),) for prefix in parts.values())
        title = "How far each part moved"
        return {"moved": rows[-1][0]}, Picture("bars", title, tuple(zip(*rows, strict=True)), (), tuple(parts))

    outcome = yield from learn(setting, dict(head.named_parameters()), model, look, error=error)
    count = sum(parameter.numel() for parameter in head.parameters())
    kept = Kept(f"the new output layers, {count:,} numbers, and the mean and spread", serialise(head.state_dict()))
    frozen = sum(torch.equal(first[name], now) for name, now in model.state_dict().items() if "lm_head" not in name)
    after = (
        f"{frozen} of {len(setting.base) - 1} tensors below the new layers are the base's to the last bit",
        "the new layers take the place of the old output layer of 11,776 numbers",
    )
    answer = ANSWERS[(outcome.after >= 0.5) + (outcome.after > 0.9)]
    yield setting.finish(outcome, TITLE, count, kept, after, answer=answer)


def moved(first: Mapping[str, Tensor], now: Mapping[str, Tensor], prefix: str) -> float:
    """Length of the way that a part has gone, against its length at the start."""
    names = [name for name in now if name.startswith(prefix)]
    way = sum(float((now[name] - first[name]).square().sum()) for name in names)
    return math.sqrt(way / sum(float(first[name].square().sum()) for name in names))


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
