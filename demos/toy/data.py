"""The sentences of a job as symbols: to learn from, to choose settings by, and to report."""

from __future__ import annotations

import functools
import random
from collections.abc import Sequence
from typing import NamedTuple

import torch
from torch import Tensor

from demos.toy.tasks import SOURCES, Pair
from demos.toy.words import END, SYMBOLS, encode


class Split(NamedTuple):
    """Questions with their answers, one a row, filled up with `;` on the right."""

    tokens: Tensor
    """Symbols `<b> x > y ;`: (N, T)."""
    answered: Tensor
    """Which symbols belong to the answer, its `;` among them: (N, T)."""

    def rows(self, chosen: Tensor | slice) -> Split:
        """Give some of the rows, no longer than the longest of them."""
        tokens, answered = self.tokens[chosen], self.answered[chosen]
        longest = int(answered.any(0).nonzero().max()) + 1
        return Split(tokens[:, :longest], answered[:, :longest])

    def parts(self, size: int = 100) -> Sequence[Tensor]:
        """Give the numbers of all rows, short ones first, so many at a time: little is read that only fills up."""
        places = torch.arange(self.answered.shape[1], device=self.answered.device)
        return torch.split((places * self.answered).amax(1).argsort(stable=True), size)

    def to(self, device: str) -> Split:
        """Move both to a device."""
        return Split(self.tokens.to(device), self.answered.to(device))


class Data(NamedTuple):
    """The three splits of a job."""

    train: Split
    validation: Split
    test: Split


@functools.lru_cache(maxsize=4)  # a worker that was warmed up has drawn those of the first run
def data(job: str, seed: int, *, train: int = 2_000, held_out: int = 400) -> Data:
    """Draw the splits of a job: every held-out sentence is new, so memory cannot pass for skill.

    Equal seeds give equal sentences for every method. Sentences may repeat within `train`; those of `validation` and
    `test` are distinct, do not occur in `train`, and do not occur in each other.
    """
    parts = pairs(job, seed, train, held_out)
    return Data(*(pack([(["<b>", *given, ">"], wanted) for given, wanted in part]) for part in parts))


def pairs(job: str, seed: int, train: int, held_out: int) -> tuple[list[Pair], list[Pair], list[Pair]]:
    """Draw the sentences of the three splits with their answers, in words."""
    source, rng = SOURCES[job], random.Random(f"{job} {seed}")
    taken = [source.draw(rng) for _ in range(train)]
    seen = {tuple(given) for given, _ in taken}
    fresh: list[Pair] = []
    while len(fresh) < 2 * held_out:
        given, wanted = source.draw(rng)
        if tuple(given) not in seen:
            seen.add(tuple(given))
            fresh.append((given, wanted))
    return taken, fresh[:held_out], fresh[held_out:]


def pack(rows: Sequence[Pair]) -> Split:
    """Put prompts, each up to its `>`, and their answers into a table of symbols."""
    numbers = [(encode(prompt), encode(answer)) for prompt, answer in rows]
    longest = max(len(prompt) + len(answer) for prompt, answer in numbers) + 1
    tokens, answered = [], []
    for prompt, answer in numbers:
        rest = longest - len(prompt) - len(answer)
        tokens.append(prompt + answer + [END] * rest)
        answered.append([False] * len(prompt) + [True] * (len(answer) + 1) + [False] * (rest - 1))
    return Split(torch.tensor(tokens), torch.tensor(answered))


def unpack(split: Split) -> list[Pair]:
    """Give the words of each row, without the signs: what is given, and the answer."""
    pairs = []
    for tokens, answered in zip(split.tokens.tolist(), split.answered.tolist(), strict=True):
        words, start, length = [SYMBOLS[number] for number in tokens], answered.index(True), sum(answered)
        pairs.append((words[1 : start - 1], words[start : start + length - 1]))
    return pairs


def put_after_begin(split: Split, symbols: Sequence[int]) -> Split:
    """Put symbols after the `<b>` of every row: (N, T) becomes (N, S+T)."""
    put = split.tokens.new_tensor(symbols).expand(len(split.tokens), -1)  # (N, S)
    none = torch.zeros_like(put, dtype=torch.bool)
    return Split(
        torch.cat((split.tokens[:, :1], put, split.tokens[:, 1:]), dim=1),
        torch.cat((split.answered[:, :1], none, split.answered[:, 1:]), dim=1),
    )
