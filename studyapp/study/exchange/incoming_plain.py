"""Questions from plain files: our own JSON, and tables of fronts and backs."""

from __future__ import annotations

import csv
import json
import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime
from hashlib import sha256
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import Any, Final, Literal

from msgspec.structs import replace

from studyapp.core.disk.cache import microseconds
from studyapp.core.disk.place import is_note
from studyapp.core.edits.draft import card_text, cloze_text
from studyapp.core.errors import StudyError
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.sides import Clozes
from studyapp.core.schedule.entries import Grade, Schedule, read_entry
from studyapp.core.settings.model import Settings
from studyapp.study.exchange.formulas import plain
from studyapp.study.exchange.history import PastReview
from studyapp.study.exchange.incoming import IncomingCard, IncomingQuestion, NotImported, deck_path, tag_part
from studyapp.study.exchange.markdown import convert
from studyapp.study.exchange.plain import VERSION

_FRONTS: Final = ("front", "question", "term", "prompt")
_BACKS: Final = ("back", "answer", "definition", "response")
_SEPARATORS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_MOST_CARDS: Final = 10_000
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_BOTH_WAYS: Final = re.compile("reversed", re.IGNORECASE)


class PlainSource:
    """A file without media."""

    media: Collection[str] = ()

    def file(self, name: str) -> bytes:
        """There is none."""
        raise StudyError(f"there is no {name}")


class JsonSource(PlainSource):
    """What `studyapp export FILE.json` wrote."""

    def __init__(self, name: str, data: bytes) -> None:
        """Read it; StudyError if it is something else, or of a later version."""
        try:
            told = json.loads(data)
            version, self._questions = told["version"], list(told["questions"])
            is_ours, self._at = told["format"] == "studyapp", _moment(told["at"])
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise StudyError(f"{name} is not what `studyapp export` writes as JSON ({error})") from error
        if not is_ours or not isinstance(version, int) or version > VERSION:
            raise StudyError(f"{name} is of a later version, or of another program")

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
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                front = str(one.get("text", ""))[:80] if isinstance(one, dict) else ""
                yield NotImported(front, f"it is not as it was written ({error})")

    def _question(
        self, one: dict[str, Any], seen: dict[tuple[str, str], int], notes: dict[str, list[tuple[str, ...]]]
    ) -> IncomingQuestion:
        text, note, decks = one["text"], str(PurePosixPath(one["note"])), tuple(map(str, one["decks"]))
        if not is_note(note) or ".." in PurePosixPath(note).parts or _CONTROL.search(note):
            raise ValueError(f"{note!r:.80} is no name of a note")
        source = str(one["source"])
        source.encode("utf-8", "surrogateescape")
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
            *(f"json-{digest}", note, decks, source, cards, (), set(), digest), origin=origin, is_scheduled=True
        )


def _entries(one: dict[str, Any]) -> list[Schedule | None]:
    """The schedule of each card, as the question's comment has it."""
    comment = list(map(str, one["comment"]))
    sides = [int(card["side"]) - 1 for card in one["cards"]]
    return [read_entry(comment[side]).schedule if 0 <= side < len(comment) else None for side in sides]


