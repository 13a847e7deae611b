"""Questions from tables of fronts and backs: Anki's text, Quizlet's, a spreadsheet's."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from html import escape
from io import StringIO
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from studyapp.core.edits.draft import card_text, cloze_text
from studyapp.core.errors import StudyError
from studyapp.core.notes.sides import Clozes
from studyapp.core.settings.model import Settings
from studyapp.core.text.digits import is_whole_number
from studyapp.study.exchange.fields.formulas import plain_html
from studyapp.study.exchange.fields.markdown import convert
from studyapp.study.exchange.known.identity import with_key
from studyapp.study.exchange.reading.incoming import IncomingCard, IncomingQuestion, NotImported, deck_path, tagged
from studyapp.study.exchange.reading.incoming_clozes import MOST_CLOZES, cloze_question, numbers_of

_FRONTS: Final = ("front", "question", "term", "prompt", "text")
_BACKS: Final = ("back", "answer", "definition", "response", "back extra")
_SEPARATORS: Final = {"tab": "\t", "comma": ",", "semicolon": ";", "space": " ", "pipe": "|", "colon": ":"}
_COLUMNS: Final = ("deck", "tags", "notetype", "guid")
_HEADERS: Final = frozenset(
    (
        *("separator", "html", "columns", "deck", "tags", "notetype", "if matches", "match scope"),
        *(f"{name} column" for name in _COLUMNS),
    )
)
_CLOZE: Final = re.compile(r"\{\{c\d|==")


_MARKS: Final = {b"\xff\xfe\0\0": "utf-32", b"\0\0\xfe\xff": "utf-32", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
"""Encodings by the bytes that a file of theirs begins with."""


def file_text(file: Path, data: bytes) -> str:
    """A file's text; StudyError if it is none."""
    encoding = next((name for mark, name in _MARKS.items() if data.startswith(mark)), "utf-8-sig")
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise StudyError(
            f"{file.name} is not UTF-8 text ({error.reason} at byte {error.start}); save it as UTF-8"
        ) from error
    if "\0" in text:
        raise StudyError(f"{file.name} is not UTF-8 text (it has NULs); save it as UTF-8")
    return text


class PlainSource:
    """A file without media."""

    media: Mapping[str, str] = MappingProxyType({})

    def file(self, name: str) -> bytes:
        """There is none."""
        raise StudyError(f"there is no {name}")


