"""The parsed form of a query."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from studyapp.core.notes.blocks import Kind
from studyapp.core.schedule.entries import Grade
from studyapp.core.text.slips import fragments, may_slip, slips
from studyapp.study.stats.period import Period


class Where(StrEnum):
    """What is searched."""

    CARD = "card"
    """Front and back."""
    DECK = "deck"
    TAG = "tag"
    NOTE = "note"


class Is(StrEnum):
    """The states of a card."""

    DUE = "due"
    NEW = "new"
    LEARN = "learn"
    REVIEW = "review"
    YOUNG = "young"
    MATURE = "mature"
    LEECH = "leech"
    SUSPENDED = "suspended"
    BURIED = "buried"
    FLAGGED = "flagged"


class Field(StrEnum):
    """A number of a card."""

    DUE = "due"
    """Days from today; negative if it is overdue."""
    INTERVAL = "ivl"
    EASE = "ease"
    STABILITY = "s"
    DIFFICULTY = "d"
    LAPSES = "lapses"
    REPS = "reps"


class Text(Struct, frozen=True):
    """A folded text occurs. In decks and tags it is one or more whole parts of a path, or the start of one."""

    text: str
    where: Where = Where.CARD
    open: bool = False
    """Whether a part may continue, as in `deck:lang*`."""


class Being(Struct, frozen=True):
    """A card has a state."""

    what: Is


class Compare(Struct, frozen=True):
    """A number compares with another one; false for a card without that number."""

    field: Field
    sign: str
    """`<`, `<=`, `=`, `!=`, `>=` or `>`."""
    value: float


class Reviewed(Struct, frozen=True):
    """A card was graded on a day of a period."""

    period: Period
    grade: Grade | None = None
    """The grade; None for any."""


class Edited(Struct, frozen=True):
    """The file of a card's note last changed in a period."""

    period: Period


class Introduced(Struct, frozen=True):
    """A card got its first grade on a day of a period."""

    period: Period


class Added(Struct, frozen=True):
    """A card's note was created in a period; see `made`."""

    period: Period


class Typed(Struct, frozen=True):
    """A card's question is of one of some kinds."""

    kinds: frozenset[Kind]


class Flagged(Struct, frozen=True):
    """A card has the flag of a number."""

    number: int


Named = Reviewed | Edited | Introduced | Added | Flagged
"""What the table does not hold: those that know it name the cards."""


class Pattern(Struct, frozen=True):
    """A regular expression matches front or back; see `patterns`."""

    text: str
    pieces: tuple[str, ...] = ()
    """If there are any, it matches only cards that have one of them, which is faster to see."""


class Not(Struct, frozen=True):
    """The opposite."""

    inner: Node


class All(Struct, frozen=True):
    """All of some; if there are none, every card."""

    parts: tuple[Node, ...] = ()


class OneOf(Struct, frozen=True):
    """One of some."""

    parts: tuple[Node, ...]


Node = Text | Pattern | Being | Compare | Typed | Named | Not | All | OneOf


def searched_texts(node: Node) -> frozenset[str]:
    """The texts searched for in cards, folded; without those that must not occur."""
    match node:
        case Text(text, Where.CARD):
            return frozenset({text})
        case All(parts) | OneOf(parts):
            return frozenset().union(*map(searched_texts, parts))
    return frozenset()


def with_slips(node: Node) -> Node | None:
    """A query for cards with one letter of a word changed; None if no word is long enough."""
    found = _slipped(node)
    return None if found == node else found


def _slipped(node: Node) -> Node:
    match node:
        case Text(text, Where.CARD) if any(map(may_slip, text.split())):
            words = text.split()
            return Pattern(r"\s".join(f"(?:{slips(word)})" for word in words), fragments(max(words, key=len)))
        case All(parts):
            return All(tuple(map(_slipped, parts)))
        case OneOf(parts):
            return OneOf(tuple(map(_slipped, parts)))
    return node
