"""The cards of a vault's notes as last read, in one file that can be deleted at any time.

It answers what lists, queues and counts ask, so that none of it needs to be in memory. A note's rows count while its
file is the one that was read, under the same settings; no row decides what is written. If the file cannot be used
(damaged, locked, a full disk) everything is kept in memory, and what was lost is reread.
"""

from __future__ import annotations

import atexit
import json
import os
import sqlite3
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from time import time
from typing import Final, TypeVar
from weakref import WeakSet

from studyapp.core.disk.cache import TURN, Cache, OneFile, UnusableError, blob, text_of, transaction, version_of
from studyapp.core.disk.seal import Seal
from studyapp.core.disk.stamp import Stamp
from studyapp.core.disk.turn import turn
from studyapp.core.vault.table import folders, grams
from studyapp.core.vault.table.filling import QUESTIONS, TEXTS, are_missing, fill_some
from studyapp.core.vault.table.folders import EVERY, Folder
from studyapp.core.vault.table.intake import Intake, Parsed
from studyapp.core.vault.table.repair import repair_table
from studyapp.core.vault.table.schema import (
    BUILDING,
    NOTES,
    PLAIN,
    READER,
    VERSION,
    clear,
    create,
    create_indexes,
    drop_indexes,
    get,
    put,
)

T = TypeVar("T")

PATIENCE: Final = 2.0
"""Seconds to wait for another program that is writing: the first card waits too."""
_PAST: Final = 14 * 86400
"""Seconds for which previous contents of reread notes are kept: a computer may sleep in the middle of a review."""
_WRITE, _READ, _SEARCH = range(3)


_OPEN: Final[WeakSet[VaultTable]] = WeakSet()


@atexit.register
def _close_all() -> None:
    for table in list(_OPEN):
        table.close()


class LostError(Exception):
    """The table's contents were lost while the notes were being read; reading must start again."""


