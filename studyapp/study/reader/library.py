"""The notes of a vault for reading: their text, what they embed and link to, and what links to them."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from msgspec import Struct

from studyapp.core.disk.files import read_note
from studyapp.core.disk.place import files_in, path_within
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import NoteError
from studyapp.core.notes.links import Anchors, Catalogue, Link, Target, read_links, section
from studyapp.core.notes.note import Note, parse_text
from studyapp.core.schedule.entries import days_until, is_due
from studyapp.core.text.fences import fenced_lines
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault.vault import Vault
from studyapp.study.reader.passages import Passage, passages

LARGEST = 20_000_000
"""The most bytes of a note that is shown."""


class Page(Struct, frozen=True):
    """A note, ready to be shown."""

    note: Note
    lines: list[str]
    passages: tuple[Passage, ...]


class CardMark(Struct, frozen=True):
    """The margin beside a card."""

    days: int | None
    """Until it is due, negative if it is overdue; None for a new card, or one that never becomes due."""
    new: bool
    due: bool


class Library:
    """Notes for reading, not for review."""

    def __init__(self, vault: Vault) -> None:
        """Take in the vault's files and aliases as they are now."""
        self.vault = vault
        self.catalogue = Catalogue(files_in(vault.root), vault.aliases())
        self._links: dict[str, tuple[Stamp, tuple[Link, ...]]] = {}

    def read(self, path: str) -> Page:
        """Read a note; NoteError if it is gone, outside the vault, too large, or cannot be read."""
        text = self._text(path)
        note = parse_text(path, text, self.vault.settings_of(path))
        first = note.front_matter.lines
        return Page(note, text.lines, tuple(passages(text.lines, first)))

    def _text(self, path: str) -> NoteText:
        file = path_within(self.vault.root, path)
        if file is None:
            raise NoteError(f"{path} leads out of the vault; it is not read")
        try:
            size = file.stat().st_size
        except OSError as error:
            raise NoteError(f"{path} no longer exists; it was moved or deleted") from error
        if size > LARGEST:
            raise NoteError(f"{path} is too large to be shown ({size:,} bytes); open it in your editor")
        return NoteText(read_note(file))

    @staticmethod
    def marks_of(note: Note, now: datetime) -> dict[int, list[CardMark]]:
        """The margin of each question, by its line, from 0."""
        found: dict[int, list[CardMark]] = {}
        for question in note.questions:
            for card in question.cards:
                schedule = card.schedule
                mark = CardMark(
                    None if schedule is None else days_until(schedule, now),
                    schedule is None,
                    schedule is not None and is_due(schedule, now),
                )
                found.setdefault(min(question.sources, default=question.first_line), []).append(mark)
        return found

    def follow(self, target: str, source: str) -> tuple[Target, int | None] | None:
        """Where a link in the note `source` leads, with the line of its heading or block; None if nowhere."""
        name, _, anchor = target.partition("#")
        found = self.catalogue.resolve(name, source)
        if found is None or not anchor.strip() or not found.is_note:
            return None if found is None else (found, None)
        try:
            reading = self.read(found.path)
        except NoteError:
            return found, None
        return found, Anchors(reading.lines, reading.note.headings).line_of(anchor.strip())

    def embedded(self, target: str, source: str) -> tuple[str, str] | None:
        """What an embed shows: the path, with the part of the note, and its text; None if it is not a note."""
        name, _, anchor = target.partition("#")
        found = self.catalogue.resolve(name, source)
        if found is None or not found.is_note:
            return None
        try:
            reading = self.read(found.path)
        except NoteError:
            return None
        if not anchor.strip():
            return found.path, "\n".join(reading.lines[reading.note.front_matter.lines :])
        part = section(reading.lines, reading.note.headings, anchor.strip())
        return None if part is None else (f"{found.path}#{anchor.strip()}", "\n".join(part))

    def file(self, target: str, source: str) -> Path | None:
        """The file that a link or an embed means, if it is within the vault."""
        found = self.catalogue.resolve(target.partition("#")[0], source)
        return path_within(self.vault.root, found.path) if found is not None else None

    def backlinks(self, path: str) -> list[tuple[str, Link]]:
        """The links of other notes to this one, in order of the notes' paths."""
        found: list[tuple[str, Link]] = []
        for source in self.vault.paths():
            if source == path:
                continue
            for link in self.links(source):
                target = self.catalogue.resolve(link.target, source) if link.target else None
                if target is not None and target.path == path:
                    found.append((source, link))
        return found

    def links(self, path: str) -> tuple[Link, ...]:
        """The links of a note, read again only if it has changed."""
        try:
            stamp = Stamp.of((self.vault.root / path).stat())
            known = self._links.get(path)
            if known is not None and known[0] == stamp:
                return known[1]
            raw = read_note(self.vault.root / path)
        except (OSError, NoteError):
            return ()
        links: tuple[Link, ...] = ()
        if b"[[" in raw or b"](" in raw:
            lines = NoteText(raw).lines
            links = tuple(read_links(lines, fenced_lines(lines)))
        self._links[path] = stamp, links
        return links


def mark_text(marks: list[CardMark]) -> tuple[str, bool]:
    """The cards of a question in a few words, and whether one of them is due now."""
    due = any(mark.due for mark in marks)
    if due:
        return "due", True
    days = [mark.days for mark in marks if mark.days is not None and not mark.new]
    if not days:
        return ("new", False) if any(mark.new for mark in marks) else ("never", False)
    soonest = min(days)
    return (f"{soonest}d" if soonest < 365 else f"{soonest / 365:.1f}y"), False
