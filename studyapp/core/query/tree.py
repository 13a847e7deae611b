"""What a query means."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from studyapp.core.stats.period import Period


class Where(StrEnum):
    """What a text is looked for in."""

    CARD = "card"
    """Front and back."""
    DECK = "deck"
    TAG = "tag"
    NOTE = "note"


class Is(StrEnum):
    """What a card can be."""

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
    """In how many days from today; negative if it is overdue."""
    INTERVAL = "ivl"
    EASE = "ease"
    STABILITY = "s"
    DIFFICULTY = "d"
    LAPSES = "lapses"
    REPS = "reps"


@dataclass(frozen=True, slots=True)
class Text:
    """A text occurs; folded. In decks and tags it is one or more whole parts of a path, or the beginning of one."""

    text: str
    where: Where = Where.CARD
    open: bool = False
    """Whether a part may go on, as `deck:lang*` asks for."""


@dataclass(frozen=True, slots=True)
class Being:
    """A card is something."""

    what: Is


@dataclass(frozen=True, slots=True)
class Compare:
    """A number stands in a relation to another one; a card that has no such number never does."""

    field: Field
    sign: str
    """`<`, `<=`, `=`, `!=`, `>=` or `>`."""
    value: float


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A card was graded on a day of a period."""

    period: Period


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite."""

    inner: Node


@dataclass(frozen=True, slots=True)
class All:
    """All of some; of none, every card."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class OneOf:
    """One of some."""

    parts: tuple[Node, ...]


Node = Text | Being | Compare | Reviewed | Not | All | OneOf
