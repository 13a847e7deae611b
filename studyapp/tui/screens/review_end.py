"""The end of a review: what was given, what to see again, what comes next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final

from textual.content import Content

from studyapp.charts.outlook import day_columns
from studyapp.core.schedule.entries import Grade
from studyapp.core.visible import visible
from studyapp.study.review.coming import Coming
from studyapp.tui.widgets.chart import coloured
from studyapp.tui.widgets.grade_bar import HUES
from studyapp.tui.widgets.pane import title_rule
from studyapp.tui.widgets.stack import stack
from studyapp.wording.numbers import clock_text, count, cut
from studyapp.wording.reviews import coming_text

_DAYS: Final = 14
_MOST: Final = 6
"""Cards that are named."""


def end_of(
    deck: str | None,
    grades: Mapping[Grade, int],
    seconds: float,
    *,
    forgotten: Sequence[str],
    coming: Coming,
    today: date,
    width: int,
) -> Content:
    """Say what was done, and what comes next.

    Args:
        deck: the deck that was reviewed; None for all.
        grades: how often each was given.
        seconds: how long it took.
        forgotten: the words of the cards that were graded Again.
        coming: what the vault asks for next.
        today: the day.
        width: cells.
    """
    where = f" in {visible(deck, newlines=False)}" if deck else ""
    given = {grade: number for grade in Grade if (number := grades.get(grade, 0))}
    number = sum(given.values())
    each = f", {seconds / number:.0f} s a card" if number else ""
    took = f"  {count(number, 'card')} in {clock_text(seconds)}{each}" if number else ""
    done = Content.assemble((f"Nothing is left to review{where}.", "bold $strong"), took)
    lines = [done.truncate(width, ellipsis=True)]
    if given:
        lines += [Content(""), stack([(HUES[grade], number) for grade, number in given.items()], width)]
        parts = [
            Content.assemble((f"{number:,}", f"bold ${HUES[grade]}"), (f" {grade.capitalize()}", "$quiet"))
            for grade, number in given.items()
        ]
        lines.append(Content("     ").join(parts).truncate(width))
    if forgotten:
        lines += [Content(""), title_rule("To see again", "", width)]
        for front in forgotten[:_MOST]:
            lines.append(Content.assemble(("1 ", "$bad"), cut(visible(front, newlines=False), width - 2)))
        if len(forgotten) > _MOST:
            lines.append(Content.styled(f"  and {len(forgotten) - _MOST:,} more", "$quiet"))
    if coming.now or coming.days:
        due = [coming.now + coming.days[0], *(coming.days[day] for day in range(1, _DAYS))]
        tomorrow = f"{due[1]:,} tomorrow"
        lines += [Content(""), title_rule("Next two weeks", tomorrow, width)]
        lines.append(coloured(day_columns(due, today, width)))
    if next_ := coming_text(coming):
        lines += [Content(""), Content.styled(next_, "$quiet")]
    return Content("\n").join(lines)
