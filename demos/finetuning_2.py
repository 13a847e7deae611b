"""Finetuning II: let every number of the transformer move.

    θ' = θ - step · gradient of the loss with respect to θ,      for all 174,528 numbers of θ

Nothing is added and nothing is frozen: embedding, blocks and output layer start as the base model and each follows
its gradient. It is the most that training on the job's sentences can do, and the yardstick of the other methods. Its
price: the optimiser holds two more numbers for each number of the model, and what is kept for each job is a whole
model. The weights in memory change; the base model's file does not.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import torch

from demos.alone import main
from demos.frame import USUAL, Frame, KnobValue, Picture, settle
from demos.toy import checkpoint
from demos.toy.model import ToyLlama
from demos.toy.train import Kept, learn, prepare

TITLE = "Finetuning II"
METHOD = ("Finetuning II", "Finetuning 2", "Full finetuning", "Adapting an LLM for a specific task")
IDEA = "Train every number of the transformer: the yardstick, and the most expensive to train and to keep."
PAPER = "Devlin et al. 2018, BERT, https://arxiv.org/abs/1810.04805"
BLOCK = """\
⟦embed[V × d]ᵀ⟧ ⟦q k v o[d × 4·d]⟧ ⟦gate up down[d × 3·f]⟧ ⟦output[V × d]ᵀ⟧
those in the middle: in each of {L} layers
"""
START = "every number is the base's: at first the base answers"
TWICE = "steps × 2: twice the time, no more numbers"
QUESTION = "Every matrix may move. Which part will move furthest for its size?"
ANSWERS = ("embedding", "a block", "norm or output")
KNOBS = (*USUAL,)
COUNT = (
    ("embedding, output", "2·V·d"),
    ("layers", "L·(4·d·d + 3·d·f + 2·d)"),
    ("last norm", "d"),
)
NEXT = (
    ("job", "teach", "what moves for something new?"),
    ("steps", 30, "how soon is it there?"),
    ("learning_rate", 0.0003, "and at a tenth of the rate?"),
)

RATES = {"elicit": 1e-4, "compose": 3e-4, "teach": 3e-3, "classify": 1e-3}  # peak
STATES = 2  # numbers that AdamW holds for each number it trains


def parts(model: ToyLlama) -> dict[str, str]:
    """Name the parts of a model, and the beginnings of their tensors' names."""
    blocks = {f"block {index + 1}": f"layers.{index}." for index in range(model.shape.layers)}
    return {"embedding": "embed_tokens", **blocks, "norm": "norm", "output": "lm_head"}


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Unfreeze everything, and train it."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATES)
    model = setting.model.requires_grad_(True)
    first = {name: weight.clone() for name, weight in setting.base.items()}

    @torch.no_grad()
    def look() -> tuple[Mapping[str, float], Picture]:
        shares = []
        for start in parts(model).values():
            names = [name for name in first if name.startswith(start)]
            way = sum(float((setting.base[name] - first[name]).square().sum()) for name in names)
            shares.append(math.sqrt(way / sum(float(first[name].square().sum()) for name in names)))
        title = "How far each part moved"
        return {"moved furthest": max(shares)}, Picture("bars", title, (tuple(shares),), (), tuple(parts(model)))

    outcome = yield from learn(setting, dict(model.named_parameters()), model, look)
    still = sum(torch.equal(first[name], weight) for name, weight in setting.base.items())
    kept = Kept(f"a whole model, {setting.total:,} numbers", checkpoint.serialise(model.state_dict()))
    on_disk = checkpoint.digest(checkpoint.load().state_dict()) == setting.checksum
    after = (
        f"{len(first) - still} of {len(first)} tensors have moved",
        f"the optimiser held {STATES * setting.total:,} numbers beside the model's own {setting.total:,}",
        f"the base model's file is {'as it was' if on_disk else 'CHANGED'}: this run moved a copy of it in memory",
    )
    moved = look()[1]
    part = moved.columns[max(range(len(moved.columns)), key=moved.values[0].__getitem__)]
    answer = ANSWERS[0 if part == "embedding" else 1 if part.startswith("block") else 2]
    yield setting.finish(outcome, TITLE, setting.total, kept, after, answer=answer)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
