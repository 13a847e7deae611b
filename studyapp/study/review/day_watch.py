"""The one place that knows when another day has begun."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from studyapp.core.schedule.days import today
from studyapp.core.vault.vault import Vault


class DayWatch:
    """Looks at the clock, and says when the day is another one than at the last look."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        """Begin with the day that it is now."""
        self._vault = vault
        self._clock = clock
        self._seen = clock()

    def another(self) -> bool:
        """Whether another day has begun since the last look: at midnight, or where the settings let days begin."""
        before, self._seen = self._seen, self._clock()
        return self._days(before) != self._days(self._seen)

    def _days(self, moment: datetime) -> set[tuple[date, date]]:
        """The day of the calendar, and that of each vault: one inside another has settings of its own."""
        settings = (loaded.settings for loaded in (self._vault.loaded, *list(self._vault.nested.values())))
        return {(moment.date(), today(moment, one.start_of_day)) for one in settings}
