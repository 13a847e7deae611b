"""A small vault with a writer, and a review log that may be full."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from textual.message import Message

from studyapp.core.errors import JournalError
from studyapp.core.log.actions import Action
from studyapp.core.log.journal import Journal
from studyapp.core.log.state import FollowUp, Said, Step
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin
from studyapp.tui.services.writer import Writer
from tests.helpers.vaults import make_vault, workspace

NOTE = "#flashcards\n\nFrance::Paris\n\nItaly::Rome\n\nSpain::Madrid\n"


class Desk:
    """A writer on a small vault, and what it reported."""

    def __init__(self, tmp_path: Path) -> None:
        self.root = make_vault(tmp_path / "vault", {"Notes.md": NOTE})
        self.home = tmp_path / "home"
        self.workspace = workspace(self.root, self.home)
        self.heard: list[Message] = []
        self.writer = self._writer(self.workspace)
        self.session = begin(self.workspace)

    def _writer(self, opened: Workspace) -> Writer:
        writer = Writer(opened, self.heard.append)
        writer.start()
        return writer

    def grade(self, grade: Grade = Grade.GOOD) -> Action:
        action = self.session.grade(grade)
        self.writer.save(action)
        return action

    def last(self) -> Message:
        assert self.writer.flush()
        return self.heard[-1]

    @property
    def note(self) -> str:
        return (self.root / "Notes.md").read_text()

    def logged(self) -> Journal:
        return Journal(self.workspace.journal.path)


def full_disk(monkeypatch: pytest.MonkeyPatch, refuses: Callable[[Said], bool]) -> None:
    """Let the review log refuse some lines."""
    append = Journal._append

    def refusing(self: Journal, said: Said) -> None:
        if refuses(said):
            raise JournalError("can't write the review log (No space left on device)")
        append(self, said)

    monkeypatch.setattr(Journal, "_append", refusing)


def is_outcome(said: Said) -> bool:
    return isinstance(said, FollowUp) and said.step is Step.WRITTEN
