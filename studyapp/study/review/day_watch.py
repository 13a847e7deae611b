"""The one place that knows when another day has begun."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from studyapp.core.schedule.days import today
from studyapp.core.vault.vault import Vault


class DayWatch:
    """Checks the clock, and reports when the day has changed since the last check."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        """Start with the current day."""
        self._vault = vault
        self._clock = clock
        self._seen = clock()

    def another(self) -> bool:
        """Whether a new day has begun since the last check: at midnight, or at the start of day in the settings."""
        before, self._seen = self._seen, self._clock()
        return self._days(before) != self._days(self._seen)

    def _days(self, moment: datetime) -> set[tuple[date, date]]:
        """The calendar day, and each vault's day: a nested one has its own settings."""
        settings = (loaded.settings for loaded in (self._vault.loaded, *list(self._vault.nested.values())))
        return {(moment.date(), today(moment, one.start_of_day)) for one in settings}
