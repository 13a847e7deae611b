"""`studyapp import`: imports an Anki package, a table or our own JSON into notes, after a preview."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import PurePosixPath
from textwrap import wrap

from studyapp.cli.opening import open_vault, opened_alone
from studyapp.cli.output import print_json
from studyapp.cli.streams import need_terminal, progress, tell_progress
from studyapp.core.disk.home import expanded
from studyapp.core.errors import MisuseError
from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.imports.import_plan import ImportPlan, note_named, plan_import
from studyapp.study.exchange.imports.importing import bring_in, take_back
from studyapp.study.exchange.reading.sources import opened_source
from studyapp.wording.widths import fit

_MANY = 500
_SHOWN = 8
"""Lines of each kind listed one by one."""
_SAMPLES = 3
_LINES = 6
_WIDEST = 120
_NARROWEST = 24
_BETWEEN = " → "


def import_command(options: argparse.Namespace) -> int:
    """Import a package and review it if wanted, or undo the last import."""
    with opened_alone(options) as workspace:
        deck = _import(workspace, options)
    if deck is None:
        return 0
    need_terminal()
    from studyapp.tui.app.app import StudyApp

    return StudyApp(open_vault(options), deck or None, "review").run_to_exit_code()


def _import(workspace: Workspace, options: argparse.Namespace) -> str | None:
    """Import a package, or undo the last import.

    Returns:
        The deck to review now, empty for all; None if none was asked for.
    """
    if options.undo:
        if options.file is not None:
            raise MisuseError("--undo takes the last import back, whatever was imported; leave out the file")
        if options.dry_run:
            raise MisuseError("--dry-run shows what an import would bring; --undo takes one back at once")
        _undo(workspace, as_json=options.json)
        return None
    if options.file is None:
        raise MisuseError("name the file: `studyapp import FILE.apkg`")
    folder = PurePosixPath(options.into).as_posix()
    if not options.dry_run:
        workspace.follow_moves()  # reviews here must be known, including those of cards that have moved since
    file = expanded(options.file)
    one_note = note_named(file.stem) if options.decks == "tags" else ""
    with opened_source(file, options.deck) as source, progress():
        planned = plan_import(workspace, source, folder, _tell("Reading"), one_note=one_note)
        if not options.json:
            _show(planned)
        made: list[str] = []
        done = planned.does_something and not options.dry_run
        answer = "y" if options.yes or options.json or not done else _answer()
        if done := done and bool(answer):
            made = bring_in(workspace, source, planned, _tell("Unpacking media"))
            if not options.json:
                print(f"Imported into {visible(folder, newlines=False)}/. `studyapp undo` reverts it.")
    if options.json:
        print_json(_json(planned, made, done=done))
    settings = workspace.vault.settings_of(f"{folder}/x.md")
    return planned.deck(settings) if done and answer == "r" else None


def _answer() -> str:
    """The answer: `y` to import, `r` to review too; empty for nothing. A script is not asked: it can undo."""
    if not sys.stdin.isatty():
        return "y"
    try:
        typed = input("Import? [y = yes, r = yes, and review, N] ").strip().lower()
    except EOFError:
        return ""
    return typed[:1] if typed in ("y", "yes", "r", "review") else ""


def _show(planned: ImportPlan) -> None:
    cards = f"{count(planned.cards, 'new card')} of {count(len(planned.questions), 'question')}"
    media = f"{count(len(planned.media), 'file')} of media"
    print(f"{cards} in {count(len(planned.new), 'note')}, {count(planned.reviews, 'review')}, {media}")
    for there, here in planned.samples(_SAMPLES):
        print("\n".join(_sample(there, here)))
        print()
    for number, what in (
        (planned.same, "already here"),
        (len(planned.changed), "with a newer text in Anki"),
        (len(planned.moved), "moved to another deck in Anki"),
        (len(planned.marked), "suspended, flagged or the like in Anki, or no longer"),
        (len(planned.reviewed), "reviewed elsewhere since"),
    ):
        if number:
            print(f"{count(number, 'question')} {what}")
    lost = [f"{loss}: {count(number, 'question')}" for loss, number in planned.losses.most_common()]
    out = [f"{one.front}: {one.why}" for one in (*planned.kept, *planned.left_out)]
    _list("Not imported", lost)
    _list("Left out", out)
    _list("Missing from the package", planned.missing)


def _sample(text: str, lines: list[str]) -> Iterator[str]:
    """A question as it reads in the file, and beside that as it will stand in its note."""
    half = (min(shutil.get_terminal_size().columns, _WIDEST) - len("    ") - len(_BETWEEN)) // 2
    there = wrap(text, half)[:_LINES] if half >= _NARROWEST else []
    for left, right in zip_longest(there, lines[:_LINES], fillvalue=""):
        before = f"{fit(visible(left, newlines=False), half)}{_BETWEEN}" if there else ""
        yield f"    {before}{visible(right, newlines=False)}".rstrip()


def _list(title: str, lines: list[str]) -> None:
    if lines:
        print(f"{title}:", file=sys.stderr)
    for line in lines[:_SHOWN]:
        print(f"  {visible(line, newlines=False)}", file=sys.stderr)
    if len(lines) > _SHOWN:
        print(f"  and {len(lines) - _SHOWN:,} more; `--json` lists them all", file=sys.stderr)


def _json(planned: ImportPlan, made: list[str], *, done: bool) -> dict[str, object]:
    return {
        "imported": done,
        "folder": planned.folder,
        "cards": planned.cards,
        "questions": len(planned.questions),
        "reviews": planned.reviews,
        "known": planned.same,
        "updated": len(planned.changed),
        "moved": len(planned.moved),
        "marked": len(planned.marked),
        "reviewed": len(planned.reviewed),
        "not_carried": dict(planned.losses),
        "left_out": [{"front": one.front, "why": one.why} for one in (*planned.kept, *planned.left_out)],
        "media": planned.media,
        "missing": planned.missing,
        "files": made,
    }


def _undo(workspace: Workspace, *, as_json: bool) -> None:
    done = take_back(workspace)
    if as_json:
        print_json({"removed": done.removed, "kept": [path for path, _ in done.left]})
        return
    print(f"Undid the import: {count(len(done.removed), 'file')} removed.")
    _list("Left in place", [f"{path}: {why}" for path, why in done.left])


def _tell(what: str) -> Callable[[int, int], None]:
    def tell(done: int, of: int) -> None:
        if of >= _MANY and (done % 50 == 0 or done == of):
            tell_progress("" if done == of else f"{what} … {done:,} of {of:,}")

    return tell
