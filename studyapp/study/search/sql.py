"""A query as a condition on the tables of a vault, and on those of `Marks`.

Every condition is true or false for every card, never SQL's NULL: else a card without a number would be missing from
searches with `-` too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from types import MappingProxyType
from typing import Final

from msgspec import Struct, field

from studyapp.core.disk.cache import microseconds
from studyapp.core.notes.blocks import Kind
from studyapp.core.schedule.days import add_days, midnight
from studyapp.core.vault.table.rows import LEARNING, NEW, REVIEWED
from studyapp.study.search.tree import (
    Added,
    All,
    Being,
    Compare,
    Edited,
    Field,
    Flagged,
    Introduced,
    Is,
    Named,
    Node,
    Not,
    OneOf,
    Pattern,
    Reviewed,
    Text,
    Typed,
    Where,
)
from studyapp.study.stats.reviews import MATURE

SHORTEST: Final = 3
"""The fewest characters that trigrams can find; shorter texts are searched for in every card."""
EVERY: Final = "(1)"
"""The condition that each card satisfies."""
_MOST_TRIGRAMS: Final = 24
"""More of them find nothing more: the matching texts are examined anyway."""
_ALIKE: Final = {"i": "[i\u0131]"}
"""What a regular expression takes for the same letter, although folded texts tell them apart."""
_SIGNS: Final = frozenset({"<", "<=", "=", "!=", ">=", ">"})
_STATES: Final = {
    Is.NEW: f"card.state = {NEW}",
    Is.LEARN: f"card.state = {LEARNING}",
    Is.REVIEW: f"card.state = {REVIEWED}",
    Is.YOUNG: f"(card.state = {REVIEWED} AND coalesce(card.ivl < {MATURE}, 0))",
    Is.MATURE: f"(card.state = {REVIEWED} AND coalesce(card.ivl >= {MATURE}, 0))",
    Is.LEECH: "card.id IN (SELECT id FROM mark WHERE leech)",
    Is.SUSPENDED: "card.id IN (SELECT id FROM mark WHERE suspended)",
    Is.BURIED: "card.id IN (SELECT id FROM mark WHERE buried)",
    Is.FLAGGED: "card.id IN (SELECT id FROM mark WHERE flagged)",
}
_COUNTED: Final = (
    f"CASE WHEN card.state != {NEW} THEN"  # noqa: S608 - a number
    " coalesce(card.{0}, (SELECT {0} FROM mark WHERE mark.id = card.id), 0) END"
)
"""For SM-2, whose entries do not count them."""
_COLUMNS: Final = {
    Field.INTERVAL: "card.ivl",
    Field.EASE: "card.ease",
    Field.STABILITY: "card.s",
    Field.DIFFICULTY: "card.d",
    Field.LAPSES: _COUNTED.format("lapses"),
    Field.REPS: _COUNTED.format("reps"),
}
_PLACES: Final = {
    Where.DECK: "card.deck IN (SELECT id FROM deck WHERE instr(folded, ?))",
    Where.TAG: "card.note IN (SELECT id FROM note WHERE instr(tags, ?))",
    Where.NOTE: "card.note IN (SELECT id FROM note WHERE instr(name, ?))",
}
_PLACES_OF_ONE: Final = _PLACES | {
    Where.TAG: "EXISTS (SELECT 1 FROM note WHERE note.id = card.note AND instr(tags, ?))",
    Where.NOTE: "EXISTS (SELECT 1 FROM note WHERE note.id = card.note AND instr(name, ?))",
}


class Condition(Struct):
    """SQL, with the values of its question marks."""

    now: datetime
    """Aware, in local time."""
    trigrams: bool = True
    """Whether SQLite supports trigrams."""
    few: bool = False
    """Whether to examine a few cards one by one, rather than all."""
    sql: str = ""
    values: list[object] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)
    """The parts of the query whose cards must be known."""
    of_questions: bool = False
    """Whether questions are involved, not only their cards."""
    beside: bool = False
    """Whether each card's text has to be joined to it, which takes half the time of a look for each."""

    def add(self, node: Node) -> None:
        """Translate a node."""
        match node:
            case Text():
                self._text(node)
            case Being(what):
                self._being(what)
            case Compare():
                self._compare(node)
            case Pattern(text, pieces):
                has = " OR ".join(["folded GLOB ?"] * len(pieces))
                self._look(f"({has}) AND folded REGEXP ?" if has else "folded REGEXP ?")
                self.values += [*(_within(piece, _ALIKE) for piece in pieces), text]
            case Typed(kinds):
                self._typed(sorted(kinds))
            case Reviewed() | Edited() | Introduced() | Added() | Flagged():
                self.sql += "card.id IN (SELECT id FROM named WHERE name = ?)"
                self.values.append(part_name(node))
                self.named.append(node)
            case Not(inner):
                self.sql += "NOT "
                self._group((inner,), "")
            case All(parts):
                self._all(parts)
            case OneOf(parts):
                self._group(parts, " OR ")

    def _being(self, what: Is) -> None:
        if what is Is.DUE:
            self._due_now()
        else:
            self.sql += _STATES[what]

    def _compare(self, node: Compare) -> None:
        assert node.sign in _SIGNS
        if node.field is Field.DUE:
            self._due_day(node.sign, node.value)
            return
        self.sql += f"coalesce({_COLUMNS[node.field]} {node.sign} ?, 0)"
        self.values.append(node.value)

    def _group(self, parts: tuple[Node, ...], between: str) -> None:
        self.sql += "("
        for number, part in enumerate(parts):
            self.sql += between if number else ""
            self.add(part)
        self.sql += ")" if parts else "1)"  # as `EVERY`

    def _text(self, node: Text) -> None:
        if node.where is Where.CARD:
            self._words(node.text)
            return
        self.sql += (_PLACES_OF_ONE if self.few else _PLACES)[node.where]
        # Paths stand between slashes, so that a part is found whole.
        end = "" if node.open else "/"
        self.values.append(node.text if node.where is Where.NOTE else f"/{node.text}{end}")

    def _all(self, parts: tuple[Node, ...]) -> None:
        """Search for all words of a group at once, so that each text is read at most once."""
        words = [part.text for part in parts if isinstance(part, Text) and part.where is Where.CARD]
        others = tuple(part for part in parts if not (isinstance(part, Text) and part.where is Where.CARD))
        if len(words) < 2:
            self._group(parts, " AND ")
            return
        self.sql += "("
        self._words(*words)
        if others:
            self.sql += " AND "
            self._group(others, " AND ")
        self.sql += ")"

    def _words(self, *texts: str) -> None:
        """Cards with all of these."""
        if not (texts := tuple(filter(None, texts))):
            self.sql += "1"
            return
        by_gram = [text for text in texts if self.trigrams and not self.few and len(text) >= SHORTEST]
        # Trigrams may be apart, so a longer text is searched for in the card's text too.
        checked = [text for text in texts if text not in by_gram or len(text) != SHORTEST]
        looks, values = " AND ".join(map(_holds, checked)) or "1", map(_within_short, checked)
        if by_gram:
            grams = dict.fromkeys(gram for text in by_gram for gram in _grams(text))
            self.values.append(" AND ".join(f'"{gram}"' for gram in grams))
            looks = f"id IN (SELECT rowid FROM gram WHERE gram MATCH ?) AND {looks}"  # noqa: S608 - values are bound
        # A single letter is in most texts: to look into each card's is faster than to note where it is.
        self._look(looks, each=all(len(text) == 1 for text in texts))
        self.values += values

    def _look(self, holds: str, *, each: bool = False) -> None:
        """Cards whose text satisfies the condition; it is examined for `each` card, or for each text first."""
        if self.few:
            self.sql += f"EXISTS (SELECT 1 FROM text WHERE text.id = card.text AND {holds})"  # noqa: S608 - values are bound
        elif each:
            self.beside = True
            self.sql += f"coalesce({holds}, 0)"
        else:
            self.sql += f"card.text IN (SELECT id FROM text WHERE {holds})"  # noqa: S608 - values are bound

    def _typed(self, kinds: Sequence[Kind]) -> None:
        self.of_questions = True
        # A question has the number of its first card.
        having = f"question.id = card.id - card.side AND kind IN ({', '.join('?' * len(kinds))})"
        self.sql += f"EXISTS (SELECT 1 FROM question WHERE {having})"  # noqa: S608 - values are bound
        self.values += [kind.value for kind in kinds]

    def _due_now(self) -> None:
        self.sql += "(coalesce(card.day <= ?, 0) OR coalesce(card.moment <= ?, 0))"
        self.values += [self.now.date().toordinal(), microseconds(self.now)]

    def _due_day(self, sign: str, value: float) -> None:
        """Compare days until due: a day starts at local midnight, which is a moment."""
        if sign == "!=":
            self.sql += "(card.day IS NOT NULL OR card.moment IS NOT NULL) AND NOT "
            sign = "="
        if sign == "=" and value != int(value):
            self.sql += "0"
            return
        # Whole days: `< 2.5` is `< 3`, and `<= 2.5` is `< 3` too.
        low, high = _whole_days(sign, value)
        first, end = (None if days is None else add_days(self.now.date(), days) for days in (low, high))
        parts = [f"card.day {'>='} ?" if first else "", "card.day < ?" if end else ""]
        day = " AND ".join(part for part in parts if part)
        moment = day.replace("card.day", "card.moment")
        self.sql += f"(coalesce({day}, 0) OR coalesce({moment}, 0))"
        bounds: list[date] = [bound for bound in (first, end) if bound is not None]
        self.values += [bound.toordinal() for bound in bounds]
        self.values += [microseconds(midnight(bound, self.now.tzinfo)) for bound in bounds]


