"""The review log: one append-only file of JSON lines for each device, in the vault's `.studyapp/reviews/`.

The note is the truth about a card's schedule, the log about what was reviewed. An action (a grade, a reset) is logged
before its note is written and its outcome afterwards, so that a crash in between loses nothing. Undo and redo are
actions on actions. Every line holds `v`, the version of this schema.
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
    EDIT = "edit"
    """Schedule comments of a note were mended; that is done to the note as a whole, see `Seen.whole`."""


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
class Action:
    """A grade or a reset of one card, or a repair of a note, and what became of it."""

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
        self.problems: list[Problem] = []
        for line in _lines(path, self.problems):
            self._follow(line)

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

    def _append(self, line: dict[str, Any]) -> None:
        line = {"v": VERSION, **line}
        data = (json.dumps(line, separators=(",", ":")) + "\n").encode("ascii")
        try:
            folders = _make_folders(self.path.parent)
            new = not self.path.exists()
            file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
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
        kind = line["kind"]
        if kind in _ACTIONS:
            action = _action(line)
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
        self.actions[action.id] = replace(
            action, status=_STATUS[kind], change=change, why=line.get("why"), undo_at=undo_at
        )


_ACTIONS = frozenset(ActionKind)
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


def _append_durably(file: int, data: bytes) -> None:
    """Add a line, whole or not at all."""
    fcntl.flock(file, fcntl.LOCK_EX)  # until it is closed: another copy of the program may write here too
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


def _lines(path: Path, problems: list[Problem]) -> Iterator[dict[str, Any]]:
    """The lines that can be understood; the others are reported and stay where they are."""
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
    if kind in _ACTIONS:
        known.add(_action(line).id)
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
    return {
        "at": action.at.isoformat(),
        "card": str(seen.id),
        "grade": action.grade,
        "seconds": None if action.seconds is None else round(action.seconds, 3),
        "before": action.before,
        "after": action.after,
        "seen": [seen.digest, seen.kind, seen.cards, seen.copies, seen.block_id, list(seen.entries)],
    }


def _action(line: dict[str, Any]) -> Action:
    digest, kind, cards, copies, block_id, entries = line["seen"]
    texts = [line["id"], line["after"], digest, *entries]
    texts += [text for text in (line["before"], block_id) if text is not None]
    if not all(isinstance(text, str) for text in texts) or not isinstance(cards, int) or not isinstance(copies, int):
        raise TypeError("a value is of the wrong type")
    seen = Seen(CardId.parse(line["card"]), digest, Kind(kind), cards, copies, block_id, tuple(entries))
    grade = line.get("grade")
    return Action(
        line["id"],
        ActionKind(line["kind"]),
        _moment(line["at"]),
        seen,
        grade and Grade(grade),
        line.get("seconds"),
        line["before"],
        line["after"],
        change=_change(line),
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
