"""The last looks before an exam, planned for all of its cards at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from studyapp.core.errors import MisuseError
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Schedule, due_date, is_learning
from studyapp.core.schedule.exam import DayLoad, Exam, last_look, last_seen, moved_to, waits
from studyapp.core.settings.fsrs_values import share_of
from studyapp.core.settings.model import Settings
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.book import ExamBook, load_of, question_of
from studyapp.study.exams.limits import DueDays
from studyapp.study.exams.pace import asked_rows, has_been_seen, seen_since


def exam_named(book: ExamBook, name: str) -> Exam:
    """The exam with that name.

    Raises:
        MisuseError: if there is none to come.
    """
    for exam in book.exams:
        if exam.name == name:
            return exam
    known = ", ".join(exam.name for exam in book.exams)
    others = f"there are: {known}. " if known else ""
    raise MisuseError(f"there is no upcoming exam {name!r}; {others}`studyapp exam` makes one")


def last_looks(workspace: Workspace, name: str) -> tuple[list[CardRow], Iterator[tuple[CardRow, Schedule]]]:
    """The cards of an exam, and those that get another due day, with it; the log must not be written meanwhile.

    Raises:
        MisuseError: if there is no such exam to come.
    """
    book = ExamBook.of(workspace)
    exam = exam_named(book, name)
    rows = asked_rows(workspace, book, exam)
    return rows, _moved(workspace, exam, rows)


def _moved(workspace: Workspace, exam: Exam, rows: list[CardRow]) -> Iterator[tuple[CardRow, Schedule]]:
    now, settings = workspace.clock(), workspace.vault.settings
    today = day_of(now, settings.start_of_day)
    days = exam.days(today)
    wait = sorted(_waiting(workspace, exam, rows, today), key=lambda one: (one.day, str(one.row.id)))
    of_all = Counter({now.date() + timedelta(days=ahead): n for ahead, n in workspace.vault.histogram(now).items()})
    of_all.subtract(one.day for one in wait)
    due = DueDays(settings)
    taken: defaultdict[tuple[str, str, int], set[date]] = defaultdict(set)

    def load(one: _Waiting, day: date) -> DayLoad:
        return load_of(due, one.row, one.settings, day, of_all[day], day in taken[question_of(one.row)])

    def put(one: _Waiting, day: date) -> None:
        due.add(one.row.decks, day)
        of_all[day] += 1
        taken[question_of(one.row)].add(day)

    easy_days = settings.for_decks(() if exam.deck is None else (exam.deck,)).easy_days
    share = len(wait) / max(0.01, sum(share_of(easy_days, day) for day in days))
    moves = []
    for one in wait:
        at = load(one, one.day)
        if one.day in days and not (at.has_sibling or at.is_full) and at.of_exam < ceil(share * at.share):
            put(one, one.day)
        else:
            moves.append(one)
    for one in moves:

        def of_one(_exam: Exam, day: date, one: _Waiting = one) -> DayLoad:
            return load(one, day)

        day = last_look(one.day, one.seen, exam, days, of_one)
        put(one, day)
        if day != one.day:
            yield one.row, moved_to(one.schedule, day, now)


class _Waiting(NamedTuple):
    """A card to be seen in the last days, and not before."""

    row: CardRow
    schedule: Schedule
    day: date
    seen: date
    settings: Settings
    """Those that hold for it."""


def _waiting(workspace: Workspace, exam: Exam, rows: list[CardRow], today: date) -> Iterator[_Waiting]:
    now, since = workspace.clock(), seen_since(workspace, exam)
    for row in rows:
        schedule = row.schedule
        day = None if schedule is None else due_date(schedule, now)
        if schedule is None or day is None or day <= today or row.id in since or has_been_seen(schedule, exam, now):
            continue
        seen = min(last_seen(schedule, now) or today, today)
        if waits(day, seen, exam) and not (is_learning(schedule) and day < exam.day):
            yield _Waiting(row, schedule, day, seen, workspace.vault.settings_for(row.path, row.decks))
