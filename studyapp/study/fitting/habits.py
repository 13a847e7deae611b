"""The vault's data for a simulation: memory states, pace, costs and shares of grades, limits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, timedelta
from statistics import fmean

from studyapp.core.schedule.entries import Fsrs, Grade, Sm2
from studyapp.core.schedule.fsrs import from_sm2
from studyapp.core.settings.model import Settings
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.limits import DailyLimits
from studyapp.study.fitting.decide import PASSED, Habits, Outset, Remembered
from studyapp.study.fitting.scope import Scope
from studyapp.study.stats.histories import CardHistory, histories

_ENOUGH = 20
"""The fewest reviews with which the user's own numbers count."""
_MONTH = 30
_USUAL_NEW = 10
"""New cards a day, if neither a limit nor the last month tells."""
_LONGEST = 120.0
"""The most seconds that count for a card."""


def outset_of(workspace: Workspace, scope: Scope, days: int) -> Outset:
    """The simulation for some cards; the log must not be written meanwhile."""
    now, history = workspace.clock(), workspace.history
    settings, suspended = workspace.vault.settings, workspace.states.suspended
    rows = [row for row in workspace.vault.rows() if scope.counts(str(row.id)) and row.id not in suspended]
    found = histories(history.reviews(), now, name=history.name, counts=scope.counts, forgotten=history.marked())
    new = sum(row.schedule is None for row in rows)
    since = (now - timedelta(days=_MONTH)).astimezone(UTC).date().toordinal()
    begun = sum(one.answers[0].day >= since for one in found.cards)
    limit = _limit(DailyLimits.of_new(settings), scope, settings)
    pace = (begun / _MONTH if begun else _USUAL_NEW) if limit is None else limit
    reviews = _limit(DailyLimits.of_reviews(settings), scope, settings)
    return Outset(
        tuple(_remembered(rows, workspace)),
        new,
        pace if new else 0,
        reviews,
        scope.parameters,
        habits_of(found.cards),
        days,
    )


def _limit(limits: DailyLimits, scope: Scope, settings: Settings) -> int | None:
    """How many cards a day the decks of a scope may have together; None if unlimited."""
    decks = [scope.asked]
    if not scope.asked and scope.preset is not None:
        decks = [deck for deck, name in settings.deck_presets.items() if name == scope.preset]
    each = [limits.least((deck,)) for deck in decks]
    together = None if None in each or not each else sum(filter(None, each))
    return min((one for one in (together, limits.least(())) if one is not None), default=None)


def _remembered(rows: Iterable[CardRow], workspace: Workspace) -> Iterable[Remembered]:
    now = workspace.clock()
    for row in rows:
        schedule = row.schedule
        known = from_sm2(schedule, now=now) if isinstance(schedule, Sm2) else schedule
        if not isinstance(known, Fsrs) or known.last_review is None or known.due is None:
            continue
        if not (known.stability > 0 and known.difficulty >= 1):
            continue
        yield Remembered(
            known.stability,
            known.difficulty,
            max(0, (now - known.last_review).days),
            max(-3650, min(36500, (known.due - now).days)),
        )


def habits_of(cards: Sequence[CardHistory]) -> Habits:
    """How the user grades, and how long that takes; the usual numbers if there are too few reviews."""
    usual = Habits()
    seconds: defaultdict[Grade, list[float]] = defaultdict(list)
    firsts: list[Grade] = []
    passed: list[Grade] = []
    for one in cards:
        firsts.append(one.answers[0].grade)
        for answer in one.answers:
            if answer.seconds is not None and answer.seconds > 0:
                seconds[answer.grade].append(min(_LONGEST, answer.seconds))
        passed += [answer.grade for answer in one.answers if answer.elapsed > 0 and answer.grade in PASSED]
    each = [
        fmean(seconds[grade]) if len(seconds[grade]) >= _ENOUGH else usual.seconds[number]
        for number, grade in enumerate(Grade)
    ]
    shares = [passed.count(grade) for grade in PASSED]
    begun = [firsts.count(grade) for grade in Grade]
    return Habits(
        (each[0], each[1], each[2], each[3]),
        (shares[0], shares[1], shares[2]) if len(passed) >= _ENOUGH else usual.passed,
        (begun[0], begun[1], begun[2], begun[3]) if len(firsts) >= _ENOUGH else usual.first,
    )
