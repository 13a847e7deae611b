"""Finetuning II: let every number of the transformer move.

    θ' = θ - step · gradient of the loss with respect to θ,      for all 155,456 numbers of θ

Nothing is added and nothing is frozen: embedding, blocks and output layer start as the base model and each follows
its gradient. It is the most that training on the job's strings can do, and the yardstick of the other methods. Its
price: the optimiser holds two more numbers for each number of the model, and what is kept for each job is a whole
model. The weights in memory change; the base model's file does not.

Devlin et al. 2018, "BERT", https://arxiv.org/abs/1810.04805
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch

from demos.alone import main
from demos.frame import Frame, Knob, KnobValue, Picture, settle
from demos.toy import checkpoint
from demos.toy.model import ToyLlama
from demos.toy.train import Kept, learn, prepare

TITLE = "Finetuning II"
METHOD = ("Finetuning II", "Finetuning 2", "Full finetuning", "Adapting an LLM for a specific task")
IDEA = "Train every number of the transformer: the yardstick, and the most expensive to train and to keep."
PAPER = "Devlin et al. 2018, BERT, https://arxiv.org/abs/1810.04805"
BLOCK = """\
   string ──► ⟦ embedding      2,240 ⟧
                      ▼
              ⟦ block 1       50,304 ⟧
                      ▼
              ⟦ block 2       50,304 ⟧
                      ▼
              ⟦ block 3       50,304 ⟧
                      ▼
              ⟦ norm, output   2,304 ⟧
                      ▼
                   answer
"""
QUESTION = "Every matrix may move. Which part moves furthest when the letters get a new substitution (job teach)?"
KNOBS = (
    Knob("job", "elicit", "what to adapt to", choices=("elicit", "compose", "teach", "classify")),
    Knob("steps", 0, "training steps; 0 is the job's own number", low=0, high=2000),
    Knob("seed", 0, "draws the strings and the batches", low=0, high=9999),
    Knob("learning_rate", 0.0, "peak learning rate; 0 is the method's own", low=0, high=1),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
)

RATE = 3e-3  # peak, chosen on the validation split
STATES = 2  # numbers that AdamW holds for each number it trains


def parts(model: ToyLlama) -> dict[str, str]:
    """Name the parts of a model, and the beginnings of their tensors' names."""
    blocks = {f"block {index + 1}": f"layers.{index}." for index in range(model.shape.layers)}
    return {"embedding": "embed_tokens", **blocks, "norm": "norm", "output": "lm_head"}


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Unfreeze everything, and train it."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATE)
    model = setting.model.requires_grad_(True)
    first = {name: weight.clone() for name, weight in setting.base.items()}

    @torch.no_grad()
    def look() -> tuple[Mapping[str, float], Picture]:
        shares = []
        for start in parts(model).values():
            names = [name for name in first if name.startswith(start)]
            way = sum(float((setting.base[name] - first[name]).square().sum()) for name in names)
            shares.append(math.sqrt(way / sum(float(first[name].square().sum()) for name in names)))
        title = "How far each part has moved, against its length at the start"
        return {"moved furthest": max(shares)}, Picture("bars", title, (tuple(shares),), (), tuple(parts(model)))

    outcome = yield from learn(setting, model.parameters(), model, look)
    still = sum(torch.equal(first[name], weight) for name, weight in setting.base.items())
    kept = Kept(f"a whole model, {setting.total:,} numbers", checkpoint.serialise(model.state_dict()))
    on_disk = checkpoint.digest(checkpoint.load().state_dict()) == setting.checksum
    after = (
        f"{len(first) - still} of {len(first)} tensors have moved",
        f"the optimiser held {STATES * setting.total:,} numbers beside the model's own {setting.total:,}",
        f"the base model's file is {'as it was' if on_disk else 'CHANGED'}: this run moved a copy of it in memory",
    )
    yield setting.finish(outcome, TITLE, setting.total, kept, after)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
