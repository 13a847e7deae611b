"""Steps back, and the same steps again, on screens that show no card in front."""

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
    """Takes the last step back, also one of an earlier day, and says what that was.

    The screens below the one in front hear of its steps too; each speaks only of those that it asked for.
    """

    def __init__(self) -> None:
        super().__init__()
        self._asked = 0
        """How many undos and redos are on their way."""

    def words_for(self, action: Action) -> str:
        """What an action was, and where."""
        return f"{what_text(action)}{where_text(action)}"

    def after_step(self, *, asked: bool) -> None:
        """The vault knows the notes as they are after a step, which this screen asked for or another one."""

    def take_steps(self, step: Callable[[], None], times: int = 1) -> None:
        """Ask the writer for steps."""
        for _ in range(times):
            self._asked += 1
            step()

    def action_undo(self) -> None:
        """Take the last step back."""
        self.take_steps(self.study.writer.undo)

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self.take_steps(self.study.writer.redo)

    def undone(self, saved: Saved) -> bool:
        """Say what was taken back."""
        return self._heard("Undid", saved)

    def redone(self, saved: Saved) -> bool:
        """Say what was done again."""
        return self._heard("Redid", saved)

    def not_done(self, why: str) -> None:
        """Say why a step was not possible."""
        if self._answered():
            self.say(sentence(why), "warning")

    def _heard(self, done: str, saved: Saved) -> bool:
        asked = self._answered()
        if asked:
            self.say(f"{done} {self.words_for(saved.action)}.")
        self.call_later(self.after_step, asked=asked)  # the app takes the note's new bytes first
        return False

    def _answered(self) -> bool:
        asked, self._asked = self._asked, max(0, self._asked - 1)
        return asked > 0
