"""Questions from our own JSON."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec.structs import replace

from studyapp.core.disk.cache import microseconds
from studyapp.core.disk.place import is_note
from studyapp.core.errors import StudyError
from studyapp.core.log.lines import MOST_SECONDS, moment
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade, Schedule, read_entry
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import as_bytes
from studyapp.study.exchange.exports.plain import VERSION
from studyapp.study.exchange.known.history import PastReview
from studyapp.study.exchange.reading.incoming import IncomingCard, IncomingQuestion, NotImported
from studyapp.study.exchange.reading.incoming_plain import PlainSource

_MOST_CARDS: Final = 10_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")


class JsonSource(PlainSource):
    """What `studyapp export FILE.json` wrote."""

    def __init__(self, name: str, data: bytes) -> None:
        """Read it; StudyError if it is something else, or of a later version."""
        try:
            told = json.loads(data)
            version, self._questions = told["version"], told["questions"]
            is_ours, self._at = told["format"] == "studyapp", moment(told["at"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise StudyError(f"{name} is not what `studyapp export` writes as JSON ({error})") from error
        if not isinstance(self._questions, list):
            raise StudyError(f"{name} is not what `studyapp export` writes as JSON (its questions are not a list)")
        if not is_ours or type(version) is not int or not 1 <= version <= VERSION:
            raise StudyError(f"{name} is from a later version or another program")

    @property
    def size(self) -> int:
        """How many questions it has."""
        return len(self._questions)

    def questions(self, settings: Settings, now: datetime) -> Iterator[IncomingQuestion | NotImported]:
        """Its questions, in notes of the same names; a note whose questions are in several decks becomes several."""
        del settings, now
        seen: dict[tuple[str, str], int] = {}
        notes: dict[str, list[tuple[str, ...]]] = {}
        for one in self._questions:
            try:
                yield self._question(one, seen, notes)
            except (LookupError, TypeError, ValueError, AttributeError, OverflowError) as error:
                front = str(one.get("text", ""))[:80] if isinstance(one, dict) else ""
                yield NotImported(front, f"it was changed after the export ({error})")

    def _question(
        self, one: dict[str, Any], seen: dict[tuple[str, str], int], notes: dict[str, list[tuple[str, ...]]]
    ) -> IncomingQuestion:
        text, note, decks = one["text"], str(PurePosixPath(one["note"])), tuple(map(str, one["decks"]))
        if not is_note(note) or ".." in PurePosixPath(note).parts or _CONTROL.search(note):
            raise ValueError(f"{note!r:.80} is not the name of a note")
        source = str(one["source"])
        as_bytes("".join((source, *decks)))  # ValueError if no note can hold them
        number = seen[note, text] = seen.get((note, text), 0) + 1
        place = notes.setdefault(note, [])
        if decks not in place:
            place.append(decks)
        if place.index(decks):
            note = f"{note.removesuffix('.md')} {place.index(decks) + 1}.md"
        digest = sha256(f"{note}\x1f{text}\x1f{number}".encode("utf-8", "replace")).hexdigest()[:24]
        cards = [IncomingCard() for _ in range(min(int(one["sides"]), _MOST_CARDS))]
        first = None
        for card, entry in zip(one["cards"], _entries(one), strict=True):
            side = int(card["side"]) - 1
            cards[side] = _card(card, entry, f"json-{digest}-{side}")
            first = first or replace(CardId.parse(str(card["id"])), side=1)
        origin = None if first is None else (first, self._at)
        return IncomingQuestion(
            *(f"json-{digest}", note, decks, source, cards, set(), digest),
            origin=origin,
            is_scheduled=True,
            tells_marks=True,
        )


def _entries(one: dict[str, Any]) -> list[Schedule | None]:
    """The schedule of each card, as the question's comment has it."""
    comment = list(map(str, one["comment"]))
    sides = [int(card["side"]) - 1 for card in one["cards"]]
    return [read_entry(comment[side]).schedule if 0 <= side < len(comment) else None for side in sides]


def _seconds(value: Any) -> float:
    """A number of seconds that the log can hold; 0 for one that it cannot."""
    seconds = float(value or 0)
    return seconds if abs(seconds) < MOST_SECONDS else 0


def _card(card: dict[str, Any], schedule: Schedule | None, name: str) -> IncomingCard:
    past = [
        PastReview(
            name,
            moment(one["at"]),
            None if one["grade"] is None else Grade(one["grade"]),
            _seconds(one["seconds"]),
            None if one["before"] is None else str(one["before"]),
            str(one["after"]),
        )
        for one in card["history"]
    ]
    past.sort(key=lambda one: one.at)
    equal = Counter[tuple[datetime, Grade | None]]()
    for number, review in enumerate(past):  # by its time: it is the same where others have come to stand before it
        equal[review.at, review.grade] += 1
        at = f"{microseconds(review.at)}-{review.grade}-{equal[review.at, review.grade]}"
        past[number] = replace(review, id=f"{name}-{at}")
    buried = card["buried_until"]
    until = None if buried is None else date.fromisoformat(buried)
    marks = (bool(card["suspended"]), int(card["flag"]), until, bool(card["leech"]))
    return IncomingCard(schedule, past, *marks, int(card["side"]) - 1)
