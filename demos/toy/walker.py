"""One string on its way through a model, from its symbols to the answer: every number is the model's own.

A walk is an object of lists, names and numbers, for one line of JSON. For both models (`base` and `trained`, L layers
of nh heads, P keys of a prefix), with places for the symbols and for what a method put between them:

    places, put      the name of each place, and whether the method put it there
    stream           (1 + 2L, places, d): the embeddings, then the stream after each half block
    attention, keys  (L, nh, places, P + places): shares, each row 1; the names of the keys, a prefix first
    beside, gates    (L, nh, places, P): shares of a gated prompt's own attention, and (L, nh): how far it is open
    changes          for each stage: name, length of what the base makes of it, length of what is added, by place
    likely           (1 + 2L, 10): how likely each candidate is, if the model had to answer after that half block
    says             the answer, symbol by symbol, from the first

`after` symbols of the answer are there already, the right ones: the walk is that of the pass which asks for the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

from demos.frame import WalkError
from demos.jobs import JOBS
from demos.toy import checkpoint
from demos.toy.grammar import GrammarError
from demos.toy.look import Look
from demos.toy.measure import Scores
from demos.toy.model import ToyLlama
from demos.toy.tasks import SOURCES
from demos.toy.words import ARROW, BEGIN, SYMBOLS, encode

CANDIDATES = 10


@dataclass(slots=True)
class Walker:
    """What a run trained, ready for strings to be sent through it."""

    job: str
    model: ToyLlama
    """The base model with what the method put into it."""
    scores: Scores
    """Symbols (B, T) to scores (B, T, V)."""
    put: Sequence[int] = ()
    """Symbols that the method puts between <b> and the string: words, examples."""

    def walk(self, text: str, after: int = 0) -> dict[str, Any]:
        """Send one string through the base model and this one.

        Args:
            text: the string.
            after: how many of the answer's symbols are there already, and right.

        Raises:
            WalkError: if the job asks nothing about such a string; the message says what it takes.
        """
        given, wanted = asked(self.job, text)
        told, base = _told(wanted, after), checkpoint.load()
        tokens, longer = [BEGIN, *given, ARROW, *told], [BEGIN, *self.put, *given, ARROW, *told]
        theirs = Look(base, base, base, tokens, len(told)).read()
        own = Look(self.model, base, self.scores, longer, len(told)).read()
        return _paired(given, wanted, theirs, own, put=len(self.put), after=len(told))


def walk_base(job: str, text: str, after: int = 0) -> dict[str, Any]:
    """Send one string through the base model alone.

    Raises:
        WalkError: as `Walker.walk` does.
    """
    given, wanted = asked(job, text)
    told, base = _told(wanted, after), checkpoint.load()
    theirs = Look(base, base, base, [BEGIN, *given, ARROW, *told], len(told)).read()
    return _paired(given, wanted, theirs, None, after=len(told))


def asked(job: str, text: str) -> tuple[list[int], list[int]]:
    """The symbols of a string that was typed, and those of its answer; without a text, of one to begin with.

    Raises:
        WalkError: if the job does not ask about the string.
    """
    if job not in SOURCES:
        raise WalkError(f"there is no job {job[:40]!r}")
    example = JOBS[job].example.given
    try:
        given, wanted = SOURCES[job].answer(text.strip().removesuffix(">").rstrip(" .").lower() or example)
    except GrammarError as error:
        raise WalkError(f"this job takes a sentence such as “{example}”: {error}") from None
    return encode(given), encode(wanted)


def _told(wanted: list[int], after: int) -> list[int]:
    """The symbols of the answer that are there already; one at least is asked for."""
    return wanted[: max(0, min(after, len(wanted) - 1))]


def _paired(
    given: list[int],
    wanted: list[int],
    base: dict[str, Any],
    trained: dict[str, Any] | None,
    *,
    put: int = 0,
    after: int = 0,
) -> dict[str, Any]:
    """Put both passes side by side, with the same candidates for the symbol that is asked for."""
    best = base["lens"][-1].clone()
    if trained is not None:
        best = torch.maximum(best, trained["lens"][-1])
    best[wanted[after]] = 2.0
    candidates = sorted(best.topk(CANDIDATES).indices.tolist())
    for one in (base, trained):
        if one is not None:
            one["likely"] = one.pop("lens")[:, candidates]
            one["says"] = one["says"][: len(wanted) + 2]
    if trained is not None and put:
        trained["put"] = [1 <= place <= put for place in range(len(trained["places"]))]
    names = [SYMBOLS[number] for number in given], [SYMBOLS[number] for number in wanted]
    whole = {
        "given": names[0],
        "wanted": names[1],
        "after": after,
        "candidates": [SYMBOLS[number] for number in candidates],
    }
    return {**whole, "base": _plain(base), "trained": _plain(trained)}


def _plain(value: Any) -> Any:
    """Tensors to lists of numbers with five digits."""
    if isinstance(value, Tensor):
        return _plain(value.tolist())
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value
