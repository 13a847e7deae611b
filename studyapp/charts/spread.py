"""How intervals, eases, stabilities and difficulties are spread, as bars."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean, median

from studyapp.charts.bars import Bar, bars
from studyapp.charts.cells import Cells, Section, label, words
from studyapp.core.plural import count
from studyapp.study.stats.present import DIFFICULTIES, EASES, INTERVALS, Bin, histogram
from studyapp.study.stats.statistics import Statistics


def spread_bars(values: Sequence[float], edges: Sequence[float], width: int, unit: str, kind: str) -> list[Cells]:
    """How many of the values are between each two edges."""
    if not values:
        return words("No cards with an interval yet.", width)
    bins = histogram(values, edges)
    filled = [number for number, one in enumerate(bins) if one.count]
    shown = bins[filled[0] : filled[-1] + 1]
    rows = bars([Bar(_between(one, unit), one.count, f"{one.count:,}", kind) for one in shown], width)
    mean, middle = (f"{one:,.1f}".removesuffix(".0") for one in (fmean(values), median(values)))
    return [*rows, label(f"mean {mean}, median {middle}, {count(len(values), 'card')}")]


def memory_sections(found: Statistics, width: int) -> list[Section]:
    """Eases for SM-2, stabilities and difficulties for FSRS."""
    spread = found.spread
    shown: list[Section] = []
    if spread.eases:
        rows = spread_bars(spread.eases, EASES, width, " %", "good")
        shown.append(Section("eases", "Eases (SM-2)", rows))
    if spread.stabilities:
        rows = spread_bars(spread.stabilities, INTERVALS, width, " d", "good")
        shown.append(Section("stabilities", "Stabilities (FSRS)", rows))
        rows = spread_bars(spread.difficulties, DIFFICULTIES, width, "", "hard")
        shown.append(Section("difficulties", "Difficulties (FSRS)", rows))
    return shown


def _between(one: Bin, unit: str) -> str:
    if one.low == -math.inf:
        return f"below {one.high:g}{unit}"
    if one.high == math.inf:
        return f"{one.low:g}+{unit}"
    return f"{one.low:g}–{one.high - 1:g}{unit}" if one.high - one.low > 1 else f"{one.low:g}{unit}"
