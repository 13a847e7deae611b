"""The review log: one append-only file of JSON lines for each device, in the vault's `.studyapp/reviews/`.

The note is the truth about a card's schedule, the log about what was reviewed. An action (a grade, a reset, an edit)
is logged before its note is written and its outcome afterwards, so that a crash in between loses nothing. What no
note says (which cards are suspended, buried, flagged; how cards were called before they were edited) is in the log
alone.
Undo and redo are actions on actions. Every line holds `v`, the version of this schema.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

from studyapp.core.cards import CardId
from studyapp.core.errors import CardNotFoundError, JournalError, Problem
from studyapp.core.rewrite import Seen
from studyapp.core.scan import Kind
from studyapp.core.schedule import Grade
from studyapp.core.text import Edit, Span

VERSION = 1
FOLDER = Path(".studyapp") / "reviews"


class ActionKind(StrEnum):
    """What a person did to a card, or to a note."""

    GRADE = "grade"
    RESET = "reset"
    NOTE = "note"
    """A grade of a whole note."""
    EDIT = "edit"
    """Bytes of a note were replaced: comments mended, a card deleted. That is done to the note as a whole, see
    `Seen.whole`."""
    MARK = "mark"
    """Cards suspended, buried, flagged, or that taken back; no note has anything of it."""

    @property
    def is_in_notes(self) -> bool:
        """Whether it changes a note."""
        return self is not ActionKind.MARK


class Status(StrEnum):
    """What became of an action."""

    INTENDED = "intended"
    """Logged; its outcome is not: the program ended in between, or the write is going on."""
    WRITTEN = "written"
    PENDING = "pending"
    """Kept here because the card could not be found for certain, or its note could not be written."""
    UNDOING = "undoing"
    """In its note, and to be taken out; the outcome is not logged, as with `INTENDED`."""
    UNDONE = "undone"


@dataclass(frozen=True, slots=True)
class Change:
    """How an action changed its note's bytes."""

    digest_before: str
    digest_after: str
    edits: tuple[Edit, ...]
    had_comment: bool
    """Whether the question had a schedule comment before."""
    replaced: str | None = None
    """The entry that the note had for the card just before, which need not be the one that the person saw."""


@dataclass(frozen=True, slots=True)
class Marking:
    """One property of a card that only the log knows, set or taken away."""

    card: CardId
    name: str
    """See `core.state.Mark`."""
    value: str
    """Empty where it is taken away."""


@dataclass(frozen=True, slots=True)
class Move:
    """A card, or every card of a note, that has another name since it was edited or moved."""

    was: str
    """The id that the log has, or a note's path."""
    now: str
    """The id, or the path, that it has; empty for a card that is gone for good."""
    at: datetime
    of_note: bool = False


@dataclass(frozen=True, slots=True)
class Action:
    """What a person did to a card or a note, and what became of it."""

    id: str
    kind: ActionKind
    at: datetime
    """Aware, in the person's zone."""
    seen: Seen
    grade: Grade | None
    seconds: float | None
    """From the card's front to the grade."""
    before: str | None
    """The card's schedule entry before; None if it had none."""
    after: str
    """The card's schedule entry after."""
    status: Status = Status.INTENDED
    change: Change | None = None
    why: str | None = None
    """Why it is pending."""
    undo_at: datetime | None = None
    """When it was to be taken back; None unless it is being undone."""
    marks: tuple[Marking, ...] = ()
    """What a `MARK` sets; also the names that cards have since an `EDIT`, see `RENAMED`."""
    what: str | None = None
    """What an `EDIT` is for, in words."""

    @property
    def card(self) -> CardId:
        """The card that it was done to."""
        return self.seen.id


def new_id() -> str:
    """Name an action; later ones sort later within a device."""
    return f"{datetime.now(UTC):%Y%m%d%H%M%S%f}-{secrets.token_hex(3)}"


