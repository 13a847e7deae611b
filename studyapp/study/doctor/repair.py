"""Makes repairs: safe fixes, their effect on a note, and how they are written.

A fix changes only schedule comments, and is tried on the note before it is offered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from studyapp.core.errors import JournalError, StudyError
from studyapp.core.notes.cards import Question
from studyapp.core.notes.questions import read_questions
from studyapp.core.schedule.entries import Entry, comment_text
from studyapp.core.text.note_text import Edit, NoteText, StaleEditError, apply, digest_of
from studyapp.core.workspace.store import Store
from studyapp.study.doctor.comments import Comment, later, outside
from studyapp.study.doctor.findings import Fix, combined, difference
from studyapp.study.doctor.subject import Subject, standing_of

_ROUNDS: Final = 8
"""Rounds of fixes: fixes that touch each other are made one after another."""


def drop(subject: Subject, mark: Comment) -> Edit:
    """Remove a comment: with its line if it has its own, else with the space before it."""
    text, line = subject.text, mark.line
    if mark.alone and line:
        return text.edit(text.line_end(line - 1), text.line_end(line), "")
    start, end = mark.start, mark.end
    if start > text.place(line) and text.text[start - 1] == " ":
        start -= 1
    return text.edit(start, end, "")


def moved(subject: Subject, mark: Comment, behind: Question) -> tuple[Edit, Edit]:
    """Move a comment up to the line below a question; only white space is between."""
    below = subject.text.place(behind.sources[-1] + 1)
    return subject.text.edit(mark.start, mark.end, ""), subject.text.edit(below, below, mark.text)


def appended(subject: Subject, mark: Comment, behind: Question) -> Edit:
    """Put a comment on a line of its own below a question."""
    end = subject.text.line_end(behind.sources[-1])
    return subject.text.edit(end, end, subject.text.newline + mark.text)


def reworded(subject: Subject, mark: Comment, entries: Sequence[str]) -> Edit:
    """Replace the entries of a comment."""
    return subject.text.edit(mark.start, mark.end, comment_text(list(entries)))


def merged(one: Sequence[Entry], other: Sequence[Entry]) -> list[str] | None:
    """The entries of two comments about the same cards, with the later review of each; None if uncertain."""
    if len(one) != len(other) or not one:
        return None
    chosen = [later(first, second) for first, second in zip(one, other, strict=True)]
    return None if None in chosen else [entry.raw for entry in chosen if entry is not None]


def certain(
    subject: Subject, edits: Sequence[Edit], question: Question, entries: Sequence[str], what: str
) -> Fix | None:
    """Try edits that should leave one question with these entries and change nothing else; None if they do not.

    Also None once so many have been tried that one note would take minutes; the next round tries again.
    """
    note = subject.note
    if note.conflicted or not subject.may_try():
        return None
    try:
        new = apply(subject.text.raw, edits)
    except StaleEditError:
        return None
    if outside(new) != subject.outside:
        return None
    wanted = [*subject.standing]
    place = next(number for number, one in enumerate(note.questions) if one is question)
    wanted[place] = (*wanted[place][:2], tuple(entries))
    if standing_of(read_questions(subject.path, NoteText(new), subject.settings)) != wanted:
        return None
    return Fix(subject.path, note.digest, tuple(edits), what)


class Repair(Struct, frozen=True):
    """A note with its fixes."""

    path: str
    old: bytes
    new: bytes
    rounds: tuple[tuple[Edit, ...], ...]
    """The edits from one to the other; each round refers to the result of the round before."""
    fixes: tuple[Fix, ...]

    @property
    def difference(self) -> list[str]:
        """The lines of a unified difference."""
        return difference(self.path, self.old, self.new)


def repair(path: str, raw: bytes, fixes: Callable[[bytes], Sequence[Fix]]) -> Repair | None:
    """A note with all fixes offered for its bytes, until none is left; None if there are none."""
    rounds: list[tuple[Edit, ...]] = []
    made: list[Fix] = []
    new = raw
    for _ in range(_ROUNDS):
        offered = fixes(new)
        edits, after = combined(offered, new)
        if not edits or outside(after) != outside(raw):
            break
        made += offered
        rounds.append(edits)
        new = after
    return Repair(path, raw, new, tuple(rounds), tuple(made)) if new != raw else None


def repair_once(path: str, raw: bytes, fixes: Iterable[Fix]) -> Repair | None:
    """A note with the fixes made for these bytes; None if there are none."""
    chosen = tuple(fix for fix in fixes if fix.digest == digest_of(raw))
    edits, new = combined(chosen, raw)
    return Repair(path, raw, new, (edits,), chosen) if edits and outside(new) == outside(raw) else None


def by_note(fixes: Iterable[Fix]) -> dict[str, list[Fix]]:
    """The fixes of each note."""
    found: dict[str, list[Fix]] = {}
    for fix in fixes:
        found.setdefault(fix.path, []).append(fix)
    return found


class Repaired(Struct, frozen=True):
    """The outcome of a repair."""

    repair: Repair
    raw: bytes | None
    """The note's current bytes; None if it was not written."""
    why_not: str | None = None
    """Why it was not written, or only in part."""
    log_failed: bool = False


def repair_all(store: Store, repairs: Iterable[Repair], now: datetime) -> list[Repaired]:
    """Make repairs, each logged so that it can be undone; notes that have changed since are left alone."""
    done: list[Repaired] = []
    for repair in repairs:
        done.append(_repair(store, repair, now))
        if done[-1].log_failed:
            break  # nothing more could be undone
    return done


def _repair(store: Store, repair: Repair, now: datetime) -> Repaired:
    raw = repair.old
    written: bytes | None = None
    for edits in repair.rounds:
        try:
            written = store.edit(repair.path, raw, edits, now).raw
        except StudyError as error:
            return Repaired(repair, written, str(error), isinstance(error, JournalError))
        raw = written if written is not None else raw
    return Repaired(repair, written)
