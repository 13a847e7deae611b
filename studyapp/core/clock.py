"""The present time in the user's zone, or a fixed time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, tzinfo

_FIRST_YEAR, _LAST_YEAR = 200, 9800
"""The calendar ends at the years 1 and 9999; intervals last up to a hundred years unless set otherwise."""


class LocalZone(tzinfo):
    """The system's zone with its changes to and from summer time (a fixed offset would misplace other midnights)."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        """The offset that the system gives."""
        naive = (moment or datetime.now()).replace(tzinfo=None)  # noqa: DTZ005  # naive on purpose: the system's own
        try:
            return naive.astimezone().utcoffset() or timedelta()
        except (OverflowError, OSError, ValueError):  # years outside the system's calendar
            return timedelta()

    def dst(self, _moment: datetime | None) -> timedelta | None:
        """Not needed: the offset holds it already."""
        return None

    def tzname(self, moment: datetime | None) -> str:
        """The offset as a name."""
        return f"{(datetime(1, 1, 2, tzinfo=UTC) + self.utcoffset(moment)):%H:%M}"

    def fromutc(self, moment: datetime) -> datetime:
        """Turn a time in UTC into local time."""
        try:
            local = moment.replace(tzinfo=UTC).astimezone()
        except (OverflowError, OSError, ValueError):
            local = moment
        return local.replace(tzinfo=self)


LOCAL = LocalZone()


def system_clock() -> datetime:
    """The present time."""
    return datetime.now(LOCAL)


def fixed_clock(text: str) -> Callable[[], datetime]:
    """A clock that always shows one ISO 8601 time; without an offset it is local.

    Raises:
        ValueError: if the text is not such a time, or too near an end of the calendar for the longest interval.
    """
    moment = datetime.fromisoformat(text)
    if not _FIRST_YEAR < moment.year < _LAST_YEAR:
        raise ValueError(f"{text} is too far away")
    moment = moment.replace(tzinfo=LOCAL) if moment.tzinfo is None else moment.astimezone(LOCAL)
    return lambda: moment
