"""Cards that are forgotten again and again."""

from __future__ import annotations

from studyapp.core.log.journal import Marking
from studyapp.core.log.marks import Mark
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Fsrs, Schedule
from studyapp.core.settings.load import Settings


def is_leech(lapses: int, settings: Settings) -> bool:
    """Tell whether a card that was just forgotten for that time is to be called a leech.

    As in Anki: at the threshold, and from then on at each half of it more (8, 12, 16 …).
    """
    threshold = settings.leech_lapses
    return threshold > 0 and lapses >= threshold and (lapses - threshold) % max(1, threshold // 2) == 0


def lapses_of(after: Schedule, forgotten: int) -> int:
    """How often a card was forgotten: as its FSRS schedule says, or as the log counts."""
    return max(after.lapses, 0) if isinstance(after, Fsrs) else forgotten


def leech_marks(card: CardId, times: int, settings: Settings) -> tuple[Marking, ...]:
    """What a leech gets: a mark, and where the settings say so it is suspended."""
    marks = [Marking(card, Mark.LEECH, str(times))]
    if settings.leech_action == "suspend":
        marks.append(Marking(card, Mark.SUSPENDED, "leech"))
    return tuple(marks)
