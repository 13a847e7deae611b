"""The login: a token that lets one browser in, once, and the cookie that it gets in return."""

from __future__ import annotations

import secrets
from collections import deque
from collections.abc import Callable
from time import monotonic
from typing import Final

TRIES: Final = 5
"""Wrong tokens that an address may send within `WINDOW`; after that its tokens are ignored."""
WINDOW: Final = 60.0
"""Seconds."""
_REMEMBERED: Final = 1000
"""The most addresses whose wrong tokens are counted."""
_TOKEN_BYTES: Final = 16
_COOKIE_BYTES: Final = 32


class Access:
    """Knows at most one token and one session."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._token: str | None = None
        self._session: str | None = None
        self._wrong: dict[str, deque[float]] = {}
        """When each address sent a wrong token."""

    def renew(self) -> str:
        """A new token; the previous one becomes invalid."""
        self._token = secrets.token_urlsafe(_TOKEN_BYTES)
        return self._token

    def wait_of(self, who: str) -> float:
        """Seconds until tokens from that address are accepted again."""
        times = self._wrong.get(who, deque())
        while times and self._clock() - times[0] >= WINDOW:
            times.popleft()
        return WINDOW - (self._clock() - times[0]) if len(times) >= TRIES else 0.0

    def redeem(self, token: str, who: str) -> str | None:
        """The cookie for a token, which is used up and replaces the previous session; None for a wrong token."""
        if self.wait_of(who):
            return None
        if not _same(token, self._token):
            if who not in self._wrong and len(self._wrong) >= _REMEMBERED:
                del self._wrong[next(iter(self._wrong))]
            self._wrong.setdefault(who, deque(maxlen=TRIES)).append(self._clock())
            return None
        self._token = None
        self._session = secrets.token_urlsafe(_COOKIE_BYTES)
        return self._session

    def admits(self, cookie: str) -> bool:
        """Whether that is the cookie of the session."""
        return _same(cookie, self._session)


def _same(given: str, kept: str | None) -> bool:
    """Whether both are equal, in constant time."""
    wanted = kept if kept is not None else secrets.token_urlsafe(_COOKIE_BYTES)
    return secrets.compare_digest(given.encode("utf-8", "replace"), wanted.encode()) and kept is not None
