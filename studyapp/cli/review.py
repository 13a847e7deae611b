"""`studyapp` and `studyapp review`: the decks; what is due, or a custom choice; on a screen or line by line."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from studyapp.cli.opening import open_vault
from studyapp.cli.streams import need_terminal
from studyapp.collector import let_go

if TYPE_CHECKING:
    from studyapp.study.review.custom import CustomStudy


def study_of(options: argparse.Namespace) -> CustomStudy | None:
    """A custom choice; None for the day's review."""
    if {options.ahead, options.note, options.words, options.mode} == {None}:
        return None
    from studyapp.study.review.custom import CustomStudy, Mode

    mode = Mode(options.mode or (Mode.ALL_DUE if options.ahead is None else Mode.AHEAD))
    return CustomStudy(mode, options.deck, options.note, options.words or "", options.ahead or 0)


def open_app(options: argparse.Namespace) -> int:
    """Open the app at the decks."""
    workspace = open_vault(options, scan=False)
    need_terminal()
    from studyapp.tui.app.app import StudyApp

    return StudyApp(workspace).run_to_exit_code()


def review(options: argparse.Namespace) -> int:
    """Review what is due, or a custom choice."""
    study = study_of(options)
    if options.plain:
        let_go()
        from studyapp.cli.plain.plain import review_plainly

        return review_plainly(open_vault(options), options.deck, sys.stdin, sys.stdout, study)
    workspace = open_vault(options, scan=False)
    need_terminal()
    from studyapp.tui.app.app import StudyApp

    return StudyApp(workspace, deck=options.deck, start="review", custom=study).run_to_exit_code()
