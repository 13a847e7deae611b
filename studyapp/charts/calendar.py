"""A year of days as a heat map: one column a week, one line a weekday."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from studyapp.charts.cells import Cell, Cells

SHADES: Final = ("·", "░", "▒", "▓", "█")
"""No reviews, then four quarters of a busy day; distinct without colour."""
_NAMES: Final = ("Mon", "", "Wed", "", "Fri", "", "Sun")
_MARGIN: Final = 4
_APART: Final = 3
_WEEKS: Final = 53


def levels(counts: Sequence[int]) -> tuple[int, int, int]:
    """The numbers of reviews at which the second, third and fourth shade start: the quartiles of study days."""
    busy = sorted(count for count in counts if count)
    if not busy:
        return 1, 1, 1
    quarter, half, three = (busy[min(len(busy) - 1, len(busy) * part // 4)] for part in (1, 2, 3))
    return quarter, half, three


def shade(count: int, steps: tuple[int, int, int]) -> int:
    """The number of a day's shade; a day with reviews never looks like one without."""
    return 0 if count <= 0 else 1 + sum(count > step for step in steps)


def weeks_in(width: int) -> int:
    """How many weeks fit, a year at most."""
    return max(1, min(_WEEKS, width - _MARGIN))


def _monday(today: date, weeks: int) -> date:
    """The first day of that many weeks, of which today is in the last."""
    return today - timedelta(today.weekday() + 7 * (weeks - 1))


def heat_map(counts: Mapping[date, int], today: date, width: int) -> list[Cells]:
    """Draw as many weeks up to today as fit; each month is named above its first week."""
    weeks = weeks_in(width)
    monday = _monday(today, weeks)
    days = [monday + timedelta(number) for number in range(7 * weeks)]
    steps = levels([counts.get(day, 0) for day in days])
    rows: list[Cells] = [[Cell(" " * _MARGIN + _months(monday, weeks), "label")]]
    for weekday, name in enumerate(_NAMES):
        row = [Cell(name.ljust(_MARGIN), "label")]
        for day in days[weekday::7]:
            level = shade(counts.get(day, 0), steps)
            row.append(Cell(SHADES[level], f"heat-{level}") if day <= today else Cell(" "))
        rows.append(row)
    return rows


def heat_squares(counts: Mapping[date, int], today: date) -> list[Cells]:
    """Draw a year of weeks as squares, two cells each."""
    rows = heat_map(counts, today, _MARGIN + _WEEKS)
    months = _months(_monday(today, _WEEKS), _WEEKS, cells=2)
    drawn: list[Cells] = [[Cell(" " * _MARGIN + months, "label")]]
    for name, *days in rows[1:]:
        drawn.append([name, *(Cell("■ " if cell.kind else "  ", cell.kind) for cell in days)])
    return drawn


def pair_map(counts: Mapping[date, int], today: date, width: int) -> list[Cells]:
    """Draw two days in a cell, in four lines instead of seven; the months stand below."""
    months, *days = heat_map(counts, today, width)
    rows: list[Cells] = []
    for upper, lower in zip(days[::2], [*days[1::2], None], strict=True):
        row = [upper[0]]
        for at, cell in enumerate(upper[1:], 1):
            below = lower[at].kind.removeprefix("heat-") if lower is not None else ""
            kind = f"{cell.kind or 'heat-'}/{below}"
            row.append(Cell("▀" if cell.kind else " ", kind if cell.kind else ""))
        rows.append(row)
    return [*rows, months]


def shades(*, colours: bool) -> Cells:
    """What the shades mean, in a few cells."""
    row = [Cell("less ", "label")]
    for level, sign in enumerate(SHADES):
        row += [Cell("■" if colours else sign, f"heat-{level}"), Cell(" ")]
    return [*row, Cell("more", "label")]


def legend(counts: Mapping[date, int], today: date, width: int) -> Cells:
    """What the shades mean."""
    monday = _monday(today, weeks_in(width))
    shown = [count for day, count in counts.items() if monday <= day <= today]
    if not any(shown):
        return _key([(0, "no reviews")])
    steps = levels(shown)
    texts = [(0, "none")]
    low = 1
    for level, high in enumerate((*steps, None), 1):
        if high is not None and high < low:
            continue
        texts.append((level, f"{low}+" if high is None else f"{low}" if low == high else f"{low}–{high}"))
        low = (high or 0) + 1
    return _key(texts)


def _key(texts: Sequence[tuple[int, str]]) -> Cells:
    """Shades as the map shows them, each with its meaning."""
    row = [Cell(" " * (_MARGIN - _APART), "label")]
    for level, text in texts:
        row += [Cell(" " * _APART, "label"), Cell(SHADES[level], f"heat-{level}"), Cell(f" {text}", "label")]
    return row


def _months(monday: date, weeks: int, cells: int = 1) -> str:
    line = ""
    last = 0
    for week in range(weeks):
        end, place = monday + timedelta(7 * week + 6), cells * week
        new = end.month != last and (end.day <= 7 or not week)
        if new and place >= len(line) + bool(line) and place + 3 <= cells * weeks:
            line = line.ljust(place) + f"{end:%b}"
        last = end.month
    return line
