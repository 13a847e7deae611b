"""Undo and redo, on screens without a card in front."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from studyapp.tui.screens.base import StudyScreen
from studyapp.wording.numbers import sentence
from studyapp.wording.reviews import what_text, where_text

if TYPE_CHECKING:
    from studyapp.core.log.actions import Action
    from studyapp.core.workspace.store import Saved


class StepsScreen(StudyScreen):
    """Undoes the last step, even of an earlier day, and says what it was.

    The screens below the one in front hear of its steps too; each reports only those that it asked for.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0
        """Undos and redos under way."""

    def words_for(self, action: Action) -> str:
        """A description of an action, with its place."""
        return f"{what_text(action)}{where_text(action)}"

    def after_step(self, *, asked: bool) -> None:
        """The vault is up to date after a step requested here or elsewhere."""

    def take_steps(self, step: Callable[[], None], times: int = 1) -> None:
        """Ask the writer for steps."""
        for _ in range(times):
            self._asked += 1
            step()

    def action_undo(self) -> None:
        self.take_steps(self.study.writer.undo)

    def action_redo(self) -> None:
        self.take_steps(self.study.writer.redo)

    def undone(self, saved: Saved) -> bool:
        """Report what was undone."""
        return self._heard("Undid", saved)

    def redone(self, saved: Saved) -> bool:
        """Report what was redone."""
        return self._heard("Redid", saved)

    def not_done(self, why: str) -> None:
        """Say why a step was impossible."""
        if self._answered():
            self.say(sentence(why), "warning")

    def _heard(self, done: str, saved: Saved) -> bool:
        asked = self._answered()
        if asked:
            self.say(f"{done} {self.words_for(saved.action)}.")
        self.call_later(self.after_step, asked=asked)  # the app takes in the note's new bytes first
        return False

    def _answered(self) -> bool:
        asked, self._asked = self._asked, max(0, self._asked - 1)
        return asked > 0
