"""The command line: the same core as the app's, for scripts, editors and a quick look.

Exit codes: 0 done; 1 impossible (standard error says why); 2 misuse.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from studyapp import __version__
from studyapp.cli.commands import COMMANDS, SERVED
from studyapp.cli.streams import guarded, mend_streams, say_error
from studyapp.collector import let_go

if TYPE_CHECKING:
    import argparse

COMPLETE = "complete"
"""What the shells call when Tab is pressed; not for users, so it is not listed."""
_HELP = ("-h", "--help")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if hasattr(time, "tzset"):
        time.tzset()
    mend_streams()
    return guarded(lambda: _do(given))


def _do(given: list[str]) -> int:
    first = given[0] if given else ""
    if first == "--version":
        print(__version__)
        return 0
    if first == COMPLETE:
        from studyapp.cli.completion.command import complete_words

        return complete_words(given[1:])
    if first == SERVED:
        from studyapp.serve.served import served

        return served(given[1:])
    if wrong := _misuse(given):
        say_error(wrong)
        return 2
    return _run(_parsed(given))


def _run(options: argparse.Namespace) -> int:
    """Run a command: only its module is imported, so that it costs no more than itself."""
    if options.name not in ("app", "review", "open"):  # the collector waits until the first card is painted
        let_go()
    module, _, function = COMMANDS[options.name].runs.rpartition(".")
    code: int = getattr(importlib.import_module(f"studyapp.cli.{module}"), function)(options)
    return code


def _misuse(given: list[str]) -> str:
    """What is wrong with a command line that does not start with a command; empty if nothing is."""
    if not given or given[0] in COMMANDS or given[0] in _HELP:
        return ""
    from studyapp.cli.guesses import misuse

    return misuse(given)


def _parsed(given: list[str]) -> argparse.Namespace:
    from studyapp.cli.parser import parser_of, without_more

    first = given[0] if given else ""
    if first in _HELP:
        return without_more(parser_of(()), given)
    if first == "merge-driver" and not {"-h", "--help", "--"} & {*given[1:2]}:
        given.insert(1, "--")  # git passes a note's name as it is, and clones may be set up without this
    if first not in COMMANDS:  # `studyapp [VAULT]`: a folder, or nothing
        first, given = "app", ["app", *given]
    return without_more(parser_of([first], listed=False), given)
