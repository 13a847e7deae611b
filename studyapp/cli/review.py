"""`studyapp review`: what is due, or a custom choice; on a screen or line by line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from studyapp.cli.streams import need_terminal
from studyapp.collector import let_go
from studyapp.core.workspace.workspace import Workspace

if TYPE_CHECKING:
    from studyapp.study.review.custom import CustomStudy


def study_of(options: argparse.Namespace) -> CustomStudy | None:
    """A custom choice; None for the day's review."""
    chosen = (options.ahead, options.note, options.words)
    if chosen == (None, None, None) and not (options.new or options.cram or options.forgotten):
        return None
    from studyapp.study.review.custom import CustomStudy, Mode

    mode = Mode.ALL_DUE
    if options.ahead is not None:
        mode = Mode.AHEAD
    elif options.new:
        mode = Mode.NEW
    elif options.cram:
        mode = Mode.CRAM
    elif options.forgotten:
        mode = Mode.FORGOTTEN
    return CustomStudy(mode, options.deck, options.note, options.words or "", options.ahead or 0)


def review(options: argparse.Namespace, open_vault: Callable[[bool], Workspace]) -> int:
    """Review.

    Args:
        options: as they were parsed.
        open_vault: opens the vault that is meant, and reads its notes if asked to.
    """
    study = study_of(options)
    if options.plain:
        let_go()
        from studyapp.cli.plain.plain import review_plainly

        return review_plainly(open_vault(True), options.deck, sys.stdin, sys.stdout, study)
    workspace = open_vault(False)
    need_terminal()
    from studyapp.tui.app.app import StudyApp

    return StudyApp(workspace, deck=options.deck, start="review", custom=study).run_to_exit_code()
