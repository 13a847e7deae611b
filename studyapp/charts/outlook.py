"""Streak, the last year and the next month, in the given number of lines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Final

from studyapp.charts.calendar import heat_map, weeks_in
from studyapp.charts.cells import Cell, Cells, plain
from studyapp.charts.columns import Columns, draw, spark
from studyapp.charts.sections import DUE
from studyapp.study.stats.outlook import Outlook

_NAMES: Final = 12
"""The width of the names before small charts, in cells."""
_BESIDE: Final = 96
"""The width from which the forecast is beside the calendar, in cells."""


def outlook_rows(found: Outlook, width: int, height: int) -> list[Cells]:
    """Draw the largest form that fits; none if even the smallest does not."""
    forms: tuple[Callable[[Outlook, int], list[Cells]], ...] = (_beside, _large, _middle, _small, _line)
    for form in forms if width >= _BESIDE else forms[1:]:
        rows = form(found, width)
        if len(rows) <= height:
            return [_cut(row, width) for row in rows]
    return []


def _cut(row: Cells, width: int) -> Cells:
    """Drop what does not fit, from the end."""
    kept = list(row)
    while kept and sum(len(cell.text) for cell in kept) > width:
        kept.pop()
    return kept


def _beside(found: Outlook, width: int) -> list[Cells]:
    left = heat_map(found.calendar, found.today, width)
    wide = max(len(plain(row)) for row in left)
    right = [[Cell("next 30 days", "label")], *_forecast(found, width - wide - 4, len(left) - 3)]
    rows = [_streak(found)]
    for number, row in enumerate(left):
        gap = " " * (wide - sum(len(cell.text) for cell in row) + 4)
        rows.append([*row, Cell(gap), *(right[number] if number < len(right) else [])])
    return rows


def _large(found: Outlook, width: int) -> list[Cells]:
    return [_streak(found), *heat_map(found.calendar, found.today, width), [], *_forecast(found, width, 4)]


def _middle(found: Outlook, width: int) -> list[Cells]:
    return [_streak(found), *heat_map(found.calendar, found.today, width), _next_month(found, width)]


def _small(found: Outlook, width: int) -> list[Cells]:
    weeks = min(weeks_in(width), width - _NAMES)
    monday = found.today - timedelta(found.today.weekday())
    counts = [0] * weeks
    for day, reviews in found.calendar.items():
        back = (monday - day).days
        week = weeks - 1 - (-(-back // 7) if back > 0 else 0)
        if week >= 0 and day <= found.today:
            counts[week] += reviews
    year: Cells = [Cell("last year".ljust(_NAMES), "label"), Cell(spark(counts), "good")]
    return [_streak(found), year, _next_month(found, width)]


def _line(found: Outlook, _width: int) -> list[Cells]:
    return [_streak(found)]


def _streak(found: Outlook) -> Cells:
    streak = found.streak
    days = f"{streak.current:,} day" + ("" if streak.current == 1 else "s")
    row = [Cell("streak".ljust(_NAMES), "label"), Cell(days, "good" if streak.current else "")]
    if streak.longest > streak.current:
        row.append(Cell(f", the longest {streak.longest:,}", "label"))
    if streak.current and not streak.today:
        row.append(Cell("; nothing reviewed today yet", "label"))
    return row


def _next_month(found: Outlook, width: int) -> Cells:
    coming = found.forecast
    due = [coming.today, *coming.days[1:]]
    said = f"  {coming.today:,} today, {due[1]:,} tomorrow" if len(due) > 1 else ""
    line = spark(due)
    room = width - _NAMES
    if len(line) + len(said) > room:
        line = line[: max(0, room - len(said))]
    return [Cell("next month".ljust(_NAMES), "label"), Cell(line, "due"), Cell(said, "label")]


def _forecast(found: Outlook, width: int, height: int) -> list[Cells]:
    coming = found.forecast
    days = list(coming.days)[: max(1, width - 8)]
    values = [[0.0, float(due)] for due in days]
    values[0][0] = coming.backlog
    starts = [found.today + timedelta(ahead) for ahead in range(len(days))]
    return draw(Columns(1, starts, values), DUE, width, height)
