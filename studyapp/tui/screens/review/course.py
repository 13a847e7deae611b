"""The facts of a card with its history, its forgetting curve, and the effect of each grade."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Final

from textual.content import Content

from studyapp.charts.cells import Cells
from studyapp.charts.memory import curves
from studyapp.core.errors import StudyError
from studyapp.core.log.ledger_rows import Done
from studyapp.core.schedule.entries import Schedule
from studyapp.core.schedule.fsrs import WEIGHTS
from studyapp.core.vault.vault import Handle, Vault
from studyapp.core.visible import visible
from studyapp.study.review.session import Session
from studyapp.tui.screens.dialogs.help import FactsScreen
from studyapp.tui.widgets.drawings.chart import coloured
from studyapp.wording.exams import exam_facts
from studyapp.wording.history import course_of, grade_facts, history_table, preset_facts

_WIDEST: Final = 60
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
    parts: list[tuple[str, Callable[[int], Content]]] = [
        (title, partial(_curve, draw)) for title, draw in curves(schedule, course_of(past), now, weights)
    ]
    if past:
        table = history_table(reversed(past), weights)
        parts.append(("Reviews, the last one first", lambda width: _lines(table, width)))
    return FactsScreen(rows, parts)


def _curve(draw: Callable[[int, int], list[Cells]], width: int) -> Content:
    return coloured(draw(min(_WIDEST, width), _HEIGHT))


def _lines(rows: Sequence[tuple[str, ...]], room: int) -> Content:
    """A table as lines; the last columns go where there is no room for them."""
    lines = [""] * len(rows)
    for column in zip(*rows, strict=True):
        wide = max(len(line) for line in lines)
        more = [f"{line:{wide}}  {cell}" for line, cell in zip(lines, column, strict=True)] if wide else column
        if max(map(len, more)) <= room:
            lines = [*more]
    return Content(visible("\n".join(lines)))
