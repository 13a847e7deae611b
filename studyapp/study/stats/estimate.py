"""How long a review will take, from how long earlier ones took."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.plural import count

SECONDS_A_CARD = 15.0
"""The time for a card, for a user without a history."""
LONGEST = 120.0
"""In seconds; anyone who takes longer was away."""
_LAST = 200
_USUAL = 10
"""How many cards the default time counts for, so that one slow card does not make an hour of a day's work."""


def seconds_a_card(latest_first: Iterable[Action]) -> float:
    """How long this user takes for a card: the mean of the last grades, starting from the default time."""
    grades = (action for action in latest_first if action.kind is ActionKind.GRADE and action.seconds is not None)
    times = [min(LONGEST, max(0.0, action.seconds or 0.0)) for action in islice(grades, _LAST)]
    usual = max(0, _USUAL - len(times))
    return (sum(times) + usual * SECONDS_A_CARD) / (len(times) + usual)


def in_minutes(seconds: float) -> str:
    """A duration in words: `less than a minute`, `about 6 minutes`, `about 2 hours`."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return "less than a minute"
    if minutes < 90:
        return f"about {count(minutes, 'minute')}"
    return f"about {minutes / 60:.0f} hours"
