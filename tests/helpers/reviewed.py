"""An app with reviews in its log."""

from __future__ import annotations

from datetime import timedelta

from studyapp.core.edits.identity import Seen
from studyapp.core.edits.relocate import Change
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.schedule.entries import Grade
from studyapp.tui.app.app import StudyApp
from tests.helpers.vaults import handles_of


def reviewed(app: StudyApp) -> StudyApp:
    """The app, with a log of a few weeks."""
    workspace = app.workspace
    now = workspace.clock()
    workspace.vault.scan()
    handles = list(handles_of(workspace.vault))
    for number in range(60):
        at = now - timedelta(days=number * number % 53, hours=number % 7)
        handle = handles[number % len(handles)]
        seen = Seen.of(handle.note, handle.question, handle.card)
        before = (None, "2024-01-01,4,250", "2024-01-01,40,250")[number % 3]
        grade = (*Grade, Grade.GOOD)[number * 7 % 5]
        action = Action(f"{number:04d}", ActionKind.GRADE, at, seen, grade, 5.0 + number, before, "2024-07-01,9,250")
        workspace.journal.intend(action, None)
        workspace.journal.written(action, Change("a", "b", (), had_comment=True))
    return app
