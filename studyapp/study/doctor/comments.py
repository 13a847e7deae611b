"""The schedule comments of a note as written, complete or damaged, of any question."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date, datetime
from typing import Final

from msgspec import Struct

from studyapp.core.plural import count
from studyapp.core.schedule.entries import (
    CLOSE,
    OPEN,
    PLAIN,
    Entry,
    Fsrs,
    Schedule,
    Sm2,
    comment_spans,
    read_entries,
    read_entry,
)
from studyapp.core.text.fences import in_backticks
from studyapp.core.text.note_text import SPACE_CLASS, NoteText, as_text, trim

IN_COMMENTS: Final = "<!--SR:!2024-01-01,3,250!fsrs-->"
"""What every schedule comment contains."""
_MAY_OPEN: Final = re.compile(r"SR\s*:", re.IGNORECASE | re.ASCII)
_LIKE_OPEN: Final = re.compile(r"(?:<|&lt;)!?\s*(?:-{1,3}|—|–)\s*SR\s*:", re.IGNORECASE | re.ASCII)
"""What typing, smart punctuation or another program may make of `<!--SR:`."""
_LIKE_ENTRY: Final = re.compile(r"\s*+(?:!\s*+)?(?:fsrs\s*+,|\d{1,4}[-./]\d{1,2}[-./]\d{1,4}\s*,)", re.ASCII)
_NUMBER: Final = re.compile(r"\s*[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?\s*", re.ASCII)
_LEFT_OVER: Final = re.compile(
    r"\s*+(?:(?:(?:!\s*+)?(?:fsrs|\d{4}-\d\d-\d\d),|(?=[^<>]*?\d,\d))[^<>]*)?-->", re.ASCII
)
"""What remains of a second comment after the first one's end; looked for in linear time."""
_BREAK: Final = re.compile(r"\r\n|\r|\n")
_BREAK_AT_END: Final = re.compile(r"(?:\r\n|\r|\n)\Z")
_BLANK: Final = re.compile(rf"{SPACE_CLASS}*+")


class Comment(Struct, frozen=True):
    """One schedule comment."""

    start: int
    """In characters."""
    end: int
    line: int
    """0-based."""
    text: str
    entries: tuple[Entry, ...]
    alone: bool
    """Whether only white space is beside it."""
    fault: str | None = None
    """What is wrong with it as a whole, in words that follow "it"."""
    spliced: bool = False
    """Whether two comments have become one."""


def comments_of(text: NoteText, code: Container[int], known: Mapping[str, tuple[Entry, ...]]) -> list[Comment]:
    """The comments of a note meant as such: not those in the lines of `code`, nor between backticks.

    `known` are the entries of those that have been read, by what the comments hold.
    """
    if not _MAY_OPEN.search(text.text):
        return []
    whole = dict(comment_spans(text.text))
    found: list[Comment] = []
    done = 0
    for match in _LIKE_OPEN.finditer(text.text):
        start = match.start()
        line = text.line_of(start)
        if start < done or line in code or in_backticks(text.lines[line], start - text.place(line)):
            continue
        end = whole.get(start) or _damaged_end(text, line, match.end(), exact=match.group() == OPEN)
        if end is None:
            continue
        found.append(_mark(text, line, start, end, known if start in whole else None))
        done = end
    return found


def _mark(text: NoteText, line: int, start: int, end: int, known: Mapping[str, tuple[Entry, ...]] | None) -> Comment:
    """One comment; `known` is None where it is not whole."""
    said = text.text[start:end]
    first, last = text.place(line), text.line_end(line)
    alone = bool(_BLANK.fullmatch(text.text, first, start) and _BLANK.fullmatch(text.text, end, last))
    if known is None:
        fault = (
            ("holds no schedule" if said.endswith(CLOSE) else "has no end (`-->`) on its line")
            if said.startswith(OPEN)
            else f"begins with `{trim(said.partition(':')[0])}:` instead of `{OPEN}`"
        )
        return Comment(start, end, line, said, (), alone, fault)
    inner = said[len(OPEN) : -len(CLOSE)]
    if OPEN in inner:
        return Comment(start, end, line, said, (), alone, "begins twice", spliced=True)
    entries = known[inner] if inner in known else tuple(read_entries(said))
    if _LEFT_OVER.match(text.text, end, last):
        return Comment(start, end, line, said, entries, alone, "ends twice", spliced=True)
    return Comment(start, end, line, said, entries, alone, None if entries else "holds no schedule")


