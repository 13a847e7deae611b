"""`studyapp optimise`: a fit of the FSRS parameters, and using it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from typing import Any, Final

from msgspec.structs import replace

from studyapp.charts.cells import Cells, plain
from studyapp.charts.fitting import calibration, intervals, measures
from studyapp.cli.opening import opened_alone
from studyapp.cli.output import print_json
from studyapp.cli.streams import progress, tell_progress
from studyapp.core.settings.model import Algorithm
from studyapp.core.visible import visible
from studyapp.core.workspace.set_settings import set_settings
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.fitting.fit import FEWEST, Fitting, courses
from studyapp.study.fitting.measure import Measure
from studyapp.study.fitting.run import run_fit
from studyapp.study.fitting.scope import Scope, changes_of, request_of, scope_of
from studyapp.study.stats.histories import Histories

_WIDTH: Final = 60
_HEIGHT: Final = 14


def optimise(options: argparse.Namespace) -> int:
    """Fit, show the result, and use the parameters if requested."""
    with opened_alone(options) as workspace:
        return _optimise(workspace, options)


def _optimise(workspace: Workspace, options: argparse.Namespace) -> int:
    scope = scope_of(workspace, options.deck, options.preset)
    request, found = request_of(workspace, scope, options.since)
    fit: Fitting | None = None
    with progress():
        for said in run_fit(request):
            if isinstance(said, Fitting):
                fit = said
            elif not options.json:
                tell_progress(f"{said} ({found.reviews:,} reviews)…")
    assert fit is not None
    takes = options.apply and (options.force or not fit.against)
    if not options.json:
        _print(scope, found, fit)
    if takes:
        _take(workspace, scope, fit)
    if options.json:
        print_json(fit_json(workspace, scope, found, fit, applied=takes))
    else:
        _conclude(scope, fit, options, taken=takes)
    return int(options.apply and not takes)


def _take(workspace: Workspace, scope: Scope, fit: Fitting) -> None:
    what = f"the parameters of FSRS for {scope.name}"
    changes = changes_of(scope, list(fit.parameters))
    set_settings(workspace.journal, workspace.place, changes, what, workspace.clock())


def _print(scope: Scope, found: Histories, fit: Fitting) -> None:
    print(f"Fitted to {fit.reviews:,} reviews of {len(found.cards):,} cards: {visible(scope.name, newlines=False)}.")
    for why, number in sorted(found.left_out.items()):
        print(f"Left out: {number:,}, because {why}.")
    print(f"\nOn the latest {fit.held_out:,} reviews, which were left out of the fit (smaller is better):\n")
    _print_rows(measures(fit))
    print("\nHow often cards were remembered (up) against the prediction (across); · is perfect:\n")
    _print_rows(calibration(fit.bins, _WIDTH, _HEIGHT))
    print("\nDays until a card comes back, if always reviewed when due:\n")
    _print_rows(intervals(scope.parameters, fit))
    print(f"\nnew parameters: {', '.join(f'{one:g}' for one in fit.parameters)}\n")


def _print_rows(rows: Iterable[Cells]) -> None:
    for row in rows:
        print(plain(row))


def _conclude(scope: Scope, fit: Fitting, options: argparse.Namespace, *, taken: bool) -> None:
    where = f"the preset {scope.preset}" if scope.preset else "the vault's settings"
    if taken:
        print(f"The new parameters are now in {visible(where, newlines=False)}; `studyapp undo` removes them.")
        print("Cards get other intervals from their next review on.")
        if scope.settings.algorithm is not Algorithm.FSRS:
            print("They take effect once `algorithm` is FSRS for these cards.")
    elif fit.against:
        print(f"Keep the current parameters: {fit.against}.")
        if options.apply:
            print("Nothing was changed; --force uses them anyway.", file=sys.stderr)
    else:
        print(f"They are better than the current ones. With --apply they go into {visible(where, newlines=False)}.")


def fit_json(workspace: Workspace, scope: Scope, found: Histories, fit: Fitting, *, applied: bool) -> dict[str, Any]:
    """A fit as an object."""
    new = replace(scope.parameters, weights=fit.parameters)
    return {
        "vault": str(workspace.vault.root),
        "scope": scope.name,
        "setting": ".".join(scope.key),
        "cards": len(found.cards),
        "reviews": fit.reviews,
        "fewest": FEWEST,
        "left_out": dict(found.left_out),
        "held_out": fit.held_out,
        "measures": {
            name: _measure_json(one)
            for name, one in (("default", fit.default), ("present", fit.present), ("new", fit.new))
        },
        "calibration": [one._asdict() for one in fit.bins],
        "intervals": {
            one.name: {"answers": list(one.answers), "present": list(one.days), "new": list(other.days)}
            for one, other in zip(courses(scope.parameters), courses(new), strict=True)
        },
        "present": list(scope.parameters.weights),
        "parameters": list(fit.parameters),
        "advice": fit.against or "take",
        "applied": applied,
    }


def _measure_json(one: Measure) -> dict[str, float]:
    return {"log_loss": round(one.log_loss, 6), "rmse_bins": round(one.rmse_bins, 6)}
