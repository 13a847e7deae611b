"""Schedules and reviews from Anki's columns → ours."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from studyapp.core.schedule.days import to_utc
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, Sm2, State, entry_text, is_entry
from studyapp.study.exchange.anki.anki_columns import whole_days
from studyapp.study.exchange.anki.collection import FIRST_HOUR
from studyapp.study.exchange.anki.package import AnkiCard, AnkiReview, PackageContents
from studyapp.study.exchange.known.history import PastReview

_ROLLOVER: Final = timedelta(hours=FIRST_HOUR)
_GRADES: Final = {1: Grade.AGAIN, 2: Grade.HARD, 3: Grade.GOOD, 4: Grade.EASY}
_STEPS: Final = 2
_SECONDS: Final = 1_000_000_000
"""A due day beyond this is a time in seconds."""


class AnkiSchedules:
    """The schedules of one package."""

    def __init__(self, contents: PackageContents, now: datetime) -> None:
        """Read them; `now` is aware, in local time."""
        self._contents, self._now = contents, now
        west = contents.west
        created = datetime.fromtimestamp(contents.created, UTC)
        local = created.astimezone(now.tzinfo) if west is None else created - timedelta(minutes=west)
        self._day_zero: date = (local - _ROLLOVER).date() if local.hour < FIRST_HOUR else local.date()

    @property
    def next_day(self) -> date:
        """The day after the package's own, on which what is buried in it comes back."""
        changed = datetime.fromtimestamp(self._contents.modified, UTC).astimezone(self._now.tzinfo)
        return (changed - _ROLLOVER).date() + timedelta(days=1)

    def of(self, card: AnkiCard) -> tuple[Schedule | None, list[PastReview]]:
        """The schedule of a card, and its reviews; no schedule with numbers that Anki never writes."""
        reviews = [
            one for one in self._contents.reviews.get(card.id, []) if one.grade in _GRADES and 0 <= one.type <= 3
        ]
        schedule = self._schedule(card, reviews)
        if schedule is not None and not is_entry(entry_text(schedule, 250)):
            schedule = None
        return schedule, list(self._past(card, reviews))

    def _schedule(self, card: AnkiCard, reviews: Sequence[AnkiReview]) -> Schedule | None:
        if card.type == 0:
            return None
        due = card.original_due if card.original_deck and card.original_due else card.due
        moment = datetime.fromtimestamp(due, UTC) if due > _SECONDS else self._begin_of(due)
        days = whole_days(card.interval) if card.type == State.REVIEW else 0
        known = _memory(card.data)
        stability, difficulty = known.get("s"), known.get("d")
        if stability and difficulty:
            last = known.get("lrt") or (reviews[-1].id / 1000 if reviews else None)
            before = timedelta(days=max(1, whole_days(card.interval)))
            reviewed = datetime.fromtimestamp(last, UTC) if last else moment - before
            steps = max(0, _STEPS - card.left % 1000) if card.type != State.REVIEW else 0
            numbers = (float(stability), float(difficulty), card.type, card.reps, card.lapses, steps)
            return Fsrs(moment, float(days), *numbers, to_utc(reviewed))
        return Sm2(self._local_day(moment, due), float(days), card.factor / 10 if card.factor else 250.0)

    def _local_day(self, moment: datetime, due: int) -> date:
        if due > _SECONDS:
            return (moment.astimezone(self._now.tzinfo) - _ROLLOVER).date()
        return self._day_zero + timedelta(days=min(max(due, -100_000), 100_000))

    def _begin_of(self, day: int) -> datetime:
        """When a day of Anki starts here."""
        wanted = self._day_zero + timedelta(days=min(max(day, -100_000), 100_000))
        return datetime.combine(wanted, time(FIRST_HOUR), tzinfo=self._now.tzinfo).astimezone(UTC)

    def _past(self, card: AnkiCard, reviews: Sequence[AnkiReview]) -> Iterator[PastReview]:
        before: str | None = None
        for one in reviews:
            at = datetime.fromtimestamp(one.id / 1000, UTC).astimezone(self._now.tzinfo)
            after = self._after(one, at)
            yield PastReview(
                f"anki-{one.id}-{card.id}", at, _GRADES[one.grade], one.milliseconds / 1000, before, after
            )
            before = after

    def _after(self, one: AnkiReview, at: datetime) -> str:
        """The schedule after a review, as far as Anki's log tells."""
        days = whole_days(one.interval)
        due = (at - _ROLLOVER).date() + timedelta(days=days)
        ease = one.factor / 10 if one.factor >= 1100 or not one.factor else 250.0
        return entry_text(Sm2(due, float(days), ease or 250.0), 250)


def _memory(data: str) -> dict[str, Any]:
    try:
        known = json.loads(data or "{}")
    except ValueError:
        return {}
    if not isinstance(known, dict):
        return {}
    return {name: value for name, value in known.items() if isinstance(value, (int, float)) and value > 0}
