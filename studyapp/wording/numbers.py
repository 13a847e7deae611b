"""Puts numbers, intervals, keys and paths into words; no widget, no style."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from studyapp.core.plural import count
from studyapp.core.schedule.entries import Schedule, Sm2, State, days_until

if TYPE_CHECKING:
    from studyapp.study.stats.outlook import Backlog

_MINUTE: Final = 60
_HOUR: Final = 60 * _MINUTE
_DAY: Final = 24 * _HOUR
_MONTH: Final = 30.44
_YEAR: Final = 365.25
"""Days."""

_LARGE: Final = 2_000_000
"""The size of a note, in bytes, at which writing a grade takes longer than a second."""

_KEYS: Final = {
    "question_mark": "?",
    "escape": "Esc",
    "space": "Space",
    "enter": "Enter",
    "slash": "/",
    "number_sign": "#",
    "asterisk": "*",
    "plus": "+",
    "minus": "-",
    "less_than_sign": "<",
    "greater_than_sign": ">",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
}


def ordinal(number: int) -> str:
    """`1st`, `2nd`, `11th`."""
    ends = {1: "st", 2: "nd", 3: "rd"}
    return f"{number:,}" + ("th" if number // 10 % 10 == 1 else ends.get(number % 10, "th"))


def sentence(text: str) -> str:
    """A reason as a complete sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def interval_text(after: Schedule, now: datetime) -> str:
    """How long until a card with that schedule is due, in a few characters, in people's units."""
    days = days_until(after, now)
    if after.due is None or days is None:
        return "never"
    if isinstance(after, Sm2):
        return "today" if days <= 0 else span_text(days)
    if after.state == State.REVIEW and days >= 1:  # also where a day was chosen, and is due from midnight on
        return span_text(days)
    seconds = (after.due - now).total_seconds()
    if seconds < _MINUTE:
        return "now"
    if seconds < _HOUR:
        return f"{round(seconds / _MINUTE)}m"
    if seconds < _DAY:
        return f"{round(seconds / _HOUR)}h"
    return span_text(seconds / _DAY)


def when_text(after: Schedule, now: datetime) -> str:
    """When a card with that schedule is due: `today`, `tomorrow`, `in 12d`."""
    text = interval_text(after, now)
    return "tomorrow" if text == "1d" else f"in {text}" if text[0].isdigit() else text


def span_text(days: float) -> str:
    """A number of days in a handy unit: `12d`, `4mo`, `5.7mo`, `4.3y`."""
    if days < 30.5:
        return f"{round(days)}d"
    number, unit = (days / _MONTH, "mo") if days < 365 else (days / _YEAR, "y")
    return f"{number:.1f}".removesuffix(".0") + unit


_UNITS: Final = {"m": "minute", "h": "hour", "d": "day", "mo": "month", "y": "year"}


def interval_words(after: Schedule, now: datetime) -> str:
    """How long until a card with that schedule is due, to be read aloud."""
    text = interval_text(after, now)
    number, unit = found.groups() if (found := re.fullmatch(r"([\d.]+)([a-z]+)", text)) else (text, "")
    return f"{number} {_UNITS[unit]}{'' if number == '1' else 's'}" if unit else text


def days_text(days: int) -> str:
    """When a day is, relative to today."""
    match days:
        case 0:
            return "today"
        case 1:
            return "tomorrow"
        case -1:
            return "yesterday"
        case _ if days < 0:
            return f"{-days:,} days ago"
    return f"in {days:,} days"


def date_text(day: date, *, short: bool = False) -> str:
    """A day of this year: `Friday 27 November`, `Fri 27 Nov`."""
    return f"{day:%a} {day.day} {day:%b}" if short else f"{day:%A} {day.day} {day:%B}"


def schedule_facts(schedule: Schedule | None, now: datetime) -> list[tuple[str, str]]:
    """A schedule's facts, as names and values."""
    if schedule is None:
        return [("schedule", "new: not scheduled yet")]
    days = days_until(schedule, now)
    if isinstance(schedule, Sm2):
        due = "never: its date is invalid" if days is None else f"{schedule.due} ({days_text(days)})"
        return [
            ("scheduler", "SM-2"),
            ("due", due),
            ("interval", count(schedule.interval, "day", form="g")),
            ("ease", f"{schedule.ease:g} %"),
        ]
    moment = schedule.due and schedule.due.astimezone(now.tzinfo)
    due = (
        "never: its time is invalid"
        if moment is None or days is None
        else f"{moment:%Y-%m-%d %H:%M} ({days_text(days)})"
    )
    state = State(schedule.state).name.lower() if schedule.state in tuple(State) else str(schedule.state)
    return [
        ("scheduler", "FSRS"),
        ("due", due),
        ("state", state),
        ("stability", count(schedule.stability, "day", form=".4g")),
        ("difficulty", f"{schedule.difficulty:.3g} of 10"),
        ("reviews", f"{schedule.reps}, forgotten {count(schedule.lapses, 'time')}"),
    ]


def backlog_text(pile: Backlog) -> str:
    """How large a backlog is and how long it takes."""
    if pile.days is None:
        return f"backlog of {pile.due:,}, not shrinking at {pile.a_day:,} a day"
    return f"backlog of {pile.due:,}: about {count(pile.days, 'day')} at {pile.a_day:,} a day"


def clock_text(seconds: float) -> str:
    """A duration as minutes and seconds."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02d}"


def key_text(key: str) -> str:
    """A key as people write it: `Ctrl+R`, `Space`, `?`."""
    *modifiers, name = key.split("+") if len(key) > 1 else [key]
    name = _KEYS.get(name, name)
    if modifiers:
        return "+".join([*(modifier.capitalize() for modifier in modifiers), name.upper()])
    return name.capitalize() if len(name) > 1 and name.isascii() and name[0].islower() else name


def shorten_path(parts: Sequence[str], width: int, separator: str = " › ") -> str:
    """Join the parts of a path in `width` cells; if it is too long, the left is cut, where it matters least."""
    shown = list(parts)
    while len(shown) > 1 and cell_len(separator.join(shown)) > width:
        shown = ["…", *shown[2 if shown[0] == "…" else 1 :]]
        if len(shown) == 2 and cell_len(separator.join(shown)) > width:
            break
    return separator.join(shown)


def large_text(path: str, size: int) -> str | None:
    """The notice before a grade is written into a note of that many bytes; None if it is quick."""
    large = size > _LARGE
    return f"{path} has {size / 1e6:,.0f} MB; reading and writing it takes a while …" if large else None
