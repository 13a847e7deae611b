"""Examines one note: what is wrong in it, and what only the whole vault can explain."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from studyapp.core.disk.files import read_note
from studyapp.core.errors import NoteError, Severity
from studyapp.core.notes.links import Catalogue
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.study.doctor.advice.fit import Schedules, schedules_of
from studyapp.study.doctor.checks import fences, foreign, formulas, questions, schedules, unseen
from studyapp.study.doctor.checks.orphans import Orphans
from studyapp.study.doctor.checks.questions import Asked, asked
from studyapp.study.doctor.checks.references import Links
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject, Surroundings

Check = Callable[[Subject], Iterable[Finding]]

NOTE_CHECKS: Final[tuple[Check, ...]] = (
    foreign.markers,
    schedules.malformed,
    schedules.lengths,
    schedules.doubled,
    schedules.misplaced,
    questions.cut,
    unseen.unseen_note,
    unseen.deckless,
    unseen.separators,
    unseen.swallowed,
    unseen.sides,
    fences.code_cards,
    formulas.clozes,
    foreign.of_note,
)
"""The checks of single notes."""

_KEPT: Final = frozenset({"front-matter", "no-cards", "too-many-decks"})
"""Problems found while reading that the checks find again, with better words."""


class LoggedError(Exception):
    """What a note holds cannot be told without the review log."""


class Account(Struct):
    """The result for one note."""

    findings: list[Finding]
    questions: list[Asked] = field(default_factory=list)
    orphans: Orphans = field(default_factory=Orphans)
    links: Links = field(default_factory=Links)
    schedules: Schedules | None = None


def look_at(
    root: Path, path: str, settings: Settings, around: Surroundings, catalogue: Catalogue, more: Sequence[Check]
) -> Account:
    """Examine a note with `NOTE_CHECKS` and more; only `around` makes it fail, with a LoggedError."""
    try:
        raw = read_note(root / path)
    except NoteError as error:
        return Account([Finding("unreadable-note", path, None, str(error), "Make it readable", Severity.ERROR)])
    try:
        subject = Subject(path, NoteText(raw), settings, around)
        look = Account([Finding.of(problem) for problem in subject.note.problems if problem.code in _KEPT])
        look.findings += of_subject(subject, more)
        look.findings += look.orphans.look(subject)
        look.questions = asked(subject)
        look.findings += look.links.look(subject, catalogue)
        look.schedules = schedules_of(subject, look.orphans.lost)
        look.orphans.lost = []
    except LoggedError:
        raise
    except Exception as error:  # noqa: BLE001  # one bad note never stops the others
        return Account([_unexamined(path, error)])
    return look


def look_at_name(root: Path, path: str, known: Collection[str]) -> Account | None:
    """The result for a copy or another program's note, by its name; None for any other."""
    try:
        found = foreign.copy(root, path, known) or foreign.data_note(path)
    except Exception as error:  # noqa: BLE001  # one bad note never stops the others
        found = _unexamined(path, error)
    return None if found is None else Account([found])


def of_subject(subject: Subject, more: Sequence[Check] = ()) -> Iterator[Finding]:
    """Run the checks of single notes; a failure does not keep the others from running."""
    for check in (*NOTE_CHECKS, *more):
        try:
            yield from list(check(subject))
        except Exception as error:  # noqa: BLE001  # one check never stops the others
            yield _unexamined(subject.path, error)


def _unexamined(path: str, error: Exception) -> Finding:
    said = " ".join(str(error).split())[:200]
    return Finding(
        "unexamined",
        path,
        None,
        f"this note could not be examined completely ({type(error).__name__}: {said})",
        "The others were; report this",
        Severity.ERROR,
    )
