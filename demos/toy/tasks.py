"""The toy world: strings of five letters, and tasks that turn one string into another.

A task is an order of the letters (copy, reverse, sort, rotate, swap pairs), then a substitution of letters (for the
base model a shift of the alphabet by 0 to 3). The base model reads documents

    <b> [instruction words, or none] x > y ; x > y ; x > y ; x > y ;

and is trained on the letters of each y. Half of the documents name their task in two or three words (one of two
synonyms for the order, one of two for the shift, in any order, sometimes a filler word), half show examples only.
Three of the twenty combinations never occur in pretraining, so that there is something left to adapt to.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

LETTERS = "abcdefghij"
LENGTH = 5
"""Letters in a string."""

ORDER_WORDS = {
    "copy": ("copy", "keep"),
    "reverse": ("reverse", "backward"),
    "sort": ("sort", "arrange"),
    "rotate": ("rotate", "turn"),
    "swap": ("swap", "exchange"),
}
SHIFT_WORDS = {0: ("plain", "same"), 1: ("one", "next"), 2: ("two", "second"), 3: ("three", "third")}
FILLERS = ("please", "now", "letters", "the")
WORDS = tuple(word for pair in (*ORDER_WORDS.values(), *SHIFT_WORDS.values()) for word in pair) + FILLERS

SYMBOLS = (*LETTERS, "<b>", ">", ";", *WORDS)
"""All 35 symbols; a symbol's number is its place here, so letter a is 0."""
NUMBER = {symbol: number for number, symbol in enumerate(SYMBOLS)}
_BETWEEN_LETTERS = re.compile(rf"(?<=\b[{LETTERS}]) (?=[{LETTERS}]\b)")
BEGIN, ARROW, END = NUMBER["<b>"], NUMBER[">"], NUMBER[";"]

ORDERS: dict[str, Callable[[Tensor], Tensor]] = {
    "copy": lambda x: x,
    "reverse": lambda x: x.flip(-1),
    "sort": lambda x: x.sort(-1).values,
    "rotate": lambda x: x.roll(-1, -1),
    "swap": lambda x: x[..., [1, 0, 3, 2, 4]],
}


@dataclass(frozen=True, slots=True)
class Task:
    """An order of the letters, then a shift of the alphabet."""

    order: str
    shift: int

    def __call__(self, x: Tensor) -> Tensor:
        """Turn strings (..., 5) into their answers (..., 5)."""
        return (ORDERS[self.order](x) + self.shift) % len(LETTERS)


HELD_OUT = (Task("reverse", 2), Task("sort", 1), Task("rotate", 3))
"""The combinations that pretraining never sees."""
TASKS = tuple(
    task for task in (Task(order, shift) for order in ORDERS for shift in SHIFT_WORDS) if task not in HELD_OUT
)
"""The seventeen combinations that it does see."""

SUBSTITUTION = (7, 2, 9, 4, 0, 8, 5, 1, 3, 6)
"""The code of the job `teach`: letter i becomes letter SUBSTITUTION[i]; no letter stays, and it is no shift."""


def encode(text: str) -> list[int]:
    """Number the symbols of a text: words and signs stand alone, letters may be run together.

    Raises:
        ValueError: for a word that is no symbol.
    """
    numbers: list[int] = []
    for part in text.split():
        if part in NUMBER:
            numbers.append(NUMBER[part])
        elif set(part) <= set(LETTERS):
            numbers.extend(NUMBER[letter] for letter in part)
        else:
            raise ValueError(f"{part!r} is no symbol of the toy world")
    return numbers


def decode(numbers: Sequence[int]) -> str:
    """Write symbols as a text, letters run together."""
    return _BETWEEN_LETTERS.sub("", " ".join(SYMBOLS[number] for number in numbers))


def strings(count: int, generator: torch.Generator) -> Tensor:
    """Draw strings of letters, each letter independently: (count, 5)."""
    return torch.randint(len(LETTERS), (count, LENGTH), generator=generator)


def _reverse_and_substitute(x: Tensor) -> Tensor:
    return torch.tensor(SUBSTITUTION)[x.flip(-1)]


def _smallest(x: Tensor) -> Tensor:
    # argmin of ties is not defined, so each letter is weighted to make the first of equal ones the smallest.
    return (x * LENGTH + torch.arange(LENGTH)).argmin(-1, keepdim=True)


class Job(NamedTuple):
    """Something to adapt the base model to."""

    name: str
    answer: Callable[[Tensor], Tensor]
    """Turns strings (N, 5) into answers (N, A)."""
    steps: int
    """Training steps that the job needs at 64 strings a step."""
    idea: str


JOBS = {
    job.name: job
    for job in (
        Job("elicit", Task("reverse", 3), 150, "a known task, (reverse, +3), without its instruction"),
        Job("compose", HELD_OUT[0], 150, "a combination never seen in pretraining, (reverse, +2)"),
        Job("teach", _reverse_and_substitute, 400, "reverse and a substitution of letters that is new"),
        Job("classify", _smallest, 300, "the position of the smallest letter, as one of the letters a to e"),
    )
}


class Split(NamedTuple):
    """Strings and what a model should answer."""

    prompts: Tensor
    """Symbols `<b> x >`: (N, 7)."""
    answers: Tensor
    """Symbols: (N, A), with A = 5, or 1 for classify."""

    def to(self, device: str) -> Split:
        """Move both to a device."""
        return Split(self.prompts.to(device), self.answers.to(device))


class Data(NamedTuple):
    """The three splits of a job: to learn from, to choose settings by, and to report."""

    train: Split
    validation: Split
    test: Split


def data(job: Job, seed: int, *, train: int = 2_000, held_out: int = 400) -> Data:
    """Draw the splits of a job: every held-out string is new, so memory cannot pass for skill.

    Equal seeds give equal strings for every method. Strings may repeat within `train`; the strings of `validation`
    and `test` are distinct, do not occur in `train`, and do not occur in each other.
    """
    generator = torch.Generator().manual_seed(1_000 + seed)
    taken = strings(train, generator)
    seen = {tuple(row) for row in taken.tolist()}
    fresh: list[tuple[int, ...]] = []
    while len(fresh) < 2 * held_out:
        for row in strings(held_out, generator).tolist():
            if tuple(row) not in seen:
                seen.add(tuple(row))
                fresh.append(tuple(row))
    rest = torch.tensor(fresh)
    return Data(*(split(job, x) for x in (taken, rest[:held_out], rest[held_out : 2 * held_out])))


def split(job: Job, x: Tensor) -> Split:
    """Put strings (N, 5) into prompts with their answers."""
    begin, arrow = torch.full((len(x), 1), BEGIN), torch.full((len(x), 1), ARROW)
    return Split(torch.cat((begin, x, arrow), dim=1), job.answer(x))
