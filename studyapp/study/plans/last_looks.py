"""The last looks before an exam, planned for all of its cards at once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from math import ceil
from typing import NamedTuple

from msgspec.structs import replace

from studyapp.core.errors import StudyError
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Schedule, due_date, is_learning
from studyapp.core.schedule.exam import DayLoad, Exam, last_look, last_seen, moved_to, waits
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.book import ExamBook, load_of, question_of
from studyapp.study.exams.pace import asked_rows, has_been_seen, seen_since


def exam_named(book: ExamBook, name: str) -> Exam:
    """The exam of that name.

    Raises:
        StudyError: if there is none to come.
    """
    for exam in book.exams:
        if exam.name == name:
            return exam
    known = ", ".join(exam.name for exam in book.exams) or "none"
    raise StudyError(f"there is no exam {name!r} to come; there are: {known}. `studyapp exam` makes one")


def last_looks(workspace: Workspace, name: str) -> tuple[list[CardRow], Iterator[tuple[CardRow, Schedule]]]:
    """The cards of an exam, and those that get another due day, with it; the log must not be written meanwhile.

    Raises:
        StudyError: if there is no such exam to come.
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
    of_exam: Counter[date] = Counter()
    own = settings.for_decks(() if exam.deck is None else (exam.deck,))

    taken: defaultdict[tuple[str, str, int], set[date]] = defaultdict(set)

    def load(exam: Exam, day: date) -> DayLoad:
        return load_of(settings, own, exam, day, of_exam[day], of_all[day])

    def put(one: _Waiting, day: date) -> None:
        of_exam[day] += 1
        of_all[day] += 1
        taken[question_of(one.row)].add(day)

    share = len(wait) / max(0.01, sum(load(exam, day).share for day in days))
    moves = []
    for one in wait:
        at = load(exam, one.day)
        alone = one.day not in taken[question_of(one.row)]
        if one.day in days and alone and not at.is_full and at.of_exam < ceil(share * at.share):
            put(one, one.day)
        else:
            moves.append(one)
    for one in moves:
        siblings = taken[question_of(one.row)]

        def beside(exam: Exam, day: date, siblings: Collection[date] = siblings) -> DayLoad:
            return replace(load(exam, day), has_sibling=day in siblings)

        day = last_look(one.day, one.seen, exam, days, beside)
        put(one, day)
        if day != one.day:
            yield one.row, moved_to(one.schedule, day, now)


class _Waiting(NamedTuple):
    """A card that is to be seen in the last days, and not before."""

    row: CardRow
    schedule: Schedule
    day: date
    seen: date


def _waiting(workspace: Workspace, exam: Exam, rows: list[CardRow], today: date) -> Iterator[_Waiting]:
    now, since = workspace.clock(), seen_since(workspace, exam)
    for row in rows:
        schedule = row.schedule
        day = None if schedule is None else due_date(schedule, now)
        if schedule is None or day is None or day <= today or row.id in since or has_been_seen(schedule, exam, now):
            continue
        seen = min(last_seen(schedule, now) or today, today)
        if waits(day, seen, exam) and not (is_learning(schedule) and day < exam.day):
            yield _Waiting(row, schedule, day, seen)
