"""What the base model learned to do with sentences, and the jobs that it was not asked for.

A task says a sentence again, in English or German, as it is or changed: into the past, with its nouns in the plural,
negated, asked, or with two of these changes at once. From two languages into two, with ten kinds of change, there are
forty tasks. Three of them never occur in pretraining, so that there is something left to adapt to.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from demos.toy.grammar import GrammarError, Sentence, draw, dutch, english, german, read
from demos.toy.words import CHANGE_WORDS, LABELS, VERBS

Pair = tuple[list[str], list[str]]
"""The words that are given, and those that are wanted."""

LANGUAGES: tuple[Literal["en", "de"], ...] = ("en", "de")
SAY = {"en": english, "de": german}
PAIRS = (("past", "plural"), ("past", "negate"), ("past", "question"), ("plural", "negate"), ("plural", "question"))


@dataclass(frozen=True, slots=True)
class Task:
    """Say a sentence of one language in the same or the other one, changed."""

    source: Literal["en", "de"]
    target: Literal["en", "de"]
    changes: tuple[str, ...]
    """Names of changes; `same` for none."""

    def pair(self, sentence: Sentence) -> Pair:
        """Give the sentence in the one language, without what the changes bring, and in the other, with it."""
        given = before(sentence, self.changes)
        return SAY[self.source](given), SAY[self.target](after(given, self.changes))

    @property
    def repeats(self) -> bool:
        """Whether the answer is what was given."""
        return self.source == self.target and self.changes == ("same",)


def before(s: Sentence, changes: tuple[str, ...]) -> Sentence:
    """Make a sentence one that each of the changes does change, and that English does not say oddly."""
    if "past" in changes:
        s = replace(s, past=False)
    if "plural" in changes:
        s = replace(s, subject=replace(s.subject, plural=False))
    if "negate" in changes or "question" in changes:
        s = replace(s, negated=False)
    return s


def after(s: Sentence, changes: tuple[str, ...]) -> Sentence:
    """Change a sentence."""
    if "past" in changes:
        s = replace(s, past=True)
    if "plural" in changes:
        s = replace(s, subject=replace(s.subject, plural=True), object=replace(s.object, plural=True))
    if "negate" in changes:
        s = replace(s, negated=True)
    if "question" in changes:
        s = replace(s, asked=True)
    return s


ALL = tuple(
    Task(source, target, changes)
    for changes in (*((name,) for name in CHANGE_WORDS), *PAIRS)
    for source in LANGUAGES
    for target in LANGUAGES
)
HELD_OUT = (
    Task("en", "de", ("past", "negate")),
    Task("de", "en", ("past", "plural")),
    Task("en", "en", ("plural", "question")),
)
"""The three tasks that pretraining never sees; their changes do occur together, in other languages."""
TASKS = tuple(task for task in ALL if task not in HELD_OUT)
"""The thirty-seven that it does see."""


@dataclass(frozen=True, slots=True)
class Source:
    """Draws the sentences of a job, and says what their answers are."""

    pair: Callable[[Sentence], Pair]
    negated: float = 0.2
    """Share of the sentences that are negated."""

    def draw(self, rng: random.Random) -> Pair:
        """Draw a sentence, with its answer."""
        return self.pair(draw(rng, negated=self.negated))

    def answer(self, text: str) -> Pair:
        """Read a typed sentence, with its answer.

        Raises:
            GrammarError: if it is not a sentence of the toy world, or the job does not ask about it.
        """
        given = english(read(text))
        asked, wanted = self.pair(read(text))
        if asked != given:
            raise GrammarError(f"this job changes what is neither past nor negated: {' '.join(asked)}")
        return asked, wanted


def feeling(s: Sentence) -> str:
    """What kind of thing happens: "not" turns the positive and the negative round."""
    place = LABELS.index(VERBS[s.verb].feeling)
    return LABELS[-1 - place if s.negated else place]


SOURCES = {
    "elicit": Source(Task("en", "de", ("same",)).pair),
    "compose": Source(HELD_OUT[0].pair),
    "teach": Source(lambda s: (english(s), dutch(s, clause=True))),
    "classify": Source(lambda s: (english(s), [feeling(s)]), negated=0.5),
}
"""One for each job of `demos.jobs`, which says in words what is asked."""
