"""What a simulation of retentions assumes, in words."""

from __future__ import annotations

from typing import Final

from studyapp.core.plural import count
from studyapp.study.fitting.decide import Outset

NOT_FSRS: Final = "These cards are scheduled by SM-2, which has no desired retention"


def pace_text(asked: Outset) -> str:
    """How many cards come a day."""
    most = asked.reviews_a_day
    limit = "no limit to reviews" if most is None else f"at most {count(most, 'review')} a day"
    return f"{count(asked.new_a_day, 'new card', form='.3g')} a day, {limit}"
