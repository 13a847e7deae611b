"""Marks of cards that were set or removed where they came from since they were imported."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from studyapp.core.log.marks import CardState, Mark
from studyapp.study.exchange.reading.incoming import IncomingCard

MarkValues = Mapping[str, str]
"""The value of each mark that a card has."""
_IN_WORDS = {
    Mark.SUSPENDED: "whether it is suspended",
    Mark.BURIED: "whether it is buried",
    Mark.FLAG: "its flag",
    Mark.LEECH: "whether it is a leech",
}


def marks_today(card: CardState | IncomingCard, today: date) -> MarkValues:
    """The marks that a card has today."""
    until = card.buried_until
    values = {
        Mark.SUSPENDED: "1" * card.suspended,
        Mark.BURIED: until.isoformat() if until is not None and until > today else "",
        Mark.FLAG: str(card.flag or ""),
        Mark.LEECH: "1" * card.leech,
    }
    return {str(mark): value for mark, value in values.items() if value}


def news(before: MarkValues, there: MarkValues, here: MarkValues, today: date) -> Iterator[tuple[Mark, str, str]]:
    """Each mark that changed there and is another one here, its value, and why it stays as it is here, if it does."""
    if before.get(Mark.BURIED, "") <= today.isoformat():
        before = {**before, Mark.BURIED: ""}
    for mark, what in _IN_WORDS.items():
        was, wanted, ours = (marks.get(mark, "") for marks in (before, there, here))
        if wanted not in (was, ours):
            yield mark, wanted, "" if ours == was else f"{what} was changed in Anki and here; yours stays"