class VaultTable:
    """The table of one vault; safe to use from several threads and from several programs at a time."""

    def __init__(self, path: Path | None = None) -> None:
        """Take the file at `path`, which is opened on first use; without one, everything is kept in memory."""
        self.refill: Callable[[], None] = lambda: None
        """Rereads the notes whose rows were lost, or raises `LostError` while they are being read."""
        self._path = path
        self._losses = 0
        self.generation = 0
        """How often everything was lost, so that numbers mean other cards now."""
        self._run = int.from_bytes(os.urandom(7), "big") + 1
        """The number of this run, by which it recognises what it read itself."""
        self._turning = threading.Lock()
        self._decks: dict[int, tuple[str, ...]] = {}
        self._connect()
        _OPEN.add(self)

    def _connect(self) -> None:
        """Open three connections, so that nothing waits for notes being added or for a search."""
        file = OneFile()
        # A note with many cards is a few kilobytes.
        some = [
            Cache(self._path, VERSION, create, patience=PATIENCE, page_size=8192, file=file)
            for _ in range(3 if self._path else 1)
        ]
        self._seal = Seal(self._path) if self._path else None
        self._caches = some if self._path else some * 3
        self._decks = {}

    def close(self) -> None:
        """Close the file, and seal it."""
        for cache in self._caches:
            cache.close()
        if self._seal is not None:
            self._seal.keep()
            self._seal.leave()

    def share(self, settings: bytes) -> None:
        """Share the file with other programs that read the notes with these settings.

        While one uses other settings, everything is kept in memory; else what was read with others is removed.
        """

        def of_others() -> bool:
            reader = self.ask(lambda read: get(read, READER))
            return bool(reader != settings and reader)

        def take(write: sqlite3.Connection) -> None:
            clear(write)
            grams.drop(write)
            put(write, READER, settings)

        others = of_others()  # opens it
        if self._seal is None:
            return
        self._seal.join()
        if others and of_others() and not self._seal.is_alone():
            with self._turning:
                self._path = None
                self.generation += 1
                self._connect()
        elif self.ask(lambda read: get(read, READER)) != settings:
            self._change(take)

    def ask(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work` on the table."""
        return self._attempt(_READ, work)

    def search(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """The same for what may take long; see `interrupt`."""
        return self._attempt(_SEARCH, work)

    def interrupt(self) -> None:
        """Interrupt a search, with an error; in memory, whatever else is running."""
        self._caches[_SEARCH].interrupt()

    def _change(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def change(connection: sqlite3.Connection) -> T:
            with transaction(connection):
                return work(connection)

        found = self._attempt(_WRITE, change)
        if self._seal is not None:
            self._seal.keep()
        return found

    def check(self) -> None:
        """Make sure that the file's contents are as they were added, unless a run left the file intact.

        Notes with wrong rows are removed, and the tally is rebuilt.
        """
        if self._seal is not None and not self._seal.holds:
            self._change(repair_table)
            if self._seal is not None:
                self._seal.set()

    def _attempt(self, which: int, work: Callable[[sqlite3.Connection], T]) -> T:
        while True:
            caches, generation = self._caches, self.generation
            try:
                return caches[which].attempt(work)
            except UnusableError as error:
                self._turn(caches, damaged=error.damaged)
            if self.generation != generation:  # also where another thread met the error first: it is rereading
                self.refill()

    def _turn(self, caches: Sequence[Cache], *, damaged: bool) -> None:
        """Take another file after damage, once, else go on in memory, with what the table held if it can be read."""
        with self._turning:
            if caches is not self._caches:
                return  # another thread has met the same error
            self._losses += 1
            if not damaged or self._losses > 1:
                self._path = None
            self._connect()
            kept = not damaged and self._copy(caches[_READ])
            for cache in caches:
                cache.close()
            self.generation += not kept

    def _copy(self, source: Cache) -> bool:
        """Copy all of another table into this one, which is in memory; returns whether that was possible."""
        with suppress(UnusableError):
            return self._caches[_WRITE].attempt(lambda target: source.attempt(lambda one: _copied(one, target)))
        return False

    # Reading

    def stale(self, found: Sequence[Folder], settings: bytes) -> list[str]:
        """The notes of these folders whose rows are not of their files under these settings."""
        in_step, paths = self.ask(lambda read: folders.compare(read, found, settings, self._run))
        if in_step:
            self.keep(in_step, settings)
        return paths

    def keep(self, found: Sequence[Folder], settings: bytes) -> None:
        """Know these folders again if their rows are all up to date."""
        self._change(lambda write: folders.keep(write, found, settings))

    def forget_others(self, paths: Iterable[str]) -> None:
        """Remove all notes but these."""
        there = set(map(blob, paths))
        known = "SELECT path FROM note"
        self.forget(self.ask(lambda read: [text_of(path) for (path,) in read.execute(known) if path not in there]))

    def is_as_read(self, path: str, stamp: Stamp, settings: bytes) -> bool:
        """Whether a note's rows are of its current file."""
        asked = "SELECT stamp, settings FROM note WHERE path = ? AND run IN (?, ?)"
        row = self.ask(lambda read: read.execute(asked, (blob(path), EVERY, self._run)).fetchone())
        return bool(row == (str(stamp), settings))

    def place(self) -> tuple[int, int]:
        """The table's state: the last note added, and the last one removed."""
        asked = "SELECT coalesce(max(seq), 0) FROM past"
        return self.ask(lambda read: (int(get(read, NOTES)), int(read.execute(asked).fetchone()[0])))

    def is_of_another(self, path: str, since: int) -> bool:
        """Whether another program has added a note after that one."""
        asked = "SELECT 1 FROM note WHERE path = ? AND id > ? AND by != ?"
        return self.ask(lambda read: read.execute(asked, (blob(path), since, self._run)).fetchone()) is not None

    # Writing

    def put(self, notes: Sequence[Parsed], *, whole: bool = True) -> None:
        """Add notes, replacing their previous contents; an equal one keeps its rows.

        If they are not to be `whole`, what counting and ordering cards does not need is left for `fill`.
        """
        self._change(lambda write: Intake(write, self._run).put(notes, whole=whole))

    def fill(
        self,
        what: str = QUESTIONS,
        which: str = "1",
        values: Sequence[object] = (),
        go_on: Callable[[], bool] = lambda: True,
    ) -> None:
        """Make what is missing for the notes that satisfy a condition; `go_on` is called now and then."""
        while self.ask(lambda read: are_missing(read, what, which, values)) and go_on():
            self._change(lambda write: fill_some(write, what, which, values))

    def ask_whole(self, which: str, values: Sequence[object], work: Callable[[sqlite3.Connection], T]) -> T:
        """The result of `work` on notes that satisfy a condition, once they have their questions and texts."""

        def attempt(read: sqlite3.Connection) -> list[T]:
            with read:
                read.execute("BEGIN")  # another program may put some in at any moment
                return [] if are_missing(read, QUESTIONS, which, values) else [work(read)]

        while not (found := self.ask(attempt)):
            self.fill(QUESTIONS, which, values)
        return found[0]

    def forget(self, paths: Iterable[str]) -> None:
        """Remove notes that are gone."""
        gone = list(paths)

        def forget(write: sqlite3.Connection) -> None:
            intake = Intake(write, self._run)
            for path in gone:
                intake.forget(path)
            folders.lose(write, gone)
            intake.keep_tally()

        if gone:
            self._change(forget)

    def is_now(self, path: str, stamp: Stamp) -> None:
        """Record that a note's file has another stamp but the same bytes."""

        def know(write: sqlite3.Connection) -> None:
            asked = "UPDATE note SET stamp = ?, run = ? WHERE path = ?"
            write.execute(asked, (str(stamp), self._run, blob(path)))
            folders.lose(write, [path])

        self._change(know)

    def plain(self) -> list[str]:
        """The vaults, by their prefix, in which `??` was found to be the plain separator."""
        return self.ask(lambda read: list(json.loads(get(read, PLAIN))))

    def know_plain(self, prefixes: Sequence[str]) -> None:
        """Keep these vaults; see `plain`."""
        if sorted(prefixes) != self.plain():
            self._change(lambda write: put(write, PLAIN, json.dumps(sorted(prefixes))))

    @contextmanager
    def alone(self, done: Callable[[], int]) -> Iterator[None]:
        """Add many notes while no other program does; see `turn`."""
        if self._path is None:
            yield
            return
        with turn(Path(f"{self._path}{TURN}"), done):
            yield

    def begin_building(self) -> None:
        """Prepare for more notes than the table holds; see `end_building`."""

        def begin(write: sqlite3.Connection) -> None:
            put(write, BUILDING, 1)
            drop_indexes(write)
            grams.drop(write)

        self._change(begin)

    def forget_past(self) -> None:
        """Delete the previous contents of reread notes, once no review can ask for them any more."""
        until = (int(time()) - _PAST,)
        asked = "SELECT first, first + cards - 1 FROM past WHERE at < ?"
        if not self.ask(lambda read: read.execute(asked, until).fetchone()):
            return

        def forget(write: sqlite3.Connection) -> None:
            write.executemany("DELETE FROM question WHERE id BETWEEN ? AND ?", write.execute(asked, until).fetchall())
            write.execute("DELETE FROM past WHERE at < ?", until)

        self._change(forget)

    def end_building(self) -> None:
        """Tidy up after a build, or an interrupted one."""
        if not self.ask(lambda read: get(read, BUILDING)):
            return

        def end(write: sqlite3.Connection) -> None:
            create_indexes(write)
            put(write, BUILDING, 0)

        self._change(end)

    def make_grams(self, go_on: Callable[[], bool]) -> None:
        """Make the missing trigrams; `go_on` is called now and then."""
        self.fill(TEXTS, go_on=go_on)
        if not self.ask(grams.are_made):
            while go_on() and self._change(grams.make_some):
                pass

    def decks(self, read: sqlite3.Connection, number: int) -> tuple[str, ...]:
        """A combination of decks by its number."""
        found = self._decks.get(number)
        if found is None:
            self._decks |= combinations(read)
            found = self._decks[number]
        return found


def _copied(source: sqlite3.Connection, target: sqlite3.Connection) -> bool:
    """Copy all of a table, unless a newer version of the program has emptied it."""
    if is_whole := version_of(source) == VERSION:
        source.backup(target)
    return is_whole


def combinations(read: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """The combinations of decks by their numbers."""
    return {number: tuple(json.loads(names)) for number, names in read.execute("SELECT id, names FROM deck")}
