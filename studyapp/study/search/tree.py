"""What a query means."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from studyapp.study.stats.period import Period


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


class Text(Struct, frozen=True):
    """A text occurs; folded. In decks and tags it is one or more whole parts of a path, or the beginning of one."""

    text: str
    where: Where = Where.CARD
    open: bool = False
    """Whether a part may go on, as `deck:lang*` asks for."""


class Being(Struct, frozen=True):
    """A card is something."""

    what: Is


class Compare(Struct, frozen=True):
    """A number stands in a relation to another one; a card that has no such number never does."""

    field: Field
    sign: str
    """`<`, `<=`, `=`, `!=`, `>=` or `>`."""
    value: float


class Reviewed(Struct, frozen=True):
    """A card was graded on a day of a period."""

    period: Period


class Not(Struct, frozen=True):
    """The opposite."""

    inner: Node


class All(Struct, frozen=True):
    """All of some; of none, every card."""

    parts: tuple[Node, ...] = ()


class OneOf(Struct, frozen=True):
    """One of some."""

    parts: tuple[Node, ...]


Node = Text | Being | Compare | Reviewed | Not | All | OneOf
