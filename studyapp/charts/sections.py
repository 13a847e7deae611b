"""Statistics as charts, one section each, in the available width."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from textwrap import wrap
from typing import Final

from msgspec.structs import replace

from studyapp.charts.bars import Bar, bars
from studyapp.charts.calendar import heat_map, heat_squares, legend, shades
from studyapp.charts.cells import Cell, Cells, Section, flow, label, size, words
from studyapp.charts.columns import Layer, collect_days, draw_columns
from studyapp.charts.outlook import LARGE
from studyapp.charts.retention import CURVE, meant_sections, remembered, retention_curves, retention_table
from studyapp.charts.spread import memory_sections, spread_bars
from studyapp.core.plural import count, percent
from studyapp.core.schedule.entries import Grade
from studyapp.study.exams.pace import Pace
from studyapp.study.stats.estimate import in_minutes
from studyapp.study.stats.present import INTERVALS
from studyapp.study.stats.statistics import Statistics
from studyapp.wording.exams import name_text, pace_lines
from studyapp.wording.numbers import days_text
from studyapp.wording.widths import cut

HEIGHT: Final = 10
"""The height of a chart over time, in lines."""
STACKED: Final = 14
"""The same for stacked columns, which use whole lines."""
LOW: Final = 7
"""The same where there are few rows."""
_BELOW: Final = 2
"""Lines of the axis and its days."""
GRADES: Final = (
    Layer(Grade.AGAIN, "░"),
    Layer(Grade.HARD, "▒"),
    Layer(Grade.GOOD, "█"),
    Layer(Grade.EASY, "▓"),
)
"""From below."""
MATURITY: Final = (
    ("new", Layer(Grade.EASY, "▓")),
    ("learning", Layer(Grade.AGAIN, "░")),
    ("young", Layer(Grade.HARD, "▒")),
    ("mature", Layer(Grade.GOOD, "█")),
)
"""In the colours of the grades: new is blue, known is green."""
WHOLE: Final = frozenset({"cards", "calendar"})
"""The full-width charts; the calendar only where no column is wide enough for it."""
_BESIDE: Final = 3
"""Space between a chart and the key beside it."""
DUE: Final = (Layer("backlog", "▒"), Layer("due", "█"))
NARROWEST: Final = 36


def sections(
    found: Statistics, width: int, name_of: Callable[[str], str], exams: Sequence[Pace] = ()
) -> list[Section]:
    """Every chart that has something to show, after an overview in words; no chart is narrower than `NARROWEST`."""
    tables = {"retention": retention_table(found, max(NARROWEST, width))}
    return [
        Section("overview", "Overview", _overview(found, width)),
        *(
            replace(one, rows=tables.get(one.name, one.rows))
            for one in charts(found, width, name_of, exams=exams)
            if one.name != "cards"
        ),
    ]


def charts(
    found: Statistics,
    width: int,
    name_of: Callable[[str], str],
    *,
    whole: int = 0,
    colours: bool = False,
    exams: Sequence[Pace] = (),
    high: int = STACKED,
) -> list[Section]:
    """The charts alone, `width` cells wide, as for `sections`.

    Those that are as wide as the page, `WHOLE`, have at least `whole` cells. Without colours each part and shade has
    a sign. A chart over time has at most `high` lines.
    """
    width = max(NARROWEST, width)
    whole = max(width, whole)
    stacked, single, curves = (min(high, lines) for lines in (STACKED, HEIGHT, CURVE))
    totals, days = found.totals, count(found.length, "day")
    done = f"{found.reviews:,} on {len(found.days):,} of {days}"
    return [
        Section(
            "cards", count(totals.cards, "card"), _maturity(found, whole), label(f"in {count(totals.notes, 'note')}")
        ),
        _calendar(found, width if width >= LARGE else whole, colours=colours),
        Section("reviews", f"Reviews {_unit(found, width)}", _reviews(found, width, stacked), label(done)),
        Section("retention", "True retention", retention_curves(found, width, curves), label(remembered(found))),
        *meant_sections(found, width),
        *([Section("exams", "Exams", _exams(exams, width))] if exams else []),
        Section("forecast", "Forecast", _forecast(found, width, single)),
        Section("time", f"Minutes {_unit(found, width)}", _time(found, width, single)),
        Section("intervals", "Intervals", spread_bars(found.spread.intervals, INTERVALS, width, " d", "mature")),
        *memory_sections(found, width),
        Section("hours", "Answers by the hour", _hours(found, width)),
        Section("hardest", "Hardest cards", _hardest(found, width, name_of)),
    ]


def _exams(exams: Sequence[Pace], width: int) -> list[Cells]:
    """Whether the cards will be ready for each exam."""
    found: list[Cells] = []
    for one in exams:
        head = f"{name_text(one.exam)} on {one.exam.day}, {days_text(one.days)}:"
        found += words(" ".join([head, *pace_lines(one)]), width)
    return found


def _maturity(found: Statistics, width: int) -> list[Cells]:
    """The cards by how well they are known, as one bar."""
    totals = found.totals
    parts = [(layer, getattr(totals, name), name) for name, layer in MATURITY]
    there = [(layer, number, name) for layer, number, name in parts if number]
    cells: Cells = []
    reached, end = 0, 0
    for at, (layer, number, _) in enumerate(there, 1):
        reached += number
        upto = min(width - len(there) + at, max(end + 1, round(width * reached / totals.cards)))
        cells.append(Cell(layer.glyph * (upto - end), layer.kind))
        end = upto
    key: list[Cells] = [
        [Cell(f"{layer.glyph} ", layer.kind), Cell(f"{number:,} {name}", "label")] for layer, number, name in parts
    ]
    if totals.suspended:
        key.append([Cell(f"{totals.suspended:,} of them suspended", "label")])
    return [*([cells] if cells else []), *flow(key, width)]


def _overview(found: Statistics, width: int) -> list[Cells]:
    totals, streak, days = found.totals, found.streak, len(found.days)
    each = found.seconds / found.reviews if found.reviews else 0
    lines = [
        ("cards", f"{totals.cards:,} in {count(totals.notes, 'note')}"),
        (
            "",
            f"{totals.new:,} new, {totals.learning:,} learning, {totals.young:,} young, {totals.mature:,} mature"
            + (f"; {totals.suspended:,} suspended" if totals.suspended else ""),
        ),
        ("streak", f"{count(streak.current, 'day')} now; {count(streak.longest, 'day')} at best"),
        ("reviews", f"{found.reviews:,} on {days:,} of {count(found.length, 'day')}" if days else "none"),
        ("time", f"{in_minutes(found.seconds)}, {each:.0f} seconds a card" if found.reviews else "none"),
    ]
    if days:
        lines.insert(4, ("", f"{found.reviews / found.length:.1f} a day; {found.reviews / days:.1f} on study days"))
    if kept := found.retention.all.total:
        lines.append(("retention", f"{percent(found.retention.all.share)} of {kept:,}"))
    wide = max(len(name) for name, _ in lines) + 2
    rows: list[Cells] = []
    for name, text in lines:
        for number, part in enumerate(wrap(text, max(1, width - wide))):
            rows.append([Cell(("" if number else name).ljust(wide), "label"), Cell(part)])
    return rows


def _unit(found: Statistics, width: int) -> str:
    return collect_days({}, found.first, found.period.last, 1, width - 8).unit


def _reviews(found: Statistics, width: int, height: int) -> list[Cells]:
    if not found.days:
        return words("No reviews in this range.", width)
    values = {day: [float(done.grades[grade]) for grade in Grade] for day, done in found.days.items()}
    columns = collect_days(values, found.first, found.period.last, len(GRADES), width - 8)
    full: list[Cells] = []
    short: list[Cells] = []
    for layer in GRADES:
        number = found.grades(Grade(layer.kind))
        share, name = percent(number / found.reviews), layer.kind.title()
        full.append([Cell(f"{layer.glyph} ", layer.kind), Cell(f"{name} {number:,} ({share})", "label")])
        short.append([Cell(f"{layer.glyph} ", layer.kind), Cell(f"{name} {share}", "label")])
    return _keyed(draw_columns(columns, GRADES, width, height - _BELOW), full, short, width)


def _keyed(rows: list[Cells], key: Sequence[Cells], short: Sequence[Cells], width: int) -> list[Cells]:
    """A chart with its key: beside it, in the order of its layers, if that fits, else below it, there on one row."""
    taken = max(size(row) for row in rows)
    if taken + _BESIDE + max(map(size, key)) > width or len(key) > len(rows):
        below = flow(key, width)
        return rows + (below if len(below) == 1 else flow(short, width))
    return [
        [*row, *([Cell(" " * (taken - size(row) + _BESIDE)), *key[-1 - number]] if number < len(key) else [])]
        for number, row in enumerate(rows)
    ]


def _time(found: Statistics, width: int, height: int) -> list[Cells]:
    if not found.seconds:
        return words("No times in this range.", width)
    values = {day: [done.seconds / 60] for day, done in found.days.items()}
    columns = collect_days(values, found.first, found.period.last, 1, width - 8)
    a_day = found.seconds / 60 / len(found.days)
    said = f"{in_minutes(found.seconds)} in all; {a_day:.1f} minutes on a day with reviews"
    return [*draw_columns(columns, [Layer("time", "█")], width, height - _BELOW), *words(said, width)]


def _calendar(found: Statistics, width: int, *, colours: bool) -> Section:
    """The last year, in squares where there is room for them."""
    if width >= LARGE and colours:
        return Section("calendar", "Last year", heat_squares(found.calendar, found.today), shades(colours=True))
    rows = [*heat_map(found.calendar, found.today, width), legend(found.calendar, found.today, width)]
    return Section("calendar", "Last year", rows)


def _forecast(found: Statistics, width: int, height: int) -> list[Cells]:
    coming, today = found.forecast, found.today
    if not coming.backlog and not any(coming.days):
        return words(f"Nothing is due in the next {len(coming.days)} days.", width)
    values = {today + timedelta(ahead): [0.0, float(due)] for ahead, due in enumerate(coming.days)}
    values[today][0] = coming.backlog
    last = today + timedelta(len(coming.days) - 1)
    # Columns are counted from today, so that the first one stands for the next days.
    mirrored = {last - (day - today): value for day, value in values.items()}
    columns = collect_days(mirrored, today, last, len(DUE), width - 8)
    columns.values.reverse()
    columns = columns._replace(starts=[today + timedelta(columns.size * at) for at in range(len(columns.values))])
    rows = draw_columns(columns, DUE, width, height - _BELOW)
    mean = sum(coming.days) / len(coming.days)
    due = f"due {columns.unit}: {coming.days[0]:,} today, {mean:.1f} a day"
    key: list[Cells] = [[Cell("█ ", "due"), Cell(due, "label")]]
    if coming.backlog:
        key.insert(0, [Cell("▒ ", "backlog"), Cell(f"backlog {coming.backlog:,}", "label")])
    return rows + flow(key, width)


def _hours(found: Statistics, width: int) -> list[Cells]:
    used = [hour for hour, share in enumerate(found.hours) if share.total]
    if not used:
        return words("No reviews in this range.", width)
    shown = [(hour, share, percent(share.share)) for hour, share in enumerate(found.hours)][used[0] : used[-1] + 1]
    wide = max(len(right) for _, _, right in shown)
    lines = [
        Bar(f"{hour:02d}:00", share.total, f"{share.total:,}  {right:>{wide}} right", "due")
        for hour, share, right in shown
    ]
    return bars(lines, width)


def _hardest(found: Statistics, width: int, name_of: Callable[[str], str]) -> list[Cells]:
    if not found.hardest:
        return words("No cards were graded Again in this range.", width)
    head = "again  reviews  "
    return [
        label(head.rstrip()),
        *(
            [Cell(f"{one.again:>5}  {one.reviews:>7}  ", "again"), Cell(cut(name_of(one.card), width - len(head)))]
            for one in found.hardest
        ),
    ]
