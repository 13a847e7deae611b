"""The way through the notes: back and forward, as in a browser."""

from __future__ import annotations

from msgspec import Struct


class Stop(Struct, frozen=True):
    """A place in a note."""

    path: str
    line: int


class Trail:
    """The stops so far, and the current one."""

    def __init__(self) -> None:
        self._stops: list[Stop] = []
        self._at = -1

    def leave(self, line: int) -> None:
        """Remember the top line of the current note, to return to it."""
        if self._stops:
            self._stops[self._at] = Stop(self._stops[self._at].path, line)

    def go_on(self, stop: Stop) -> None:
        """Go to another place; the stops ahead are forgotten."""
        self._stops = [*self._stops[: self._at + 1], stop]
        self._at += 1

    def turn(self, step: int) -> Stop | None:
        """Go back or forward; returns the stop there, or None if there is none."""
        if not 0 <= self._at + step < len(self._stops):
            return None
        self._at += step
        return self._stops[self._at]
