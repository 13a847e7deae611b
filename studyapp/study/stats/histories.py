"""The history of each card as FSRS sees it: which grades count, on which days, and what is left out.

The rules are those of the field. A history begins with a new card, and begins again where the card was reset; reviews
on the same day count, but are not predicted; crams and changes of schedules without a grade are not reviews. Days are
in UTC, as in the scheduler itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Final, NamedTuple

from studyapp.core.log.actions import FORGOTTEN
from studyapp.core.log.ledger_rows import Record
from studyapp.core.schedule.entries import Grade, is_of_new_card

_LONGEST_GAP: Final = 3650
"""Days between two reviews of a card beyond which a clock must have been wrong."""
_SLACK: Final = timedelta(days=1)
"""How far the clock of another device may be ahead."""

INCOMPLETE: Final = "the log does not have the card's first review"
FUTURE: Final = "the review lies in the future"
JUMP: Final = "a clock was wrong: more than ten years between two reviews"


class Answered(NamedTuple):
    """One grade of a card."""

    grade: Grade
    elapsed: int
    """Days since the card's previous review; 0 for the first one."""
    day: int
    """The day, as an ordinal."""
    seconds: float | None


class CardHistory(NamedTuple):
    """The reviews of one card since it was new, or was last reset."""

    card: str
    answers: tuple[Answered, ...]


class Histories(NamedTuple):
    """The histories of cards, and how many reviews were left out for which reason."""

    cards: tuple[CardHistory, ...]
    left_out: Counter[str]

    @property
    def reviews(self) -> int:
        """How many reviews there are."""
        return sum(len(one.answers) for one in self.cards)


def histories(
    records: Iterable[Record],
    now: datetime,
    *,
    name: Callable[[Record], str] = lambda record: record.name,
    counts: Callable[[str], bool] = lambda _card: True,
    since: date | None = None,
    forgotten: Iterable[Record] = (),
) -> Histories:
    """The histories of the cards in a log.

    Args:
        records: the grades and resets of all devices, oldest first.
        now: aware.
        name: the present id of an action's card, as text.
        counts: whether a card is asked for.
        since: only cards whose first review was on that day or later.
        forgotten: actions that let many cards begin again at once, see `FORGOTTEN`.
    """
    anew: dict[str, datetime] = {}
    for one in forgotten:
        anew.update({str(mark.card): one.at for mark in one.marks if mark.name == FORGOTTEN})
    latest = now + _SLACK
    found: dict[str, list[Answered] | None] = {}
    """None for a card whose history must not be continued."""
    left_out: Counter[str] = Counter()
    for record in records:
        card = name(record)
        if not counts(card):
            continue
        if record.grade is None:
            found[card] = []
            continue
        if record.at > latest:
            left_out[FUTURE] += 1
            continue
        if (at := anew.get(card)) is not None and record.at >= at:
            found[card] = []
            del anew[card]
        day = record.at.astimezone(UTC).date().toordinal()
        if record.before is None or is_of_new_card(record.before):
            found[card] = []
        known = found.setdefault(card, None)
        if known is None:
            left_out[INCOMPLETE] += 1
            continue
        elapsed = day - known[-1].day if known else 0
        if elapsed > _LONGEST_GAP:
            left_out[JUMP] += len(known) + 1
            found[card] = None
            continue
        known.append(Answered(record.grade, elapsed, day, record.seconds))
    first = 0 if since is None else since.toordinal()
    kept = (CardHistory(card, tuple(answers)) for card, answers in found.items() if answers)
    return Histories(tuple(one for one in kept if one.answers[0].day >= first), left_out)


def predicted(cards: Iterable[CardHistory]) -> int:
    """How many reviews FSRS predicts: those on a later day than the card's previous review."""
    return sum(answer.elapsed > 0 for one in cards for answer in one.answers)


def split_day(cards: Sequence[CardHistory], share: float) -> int:
    """The day, as an ordinal, from which about this share of the predicted reviews lie."""
    days = sorted(answer.day for one in cards for answer in one.answers if answer.elapsed)
    return days[min(len(days) - 1, int(len(days) * (1 - share)))] if days else 0


def before_day(cards: Iterable[CardHistory], day: int) -> tuple[CardHistory, ...]:
    """The histories before a day."""
    cut = (one._replace(answers=tuple(answer for answer in one.answers if answer.day < day)) for one in cards)
    return tuple(one for one in cut if one.answers)
