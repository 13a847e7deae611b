"""Exams in words: how far away they are, whether the pace is enough, and when a card is seen for one."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from math import inf
from typing import Final

from studyapp.core.log.ledger_rows import Done
from studyapp.core.notes.cards import CardId
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Fsrs, Schedule, due_date
from studyapp.core.schedule.exam import Exam, last_seen
from studyapp.core.visible import visible
from studyapp.study.exams.limits import Room
from studyapp.study.exams.pace import Pace
from studyapp.study.review.session import Session
from studyapp.wording.numbers import days_text

_NO_LIMIT: Final = "; there is no limit."


def name_text(exam: Exam) -> str:
    """The exam's name."""
    return visible(exam.name, newlines=False)


def scope_text(exam: Exam) -> str:
    """Its cards."""
    found = exam.deck if exam.deck is not None else f"what {exam.search} finds"
    return visible(found, newlines=False)


def pace_lines(pace: Pace) -> Iterator[str]:
    """Whether the cards will be ready for an exam, each fact in a sentence."""
    exam = pace.exam
    yield new_a_day_text(pace)
    yield looks_text(pace)
    if pace.late:
        many = f"{count(pace.late, 'card')} would be due only after it"
        command = f"studyapp plan exam {shlex.quote(name_text(exam))}"
        yield f"{many}; `{command}`, or M in the app, moves them before it."


def new_a_day_text(pace: Pace) -> str:
    """How many new cards a day are needed."""
    new = pace.new
    if not new.cards:
        return "No new cards are left."
    reach = "reaches" if new.a_day == 1 else "reach"
    return f"{count(new.a_day, 'new card')} a day {reach} it{_limit(new)}"


def looks_text(pace: Pace) -> str:
    """How many last looks a day are needed."""
    looks = pace.looks
    if not looks.cards:
        return "Every card has had its last look."
    first = max(pace.exam.first, pace.exam.day - timedelta(days=pace.days))
    days = f"from {first} on" if looks.days > 1 else f"on {first}"
    return f"{count(looks.a_day, 'last look')} a day {days}{_limit(looks)}"


def _limit(room: Room) -> str:
    """How the limit compares with that many cards a day."""
    if room.left == inf:
        return _NO_LIMIT
    deck = visible(room.deck, newlines=False)
    limit = "your limits" if room.limit is None else f"{'the' if deck else 'your'} limit of {room.limit:,}"
    whose = f"{limit} for {deck}" if deck else limit
    if room.suffices:
        return f", within {whose}."
    if room.limit is None or room.held_a_day <= room.limit:
        return f"; {whose} leaves room for {room.left:,.0f} of {room.held:,} cards."
    if room.held < room.cards:
        return f", {room.held_a_day:,} of them in {deck}; its limit is {room.limit:,}."
    return f"; {f'the limit of {deck}' if deck else 'your limit'} is {room.limit:,}."


def pace_line(pace: Pace, key: str) -> str:
    """The most important fact in a line: the days left, what falls short; `key` opens the plans."""
    head = f"Exam {name_text(pace.exam)} {days_text(pace.days)}"
    if pace.late:
        return f"{head}: {count(pace.late, 'card')} would be due only after it; {key} moves them before it"
    is_new = not pace.new.suffices or (pace.suffices and pace.new.cards)
    text = new_a_day_text(pace) if is_new else looks_text(pace)
    return f"{head}: {text.removesuffix(_NO_LIMIT).rstrip('.')}"


def exam_facts(
    session: Session,
    card: CardId,
    decks: tuple[str, ...],
    schedule: Schedule | None,
    past: Sequence[Done],
    now: datetime,
) -> list[tuple[str, str]]:
    """What upcoming exams mean for a card, by its schedule and its history."""
    if session.exams is None:
        return []
    days = [done.at.astimezone(now.tzinfo).date() for done in past if done.grade is not None]
    if isinstance(schedule, Fsrs) and (last := last_seen(schedule, now)) is not None:
        days.append(last)
    seen = max(days, default=None)
    return [exam_fact(exam, schedule, seen, now) for exam in session.exams.for_card(card, decks)]


def exam_fact(exam: Exam, schedule: Schedule | None, seen: date | None, now: datetime) -> tuple[str, str]:
    """What an exam means for a card; `seen` is the day of its last review."""
    when = f"{name_text(exam)} on {exam.day}, {days_text((exam.day - now.date()).days)}"
    if seen is not None and seen >= exam.first:
        return "exam", f"{when}; seen in its last days"
    day = None if schedule is None else due_date(schedule, now)
    if day is None:
        return "exam", f"{when}; new"
    if day >= exam.day:
        return "exam", f"{when}; due only after it"
    return "exam", f"{when}; {'last look' if day >= exam.first else 'due before its last days,'} on {day}"
