"""The arguments of commands whose code is imported only when they run."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Add = Callable[..., argparse.ArgumentParser]
Handler = Callable[[argparse.Namespace], int]


def add_init(add: Add, handler: Handler) -> None:
    """Add `init`, with its option for git."""
    text = "make a starter vault, or have git merge one's notes"
    init = add("init", handler, text, "studyapp init ~/Notes", vault=False)
    init.add_argument("folder", nargs="?", type=Path, metavar="DIR")
    init.add_argument("--git", action="store_true", help="set up merging in the repository that DIR is in")


def add_merge_driver(add: Add, handler: Handler) -> None:
    """Add `merge-driver`."""
    text = "merge two versions of a note, for git"
    command = add("merge-driver", handler, text, "studyapp merge-driver %%O %%A %%B %%P %%L", vault=False)
    command.add_argument("base", type=Path, metavar="BASE", help="the version that both come from (%%O)")
    command.add_argument("ours", type=Path, metavar="OURS", help="is written (%%A)")
    command.add_argument("theirs", type=Path, metavar="THEIRS", help="%%B")
    command.add_argument("path", type=Path, metavar="PATH", help="the note's, in the repository (%%P)")
    command.add_argument("size", nargs="?", type=int, metavar="SIZE", help="of conflict markers (%%L)")


def add_restore(add: Add, handler: Handler) -> None:
    """Add the command."""
    command = add(
        "restore", handler, "bring the schedule comments of a day back", "studyapp restore 2026-11-24 LoRA.md"
    )
    command.add_argument(
        "day", nargs="?", metavar="DAY", help="as `studyapp restore` lists it; shows what would change"
    )
    command.add_argument("notes", nargs="*", metavar="NOTE", help="only these, by their paths in the vault")
    command.add_argument("--yes", action="store_true", help="do not ask")
    command.add_argument("--json", action="store_true")
