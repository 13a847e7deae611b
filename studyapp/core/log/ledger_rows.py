"""The rows of the ledger: how far each log was read, and the actions; see `core.log.ledger`."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Self
from zlib import crc32

from msgspec import Struct, field
from msgspec.structs import astuple, replace

from studyapp.core.device import has_seal
from studyapp.core.disk.cache import blob, microseconds, text_of
from studyapp.core.disk.files import LONGEST_LINE
from studyapp.core.disk.stamp import Stamp
from studyapp.core.log.actions import RENAMED, Action, ActionKind, Marking, Status
from studyapp.core.log.lines import action_of, change_of, moment, move_of, move_values
from studyapp.core.log.state import FollowUp, LogState, Step
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade, read_entry

if TYPE_CHECKING:
    from studyapp.core.log.grade_lines import GradeLine

VERSION = 3
"""Of this schema, and of what the columns mean."""
OWN = 0
"""The number of the device's own log."""
SCHEMA = (
    "CREATE TABLE log (number INTEGER PRIMARY KEY, name BLOB NOT NULL, facts TEXT NOT NULL)",
    """CREATE TABLE action (
        log INTEGER NOT NULL, id BLOB NOT NULL, place INTEGER NOT NULL, start INTEGER NOT NULL,
        changed INTEGER NOT NULL, kind TEXT NOT NULL, at TEXT NOT NULL, moment INTEGER NOT NULL, card BLOB NOT NULL,
        grade TEXT, seconds REAL, before BLOB, after BLOB NOT NULL, marks TEXT, status TEXT NOT NULL,
        why TEXT NOT NULL, undo_at TEXT, lapse INTEGER NOT NULL, ours INTEGER NOT NULL,
        turn INTEGER, counts INTEGER NOT NULL,
        UNIQUE (id, log)
    )""",
    "CREATE INDEX place ON action (log, place)",
    "CREATE INDEX moment ON action (moment, id) WHERE counts",
    "CREATE INDEX lapse ON action (card) WHERE counts AND lapse",
    "CREATE INDEX marked ON action (moment, id) WHERE counts AND marks IS NOT NULL",
    "CREATE INDEX unsettled ON action (log, place) WHERE status IN ('intended', 'pending', 'undoing')",
)
RECORD = "id, kind, at, card, grade, seconds, before, after, marks"
_SMALL = 1 << 20
"""Bytes of a log that are checked again at each change."""
_END = 1 << 16
_NO_REASON = "null"


class Log(Struct):
    """How far one log was read, and its contents besides actions."""

    number: int
    name: bytes
    stamp: Stamp | None = None
    offset: int = 0
    """The number of bytes read."""
    lines: int = 0
    """The number of line ends among them."""
    whole: int = 0
    """Their checksum."""
    end: int = 0
    """The checksum of the last of them."""
    is_open: bool = False
    """Whether the last line had no end."""
    damaged: list[tuple[int, str]] = field(default_factory=list)
    """The lines that do not count, and why."""
    state: LogState = field(default_factory=LogState)

    @classmethod
    def of(cls, row: tuple[int, bytes, str]) -> Self:
        """Read a row."""
        number, name, text = row
        stamp, offset, lines, whole, end, is_open, damaged, moves, undone, passed = json.loads(text)
        known = [(line, reason) for line, reason in damaged]
        state = LogState([move_of(line) for line in moves], undone, passed)
        return cls(number, name, Stamp(*stamp), offset, lines, whole, end, is_open, known, state)

    def row(self) -> tuple[int, bytes, str]:
        """The values of its row."""
        state = [move_values(move) for move in self.state.moves], self.state.undone, self.state.passed
        return self.number, self.name, json.dumps([*astuple(self)[2:-1], *state])

    def goes_on_in(self, file: BinaryIO, stamp: Stamp) -> bool:
        """Whether a file starts with what was read of this log.

        Of a large one in the same place that only grew, only the end of that is checked: a program that appends
        leaves the rest as it is, and any other change moves bytes or makes another file.
        """
        if stamp.size < self.offset or self.stamp is None:
            return self.offset == 0
        only_end = self._grew_to(stamp) and self.offset > _SMALL
        if (self._end_of(file) != self.end) if only_end else (_checksum(file, 0, self.offset) != self.whole):
            return False
        file.seek(self.offset)
        return not self.is_open or file.read(1) in (b"", b"\n")

    def unread_in(self, stamp: Stamp) -> int:
        """How many bytes of a file must be read; all of them if more than appended lines may have changed."""
        if stamp == self.stamp:
            return 0
        return stamp.size - self.offset if self._grew_to(stamp) else stamp.size

    def _grew_to(self, stamp: Stamp) -> bool:
        return self.stamp is not None and stamp.size > self.offset and stamp.inode == self.stamp.inode

    def settle(self, file: BinaryIO, stamp: Stamp) -> None:
        """Record that it was read as far as `offset`; `stamp` is from before."""
        self.end, self.stamp = self._end_of(file), stamp

    def _end_of(self, file: BinaryIO) -> int:
        start = max(0, self.offset - _END)
        return _checksum(file, start, self.offset - start)


