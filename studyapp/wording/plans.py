"""Changes of many schedules in words."""

from __future__ import annotations

from studyapp.core.plural import count
from studyapp.study.plans.changes import PlanKind
from studyapp.study.plans.plan import CardPlan


def turned_back_text(found: CardPlan) -> str:
    """How many cards would not stay converted, and what would keep them so; empty if all would."""
    if not found.turned_back:
        return ""
    other = "SM-2-OSR" if found.change.kind is PlanKind.TO_FSRS else "FSRS"
    cards, them = count(found.turned_back, "card has", "cards have"), "it" if found.turned_back == 1 else "them"
    return f"{cards} `algorithm` {other} in the settings, so the next review converts {them} back: change that too."
