"""How the base model was made: `python -m demos.toy.pretrain` makes it again, in about six minutes on one core.

It reads documents of four solved examples and is trained on the words of each answer:

    <b> [instruction words :] x > y ; x > y ; x > y ; x > y ;

    46 %   its task is named, in any order, sometimes with fillers; in a fifth of them one of the words is missing,
           which gives a search for words a slope
    46 %   its task is not named; the tasks that only repeat are ten times as frequent, so a model that is told
           nothing repeats
     5 %   Dutch sentences, repeated: every Dutch word is known, and none was ever seen beside its meaning
     3 %   lists of words, repeated: every symbol was an answer once

Everything random comes from one seed. The numbers depend in their last digits on the processor and the version of
torch, so another machine makes an equally good model rather than the same bytes.
"""

from __future__ import annotations

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from demos.toy import checkpoint
from demos.toy.grammar import draw, dutch
from demos.toy.model import ToyLlama
from demos.toy.optimise import AdamW, rate_at
from demos.toy.tasks import TASKS, Pair, Task
from demos.toy.words import CHANGE_WORDS, END, FILLERS, LANGUAGE_WORDS, SIGNS, SYMBOLS, encode

STEPS = 2_400
BATCH = 64  # documents a step
RATE = 3e-3
WARM_UP = 100  # steps
BETAS = (0.9, 0.98)
DECAY = 0.01
EXAMPLES = 4  # solved sentences a document
LONGEST = 64  # symbols of a document; what is longer is cut off
DUTCH, LISTS = 0.05, 0.03  # shares of the documents without a task
PARTIAL = 0.2  # share of the instructions that lack a word
REPEATED = 10  # how much more often than another an unnamed task is one that repeats


def instruction(task: Task, rng: random.Random) -> list[str]:
    """Name a task in words of any order, sometimes without one of them, sometimes with fillers among them."""
    words = [rng.choice(CHANGE_WORDS[change]) for change in task.changes]
    words.append(rng.choice(LANGUAGE_WORDS[task.target]))
    rng.shuffle(words)
    if rng.random() < PARTIAL:
        words.pop()
    for _ in range(rng.choice((0, 0, 1, 2))):
        words.insert(rng.randrange(len(words) + 1), rng.choice(FILLERS))
    return [*words, ":"]


def document(rng: random.Random) -> tuple[list[str], list[bool]]:
    """Write a document: its words, and which of them belong to an answer."""
    kind = rng.random()
    head: list[str] = []
    if kind < DUTCH:
        pairs = [twice(dutch(draw(rng))) for _ in range(EXAMPLES)]
    elif kind < DUTCH + LISTS:
        pairs = [twice(rng.choices(SYMBOLS[len(SIGNS) :], k=rng.randint(1, 6))) for _ in range(EXAMPLES)]
    elif rng.random() < 0.5:
        task = rng.choice(TASKS)
        head = instruction(task, rng)
        pairs = [task.pair(draw(rng)) for _ in range(EXAMPLES)]
    else:
        (task,) = rng.choices(TASKS, [REPEATED if task.repeats else 1 for task in TASKS])
        pairs = [task.pair(draw(rng)) for _ in range(EXAMPLES)]
    words, answered = ["<b>", *head], [False] * (1 + len(head))
    for given, wanted in pairs:
        words += [*given, ">", *wanted, ";"]
        answered += [False] * (len(given) + 1) + [True] * (len(wanted) + 1)
    return words, answered


def twice(words: list[str]) -> Pair:
    """Give words, and want them back."""
    return words, words


def documents(count: int, rng: random.Random) -> tuple[Tensor, Tensor]:
    """Write documents: symbols (count, 64), filled up with `;`, and which of them belong to an answer."""
    tokens = torch.full((count, LONGEST), END)
    answered = torch.zeros((count, LONGEST), dtype=torch.bool)
    for row in range(count):
        words, marks = document(rng)
        length = min(LONGEST, len(words))
        tokens[row, :length] = torch.tensor(encode(words[:length]))
        answered[row, :length] = torch.tensor(marks[:length])
    return tokens, answered


class Progress(NamedTuple):
    """Where the training stands."""

    step: int
    loss: float
    """Mean cross-entropy of the answers' words, in nats."""
    model: ToyLlama


def pretrain(seed: int = 0, steps: int = STEPS, batch: int = BATCH) -> Iterator[Progress]:
    """Train a model from nothing, and say after each step where it stands."""
    torch.manual_seed(seed)
    rng = random.Random(seed)
    model = ToyLlama()
    optimiser = AdamW(model.parameters(), betas=BETAS, decay=DECAY)
    for step in range(1, steps + 1):
        tokens, answered = documents(batch, rng)
        asked = answered[:, 1:]  # (B, T-1)
        scores = model.lm_head(model.hidden(tokens[:, :-1])[asked])  # (answers' words, V)
        loss = F.cross_entropy(scores, tokens[:, 1:][asked])
        loss.backward()
        optimiser.step(rate_at(step, steps, RATE, warm_up=WARM_UP))
        yield Progress(step, loss.item(), model)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the checkpoint."""
    parser = argparse.ArgumentParser(description="Pretrain the toy base model and write its weights.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=checkpoint.PATH, help="where the weights go")
    asked = parser.parse_args(arguments)
    torch.set_num_threads(1)
    began, recent = time.perf_counter(), 0.0
    print(f"{asked.steps} steps of {BATCH} documents; about 0.16 s a step", flush=True)
    for step, loss, model in pretrain(asked.seed, asked.steps):  # noqa: B007  # the last model is saved below
        recent = loss if step == 1 else 0.98 * recent + 0.02 * loss
        if step % 100 == 0 or step == asked.steps:
            seconds = time.perf_counter() - began
            left = seconds / step * (asked.steps - step)
            print(f"step {step:5}  loss {recent:.3f}  {seconds:5.0f} s, about {left:4.0f} s left", flush=True)
    about = {"recipe": "demos/toy/pretrain.py", "seed": str(asked.seed), "steps": str(asked.steps)}
    checkpoint.save(model, asked.out, {**about, "loss": f"{recent:.4f}"})
    print(f"wrote {asked.out}: {asked.out.stat().st_size:,} bytes after {time.perf_counter() - began:.0f} s")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
