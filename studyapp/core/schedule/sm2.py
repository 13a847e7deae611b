"""The plugin's variant of SM-2 ("SM-2-OSR"), as pure arithmetic: (schedule, grade, now) → schedule.

The plugin reads the delay of an answer with its sign reversed: a late card gets no credit, an early one does. That is
the default here, because the same vault is reviewed from both sides; `overdue="documented"` credits late cards, as
the plugin's documentation says.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from studyapp.core.schedule.days import DAY, add_days, midnight, round_half_up, today
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, Sm2
from studyapp.core.settings.model import Settings

LOWEST_EASE = 130
EASE_STEP = 20
HIGHEST_CONVERTED_EASE = 370
HIGHEST_READ_EASE = 1e15
"""An ease beyond this, or below its negative, is a typing error, and its products could be infinite."""
LONGEST = 1e9
"""Days; an absurd number in a comment must not overflow the arithmetic."""


def review(
    schedule: Schedule | None,
    grade: Grade,
    *,
    now: datetime,
    settings: Settings,
    histogram: Mapping[int, int],
    initial_ease: float,
    from_comment: bool = True,
) -> Sm2:
    """Answer a card and give its next schedule.

    Args:
        schedule: None for a new card. An FSRS schedule is converted first. Numbers that are missing (NaN) start again
            from those of a new card.
        grade: The answer.
        now: Aware, in local time.
        settings: Those that hold for the card.
        histogram: Days from today to the number of cards due then; an entry of 0 is still an entry.
        initial_ease: For a new card, per cent; see `note_ease`.
        from_comment: False right after an answer, when the plugin has the schedule in memory and knows no delay.
    """
    if initial_ease != settings.base_ease:  # a note's ease is a mean
        initial_ease = round_half_up(initial_ease)
    ease = initial_ease if schedule is None else ease_of(schedule)
    interval = 1.0 if schedule is None else schedule.interval
    ease = ease if abs(ease) <= HIGHEST_READ_EASE else initial_ease  # also where it is NaN
    interval = min(max(1.0, interval), LONGEST) if math.isfinite(interval) else 1.0
    delay = _delay(schedule, now, settings, from_comment=from_comment)

    interval, ease = answer(interval, ease, delay, grade, settings=settings, histogram=histogram)
    day = today(now, settings.start_of_day)
    return Sm2(due=add_days(day, round_half_up(interval)), interval=interval, ease=ease)


def answer(
    interval: float, ease: float, delay: int, grade: Grade, *, settings: Settings, histogram: Mapping[int, int]
) -> tuple[float, float]:
    """The next interval, in days, and the next ease, in percent; `delay` is the number of days credited."""
    match grade:
        case Grade.EASY:
            ease += EASE_STEP
            interval = (interval + delay) * ease / 100 * settings.easy_bonus
        case Grade.GOOD:
            interval = (interval + delay / 2) * ease / 100
        case Grade.HARD:
            ease = max(LOWEST_EASE, ease - EASE_STEP)
            interval = max(1.0, (interval + delay / 4) * settings.lapses_interval_change)
        case Grade.AGAIN:
            ease = max(LOWEST_EASE, ease - EASE_STEP)
            interval = 0.0

    if settings.load_balance:
        interval = balanced(round_half_up(min(interval, LONGEST)), histogram)
    interval = min(interval, settings.maximum_interval, LONGEST)
    interval = round_half_up(interval * 10) / 10
    return interval, ease


def reset(*, now: datetime, settings: Settings) -> Sm2:
    """The schedule of a card that is reset today."""
    return Sm2(due=today(now, settings.start_of_day), interval=1, ease=settings.base_ease)


def ease_of(schedule: Schedule) -> float:
    """The ease of a schedule, converted from the difficulty (1 → 370 %, 10 → 130 %) if it is one of FSRS."""
    if isinstance(schedule, Sm2):
        return schedule.ease
    if math.isnan(schedule.difficulty):
        return math.nan
    difficulty = min(max(schedule.difficulty, 1.0), 10.0)
    return round_half_up(LOWEST_EASE + (10 - difficulty) / 9 * (HIGHEST_CONVERTED_EASE - LOWEST_EASE))


def note_ease(front_matter_ease: float | None, cards_eases: Sequence[float], base_ease: float) -> float:
    """The ease with which a note's new cards start.

    The front matter's is None unless `sr-due` and `sr-interval` are there too; the others are of scheduled cards.
    """
    if not front_matter_ease or math.isnan(front_matter_ease):
        return base_ease
    of_cards = mean_ease(cards_eases, base_ease)
    return front_matter_ease if of_cards is None else (of_cards + front_matter_ease) / 2


def mean_ease(eases: Iterable[float], base_ease: float) -> float | None:
    """The mean ease of a note's cards, nearer to the base ease the fewer there are; None if none has one."""
    known = [ease for ease in eases if not math.isnan(ease)]
    if not known:
        return None
    weight = min(1.0, math.log(len(known) + 0.5) / math.log(64))
    return sum(known) / len(known) * weight + base_ease * (1 - weight)


def balanced(interval: int, histogram: Mapping[int, int]) -> int:
    """Move an interval, in whole days, to the least used day nearby; of equals the nearest, then the earlier.

    A day without any entry wins at once; so a day that is free itself is kept.
    """
    if interval <= 7:
        window = 0
    elif interval <= 21:
        window = 1
    elif interval <= 180:
        window = min(3, int(interval * 0.05))
    else:
        window = min(7, int(interval * 0.025))
    best = interval
    for day in (interval, *(interval + sign * i for i in range(1, window + 1) for sign in (-1, 1))):
        if day not in histogram:
            return day
        if histogram[day] < histogram[best]:
            best = day
    return best


def _delay(schedule: Schedule | None, now: datetime, settings: Settings, *, from_comment: bool) -> int:
    """How many whole days the answer is credited with, at least 0."""
    if schedule is None or schedule.due is None:
        return 0
    if isinstance(schedule, Fsrs):
        return max(0, (now - schedule.due) // DAY)
    day = today(now, settings.start_of_day)
    if settings.overdue == "documented":
        return max(0, (day - schedule.due).days)
    if not from_comment:
        return 0
    # Between midnights as instants: a change to summer time in between takes off a day.
    return max(0, (midnight(schedule.due, now.tzinfo) - midnight(day, now.tzinfo)) // DAY)
