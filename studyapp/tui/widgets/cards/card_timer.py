"""How long the current card has been in front; time away does not count."""

from __future__ import annotations

from datetime import datetime

from msgspec import Struct

from studyapp.wording.numbers import clock_text


class CardTimer(Struct):
    """A quiet clock for one card after another."""

    away_after: float
    """Seconds after which the user counts as away: the clock stops there."""
    reveal_after: float
    """Seconds after which the answer appears by itself; 0 for never."""
    _since: datetime | None = None
    _paused: datetime | None = None

    def start(self, now: datetime) -> None:
        """Start with a card."""
        self._since, self._paused = now, None

    def pause(self, now: datetime) -> None:
        """Something covers the card."""
        self._paused = self._paused or now

    def go_on(self, now: datetime) -> None:
        """The card is in front again; the time in between does not count."""
        if self._paused is not None and self._since is not None:
            self._since += now - self._paused
        self._paused = None

    def stop(self) -> None:
        """No card is in front."""
        self._since = None

    def seconds(self, now: datetime) -> float:
        """How long the card has been in front."""
        return 0.0 if self._since is None else max(0.0, ((self._paused or now) - self._since).total_seconds())

    def text(self, now: datetime) -> str:
        """The time to show; empty without a card."""
        if self._since is None:
            return ""
        seconds = self.seconds(now)
        return clock_text(seconds) if seconds < self.away_after else f"{clock_text(self.away_after)}+"

    def wants_answer(self, now: datetime) -> bool:
        """Whether the answer should appear now."""
        return self._since is not None and 0 < self.reveal_after <= self.seconds(now)
