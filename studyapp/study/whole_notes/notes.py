"""The whole notes of an open vault: which exist, which are due, and grading them.

They are found by their tags, wherever these are, so every note is read; unchanged files are recognised by their
stamp. What all notes say together (who links to whom, the ease of each) is computed only when a review needs it.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from datetime import datetime

from msgspec.structs import replace

from studyapp.core.disk.files import read_note
from studyapp.core.disk.place import files_in
from studyapp.core.disk.stamp import Stamp
from studyapp.core.edits.identity import Seen
from studyapp.core.edits.whole_note import entry_of, read_note_entry
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.journal import new_id
from studyapp.core.notes.links import Catalogue, link_counts, read_links
from studyapp.core.schedule import sm2
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.text.fences import fenced_lines
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault.vault import Vault
from studyapp.study.whole_notes.graph import LinkGraph
from studyapp.study.whole_notes.rules import (
    GRADES,
    WholeNote,
    after,
    due_histogram,
    note_eases,
    own_ease,
    queue,
    read_whole_note,
)


class WholeNotes:
    """Knows the notes that are reviewed whole; `read` may be called on a different thread than the rest."""

    def __init__(self, vault: Vault, clock: Callable[[], datetime]) -> None:
        """Take a vault whose notes have been read, and a clock."""
        self.vault = vault
        self.clock = clock
        self.notes: Mapping[str, WholeNote] = {}
        """By their paths."""
        self._stamps: dict[str, Stamp] = {}
        """Stamps of the files already read."""
        self._graph: LinkGraph | None = None
        self._eases: Mapping[str, float] = {}
        self._reading = threading.Lock()

    def read(self, paths: Sequence[str] | None = None) -> None:
        """Read every new or changed note; the paths are given if another thread may change them."""
        with self._reading:
            stamps: dict[str, Stamp] = {}
            found: dict[str, WholeNote] = {}
            for path in self.vault.paths() if paths is None else paths:
                try:
                    stamps[path] = Stamp.of((self.vault.root / path).stat())
                    if self._stamps.get(path) == stamps[path]:
                        note = self.notes.get(path)
                    else:
                        note = read_whole_note(path, read_note(self.vault.root / path), self.vault.settings_of(path))
                        self._graph = None
                except (OSError, NoteError):
                    continue
                if note is not None:
                    found[path] = note
            self._stamps, self.notes = stamps, found

    def weigh(self) -> None:
        """Read all links and eases, unless nothing has changed since the last time; a large vault takes a while."""
        with self._reading:
            if self._graph is not None:
                return
            catalogue = Catalogue(files_in(self.vault.root))
            links: dict[str, Mapping[str, int]] = {}
            own: dict[str, float] = {}
            texts: dict[str, NoteText] = {}
            for path in self._stamps:
                try:
                    raw = read_note(self.vault.root / path)
                except NoteError:
                    continue
                if (ease := own_ease(raw)) is not None:
                    own[path] = ease
                if b"[[" in raw or b"](" in raw:
                    texts[path] = NoteText(raw)
            for path, text in texts.items():
                first = read_front_matter(text.lines).lines
                skip = fenced_lines(text.lines, first) | set(range(first))
                links[path] = link_counts(read_links(text.lines, skip), path, catalogue)
            cards: defaultdict[str, list[float]] = defaultdict(list)
            for row in self.vault.rows():
                if row.schedule is not None:
                    cards[row.path].append(sm2.ease_of(row.schedule))
            self._eases = note_eases(own, cards, self.vault.settings.base_ease)
            self._graph = LinkGraph(links)

    def queue(self, graded: Container[str] = ()) -> list[WholeNote]:
        """What is to be reviewed now, due notes before new ones; without those with an unsaved grade."""
        now, settings = self.clock(), self.vault.settings
        ranks = self._graph.ranks if self._graph is not None else None
        notes = (note for note in self.notes.values() if note.path not in graded)
        return queue(notes, now, settings, ranks, today(now, settings.start_of_day).toordinal())

    def look(self, path: str) -> tuple[WholeNote, bytes] | None:
        """A note as it is on disk now, with its bytes; None if it is no longer reviewed whole."""
        try:
            raw = read_note(self.vault.root / path)
        except NoteError:
            self._know(path, None)
            return None
        note = self.take(path, raw)
        return (note, raw) if note is not None else None

    def take(self, path: str, raw: bytes) -> WholeNote | None:
        """Take in a note's current bytes."""
        note = read_whole_note(path, raw, self.vault.settings_of(path))
        self._know(path, note)
        return note

    def _know(self, path: str, note: WholeNote | None) -> None:
        notes = {other: known for other, known in self.notes.items() if other != path}
        self.notes = notes if note is None else notes | {path: note}
        self._stamps.pop(path, None)

    def previews(self, note: WholeNote) -> dict[Grade, Sm2]:
        """The schedule that each grade would give a note."""
        now, settings = self.clock(), self.vault.settings_of(note.path)
        counts = due_histogram(self.notes.values(), now, self.vault.settings)
        ease = settings.base_ease
        if note.schedule is None:
            self.weigh()
            assert self._graph is not None
            ease = self._graph.initial_ease(
                note.path, self._eases, base_ease=ease, max_link_factor=settings.max_link_factor
            )
        return {
            grade: after(note.schedule, grade, now=now, settings=settings, counts=counts, initial_ease=ease)
            for grade in GRADES
        }

    def grade(self, note: WholeNote, grade: Grade, seconds: float | None = None) -> Action:
        """Grade a note; the returned action is to be saved."""
        given = self.previews(note)[grade]
        before = entry_of(note.schedule) if note.schedule is not None else None
        seen = Seen.whole(note.path, note.digest)
        action = Action(new_id(), ActionKind.NOTE, self.clock(), seen, grade, seconds, before, entry_of(given))
        self._know(note.path, replace(note, schedule=given))
        return action

    def on_newer(self, action: Action, newer: str) -> Action:
        """A grade redone on the newer schedule found in the note; to be saved instead.

        Raises:
            NoteError: if the note is no longer reviewed whole.
        """
        found = self.look(action.card.path)
        if found is None or action.grade is None:
            raise NoteError(f"{action.card.path} is no longer reviewed whole")
        return self.grade(replace(found[0], schedule=read_note_entry(newer)), action.grade, action.seconds)


def graded_in(actions: Iterable[Action]) -> set[str]:
    """The notes that have a grade among some actions."""
    return {action.card.path for action in actions if action.kind is ActionKind.NOTE}
