"""Anki's packages (`.apkg`, `.colpkg`), old and new, as notes, cards, reviews and media.

A package comes from a stranger: its unpacked size is bounded, only plain names count, and its database is opened
read-only.
"""

from __future__ import annotations

import json
import re
import shutil
import sqlite3
import sys
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, Final, cast

from msgspec import Struct, field

from studyapp.core.disk.files import open_file
from studyapp.core.errors import StudyError
from studyapp.core.text.names import as_compared
from studyapp.study.exchange.anki.bounded import BoundedRows
from studyapp.study.exchange.anki.protobuf import fields

_LARGEST: Final = 2_000_000_000
"""The most bytes of a collection; a large one has a few hundred million."""
_LARGEST_MEDIA: Final = 200_000_000
_LARGEST_LIST: Final = 50_000_000
_MOST_MEDIA: Final = 200_000
_MOST_ROWS: Final = 5_000_000
_LAST_MOMENT: Final = 7_258_118_400
"""In seconds; the beginning of 2200."""
_LARGEST_NUMBER: Final = 1 << 62
_LARGEST_VALUE: Final = 100_000_000
"""The most bytes of a field, or of the note types."""
_PLAIN_TABLE: Final = re.compile(r"\s*CREATE\s+TABLE\b", re.IGNORECASE)
_PIECE: Final = 1 << 20
_NEW: Final = b"\x08\x03"
"""The value of `meta` in a package in the format of 2022."""
_ERRORS: Final = (
    *(zipfile.BadZipFile, sqlite3.Error, OSError, ValueError, KeyError, TypeError, EOFError, RecursionError),
    *(OverflowError, IndexError, AttributeError),
    *(NotImplementedError, RuntimeError),  # a zip with a password, or of an unknown kind
)
_COLLECTIONS: Final = ("collection.anki21b", "collection.anki21", "collection.anki2")


class Template(Struct, frozen=True):
    """One card of a note type."""

    name: str
    front: str
    back: str


class NoteType(Struct, frozen=True):
    """The fields of notes, and the cards that are made of them."""

    id: int
    name: str
    is_cloze: bool
    is_occlusion: bool
    fields: tuple[str, ...]
    templates: tuple[Template, ...]


class AnkiNote(Struct, frozen=True):
    """A note."""

    id: int
    guid: str
    type: int
    tags: tuple[str, ...]
    values: tuple[str, ...]


class AnkiCard(Struct, frozen=True):
    """A card: the columns about its schedule."""

    data: str
    id: int
    note: int
    deck: int
    order: int
    type: int
    queue: int
    due: int
    interval: int
    factor: int
    reps: int
    lapses: int
    left: int
    original_due: int
    original_deck: int
    flags: int


class AnkiReview(Struct, frozen=True):
    """A review: the columns of the log."""

    id: int
    card: int
    grade: int
    interval: int
    factor: int
    milliseconds: int
    type: int


class PackageContents(Struct):
    """The contents of a package, except for the bytes of its media."""

    created: int
    """The moment, in seconds, of the day from which due days are counted."""
    west: int | None
    """Minutes west of Greenwich at that moment; None in very old collections."""
    types: dict[int, NoteType] = field(default_factory=dict)
    decks: dict[int, str] = field(default_factory=dict)
    """Names with `::`."""
    notes: list[AnkiNote] = field(default_factory=list)
    cards: dict[int, list[AnkiCard]] = field(default_factory=dict)
    """By their note."""
    reviews: dict[int, list[AnkiReview]] = field(default_factory=dict)
    """By their card, oldest first."""
    media: dict[str, str] = field(default_factory=dict)
    """The member of the package for each name."""
    modified: int = 0
    """The moment, in seconds, when it was last changed; 0 if that is not known."""

    @property
    def tells_progress(self) -> bool:
        """Whether it was exported with learning progress: without it, all cards are new and none has a mark."""
        cards = (card for several in self.cards.values() for card in several)
        return bool(self.reviews) or any(card.type or card.queue or card.flags for card in cards)


class PackageFile:
    """An open package."""

    def __init__(self, name: str, archive: zipfile.ZipFile, contents: PackageContents, *, packed: bool) -> None:
        self.contents = contents
        self._name = name
        self._archive = archive
        self._packed = packed

    def media(self, name: str) -> bytes:
        """The bytes of a file of the media; StudyError if they cannot be read, or are too many."""
        try:
            return _member(self._archive, self.contents.media[name], _LARGEST_MEDIA, packed=self._packed)
        except _ERRORS as error:
            raise _refused(self._name, error) from error