def device_name(node: str) -> str:
    """Make a file name of a machine's name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", node).strip(".-").lower()[:60] or "device"


class Journal:
    """One device's log, and the state that follows from it."""

    def __init__(self, path: Path) -> None:
        """Read the log at `path`; it need not exist.

        Raises:
            JournalError: if it exists and cannot be read.
        """
        self.path = path
        self.actions: dict[str, Action] = {}
        self.undone: list[str] = []
        """Actions that can be redone, the last undone one last."""
        self.moves: list[Move] = []
        """How cards and notes are called now that were called otherwise."""
        self.problems: list[Problem] = []
        self._lines = 0
        for line in read_lines(path, self.problems):
            self._follow(line)

    @property
    def state(self) -> tuple[object, ...]:
        """Changes whenever a line is added."""
        return (self._lines, len(self.actions), len(self.moves))

    @property
    def applied(self) -> list[Action]:
        """The actions that count, oldest first."""
        return [action for action in self.actions.values() if action.status is not Status.UNDONE]

    @property
    def waiting(self) -> list[Action]:
        """The actions that are not in their notes yet, or not out of them, oldest first."""
        unsettled = (Status.PENDING, Status.INTENDED, Status.UNDOING)
        return [action for action in self.applied if action.status in unsettled]

    def last_applied(self) -> Action | None:
        """The action that undo takes back."""
        return next(
            (action for action in reversed(self.actions.values()) if action.status is not Status.UNDONE), None
        )

    def last_undone(self) -> Action | None:
        """The action that redo does again."""
        return self.actions[self.undone[-1]] if self.undone else None

    def intend(self, action: Action, change: Change | None) -> Action:
        """Log what is about to be written.

        Raises:
            JournalError: if it cannot be made durable; then nothing must be written.
        """
        self._append({"kind": action.kind, "id": action.id, **_action_json(action), **_change_json(change)})
        return self.actions[action.id]

    def written(self, action: Action, change: Change) -> Action:
        """Log that an action is in its note."""
        self._append({"kind": "written", "of": action.id, **_change_json(change)})
        return self.actions[action.id]

    def pending(self, action: Action, why: str) -> Action:
        """Log that an action is kept here only."""
        self._append({"kind": "pending", "of": action.id, "why": why})
        return self.actions[action.id]

    def dropped(self, action: Action) -> Action:
        """Log that an action was not done after all, and is not to be tried again."""
        self._append({"kind": "dropped", "of": action.id})
        return self.actions[action.id]

    def undoing(self, action: Action, at: datetime) -> Action:
        """Log that an action is about to be taken out of its note."""
        self._append({"kind": "undoing", "of": action.id, "at": at.isoformat()})
        return self.actions[action.id]

    def kept(self, action: Action) -> Action:
        """Log that an action could not be taken out of its note and still counts."""
        self._append({"kind": "kept", "of": action.id})
        return self.actions[action.id]

    def undo(self, action: Action, at: datetime) -> Action:
        """Log that an action was taken back."""
        self._append({"kind": "undo", "of": action.id, "at": at.isoformat()})
        return self.actions[action.id]

    def redo(self, action: Action, at: datetime, change: Change | None) -> Action:
        """Log that an action that was taken back is done again."""
        self._append({"kind": "redo", "of": action.id, "at": at.isoformat(), **_change_json(change)})
        return self.actions[action.id]

    def move(self, move: Move) -> None:
        """Log that a card or a note has another name.

        Raises:
            JournalError: if the log cannot be written.
        """
        self._append(
            {"kind": MOVED, "was": move.was, "now": move.now, "at": move.at.isoformat(), "note": move.of_note}
        )

    def _append(self, line: dict[str, Any]) -> None:
        line = {"v": VERSION, **line}
        data = (json.dumps(line, separators=(",", ":")) + "\n").encode("ascii")
        try:
            folders = _make_folders(self.path.parent)
            new = not self.path.exists()
            file = _open_alone(self.path)
            try:
                _append_durably(file, data)
            finally:
                os.close(file)
            for folder in [*([self.path.parent] if new else []), *folders]:
                sync_folder(folder)
        except OSError as error:
            raise JournalError(
                f"the review log {self.path} cannot be written ({error.strerror or error}); "
                "free some space or mend its permissions, then try again"
            ) from error
        self._follow(line)

    def _follow(self, line: dict[str, Any]) -> None:
        """Bring the state up to date with one line."""
        self._lines += 1
        kind = line["kind"]
        if kind == MOVED:
            self.moves.append(move_of(line))
            return
        if kind in _KINDS:
            action = action_of(line)
            self.actions[action.id] = action
            self.undone.clear()
            return
        action = self.actions[line["of"]]
        change = _change(line) or action.change
        self.undone = [other for other in self.undone if other != action.id]
        if kind == "redo":
            self.actions.pop(action.id)  # it is the last one again
        elif kind == "undo":
            self.undone.append(action.id)
        undo_at = _moment(line["at"]) if kind in ("undoing", "undo") else None
        status = _STATUS[kind]
        if status is Status.INTENDED and not action.kind.is_in_notes:
            status = Status.WRITTEN
        self.actions[action.id] = replace(action, status=status, change=change, why=line.get("why"), undo_at=undo_at)


MOVED = "moved"
"""The kind of a line that says how a card or a note is called now."""
RENAMED = "renamed"
"""The name of a marking whose value is the id that a card has for as long as its action is not taken back."""
_KINDS = frozenset(ActionKind)
"""The kinds of lines that begin an action."""

