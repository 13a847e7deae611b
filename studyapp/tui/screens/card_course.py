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
from studyapp.wording.history import course_of, grade_facts, history_table, preset_facts

_WIDEST: Final = 60
_HEIGHT: Final = 9


def course_screen(  # noqa: PLR0913, PLR0917 - all that is known about a card
    vault: Vault,
    session: Session,
    handle: Handle,
    schedule: Schedule | None,
    facts: Sequence[tuple[str, str]],
    past: Sequence[Done],
    now: datetime,
    room: int,
) -> FactsScreen:
    """The page at a width in cells; `facts` come first, and of `past` the last review."""
    decks = handle.question.decks
    settings = vault.settings_for(handle.note.path, decks)
    weights = settings.fsrs_parameters or WEIGHTS
    rows = [*facts, *preset_facts(settings, vault.settings_of(handle.note.path), decks)]
    rows += exam_facts(session, handle.id, decks, schedule, past, now)
    with suppress(StudyError):
        rows += grade_facts(session.previews(), now)
    width = min(_WIDEST, room)
    charts: list[tuple[str, Sequence[Cells]]] = []
    if isinstance(schedule, Fsrs) and (curve := forgetting(schedule, now, width, _HEIGHT, weights)):
        charts.append(("Chance of recall, by days since the last review", curve))
    if course := over_time(course_of(past), width, _HEIGHT):
        charts.append(("Stability ● in days and difficulty ○ of 10, after each review", course))
    history = _lines(history_table(reversed(past), weights), room) if past else []
    return FactsScreen("This card", rows, history, charts)


def _lines(rows: Sequence[tuple[str, ...]], room: int) -> list[str]:
    """A table as lines; the last columns go where there is no room for them."""
    lines = [""] * len(rows)
    for column in zip(*rows, strict=True):
        wide = max(len(line) for line in lines)
        more = [f"{line:{wide}}  {cell}" for line, cell in zip(lines, column, strict=True)] if wide else column
        if max(map(len, more)) <= room:
            lines = [*more]
    return lines
