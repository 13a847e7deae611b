"""Days, instants and rounding, counted as the plugin's JavaScript counts them."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, time, timedelta, tzinfo

DAY = timedelta(days=1)


def round_half_up(value: float) -> int:
    """Round to the nearest whole number, halves towards plus infinity (Python's `round` goes to the even one)."""
    below = math.floor(value)
    return below + (value - below >= 0.5)


def today(now: datetime, start_of_day: time = time(0)) -> date:
    """The local day that `now` belongs to; `now` is aware and in the user's zone.

    As in the plugin, `start_of_day` keeps the day before going only when its hour, minute and second are all above
    zero, so `04:00:00` has no effect.
    """
    is_set = start_of_day.hour and start_of_day.minute and start_of_day.second
    return add_days(now.date(), -1) if is_set and now.time() < start_of_day else now.date()


def midnight(day: date, zone: tzinfo | None) -> datetime:
    """The instant, in UTC, at which `day` begins in `zone`; where clocks skip it, the instant of the change."""
    try:
        return datetime.combine(day, time(0), tzinfo=zone).astimezone(UTC)
    except OverflowError:  # the first day of year 1 begins before year 1 in UTC, east of Greenwich
        return datetime.combine(day, time(0), tzinfo=UTC)


def add_days(day: date, days: int) -> date:
    """Add days, which may be negative, stopping at the first and the last day that a date can hold."""
    return day + min(max(days, (date.min - day).days), (date.max - day).days) * DAY


def to_utc(instant: datetime) -> datetime:
    """Turn an aware instant into UTC and cut it to the millisecond, which is all that a comment can hold."""
    instant = instant.astimezone(UTC)
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)
