"""What a schedule is, and how it is written to and read from a `<!--SR:…-->` comment.

The comment's grammar is the plugin's: entries separated by `!`, one for each card of the question in order,
either SM-2 (`date,interval,ease`) or FSRS (`fsrs,due,interval,stability,difficulty,state,reps,lapses,
learning_steps,last_review`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import IntEnum, StrEnum
from typing import TypeGuard

from msgspec import Struct

from studyapp.core.text.note_text import WHITE_SPACE, trim
from studyapp.core.text.regex import regex

OPEN = "<!--SR:"
CLOSE = "-->"
NEW_CARD = date(2000, 1, 1)
"""The date by which a comment says that a card of its question has never been reviewed."""


class Grade(StrEnum):
    """The four answers to "how well did you know it?"."""

    AGAIN = "again"
    HARD = "hard"
    GOOD = "good"
    EASY = "easy"


class State(IntEnum):
    """Where a card stands in FSRS."""

    NEW = 0
    LEARNING = 1
    REVIEW = 2
    RELEARNING = 3


class Sm2(Struct, frozen=True):
    """A schedule of SM-2-OSR."""

    due: date | None
    """A local calendar day; None where the comment's date is not one (then the card never becomes due)."""
    interval: float
    """Days; NaN where the comment gives none."""
    ease: float
    """Percent; NaN where the comment gives none."""


class Fsrs(Struct, frozen=True):
    """A schedule of FSRS-6."""

    due: datetime | None
    """UTC, to the millisecond; None where the comment's time is not one."""
    interval: float
    """Days; 0 while learning."""
    stability: float
    """Days until retrievability falls to 0.9."""
    difficulty: float
    """1 (easy) to 10 (hard)."""
    state: int
    reps: int
    lapses: int
    learning_steps: int
    """Index of the current (re)learning step."""
    last_review: datetime | None
    """UTC, to the millisecond."""


Schedule = Sm2 | Fsrs


class Entry(Struct, frozen=True):
    """One card's part of a comment."""

    raw: str
    """The text as written, without the `!` before it."""
    schedule: Schedule | None
    """None for a card that is new, or where the text cannot be understood."""
    sound: bool = True
    """False where a date or a number is missing or invalid; such an entry is kept as it is, and reported."""


def js_number(value: float) -> str:
    """Write a number as ECMAScript does: the shortest digits that read back, no trailing `.0`."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == int(value) and abs(value) < 1e21:
        return str(int(value))
    digits = repr(float(value))
    if 1e-6 <= abs(value) < 1e21:
        return format(Decimal(digits), "f")
    mantissa, _, exponent = digits.partition("e")
    return f"{mantissa.removesuffix('.0')}e{int(exponent):+d}"


def js_time(moment: datetime) -> str:
    """Write a time as ECMAScript's `toISOString` does: UTC, three digits of milliseconds."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def entry_text(schedule: Schedule | None, base_ease: float) -> str:
    """Write one card's entry; a card without a schedule keeps its place with the date of a new one."""
    if schedule is None:
        return f"{NEW_CARD},1,{js_number(base_ease)}"
    if isinstance(schedule, Sm2):
        due = "0NaN-NaN-NaN" if schedule.due is None else schedule.due.isoformat()
        return f"{due},{js_number(schedule.interval)},{js_number(schedule.ease)}"
    numbers = (
        schedule.interval,
        schedule.stability,
        schedule.difficulty,
        schedule.state,
        schedule.reps,
        schedule.lapses,
        schedule.learning_steps,
    )
    due = "Invalid date" if schedule.due is None else js_time(schedule.due)
    last = "-" if schedule.last_review is None else js_time(schedule.last_review)
    return f"fsrs,{due},{','.join(map(js_number, numbers))},{last}"


def comment_text(entries: list[str]) -> str:
    """Write a whole schedule comment."""
    return OPEN + "".join(f"!{entry}" for entry in entries) + CLOSE