def _checksum(file: BinaryIO, start: int, size: int) -> int:
    file.seek(start)
    value = 0
    while size and (data := file.read(min(size, _SMALL))):
        value, size = crc32(data, value), size - len(data)
    return value


class Row(Struct):
    """One action of one log."""

    log: int
    id: bytes
    place: int
    """Its position in the order of undo: the byte of the line that put it there."""
    start: int
    """The byte at which its line starts."""
    changed: int
    """The byte at which the line starts that says how it changed its note."""
    kind: str
    at: str
    moment: int
    card: bytes
    grade: str | None
    seconds: float | None
    before: bytes | None
    after: bytes
    marks: str | None
    status: str
    why: str
    """As JSON: why it is pending."""
    undo_at: str | None
    lapse: bool
    """Whether the card had been learned and was forgotten."""
    ours: bool
    """Whether its lines have this machine's seal."""
    turn: int | None = None
    """Twice the time of its last undo or redo, by the clock; one more for a redo."""
    counts: bool = False
    """Whether it counts, and is the counting one of equal ones in several logs."""

    @classmethod
    def begun(cls, log: int, place: int, action: Action | GradeLine, *, ours: bool) -> Self:
        """The row of a line that holds an action."""
        marks = [[str(mark.card), mark.name, mark.value] for mark in action.marks]
        before, after = None if action.before is None else blob(action.before), blob(action.after)
        return cls(
            log,
            blob(action.id),
            place,
            place,
            place,
            action.kind.value,
            action.at.isoformat(),
            microseconds(action.at),
            blob(str(action.card)),
            action.grade.value if action.grade is not None else None,
            action.seconds,
            before,
            after,
            json.dumps(marks) if marks else None,
            action.status.value,
            _NO_REASON,
            None,
            is_lapse(action),
            ours,
        )

    def follow(self, said: FollowUp, start: int, *, changes: bool, ours: bool) -> None:
        """Take in a later line about it, which may say how it changed its note."""
        self.ours = self.ours and ours
        self.status = said.status(ActionKind(self.kind)).value
        self.why = _NO_REASON if said.why is None else json.dumps(said.why)
        self.undo_at = None if said.undo_at is None else said.undo_at.isoformat()
        if changes:
            self.changed = start
        if said.step is Step.REDO:
            self.place = start  # it is the last one again
        if said.at is not None and said.step is not Step.UNDOING:
            turn = 2 * microseconds(said.at) + (said.step is Step.REDO)
            self.turn = turn if self.turn is None else max(turn, self.turn)

    @property
    def counts_alone(self) -> bool:
        """Whether it counts if no other log has it: in our own log the last line decides, else the clock."""
        if self.log == OWN or self.turn is None:
            return self.status != Status.UNDONE
        return bool(self.turn % 2)

    @property
    def undone_at(self) -> int:
        """When it was undone."""
        return self.moment if self.undo_at is None else microseconds(moment(self.undo_at))

    def action(self, file: BinaryIO, secret: bytes | None) -> Action:
        """Read the whole action from its log; one of `ERRORS` if the log is a different one by now."""
        line, ours = _line_at(file, self.start, secret)
        action, ours = action_of(line), ours and bool(self.ours)
        if blob(action.id) != self.id:
            raise ValueError("another action stands there")
        change = action.change
        if self.changed != self.start:
            line, last = _line_at(file, self.changed, secret)
            change, ours = change_of(line), ours and last
        undo_at = None if self.undo_at is None else moment(self.undo_at)
        status, why = Status(self.status), json.loads(self.why)
        return replace(action, status=status, change=change, why=why, undo_at=undo_at, ours=ours)


