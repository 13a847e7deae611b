"""The effect of a grade on a card, by the scheduler in the settings."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.schedule import fsrs, sm2
from studyapp.core.schedule.days import DAY
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, State
from studyapp.core.schedule.fsrs import FsrsParameters
from studyapp.core.schedule.spread import fuzz_range, lightest
from studyapp.core.settings.fsrs_values import minutes_of, share_of
from studyapp.core.settings.model import Algorithm, Settings

_FAR = 100_000
"""Days."""
_HIGHEST_EASE = 1e6
"""A note's own ease beyond this is a typing error; the highest in real vaults is below 1,000."""


class Grading(Struct, frozen=True):
    """The two schedulers under given settings."""

    settings: Settings

    @property
    def fsrs(self) -> FsrsParameters:
        """FSRS's settings."""
        settings = self.settings
        return FsrsParameters(
            settings.fsrs_desired_retention,
            settings.maximum_interval,
            settings.fsrs_parameters or fsrs.WEIGHTS,
            tuple(map(minutes_of, settings.learning_steps)),
            tuple(map(minutes_of, settings.relearning_steps)),
        )

    def after(
        self,
        schedule: Schedule | None,
        grade: Grade,
        *,
        now: datetime,
        histogram: Mapping[int, int],
        initial_ease: float,
        from_comment: bool = True,
        siblings: Collection[int] = (),
    ) -> Schedule:
        """The schedule after a grade; see `sm2.review` and `fsrs.review` for the rest, and for the errors.

        `siblings` gives the due days of the question's other cards, as days from today.
        """
        if self.settings.algorithm is Algorithm.FSRS:
            given = fsrs.review(schedule, grade, now=now, parameters=self.fsrs)
            if self.settings.fsrs_load_balance or self.settings.easy_days:
                return self._spread(given, now, histogram, siblings)
            return given
        return sm2.review(
            schedule,
            grade,
            now=now,
            settings=self.settings,
            histogram=histogram,
            initial_ease=initial_ease,
            from_comment=from_comment,
        )

    def _spread(self, given: Fsrs, now: datetime, histogram: Mapping[int, int], siblings: Collection[int]) -> Fsrs:
        """A schedule moved to a less busy day nearby, if it has an interval."""
        if given.state != State.REVIEW or given.last_review is None or not 1 <= given.interval < _FAR:
            return given
        easy, balanced = self.settings.easy_days, self.settings.fsrs_load_balance
        at, longest = given.last_review, self.settings.maximum_interval
        day_of = {
            days: (at + days * DAY).astimezone(now.tzinfo).date() for days in fuzz_range(int(given.interval), longest)
        }
        ahead = {days: (day - now.date()).days for days, day in day_of.items()}
        days = lightest(
            int(given.interval),
            longest,
            {days: histogram.get(day, 0) for days, day in ahead.items()} if balanced else {},
            lambda days: share_of(easy, day_of[days]),
            [days for days, day in ahead.items() if day in siblings] if balanced else (),
        )
        return replace(given, interval=days, due=at + days * DAY)

    def reset(self, *, now: datetime) -> Schedule:
        """The schedule of a card that is reset."""
        if self.settings.algorithm is Algorithm.FSRS:
            return fsrs.reset(now=now)
        return sm2.reset(now=now, settings=self.settings)

    def initial_ease(self, values: Mapping[str, object], schedules: Iterable[Schedule | None]) -> float:
        """The initial ease of a note's new cards: its own `sr-ease` counts if it is scheduled (plugin rule)."""
        own = values.get("sr-ease")
        if not ("sr-due" in values and "sr-interval" in values and isinstance(own, int | float)):
            return self.settings.base_ease
        if not 0 < own <= _HIGHEST_EASE:
            return self.settings.base_ease
        eases = [sm2.ease_of(schedule) for schedule in schedules if schedule is not None]
        return sm2.note_ease(float(own), eases, self.settings.base_ease)
