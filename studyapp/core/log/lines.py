"""The lines of a review log: JSON, each with `v`, the version of this schema; invalid lines are reported."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from studyapp.core.disk.files import LARGEST_LOG, OddFileError, read_file
from studyapp.core.edits.relocate import Change, Context
from studyapp.core.errors import CardNotFoundError, JournalError, Problem
from studyapp.core.log.actions import Action, ActionKind, Marking, Move
from studyapp.core.log.state import FollowUp, Said, Step
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.text.note_text import Edit, Span, as_bytes, as_text

VERSION = 1
LONGEST = 1 << 26
"""The length, in bytes, at which a line cannot be this program's."""
YEARS = range(1970, 9000)
"""The plausible range of clocks; times outside cannot be moved to another zone."""
MOST_SECONDS = 1e9
"""The seconds at which a card's time is implausible."""
_MOVED = "moved"
"""The kind of a line with the new name of a card or a note."""
_KINDS = frozenset(ActionKind)
"""The kinds of lines that start an action."""
_STEPS = frozenset(Step)
"""The kinds of lines about an earlier one."""

_TIMED = frozenset({Step.UNDOING, Step.UNDO, Step.REDO})
"""What is logged with its time."""


ERRORS = (ValueError, LookupError, TypeError, AttributeError, RecursionError, OverflowError, CardNotFoundError)
"""The errors for an invalid line."""


def damaged(path: Path) -> list[Problem]:
    """The invalid lines of a log; JournalError if the file exists but cannot be read."""
    try:
        data = read_file(path, LARGEST_LOG)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise unreadable_log(path, error) from error
    known: set[str] = set()
    problems: list[Problem] = []
    for number, text in enumerate(data.split(b"\n"), 1):
        if not text.strip():
            continue
        try:
            said = read_line(text, known.__contains__)
        except ERRORS as error:
            problems.append(damage(path, number, why(error)))
        else:
            if isinstance(said, Action):
                known.add(said.id)
    return problems


def unreadable_log(path: Path, error: OSError) -> JournalError:
    """The error for a log that exists but cannot be read."""
    remedy = "put it elsewhere" if isinstance(error, OddFileError) else "fix its permissions"
    return JournalError(f"can't read the review log {path} ({error.strerror}); {remedy}")


def why(error: Exception) -> str:
    """Why a line is invalid."""
    return str(error)[:200] or type(error).__name__


def damage(path: Path, number: int, reason: str) -> Problem:
    """The finding for an invalid line."""
    return Problem(
        "review-log",
        str(path),
        number,
        f"this line of the review log cannot be understood ({reason})",
        "It stays in the log and does not count",
    )


def read_line(text: bytes, is_known: Callable[[str], bool]) -> Said:
    """Parse one line; one of `ERRORS` if it is invalid.

    `is_known` tells whether the lines before contain an action with that id.
    """
    if len(text) >= LONGEST:
        raise ValueError("it is too long")
    line: dict[str, Any] = json.loads(text)
    if line["v"] > VERSION:
        raise ValueError("a later version of this program wrote it")
    kind = line["kind"]
    if kind == _MOVED:
        return move_of(line)
    if kind in _KINDS:
        return action_of(line)
    of, reason = line["of"], line.get("why")
    if not isinstance(of, str) or kind not in _STEPS or not is_known(of):
        raise ValueError("it refers to an action that is not there, or to something unknown")
    if not isinstance(reason, str | None):
        raise TypeError("a reason is not text")
    step, change = Step(kind), change_of(line)
    at = moment(line["at"]) if step in _TIMED else None
    return FollowUp(of, step, at, reason, change, step is Step.KEPT and line.get("passed") is True)


def line_of(said: Said) -> bytes:
    """The line to write; `read_line` reads it."""
    if isinstance(said, Move):
        line = {"kind": _MOVED, **move_values(said)}
    elif isinstance(said, Action):
        line = {"kind": said.kind, "id": said.id, **_action_values(said), **_change_values(said.change)}
    else:
        facts = {"at": said.at and said.at.isoformat(), "why": said.why, "passed": said.passed or None}
        known = {name: fact for name, fact in facts.items() if fact is not None}
        line = {"kind": said.step, "of": said.of, **known, **_change_values(said.change)}
    return json.dumps({"v": VERSION, **line}, separators=(",", ":")).encode("ascii")


