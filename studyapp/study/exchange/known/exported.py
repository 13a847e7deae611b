"""Which Anki note each question is, as recorded by earlier exports.

Kept in the vault, so that it travels with it: an export from another device updates the same notes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import Annotated, Any, Final

from msgspec import Meta, Struct, convert
from msgspec.structs import asdict

from studyapp.core.errors import CardNotFoundError
from studyapp.core.notes.cards import CardId
from studyapp.study.exchange.known.collect import Outgoing

FILE: Final = "anki.json"
"""In the vault's own folder."""
_FIRST_ID: Final = 1_500_000_000_000
_LETTERS: Final = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&()*+,-./:;<=>?@[]^_`{|}~"
"""Those of Anki's own names."""


_Number = Annotated[int, Meta(ge=0, lt=1 << 53)]
"""One that a collection of Anki can hold."""


class ExportedNote(Struct):
    """A note in Anki."""

    guid: str
    """Its identity in Anki."""
    note: _Number
    mod: _Number
    """When its text last changed, in seconds; a later time makes Anki take the text."""
    digest: str
    """Of its text."""
    card: str
    """The question's first card by its id at that time."""
    at: str
    """When that was."""


class ExportedNotes:
    """The records of one vault."""

    def __init__(self, text: bytes, now: datetime, current: Callable[[CardId, datetime], CardId]) -> None:
        """Read what earlier exports recorded; anything invalid is ignored.

        `current` gives the present id of a card that had another one at a given time.
        """
        self._now = now
        self._notes: dict[tuple[str, bool], ExportedNote] = {}
        """By the present id of the question's first card, and whether it is one with clozes."""
        self._numbers: set[int] = set()
        for guid, values in _read(text).items():
            try:
                known = convert({**values, "guid": guid}, ExportedNote)
                card = current(CardId.parse(known.card), datetime.fromisoformat(known.at))
                if guid.isprintable() and known.note not in self._numbers:
                    self._notes[str(card), bool(values["cloze"])] = known
                    self._numbers.add(known.note)
            except (KeyError, TypeError, ValueError, CardNotFoundError):
                continue
        self._guids = {one.guid for one in self._notes.values()}

    def of(self, question: Outgoing, text: str, *, cloze: bool) -> ExportedNote:
        """The Anki note of a question, updated if its text differs from the last export."""
        first = question.question.id_of(question.path, question.question.cards[0])
        digest = sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
        known = self._notes.get((str(first), cloze))
        if known is None:
            guid, note = self._fresh(f"{first}:{cloze}")
            known = ExportedNote(guid, note, 0, "", "", "")
            self._notes[str(first), cloze] = known
        if known.digest != digest:
            known.mod, known.digest = max(int(self._now.timestamp()), known.mod + 1), digest
        known.card, known.at = str(first), self._now.isoformat()
        return known

    def _fresh(self, name: str) -> tuple[str, int]:
        """A name and a number that no other note has; as far as possible the same on every device."""
        while True:
            number = int.from_bytes(sha256(name.encode("utf-8", "surrogatepass")).digest()[:16])
            guid, rest = "", number >> 64
            for _ in range(10):
                rest, place = divmod(rest, len(_LETTERS))
                guid += _LETTERS[place]
            note = _FIRST_ID + (number & 0xFFFFFFFF) * 16
            if guid not in self._guids and note not in self._numbers:
                self._guids.add(guid)
                self._numbers.add(note)
                return guid, note
            name += "+"

    def all(self) -> Iterator[tuple[CardId, ExportedNote]]:
        """Each, with the present id of its question's first card."""
        return ((CardId.parse(card), one) for (card, _), one in self._notes.items())

    def text(self) -> bytes:
        """The records for the next export."""
        notes = {}
        for (_, cloze), one in sorted(self._notes.items()):
            values = asdict(one)
            notes[values.pop("guid")] = {**values, "cloze": cloze}
        return json.dumps({"version": 1, "notes": notes}, indent=0).encode()


def _read(text: bytes) -> Mapping[str, Mapping[str, Any]]:
    try:
        values = json.loads(text or b"{}")
        notes = values["notes"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    return notes if isinstance(notes, dict) else {}
