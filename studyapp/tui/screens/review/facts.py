"""What is shown beside a card where there is room: its schedule and history, the session, its place in the note."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from textual.content import Content

from studyapp.core.schedule.entries import Grade, Schedule
from studyapp.core.text.spoken import one_line
from studyapp.core.visible import visible
from studyapp.tui.render.formulas.one_line import with_formulas
from studyapp.tui.widgets.cards.grade_bar import HUES
from studyapp.tui.widgets.parts.side_panel import Facts
from studyapp.tui.widgets.parts.stack import stack
from studyapp.wording.cards import first_words
from studyapp.wording.numbers import schedule_facts
from studyapp.wording.widths import cut

if TYPE_CHECKING:
    from studyapp.core.log.ledger_rows import Done
    from studyapp.core.vault.vault import Handle

_WIDTH: Final = 36
_QUESTIONS: Final = 8
"""The most questions named under a heading."""
_ROWS: Final = 20
"""The most rows of the outline."""


def facts_of(
    schedule: Schedule | None, past: Sequence[Done], now: datetime, own: Sequence[tuple[str, str]] = ()
) -> Facts:
    """The card's schedule, with settings of its `own`, and its grades as cells, the last one at the right."""
    rows: list[tuple[str, Content | str]] = [*schedule_facts(schedule, now), *own]
    grades = [done.grade for done in past if done.grade is not None]
    if grades:
        seconds = sorted(done.seconds for done in past if done.seconds is not None)
        lapses = grades.count(Grade.AGAIN)
        rows.append(("reviews", f"{len(grades):,}, {lapses:,} again" if lapses else f"{len(grades):,}"))
        if seconds:
            rows.append(("usually takes", f"{seconds[len(seconds) // 2]:.0f} s"))
        rows.append(("history", ""))
        rows.append(("", grade_cells(grades[-_WIDTH:])))
    return Facts("This card", rows)


def grade_cells(grades: Iterable[Grade]) -> Content:
    """A cell for each grade in its colour, or with its number where there is no colour."""
    numbers = {grade: str(number) for number, grade in enumerate(Grade, 1)}
    return Content.assemble(*((numbers[grade], f"$ink on ${HUES[grade]}-area") for grade in grades))


def session_facts(grades: Counter[Grade], done: int, of: int, *, colours: bool = True) -> Facts:
    """The session's progress, and the grades given in it."""
    given = [(grade, number) for grade in Grade if (number := grades[grade])]
    parts: list[Content] = [
        Content.assemble((f"{number:,}", f"bold ${HUES[grade]}"), (f" {grade}", "$quiet")) for grade, number in given
    ]
    rows: list[tuple[str, Content | str]] = [("done", f"{done:,} of {of:,}")]
    if parts:
        rows.append(("", stack([(HUES[grade], number) for grade, number in given], _WIDTH, colours=colours)))
        rows.append(("", Content("  ").join(parts)))
    return Facts("Session", rows)


def outline_facts(handle: Handle) -> Facts:
    """The headings of the note, and the questions under the current card's heading."""
    note, here = handle.note, handle.question
    rows: list[tuple[str, Content | str]] = [("", Content.styled(visible(note.path, newlines=False), "$quiet"))]
    headings = note.headings
    lines = [heading.line for heading in headings] + [10**9]
    for number, heading in enumerate(headings):
        inside = lines[number] <= here.first_line < lines[number + 1]
        name = cut(visible(one_line(heading.text), newlines=False), _WIDTH - 4)
        rows.append(("", Content.assemble(("▾ " if inside else "▸ ", "$quiet"), name)))
        if inside:
            rows += _questions(handle, lines[number], lines[number + 1])
    if not headings:
        rows += _questions(handle, 0, lines[-1])
    return Facts("In the note", rows[:_ROWS])


def _questions(handle: Handle, first: int, end: int) -> Iterable[tuple[str, Content]]:
    those = [one for one in handle.note.questions if first <= one.first_line < end]
    place = next((number for number, one in enumerate(those) if one.first_line == handle.question.first_line), 0)
    start = max(0, min(place - _QUESTIONS // 2, len(those) - _QUESTIONS))
    for one in those[start : start + _QUESTIONS]:
        here = one.first_line == handle.question.first_line
        front = handle.card.front if here else one.without_answers
        words = cut(visible(first_words(with_formulas(front)), newlines=False), _WIDTH - 6)
        sign = ("● ", "$act") if here else ("○ ", "$quiet")
        yield "", Content.assemble("  ", sign, (words, "bold $strong" if here else "$quiet"))
