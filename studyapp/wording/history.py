"""The history of a card as a table, the effect of each grade, and the settings of its schedule."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from studyapp.core.log.actions import ActionKind
from studyapp.core.log.ledger_rows import Done
from studyapp.core.plural import percent
from studyapp.core.schedule.entries import Fsrs, Grade, Schedule, read_entry
from studyapp.core.schedule.fsrs import WEIGHTS, retrievability
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.wording.numbers import interval_text, span_text
from studyapp.wording.settings import beyond_the_plugin

HEAD = ("when", "grade", "took", "interval", "stability", "difficulty", "known")
_UNKNOWN: Final = "–"


def history_table(past: Iterable[Done], weights: tuple[float, ...] = WEIGHTS) -> list[tuple[str, ...]]:
    """`HEAD` and a row for each grade or reset, without columns that say nothing; what is not known is a dash."""
    rows = [HEAD, *(_row(one, weights) for one in past)]
    return [*zip(*(column for column in zip(*rows, strict=True) if {*column[1:]} - {_UNKNOWN}), strict=True)]


def _row(one: Done, weights: tuple[float, ...]) -> tuple[str, ...]:
    before, after = (read_entry(text).schedule if text else None for text in (one.before, one.after))
    what = one.grade.capitalize() if one.grade is not None else "Reset"
    timed = one.seconds is not None and one.kind is ActionKind.GRADE
    known = retrievability(before, one.at, weights) if isinstance(before, Fsrs) and one.grade else None
    return (
        f"{one.at:%Y-%m-%d %H:%M}",
        what,
        f"{one.seconds:.0f} s" if timed else _UNKNOWN,
        _UNKNOWN if after is None or not after.interval >= 1 else span_text(after.interval),
        f"{after.stability:.3g} d" if isinstance(after, Fsrs) and after.stability else _UNKNOWN,
        f"{after.difficulty:.2g}" if isinstance(after, Fsrs) and after.difficulty else _UNKNOWN,
        _UNKNOWN if known is None else percent(known),
    )


def course_of(past: Iterable[Done]) -> list[Fsrs]:
    """The card's FSRS schedules after its reviews."""
    found = (read_entry(one.after).schedule for one in past if one.grade is not None)
    return [one for one in found if isinstance(one, Fsrs) and one.stability > 0]


def grade_facts(previews: Mapping[Grade, Schedule], now: datetime) -> list[tuple[str, str]]:
    """The effect of each grade."""
    found = []
    for grade, schedule in previews.items():
        when = interval_text(schedule, now)
        words = f"back {'in ' if when[0].isdigit() else ''}{when}"
        if isinstance(schedule, Fsrs):
            words += f", stability {schedule.stability:.3g} d, difficulty {schedule.difficulty:.2g}"
        else:
            words += f", ease {schedule.ease:g} %"
        found.append((grade.value, words))
    return found


def preset_facts(settings: Settings, vault: Settings, decks: Sequence[str]) -> list[tuple[str, str]]:
    """The preset and parameters of a card's schedule, and what makes that differ from the plugin."""
    found = [("preset", vault.preset_of(decks) or "none, the vault's settings")]
    if settings.algorithm is Algorithm.FSRS:
        own = "your own" if settings.fsrs_parameters else "the plugin's"
        found.append(("parameters", f"{own}, for a retention of {100 * settings.fsrs_desired_retention:g} %"))
    if beyond := beyond_the_plugin(settings, decks):
        found.append(("unlike the plugin", ", ".join(beyond)))
    return found
