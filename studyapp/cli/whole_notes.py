"""`studyapp notes` and `studyapp grade-note`: the notes that are reviewed whole."""

from __future__ import annotations

import argparse
import math
import sys
from typing import Any

from studyapp.cli.grade import exit_of, save_grade
from studyapp.cli.opening import open_vault, opened_alone
from studyapp.cli.output import print_json
from studyapp.core.edits.whole_note import read_note_entry
from studyapp.core.errors import StudyError
from studyapp.core.log.actions import ActionKind
from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.text.names import as_known
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.whole_notes.notes import WholeNotes, graded_in
from studyapp.study.whole_notes.rules import WholeNote


def notes(options: argparse.Namespace) -> int:
    """List the due whole notes, then the new ones."""
    workspace = open_vault(options)
    whole = WholeNotes(workspace.vault, workspace.clock)
    whole.read()
    if whole.notes:
        whole.weigh()
    found = whole.queue(graded_in(workspace.journal.waiting))
    if options.json:
        said = {
            "vault": str(workspace.vault.root),
            "now": workspace.clock().isoformat(),
            "due": [_json(note) for note in found if note.schedule is not None],
            "new": [_json(note) for note in found if note.schedule is None],
            "total": len(whole.notes),
        }
        print_json(said)
        return 0
    for note in found:
        due = "new" if note.schedule is None else str(note.schedule.due)
        sys.stdout.write(f"{due:<10}  {visible(note.path, newlines=False)}\n")
    tags = visible(", ".join(workspace.vault.settings.tags_to_review), newlines=False)
    new = sum(note.schedule is None for note in found)
    sys.stderr.write(f"{len(found) - new:,} due, {new:,} new, {len(whole.notes):,} in all with {tags}\n")
    return 0


def grade_note(options: argparse.Namespace) -> int:
    """Grade a whole note; with `--force` from a newer schedule too, see `grade`."""
    with opened_alone(options, recover=True) as workspace:
        return _grade(workspace, options.note, options.grade, as_json=options.json, force=options.force)


def _grade(workspace: Workspace, path: str, given: Grade, *, as_json: bool, force: bool) -> int:
    whole = WholeNotes(workspace.vault, workspace.clock)
    whole.read()
    path = as_known(path, whole.notes)
    note = whole.notes.get(path)
    if note is None:
        raise StudyError(
            f"{path} is not a note that is reviewed whole; give its path in the vault, as `studyapp notes` does"
        )
    waiting = [one for one in workspace.journal.waiting if one.kind is ActionKind.NOTE and one.card.path == path]
    saved = save_grade(workspace, whole.grade(note, given), whole.on_newer if force else None, waiting)
    schedule = read_note_entry(saved.action.after)
    if as_json:
        said = {"path": path, "grade": given, "schedule": _schedule(schedule), "saved": saved.why_not is None}
        print_json(said)
    elif saved.why_not is None and schedule is not None:
        sys.stdout.write(f"{visible(path, newlines=False)}: {given}, due {schedule.due}\n")
    return exit_of(workspace, saved)


def _json(note: WholeNote) -> dict[str, Any]:
    return {"path": note.path, "tags": list(note.tags), "schedule": _schedule(note.schedule)}


def _schedule(schedule: Sm2 | None) -> dict[str, Any] | None:
    if schedule is None:
        return None
    numbers = {"interval": schedule.interval, "ease": schedule.ease}
    return {
        "due": schedule.due and schedule.due.isoformat(),
        **{name: value if math.isfinite(value) else None for name, value in numbers.items()},
    }
