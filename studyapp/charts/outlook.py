"""The last year and the next month under their title rules, in the lines available."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from functools import partial
from typing import Final

from studyapp.charts.calendar import SHADES, heat_map, heat_squares, pair_map, shades
from studyapp.charts.cells import EIGHTHS, Cell, Cells, day_label, ruled, short, size
from studyapp.core.plural import count
from studyapp.study.stats.outlook import Outlook

_NAMES: Final = 4
"""Width of the names of weekdays."""
_WEEKS: Final = 53
_GAP: Final = 3
"""Space between two charts."""
_LEAST_DAYS: Final = 12
"""Width that the next days need."""
_HEIGHT: Final = 4
"""The least lines of the day columns."""
_HIGHEST: Final = 10
"""The most lines of them, where there is much room."""
_ABOVE: Final = 12
"""Lines of the largest form besides these columns."""
LARGE: Final = _NAMES + 2 * _WEEKS
"""The least width at which a year is drawn in squares."""


def outlook_rows(found: Outlook, width: int, height: int, *, colours: bool = True) -> list[Cells]:
    """Draw the largest form that fits; without colours each shade has a sign."""
    forms: list[Callable[[Outlook, int], list[Cells]]] = [_year, _line]
    if width >= _NAMES + _WEEKS + _GAP + _LEAST_DAYS:
        forms.insert(0, _beside)
    if width >= LARGE:
        forms.insert(0, partial(_large, height=height, colours=colours))
    for form in forms:
        rows = form(found, width)
        if len(rows) <= height:
            return rows if colours else [[signed(cell) for cell in row] for row in rows]
    return []


def _large(found: Outlook, width: int, *, height: int, colours: bool) -> list[Cells]:
    record = " · ".join([f"{count(found.month, 'review')} in 30 days"] * (found.month > 0) + [_record(found)])
    squares = heat_squares(found.calendar, found.today) if colours else heat_map(found.calendar, found.today, width)
    return [
        ruled("Last year", [Cell(f"{record}   ", "label"), *shades(colours=colours)], width),
        *squares,
        [],
        ruled("Next 30 days", [Cell(_coming(found), "label")], width),
        *_days(found, width, max(_HEIGHT, min(_HIGHEST, height - _ABOVE))),
    ]


def _beside(found: Outlook, width: int) -> list[Cells]:
    left = _year(found, _NAMES + _WEEKS)
    wide = width - _NAMES - _WEEKS - _GAP
    right = [ruled("Next days", [], wide), *_days(found, wide)]
    return [
        [*row, Cell(" " * (_NAMES + _WEEKS + _GAP - size(row))), *other]
        for row, other in zip(left, right, strict=True)
    ]


def _year(found: Outlook, width: int) -> list[Cells]:
    rows = pair_map(found.calendar, found.today, min(width, _NAMES + _WEEKS))
    return [ruled("Last year", [Cell(_record(found), "label")], width), *rows]


def _line(found: Outlook, width: int) -> list[Cells]:
    return [ruled(_record(found), [Cell(_coming(found), "label")], width)]


def _record(found: Outlook) -> str:
    """The longest streak, and the current one."""
    streak = found.streak
    if not streak.longest:
        return "begins today"
    if streak.current == streak.longest:
        return f"{streak.longest:,}-day streak" + (", your longest" if streak.longest > 1 else "")
    return f"{streak.longest:,}-day record" + (f" · {streak.current:,} now" if streak.current > 1 else "")


def _coming(found: Outlook) -> str:
    coming = found.forecast
    days = coming.days[1:]
    rest = f" · {days[0]:,} tomorrow" if days else ""
    mean = f"{sum(days) / len(days):.1f}" if days else ""
    return f"{coming.today:,} today{rest}" + (f" · {mean} a day" if mean.strip("0.") else "")


def _days(found: Outlook, width: int, lines: int = _HEIGHT) -> list[Cells]:
    return day_columns([found.forecast.today, *found.forecast.days[1:]], found.today, width, lines)


def day_columns(due: Sequence[int], today: date, width: int, lines: int = _HEIGHT) -> list[Cells]:
    """What is due on each day from today on, as columns; today stands out. The dates below take one more line."""
    top = max(due, default=0) or 1
    names = (short(top), *[""] * (lines - 2), "0")
    margin = max(map(len, names)) + 1
    wide = next((cells for cells in (5, 3, 2) if cells * len(due) <= width - margin), 1)
    shown = due[: max(1, (width - margin) // wide)]
    fill = max(1, wide - 1)
    rows: list[Cells] = []
    for line, name in enumerate(names):
        row = [Cell(name.rjust(margin - 1) + " ", "label")]
        for day, number in enumerate(shown):
            eighths = max(round(number / top * 8 * lines), int(number > 0)) - 8 * (lines - 1 - line)
            glyph = EIGHTHS[max(0, min(8, eighths))]
            row.append(Cell(glyph * fill + " " * (wide - fill), "due" if day else "today"))
        rows.append(row)
    return [*rows, [Cell(" " * margin + _dates(today, len(shown), wide), "label")]]


def _dates(today: date, days: int, wide: int) -> str:
    """Today, then as many days as fit without crowding; the last one if no more fit."""
    room, line = days * wide, "today"
    step = max(5, -(-10 // wide))
    marks: Sequence[int] = range(step, days, step) if room >= 30 else [days - 1]
    for day in marks:
        text = day_label(today + timedelta(day))
        place = day * wide if room >= 30 else room - len(text)
        if len(line) + 2 <= place and place + len(text) <= room:
            line = line.ljust(place) + text
    return line


def signed(cell: Cell) -> Cell:
    """A cell whose shades are told apart by a sign; the mean of two days."""
    if not cell.kind.startswith("heat-") or not cell.text.strip() or cell.text in SHADES:
        return cell
    levels = [int(level) for level in cell.kind.removeprefix("heat-").split("/") if level]
    return Cell(SHADES[round(sum(levels) / len(levels))], cell.kind)
