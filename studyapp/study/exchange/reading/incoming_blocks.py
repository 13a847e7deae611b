"""Questions from text with `Q:`, `A:` and `C:` before them, as hashcards, repeater and SuperMemo have them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Final

from studyapp.core.edits.draft import card_text, cloze_text
from studyapp.core.errors import StudyError
from studyapp.core.notes.sides import Clozes
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.reading.incoming import IncomingCard, IncomingQuestion, NotImported, deck_path
from studyapp.study.exchange.reading.incoming_plain import PlainSource, file_text

_BEGIN: Final = re.compile(r"([QAC]):(?:\s+|$)(.*)", re.DOTALL)
_NAME: Final = re.compile(r"""\s*name\s*[=:]\s*["']?(.+?)["']?\s*""")
_CLOZE: Final = re.compile(r"(?<![!\\\[\]])\[([^\[\]]+)\](?![(\[])")


class BlockSource(PlainSource):
    """A file of such blocks: each ends where the next one begins, or at a line `---`."""

    def __init__(self, file: Path, data: bytes, deck: str | None) -> None:
        """Read it; `deck` is by default the name that it gives itself, or the file's.

        Raises:
            StudyError: if it is not a text, or has no such block.
        """
        named, lines = _head(file_text(file, data).splitlines())
        self._deck = deck or named or file.stem
        self._blocks = list(_blocks(lines))
        if not self._blocks:
            raise StudyError(f"{file.name} has no questions that begin with `Q:` or `C:`")

    @property
    def size(self) -> int:
        """How many blocks it has."""
        return len(self._blocks)

    def questions(self, settings: Settings, now: datetime) -> Iterator[IncomingQuestion | NotImported]:
        """Its blocks as questions."""
        del now
        path = deck_path(self._deck)
        for front, back in self._blocks:
            text = (
                cloze_text(_CLOZE.sub(r"==\1==", front), settings)
                if back is None
                else card_text(front, back, settings)
            )
            if text is None:
                yield NotImported(front[:80], "a side is empty, or can't be written as a side of a card")
                continue
            digest = sha256(f"{front}\x1f{back}".encode("utf-8", "replace")).hexdigest()[:24]
            cards = [IncomingCard() for _ in range(1 if back is not None else Clozes.of(text, settings).cards)]
            yield IncomingQuestion(f"block-{digest}", f"{path}.md", (path,), text, cards, set(), digest)


def _head(lines: Sequence[str]) -> tuple[str | None, Sequence[str]]:
    """The name in the front matter, and the lines behind it."""
    if not lines or lines[0].strip() != "---" or "---" not in (rest := [line.strip() for line in lines[1:]]):
        return None, lines
    end = rest.index("---")
    found = next(filter(None, map(_NAME.fullmatch, rest[:end])), None)
    return found and found[1], lines[end + 2 :]


def _blocks(lines: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """Fronts and backs; a text with clozes has no back. What stands before the first block is none of it."""
    front: list[str] | None = None
    back: list[str] | None = None
    cloze = False
    for line in [*lines, "---"]:
        begins = _BEGIN.fullmatch(line)
        if begins is not None and begins[1] == "A" and front is not None and not cloze and back is None:
            back = [begins[2]]
        elif line.strip() == "---" or (begins is not None and begins[1] != "A"):
            if front is not None:
                yield "\n".join(front).strip(), None if cloze else "\n".join(back or ()).strip()
            front, back = None if begins is None else [begins[2]], None
            cloze = begins is not None and begins[1] == "C"
        elif front is not None:
            (front if back is None else back).append(line)