_STATUS = {
    "written": Status.WRITTEN,
    "pending": Status.PENDING,
    "undoing": Status.UNDOING,
    "kept": Status.WRITTEN,
    "undo": Status.UNDONE,
    "redo": Status.INTENDED,
    "dropped": Status.UNDONE,
}
"""What each kind of line that speaks of an earlier one makes of it."""


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _make_folders(folder: Path) -> list[Path]:
    """Make a folder and those above it; returned are the ones that have got a new name in them."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    return [place.parent for place in missing]


def _open_alone(path: Path) -> int:
    """Open a log to add to it, alone until it is closed: another copy of the program may write here too.

    While that is waited for, the other may have put another file in its place, whose lines would not be these.
    """
    while True:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(file), path.stat()):
                    return file
        except BaseException:
            os.close(file)
            raise
        os.close(file)


def _append_durably(file: int, data: bytes) -> None:
    """Add a line, whole or not at all."""
    end = os.lseek(file, 0, os.SEEK_END)
    if end and os.pread(file, 1, end - 1) != b"\n":
        data = b"\n" + data  # a crash cut the last line; it must not swallow this one
    try:
        while data:
            data = data[os.write(file, data) :]
        os.fsync(file)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(file, end)  # else a line that is only without its end would count after a restart
        raise


def read_lines(path: Path, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    """The lines of a log that can be understood; the others are reported and stay where they are.

    Raises:
        JournalError: if the file is there and cannot be read.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    except OSError as error:
        raise JournalError(
            f"the review log {path} cannot be read ({error.strerror}); mend its permissions"
        ) from error
    known: set[str] = set()
    for number, text in enumerate(data.split(b"\n"), 1):
        if not text.strip():
            continue
        try:
            yield _line(text, known)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError, CardNotFoundError) as error:
            problems.append(
                Problem(
                    "review-log",
                    str(path),
                    number,
                    f"this line of the review log cannot be understood ({str(error)[:200] or type(error).__name__})",
                    "It is left as it is and does not count",
                )
            )


def _line(text: bytes, known: set[str]) -> dict[str, Any]:
    """Read one line; `known` are the actions of the lines before.

    Raises:
        ValueError: or another error, if it cannot be followed.
    """
    line: dict[str, Any] = json.loads(text)
    if line["v"] > VERSION:
        raise ValueError("it was written by a later version of this program")
    kind = line["kind"]
    if kind == MOVED:
        move_of(line)
        return line
    if kind in _KINDS:
        known.add(action_of(line).id)
        return line
    if line["of"] not in known or kind not in _STATUS:
        raise ValueError("it speaks of an action that is not there, or of something that is not known")
    _change(line)
    if kind in ("undoing", "undo"):
        _moment(line["at"])
    return line


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    return moment


def _action_json(action: Action) -> dict[str, Any]:
    seen = action.seen
    more: dict[str, Any] = {"what": action.what} if action.what is not None else {}
    if action.marks:
        more["marks"] = [[str(mark.card), mark.name, mark.value] for mark in action.marks]
    return {
        "at": action.at.isoformat(),
        "card": str(seen.id),
        "grade": action.grade,
        "seconds": None if action.seconds is None else round(action.seconds, 3),
        "before": action.before,
        "after": action.after,
        "seen": [seen.digest, seen.kind, seen.cards, seen.copies, seen.block_id, list(seen.entries)],
        **more,
    }


def move_of(line: dict[str, Any]) -> Move:
    """Read a line about names.

    Raises:
        ValueError: or another error, if it cannot be understood.
    """
    was, now = line["was"], line["now"]
    if not isinstance(was, str) or not isinstance(now, str):
        raise TypeError("a name is no text")
    if not line["note"]:
        CardId.parse(was)
        if now:
            CardId.parse(now)
    return Move(was, now, _moment(line["at"]), bool(line["note"]))


def action_of(line: dict[str, Any]) -> Action:
    """Read a line that holds an action.

    Raises:
        ValueError: or another error, if it cannot be understood.
    """
    digest, kind, cards, copies, block_id, entries = line["seen"]
    texts = [line["id"], line["after"], digest, *entries]
    texts += [text for text in (line["before"], block_id, line.get("what")) if text is not None]
    if not all(isinstance(text, str) for text in texts) or not isinstance(cards, int) or not isinstance(copies, int):
        raise TypeError("a value is of the wrong type")
    seen = Seen(CardId.parse(line["card"]), digest, Kind(kind), cards, copies, block_id, tuple(entries))
    grade = line.get("grade")
    kind = ActionKind(line["kind"])
    marks = tuple(Marking(CardId.parse(card), str(name), str(value)) for card, name, value in line.get("marks", ()))
    return Action(
        line["id"],
        kind,
        _moment(line["at"]),
        seen,
        grade and Grade(grade),
        line.get("seconds"),
        line["before"],
        line["after"],
        status=Status.INTENDED if kind.is_in_notes else Status.WRITTEN,
        change=_change(line),
        marks=marks,
        what=line.get("what"),
    )


def _change_json(change: Change | None) -> dict[str, Any]:
    if change is None:
        return {}
    return {
        "digests": [change.digest_before, change.digest_after],
        "edits": [[edit.span.start, _text(edit.old), _text(edit.new)] for edit in change.edits],
        "had_comment": change.had_comment,
        "replaced": change.replaced,
    }


def _change(line: dict[str, Any]) -> Change | None:
    if "digests" not in line:
        return None
    edits = []
    before, after = line["digests"]
    for start, old, new in line["edits"]:
        if not isinstance(start, int):
            raise TypeError("a place in a note is a whole number")
        was = old.encode("utf-8", "surrogateescape")
        edits.append(Edit(Span(start, start + len(was)), was, new.encode("utf-8", "surrogateescape")))
    replaced = line["replaced"]
    if replaced is not None and not isinstance(replaced, str):
        raise TypeError("what it replaced is no text")
    return Change(before, after, tuple(edits), bool(line["had_comment"]), replaced)


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "surrogateescape")