@contextmanager
def opened_package(file: Path) -> Iterator[PackageFile]:
    """Open a package and read it, without the media.

    Raises:
        StudyError: if it is not a package, is damaged, holds too much, or needs a library that is not there.
    """
    with ExitStack() as held:
        try:
            source = held.enter_context(open_file(file))
            archive = held.enter_context(zipfile.ZipFile(source))
            contents, packed = _contents(archive)
        except _ERRORS as error:
            raise _refused(file.name, error) from error
        yield PackageFile(file.name, archive, contents, packed=packed)


def _refused(name: str, error: Exception) -> StudyError:
    if isinstance(error, OSError) and error.filename is not None:
        return StudyError(f"can't read {error.filename} ({error.strerror})")
    return StudyError(f"{name} is not a readable Anki package ({error})")


def _contents(archive: zipfile.ZipFile) -> tuple[PackageContents, bool]:
    """The contents of a package, and whether its members are compressed once more."""
    names = set(archive.namelist())
    member = _collection(archive, names)
    packed = member == _COLLECTIONS[0]
    with TemporaryDirectory() as folder:
        database = Path(folder) / "collection"
        _unpack(archive, member, database, packed=packed)
        contents = _read(database)
    contents.media = _media(archive, names, packed=packed)
    return contents, packed


def _collection(archive: zipfile.ZipFile, names: set[str]) -> str:
    """The database that counts: beside that of the new format is one that only says so."""
    meta = _member(archive, "meta", 100) if "meta" in names else b""
    for name in _COLLECTIONS:
        if name in names and (
            name != _COLLECTIONS[0] or meta.startswith(_NEW) or len(names & set(_COLLECTIONS)) == 1
        ):
            return name
    raise ValueError("it contains no collection")


# Unpacking


def _pieces(archive: zipfile.ZipFile, name: str, *, packed: bool) -> Iterator[bytes]:
    """The contents of a member, piece by piece; ValueError if it is damaged."""
    with archive.open(name) as member:
        stream, damage = _zstd(member) if packed else (member, zipfile.BadZipFile)
        try:
            while piece := stream.read(_PIECE):
                yield piece
        except damage as error:
            raise ValueError(f"{name}: {error}") from error


def _zstd(member: IO[bytes]) -> tuple[IO[bytes], type[Exception]]:
    """The decompressor for Zstandard, and the error that it raises."""
    try:
        if sys.version_info >= (3, 14):
            from compression.zstd import ZstdError, ZstdFile
        else:
            from backports.zstd import ZstdError, ZstdFile
    except ImportError:
        raise StudyError(
            'this package is in the format of 2022: switch on "Support older Anki versions" when you export it in '
            "Anki, or install studyapp[anki]"
        ) from None
    return cast("IO[bytes]", ZstdFile(member)), ZstdError


def _member(archive: zipfile.ZipFile, name: str, most: int, *, packed: bool = False) -> bytes:
    data = bytearray()
    for piece in _pieces(archive, name, packed=packed):
        data += piece
        if len(data) > most:
            raise ValueError(f"{name} unpacks to more than {most:,} bytes")
    return bytes(data)


def _unpack(archive: zipfile.ZipFile, name: str, to: Path, *, packed: bool) -> None:
    free, done = shutil.disk_usage(to.parent).free - _PIECE, 0
    with to.open("wb") as target:
        for piece in _pieces(archive, name, packed=packed):
            done += len(piece)
            if done > min(_LARGEST, free):
                raise ValueError(f"{name} unpacks to more than the free disk space")
            target.write(piece)


def _media(archive: zipfile.ZipFile, names: set[str], *, packed: bool) -> dict[str, str]:
    """The members for the names of media; names with a folder are ignored."""
    if "media" not in names:
        return {}
    data = _member(archive, "media", _LARGEST_LIST, packed=packed)
    if packed:
        entries = [value for number, value in fields(data) if number == 1 and isinstance(value, bytes)]
        pairs = [(str(place), _name(entry)) for place, entry in enumerate(entries)]
    else:
        pairs = [(str(member), str(name)) for member, name in json.loads(data or b"{}").items()]
    return {name: member for member, name in pairs[:_MOST_MEDIA] if member in names and is_plain(name)}


def _name(entry: bytes) -> str:
    return next((value.decode() for number, value in fields(entry) if number == 1 and isinstance(value, bytes)), "")


def is_plain(name: str) -> bool:
    """Whether a name can only mean a file of a folder."""
    return (
        bool(name) and not re.search(r"[\x00-\x1f\x7f/\\:]", name) and not name.startswith(".") and len(name) <= 200
    )


# Reading


