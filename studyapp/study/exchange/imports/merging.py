"""What was reviewed elsewhere since a question was imported or exported.

The schedule of the later review counts, and the reviews of both sides do.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache, cached_property
from typing import Final

from msgspec import Struct

from studyapp.core.disk.files import read_file
from studyapp.core.edits.comments import ways_to_write
from studyapp.core.errors import NoteError
from studyapp.core.locations import FOLDER
from studyapp.core.log.ledger_rows import Record
from studyapp.core.notes.cards import CardId, Question
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import entry_text
from studyapp.core.text.note_text import Edit, NoteText
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.known.collect import card_records
from studyapp.study.exchange.known.exported import FILE, ExportedNotes
from studyapp.study.exchange.known.history import PastReview, lines_of
from studyapp.study.exchange.known.identity import note_key
from studyapp.study.exchange.reading.incoming import IncomingQuestion

_KEY: Final = re.compile(r"(?:\^|<!--)(anki-[a-z2-7]+(?:-\d+)?)(?:-->)?\Z")
_EQUAL: Final = timedelta(seconds=1)
"""Two reviews of a card closer than this are one: Anki moves the second of two within a millisecond."""


class QuestionPlace(Struct, frozen=True):
    """Where a question is."""

    path: str
    key: str
    occurrence: int
    digest: str = ""
    """Of its fields when it went to Anki."""


class ReviewedElsewhere(Struct, frozen=True):
    """A question with the news about its cards."""

    place: QuestionPlace
    entries: Mapping[int, str]
    """The new schedules, by the sides of the cards."""
    past: Mapping[int, Sequence[PastReview]]
    """The reviews not known here."""


class KnownHere:
    """The questions here that Anki has too."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._questions = cache(self._questions_of)

    @cached_property
    def exported(self) -> Mapping[str, QuestionPlace]:
        """Those exported to Anki from here, by their keys."""
        workspace = self._workspace
        try:
            text = read_file((workspace.vault.root / FOLDER).parent / FILE)
        except OSError:
            return {}
        known = ExportedNotes(text, workspace.clock(), workspace.history.current)
        return {
            note_key(one.guid): QuestionPlace(card.path, card.hash, card.occurrence, one.digest)
            for card, one in known.all()
        }

    @cached_property
    def imported(self) -> Mapping[str, QuestionPlace]:
        """Those that came from Anki."""
        return {key: place for path in self._workspace.vault.paths() for key, place in self._keys_of(path)}

    def _keys_of(self, path: str) -> Iterator[tuple[str, QuestionPlace]]:
        with suppress(NoteError):
            raw = self._workspace.store.files.read(path)
            if b"anki-" not in raw:
                return
            lines = NoteText(raw).lines
            for question in self._workspace.store.files.parsed(path, raw).questions:
                first = question.sources[0]
                above = lines[first - 2] if first > 1 else ""
                for text in (question.block_id or "", above):
                    if (found := _KEY.fullmatch(text)) is not None:
                        yield found[1], QuestionPlace(path, question.key, question.occurrence)

    @cached_property
    def _histories(self) -> Mapping[str, Sequence[Record]]:
        return card_records(self._workspace)

    def found(self, place: QuestionPlace) -> tuple[Note, Question] | None:
        """The question at a place, with its note."""
        return self._questions(place.path).get((place.key, place.occurrence))

    def _questions_of(self, path: str) -> Mapping[tuple[str, int], tuple[Note, Question]]:
        files = self._workspace.store.files
        with suppress(NoteError):
            note = files.parsed(path, files.read(path))
            return {(one.key, one.occurrence): (note, one) for one in note.questions}
        return {}

    def current(self, card: CardId, since: datetime) -> QuestionPlace:
        """The present place of a question whose first card had that name at that time."""
        now = self._workspace.history.current(card, since)
        return QuestionPlace(now.path, now.hash, now.occurrence)

    def merged(
        self, one: IncomingQuestion, place: QuestionPlace | None = None, numbers: Sequence[int] = ()
    ) -> ReviewedElsewhere | None:
        """What is new of a question's cards; None where nothing is, or it is not here.

        `numbers` are those of the cards here, see `IncomingQuestion.numbers`; else all have to be there.
        """
        place = place or self.exported.get(one.key) or self.imported.get(one.key)
        found = None if place is None else self.found(place)
        if place is None or found is None or len(found[1].cards) != len(numbers or one.cards):
            return None
        by_number = dict(zip(one.numbers, one.cards, strict=True))
        base_ease = self._workspace.vault.settings_of(place.path).base_ease
        entries: dict[int, str] = {}
        past: dict[int, Sequence[PastReview]] = {}
        for card, number in zip(found[1].cards, numbers or one.numbers, strict=True):
            if (incoming := by_number.get(number)) is None:
                continue
            ours = self._histories.get(str(found[1].id_of(place.path, card)), ())
            new = [review for review in incoming.past if not _is_known(review, ours)]
            if not new:
                continue
            past[card.side] = new
            if all(one.at < new[-1].at for one in ours):
                if incoming.schedule is not None:
                    entries[card.side] = entry_text(incoming.schedule, base_ease)
                elif new[-1].grade is None:
                    entries[card.side] = entry_text(None, base_ease)
        return ReviewedElsewhere(place, entries, past) if past else None

    def log_of(self, reviewed: Sequence[ReviewedElsewhere]) -> Iterator[bytes]:
        """The lines of a review log that make the new reviews count."""
        for one in reviewed:
            if (found := self.found(one.place)) is not None:
                for side, past in one.past.items():
                    yield from lines_of(*found, found[1].cards[side], past)

    def schedules_of(self, path: str, reviewed: Sequence[ReviewedElsewhere]) -> tuple[bytes, list[Edit]]:
        """A note, and the edits that give its questions their new schedules; NoteError if it cannot be read."""
        raw, settings = self._workspace.store.files.read(path), self._workspace.vault.settings_of(path)
        text, edits = NoteText(raw), list[Edit]()
        for one in reviewed:
            if (found := self.found(one.place)) is not None:
                question = found[1]
                entries = [*question.raws, *[entry_text(None, settings.base_ease)] * len(question.cards)]
                for side, entry in one.entries.items():
                    entries[side] = entry
                wanted = entries[: max(len(question.cards), len(question.raws))]
                edits += next(iter(ways_to_write(text, question, wanted, settings)), ())
        return raw, edits


def _is_known(review: PastReview, ours: Sequence[Record]) -> bool:
    return any(one.grade is review.grade and abs(one.at - review.at) < _EQUAL for one in ours)
