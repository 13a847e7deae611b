"""All statistics of a vault, or of a deck with its subdecks, over a period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime, time

from msgspec import Struct

from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.sheet import CardRow
from studyapp.study.stats import past, present
from studyapp.study.stats.days import lost_days, wall_clock
from studyapp.study.stats.period import Period
from studyapp.study.stats.reviews import Review
from studyapp.study.stats.true_retention import Meant, by_preset

_SHORTEST, _LONGEST = 30, 365
"""The least and the most days of a forecast; in between it is as long as the period."""


class Statistics(Struct, frozen=True):
    """All numbers; days, retention, hours and the hardest cards are those of the period."""

    deck: str | None
    period: Period
    first: date
    """The first day of the period; if that is open, the first day with a review."""
    today: date
    days: Mapping[date, past.Day]
    calendar: Mapping[date, int]
    """How many reviews each day had, whatever the period; 0 for a lost one, see `lost_days`."""
    streak: past.Streak
    """Whatever the period."""
    retention: past.Retention
    months: Mapping[date, past.Retention]
    course: Sequence[past.Retention]
    """The same over the period, the last point today."""
    hours: Sequence[past.Share]
    hardest: Sequence[past.Hard]
    forecast: present.Forecast
    totals: present.Totals
    spread: present.Spread
    meant: Sequence[Meant] = ()
    """For FSRS: the intended and the actual retention."""
    settings: Settings | None = None

    @property
    def reviews(self) -> int:
        """How many grades were given."""
        return sum(day.reviews for day in self.days.values())

    @property
    def seconds(self) -> float:
        """How long they took."""
        return sum(day.seconds for day in self.days.values())

    @property
    def length(self) -> int:
        """Days of the period up to today."""
        return max(1, (min(self.period.last, self.today) - self.first).days + 1)

    def grades(self, grade: Grade) -> int:
        """How often each grade was given."""
        return sum(day.grades[grade] for day in self.days.values())


def statistics(  # noqa: PLR0913 - all that the numbers depend on
    reviews: Sequence[Review],
    rows: Iterable[CardRow],
    *,
    now: datetime,
    period: Period,
    deck: str | None = None,
    start_of_day: time = time(0),
    suspended: Collection[CardId] = (),
    settings: Settings | None = None,
) -> Statistics:
    """Compute everything.

    Args:
        reviews: of the whole vault, oldest first.
        rows: the cards of the whole vault.
        now: aware, in local time.
        period: for what looks back.
        deck: None for all.
        start_of_day: see `core.schedule.days.today`.
        suspended: cards that will not be asked, which the forecast leaves out.
        settings: those of the vault, where it is asked what was meant.
    """
    rows = list(rows)
    cards = rows if deck is None else [row for row in rows if those_in(row.decks, deck)]
    if deck is not None:
        reviews = _of_deck(reviews, rows, cards)
    day = today(now, start_of_day)
    every_day = past.by_day(reviews)
    moments = (wall_clock(moment) for moment in (*(review.at for review in reviews), now))
    calendar = dict.fromkeys(lost_days(moments, start_of_day), 0)
    calendar |= {when: done.reviews for when, done in every_day.items()}
    chosen = [review for review in reviews if review.day in period]
    first_ones = past.firsts(chosen)
    first = period.since(min(every_day, default=None))
    asked = [row.schedule for row in cards if not (suspended and row.id in suspended)]
    ahead = min(_LONGEST, max(_SHORTEST, (period.last - first).days + 1))
    totals = present.Totals(notes=len({row.path for row in cards}), suspended=len(cards) - len(asked))
    for row in cards:
        present.count_state(totals, row.schedule)
    return Statistics(
        deck,
        period,
        first,
        day,
        {when: done for when, done in every_day.items() if when in period},
        calendar,
        past.streak(calendar, day),
        past.retention(first_ones),
        past.retention_by_month(first_ones),
        past.retention_over_time(first_ones, first, min(period.last, day)),
        past.by_hour(chosen),
        past.hardest(chosen),
        present.forecast(present.due_days(asked, now, start_of_day), day, ahead),
        totals,
        present.spread(row.schedule for row in cards),
        () if settings is None else by_preset(first_ones, cards, settings),
        settings,
    )


def _of_deck(reviews: Sequence[Review], rows: Sequence[CardRow], cards: Sequence[CardRow]) -> list[Review]:
    """The reviews of a deck's cards; one of a deleted card belongs where all other cards of its note are."""
    members = {str(row.id) for row in cards}
    others = {str(row.id) for row in rows} - members
    paths = {row.path for row in cards} - {CardId.parse(card).path for card in others}
    return [
        review
        for review in reviews
        if review.card in members or (review.card not in others and review.card.rsplit(":", 3)[0] in paths)
    ]
