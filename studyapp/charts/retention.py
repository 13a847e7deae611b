"""How much was remembered: curves, a table, and how much was intended."""

from __future__ import annotations

from typing import Final

from studyapp.charts.bars import Bar, bars, table
from studyapp.charts.cells import Cell, Cells, Section, day_label, label, words
from studyapp.core.plural import count, percent
from studyapp.core.visible import visible
from studyapp.runs.drawn.plots import AXIS, EARLIER, NAME, NEWEST, TEXT, Curve, line_plot
from studyapp.study.stats.past import Share, window
from studyapp.study.stats.reviews import MATURE
from studyapp.study.stats.statistics import Statistics
from studyapp.wording.settings import beyond_the_plugin, health_text

_RETENTION: Final = (
    "The first review of each card on a day; Again is wrong; learning steps are left out. Young: an interval of less "
    f"than {MATURE} days."
)
_AGES: Final = (("young", NEWEST), ("mature", EARLIER))
_LOOKS: Final = {NEWEST: "good", EARLIER: "label", AXIS: "rule", NAME: "good", TEXT: "label"}
"""The looks of a plot's parts."""
CURVE: Final = 9
"""Lines of the curves."""
_POINTS: Final = 3
"""Points needed for a curve."""
_FOR_CURVES: Final = 36
"""Width needed for a curve."""


def retention_curves(found: Statistics, width: int, height: int) -> list[Cells]:
    """How much was remembered over the period, young and mature cards apart; bars where that is one number."""
    kept = found.retention
    if not kept.all.total:
        return retention_table(found, width)
    named = [(name, getattr(kept, name), owner) for name, owner in _AGES]
    points: dict[str, list[tuple[float, float]]] = {
        name: [
            (at, 100 * share.share)
            for at, part in enumerate(found.course)
            if (share := getattr(part, name)).share is not None
        ]
        for name, _, _ in named
    }
    drawn = [
        Curve(points[name], f"{name} {percent(share.share or 0).removesuffix(' %')}", owner)
        for name, share, owner in named
        if len(points[name]) >= _POINTS
    ]
    if not drawn or width < _FOR_CURVES:
        return bars(
            [Bar(name, share.share or 0, percent(share.share), "good") for name, share, _ in named if share.total],
            width,
            most=1,
        )
    low = min(90, 10 * int(min(value for curve in drawn for _, value in curve.points) // 10))
    ends = (day_label(found.first), day_label(found.today))
    rows = line_plot(drawn, (width, height), (0, max(1, len(found.course) - 1)), (low, 100), ends)
    drawn_rows = [[Cell(text, _LOOKS.get(owner, "label")) for text, owner in row] for row in rows]
    return [
        *drawn_rows,
        *words(f"Each point: the {count(window(found.first, found.today), 'day')} up to then.", width),
    ]


def retention_table(found: Statistics, width: int) -> list[Cells]:
    """How much was remembered in each month, young and mature cards apart."""
    if not found.retention.all.total:
        return words("No reviews of learned cards in this range.", width)
    lines = [("", "young", "", "mature", "", "all", "")]
    wide = width >= 64  # where there is less room, the bars show the totals
    shown = [(f"{month:%Y-%m}", kept) for month, kept in found.months.items()]
    for name, kept in [*shown, ("all", found.retention)] if len(shown) > 1 else [("all", found.retention)]:
        lines.append((name, *_share(kept.young), *_share(kept.mature), *_share(kept.all)))
    rows = table([line if wide else line[:5] for line in lines])
    if len(shown) > 1:
        rows.append(label(""))
        shares = [(name, kept.all.share) for name, kept in shown]
        rows += bars([Bar(name, share or 0, percent(share), "mature") for name, share in shares], width, most=1)
    return rows + words(_RETENTION, width)


def _share(share: Share) -> tuple[str, str]:
    return percent(share.share), f"of {share.total:,}"


def remembered(found: Statistics) -> str:
    """How much of all, in a few words."""
    kept = found.retention.all
    return f"{percent(kept.share)} of {kept.total:,}" if kept.total else ""


def meant_sections(found: Statistics, width: int) -> list[Section]:
    """The intended and the actual retention, by preset, and what makes schedules differ from the plugin's."""
    beyond = beyond_the_plugin(found.settings) if found.settings is not None else []
    if not found.meant and not beyond:
        return []
    lines = [("preset", "meant", "recalled", "of")]
    lines += [
        (
            visible(one.preset or "none", newlines=False),
            percent(one.meant),
            percent(one.seen.share),
            f"{one.seen.total:,}",
        )
        for one in found.meant
    ]
    rows = table(lines) if found.meant else []
    for one in found.meant:
        rows += words(health_text(one), width)
    if beyond:
        rows += words(
            f"Schedules differ from the plugin's because of: {visible('; '.join(beyond), newlines=False)}.", width
        )
    return [Section("meant", "Intended recall", rows)]