def _damaged_end(text: NoteText, line: int, place: int, *, exact: bool) -> int | None:
    """Where a damaged comment ends; None if it only looks like one."""
    end = text.line_end(line)
    if not _LIKE_ENTRY.match(text.text, place, end) and not (exact and trim(text.text[place:end]) in ("", CLOSE)):
        return None
    close = text.text.find(CLOSE, place, end)
    return end if close < 0 else close + len(CLOSE)


def fault_of(entry: Entry) -> str | None:
    """What is wrong with one entry, in words that follow "it"; None if it is a complete schedule."""
    if entry.sound and PLAIN.fullmatch(entry.raw):
        return None
    fields = [trim(field) for field in entry.raw.split(",")]
    fsrs = fields[0] == "fsrs"
    wanted = 10 if fsrs else 3
    if len(fields) != wanted and not (fsrs and len(fields) == wanted - 1):
        return f"has {count(len(fields), 'value')} instead of {wanted}"
    numbers = fields[2:9] if fsrs else fields[1:3]
    wrong = next((field for field in numbers if not _NUMBER.fullmatch(field)), None)
    if entry.sound and wrong is None:
        return None
    due = read_entry(f"{fields[0]},1,250").schedule if not fsrs else None
    if not fsrs and isinstance(due, Sm2) and due.due is None:
        return f"has {fields[0]!r} where a date should be"
    if wrong is not None:
        return f"has {wrong!r} where a number should be"
    return "has a time that does not exist" if fsrs else "has a number out of range"


def reviewed(schedule: Schedule | None) -> date | None:
    """The day on which a schedule was given; None for a new card, or if unknown."""
    if isinstance(schedule, Fsrs):
        return schedule.last_review.date() if schedule.last_review is not None else None
    if schedule is None or schedule.due is None:
        return None
    try:
        return date.fromordinal(schedule.due.toordinal() - int(schedule.interval))
    except (ValueError, OverflowError):
        return None


def later(one: Entry, other: Entry) -> Entry | None:
    """The entry of the later review; None if uncertain."""
    if one.raw == other.raw or one.schedule == other.schedule:
        return one
    if not (one.sound and other.sound):
        return None
    if one.schedule is None or other.schedule is None:
        return other if one.schedule is None else one  # a new card's entry gives way to a review
    if isinstance(one.schedule, Fsrs) and isinstance(other.schedule, Fsrs):
        first, second = one.schedule.last_review, other.schedule.last_review
        return _by(one, first, other, second)
    return _by(one, reviewed(one.schedule), other, reviewed(other.schedule))


def _by(one: Entry, first: date | datetime | None, other: Entry, second: date | datetime | None) -> Entry | None:
    if first is None or second is None or first == second:
        return None
    return one if first > second else other


def outside(raw: bytes) -> str:
    """A note without its schedule comments and the white space that came with them."""
    text = as_text(raw)
    pieces: list[str] = []
    done = 0
    for start, end in comment_spans(text):
        before = text[done:start]
        bare = before.rstrip(" \t")
        broken = _BREAK_AT_END.search(bare)
        pieces.append(bare[: broken.start()] if broken else before[:-1] if bare != before else before)
        done = end
        while text.startswith((" ", "\t"), done):
            done += 1
    return "\n".join(line for line in _BREAK.split("".join((*pieces, text[done:]))) if line.strip(" \t\v\f"))
