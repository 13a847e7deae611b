"""Keys in the order in which they were pressed, however fast they come."""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import Final

from textual.app import App
from textual.events import Event, Key

_PATIENCE: Final = 0.25
"""Seconds after which a key is taken for lost: what it was given to is gone."""
_TURNS: Final = 200
"""Turns of the loop that a key has at least: a machine may be busy for those seconds."""


class KeyOrder(App[None]):
    """Gives a key to the widget in focus only once the one before has had its effect.

    A key that a widget does not take bubbles up to the app, which then runs its action. Meanwhile a field would have
    taken the keys after it: a backspace would delete what was typed later, and the first letters of a search would be
    commands. Keys come in such bursts over a slow connection, or from someone who types fast.
    """

    def __init__(self) -> None:
        super().__init__()
        self._key: Key | None = None
        """The last key that was given to a widget."""
        self._later: deque[Key] = deque()
        self._giving: asyncio.Task[None] | None = None

    @property
    def _waits(self) -> bool:
        """Whether the last key has had no effect yet."""
        return self._key is not None and not self._key._stop_propagation  # noqa: SLF001 - a field stops what it takes

    async def on_event(self, event: Event) -> None:
        """Hold a key back while the one before is on its way."""
        if not isinstance(event, Key):
            await super().on_event(event)
            return
        bubbled = event.is_forwarded
        if not bubbled and event is not self._key:
            if self._later or self._waits:
                self._later.append(event)
                if self._giving is None or self._giving.done():
                    self._giving = asyncio.create_task(self._give())
                return
            self._key = event
        await super().on_event(event)
        if event is self._key and (bubbled or not event.is_forwarded):
            self._key = None

    async def _give(self) -> None:
        """Give the keys that were held back, one after another."""
        while self._later:
            end, turns = monotonic() + _PATIENCE, 0
            while self._waits and (turns < _TURNS or monotonic() < end):
                turns += 1
                await asyncio.sleep(0)
            self._key = self._later.popleft()
            self.post_message(self._key)
