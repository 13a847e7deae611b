"""Feature-based: run the frozen model once, keep what it says, and train a small classifier on that.

    p(answer | x) = softmax(W · f(x) + b)        f(x) (64,) the output embedding, frozen;  W (35, 64), b (35,) trained

The transformer sees each training string once; after that the training touches only the stored features, which is
why it is quick, and why nothing inside the transformer can adapt. The features are standardised (mean 0, spread 1
over the training strings), so that one learning rate fits all of them. This is softmax regression: the problem is
convex, so the result is limited by the features, not by luck.

Where an answer has several letters, each letter is classified from the embedding of the place before it.

Devlin et al. 2018 compare it with finetuning in section 5.3 of "BERT", https://arxiv.org/abs/1810.04805
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from demos.alone import main
from demos.frame import Frame, Knob, KnobValue, Picture, settle
from demos.toy.checkpoint import serialise
from demos.toy.model import ToyLlama
from demos.toy.tasks import SYMBOLS, Split
from demos.toy.train import BATCH, Kept, answer_scores, forced, learn, prepare

TITLE = "Feature-based finetuning"
METHOD = ("Feature-based finetuning", "Feature-based", "Adapting an LLM for a specific task")
IDEA = "Run the frozen model once over the data, store its output embeddings, and train a classifier on them."
PAPER = "Devlin et al. 2018, BERT, section 5.3, https://arxiv.org/abs/1810.04805"
BLOCK = """\
f(x)[1 × d] stored  · ⟦W[d × V] random⟧ + ⟦b[1 × V]⟧
f(x): what the frozen transformer says, once
"""
QUESTION = "How much of the job can one layer read off the frozen features?"
ANSWERS = ("under half", "half to 90 %", "over 90 %")
KNOBS = (
    Knob("job", "elicit", "what to adapt to", choices=("elicit", "compose", "teach", "classify")),
    Knob("steps", 0, "training steps; 0 is the method's own number", low=0, high=5000),
    Knob("seed", 0, "draws the strings, the batches and the start", low=0, high=9999),
    Knob("learning_rate", 0.0, "peak learning rate; 0 is the method's own", low=0, high=1),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
)
COUNT = (("classifier", "d·V + V"),)
NEXT = (
    ("job", "classify", "do the features know something that was never asked for?"),
    ("job", "teach", "are features of the base enough for something new?"),
    ("steps", 150, "how soon is it there?"),
)

RATE = 3e-2  # peak, chosen on the validation split
STEPS = 1_500  # cheap ones: the transformer does not run in them


class Standardise(nn.Module):
    """Shift and scale features to mean 0 and spread 1, as they are over the training strings."""

    def __init__(self, features: Tensor) -> None:
        super().__init__()
        self.register_buffer("mean", features.flatten(0, -2).mean(0))  # (d,)
        self.register_buffer("spread", features.flatten(0, -2).std(0) + 1e-6)  # (d,)

    def forward(self, x: Tensor) -> Tensor:
        """(…, d) to (…, d)."""
        return (x - self.get_buffer("mean")) / self.get_buffer("spread")


@torch.no_grad()
def features(model: ToyLlama, split: Split) -> Tensor:
    """Run the frozen model over strings and give the embeddings that their answers are read from: (N, A, d)."""
    parts = [Split(*part) for part in zip(*(torch.split(part, BATCH) for part in split), strict=True)]
    return torch.cat([answer_scores(model.hidden, part) for part in parts])


def classifier(stored: Tensor) -> nn.Sequential:
    """Make the classifier for some stored features: (…, 64) to (…, 35)."""
    return nn.Sequential(Standardise(stored), nn.Linear(stored.shape[-1], len(SYMBOLS))).to(stored.device)


def confusion(head: nn.Module, held: Tensor, answers: Tensor) -> Picture:
    """Draw what was answered (columns) where a symbol was wanted (rows), as shares of each row."""
    with torch.no_grad():
        got = head(held).argmax(-1)  # (N, A)
    used = sorted(set(answers.flatten().tolist()))
    rows = tuple(tuple((got[answers == w] == g).float().mean().item() for g in used) for w in used)
    names = tuple(SYMBOLS[number] for number in used)
    return Picture("heat", "Wanted (rows) against answered (columns)", rows, names, names)


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Store the features, train the classifier on them, and ask it about new strings."""
    knobs = settle(KNOBS, knobs)
    setting = prepare(knobs, RATE, STEPS)
    model, train, test = setting.model, setting.data.train, setting.held_out
    stored, held = features(model, train), features(model, test)  # (N, A, d) each, once
    head = classifier(stored)

    def scores(tokens: Tensor) -> Tensor:
        answered: Tensor = head(model.hidden(tokens))  # (B, T, V)
        return answered

    def error(rows: Tensor) -> Tensor:
        return F.cross_entropy(head(stored[rows]).flatten(0, 1), train.answers[rows].flatten())

    def look() -> tuple[Mapping[str, float], Picture]:
        return {}, confusion(head, held, test.answers)

    outcome = yield from learn(setting, dict(head.named_parameters()), scores, look, error=error)
    count = sum(parameter.numel() for parameter in head.parameters())
    kept = Kept(f"the classifier, {count:,} numbers, and the features' mean and spread", serialise(head.state_dict()))
    usual = train.answers.mode(0).values  # the commonest symbol of each place
    passes = forced(train).numel()
    after = (
        f"always giving the commonest answer is right in {(test.answers == usual).all(1).float().mean():.2f}",
        f"the transformer read {passes:,} symbols once; {setting.steps} steps then ran on {stored.numel():,} numbers",
    )
    answer = ANSWERS[(outcome.after >= 0.5) + (outcome.after > 0.9)]
    yield setting.finish(outcome, TITLE, count, kept, after, answer=answer)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
