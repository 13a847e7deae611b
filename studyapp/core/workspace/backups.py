"""Backups of notes' schedule comments as they were before each day's first write, and how to restore them.

One file of JSON lines a day, for each vault, in the user's state folder: not in the vault, where a sync tool that
spoils notes would spoil them too and every device's would travel to all. Over ssh and in tmux it is the machine that
writes which keeps them. A line is appended without waiting for the disk, so a review is not slowed: it is there
after the program is killed, and what a power cut could take of it the review log still holds, edit by edit.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct, convert, field

from studyapp.core.disk.files import LARGEST_LOG, OddFileError, opened, read_file
from studyapp.core.disk.place import is_note
from studyapp.core.edits.comments import erase_comment, write_comment
from studyapp.core.edits.identity import Seen, locate
from studyapp.core.errors import StudyError
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId, lasting_text
from studyapp.core.notes.cyrb53 import cyrb53
from studyapp.core.notes.note import Note, parse_note, parse_text
from studyapp.core.schedule.entries import OPEN, comment_spans, comment_text, read_entries
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, NoteText, apply, trim

DAYS = 30
"""How many days with writes are kept: a clock that is wrong once does not cost any of them."""
_DAMAGED = re.compile(r"(?:\r\n|\r|\n| )?<!--[ ]?SR:[!\d,.:+TZfrs-]*[ ]*\Z", re.IGNORECASE)


class Backup(Struct, frozen=True):
    """The schedule comments of a note as they once were."""

    path: str
    at: datetime
    questions: tuple[Seen, ...]
    orphans: tuple[tuple[str, str, str], ...]
    """Lines with a comment that belonged to no question, each with the line above and the one below."""


_NO_PLACE = "the lines around it are gone, or occur several times, or it is more than a comment"


class Plan(Struct, frozen=True):
    """What would restore a backup."""

    edits: tuple[Edit, ...]
    left: tuple[str, ...]
    """What cannot be placed safely, and why."""


class Backups(Struct):
    """The backups of one vault."""

    folder: Path
    clock: Callable[[], datetime]
    _day: str = ""
    _done: set[str] = field(default_factory=set)

    def keep(self, path: str, raw: bytes, settings: Settings, note: Note | None = None) -> None:
        """Keep a note's comments, once a day; if they cannot be written, the review goes on."""
        with suppress(OSError):
            now = self.clock()
            if (day := now.date().isoformat()) != self._day:
                self._begin(day)
            if path in self._done:
                return
            record = _record(note or parse_note(path, raw, settings), NoteText(raw), now)
            line = json.dumps(record, separators=(",", ":")) + "\n"
            with opened(self._file(day), LARGEST_LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND) as handle:
                os.write(handle, b"\n" + line.encode("ascii"))  # a crash may have cut the line before it short
            self._done.add(path)

    def _begin(self, day: str) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._done = {backup.path for backup in self.read(day)}
        self._day = day
        for old in [one for one in self.days() if one != day][DAYS - 1 :]:
            self._file(old).unlink(missing_ok=True)

    def days(self) -> list[str]:
        """The days with backups, latest first."""
        return sorted((file.stem for file in self.folder.glob("????-??-??.jsonl")), reverse=True)

    def read(self, day: str) -> list[Backup]:
        """The backups of a day, the first one of each note."""
        found: dict[str, Backup] = {}
        with suppress(FileNotFoundError, OddFileError):
            for line in read_file(self._file(day), LARGEST_LOG).split(b"\n"):
                with suppress(ValueError, LookupError, TypeError, AttributeError, RecursionError, StudyError):
                    backup = _backup(json.loads(line))
                    found.setdefault(backup.path, backup)
        return list(found.values())

    def _file(self, day: str) -> Path:
        return self.folder / f"{day}.jsonl"


def _record(note: Note, text: NoteText, now: datetime) -> dict[str, Any]:
    return {
        "v": 1,
        "note": note.path,
        "at": now.isoformat(),
        "digest": note.digest,
        "questions": [
            [q.key, q.occurrence, q.kind, len(q.cards), note.copies[q.lasting], q.block_id, q.raws]
            for q in note.questions
        ],
        "orphans": list(_orphans(text, note)),
    }


