"""The facts of a card with its history, its forgetting curve, and the effect of each grade."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import Final

from studyapp.charts.cells import Cells
from studyapp.charts.memory import forgetting, over_time
from studyapp.core.errors import StudyError
from studyapp.core.log.ledger_rows import Done
from studyapp.core.schedule.entries import Fsrs, Schedule
from studyapp.core.schedule.fsrs import WEIGHTS
from studyapp.core.vault.vault import Handle, Vault
from studyapp.study.review.session import Session
from studyapp.tui.screens.help import FactsScreen
from studyapp.wording.exams import exam_facts
from studyapp.wording.history import HEAD, course_of, grade_facts, history_table, preset_facts

_WIDTH: Final = 60
_HEIGHT: Final = 9


def course_screen(  # noqa: PLR0917 - all that is known about a card
    vault: Vault,
    session: Session,
    handle: Handle,
    schedule: Schedule | None,
    facts: Sequence[tuple[str, str]],
    past: Sequence[Done],
    now: datetime,
) -> FactsScreen:
    """The page; `facts` come first, and of `past` the last review."""
    decks = handle.question.decks
    settings = vault.settings_for(handle.note.path, decks)
    weights = settings.fsrs_parameters or WEIGHTS
    rows = [*facts, *preset_facts(settings, vault.settings_of(handle.note.path), decks)]
    rows += exam_facts(session, handle.id, decks, schedule, past, now)
    with suppress(StudyError):
        rows += grade_facts(session.previews(), now)
    charts: list[tuple[str, Sequence[Cells]]] = []
    if isinstance(schedule, Fsrs) and (curve := forgetting(schedule, now, _WIDTH, _HEIGHT, weights)):
        charts.append(("How likely it is known, by days since its last review", curve))
    if course := over_time(course_of(past), _WIDTH, _HEIGHT):
        charts.append(("Stability ● in days and difficulty ○ of 10, after each review", course))
    return FactsScreen(
        "This card", rows, _lines([HEAD, *history_table(reversed(past), weights)] if past else []), charts
    )


def _lines(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """A table as lines."""
    if not rows:
        return []
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip() for row in rows]