def _grams(text: str) -> list[str]:
    """Trigrams as FTS5 stores a text; from a long text as many as help."""
    grams = [text[at : at + SHORTEST].replace('"', '""') for at in range(len(text) - SHORTEST + 1)]
    return grams[:_MOST_TRIGRAMS]


def _holds(text: str) -> str:
    """The condition that a card has a text: for a short one, which no trigram finds, in the way that is faster."""
    return "folded GLOB ?" if len(text) < SHORTEST else "instr(folded, ?)"


def _within_short(text: str) -> str:
    """The value for it."""
    return _within(text) if len(text) < SHORTEST else text


def _within(text: str, alike: Mapping[str, str] = MappingProxyType({})) -> str:
    """A pattern of GLOB for texts that have another; `alike` are classes of letters."""
    return f"*{''.join(alike.get(letter, f'[{letter}]' if letter in '*?[' else letter) for letter in text)}*"


def _whole_days(sign: str, value: float) -> tuple[int | None, int | None]:
    """The first day, and the day after the last."""
    value = max(-4e6, min(4e6, value))
    below, above = int(value // 1), -int(-value // 1)
    match sign:
        case "<":
            return None, above
        case "<=":
            return None, below + 1
        case ">":
            return below + 1, None
        case ">=":
            return above, None
        case _:
            return below, below + 1


def part_name(node: Named) -> str:
    """The name of a part of a query in the table."""
    if isinstance(node, Flagged):
        return f"flag {node.number}"
    what = f"reviewed {node.grade}" if isinstance(node, Reviewed) else type(node).__name__.lower()
    return f"{what} {node.period.first or ''}..{node.period.last}"
