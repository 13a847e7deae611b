"""What is done to the card of a review line by line, and to its note: grades, marks, deletion, undo and redo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO, TypeVar

from studyapp.cli.plain.spoken_cards import SpokenCards
from studyapp.core.disk.files import read_note
from studyapp.core.edits.delete import deletion
from studyapp.core.edits.identity import Seen, Uncertain
from studyapp.core.errors import StudyError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.marks import Mark
from studyapp.core.notes.cards import CardId
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Grade
from studyapp.core.visible import visible
from studyapp.core.workspace.store import Saved
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.custom import CramSession
from studyapp.wording.numbers import large_text, sentence
from studyapp.wording.reviews import leech_text, newer_text, what_text

T = TypeVar("T")


class PlainActions(SpokenCards):
    """Acts on the current card; each action is written before its line appears."""

    def __init__(self, workspace: Workspace, source: TextIO, target: TextIO) -> None:
        super().__init__(workspace, source, target)
        self._grades: Counter[Grade] = Counter()
        self.unkept: set[CardId] = set()
        """Cards to which something was done that could not be kept, and nothing since."""

    def _grade(self, grade: Grade) -> None:
        if isinstance(self._session, CramSession):
            self._session.answer(grade)
            self._grades[grade] += 1
            self._say(f"{grade.capitalize()}.")
            return
        try:
            action = self._session.grade(grade)
        except StudyError as error:
            self._say(sentence(str(error)))
            return
        self._say(f"{grade.capitalize()}.")
        if self._save(action):
            self._grades[grade] += 1
            if leech := leech_text(action, "u"):
                self._say(leech)

    def _bury(self) -> None:
        if self._save(self._session.bury()):
            self._say("Buried until tomorrow.")

    def _suspend(self) -> None:
        if self._save(self._session.suspend()):
            self._say("Suspended. u undoes that.")

    def _flag(self) -> None:
        flagged = self._session.state.flagged
        if self._save(self._session.mark(Mark.FLAG, "" if flagged else "1")):
            self._say("Flag removed." if flagged else "Flagged.")

    def _delete(self) -> None:
        handle, workspace = self._handle, self._workspace
        if isinstance(self._session, CramSession):
            self._say("Nothing is written here, so nothing is deleted.")
            return
        path, seen = handle.note.path, Seen.of(handle.note, handle.question, handle.card)
        settings = workspace.vault.settings_of(path)
        found = self._write(lambda: deletion(path, read_note(workspace.vault.root / path), seen, settings))
        if found is None:
            return
        if isinstance(found, Uncertain):
            self._say(f"It can't be deleted: {visible(found.why, newlines=False)}.")
            return
        self._say_all(f"This would go from {visible(path, newlines=False)}:", visible(found.text).split("\n"))
        if not self._agrees("Delete this? y or n: "):
            self._say("Kept.")
            return
        saved = self._write(lambda: workspace.store.delete(seen, workspace.clock()))
        if saved is not None:
            self._session.deleted(saved, handle)
            self._say("Deleted. u undoes that.")

    def _reset(self) -> None:
        if isinstance(self._session, CramSession):
            self._say("Nothing is written here, so nothing is reset.")
            return
        if not self._agrees("Reset this card to new? Past reviews stay in the log. y or n: "):
            self._say("Not reset.")
            return
        action = self._session.reset()
        if action is None:
            self._say("This card is already new.")
            return
        if self._save(action):
            self._say("Reset to new.")

    def _undo(self) -> None:
        if isinstance(self._session, CramSession):
            back = self._session.back()
            self._grades.subtract([back] if back is not None else [])
            self._say("Nothing to go back to." if back is None else f"Back: {back} did not count.")
            return
        self._turn(back=True)

    def _redo(self) -> None:
        if isinstance(self._session, CramSession):
            self._say("Nothing is written here, so there is nothing to redo.")
            return
        self._turn(back=False)

    def _turn(self, *, back: bool) -> None:
        """Undo the last action that counts, or redo the last one undone."""
        workspace = self._workspace
        action = workspace.journal.last_applied() if back else workspace.journal.last_undone()
        if action is None:
            self._say(f"Nothing to {'undo' if back else 'redo'}.")
            return
        if action.group is not None:
            self._turn_group(action, back=back)
            return
        workspace.find_again([action])
        saved = self._write(
            lambda: (workspace.store.undo if back else workspace.store.redo)(action, workspace.clock())
        )
        if saved is None:
            return
        (self._session.taken_back if back else self._session.done_again)(saved)
        if action.kind is ActionKind.GRADE and action.grade is not None:
            self._grades[action.grade] = max(0, self._grades[action.grade] + (-1 if back else 1))
        self._say(f"{'Undid' if back else 'Redid'} {what_text(action)}.")

    def _turn_group(self, action: Action, *, back: bool) -> None:
        """Undo or redo a change of many schedules as a whole."""
        from studyapp.core.workspace.groups import turn_whole

        assert action.group is not None
        turned = turn_whole(self._workspace, action.group, back=back)
        if turned.saved:
            (self._session.taken_back if back else self._session.done_again)(turned.saved[-1])
        notes = "" if turned.removed else f" in {count(len(turned.saved), 'note')}"
        self._say(f"{'Undid' if back else 'Redid'} {what_text(action)}{notes}.")
        for path, why in turned.left:
            self._say(visible(f"Left unchanged: {path}: {why}", newlines=False))

    # Writing

    def _save(self, action: Action) -> bool:
        """Save an action; if not even the log takes it, it is taken back, and this is False."""
        path = action.card.path
        if action.kind.is_in_notes and (large := large_text(path, self._workspace.vault.size_of(path))):
            self._say(visible(large, newlines=False))
            self._target.flush()
        saved = self._write(lambda: self._workspace.store.save(action))
        if saved is None:
            self._session.taken_back(Saved(action, None))
            self.unkept.add(action.card)
            return False
        self.unkept.discard(action.card)
        self._session.saved(saved)
        if saved.newer is not None:
            self._decide(saved.action, saved.newer)
        elif saved.why_not is not None:
            why = visible(saved.why_not.rstrip("."), newlines=False)
            self._say(f"The note was not written: {why}. It is kept in the review log and will be retried.")
        return True

    def _decide(self, action: Action, newer: str) -> None:
        """Ask which schedule counts, if the card was reviewed elsewhere after it was shown."""
        self._say(sentence(newer_text(action, newer, self._workspace.clock())))
        typed = self._ask("y grades from the newer one, n keeps that and drops yours, Enter decides later: ")
        answer = (typed or "").strip().lower()
        if answer in ("y", "yes"):
            mine = self._write(lambda: self._workspace.store.save(self._session.on_newer(action, newer)))
            if mine is not None and mine.why_not is None:
                self._session.saved(mine)
                self._write(lambda: self._workspace.store.withdraw(action))
                self._say("Graded from the newer schedule." if action.grade else "Reset to new.")
                return
        elif answer in ("n", "no") and self._write(lambda: self._workspace.store.withdraw(action)) is not None:
            self._session.withdrawn(action)
            self._grades.subtract([action.grade] if action.grade is not None else [])
            self._say("The newer schedule stays; yours does not count.")
            return
        self._say("The note is unchanged; what you did waits in the review log.")

    def _write(self, job: Callable[[], T]) -> T | None:
        try:
            with self._alone():
                return job()
        except StudyError as error:
            self._say(sentence(visible(str(error), newlines=False)))
            return None

    def _alone(self) -> AbstractContextManager[bool]:
        return self._workspace.locations.alone(self._workspace.vault.root)
