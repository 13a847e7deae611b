"""Feature-based: run the frozen model once, keep what it says, and train a small classifier on that.

    p(word | x) = softmax(W · f(x) + b)        f(x) (64,) the output embedding, frozen;  W (184, 64), b (184,) trained

The transformer sees each training sentence once; after that the training touches only the stored features, which is
why it is quick, and why nothing inside the transformer can adapt. The features are standardised (mean 0, spread 1
over the training sentences), so that one learning rate fits all of them. This is softmax regression: the problem is
convex, so the result is limited by the features, not by luck.

Where an answer has several words, each word is classified from the embedding of the place before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from demos.alone import main
from demos.frame import Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.measure import features, forced, wanted
from demos.toy.train import Kept, learn, prepare
from demos.toy.words import KINDS, LABELS, SYMBOLS, encode

TITLE = "Feature-based finetuning"
METHOD = ("Feature-based finetuning", "Feature-based", "Adapting an LLM for a specific task")
IDEA = "Run the frozen model once over the data, store its output embeddings, and train a classifier on them."
PAPER = "Devlin et al. 2018, BERT, section 5.3, https://arxiv.org/abs/1810.04805"
BLOCK = """\
f(x)[1 × d] stored  · ⟦W[d × V] random⟧ + ⟦b[1 × V]⟧
f(x): what the frozen transformer says, once
"""
START = "random, in the output layer's place: at first its answers are chance"
TWICE = "steps × 2: twice the time, no more numbers"
QUESTION = "How much of the job can one layer read off the frozen features?"
ANSWERS = ("under half", "half to 90 %", "over 90 %")
KNOBS = (
    Knob("job", "elicit", "what to adapt to", choices=("elicit", "compose", "teach", "classify")),
    Knob("steps", 0, "training steps; 0 is the method's own number", low=0, high=5000),
    Knob("seed", 0, "draws the sentences, the batches and the start", low=0, high=9999),
    Knob("learning_rate", 0.0, "peak learning rate; 0 is the method's own", low=0, high=1),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
)
COUNT = (("classifier", "d·V + V"),)
NEXT = (
    ("job", "classify", "do the features know something that was never asked for?"),
    ("job", "teach", "are features of the base enough for something new?"),
    ("steps", 150, "how soon is it there?"),
)

RATES = {"elicit": 3e-3, "compose": 1e-2, "teach": 1e-1, "classify": 1e-1}  # peak
STEPS = 1_500  # cheap ones: the transformer does not run in them


class Standardise(nn.Module):
    """Shift and scale features to mean 0 and spread 1, as they are over the training sentences."""

    def __init__(self, features: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", features.mean(0))  # (d,)
        self.register_buffer("spread", features.std(0) + 1e-6)  # (d,)

    def forward(self, x: Tensor) -> Tensor:
        """(…, d) to (…, d)."""
        return (x - self.get_buffer("mean")) / self.get_buffer("spread")


def classifier(stored: Tensor) -> nn.Sequential:
    """Make the classifier for some stored features: (…, 64) to (…, 184)."""
    return nn.Sequential(Standardise(stored), nn.Linear(stored.shape[-1], len(SYMBOLS))).to(stored.device)


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Store the features, train the classifier on them, and ask it about new sentences."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATES, STEPS)
    model, train, test = setting.model, setting.data.train, setting.held_out
    stored, held = features(model, train), features(model, test)  # (W, d) each, once
    head = classifier(stored)
    first = train.answered.sum(1).cumsum(0) - train.answered.sum(1)  # (N,): where each sentence's words begin

    def scores(tokens: Tensor) -> Tensor:
        answered: Tensor = head(model.hidden(tokens))  # (B, T, V)
        return answered

    def error(rows: Tensor) -> Tensor:
        batch = train.rows(rows)
        place = (batch.answered.cumsum(1) - 1 + first[rows][:, None])[batch.answered]  # (W',): in the stored features
        return F.cross_entropy(head(stored[place]), wanted(batch))

    def look() -> tuple[Mapping[str, float], Picture]:
        return {}, found(head, held, wanted(test))

    outcome = yield from learn(setting, dict(head.named_parameters()), scores, look, error=error)
    count = sum(parameter.numel() for parameter in head.parameters())
    kept = Kept(f"the classifier, {count:,} numbers, and the features' mean and spread", serialise(head.state_dict()))
    passes = forced(train).numel()
    after = (
        f"the transformer read {passes:,} symbols once; {setting.steps} steps then ran on {stored.numel():,} numbers",
        "the old output layer reads the same features: a new one can rename what they say, not add to it",
    )
    answer = ANSWERS[(outcome.after >= 0.5) + (outcome.after > 0.9)]
    yield setting.finish(outcome, TITLE, count, kept, after, answer=answer)


@torch.no_grad()
def found(head: nn.Module, held: Tensor, answers: Tensor) -> Picture:
    """Draw how well the classes are told apart: label against label, or of a sentence each kind of word by itself."""
    got = head(held).argmax(-1)  # (W,)
    labels = encode(LABELS)
    if answers[0] in labels:
        cells = tuple(tuple((got[answers == w] == g).float().mean().item() for g in labels) for w in labels)
        return Picture("heat", "Wanted ↓, answered →", cells, LABELS, LABELS)
    kinds = [KINDS[SYMBOLS[number]] for number in answers.tolist()]
    names = tuple(dict.fromkeys(kinds))
    masks = [torch.tensor([kind == name for kind in kinds], device=got.device) for name in names]
    shares = tuple((got == answers)[mask].float().mean().item() for mask in masks)
    return Picture("bars", "Right words of each kind", (shares,), (), names)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
