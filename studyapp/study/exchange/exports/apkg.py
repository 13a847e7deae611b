"""Questions → an Anki package (`.apkg`): notes, cards, schedules, the whole history, media.

The format is the one that every Anki since 2.0.12 reads: a zip with a SQLite file, a list of the media as JSON, and
the media under numbers. Anki takes a card's schedule and history when it first meets it; later packages update its
text, where that is newer.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from hashlib import sha1
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO, Final

from msgspec import Struct, field

from studyapp.core.disk.files import read_file
from studyapp.core.disk.place import path_within
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.links import Catalogue
from studyapp.core.notes.sides import Clozes
from studyapp.study.exchange.anki.anki_columns import Calendar, card_state, memory, review_columns
from studyapp.study.exchange.anki.collection import CollectionRows, Decks, write_collection
from studyapp.study.exchange.anki.types import CLOZE, PLAIN
from studyapp.study.exchange.exports.html import AnkiHtml, Media
from studyapp.study.exchange.known.collect import Outgoing, OutgoingCard
from studyapp.study.exchange.known.exported import ExportedNote, ExportedNotes

_LARGEST_MEDIA: Final = 100_000_000
_REVERSED: Final = (Kind.SINGLE_REVERSED, Kind.MULTI_REVERSED)


class Fields(Struct, frozen=True):
    """A question as an Anki note."""

    type: int
    values: tuple[str, ...]
    orders: dict[int, int]
    """The Anki card number of each side."""


class Report(Struct):
    """The outcome of an export."""

    notes: int = 0
    cards: int = 0
    reviews: int = 0
    media: int = 0
    problems: list[str] = field(default_factory=list)
    """What could not be exported, a sentence each."""


class Package:
    """Builds one package."""

    def __init__(self, root: Path, catalogue: Catalogue, known: ExportedNotes, now: datetime) -> None:
        """Start; what earlier exports recorded of the vault's questions is updated."""
        self._root, self._known = root, known
        self._media, self._decks, self._calendar = Media(catalogue), Decks(), Calendar(now)
        self._rows, self._used = CollectionRows(), set[int]()
        self.report = Report()

    def add(self, question: Outgoing) -> None:
        """Add a question with its cards; one that Anki could not show is left out and reported."""
        fields = self.fields(question)
        cards = [card for card in question.cards if card.card.side in fields.orders]
        if not cards:
            self._lose(question, ["Anki would have nothing to ask; left out"])
            return
        known = self._known.of(question, "\x1f".join(fields.values), cloze=fields.type == CLOZE)
        self._note(known, fields, question.tags)
        deck = self._decks.number(_storable((question.question.decks or ("Default",))[0]))
        for card in cards:
            self._card(known, deck, question, card, fields.orders[card.card.side])

    def fields(self, asked: Outgoing) -> Fields:
        """The fields of a question, and which of its cards can be asked."""
        question, html = asked.question, AnkiHtml(self._media, asked.path, asked.footnotes)
        about = (html.plain(" › ".join(question.context)), asked.path)
        clozes = question.clozes
        if clozes is None:
            both = [html.plain(side) for side in (question.cards[0].front, question.cards[0].back)]
            orders = {0: 0, 1: 1} if all(both) else {}
            self._lose(asked, html.lost)
            return Fields(PLAIN, (*both, "y" if question.kind in _REVERSED else "", *about), orders)
        numbers, orders = _numbers(clozes)
        if any("h" in cloze.order for cloze in clozes.found):
            html.lost.append("what a cloze keeps hidden is shown in Anki")
        fields = Fields(CLOZE, (html.clozes(question.body, clozes.found, numbers), *about), orders)
        self._lose(asked, html.lost)
        return fields

    def _lose(self, question: Outgoing, what: Iterable[str]) -> None:
        """Report what could not be exported of a question."""
        self.report.problems += [f"{question.path}:{question.question.first_line + 1}: {one}" for one in what]

    def _note(self, known: ExportedNote, fields: Fields, tags: Iterable[str]) -> None:
        first = fields.values[0]
        checksum = int(sha1(first.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:8], 16)
        named = "".join(f"{tag.removeprefix('#').replace('/', '::')} " for tag in sorted(tags))
        about = (known.note, known.guid, fields.type, known.mod, -1, _storable(f" {named}" if named else ""))
        self._rows.notes.append((*about, _storable("\x1f".join(fields.values)), _storable(first), checksum, 0, ""))
        self.report.notes += 1

    def _card(self, known: ExportedNote, deck: int, question: Outgoing, card: OutgoingCard, order: int) -> None:
        number = self._free(known.note + order)
        where = card_state(card, self._calendar, len(self._rows.cards) + 1)
        about = (number, known.note, deck, order, known.mod, -1, *where)
        self._rows.cards.append((*about, 0, 0, card.state.flag, memory(card, question.settings)))
        self.report.cards += 1
        for record in card.history:
            at = self._free(int(record.at.timestamp() * 1000))
            self._rows.reviews.append((at, number, -1, *review_columns(record)))
            self.report.reviews += 1

    def _free(self, wanted: int) -> int:
        """The lowest number not yet used."""
        number = next(one for one in count(wanted) if one not in self._used)
        self._used.add(number)
        return number

    def write(self, file: BinaryIO) -> None:
        """Write the package."""
        with TemporaryDirectory() as folder, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
            collection = Path(folder) / "collection"
            calendar = self._calendar
            write_collection(collection, calendar.now, calendar.day_zero, self._decks.numbers, self._rows)
            package.write(collection, "collection.anki21")
            names: dict[str, str] = {}
            for name, data in self._packed():
                package.writestr(str(len(names)), data)
                names[str(len(names))] = name
            package.writestr("media", json.dumps(names))
        self.report.media = len(names)

    def _packed(self) -> Iterator[tuple[str, bytes]]:
        """The media with their names; unreadable ones are reported."""
        for path, name in self._media.names.items():
            real = path_within(self._root, path)
            if real is None:
                self.report.problems.append(f"{path}: left out, because it is outside the vault")
                continue
            try:
                yield name, read_file(real, _LARGEST_MEDIA)
            except OSError as error:
                self.report.problems.append(f"{path}: left out: {error.strerror or error}")


def _numbers(clozes: Clozes) -> tuple[Sequence[str], dict[int, int]]:
    """For each cloze its numbers in Anki, empty for one that is never asked; for each side its card number there."""
    found = clozes.found
    order = found[0].order if found else ""
    if not order:
        numbers = [str(place) for place in range(1, len(found) + 1)]
    elif order[0] in "ash":
        numbers = [",".join(str(n) for n, role in enumerate(cloze.order, 1) if role == "a") for cloze in found]
    else:
        numbers = [cloze.order.lstrip("0") for cloze in found]
    asked = {int(number) - 1 for several in numbers for number in several.split(",") if number}
    return numbers, {side: side for side in asked}


def _storable(text: str) -> str:
    """The text without the bytes of a note that are not UTF-8, which neither SQLite nor Anki's JSON takes."""
    return text.encode("utf-8", "replace").decode()