def _read(database: Path) -> PackageContents:
    address = f"{database.as_uri()}?mode=ro&immutable=1"
    with closing(sqlite3.connect(address, uri=True)) as connection:
        connection.create_collation("unicase", _compare)
        connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
        _check_schema(connection)
        rows = BoundedRows(connection, database.stat().st_size)
        version, created, modified, conf, models, decks = next(
            rows.of("SELECT ver, crt, mod, conf, models, decks FROM col LIMIT 1"), ()
        )
        contents = PackageContents(_moment(created), None)
        contents.modified = min(max(0, _whole(modified) // 1000), _LAST_MOMENT)
        if version >= 15:
            config = dict(rows.of("SELECT key, val FROM config WHERE key = 'creationOffset'"))
            contents.west = _west(json.loads(config["creationOffset"]) if config else None)
            contents.types = _types(rows)
            contents.decks = {
                number: str(name).replace("\x1f", "::") for number, name in rows.of("SELECT id, name FROM decks")
            }
        else:
            contents.west = _west(json.loads(conf or "{}").get("creationOffset"))
            contents.types = {one.id: one for one in map(_old_type, json.loads(models).values())}
            contents.decks = {int(number): str(deck["name"]) for number, deck in json.loads(decks).items()}
        _fill(contents, rows)
    return contents


def _check_schema(connection: sqlite3.Connection) -> None:
    """ValueError if a table is really a view: reading it may never end."""
    for kind, name, sql in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        if kind == "view" or (kind == "table" and not _PLAIN_TABLE.match(sql or "")):
            raise ValueError(f"{name!s:.40} is not a plain table")


def _west(minutes: Any) -> int | None:
    return minutes if isinstance(minutes, int) and abs(minutes) <= 24 * 60 else None


def _moment(created: Any) -> int:
    """The seconds of a moment; ValueError if it is implausible."""
    if not 0 <= int(created) < _LAST_MOMENT:
        raise ValueError(f"it says that it was made at {created!s:.30}")
    return int(created)


def _fill(contents: PackageContents, rows: BoundedRows) -> None:
    asked = "SELECT id, guid, mid, tags, flds FROM notes ORDER BY id LIMIT ?"
    for number, guid, kind, tags, values in rows.of(asked, (_MOST_ROWS,)):
        note = AnkiNote(number, str(guid), kind, tuple(str(tags).split()), tuple(str(values).split("\x1f")))
        contents.notes.append(note)
    asked = (
        "SELECT id, nid, did, ord, type, queue, due, ivl, factor, reps, lapses, left, odue, odid, flags, "
        "data FROM cards ORDER BY nid, ord LIMIT ?"
    )
    for *numbers, data in rows.of(asked, (_MOST_ROWS,)):
        card = AnkiCard(str(data or ""), *map(_whole, numbers))
        contents.cards.setdefault(card.note, []).append(card)
    asked = "SELECT id, cid, ease, ivl, factor, time, type FROM revlog ORDER BY id LIMIT ?"
    for row in rows.of(asked, (_MOST_ROWS,)):
        review = AnkiReview(*map(_whole, row))
        if not 0 < review.id < _LAST_MOMENT * 1000:
            continue
        contents.reviews.setdefault(review.card, []).append(review)


def _whole(value: Any) -> int:
    return round(value) if isinstance(value, (int, float)) and abs(value) < _LARGEST_NUMBER else 0


def _types(rows: BoundedRows) -> dict[int, NoteType]:
    """The note types of the new format."""
    found = {}
    for number, name, config in [*rows.of("SELECT id, name, config FROM notetypes")]:
        of = (number,)
        names = [row[0] for row in rows.of("SELECT name FROM fields WHERE ntid = ? ORDER BY ord", of)]
        made = rows.of("SELECT name, config FROM templates WHERE ntid = ? ORDER BY ord", of)
        templates = [Template(name, *_sides(config)) for name, config in made]
        values = dict(fields(config))
        found[number] = NoteType(number, name, values.get(1) == 1, values.get(9) == 6, tuple(names), tuple(templates))
    return found


def _sides(config: bytes) -> tuple[str, str]:
    values = {number: value for number, value in fields(config) if isinstance(value, bytes)}
    return values.get(1, b"").decode("utf-8", "replace"), values.get(2, b"").decode("utf-8", "replace")


def _old_type(model: Mapping[str, Any]) -> NoteType:
    by_place = sorted(model["flds"], key=lambda one: one.get("ord", 0))
    made = sorted(model["tmpls"], key=lambda one: one.get("ord", 0))
    templates = [Template(str(one["name"]), str(one.get("qfmt", "")), str(one.get("afmt", ""))) for one in made]
    names = tuple(str(one["name"]) for one in by_place)
    occlusion = model.get("originalStockKind") == 6 or any("image-occlusion:" in one.front for one in templates)
    return NoteType(int(model["id"]), str(model["name"]), model["type"] == 1, occlusion, names, tuple(templates))


def _compare(one: str, other: str) -> int:
    first, second = as_compared(one), as_compared(other)
    return (first > second) - (first < second)
