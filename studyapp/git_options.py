"""The arguments of the commands that have to do with git; what they do is in `report_git.py`."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

Handler = Callable[[argparse.Namespace], int]


def add_init(add: Callable[..., argparse.ArgumentParser], handler: Handler) -> None:
    """Add `init`, with its option for git."""
    text = "make a starter vault, or have git merge one's notes"
    init = add("init", handler, text, "studyapp init ~/Notes", vault=False)
    init.add_argument("folder", nargs="?", type=Path, metavar="DIR")
    init.add_argument("--git", action="store_true", help="set up merging in the repository that DIR is in")


def add_merge_driver(add: Callable[..., argparse.ArgumentParser], handler: Handler) -> None:
    """Add `merge-driver`."""
    text = "merge two versions of a note, for git"
    command = add("merge-driver", handler, text, "studyapp merge-driver %%O %%A %%B %%P %%L", vault=False)
    command.add_argument("base", type=Path, metavar="BASE", help="the version that both come from (%%O)")
    command.add_argument("ours", type=Path, metavar="OURS", help="is written (%%A)")
    command.add_argument("theirs", type=Path, metavar="THEIRS", help="%%B")
    command.add_argument("path", type=Path, metavar="PATH", help="the note's, in the repository (%%P)")
    command.add_argument("size", nargs="?", type=int, metavar="SIZE", help="of conflict markers (%%L)")
