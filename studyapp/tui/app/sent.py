"""What a terminal sends, as messages: keys, pastes, clicks."""

from __future__ import annotations

from codecs import getincrementaldecoder
from collections.abc import Iterator
from time import monotonic
from typing import Final

from textual._xterm_parser import XTermParser
from textual.events import Key
from textual.message import Message

_NOT_TEXT: Final = "\ufffd"
"""What stands for bytes that are not text."""


class Sent(XTermParser):
    """Takes bytes as they arrive, and leaves out those that mean nothing, and only those.

    Textual's own loop forgets what it read together with such bytes, ends with an error at a number far beyond all
    characters, and takes 100 ms to find that an Escape was all, as it looks only ten times a second.
    """

    def __init__(self, *, debug: bool = False) -> None:
        super().__init__(debug)
        self._decode = getincrementaldecoder("utf-8")("replace").decode

    def take(self, data: bytes) -> Iterator[Message]:
        """The messages that these bytes complete, or that are complete because nothing more has arrived in time."""
        for character in self._decode(data):
            try:
                yield from (message for message in self.feed(character) if not _is_odd(message))
            except (ValueError, OverflowError):  # the parser inside has ended
                self._gen = self.parse(self._tokens.append)
                self._awaiting = next(self._gen)
        yield from self.tick()

    def patience(self, most: float) -> float:
        """Seconds after which to call `take` even if nothing has arrived: an Escape was then a key by itself."""
        return most if self._timeout_time is None else max(0.0, min(most, self._timeout_time - monotonic()))


def _is_odd(message: Message) -> bool:
    """Whether it is a key of no character, or of half of one."""
    character = message.character or "" if isinstance(message, Key) else ""
    return character == _NOT_TEXT or any("\ud800" <= one <= "\udfff" for one in character)
