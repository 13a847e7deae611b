"""A review line by line: no screen, no colour, nothing that moves the cursor.

Each action is done and written before the next line appears, so nothing is lost when the user ends it.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import TextIO, TypeVar

from studyapp.cli.spoken_cards import GRADES, SpokenCards
from studyapp.core.disk.files import read_note
from studyapp.core.disk.programs import run
from studyapp.core.edits.delete import deletion
from studyapp.core.edits.identity import Seen, Uncertain
from studyapp.core.errors import CardNotFoundError, StudyError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.marks import Mark
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.vault import INFERRED_NOTICE
from studyapp.core.visible import visible
from studyapp.core.workspace.delete import delete
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.answers import compare
from studyapp.study.review.custom import CramSession, CustomStudy, custom_session
from studyapp.study.review.day_watch import DayWatch
from studyapp.study.review.today import begin, coming_after, follow_changes
from studyapp.tui.services.editor import EditorError, editor_command
from studyapp.wording.cards import card_texts
from studyapp.wording.numbers import large_text, sentence
from studyapp.wording.reviews import (
    coming_text,
    leech_text,
    left_out_text,
    newer_text,
    what_text,
)

T = TypeVar("T")


class PlainReview(SpokenCards):
    """Runs a session on two streams."""

    def __init__(
        self,
        workspace: Workspace,
        deck: str | None,
        source: TextIO,
        target: TextIO,
        custom: CustomStudy | None = None,
    ) -> None:
        """Make it for one deck, or for all.

        Args:
            workspace: the vault, whose notes have been read.
            deck: the deck's path; None for all.
            source: the user's input, line by line; its end ends the review.
            target: the output.
            custom: what is studied in place of what is due.
        """
        super().__init__(workspace, source, target)
        self._deck = deck
        self._custom = custom
        self._grades: Counter[Grade] = Counter()
        self._left = False
        self._left_out = 0
        self._days = DayWatch(workspace.vault, workspace.clock)
        self._commands: dict[str, tuple[str, Callable[[], None]]] = {
            "s": ("skip", self._skip),
            "u": ("undo", self._undo),
            "redo": ("redo what was undone", self._redo),
            "b": ("bury until tomorrow, with its siblings", self._bury),
            "z": ("suspend", self._suspend),
            "f": ("flag or unflag", self._flag),
            "x": ("delete the question from its note", self._delete),
            "t": ("type the answer, and hear how it differs", self._type),
            "r": ("reset to new", self._reset),
            "e": ("edit the note at this card", self._edit),
            "i": ("the card's facts", self._facts),
            "a": ("repeat the card", self._repeat),
            "h": ("this help", self._help),
            "q": ("quit", self._quit),
        }

    def run(self) -> None:
        """Review until nothing is left or the user stops."""
        with self._alone():
            self._workspace.recover()
        custom, workspace = self._custom, self._workspace
        self._session = begin(workspace, self._deck) if custom is None else custom_session(workspace, custom)
        if custom is not None:
            written = "" if custom.mode.counts else " Nothing is written: the schedules stay as they are."
            self._say(f"{custom.title.capitalize()}.{written}")
        if self._workspace.vault.inferred:
            self._say(INFERRED_NOTICE)
        due, new, _ = self._session.counts()
        self._say(f"{due} due, {new} new. Type h and Enter for help.")
        while not self._left:
            self._look_at_the_day()
            self._say_left_out()
            if self._session.current is None:
                self._nothing_left()
            else:
                self._card()
        self._end()

    def _nothing_left(self) -> None:
        self._say("")
        self._say("Nothing left to review.")
        typed = self._ask("u undoes the last grade, Enter quits:  ")
        if (typed or "").strip().lower() == "u":
            self._undo()
        else:
            self._left = typed is None or not self._look_at_the_day()

    def _look_at_the_day(self) -> bool:
        """If a new day has begun, let its cards join; returns whether there are any."""
        if not self._days.another():
            return False
        self._session.count_again()
        came = follow_changes(self._workspace, self._session, self._deck).came if self._custom is None else 0
        if came:
            self._say(f"A new day has begun: {count(came, 'more card', 'more cards')} to review.")
        return came > 0

    def _say_left_out(self) -> None:
        """Report cards that are left out after all, since the last report."""
        if gone := self._session.left_out[self._left_out :]:
            self._left_out += len(gone)
            self._say(left_out_text(gone))

    def _end(self) -> None:
        session, workspace = self._session, self._workspace
        given = {grade: number for grade in Grade if (number := self._grades.get(grade, 0))}
        if given:
            each = ", ".join(f"{number} {grade}" for grade, number in given.items())
            self._say(f"{count(sum(given.values()), 'grade')}: {each}.")
        if session.remaining:
            self._say(f"{count(session.remaining, 'card is', 'cards are')} left.")
        if next_ := coming_text(coming_after(workspace, session)):
            self._say(next_)

    # One card

    def _card(self) -> None:
        session, handle = self._session, self._session.current
        assert handle is not None
        if not session.revealed:
            self._say_front(handle)
        while not self._left and session.current is handle:
            if not session.revealed:
                self._do(self._ask("Enter shows the answer: "), otherwise=self._reveal)
            else:
                self._do(self._ask("Grade: "), otherwise=lambda: self._grade(Grade.GOOD))

    def _do(self, typed: str | None, otherwise: Callable[[], None]) -> None:
        if typed is None:
            self._left = True
            return
        word = typed.strip().lower()
        grade = GRADES.get(word) or next((grade for grade in Grade if grade == word), None)
        if not word:
            otherwise()
        elif grade is not None:
            self._grade(grade) if self._session.revealed else self._say("Press Enter first, to hear the answer.")
        elif word in self._commands:
            self._commands[word][1]()
        else:
            self._say(f"{visible(word, newlines=False)} is not a command here. Type h for help.")

    def _type(self) -> None:
        handle = self._session.current
        assert handle is not None
        if self._session.revealed:
            self._say("The answer is already shown.")
            return
        texts = card_texts(handle, self._workspace.vault.settings_of(handle.note.path))
        for number, (answer, hint) in enumerate(zip(texts.answers, texts.hints, strict=True), 1):
            which = f"Gap {number}" if len(texts.answers) > 1 else "Your answer"
            hinted = f" ({hint})" if hint else ""
            typed = self._ask(f"{which}{hinted}: ")
            if typed is None:
                self._left = True
                return
            self._say_difference(compare(answer, typed))
        self._reveal()

    def _skip(self) -> None:
        only = self._session.remaining == 1
        self._session.skip()
        self._say("This is the only card left." if only else "Skipped.")

    def _edit(self) -> None:
        handle = self._session.current
        assert handle is not None
        if not self._source.isatty():
            self._say("An editor needs a terminal.")
            return
        vault, environ = self._workspace.vault, dict(os.environ)
        file, line = vault.root / handle.note.path, handle.question.first_line + 1
        try:
            command = editor_command(vault.settings.editor, environ, file, line)
            run(command, environ=environ)
        except (EditorError, OSError) as error:
            self._say(sentence(visible(str(error), newlines=False)))
            return
        self._session.reload()

    def _help(self) -> None:
        self._say("Enter: show the answer, then good. 1 again, 2 hard, 3 good, 4 easy; the words work too.")
        for key, (does, _) in self._commands.items():
            self._say(f"{key}: {does}")

    def _quit(self) -> None:
        self._left = True

    # Actions

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
        self._grades[grade] += 1
        self._say(f"{grade.capitalize()}.")
        self._save(action)
        if leech := leech_text(action, "u"):
            self._say(leech)

    def _bury(self) -> None:
        self._save(self._session.bury())
        self._say("Buried until tomorrow.")

    def _suspend(self) -> None:
        self._save(self._session.suspend())
        self._say("Suspended. u undoes that.")

    def _flag(self) -> None:
        flagged = self._session.state.flagged
        self._save(self._session.mark(Mark.FLAG, "" if flagged else "1"))
        self._say("Flag removed." if flagged else "Flagged.")

    def _delete(self) -> None:
        handle, workspace = self._session.current, self._workspace
        assert handle is not None
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
        saved = self._write(lambda: delete(workspace.store, seen, workspace.clock()))
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
        self._save(action)
        self._say("Reset to new.")

    def _undo(self) -> None:
        if isinstance(self._session, CramSession):
            back = self._session.back()
            self._grades.subtract([back] if back is not None else [])
            self._say("Nothing to go back to." if back is None else f"Back: {back} did not count.")
            return
        action = self._workspace.journal.last_applied()
        if action is None:
            self._say("Nothing to undo.")
            return
        if action.group is not None:
            self._turn_group(action, back=True)
            return
        self._workspace.find_again([action])
        saved = self._write(lambda: self._workspace.store.undo(action, self._workspace.clock()))
        if saved is not None:
            self._session.taken_back(saved)
            if action.kind is ActionKind.GRADE and action.grade is not None and self._grades[action.grade]:
                self._grades[action.grade] -= 1
            self._say(f"Undid {what_text(action)}.")

    def _redo(self) -> None:
        if isinstance(self._session, CramSession):
            self._say("Nothing is written here, so there is nothing to redo.")
            return
        action = self._workspace.journal.last_undone()
        if action is None:
            self._say("Nothing to redo.")
            return
        if action.group is not None:
            self._turn_group(action, back=False)
            return
        self._workspace.find_again([action])
        saved = self._write(lambda: self._workspace.store.redo(action, self._workspace.clock()))
        if saved is not None:
            self._session.done_again(saved)
            if action.kind is ActionKind.GRADE and action.grade is not None:
                self._grades[action.grade] += 1
            self._say(f"Redid {what_text(action)}.")

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

    def _save(self, action: Action) -> None:
        path = action.card.path
        if action.kind.is_in_notes and (large := large_text(path, self._workspace.vault.size_of(path))):
            self._say(visible(large, newlines=False))
            self._target.flush()
        saved = self._write(lambda: self._workspace.store.save(action))
        if saved is not None:
            self._session.saved(saved)
            if saved.newer is not None:
                self._decide(saved.action, saved.newer)
            elif saved.why_not is not None:
                why = visible(saved.why_not.rstrip("."), newlines=False)
                self._say(f"The note was not written: {why}. It is kept in the review log and will be retried.")

    def _decide(self, action: Action, newer: str) -> None:
        """Ask which schedule counts, if the card was reviewed elsewhere after it was shown."""
        self._say(sentence(newer_text(action, newer, self._workspace.clock())))
        typed = self._ask("m grades from the newer one, t keeps that and drops yours, Enter decides later: ")
        answer = (typed or "").strip().lower()
        if answer in ("m", "mine"):
            mine = self._write(lambda: self._workspace.store.save(self._session.on_newer(action, newer)))
            if mine is not None and mine.why_not is None:
                self._session.saved(mine)
                self._write(lambda: self._workspace.store.withdraw(action))
                self._say("Graded from the newer schedule." if action.grade else "Reset to new.")
                return
        elif answer in ("t", "theirs") and self._write(lambda: self._workspace.store.withdraw(action)) is not None:
            self._session.withdrawn(action)
            self._grades.subtract([action.grade] if action.grade is not None else [])
            self._say("The newer schedule stays; yours does not count.")
            return
        self._say("The note stays as it is; what you did waits in the review log.")

    def _write(self, job: Callable[[], T]) -> T | None:
        try:
            with self._alone():
                return job()
        except StudyError as error:
            self._say(sentence(visible(str(error), newlines=False)))
            return None

    def _alone(self) -> AbstractContextManager[bool]:
        return self._workspace.locations.alone(self._workspace.vault.root)


def review_plainly(
    workspace: Workspace, deck: str | None, source: TextIO, target: TextIO, custom: CustomStudy | None = None
) -> int:
    """Review one deck, all decks, or a custom choice; see `PlainReview`.

    Raises:
        CardNotFoundError: if there is no such deck or note.
    """
    workspace.vault.check_deck(deck)
    vault, note = workspace.vault, None if custom is None else custom.note
    if note is not None and vault.note(vault.known_path(note)) is None:
        raise CardNotFoundError(
            f"there is no note {note!r}; name it by its path in the vault, such as 'Folder/Note.md'"
        )
    PlainReview(workspace, deck, source, target, custom).run()
    return 0
