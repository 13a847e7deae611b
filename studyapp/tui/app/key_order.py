"""Keys, pastes and clicks in the order in which they came, however fast that was."""

from __future__ import annotations

import asyncio
from collections import deque
from time import monotonic
from typing import Final, TypeAlias

from textual.app import App
from textual.events import Event, Key, MouseEvent, MouseUp, Paste

_Act: TypeAlias = Key | Paste | MouseEvent

_PATIENCE: Final = 0.25
"""Seconds after which an act is taken for lost: what it was given to is gone."""
_TURNS: Final = 200
"""Turns of the loop that an act has at least: a machine may be busy for those seconds."""


class KeyOrder(App[None]):
    """Gives what the user does to the widgets only once the act before has had its effect.

    A key that a widget does not take bubbles up to the app, which then runs its action. Meanwhile a field would have
    taken the keys after it: a backspace would delete what was typed later, the first letters of a search would be
    commands, and a click would take the focus from the field that they were typed into. Acts come in such bursts over
    a slow connection, or from someone who types fast.
    """

    def __init__(self) -> None:
        super().__init__()
        self._act: _Act | None = None
        """The last act that was given to a widget."""
        self._given = 0.0
        """When that was."""
        self._later: deque[_Act] = deque()
        self._giving: asyncio.Task[None] | None = None

    @property
    def _waits(self) -> bool:
        """Whether the last act has had no effect yet, as far as known."""
        if isinstance(self._act, MouseUp):  # widgets get copies of it, so nothing tells when it has been handled
            return monotonic() < self._given + _PATIENCE
        return self._act is not None and not self._act._stop_propagation  # noqa: SLF001 - a field stops what it takes

    async def on_event(self, event: Event) -> None:
        """Hold an act back while the one before is on its way."""
        if not isinstance(event, Key | Paste | MouseEvent):
            await super().on_event(event)
            return
        bubbled = event.is_forwarded
        if not bubbled and event is not self._act:
            if self._later or self._waits:
                self._later.append(event)
                if self._giving is None or self._giving.done():
                    self._giving = asyncio.create_task(self._give())
                return
            self._act, self._given = event, monotonic()
        await super().on_event(event)
        lasts = isinstance(event, Key | Paste | MouseUp)  # a click is made of the last one
        if event is self._act and (bubbled or not event.is_forwarded or not lasts):
            self._act = None

    async def _give(self) -> None:
        """Give what was held back, one after another."""
        while self._later:
            end, turns = monotonic() + _PATIENCE, 0
            while self._waits and (turns < _TURNS or (monotonic() < end and not isinstance(self._act, MouseUp))):
                turns += 1
                await asyncio.sleep(0)
            self._act, self._given = self._later.popleft(), monotonic()
            self.post_message(self._act)
