"""`studyapp decide`: the cost and benefit of each desired retention."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import Any, Final

from msgspec import to_builtins

from studyapp.charts.cells import plain
from studyapp.charts.decision import HEAD, NOW, NUMBERS, decision_curve, decision_row
from studyapp.cli.opening import open_vault
from studyapp.cli.output import print_json, print_table
from studyapp.cli.streams import progress, tell_progress
from studyapp.core.plural import count
from studyapp.core.settings.model import Algorithm
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.fitting.decide import MOST, Outset, Prospect
from studyapp.study.fitting.habits import outset_of
from studyapp.study.fitting.run import run_decision
from studyapp.study.fitting.scope import Scope, scope_of
from studyapp.wording.retention import NOT_FSRS, pace_text

_WIDTH: Final = 64
_HEIGHT: Final = 12


def decide(options: argparse.Namespace) -> int:
    """Simulate, and show the result."""
    workspace = open_vault(options)
    scope = scope_of(workspace, options.deck, options.preset)
    asked = outset_of(workspace, scope, options.days)
    found: list[Prospect] = []
    with progress():
        for said in run_decision(asked):
            if isinstance(said, list):
                found = said
            elif not options.json:
                tell_progress(f"{said}…")
    if options.json:
        print_json(decision_json(workspace, scope, asked, found))
    else:
        _print(scope, asked, found)
    return 0


def _print(scope: Scope, asked: Outset, found: Sequence[Prospect]) -> None:
    cards = len(asked.cards) + asked.new
    name = visible(scope.name, newlines=False)
    print(f"{name}: {len(asked.cards):,} learned, {asked.new:,} new, in {count(asked.days, 'day')}.")
    print(f"Assumed: {pace_text(asked)}, and your own grades and times.")
    if cards > MOST:
        print(f"Simulated on {MOST:,} of the cards.")
    if scope.settings.algorithm is not Algorithm.FSRS:
        print(f"{NOT_FSRS}; this applies to FSRS.")
    for title in NUMBERS:
        print(f"\n{title}, by desired retention ({NOW} now):\n")
        for row in decision_curve(found, title, {asked.present: NOW}, _WIDTH, _HEIGHT):
            print(plain(row))
    rows = [("", *HEAD), *(("now" if one.retention == asked.present else "", *decision_row(one)) for one in found)]
    print()
    print_table(rows)
    now = 100 * scope.parameters.desired_retention
    print(f"\nYour desired retention is {now:g} %. `fsrs_desired_retention` in the settings changes it.")


def decision_json(workspace: Workspace, scope: Scope, asked: Outset, found: Sequence[Prospect]) -> dict[str, Any]:
    """The result as an object."""
    return {
        "vault": str(workspace.vault.root),
        "scope": scope.name,
        "days": asked.days,
        "learned": len(asked.cards),
        "new": asked.new,
        "new_a_day": round(asked.new_a_day, 3),
        "reviews_a_day_at_most": asked.reviews_a_day,
        "habits": to_builtins(asked.habits),
        "present": scope.parameters.desired_retention,
        "retentions": [
            {
                "retention": one.retention,
                "reviews_a_day": round(one.reviews, 2),
                "minutes_a_day": round(one.minutes, 3),
                "remembered": round(one.remembered, 1),
                "learned": round(one.learned, 1),
                "now": one.retention == asked.present,
            }
            for one in found
        ],
    }
