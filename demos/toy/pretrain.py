"""How the base model was made: `python -m demos.toy.pretrain` makes it again, in about ten minutes on two cores.

Everything random comes from one seed. The numbers depend in their last digits on the processor and on the number of
threads, so a second run gives an equally good model rather than the same bytes.
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
from demos.toy.model import ToyLlama
from demos.toy.optimise import AdamW, rate_at
from demos.toy.tasks import ARROW, BEGIN, END, FILLERS, LENGTH, NUMBER, ORDER_WORDS, SHIFT_WORDS, TASKS, Task, strings

STEPS = 5_000
BATCH = 64  # documents a step
RATE = 3e-3
WARM_UP = 100  # steps
BETAS = (0.9, 0.98)
DECAY = 0.01
EXAMPLES = 4  # solved strings a document
THREADS = 2
LONGEST = 1 + 3 + EXAMPLES * (2 * LENGTH + 2)  # symbols of a document


def instruction(task: Task, rng: random.Random) -> list[int]:
    """Name a task in two words, in any order, and in half of the cases put a filler anywhere among them."""
    words = [rng.choice(ORDER_WORDS[task.order]), rng.choice(SHIFT_WORDS[task.shift])]
    rng.shuffle(words)
    if rng.random() < 0.5:
        words.insert(rng.randrange(3), rng.choice(FILLERS))
    return [NUMBER[word] for word in words]


def documents(count: int, rng: random.Random, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Write documents: symbols (count, 52), filled up with `;`, and which of them are letters of an answer."""
    tokens = torch.full((count, LONGEST), END)
    answered = torch.zeros((count, LONGEST), dtype=torch.bool)
    for row in range(count):
        task = rng.choice(TASKS)
        head = [BEGIN, *(instruction(task, rng) if rng.random() < 0.5 else ())]
        tokens[row, : len(head)] = torch.tensor(head)
        x = strings(EXAMPLES, generator)  # (4, 5)
        sign = torch.full((EXAMPLES, 1), ARROW)
        solved = torch.cat((x, sign, task(x), torch.full_like(sign, END)), dim=1)  # (4, 12)
        tokens[row, len(head) : len(head) + solved.numel()] = solved.flatten()
        for example in range(EXAMPLES):
            start = len(head) + example * solved.shape[1] + LENGTH + 1
            answered[row, start : start + LENGTH] = True
    return tokens, answered


class Progress(NamedTuple):
    """Where the training stands."""

    step: int
    loss: float
    """Mean cross-entropy of the answers' letters, in nats."""
    model: ToyLlama


def pretrain(seed: int = 0, steps: int = STEPS, batch: int = BATCH) -> Iterator[Progress]:
    """Train a model from nothing, and say after each step where it stands."""
    torch.manual_seed(seed)
    rng, generator = random.Random(seed), torch.Generator().manual_seed(seed)
    model = ToyLlama()
    optimiser = AdamW(model.parameters(), betas=BETAS, decay=DECAY)
    for step in range(1, steps + 1):
        tokens, answered = documents(batch, rng, generator)
        scores = model(tokens[:, :-1])  # (B, T-1, V)
        asked = answered[:, 1:]  # (B, T-1)
        loss = F.cross_entropy(scores[asked], tokens[:, 1:][asked])
        loss.backward()  # type: ignore[no-untyped-call]  # torch has no annotation there
        optimiser.step(rate_at(step, steps, RATE, warm_up=WARM_UP))
        yield Progress(step, loss.item(), model)


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the checkpoint."""
    parser = argparse.ArgumentParser(description="Pretrain the toy base model and write its weights.")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--steps", type=int, default=STEPS)
    parser.add_argument("--out", type=Path, default=checkpoint.PATH, help="where the weights go")
    asked = parser.parse_args(arguments)
    torch.set_num_threads(THREADS)
    began, recent = time.perf_counter(), 0.0
    print(f"{asked.steps} steps of {BATCH} documents; about 0.1 s a step on two cores", flush=True)
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
