"""Whether recall is as intended: true retention beside the desired one, by preset."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from msgspec import Struct

from studyapp.core.settings.model import Algorithm, Settings
from studyapp.core.vault.sheet import CardRow
from studyapp.study.stats.past import Share
from studyapp.study.stats.reviews import Review

FEWEST: Final = 100
"""Reviews below which a share says little."""
_SURE: Final = 2.0
"""Standard errors by which a share must differ to be significant."""


class Verdict(StrEnum):
    """What true retention says about the intervals."""

    FEW = "few"
    AS_MEANT = "as meant"
    LESS = "less"
    MORE = "more"


class Meant(Struct, frozen=True):
    """The desired and the true retention of some cards."""

    preset: str | None
    """None for cards without a preset."""
    meant: float
    seen: Share

    @property
    def verdict(self) -> Verdict:
        """Whether they differ significantly."""
        share = self.seen.share
        if share is None or self.seen.total < FEWEST:
            return Verdict.FEW
        error = math.sqrt(self.meant * (1 - self.meant) / self.seen.total)
        if abs(share - self.meant) <= _SURE * error:
            return Verdict.AS_MEANT
        return Verdict.LESS if share < self.meant else Verdict.MORE


def by_preset(first_ones: Iterable[Review], rows: Iterable[CardRow], settings: Settings) -> list[Meant]:
    """FSRS cards by their preset; deleted ones count with those without a preset."""
    presets: dict[str | None, Settings] = {name: settings.for_preset(name) for name in settings.deck_presets.values()}
    presets[None] = settings
    if not any(one.algorithm is Algorithm.FSRS for one in presets.values()):
        return []
    of: dict[str, str | None] = {}
    if settings.deck_presets:
        of = {str(row.id): settings.preset_of(row.decks) for row in rows}
    found: defaultdict[str | None, list[bool]] = defaultdict(list)
    for review in first_ones:
        found[of.get(review.card)].append(review.passed)
    return [
        Meant(name, presets[name].fsrs_desired_retention, Share(sum(passed), len(passed)))
        for name, passed in sorted(found.items(), key=lambda pair: pair[0] or "")
        if presets[name].algorithm is Algorithm.FSRS
    ]
