"""Hard prompt tuning: search for the words that make a frozen model do the task.

Between two words there is nothing, so no gradient step is possible: only trying helps. The words w = (w1 … wP)
stand after <b>, as the instructions in pretraining did, and w = argmin of the mean of -log f(y | <b> w : x >):

    coordinate   all 20 words at one place, keep the best, go to the next place; start again elsewhere when stuck
    gradient     the same, but try only the words that the slope, (e_new - e_old) · dloss/de, promises most of
    exhaustive   everything: 20 × 20 = 400 evaluations for two words, and the whole landscape to look at
"""

from __future__ import annotations

import functools
import itertools
import math
import random
from collections.abc import Iterator, Mapping

import torch
from torch import Tensor

from demos.alone import main
from demos.frame import Frame, Knob, KnobError, KnobValue, Picture, settle
from demos.toy.data import Split, put_after_begin
from demos.toy.measure import exact_match, forced, loss, samples
from demos.toy.model import ToyLlama
from demos.toy.setting import Kept, Outcome, prepare
from demos.toy.words import WORDS, encode

TITLE = "Hard Prompt Tuning"
METHOD = ("Hard Prompt Tuning", "Hard Prompts", "Hard Prompt", "Discrete Prompts", "AutoPrompt")
IDEA = "Change the words in front of the question, by search: words are discrete, so no gradient step is possible."
PAPER = "Shin et al. 2020, AutoPrompt: Eliciting knowledge from language models, https://arxiv.org/abs/2010.15980"
BLOCK = "<b> ⟦ {prompt_length} words ⟧ sentence >   searched"
START = "no words at first: no slope leads to better ones, only trying does"
TWICE = "one more word: no more numbers, but 20 times as many prompts"
QUESTION = "How many of all prompts will the search have to try?"
ANSWERS = ("under 10 %", "10 to 50 %", "more")
KNOBS = (
    Knob("job", "elicit", "what to adapt to", choices=("elicit", "compose", "teach", "classify")),
    Knob("steps", 0, "evaluations at most; 0 is the search's own number", low=0, high=2000),
    Knob("seed", 0, "draws the sentences and the words to start from", low=0, high=9999),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
    Knob("search", "coordinate", "how to look for words", choices=("coordinate", "gradient", "exhaustive")),
    Knob("prompt_length", 2, "P, words in the prompt", low=1, high=4, choices=(1, 2, 3)),
)
COUNT = (("nothing is trained", "0"),)
NEXT = (
    ("prompt_length", 1, "is one word enough?"),
    ("search", "gradient", "does the slope save tries?"),
    ("job", "teach", "and what the model does not know?"),
)

BUDGET, STARTS = 600, 20  # evaluations where `steps` names no number; random prompts to start from; both at most
SENTENCES, SOLVED = 64, 0.1  # training sentences to judge by; nats a word below which no search starts again
PROMISING, EVERY = 4, 5  # words that the guided search tries at a place; evaluations from one frame to the next
Words = tuple[str, ...]


def insert(words: Words, split: Split) -> Split:
    """Put words and a colon after <b>: (N, T) becomes (N, P+1+T); without words all stays as it is."""
    return put_after_begin(split, encode([*words, ":"])) if words else split


class Judge:
    """Says how good a prompt is, and counts how often it had to compute that."""

    def __init__(self, model: ToyLlama, split: Split) -> None:
        self.model, self.split, self.starts, self.gradients = model, split, 0, 0
        self.losses: dict[Words, float] = {}  # each prompt is computed once: one entry is one evaluation

    @torch.no_grad()
    def loss(self, words: Words) -> float:
        """Compute the loss of a prompt, in nats a word of the answers."""
        if words not in self.losses:
            self.losses[words] = float(loss(self.model, insert(words, self.split)))
        return self.losses[words]

    def slopes(self, words: Words) -> Tensor:
        """Estimate how the loss changes with each swap of one word, but for a constant a place: (P, 20)."""
        split, self.gradients = insert(words, self.split), self.gradients + 1
        e = self.model.embed_tokens(forced(split)).requires_grad_(True)  # (N, P+T, d)
        (slope,) = torch.autograd.grad(loss(lambda _: self.model(embeddings=e), split), e)  # (N, P+T, d)
        change: Tensor = slope[:, 1 : 1 + len(words)].sum(0) @ self.model.embed_tokens.weight.T  # (P, V)
        return change[:, encode(WORDS)]  # (P, 20)

    def ranked(self) -> list[Words]:
        """Give all prompts that were tried, best first."""
        return sorted(self.losses, key=self.losses.__getitem__)


