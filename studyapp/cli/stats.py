"""`studyapp stats`: charts for users, numbers for scripts."""

from __future__ import annotations

import argparse
import math
import shutil
import sys
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, Final

from msgspec import to_builtins

from studyapp.charts.cells import Cells, plain
from studyapp.charts.sections import sections
from studyapp.cli.opening import open_vault
from studyapp.cli.output import print_json
from studyapp.core.errors import CardNotFoundError
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.visible import takes_colour, visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.pace import paces
from studyapp.study.stats.gather import gather, read_reviews
from studyapp.study.stats.past import Retention, Share
from studyapp.study.stats.present import DIFFICULTIES, EASES, INTERVALS, histogram
from studyapp.study.stats.statistics import Statistics
from studyapp.wording.cards import LISTED, front_line
from studyapp.wording.settings import health_text

_WIDTH: Final = 80
_WIDEST: Final = 110
_COLOURS: Final = {
    Grade.AGAIN: 31,
    Grade.HARD: 33,
    Grade.GOOD: 32,
    Grade.EASY: 34,
    "mature": 32,
    "due": 34,
    "backlog": 33,
    "time": 36,
    "heat-1": 32,
    "heat-2": 32,
    "heat-3": 32,
    "heat-4": 32,
    "axis": 2,
    "label": 2,
}
"""The terminal's own colours by number, and 2 for dim."""


def stats(options: argparse.Namespace) -> int:
    """Show the statistics of a vault or deck."""
    workspace, deck = open_vault(options), options.deck
    workspace.vault.check_deck(deck)
    found = gather(workspace, read_reviews(workspace), deck, options.range_, workspace.states.suspended)
    if options.json:
        print_json({"vault": str(workspace.vault.root), **statistics_json(found)})
        return 0
    exams = [*paces(workspace)]
    width = _WIDTH
    coloured = takes_colour(sys.stdout)
    if sys.stdout.isatty():
        width = min(_WIDEST, shutil.get_terminal_size((_WIDTH, 24)).columns)
    where = "all decks" if deck is None else visible(deck, newlines=False)
    lines = [f"{where}, {found.first} to {found.period.last}", ""]
    for section in sections(found, width - 1, lambda card: card_name(workspace, card), exams):
        lines += [f"\x1b[1m{section.title}\x1b[0m" if coloured else section.title]
        lines += [_painted(row) if coloured else plain(row) for row in section.rows]
        lines.append("")
    sys.stdout.write("\n".join(lines))
    return 0


def card_name(workspace: Workspace, card: str) -> str:
    """A card's front with its note, or its id if it is gone."""
    try:
        handle = workspace.vault.find(CardId.parse(card))
    except CardNotFoundError:
        return visible(f"{card} (deleted)", newlines=False)
    front = front_line(handle, most=LISTED)
    return visible(front, newlines=False)


def statistics_json(found: Statistics) -> dict[str, Any]:
    """Statistics as an object; days are ISO dates, times are seconds, shares range from 0 to 1."""
    return {
        "deck": found.deck,
        "range": {"first": found.first.isoformat(), "last": found.period.last.isoformat()},
        "today": found.today.isoformat(),
        "reviews": found.reviews,
        "seconds": round(found.seconds, 3),
        "grades": {grade: found.grades(grade) for grade in Grade},
        "days": [
            {
                "date": day.isoformat(),
                "reviews": done.reviews,
                **{grade: done.grades[grade] for grade in Grade},
                "seconds": round(done.seconds, 3),
            }
            for day, done in found.days.items()
        ],
        "calendar": {day.isoformat(): reviews for day, reviews in found.calendar.items()},
        "streak": {
            "current": found.streak.current,
            "longest": found.streak.longest,
            "reviewed_today": found.streak.today,
        },
        "retention": _retention_json(found.retention),
        "meant": [
            {
                "preset": one.preset,
                "meant": one.meant,
                **_share_json(one.seen),
                "verdict": one.verdict,
                "words": health_text(one),
            }
            for one in found.meant
        ],
        "months": [{"month": f"{month:%Y-%m}", **_retention_json(kept)} for month, kept in found.months.items()],
        "hours": [{"hour": hour, **_share_json(share)} for hour, share in enumerate(found.hours)],
        "hardest": to_builtins(found.hardest),
        "forecast": {
            "backlog": found.forecast.backlog,
            "days": [
                {"date": (found.today + timedelta(ahead)).isoformat(), "due": due}
                for ahead, due in enumerate(found.forecast.days)
            ],
        },
        "totals": {
            "notes": found.totals.notes,
            "cards": found.totals.cards,
            **to_builtins(found.totals),
        },
        "intervals": _histogram_json(found.spread.intervals, INTERVALS),
        "eases": _histogram_json(found.spread.eases, EASES),
        "stabilities": _histogram_json(found.spread.stabilities, INTERVALS),
        "difficulties": _histogram_json(found.spread.difficulties, DIFFICULTIES),
    }


def _retention_json(kept: Retention) -> dict[str, Any]:
    return {"young": _share_json(kept.young), "mature": _share_json(kept.mature), "all": _share_json(kept.all)}


def _share_json(share: Share) -> dict[str, Any]:
    return {"right": share.right, "total": share.total, "share": share.share and round(share.share, 6)}


def _histogram_json(values: Sequence[float], edges: Sequence[float]) -> list[dict[str, Any]]:
    return [
        {
            "from": None if math.isinf(one.low) else one.low,
            "below": None if math.isinf(one.high) else one.high,
            "cards": one.count,
        }
        for one in histogram(values, edges)
        if one.count
    ]


def _painted(row: Cells) -> str:
    texts = []
    for cell in row:
        colour = _COLOURS.get(cell.kind)
        texts.append(f"\x1b[{colour}m{cell.text}\x1b[0m" if colour and cell.text.strip() else cell.text)
    return "".join(texts)