class TableSource(PlainSource):
    """A table with a front and a back in each row: Anki's text, Quizlet's export, a spreadsheet."""

    def __init__(self, file: Path, data: bytes, deck: str | None) -> None:
        """Read it; `deck` is that of rows that name none, by default the file's name.

        Raises:
            StudyError: if it is not a text, or has no column for fronts and backs.
        """
        text = file_text(file, data)
        self._deck = deck or file.stem
        self._said, body = _headers(text)
        said = self._said.get("separator", "")
        self._separator = _SEPARATORS.get(said.strip().lower(), said[:1]) or _guessed(body, file.suffix.lower())
        self._rows = _rows(body, self._separator, comments=bool(self._said))
        self._columns = self._named()
        sides = self._columns.keys() & {"front", "back"}
        if len(sides) < 2 and not any(_CLOZE.search(self._cell(row, "front")) for row in self._rows):
            raise StudyError(f"{file.name} has fewer than two columns; it needs a front and a back")

    @property
    def size(self) -> int:
        """How many rows it has."""
        return len(self._rows)

    def _named(self) -> dict[str, int]:
        """The index of each known column."""
        found = {
            name: int(said) - 1
            for name in _COLUMNS
            if is_whole_number(said := self._said.get(f"{name} column", "")) and int(said)
        }
        named = _rows(self._said.get("columns", ""), self._separator) or self._rows
        heads = next(iter(named), [])
        first = [cell.strip().lower() for cell in heads]
        fronts, backs = ([first.index(one) for one in names if one in first] for names in (_FRONTS, _BACKS))
        if fronts and backs:
            if "columns" not in self._said:
                self._rows = self._rows[1:]
            more = {name: first.index(name) for name in ("deck", "tags") if name in first}
            return {**more, **found, "front": fronts[0], "back": backs[0]}
        width = max(map(len, self._rows), default=0)
        free = [place for place in range(width) if place not in found.values()]
        return {**found, **dict(zip(("front", "back", "switch"), free, strict=False))}

    def questions(self, settings: Settings, now: datetime) -> Iterator[IncomingQuestion | NotImported]:
        """Its rows as questions."""
        del now
        for number, row in enumerate(self._rows, 1):
            if self._cell(row, "front") or self._cell(row, "back"):
                yield self._question(settings, number, row)

    def _cell(self, row: Sequence[str], name: str) -> str:
        place = self._columns.get(name)
        return row[place].strip() if place is not None and place < len(row) else ""

    def _question(self, settings: Settings, number: int, row: Sequence[str]) -> IncomingQuestion | NotImported:
        front, back = (self._cell(row, side) for side in ("front", "back"))
        digest = sha256(f"{front}\x1f{back}".encode("utf-8", "replace")).hexdigest()[:24]
        as_html = self._said.get("html", "").lower() == "true"
        shown = [plain_html(one) if as_html else one for one in (front, back)]
        sides = [convert(one if as_html else _as_html(one)) for one in (front, back)]
        both_ways = self._is_both_ways(row)
        text: str | None
        numbers: Collection[int]
        if sides[0].clozes:
            numbers = numbers_of(sides[0])
            if len(numbers) > MOST_CLOZES:
                return NotImported(shown[0][:80], f"row {number}: it has more than {MOST_CLOZES} cards")
            text = cloze_question(sides[0], [sides[1]] if sides[1].text else ())
        elif back:
            numbers, text = range(1 + both_ways), None
            if not as_html:
                text = card_text(front, back, settings, both_ways=both_ways)
            # What Markdown would read as something else is imported as plain text.
            text = text or card_text(sides[0].text, sides[1].text, settings, both_ways=both_ways)
        else:
            text = cloze_text(front, settings)
            numbers = range(Clozes.of(text, settings).cards if text else 0)
        if text is None:
            return NotImported(
                shown[0][:80], f"row {number}: a side is empty, or can't be written as a side of a card"
            )
        deck = self._cell(row, "deck") or self._said.get("deck", "") or self._deck
        path = deck_path(deck)
        text = tagged(text, f"{self._cell(row, 'tags')} {self._said.get('tags', '')}", settings)
        guid, key = self._cell(row, "guid"), f"row-{digest}"
        if guid:
            key, text = with_key(text, guid)
        media, losses = set[str](), set[str]()
        if as_html:
            media, losses = sides[0].media | sides[1].media, sides[0].losses | sides[1].losses
        cards = [IncomingCard(number=number) for number in numbers]
        about = (f"{path}.md", (path,), text, cards, media, digest, losses)
        there = " │ ".join(shown).replace("\n", " ")
        return IncomingQuestion(key, *about, there=there, is_part=True)

    def _is_both_ways(self, row: Sequence[str]) -> bool:
        kind = (self._cell(row, "notetype") or self._said.get("notetype", "")).lower()
        return "reversed" in kind and ("optional" not in kind or bool(self._cell(row, "switch")))


def _as_html(text: str) -> str:
    return escape(text, quote=False).replace("\n", "<br>")


def _headers(text: str) -> tuple[dict[str, str], str]:
    """What the lines before the rows say, and the rest; as Anki writes them."""
    said: dict[str, str] = {}
    lines = text.splitlines(keepends=True)
    for place, line in enumerate(lines):
        name, colon, value = line.rstrip("\r\n").removeprefix("#").partition(":")
        known = name.strip().lower()
        if colon and line.startswith("#") and known in _HEADERS:
            said[known] = value if known == "separator" else value.strip()
        elif not (said and line.startswith("#")):
            return said, "".join(lines[place:])
    return said, ""


def _guessed(text: str, ending: str) -> str:
    first = text.split("\n", 1)[0]
    if ending == ".tsv" or "\t" in first:
        return "\t"
    return ";" if first.count(";") > first.count(",") else ","


def _rows(text: str, separator: str, *, comments: bool = False) -> list[list[str]]:
    """The rows of a table; where it has comments, these are lines that begin with `#`."""
    csv.field_size_limit(10_000_000)

    def read(quoting: Literal[0, 3]) -> Iterator[list[str]]:
        begins = True

        def lines() -> Iterator[str]:
            nonlocal begins
            for line in StringIO(text, newline=""):
                if not (comments and begins and line.startswith("#")):
                    begins = False
                    yield line

        for row in csv.reader(lines(), delimiter=separator, quoting=quoting, strict=True):
            begins = True
            if any(row):
                yield row

    try:
        try:
            return list(read(csv.QUOTE_MINIMAL))
        except csv.Error:  # its quotes are text, as in what Quizlet writes
            return list(read(csv.QUOTE_NONE))
    except (csv.Error, TypeError, ValueError) as error:
        raise StudyError(f"can't read the table ({error})") from error
