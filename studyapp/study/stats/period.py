"""The period that statistics cover."""

from __future__ import annotations

import re
from datetime import date, timedelta

from msgspec import Struct

from studyapp.core.errors import MisuseError

NAMED: dict[str, int | None] = {"week": 7, "month": 30, "quarter": 90, "year": 365, "all": None}
"""Days, including today, of each named period."""
_LENGTH = re.compile(r"(\d{1,5})(d|w|m|y)", re.ASCII)
_UNITS = {"d": 1, "w": 7, "m": 30, "y": 365}
_MONTH = re.compile(r"(\d{4})(?:-(\d\d))?", re.ASCII)


class PeriodError(MisuseError):
    """A text is not a period."""


class Period(Struct, frozen=True):
    """The days from `first` to `last`, inclusive."""

    first: date | None
    """None for the start of the log."""
    last: date

    def __contains__(self, day: date) -> bool:
        return day <= self.last and (self.first is None or day >= self.first)

    def since(self, earliest: date | None) -> date:
        """Its first day, if the log begins on `earliest`."""
        return self.first or min(earliest or self.last, self.last)


def period(text: str, today: date) -> Period:
    """Read a name, a length that ends today, a year, a month, or two days with `..` between; else PeriodError."""
    text = text.strip().lower()
    if text in NAMED:
        days = NAMED[text]
        return Period(None if days is None else _before(today, days - 1), today)
    if (found := _LENGTH.fullmatch(text)) and (days := int(found[1]) * _UNITS[found[2]]):
        return Period(_before(today, days - 1), today)
    try:
        if found := _MONTH.fullmatch(text):
            return _calendar(int(found[1]), int(found[2]) if found[2] else None)
        first, dots, last = text.partition("..")
        if dots:
            ends = Period(date.fromisoformat(first), date.fromisoformat(last) if last else today)
            if ends.first is not None and ends.first <= ends.last:
                return ends
    except ValueError:
        pass
    names = ", ".join(NAMED)
    raise PeriodError(
        f"{text!r} is not a date range; name one of {names}, a length such as 90d or 12w, a year or a month such as "
        "2026 or 2026-11, or two days as 2026-01-01..2026-06-30"
    )


def _before(day: date, days: int) -> date:
    return date.min if days >= (day - date.min).days else day - timedelta(days)


def _calendar(year: int, month: int | None) -> Period:
    first = date(year, month or 1, 1)
    following = date(year + 1, 1, 1) if month in (None, 12) else date(year, (month or 0) + 1, 1)
    return Period(first, following - timedelta(1))
