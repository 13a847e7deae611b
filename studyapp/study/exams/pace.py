"""Whether the pace is enough for an exam: new cards and last looks a day, against the limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from msgspec import Struct

from studyapp.core.log.actions import ActionKind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import midnight
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Fsrs, Schedule, due_date
from studyapp.core.schedule.exam import Exam, last_seen
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.book import ExamBook
from studyapp.study.exams.limits import DailyLimits, Room, graded_by_deck


class Pace(Struct, frozen=True):
    """What is left to do for an exam."""

    exam: Exam
    days: int
    """Days until the exam, including today."""
    cards: int
    """Cards that are not suspended."""
    new: Room
    """The limits on new cards for the new ones."""
    looks: Room
    """The limits on reviews, in the last days, for those still to be seen in them."""
    late: int
    """Cards due only after the exam, and not seen in the last days."""

    @property
    def suffices(self) -> bool:
        """Whether the limits allow both."""
        return self.new.suffices and self.looks.suffices


def paces(workspace: Workspace) -> Iterator[Pace]:
    """The pace of each upcoming exam, the next one first; the log must not be written meanwhile."""
    book = ExamBook.of(workspace)
    for exam in book.exams:
        yield pace(workspace, book, exam)


def pace(workspace: Workspace, book: ExamBook, exam: Exam) -> Pace:
    """The pace of one exam."""
    now, settings = workspace.clock(), workspace.vault.settings
    today = day_of(now, settings.start_of_day)
    rows = asked_rows(workspace, book, exam)
    seen = {row.id for row in rows if has_been_seen(row.schedule, exam, now)} | seen_since(workspace, exam)
    left = [row for row in rows if row.id not in seen]
    late = sum(row.schedule is not None and is_late(row.schedule, exam, now) for row in left)
    new = [row for row in rows if row.is_new]
    days = [today + timedelta(days=n) for n in range((exam.day - today).days)]
    done_new, done = graded_by_deck(workspace.graded_today(), workspace.vault.decks_of)
    last = exam.days(today - timedelta(days=1))
    return Pace(
        exam,
        len(days),
        len(rows),
        DailyLimits.of_new(settings).room(new, days, done_new),
        DailyLimits.of_reviews(settings).room(left, last, done if last[0] == today else {}),
        late,
    )


def asked_rows(workspace: Workspace, book: ExamBook, exam: Exam) -> list[CardRow]:
    """The cards of an exam that are not suspended; the log must not be written meanwhile."""
    suspended = workspace.states.suspended
    return [row for row in book.rows(exam) if row.id not in suspended]


def seen_since(workspace: Workspace, exam: Exam) -> set[CardId]:
    """The cards that were graded in the last days of an exam, by the log; it must not be written meanwhile."""
    begin = midnight(exam.first, workspace.clock().tzinfo)
    return {one.card for one in workspace.history.since(begin) if one.kind is ActionKind.GRADE}


def has_been_seen(schedule: Schedule | None, exam: Exam, now: datetime) -> bool:
    """Whether the schedule shows that the card was seen in the last days; an SM-2 schedule is not conclusive."""
    day = last_seen(schedule, now) if isinstance(schedule, Fsrs) else None
    return day is not None and day >= exam.first


def is_late(schedule: Schedule, exam: Exam, now: datetime) -> bool:
    """Whether a card is due only after an exam."""
    day = due_date(schedule, now)
    return day is None or day >= exam.day
