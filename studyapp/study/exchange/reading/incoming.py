"""Anki notes → questions of the vault, with their schedules and history."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from hashlib import sha256
from typing import Final, Protocol

from msgspec import Struct, field

from studyapp.core.edits.draft import card_text
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.outline import within
from studyapp.core.schedule.entries import Schedule, comment_text, entry_text
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.anki.anki_columns import Queue
from studyapp.study.exchange.anki.package import (
    AnkiCard,
    AnkiNote,
    NoteType,
    PackageContents,
    PackageFile,
    Template,
)
from studyapp.study.exchange.anki.schedules import AnkiSchedules
from studyapp.study.exchange.anki.types import ABOUT, MODELS
from studyapp.study.exchange.fields.formulas import plain_html
from studyapp.study.exchange.fields.markdown import Converted, convert
from studyapp.study.exchange.fields.media_names import file_names
from studyapp.study.exchange.fields.occlusion import LOSS, region_sides
from studyapp.study.exchange.fields.templates import rendered
from studyapp.study.exchange.known.history import PastReview
from studyapp.study.exchange.known.identity import note_key, with_key
from studyapp.study.exchange.reading.incoming_clozes import MOST_CLOZES, cloze_question, numbers_of

_ANSWER_LINE: Final = re.compile(r"<hr\s+id=[\"']?answer[\"']?\s*/?>", re.IGNORECASE)
_NOT_IN_TAG: Final = re.compile(r"[^\w/-]+")
DIGEST: Final = 16
"""The length of the digest of a note's fields, behind which comes that of its tags."""
_RESERVED: Final = frozenset(
    ("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(10)))
)
_LONGEST_NAME: Final = 120
"""The most bytes of a part of a deck's name."""


class IncomingCard(Struct):
    """A card to import."""

    schedule: Schedule | None = None
    past: list[PastReview] = field(default_factory=list)
    suspended: bool = False
    flag: int = 0
    buried_until: date | None = None
    leech: bool = False
    number: int = -1
    """Its number in Anki's note, where it has one."""


class IncomingQuestion(Struct):
    """A question to import."""

    key: str
    """The key that recognises it; see `identity`."""
    note: str
    """The note that it goes into, below the folder of the import."""
    decks: tuple[str, ...]
    """With `/`."""
    text: str
    """As written in a note."""
    cards: list[IncomingCard]
    media: set[str]
    digest: str
    """A digest of the original, to see later whether it changed."""
    losses: set[str] = field(default_factory=set)
    there: str = ""
    """Its fields as they read where it comes from, on one line."""
    origin: tuple[CardId, datetime] | None = None
    """In an export of this program: its first card's name, and when it was that."""
    is_part: bool = False
    """Whether the file has only a part of what the note has in Anki: it cannot be compared with what went there."""
    is_scheduled: bool = False
    """Whether the text holds the schedules."""
    also: str = ""
    """The key that its first card has where Anki's note has another number of cards; empty for none."""
    tells_marks: bool = False
    """Whether it says which cards are suspended, flagged and buried."""

    @property
    def numbers(self) -> list[int]:
        """What its cards are known by as their number changes."""
        return [place if card.number < 0 else card.number for place, card in enumerate(self.cards)]

    def written(self, settings: Settings) -> str:
        """The text with its schedules."""
        if self.is_scheduled or not any(card.schedule is not None for card in self.cards):
            return self.text
        entries = [entry_text(card.schedule, settings.base_ease) for card in self.cards]
        return f"{self.text}\n{comment_text(entries)}"


class NotImported(Struct, frozen=True):
    """A note, or a card of one, that cannot be imported."""

    front: str
    why: str


class ImportSource(Protocol):
    """A source of questions."""

    @property
    def size(self) -> int:
        """How many notes, or rows, it has."""

    def questions(self, settings: Settings, now: datetime) -> Iterator[IncomingQuestion | NotImported]:
        """Each question to import, for notes with those settings, and each note or card that cannot be imported."""

    @property
    def media(self) -> Mapping[str, str]:
        """The names of the files that it holds, and those that they get here."""

    def file(self, name: str) -> bytes:
        """The bytes of a file of the media; StudyError if they cannot be read."""


class AnkiSource:
    """An Anki package."""

    def __init__(self, package: PackageFile) -> None:
        self._package = package
        self._files = file_names(package.contents.media)

    @property
    def size(self) -> int:
        """How many notes it has."""
        return len(self._package.contents.notes)

    @property
    def media(self) -> Mapping[str, str]:
        """The names of its media there and here."""
        return self._files

    def questions(self, settings: Settings, now: datetime) -> Iterator[IncomingQuestion | NotImported]:
        """Its notes as questions."""
        return _Reader(self._package.contents, settings, now, self._files).questions()

    def file(self, name: str) -> bytes:
        """The bytes of one of its media."""
        return self._package.media(name)


class _Reader:
    """Reads the notes of one package."""

    def __init__(
        self, contents: PackageContents, settings: Settings, now: datetime, files: Mapping[str, str]
    ) -> None:
        """Read for notes with those settings; `now` is aware, in local time, and `files` are the media."""
        self._files = files
        self._contents, self._settings = contents, settings
        self._schedules = AnkiSchedules(contents, now)

    def questions(self) -> Iterator[IncomingQuestion | NotImported]:
        """Each question to import, and each note or card that cannot be imported."""
        for note in self._contents.notes:
            kind = self._contents.types.get(note.type)
            cards = self._contents.cards.get(note.id, [])
            if kind is None or not cards:
                yield NotImported(self._front(note), "it has no cards")
                continue
            try:
                found = list(self._of(note, kind, cards))
            except (ValueError, OverflowError, LookupError, TypeError, OSError, RecursionError) as error:
                yield NotImported(self._front(note), f"it is not as Anki writes it ({error!s:.100})")
            else:
                yield from found

    @staticmethod
    def _front(note: AnkiNote) -> str:
        return plain_html(note.values[0])[:80] if note.values else ""

    def _of(
        self, note: AnkiNote, kind: NoteType, cards: Sequence[AnkiCard]
    ) -> Iterator[IncomingQuestion | NotImported]:
        values = dict(zip(kind.fields, note.values, strict=False))
        if kind.id in MODELS:  # ours: the fields that name a card's place are not part of its text
            values |= dict.fromkeys(ABOUT, "")
        if kind.is_occlusion:
            yield from self._occlusion(note, kind, cards, values)
            return
        if kind.is_cloze:
            yield self._cloze(note, kind, cards, values)
            return
        by_order = {card.order: card for card in reversed(cards) if 0 <= card.order < len(kind.templates)}
        sides = {order: _sides(kind.templates[order], values) for order in by_order}
        cards = [by_order[order] for order in sorted(by_order)]
        if not cards:
            yield NotImported(self._front(note), "its note type has no such card")
        if len(cards) == 2 and sides.keys() == {0, 1} and _swapped(sides[0], sides[1]):
            yield self._basic(note, cards, sides[0], both_ways=True)
            return
        for card in cards:
            place = "" if len(cards) == 1 else f"-{card.order}"
            yield self._basic(note, [card], sides[card.order], place=place, several=len(cards) > 1)

    def _basic(
        self,
        note: AnkiNote,
        cards: Sequence[AnkiCard],
        sides: tuple[str, str],
        *,
        both_ways: bool = False,
        place: str = "",
        several: bool = False,
    ) -> IncomingQuestion | NotImported:
        front, back = map(self._converted, sides)
        text = card_text(front.text, back.text, self._settings, both_ways=both_ways)
        if text is None:
            return NotImported(self._front(note), "a side of it is empty, or can't be written as a side of a card")
        losses = (
            front.losses
            | back.losses
            | ({"cards of several templates, as questions of their own"} if several else set())
        )
        return self._made(note, cards, text, front.media | back.media, losses, place)

    def _occlusion(
        self, note: AnkiNote, kind: NoteType, cards: Sequence[AnkiCard], values: dict[str, str]
    ) -> Iterator[IncomingQuestion | NotImported]:
        by_order = {card.order: card for card in cards}
        found = [
            (order, front, back) for order, front, back in region_sides(kind.fields, values) if order in by_order
        ]
        if len(found) != len(cards):
            yield NotImported(self._front(note), "its regions can't be read")
            return
        for order, *sides in found:
            front, back = map(self._converted, sides)
            text = card_text(front.text, back.text, self._settings)
            if text is None:
                yield NotImported(self._front(note), "it can't be written as a card")
                continue
            losses = front.losses | back.losses | {LOSS}
            yield self._made(note, [by_order[order]], text, front.media | back.media, losses, f"-{order}")

    def _cloze(
        self, note: AnkiNote, kind: NoteType, cards: Sequence[AnkiCard], values: dict[str, str]
    ) -> IncomingQuestion | NotImported:
        template = kind.templates[0].front if kind.templates else ""
        asked = next(
            (name for name in kind.fields if re.search(rf"\{{\{{[^{{}}]*cloze:{re.escape(name)}\}}\}}", template)),
            kind.fields[0],
        )
        found = self._converted(values.get(asked, ""))
        numbers = numbers_of(found)
        if not numbers:
            return NotImported(self._front(note), "it has no cloze")
        if len(numbers) > MOST_CLOZES:
            return NotImported(self._front(note), f"it has more than {MOST_CLOZES} cards")
        extra = [self._converted(value) for name, value in values.items() if name != asked and plain_html(value)]
        text = cloze_question(found, extra)
        media = found.media.union(*(one.media for one in extra))
        losses = found.losses.union(*(one.losses for one in extra))
        by_number = {card.order + 1: card for card in cards}
        ordered = [by_number[number] for number in numbers if number in by_number]
        if len(ordered) != len(numbers):
            return NotImported(self._front(note), "it has other clozes than cards")
        return self._made(note, ordered, text, media, losses)

    def _made(
        self,
        note: AnkiNote,
        cards: Sequence[AnkiCard],
        text: str,
        media: set[str],
        losses: set[str],
        place: str = "",
    ) -> IncomingQuestion:
        decks = [self._deck(card) for card in cards]
        if len(set(decks)) > 1:
            losses = losses | {"cards of one note in several decks"}
        named = {tag.lower() for tag in note.tags}
        tags = " ".join(tag for tag in note.tags if tag.lower() not in ("leech", "marked"))
        incoming = [
            IncomingCard(*self._schedules.of(card), card.queue == Queue.SUSPENDED, card.flags & 7, number=card.order)
            for card in cards
        ]
        for card, anki in zip(incoming, cards, strict=True):
            card.leech = "leech" in named
            if anki.queue in (Queue.BURIED, Queue.BURIED_BY_SIBLING):
                card.buried_until = self._schedules.next_day
            if "marked" in named:
                card.flag = card.flag or 1
        key, keyed = with_key(tagged(text, tags, self._settings), note.guid, place)
        texts = ("\x1f".join(note.values), tags)
        digest = "".join(sha256(text.encode("utf-8", "replace")).hexdigest()[:DIGEST] for text in texts)
        there = " │ ".join(filter(None, map(plain_html, note.values)))
        about = (key, f"{decks[0]}.md", (decks[0],), keyed, incoming, media, digest, losses)
        also = note_key(note.guid, "" if place else f"-{cards[0].order}")
        return IncomingQuestion(*about, there=there, also=also, tells_marks=self._contents.tells_progress)

    def _converted(self, html: str) -> Converted:
        return convert(html, self._files)

    def _deck(self, card: AnkiCard) -> str:
        name = self._contents.decks.get(card.original_deck or card.deck, "Default")
        parts = [tag_part(part) for part in name.split("::")]
        return "/".join(part for part in parts if part) or "Default"


def _sides(template: Template, values: dict[str, str]) -> tuple[str, str]:
    """Front and back of a card; what is above the answer's line repeats the front."""
    answer = _ANSWER_LINE.split(template.back, maxsplit=1)[-1]
    return rendered(template.front, values, front=True), rendered(answer, values, front=False)


def _swapped(one: tuple[str, str], other: tuple[str, str]) -> bool:
    return list(map(plain_html, one)) == list(map(plain_html, other))[::-1]


def _tag(name: str) -> str:
    path = _joined(name.lstrip("#"))
    return f"#{path}" if path else ""


def _joined(name: str) -> str:
    """Valid tag parts, from Anki's way to write them or Obsidian's."""
    return "/".join(filter(None, map(tag_part, re.split("::|/", name))))


def tag_part(part: str) -> str:
    """A name as part of a tag, and of a path on any system: no spaces or signs, not of digits alone, not too long."""
    bare = _NOT_IN_TAG.sub("-", part.strip().replace("/", "-")).strip("-")
    bare = bare.encode("utf-8", "ignore")[:_LONGEST_NAME].decode("utf-8", "ignore")
    if bare.lower() in _RESERVED:  # by Windows, whatever stands behind a dot
        return f"{bare}_"
    return f"n{bare}" if bare.isdigit() else bare


def deck_path(name: str) -> str:
    """A deck's name in a plain file as a path of valid tag parts."""
    return _joined(name) or "Cards"


def tagged(text: str, names: str, settings: Settings) -> str:
    """The question with tags, from Anki's names, after its first line of plain text."""
    tags = [tag for tag in map(_tag, names.split()) if tag and not within(tag, settings.flashcard_tags)]
    lines = text.split("\n")
    free = (number for number, line in enumerate(lines) if not line.startswith(("`", "|", ">", "$$", "<", "?")))
    if tags and (place := next(free, None)) is not None:
        lines[place] = f"{lines[place]} {' '.join(tags)}"
    return "\n".join(lines)