def _card(card: dict[str, Any], schedule: Schedule | None, name: str) -> IncomingCard:
    past = [
        PastReview(
            name,
            _moment(one["at"]),
            None if one["grade"] is None else Grade(one["grade"]),
            float(one["seconds"] or 0),
            one["before"],
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
    return IncomingCard(schedule, past, bool(card["suspended"]), int(card["flag"]), until, bool(card["leech"]))


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


class TableSource(PlainSource):
    """A table with a front and a back in each row: Anki's text, Quizlet's export, a spreadsheet."""

    def __init__(self, file: Path, data: bytes, deck: str | None) -> None:
        """Read it; `deck` is that of rows that name none, by default the file's name.

        Raises:
            StudyError: if it is no text, or has no column for fronts and backs.
        """
        try:
            text = data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig")
        except UnicodeDecodeError as error:
            raise StudyError(f"{file.name} is not text in UTF-8 ({error.reason} at byte {error.start})") from error
        self._deck = deck or file.stem
        self._said, body = _headers(text)
        separator = _SEPARATORS.get(self._said.get("separator", "").lower(), self._said.get("separator", ""))
        self._rows = _rows(body, separator or _guessed(body, file.suffix.lower()))
        self._columns = self._named()
        if self._columns.keys() < {"front", "back"}:
            raise StudyError(f"{file.name} has no two columns for front and back")

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self._rows)

    def _named(self) -> dict[str, int]:
        """The place of each column that is known."""
        found = {
            name: int(said) - 1
            for name in ("deck", "tags", "notetype", "guid")
            if (said := self._said.get(f"{name} column", "")).isdecimal()
        }
        heads = self._said["columns"].split("\t") if "columns" in self._said else next(iter(self._rows), [])
        first = [cell.strip().lower() for cell in heads]
        fronts, backs = ([first.index(one) for one in names if one in first] for names in (_FRONTS, _BACKS))
        if fronts and backs:
            if "columns" not in self._said:
                self._rows = self._rows[1:]
            more = {name: first.index(name) for name in ("deck", "tags") if name in first}
            return {**more, **found, "front": fronts[0], "back": backs[0]}
        width = max(map(len, self._rows), default=0)
        free = [place for place in range(width) if place not in found.values()]
        return {**found, **dict(zip(("front", "back"), free, strict=False))}

    def questions(self, settings: Settings, now: datetime) -> Iterator[IncomingQuestion | NotImported]:
        """Its rows as questions."""
        del now
        as_html = self._said.get("html", "").lower() == "true"
        for number, row in enumerate(self._rows, 1):
            front, back = (self._cell(row, side) for side in ("front", "back"))
            if not front and not back:
                continue
            kind = self._cell(row, "notetype") or self._said.get("notetype", "")
            yield self._question(settings, number, front, back, self._about(row), kind, as_html=as_html)

    def _about(self, row: Sequence[str]) -> tuple[str, list[str]]:
        deck = self._cell(row, "deck") or self._said.get("deck", "") or self._deck
        tags = f"{self._cell(row, 'tags')} {self._said.get('tags', '')}".split()
        return deck, tags

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self._columns.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    @staticmethod
    def _question(
        settings: Settings,
        number: int,
        front: str,
        back: str,
        about: tuple[str, list[str]],
        kind: str,
        *,
        as_html: bool,
    ) -> IncomingQuestion | NotImported:
        digest = sha256(f"{front}\x1f{back}".encode("utf-8", "replace")).hexdigest()[:24]
        said, media, losses = plain(front)[:80] if as_html else front[:80], set[str](), set[str]()
        if as_html:
            sides = [convert(front), convert(back)]
            front, back = (one.text for one in sides)
            if sides[0].clozes:
                return NotImported(said, f"row {number}: clozes come in by a package (.apkg)")
            media, losses = sides[0].media | sides[1].media, sides[0].losses | sides[1].losses
        both_ways = bool(_BOTH_WAYS.search(kind))
        text = card_text(front, back, settings, both_ways=both_ways) if back else cloze_text(front, settings)
        if text is None:
            return NotImported(said, f"row {number}: a side is empty, or cannot be written as a side of a card")
        deck, tags = about
        path = deck_path(deck)
        named = [f"#{'/'.join(filter(None, map(tag_part, re.split('::|/', tag.lstrip('#')))))}" for tag in tags]
        if named and "\n" not in text:
            text = f"{text} {' '.join(named)}"
        number = 1 + both_ways if back else Clozes.of(text, settings).cards
        cards = [IncomingCard() for _ in range(number)]
        return IncomingQuestion(f"row-{digest}", f"{path}.md", (path,), text, cards, (), media, digest, losses)


def _headers(text: str) -> tuple[dict[str, str], str]:
    """What the lines that begin with `#` say, and the rest; as Anki writes them."""
    said: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    while lines and lines[0].startswith("#"):
        name, colon, value = lines.pop(0).rstrip("\r\n")[1:].partition(":")
        if colon:
            said[name.strip().lower()] = value if name == "separator" else value.strip()
    return said, "".join(lines)


def _guessed(text: str, ending: str) -> str:
    first = text.split("\n", 1)[0]
    if ending == ".tsv" or "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","


def _rows(text: str, separator: str) -> list[list[str]]:
    csv.field_size_limit(10_000_000)

    def read(quoting: Literal[0, 3]) -> list[list[str]]:
        source = StringIO(text, newline="")
        return [row for row in csv.reader(source, delimiter=separator, quoting=quoting, strict=True) if any(row)]

    try:
        try:
            return read(csv.QUOTE_MINIMAL)
        except csv.Error:  # its quotes are text, as in what Quizlet writes
            return read(csv.QUOTE_NONE)
    except (csv.Error, TypeError, ValueError) as error:
        raise StudyError(f"the table cannot be read ({error})") from error