def _line_at(file: BinaryIO, start: int, secret: bytes | None) -> tuple[dict[str, Any], bool]:
    """A line, and whether it has this machine's seal: it need not be the one that the row was made from."""
    file.seek(start)
    text = file.readline(LONGEST_LINE).rstrip(b"\r\n")
    line: dict[str, Any] = json.loads(text)
    return line, has_seal(text, secret)


_KINDS: Final[Mapping[str, ActionKind]] = {kind.value: kind for kind in ActionKind}
_GRADES: Final[Mapping[str, Grade]] = {grade.value: grade for grade in Grade}
"""A look into these takes a third of the time of a call of the enumeration; logs have many rows."""


class Record(Struct, frozen=True):
    """A brief record of what was done to a card; the names are those of an `Action`."""

    id: str
    kind: ActionKind
    at: datetime
    name: str
    """The card's id, as text."""
    grade: Grade | None
    seconds: float | None
    before: str | None
    after: str
    marked: str | None

    @classmethod
    def of(cls, row: tuple[Any, ...]) -> Self:
        """Read a row that begins with the columns of `RECORD`."""
        name, kind, at, card, grade, seconds, before, after, marks = row[:9]
        return cls(
            text_of(name),
            _KINDS[kind],
            datetime.fromisoformat(at),
            text_of(card),
            None if grade is None else _GRADES[grade],
            seconds,
            None if before is None else text_of(before),
            text_of(after),
            marks,
        )

    @property
    def card(self) -> CardId:
        """The card that it was done to."""
        return CardId.parse(self.name)

    @property
    def marks(self) -> tuple[Marking, ...]:
        """The marks that it sets."""
        made = json.loads(self.marked) if self.marked else ()
        return tuple(Marking(CardId.parse(card), name, value) for card, name, value in made)

    @property
    def renamed(self) -> list[tuple[str, str]]:
        """The names that cards have as long as it counts."""
        return [(str(mark.card), mark.value) for mark in self.marks if mark.name == RENAMED]


Done = Action | Record
"""What was done to a card, in full or brief."""


def was_new(action: Done | GradeLine) -> bool:
    """Whether a grade was the first of its card."""
    return action.before is None or read_entry(action.before).schedule is None


def is_lapse(action: Done | GradeLine) -> bool:
    """Whether an action is an Again of a card that was not new."""
    return action.grade is Grade.AGAIN and not was_new(action)


def recount(connection: sqlite3.Connection, name: bytes) -> None:
    """Decide whether an action in several logs counts, and in which.

    A copy of the own log may be older or, after the log was restored from a backup, newer.
    """
    rows = [Row(*row) for row in connection.execute("SELECT * FROM action WHERE id = ? ORDER BY log", (name,))]
    if not rows:
        return
    turn = max((row.turn for row in rows if row.log != OWN and row.turn is not None), default=None)
    chosen = rows[0] if rows[0].log == OWN else rows[-1]
    counts = chosen.counts_alone if chosen.log == OWN or turn is None else bool(turn % 2)
    if chosen.log == OWN and not counts and turn is not None and turn % 2:
        counts = chosen.undone_at <= turn // 2
    connection.execute("UPDATE action SET counts = 0 WHERE id = ?", (name,))
    connection.execute("UPDATE action SET counts = ? WHERE id = ? AND log = ?", (counts, name, chosen.log))
