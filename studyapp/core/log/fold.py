"""Reads the lines of a log into the rows of the ledger."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from operator import attrgetter
from typing import BinaryIO
from zlib import crc32

from studyapp.core.device import has_seal
from studyapp.core.disk.cache import blob
from studyapp.core.disk.files import LONGEST_LINE
from studyapp.core.log.actions import Action
from studyapp.core.log.grade_lines import GradeLine, OutcomeLine, read_grade_line
from studyapp.core.log.ledger_rows import Log, Row
from studyapp.core.log.lines import ERRORS, read_line, why
from studyapp.core.log.state import FollowUp, Step

_BATCH = 5000
_PIECE = 1 << 20
"""Bytes between two progress reports."""
_values = attrgetter(*Row.__struct_fields__)
_PUT = f"INSERT OR REPLACE INTO action VALUES ({', '.join('?' * len(Row.__struct_fields__))})"  # noqa: S608 - question marks


class Fold:
    """Reads the lines of one log."""

    def __init__(self, connection: sqlite3.Connection, log: Log, shared: set[bytes], secret: bytes | None) -> None:
        """Start; the ids of actions that other logs have too are put into `shared`, `secret` is this machine's."""
        self._connection = connection
        self._secret = secret
        self._log = log
        self._shared = shared
        self._rows: dict[bytes, Row] = {}
        others = connection.execute("SELECT 1 FROM log WHERE number != ? LIMIT 1", (log.number,)).fetchone()
        self._alone = others is None
        self._last: bytes | None = None if log.offset else b""
        """No row of the log has a later id; None if unknown. Ids ascend in a log, so few are looked up."""

    def take(self, file: BinaryIO, tell: Callable[[int], object]) -> None:
        """Continue reading the log; `tell` gets the size of each piece."""
        log, told = self._log, self._log.offset
        file.seek(log.offset)
        cut = False
        """Whether the last part read is the start of a line that is too long to be one."""
        while text := file.readline(LONGEST_LINE):
            start, number, was_cut = log.offset, log.lines + 1, cut
            log.offset += len(text)
            log.whole = crc32(text, log.whole)
            log.is_open = not text.endswith(b"\n")
            log.lines += not log.is_open
            cut = log.is_open and len(text) == LONGEST_LINE
            if was_cut or cut:
                if not was_cut:
                    log.damaged.append((number, f"it is longer than {LONGEST_LINE:,} bytes"))
            elif text.strip():
                try:
                    self._line(text.rstrip(b"\r\n"), start)
                except ERRORS as error:
                    log.damaged.append((number, why(error)))
            if len(self._rows) >= _BATCH:
                self._put()
            if log.offset - told >= _PIECE:
                tell(log.offset - told)
                told = log.offset
        self._put()
        tell(log.offset - told)

    def _line(self, text: bytes, start: int) -> None:
        ours = has_seal(text, self._secret)
        line = read_grade_line(text)
        if isinstance(line, GradeLine):
            self._begin(line, start, ours=ours)
        elif isinstance(line, OutcomeLine) and self._row(blob(line.of)) is not None:
            self._follow(FollowUp(line.of, Step.WRITTEN), start, changes=line.has_change, ours=ours)
        else:
            self._other_line(text, start, ours=ours)

    def _other_line(self, text: bytes, start: int, *, ours: bool) -> None:
        said = read_line(text, lambda name: self._row(blob(name)) is not None)
        if isinstance(said, Action):
            self._begin(said, start, ours=ours)
        elif isinstance(said, FollowUp):
            self._follow(said, start, changes=said.change is not None, ours=ours)
        else:
            self._log.state.moves.append(said)

    def _begin(self, action: Action | GradeLine, start: int, *, ours: bool) -> None:
        row = Row.begun(self._log.number, start, action, ours=ours)
        if (before := self._row(row.id)) is not None:  # repeated, as in a log that was merged in twice
            row.place, row.turn = before.place, before.turn
        self._rows[row.id] = row
        if self._last is not None:
            self._last = max(self._last, row.id)
        self._log.state.begin()

    def _follow(self, said: FollowUp, start: int, *, changes: bool, ours: bool) -> None:
        self._rows[blob(said.of)].follow(said, start, changes=changes, ours=ours)
        self._log.state.follow(said)

    def _row(self, name: bytes) -> Row | None:
        row = self._rows.get(name)
        if row is None and (self._last is None or name <= self._last):
            asked = "SELECT * FROM action WHERE id = ? AND log = ?"
            found = self._connection.execute(asked, (name, self._log.number)).fetchone()
            if found is not None:
                row = self._rows[name] = Row(*found)
        return row

    def _put(self) -> None:
        rows = self._rows.values()
        for row in rows:
            row.counts = row.counts_alone
        self._connection.executemany(_PUT, [_values(row) for row in rows])
        if not self._alone:
            asked = "SELECT 1 FROM action WHERE id = ? AND log != ? LIMIT 1"
            other = (row.id for row in rows if self._connection.execute(asked, (row.id, row.log)).fetchone())
            self._shared.update(other)
        self._rows = {}
