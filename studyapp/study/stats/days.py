"""Days that a move across time zones skipped, so that they do not count as missed."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, time, timedelta

from studyapp.core.schedule.days import DAY, today


def wall_clock(moment: datetime) -> tuple[datetime, timedelta]:
    """The local time at an aware moment, and its offset from UTC."""
    return moment.replace(tzinfo=None), moment.utcoffset() or timedelta()


def lost_days(moments: Iterable[tuple[datetime, timedelta]], start_of_day: time) -> set[date]:
    """The days between two moments that are at most a day apart by the clock of one place or the other.

    Who flies from Honolulu on the 14th lands in Tokyo on the 16th: no 15th could be studied on. The moments are in
    local time with its offset, oldest first.
    """
    lost: set[date] = set()
    left: tuple[datetime, timedelta] | None = None
    for local, offset in moments:
        if left is not None and offset > left[1]:
            was, ahead = left[0], offset - left[1]
            before, after = today(was, start_of_day), today(local, start_of_day)
            if after - before == 2 * DAY:
                with suppress(OverflowError):  # at the ends of the calendar
                    here, there = today(local - ahead, start_of_day), today(was + ahead, start_of_day)
                    if here - before <= DAY or after - there <= DAY:
                        lost.add(before + DAY)
        left = local, offset
    return lost