def _backup(line: dict[str, Any]) -> Backup:
    found = convert(line, _Line)
    if not is_note(found.note):
        raise ValueError(f"{found.note!r} is not a note's path")
    seen = [
        Seen(CardId(found.note, key, nth, 1), found.digest, kind, cards, copies, block_id, tuple(entries))
        for key, nth, kind, cards, copies, block_id, entries in found.questions
    ]
    if any([one.raw for one in read_entries(comment_text([*each.entries]))] != [*each.entries] for each in seen):
        raise ValueError("it holds more than schedules")
    orphans = tuple(_orphan(*one) for one in found.orphans)
    return Backup(found.note, datetime.fromisoformat(found.at), tuple(seen), orphans)


class _Line(Struct):
    """A line of a backup file, which another program may have written."""

    note: str
    at: str
    digest: str
    questions: list[tuple[str, int, Kind, int, int, str | None, list[str]]]
    orphans: list[list[str]]


def _orphan(above: str, line: str, below: str = "") -> tuple[str, str, str]:
    return above, line, below


def _orphans(text: NoteText, note: Note) -> Iterator[tuple[str, str, str]]:
    owned = {line for one in note.questions for line in one.sources}
    for number, line in enumerate(text.lines):
        if trim(line).startswith(OPEN) and number not in owned:
            lines = ["", *text.lines, ""]
            yield lines[number], line, lines[number + 2]


def restoring_edits(backup: Backup, raw: bytes, settings: Settings) -> Plan:
    """The edits that give a note the comments of a backup; nothing but comments changes."""
    text = NoteText(raw)
    note = parse_text(backup.path, text, settings)
    if note.conflicted:
        return Plan((), ("the note has unresolved merge conflicts",))
    edits: list[Edit] = []
    left: list[str] = []
    for seen in backup.questions:
        if made := _mended(text, note, seen):
            edits += made
            continue
        found = locate(note, seen)
        if isinstance(found, tuple):
            question = found[0]
            if question.raws == seen.entries:
                continue
            made = (
                write_comment(text, question, seen.entries, settings)
                if seen.entries
                else erase_comment(text, question)
            )
            edits += made
        elif seen.entries:
            left.append(f"{comment_text(list(seen.entries))}: {found.why}")
    for orphan in backup.orphans:
        place = _place_of(orphan, text.lines)
        if place is not None and _is_comment(orphan[1]):
            end = text.line_end(place)
            edits.append(text.edit(end, end, text.newline + orphan[1]))
        elif orphan[1] not in text.lines:
            left.append(f"{orphan[1]}: {_NO_PLACE}")
    return _checked(backup, raw, edits, left, settings)


def _is_comment(line: str) -> bool:
    """Whether a line holds only a schedule comment."""
    text = trim(line)
    return next(comment_spans(text), None) == (0, len(text))


def _place_of(orphan: tuple[str, str, str], lines: Sequence[str]) -> int | None:
    """The line after which a comment that belongs to no question was; None if it is there or uncertain."""
    above, line, below = orphan
    if line in lines:
        return None
    places = [number for number, one in enumerate(lines) if one == above]
    if len(places) > 1:
        places = [number for number in places if [*lines, ""][number + 1] == below]
    return places[0] if len(places) == 1 and (above or below) else None


def _checked(backup: Backup, raw: bytes, edits: list[Edit], left: list[str], settings: Settings) -> Plan:
    """Refuse a plan that would change what a question is."""
    try:
        after = parse_text(backup.path, NoteText(apply(raw, edits)), settings)
    except ValueError:
        return Plan((), (*left, "its comments overlap; nothing is changed"))
    for seen in backup.questions:
        found = locate(after, seen)
        if isinstance(found, tuple) and found[0].raws != seen.entries:
            return Plan((), (*left, "its comments would be read differently afterwards; nothing is changed"))
    return Plan(tuple(edits), tuple(left))


def _mended(text: NoteText, note: Note, seen: Seen) -> tuple[Edit, ...]:
    """Put a comment in place of a damaged one, which counts as part of its question's text."""
    found: list[Edit] = []
    if any(one.key == seen.id.hash for one in note.questions):
        return ()
    for one in note.questions:
        start, end = text.place(one.sources[0]), text.line_end(one.sources[-1])
        damaged = _DAMAGED.search(text.text, start, end)
        bare = _DAMAGED.sub("", one.text)
        if damaged and seen.entries and cyrb53(lasting_text(bare)) == seen.id.hash:
            at = damaged.start() + len(damaged.group()) - len(damaged.group().lstrip())
            found.append(text.edit(at, damaged.end(), comment_text(list(seen.entries))))
    return tuple(found) if len(found) == 1 else ()
