"""`studyapp export`: cards into an Anki package, or into a file for scripts and spreadsheets."""

from __future__ import annotations

import argparse
import sys

from studyapp.cli.opening import opened_alone
from studyapp.cli.output import print_json
from studyapp.cli.streams import progress, tell_progress
from studyapp.core.disk.home import expanded
from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.exports.export import Form, export, form_of

_MANY = 200
"""The fewest notes at which progress is shown."""
_SHOWN = 10
"""Problems listed one by one."""
_IN_ANKI = """\
In Anki: File › Import, and turn on "Import any learning progress", which is off by default.
Anki takes a card's schedule and history with its first import only; later imports update the text."""


def export_command(options: argparse.Namespace) -> int:
    """Export the requested cards, and report what was exported and what could not be."""
    with opened_alone(options) as workspace:
        return _export(workspace, options)


def _export(workspace: Workspace, options: argparse.Namespace) -> int:
    file = expanded(options.file)
    form = form_of(file)
    workspace.vault.check_deck(options.deck)
    workspace.follow_moves()
    wanted = [*workspace.find(options.query)] if options.query is not None else None
    with progress():
        report = export(workspace, file, wanted, options.deck, _tell)
    if options.json:
        values = {name: getattr(report, name) for name in ("notes", "cards", "reviews", "media", "problems")}
        print_json({"file": str(file), **values})
        return 0
    said = count(report.cards, "card")
    if form is Form.APKG:
        said = f"{said} of {count(report.notes, 'note')}, {count(report.reviews, 'review')}, {report.media:,} media"
    print(f"Exported {said} to {visible(str(file), newlines=False)}.")
    if form is Form.APKG and report.cards:
        print(_IN_ANKI)
    for problem in report.problems[:_SHOWN]:
        print(f"  {visible(problem, newlines=False)}", file=sys.stderr)
    if len(report.problems) > _SHOWN:
        print(f"  and {len(report.problems) - _SHOWN:,} more; `--json` lists them all", file=sys.stderr)
    return 0


def _tell(done: int, of: int) -> None:
    if of >= _MANY:
        tell_progress(f"Exporting … {done:,} of {of:,} notes")