def moment(text: str) -> datetime:
    """Parse an instant, which must name its zone; ValueError if it does not, or is implausible."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"{text} has no time zone")
    if instant.year not in YEARS:
        raise ValueError(f"{text} is not the time of a review")
    return instant


def _action_values(action: Action) -> dict[str, Any]:
    """The fields of an action."""
    seen = action.seen
    more: dict[str, Any] = {"what": action.what} if action.what is not None else {}
    if action.group is not None:
        more["group"] = action.group
    if action.marks:
        more["marks"] = [[str(mark.card), mark.name, mark.value] for mark in action.marks]
    return {
        "at": action.at.isoformat(),
        "card": str(seen.id),
        "grade": action.grade,
        "seconds": action.seconds,
        "before": action.before,
        "after": action.after,
        "seen": [seen.digest, seen.kind, seen.cards, seen.copies, seen.block_id, list(seen.entries)],
        **more,
    }


def move_values(move: Move) -> dict[str, Any]:
    """The fields of a move; `move_of` reads them."""
    return {"was": move.was, "now": move.now, "at": move.at.isoformat(), "note": move.of_note}


def move_of(line: dict[str, Any]) -> Move:
    """Parse a line about names; one of `ERRORS` if it is invalid."""
    was, now = line["was"], line["now"]
    if not isinstance(was, str) or not isinstance(now, str):
        raise TypeError("a name is not text")
    if not line["note"]:
        CardId.parse(was)
        if now:
            CardId.parse(now)
    return Move(was, now, moment(line["at"]), bool(line["note"]))


def action_of(line: dict[str, Any]) -> Action:
    """Parse a line with an action; one of `ERRORS` if it is invalid."""
    from studyapp.core.edits.identity import Seen

    digest, kind, cards, copies, block_id, entries = line["seen"]
    texts = [line["id"], line["after"], digest, *entries]
    texts += [text for text in (line["before"], block_id, line.get("what"), line.get("group")) if text is not None]
    if not all(isinstance(text, str) for text in texts) or not isinstance(cards, int) or not isinstance(copies, int):
        raise TypeError("a value is of the wrong type")
    seen = Seen(CardId.parse(line["card"]), digest, Kind(kind), cards, copies, block_id, tuple(entries))
    grade, seconds = line.get("grade"), line.get("seconds")
    if seconds is not None and not abs(float(seconds)) < MOST_SECONDS:
        raise ValueError(f"{seconds} is not a number of seconds")
    kind = ActionKind(line["kind"])
    marks = tuple(Marking(CardId.parse(card), str(name), str(value)) for card, name, value in line.get("marks", ()))
    return Action(
        line["id"],
        kind,
        moment(line["at"]),
        seen,
        None if grade is None else Grade(grade),
        None if seconds is None else float(seconds),
        line["before"],
        line["after"],
        status=kind.begun,
        change=change_of(line),
        marks=marks,
        what=line.get("what"),
        group=line.get("group"),
    )


def _change_values(change: Change | None) -> dict[str, Any]:
    """The fields of a change; `change_of` reads them."""
    if change is None:
        return {}
    around = [[as_text(one.before), as_text(one.after)] for one in change.contexts]
    return {
        **({"around": around} if around else {}),
        "digests": [change.digest_before, change.digest_after],
        "edits": [[edit.span.start, as_text(edit.old), as_text(edit.new)] for edit in change.edits],
        "had_comment": change.had_comment,
        "replaced": change.replaced,
    }


def change_of(line: dict[str, Any]) -> Change | None:
    """The change in a line, if any; one of `ERRORS` if it is invalid."""
    if "digests" not in line:
        return None
    edits = []
    before, after = line["digests"]
    if not isinstance(before, str) or not isinstance(after, str):
        raise TypeError("a digest is not text")
    for start, old, new in line["edits"]:
        if not isinstance(start, int) or start < 0:
            raise TypeError("a place in a note is a whole number")
        was = as_bytes(old)
        edits.append(Edit(Span(start, start + len(was)), was, as_bytes(new)))
    replaced = line["replaced"]
    if replaced is not None and not isinstance(replaced, str):
        raise TypeError("what it replaced is not text")
    around = tuple(Context(as_bytes(one), as_bytes(other)) for one, other in line.get("around", ()))
    return Change(before, after, tuple(edits), bool(line["had_comment"]), replaced, around)
