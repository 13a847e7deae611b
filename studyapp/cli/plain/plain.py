"""A review line by line: no screen, no colour, nothing that moves the cursor.

Each action is done and written before the next line appears, so nothing is lost when the user ends it.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TextIO

from studyapp.cli.plain.plain_actions import PlainActions
from studyapp.cli.plain.spoken_cards import GRADES
from studyapp.core.disk.editor import EditorError, editor_command
from studyapp.core.disk.programs import run
from studyapp.core.errors import CardNotFoundError, JournalError
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.vault import INFERRED_NOTICE
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.answers import compare_answer
from studyapp.study.review.coming import coming_after
from studyapp.study.review.custom import CustomStudy, custom_session
from studyapp.study.review.day_watch import DayWatch
from studyapp.study.review.today import begin, follow_changes
from studyapp.wording.cards import card_texts
from studyapp.wording.numbers import sentence
from studyapp.wording.reviews import (
    coming_text,
    left_out_text,
)


class PlainReview(PlainActions):
    """Runs a session on two streams; the end of the first ends it."""

    def __init__(
        self,
        workspace: Workspace,
        deck: str | None,
        source: TextIO,
        target: TextIO,
        custom: CustomStudy | None = None,
    ) -> None:
        super().__init__(workspace, source, target)
        self._deck = deck
        self._custom = custom
        self._left = False
        self._left_out = 0
        self._days = DayWatch(workspace.vault, workspace.clock)
        self._commands: dict[str, tuple[str, Callable[[], None]]] = {
            "s": ("skip", self._skip),
            "u": ("undo", self._undo),
            "redo": ("redo what was undone", self._redo),
            "b": ("bury until tomorrow, with its siblings", self._bury),
            "z": ("suspend", self._suspend),
            "*": ("flag or unflag", self._flag),
            "D": ("delete the question from its note", self._delete),
            "t": ("type the answer, and hear how it differs", self._type),
            "r": ("reset to new", self._reset),
            "e": ("edit the note at this card", self._edit),
            "i": ("the card's facts", self._facts),
            "g": ("the card again, from the top", self._repeat),
            "?": ("this help", self._help),
            "q": ("quit", self._quit),
        }

    def run(self) -> None:
        """Review until nothing is left or the user stops."""
        with self._alone():
            self._workspace.recover()
        self._write(self._workspace.follow_moves)  # what is suspended stays so under another name
        custom, workspace = self._custom, self._workspace
        self._session = begin(workspace, self._deck) if custom is None else custom_session(workspace, custom)
        if custom is not None:
            written = "" if custom.mode.counts else " Nothing is written: the schedules stay as they are."
            self._say(f"{custom.title.capitalize()}.{written}")
        if self._workspace.vault.inferred:
            self._say(INFERRED_NOTICE)
        due, new, _ = self._session.counts()
        self._say(f"{due} due, {new} new. Type ? and Enter for help.")
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
        session, handle = self._session, self._handle
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
        word = typed.strip()
        word = word if word in self._commands else word.lower()
        grade = GRADES.get(word) or next((grade for grade in Grade if grade == word), None)
        if not word:
            otherwise()
        elif grade is not None:
            self._grade(grade) if self._session.revealed else self._say("Press Enter first, to hear the answer.")
        elif word in self._commands:
            self._commands[word][1]()
        else:
            self._say(f"{visible(word, newlines=False)} is not a command here. Type ? for help.")

    def _type(self) -> None:
        handle = self._handle
        if self._session.revealed:
            self._say("The answer is already shown.")
            return
        texts = card_texts(handle)
        for number, (answer, hint) in enumerate(zip(texts.answers, texts.hints, strict=True), 1):
            which = f"Cloze {number}" if len(texts.answers) > 1 else "Your answer"
            hinted = f" ({hint})" if hint else ""
            typed = self._ask(f"{which}{hinted}: ")
            if typed is None:
                self._left = True
                return
            self._say_difference(compare_answer(answer, typed))
        self._reveal()

    def _skip(self) -> None:
        only = self._session.remaining == 1
        self._session.skip()
        self._say("This is the only card left." if only else "Skipped.")

    def _edit(self) -> None:
        handle = self._handle
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


def review_plainly(
    workspace: Workspace, deck: str | None, source: TextIO, target: TextIO, custom: CustomStudy | None = None
) -> int:
    """Review one deck, all decks, or a custom choice; see `PlainReview`.

    Raises:
        CardNotFoundError: if there is no such deck or note.
        JournalError: if something that was done could not be kept.
    """
    workspace.vault.check_deck(deck)
    vault, note = workspace.vault, None if custom is None else custom.note
    if note is not None and vault.note(vault.known_path(note)) is None:
        raise CardNotFoundError(vault.no_note(note))
    review = PlainReview(workspace, deck, source, target, custom)
    review.run()
    if review.unkept:
        raise JournalError(f"what was done to {count(len(review.unkept), 'card')} could not be kept")
    return 0
