"""Finds the vault that a command is about, and opens it."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from studyapp.cli.streams import progress, tell_progress
from studyapp.core.clock import system_clock
from studyapp.core.disk.home import expanded
from studyapp.core.errors import VaultError
from studyapp.core.locations import Locations, bundled_vault
from studyapp.core.notes.cards import CardId
from studyapp.core.settings.files import config_folder, plugin_file_of
from studyapp.core.visible import can_rewrite, visible
from studyapp.core.workspace.workspace import Workspace

_MANY = 1000
"""The fewest notes at which reading takes long enough to show progress."""


def open_vault(options: argparse.Namespace, *, scan: bool = True) -> Workspace:
    """Open the vault: the named one, the last one, or a copy of the bundled one; read its notes too."""
    locations = Locations.of_user()
    root = _root(options, locations)
    workspace = Workspace.open(root, locations, options.now or system_clock, dict(options.set), later=True)
    workspace.find = partial(_find, workspace)
    if _named(options):
        locations.remember_vault(root)
    if scan:
        _read_log(workspace)
        _say_if_large(workspace, options)
        _read_notes(workspace)  # for undo too: the meaning of `??` may have to be inferred from the notes
    return workspace


def _find(workspace: Workspace, query: str) -> list[CardId]:
    """The cards that match a query, in the order of their notes; QueryError if the query is invalid."""
    from studyapp.core.schedule.days import today
    from studyapp.study.search.know import know
    from studyapp.study.search.parse import parse_query
    from studyapp.study.search.table import SearchIndex

    vault, now = workspace.vault, workspace.clock()
    node = parse_query(query, today(now, vault.settings.start_of_day))
    index = SearchIndex(vault.table)
    know(index, workspace)
    return index.ids(index.search(node, now) or ())


def _read_notes(workspace: Workspace) -> None:
    """Read changed notes, and show progress if there are many."""

    def tell(done: int, of: int) -> None:
        if of >= _MANY:
            tell_progress(f"Reading the notes … {done:,} of {of:,}")

    with progress():
        workspace.vault.scan(tell)


def _read_log(workspace: Workspace) -> None:
    """Read the review log, and show progress; the first reading of years of reviews takes long."""
    if workspace.knows_log:
        return
    if sys.stderr.isatty() and not can_rewrite(sys.stderr):
        print("studyapp: reading the review log; this takes a while, but only once …", file=sys.stderr)
    with progress():
        workspace.read_log(lambda done, of: tell_progress(f"Reading the review log … {100 * done // of} %"))


def _say_if_large(workspace: Workspace, options: argparse.Namespace) -> None:
    """Warn that a large note is about to be written, if a grade is for one."""
    name = str(getattr(options, "note", None) or getattr(options, "card", "")).rsplit(":", 3)[0]
    if not (name and hasattr(options, "grade") and sys.stderr.isatty()):
        return
    from studyapp.wording.numbers import large_text

    if said := large_text(name, workspace.vault.size_of(name)):
        print(f"studyapp: {visible(said, newlines=False)}", file=sys.stderr)


@contextmanager
def opened_alone(options: argparse.Namespace, *, recover: bool = False) -> Iterator[Workspace]:
    """The vault, while no other process of the program writes into it; waits for a write in progress.

    If it is to `recover`, what an interrupted write left behind is seen to first.
    """
    locations = Locations.of_user()
    with locations.alone(_root(options, locations)):
        workspace = open_vault(options)
        if recover:
            workspace.recover()
        yield workspace


def _named(options: argparse.Namespace) -> Path | None:
    named: Path | None = getattr(options, "folder", None) or options.vault
    return named


def _root(options: argparse.Namespace, locations: Locations) -> Path:
    named = _named(options)
    return expanded(named) if named else usual_vault(locations)


def usual_vault(locations: Locations) -> Path:
    """The last opened vault, else a copy of the bundled one; VaultError if it cannot be copied."""
    if (last := locations.last_vault()) is not None:
        return last
    trial = locations.trial_vault
    if not trial.is_dir():
        draft = trial.with_name(f".{trial.name}.{os.urandom(4).hex()}")
        try:
            shutil.copytree(bundled_vault(), draft, ignore=shutil.ignore_patterns(".studyapp"))
            draft.rename(trial)
        except OSError as error:
            why = error.strerror or "the disk is full or can't be written"  # of many files there are many errors
            raise VaultError(
                f"can't copy the bundled vault to {trial} ({why}); name a vault: `studyapp FOLDER`"
            ) from error
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return trial


def vault_of(path: Path) -> Path:
    """The vault of a note or folder, else its own folder.

    That is the nearest folder known to this app or with the plugin's settings; a folder with neither is read with the
    settings around it, and is a vault only if there are none.
    """
    path = expanded(path)
    folder = path if path.is_dir() else path.parent
    above = (folder, *folder.parents)
    known = (one for one in above if (one / ".studyapp").is_dir() or plugin_file_of(one) is not None)
    return next(known, None) or next((one for one in above if config_folder(one) is not None), folder)