_LINE_END = regex(r"[\n\r\u2028\u2029]")
"""What ECMAScript's `.` does not match."""
_LOOSE = regex(r"!([0-9-]+),([0-9]+),([0-9]+)")
_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_DATES = (
    regex(r"(?P<year>\d{4})[^\d](?P<month>\d{1,2})[^\d](?P<day>\d{1,2})(?!\d)", re.ASCII),
    regex(r"(?P<day>\d{1,2})[^\d](?P<month>\d{1,2})[^\d](?P<year>\d{4})(?!\d)", re.ASCII),
    regex(r"[A-Za-z]{2,9},?\s+(?P<name>[A-Za-z]{3})[a-z]*\s+(?P<day>\d{1,2}),?\s+(?P<year>\d{4})(?!\d)", re.ASCII),
)
_WHOLE = regex(r"\s*([+-]?\d+)", re.ASCII)
_DECIMAL = regex(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?", re.ASCII)
PLAIN = regex(r"(\d{4}-\d\d-\d\d),(\d{1,15}),(\d{1,15})", re.ASCII)
_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_PLAIN_FSRS = regex(
    rf"fsrs,({_TIME})" + r",(\d{1,15}(?:\.\d+)?)" * 3 + r",(\d{1,15})" * 4 + rf",({_TIME}|-)", re.ASCII
)
_MOST = 1e15
"""A number beyond this is invalid: no date arithmetic can hold it."""


def comment_spans(text: str, *, to_last: bool = False) -> Iterator[tuple[int, int]]:
    """Where complete schedule comments start and end: each on one line, up to the first `-->` or to the last.

    A regular expression would search on to the end of the line for each opening without an end.
    """
    start, line_end = text.find(OPEN), -1
    while start >= 0:
        if start > line_end:
            found = _LINE_END.search(text, start)
            line_end = found.start() if found else len(text)
        close = (text.rfind if to_last else text.find)(CLOSE, start + len(OPEN) + 1, line_end)
        if close >= 0:
            yield start, close + len(CLOSE)
        start = text.find(OPEN, close + len(CLOSE) if close >= 0 else line_end)


def first_comment(text: str) -> tuple[int, int] | None:
    """Where the first whole schedule comment of a text starts and ends."""
    start = text.find(OPEN)
    close = text.find(CLOSE, start + len(OPEN) + 1)
    if start < 0 or close < 0:
        return None
    if _LINE_END.search(text, start, close):
        return next(comment_spans(text), None)
    return start, close + len(CLOSE)


def without_comments(text: str) -> str:
    """Remove what the plugin removes from each line: from the first comment's start to the last `-->`."""
    pieces: list[str] = []
    done = 0
    for start, end in comment_spans(text, to_last=True):
        pieces.append(text[done:start])
        done = end
    return "".join((*pieces, text[done:]))


def cut_comment(text: str) -> tuple[str, str | None]:
    """A text without its comments, and what the first complete one holds; None if there is none."""
    start = text.find(OPEN)
    if start < 0:
        return text, None
    close = text.find(CLOSE, start + len(OPEN) + 1)
    if close == len(text) - len(CLOSE):  # nearly always one comment, which ends the text
        comment = text[start + len(OPEN) : close]
        if comment.isprintable():  # so it is on one line
            return text[:start], comment
    found = first_comment(text)
    return without_comments(text), None if found is None else text[found[0] + len(OPEN) : found[1] - len(CLOSE)]


def read_entries(text: str) -> list[Entry]:
    """Read the schedules of a question's text; see `entries_in`."""
    return entries_in(text, cut_comment(text)[1])


def entries_in(text: str, comment: str | None) -> list[Entry]:
    """The schedules of a question's text, whose first complete comment holds these.

    Where no comment is complete, the plugin takes anything in the text that looks like SM-2 entries, so a damaged
    comment (`<!-- SR:`, `<!--sr:`, no end) still counts; the entries of new cards then hold no place.
    """
    if comment is not None:
        parts = comment.strip(WHITE_SPACE).split("!")
        return [read_entry(part) for part in parts if part and part.strip(WHITE_SPACE)]
    if "!" not in text:
        return []
    loose = [read_entry(",".join(match.groups())) for match in _LOOSE.finditer(text)]
    return [entry for entry in loose if entry.schedule is not None]


def read_entry(raw: str) -> Entry:
    """Read one entry. An invalid date becomes None, an invalid number NaN, and the entry is then not sound."""
    if found := PLAIN.fullmatch(raw):  # the form of nearly all entries
        day, interval, ease = found.groups()
        if day == "2000-01-01":
            return Entry(raw, None)
        try:
            return Entry(raw, Sm2(date.fromisoformat(day), float(interval), float(ease)))
        except ValueError:
            return Entry(raw, Sm2(None, float(interval), float(ease)), sound=False)
    if raw.startswith("fsrs") and (found := _PLAIN_FSRS.fullmatch(raw)):
        due_at, last_at = _moment(found[1]), _moment(found[9])
        if due_at is not None and (last_at is not None or found[9] == "-"):
            stability, difficulty = float(found[3]), float(found[4])
            state, reps, lapses, steps = map(int, found.group(5, 6, 7, 8))
            return Entry(
                raw, Fsrs(due_at, float(found[2]), stability, difficulty, state, reps, lapses, steps, last_at)
            )
    fields = [trim(field) for field in raw.split(",")]
    if fields[0] == "fsrs":
        return _read_fsrs(raw, fields[1:])
    fields += [""] * (3 - len(fields))
    due, interval, ease = read_day(fields[0]), _whole(fields[1]), _whole(fields[2])
    if due == NEW_CARD:
        return Entry(raw, None)
    sound = due is not None and not math.isnan(interval) and not math.isnan(ease)
    return Entry(raw, Sm2(due, interval, ease), sound)


def is_of_new_card(raw: str) -> bool:
    """Whether an entry, read by `read_entry`, has no schedule, or one that FSRS calls new; no more of it is read."""
    if found := PLAIN.fullmatch(raw):
        return found[1] == "2000-01-01"
    if raw.startswith("fsrs") and (found := _PLAIN_FSRS.fullmatch(raw)):
        return int(found[5]) == State.NEW
    schedule = read_entry(raw).schedule
    return schedule is None or (isinstance(schedule, Fsrs) and schedule.state == State.NEW)


def _read_fsrs(raw: str, fields: list[str]) -> Entry:
    fields += [""] * (9 - len(fields))
    numbers = [_number(field) for field in fields[1:8]]
    due, last = _moment(fields[0]), _moment(fields[8])
    sound = due is not None and not any(map(math.isnan, numbers)) and (last is not None or fields[8] in ("-", ""))
    if any(map(math.isnan, numbers[3:])):
        return Entry(raw, None, sound=False)
    interval, stability, difficulty = numbers[:3]
    state, reps, lapses, steps = map(int, numbers[3:])
    return Entry(raw, Fsrs(due, interval, stability, difficulty, state, reps, lapses, steps, last), sound)


_NUMBER = r"-?\d+(?:\.\d+)?(?:e[+-]\d+)?"
_WRITTEN = regex(rf"\d{{4}}-\d\d-\d\d(?:,{_NUMBER}){{2}}|fsrs,{_TIME}(?:,{_NUMBER}){{7}},(?:{_TIME}|-)", re.ASCII)


def is_entry(text: str) -> bool:
    """Whether a text is an entry as `entry_text` writes it, and nothing else."""
    return _WRITTEN.fullmatch(text) is not None and read_entry(text).sound


def read_day(text: str) -> date | None:
    """Read a day in one of the plugin's three forms; None if it has none of them."""
    for pattern in _DATES:
        if found := pattern.match(text):
            parts = found.groupdict()
            month = _MONTHS.get(parts["name"].lower(), 0) if "name" in parts else int(parts["month"])
            try:
                return date(int(parts["year"]), month, int(parts["day"]))
            except ValueError:
                return None
    return None


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is UTC:  # as the plugin writes it
            return moment
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _whole(text: str) -> float:
    found = _WHOLE.match(text)
    return _finite(found.group(1)) if found else math.nan


def _number(text: str) -> float:
    return _finite(text) if _DECIMAL.fullmatch(text) else math.nan


def _finite(digits: str) -> float:
    number = float(digits)
    return number if abs(number) <= _MOST else math.nan


def days_until(schedule: Schedule, now: datetime) -> int | None:
    """In how many days from today a card is due, by the local calendar; negative if it is overdue."""
    day = due_date(schedule, now)
    return None if day is None else (day - now.date()).days


def due_date(schedule: Schedule, now: datetime) -> date | None:
    """The day on which a card is due, where the user is."""
    if schedule.due is None or isinstance(schedule, Sm2):
        return schedule.due
    try:
        return schedule.due.astimezone(now.tzinfo).date()
    except OverflowError:  # at an end of the calendar
        return schedule.due.date()


def is_due(schedule: Schedule, now: datetime) -> bool:
    """Whether a card's due time is not after `now` (aware, in local time); SM-2 is due from midnight."""
    if schedule.due is None:
        return False
    if isinstance(schedule, Sm2):
        return schedule.due <= now.date()
    return schedule.due <= now


def is_learning(schedule: Schedule) -> bool:
    """Whether a card has no interval at present."""
    return schedule.interval < 1 or is_step(schedule)


def is_step(schedule: Schedule) -> TypeGuard[Fsrs]:
    """Whether a card is in one of the steps of FSRS, which may be shorter than a day."""
    return isinstance(schedule, Fsrs) and schedule.state in (State.LEARNING, State.RELEARNING)


def reviewed(entry: Entry) -> float:
    """The day of an entry's last review, as an ordinal with a fraction of the day; minus infinity if there was none.

    Where it is not said, it follows from the due day and the interval.
    """
    schedule = entry.schedule
    if schedule is None:
        return float("-inf")
    if isinstance(schedule, Fsrs) and schedule.last_review is not None:
        return schedule.last_review.toordinal() + schedule.last_review.timestamp() % 86400 / 86400
    return float("-inf") if schedule.due is None else schedule.due.toordinal() - schedule.interval


def due_day(entry: Entry) -> float:
    """The day on which an entry's card is due, as an ordinal; minus infinity if there is none."""
    due = entry.schedule.due if entry.schedule is not None else None
    return float("-inf") if due is None else due.toordinal()


def is_newer(one: str | None, other: str | None) -> bool:
    """Whether an entry is from a later review than another, or makes its card due later; None: a new card."""
    first, second = (read_entry(entry) if entry else Entry("", None) for entry in (one, other))
    return reviewed(first) > reviewed(second) or due_day(first) > due_day(second)
