"""`studyapp cache`: shows, checks and deletes the files that can be rebuilt from the notes and the review logs."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from studyapp.cli.output import print_json, print_table
from studyapp.core.clock import system_clock
from studyapp.core.disk.cache_folder import CacheFolder, Stored
from studyapp.core.disk.home import expanded
from studyapp.core.errors import StudyError
from studyapp.core.locations import CACHES, Locations
from studyapp.core.plural import count
from studyapp.core.settings.load import overridden
from studyapp.core.vault.agreement import differing
from studyapp.core.vault.vault import Vault
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace


class _Known(Struct):
    """A cache, with what is known about it and what was done to it."""

    stored: Stored
    vault: Path | None
    """None if its vault is unknown."""
    fault: str = ""
    """The result of a check."""
    kept: str = ""
    """Why it was not deleted."""


def cache(options: argparse.Namespace) -> int:
    """Show the caches, and check or delete them if requested.

    Returns:
        0 if all is well, or what was to be deleted is gone; else 1.

    Raises:
        MisuseError: if a setting cannot be overridden so: none matters here, but every command reports a mistake.
    """
    overridden(dict(options.set))
    locations = Locations.of_user()
    folder = CacheFolder(locations.cache, CACHES)
    named = expanded(options.vault) if options.vault else None
    caches = _known(folder, locations, named)
    if options.check:
        for one in caches:
            one.fault = folder.fault_of(one.stored) or _disagreement(one, locations)
    elif options.clear:
        for one in caches:
            one.kept = folder.clear(one.stored)
    if options.json:
        print_json(_as_json(folder, caches, options))
    else:
        _print(folder, caches, options)
    wrong = any(one.fault or one.kept for one in caches) or (options.clear and folder.refused)
    return 1 if wrong else 0


def _known(folder: CacheFolder, locations: Locations, named: Path | None) -> list[_Known]:
    """The caches with their vaults; only those of one vault if it is `named`."""
    vaults: dict[str, Path] = {}
    for vault in [named] if named else [*locations.recent_vaults(), locations.trial_vault]:
        with suppress(StudyError, OSError):  # a vault that no longer exists
            vaults |= {path.name: vault for path in locations.caches(vault) if path.name not in vaults}
    found = [_Known(one, vaults.get(one.name)) for one in folder.stored]
    return [one for one in found if one.vault is not None] if named else found


def _disagreement(one: _Known, locations: Locations) -> str:
    """How a cache differs from its vault's notes; empty if it does not, or that is unknown."""
    if one.vault is None or one.stored.name != locations.index(one.vault).name:
        return ""
    try:
        kept = Workspace.open(one.vault, locations, system_clock).vault
        read = Vault(one.vault, locations.settings)
        kept.scan()
        read.scan()
    except StudyError as error:
        return str(error)
    paths = differing(kept, read)
    return f"it disagrees with {count(len(paths), 'note')}, such as {paths[0]}" if paths else ""


def _print(folder: CacheFolder, caches: Sequence[_Known], options: argparse.Namespace) -> None:
    where = visible(str(folder.path), newlines=False)
    if folder.refused:
        remedy = "Make it a folder that is yours, or name another place with XDG_CACHE_HOME."
        print(f"{where} {folder.refused}; nothing in it was touched. {remedy}", file=sys.stderr)
        return
    rows = [("file", "for", "vault", "last written", "size")]
    rows += [
        (
            one.stored.name,
            CACHES[one.stored.kind],
            "unknown" if one.vault is None else visible(str(one.vault), newlines=False),
            f"{_written(one.stored):%Y-%m-%d %H:%M}",
            _size(one.stored.size),
        )
        for one in caches
    ]
    if caches:
        print_table(rows, left=4)
        print()
    total = f"{count(len(caches), 'cache')}, {_size(sum(one.stored.size for one in caches))}, in {where}"
    if not caches:
        print(f"There are no caches{' of this vault' * (options.vault is not None)} in {where}.")
    elif options.clear:
        gone = [one for one in caches if not one.kept]
        print(f"{count(len(gone), 'cache')} deleted, {_size(sum(one.stored.size for one in gone))}, in {where}.")
    elif options.check:
        well = "" if any(one.fault for one in caches) else "; all are intact"
        print(f"{total}{well}.")
    else:
        print(f"{total}. They can be rebuilt; `studyapp cache --clear` deletes them.")
    for one in caches:
        if said := one.fault or one.kept:
            what = (
                "could not be deleted"
                if one.kept
                else "is damaged or out of date; `studyapp cache --clear` deletes it"
            )
            print(f"{one.stored.name} {what}: {visible(said, newlines=False)}.", file=sys.stderr)
    if folder.others:
        names = ", ".join(visible(name, newlines=False) for name in folder.others[:3])
        more = ", …" if len(folder.others) > 3 else ""
        print(f"{count(len(folder.others), 'other file')} there, left alone: {names}{more}.")


def _written(stored: Stored) -> datetime:
    return datetime.fromtimestamp(stored.written, UTC).astimezone()


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 1e6 else f"{size / 1e3:,.0f} kB"


def _as_json(folder: CacheFolder, caches: Sequence[_Known], options: argparse.Namespace) -> dict[str, Any]:
    return {
        "folder": str(folder.path),
        "refused": folder.refused or None,
        "caches": [
            {
                "file": one.stored.name,
                "for": CACHES[one.stored.kind],
                "vault": None if one.vault is None else str(one.vault),
                "bytes": one.stored.size,
                "written": _written(one.stored).isoformat(timespec="seconds"),
                **({"fault": one.fault or None} if options.check else {}),
                **({"deleted": not one.kept, "why": one.kept or None} if options.clear else {}),
            }
            for one in caches
        ],
        "others": folder.others,
    }
