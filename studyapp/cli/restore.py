"""`studyapp restore`: lists the backups of schedule comments, previews one, restores it."""

from __future__ import annotations

import argparse
import sys

from msgspec import Struct, field

from studyapp.cli.opening import open_vault, opened_alone
from studyapp.cli.output import print_json
from studyapp.cli.streams import agrees
from studyapp.core.disk.files import read_note
from studyapp.core.errors import StudyError
from studyapp.core.plural import count
from studyapp.core.text.names import as_known
from studyapp.core.text.note_text import Edit, apply
from studyapp.core.visible import visible
from studyapp.core.workspace.backups import Backup, Backups, restoring_edits
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.doctor.findings import difference


def restore(options: argparse.Namespace) -> int:
    """Run it; 1 if something could not be restored."""
    if options.day is None:
        return _restore(open_vault(options, scan=False), options)
    with opened_alone(options) as workspace:
        return _restore(workspace, options)


def _restore(workspace: Workspace, options: argparse.Namespace) -> int:
    backups = workspace.store.files.backups
    if backups is None or not backups.days():
        raise StudyError("there are no backups of this vault yet; each day's first write of a note makes one")
    if options.day is None:
        return _list(backups, as_json=options.json)
    if options.day not in backups.days():
        raise StudyError(f"there is no backup of {options.day}; `studyapp restore` lists the days")
    kept = backups.read(options.day)
    named = {as_known(name, [one.path for one in kept]) for name in options.notes}
    wanted = [one for one in kept if not named or one.path in named]
    if missing := named - {one.path for one in wanted}:
        raise StudyError(
            f"{options.day} has no backup of {', '.join(sorted(missing))}; `studyapp restore` lists them"
        )
    shown = [_examined(workspace, one) for one in wanted]
    changed = [one for one in shown if one.edits]
    if not options.json:
        _show(shown)
        if changed:
            print("\nGrades given since then are undone in the notes; the history keeps them.")
    question, unasked = f"Change {count(len(changed), 'note')} as shown?", "Nothing was written; --yes restores this."
    if changed and (options.yes or (not options.json and agrees(question, unasked))):
        _write(workspace, changed, options.day)
        if not options.json:
            done = sum(one.saved for one in changed)
            print(f"Restored {count(done, 'note')}. `studyapp undo` reverts one note at a time.")
    if options.json:
        notes = [{"path": one.path, "diff": one.diff, "left": one.left, "saved": one.saved} for one in shown]
        print_json({"day": options.day, "notes": notes})
    return int(any(one.left for one in shown))


class _Shown(Struct):
    """What would happen to a note, and what did."""

    path: str
    raw: bytes = b""
    edits: tuple[Edit, ...] = ()
    diff: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)
    saved: bool = False


def _examined(workspace: Workspace, backup: Backup) -> _Shown:
    try:
        raw = read_note(workspace.place.note(backup.path))
    except StudyError as error:
        return _Shown(backup.path, left=[str(error)])
    found = restoring_edits(backup, raw, workspace.vault.settings_of(backup.path))
    return _Shown(backup.path, raw, found.edits, difference(backup.path, raw, apply(raw, found.edits)), [*found.left])


def _write(workspace: Workspace, changed: list[_Shown], day: str) -> None:
    for one in changed:
        try:
            workspace.store.edit(one.path, one.raw, one.edits, workspace.clock(), f"the restore of {day}")
            one.saved = True
        except StudyError as error:
            one.left.append(str(error))
            print(f"studyapp: {visible(str(error))}", file=sys.stderr)


def _list(backups: Backups, *, as_json: bool) -> int:
    listed = {day: [one.path for one in backups.read(day)] for day in backups.days()}
    if as_json:
        print_json({"days": [{"day": day, "notes": notes} for day, notes in listed.items()]})
        return 0
    for day, notes in listed.items():
        print(day)
        for note in notes:
            print(f"  {visible(note, newlines=False)}")
    return 0


def _show(shown: list[_Shown]) -> None:
    for one in shown:
        for line in one.diff:
            print(visible(line, newlines=False))
        for line in one.left:
            print(f"left unchanged: {visible(one.path, newlines=False)}: {visible(line, newlines=False)}")
    if not any(one.edits for one in shown):
        print("Nothing would change.")
