"""Reads the exams: for which cards, on which day, and how many days before it are the last ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType
from typing import Any, Final

from studyapp.core.settings.readers import is_date

LAST_DAYS: Final = 7
"""Days before an exam on which its cards are seen once more, where it does not say."""
MOST_LAST_DAYS: Final = 60
_KEYS: Final = frozenset({"date", "deck", "search", "last_days"})


def read_exam(value: Any) -> Mapping[str, Any]:
    """Read `[exams.NAME]`.

    Raises:
        ValueError: with words that follow its name.
    """
    if not isinstance(value, Mapping):
        raise ValueError('should be a table, such as {date = "2026-12-18", deck = "flashcards/peft"}')
    if unknown := sorted(value.keys() - _KEYS):
        raise ValueError(f"has {unknown[0]}, which is not one of {', '.join(sorted(_KEYS))}")
    scope = {key: value[key] for key in ("deck", "search") if key in value}
    if len(scope) != 1 or not all(isinstance(one, str) and one.strip() for one in scope.values()):
        raise ValueError("should name either a deck or a search")
    days = value.get("last_days", LAST_DAYS)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MOST_LAST_DAYS:
        raise ValueError(f"should have from 1 to {MOST_LAST_DAYS} last_days")
    if "deck" in scope:
        scope["deck"] = scope["deck"].removeprefix("#")
    return MappingProxyType({"date": _day(value.get("date")), **scope, "last_days": days})


def _day(value: Any) -> str:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, str) and is_date(value):
        return value
    raise ValueError("should have a date such as 2026-12-18")
