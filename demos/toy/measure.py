"""How well a method answers: the loss, the exact matches, and what it says.

A method is a function from symbols (B, T) to scores (B, T, V): at each place, for the symbol after it.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F

from demos.frame import Sample
from demos.toy.data import Split
from demos.toy.model import ToyLlama
from demos.toy.words import END, decode

SHOWN = 8  # samples
LONGEST = 12  # words of an answer; the longest right one has nine

Scores = Callable[[Tensor], Tensor]


def forced(split: Split) -> Tensor:
    """Give the symbols whose scores are compared with the answers: all but the last, (N, T-1)."""
    return split.tokens[:, :-1]


def asked(split: Split) -> Tensor:
    """Whether the next symbol belongs to the answer, at each of these: (N, T-1)."""
    return split.answered[:, 1:]


def wanted(split: Split) -> Tensor:
    """Give the symbols of all answers, one after the other: (W,)."""
    return split.tokens[:, 1:][asked(split)]


def loss(scores: Scores, split: Split) -> Tensor:
    """Mean cross-entropy of the answers' symbols, in nats."""
    return F.cross_entropy(scores(forced(split))[asked(split)], wanted(split))


@torch.no_grad()
def exact_match(scores: Scores, split: Split) -> float:
    """Share of the rows whose greedy answer is right in every word, and ends where it should, 0 to 1.

    One pass is enough: the greedy answer is the wanted one exactly if the wanted symbol has the highest score at
    every place after the wanted symbols before it.
    """
    count = 0
    for part in map(split.rows, split.parts()):
        right = scores(forced(part)).argmax(-1) == part.tokens[:, 1:]  # (B, T-1)
        count += int((right | ~asked(part)).all(1).sum())
    return count / len(split.tokens)


@torch.no_grad()
def features(model: ToyLlama, split: Split) -> Tensor:
    """Run a frozen model over sentences and give the output embedding before each word of the answers: (W, d)."""
    N, T = forced(split).shape
    found = torch.empty(N, T, model.shape.width, device=split.tokens.device)
    for rows in split.parts():
        read = model.hidden(forced(split.rows(rows)))  # (B, T', d)
        found[rows, : read.shape[1]] = read
    return found[asked(split)]


@torch.no_grad()
def greedy(scores: Scores, split: Split) -> list[list[int]]:
    """Answer each row with the best next symbol, one after the other, until it is `;`."""
    N = len(split.tokens)
    at = split.answered.int().argmax(1)  # (N,): where each answer begins
    room = torch.full((N, int(at.max()) + LONGEST), END, device=split.tokens.device)
    before = torch.arange(room.shape[1], device=room.device) < at[:, None]
    width = min(room.shape[1], split.tokens.shape[1])
    room[:, :width] = torch.where(before[:, :width], split.tokens[:, :width], END)
    first, rows, open_ = at.clone(), torch.arange(N, device=room.device), torch.ones_like(at, dtype=torch.bool)
    for _ in range(LONGEST):
        best = scores(room[:, : int(at.max())])[rows, at - 1].argmax(-1)  # (N,)
        open_ &= best != END
        if not open_.any():
            break
        room[rows[open_], at[open_]] = best[open_]
        at += open_
    return [row[start:end] for row, start, end in zip(room.tolist(), first.tolist(), at.tolist(), strict=True)]


def samples(scores: Scores, split: Split) -> tuple[Sample, ...]:
    """Ask the first questions of a split, and show what the model answers."""
    shown = split.rows(slice(SHOWN))
    found = []
    for tokens, answered, got in zip(shown.tokens, shown.answered, greedy(scores, shown), strict=True):
        start, end = int(answered.int().argmax()), int(answered.nonzero().max())
        given, answer = tokens[1:start].tolist(), tokens[start:end].tolist()
        found.append(Sample(decode(given), decode(answer), decode(got)))
    return tuple(found)
