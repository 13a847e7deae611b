"""Whether the pace suffices for an exam: new cards and last looks a day, against the limits."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil

from msgspec import Struct

from studyapp.core.log.actions import ActionKind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import midnight
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Fsrs, Schedule, due_date
from studyapp.core.schedule.exam import Exam, last_seen
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.book import ExamBook, least, limits_of


class Pace(Struct, frozen=True):
    """What is left to do for an exam."""

    exam: Exam
    days: int
    """Until the exam, today included."""
    cards: int
    """Those that are not suspended."""
    new: int
    new_limit: int | None
    """New cards a day; None where that is not limited."""
    looks: int
    """Cards that are to be seen in the last days still."""
    look_days: int
    """The last days that are left."""
    review_limit: int | None
    late: int
    """Cards that would be due only after the exam, and have not been seen in the last days."""

    @property
    def new_a_day(self) -> int:
        """How many reach it."""
        return ceil(self.new / self.days)

    @property
    def looks_a_day(self) -> int:
        """The same for the last looks."""
        return ceil(self.looks / self.look_days)

    @property
    def suffices(self) -> bool:
        """Whether the limits allow both."""
        return _fits(self.new_a_day, self.new_limit) and _fits(self.looks_a_day, self.review_limit)


def _fits(number: int, limit: int | None) -> bool:
    return limit is None or number <= limit


def paces(workspace: Workspace) -> Iterator[Pace]:
    """That of each exam to come, the next one first; nothing may write to the log meanwhile."""
    book = ExamBook.of(workspace)
    for exam in book.exams:
        yield pace(workspace, book, exam)


def pace(workspace: Workspace, book: ExamBook, exam: Exam) -> Pace:
    """That of one of them."""
    now, settings = workspace.clock(), workspace.vault.settings
    today = day_of(now, settings.start_of_day)
    rows = asked_rows(workspace, book, exam)
    seen = {row.id for row in rows if has_been_seen(row.schedule, exam, now)} | seen_since(workspace, exam)
    left = [row for row in rows if row.id not in seen]
    late = sum(row.schedule is not None and is_late(row.schedule, exam, now) for row in left)
    new_limit, review_limit = limits_of(settings, exam)
    return Pace(
        exam,
        (exam.day - today).days,
        len(rows),
        sum(row.is_new for row in rows),
        least((settings.new_cards_per_day or None, new_limit)),
        len(left),
        len(exam.days(today - timedelta(days=1))),
        least((settings.reviews_per_day or None, review_limit)),
        late,
    )


def asked_rows(workspace: Workspace, book: ExamBook, exam: Exam) -> list[CardRow]:
    """The cards of an exam that are not suspended; nothing may write to the log meanwhile."""
    suspended = {card for card, state in workspace.states if state.suspended}
    return [row for row in book.rows(exam) if row.id not in suspended]


def seen_since(workspace: Workspace, exam: Exam) -> set[CardId]:
    """The cards that were graded in the last days of an exam, by the log; it must not be written meanwhile."""
    begin = midnight(exam.first, workspace.clock().tzinfo)
    return {one.card for one in workspace.history.since(begin) if one.kind is ActionKind.GRADE}


def has_been_seen(schedule: Schedule | None, exam: Exam, now: datetime) -> bool:
    """Whether a schedule says that the card was seen in the last days; that of SM-2 cannot say it for certain."""
    day = last_seen(schedule, now) if isinstance(schedule, Fsrs) else None
    return day is not None and day >= exam.first


def is_late(schedule: Schedule, exam: Exam, now: datetime) -> bool:
    """Whether a card is due only after an exam."""
    day = due_date(schedule, now)
    return day is None or day >= exam.day