def climb(judge: Judge, P: int, rng: random.Random, guided: bool) -> Iterator[Words]:
    """Name prompts to try: better one place after the other, from random starts, until one is good."""
    while judge.starts < STARTS and judge.loss(judge.ranked()[0]) > SOLVED:
        judge.starts += 1
        words, before = tuple(rng.choices(WORDS, k=P)), Words()
        while words != before:
            before = words
            for place in range(P):
                best = (-judge.slopes(words)[place]).topk(PROMISING).indices.tolist() if guided else range(len(WORDS))
                swaps = [words, *((*words[:place], WORDS[word], *words[place + 1 :]) for word in best)]
                yield from swaps
                words = min(swaps, key=judge.loss)


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    """Search, and show the best prompt so far; step 0 has no words."""
    knobs = settle(KNOBS, knobs)
    P, kind, possible = int(knobs["prompt_length"]), knobs["search"], len(WORDS) ** int(knobs["prompt_length"])
    if kind == "exhaustive" and P > 2:
        raise KnobError(f"prompt_length takes 1 or 2 with an exhaustive search: {P} words are {possible:,} prompts")
    limit = min(int(knobs["steps"]) or BUDGET, possible)
    setting, rng = prepare(knobs), random.Random(int(knobs["seed"]))
    model, test = setting.model, setting.held_out
    judge = Judge(model, setting.data.train.rows(slice(SENTENCES)))
    tries = itertools.product(WORDS, repeat=P) if kind == "exhaustive" else climb(judge, P, rng, kind == "gradient")
    judge.loss(())  # no words: the base model as it is, which is no evaluation of the search
    accuracy = functools.cache(lambda words: exact_match(model, insert(words, test)))

    def moment(total: int) -> Frame:
        best, step = judge.ranked()[0], len(judge.losses) - 1
        numbers = {"loss": judge.loss(best), "accuracy": accuracy(best), "evaluations": step, "starts": judge.starts}
        said = f"best so far: {' '.join(best) or 'no words'}"
        return Frame(step, total, said, numbers, samples(model, insert(best, test)), picture(judge, P))

    yield moment(limit)
    for words in itertools.takewhile(lambda _: len(judge.losses) <= limit, tries):
        if words not in judge.losses and judge.loss(words) and len(judge.losses) % EVERY == 0:
            yield moment(limit)
    last, best = moment(len(judge.losses) - 1), judge.ranked()[0]
    count = f"{last.step} of {possible:,} prompts evaluated; gradients: {judge.gradients}, starts: {judge.starts}"
    after = (count, "the best eight: " + ", ".join(" ".join(words) or "no words" for words in judge.ranked()[:8]))
    kept = Kept(f"the words “{' '.join(best)}”" if best else "no words, since none help", " ".join(best).encode())
    ended = Outcome(accuracy(()), accuracy(best), last, put=encode([*best, ":"] if best else []))
    answer = ANSWERS[(last.step >= 0.1 * possible) + (last.step >= 0.5 * possible)]
    yield setting.finish(ended, TITLE, 0, kept, after, answer=answer)


def picture(judge: Judge, P: int) -> Picture:
    """Draw what was tried: the map of all pairs, or else the best prompts."""
    if P == 2:
        cells = tuple(tuple(math.exp(-judge.losses.get((i, j), math.inf)) for j in WORDS) for i in WORDS)
        return Picture("heat", "Right by 1st and 2nd word", cells, WORDS, WORDS)
    lines = tuple(f"{judge.loss(words):6.2f} nats  {' '.join(words) or '(no words)'}" for words in judge.ranked()[:8])
    return Picture("words", "The best prompts so far", words=lines)


if __name__ == "__main__":
    raise SystemExit(main(TITLE, KNOBS, run))
