"""Which notes are reviewed whole, in which order, and what a grade does to one (plugin rules).

Notes are always scheduled by SM-2-OSR, even if cards use FSRS. Unlike for a card, the delay of a note has the right
sign: a late note gets credit for it.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from msgspec import Struct

from studyapp.core.edits.whole_note import EASE, read_values
from studyapp.core.notes.ignored import is_ignored
from studyapp.core.notes.outline import Outline, front_matter_tags, within
from studyapp.core.schedule import sm2
from studyapp.core.schedule.days import DAY, add_days, midnight, round_half_up, today
from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.settings.model import Settings
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText, digest_of

GRADES: Final = (Grade.HARD, Grade.GOOD, Grade.EASY)
"""The grades for a whole note; the plugin has no others."""


class WholeNote(Struct, frozen=True):
    """A note that is reviewed whole."""

    path: str
    tags: tuple[str, ...]
    """Its review tags, in the order of the settings."""
    schedule: Sm2 | None
    """None for a note that was never reviewed."""
    digest: str
    """The digest of the bytes that it was read from."""


def may_be_whole_note(raw: bytes, settings: Settings) -> bool:
    """Whether a note may be reviewed whole: whether a review tag occurs in it at all; a quick test."""
    return any(tag.removeprefix("#").encode() in raw for tag in settings.tags_to_review)


def read_whole_note(path: str, raw: bytes, settings: Settings) -> WholeNote | None:
    """Read a note that is reviewed whole; None for any other note."""
    if not may_be_whole_note(raw, settings) or is_ignored(path, settings.note_folders_to_ignore):
        return None
    lines = NoteText(raw).lines
    front = read_front_matter(lines)
    tags = [*front_matter_tags(front.values), *(tag.name for tag in Outline(lines, front.lines).tags())]
    matched = tuple(wanted for wanted in settings.tags_to_review if any(within(tag, (wanted,)) for tag in tags))
    if not matched or any(within(tag, settings.note_tags_to_ignore) for tag in tags):
        return None
    return WholeNote(path, matched, read_values(front.values), digest_of(raw))


def own_ease(raw: bytes) -> float | None:
    """The ease in a note's own schedule, reviewed or not; None if it has none."""
    if EASE.encode() not in raw:
        return None
    schedule = read_values(read_front_matter(NoteText(raw).lines).values)
    return None if schedule is None or math.isnan(schedule.ease) else schedule.ease


def note_eases(
    own: Mapping[str, float], of_cards: Mapping[str, Sequence[float]], base_ease: float
) -> dict[str, float]:
    """The ease of each note that has one: its own, that of its cards, or the mean of both (plugin rule)."""
    found = {path: ease for path, ease in own.items() if ease}
    for path, eases in of_cards.items():
        if (mean := sm2.mean_ease(eases, base_ease)) is not None:
            found[path] = (mean + found[path]) / 2 if path in found else mean
    return found


def is_note_due(note: WholeNote, now: datetime, settings: Settings) -> bool:
    """Whether a scheduled note is due; a new one is not."""
    due = note.schedule.due if note.schedule else None
    return due is not None and due <= today(now, settings.start_of_day)


def queue(
    notes: Iterable[WholeNote],
    now: datetime,
    settings: Settings,
    ranks: Mapping[str, float] | None = None,
    seed: int = 0,
) -> list[WholeNote]:
    """The notes to review now: the due ones by day, then the new ones; of equals the more linked one first.

    Without ranks the paths decide; `open_random_note` shuffles both parts by the seed.
    """
    known = sorted(notes, key=lambda note: note.path)
    weights = ranks or {}

    def order(note: WholeNote) -> tuple[int, float, str]:
        day = note.schedule.due.toordinal() if note.schedule and note.schedule.due else 0
        return day, -weights.get(note.path, 0.0), note.path

    due = sorted((note for note in known if is_note_due(note, now, settings)), key=order)
    new = sorted((note for note in known if note.schedule is None), key=order)
    if settings.open_random_note:
        shuffle = random.Random(seed).shuffle
        shuffle(due)
        shuffle(new)
    return [*due, *new]


def due_histogram(notes: Iterable[WholeNote], now: datetime, settings: Settings) -> Counter[int]:
    """How many notes are due in how many days; a note with several review tags counts for each (plugin rule)."""
    day = today(now, settings.start_of_day)
    counts: Counter[int] = Counter()
    for note in notes:
        if note.schedule is not None and note.schedule.due is not None:
            counts[(note.schedule.due - day).days] += len(note.tags)
    return counts


def after(
    schedule: Sm2 | None,
    grade: Grade,
    *,
    now: datetime,
    settings: Settings,
    counts: Mapping[int, int],
    initial_ease: float,
) -> Sm2:
    """The schedule of a note after a grade; ValueError for Again, which whole notes do not have."""
    if grade not in GRADES:
        raise ValueError("a whole note is graded hard, good or easy")
    day = today(now, settings.start_of_day)
    interval, ease, delay = 1.0, initial_ease, 0
    if schedule is not None:
        interval = schedule.interval if math.isfinite(schedule.interval) else 1.0
        ease = schedule.ease if math.isfinite(schedule.ease) else initial_ease
        if schedule.due is not None:  # from midnight to midnight: daylight saving time in between may take off a day
            delay = max(0, (midnight(day, now.tzinfo) - midnight(schedule.due, now.tzinfo)) // DAY)
    interval, ease = sm2.answer(min(interval, sm2.LONGEST), ease, delay, grade, settings=settings, histogram=counts)
    return Sm2(add_days(day, round_half_up(interval)), interval, ease)
