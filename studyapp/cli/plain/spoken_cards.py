"""Cards read out line by line on two streams: their fronts and backs, typed answers, facts."""

from __future__ import annotations

from typing import Final, TextIO

from studyapp.core.errors import StudyError
from studyapp.core.schedule.entries import Grade, Schedule
from studyapp.core.text.spoken import one_line, spoken, with_clozes
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.runs.cards.card_demos import unknown_demos
from studyapp.study.review.answers import Difference, Match
from studyapp.study.review.custom import CramSession
from studyapp.study.review.session import Session
from studyapp.wording.cards import card_texts, path_of
from studyapp.wording.numbers import interval_words
from studyapp.wording.reviews import (
    card_facts,
    history_lines,
)

GRADES: Final = {str(number): grade for number, grade in enumerate(Grade, 1)}


class SpokenCards:
    """Reads out the current card of a review."""

    _session: Session

    def __init__(self, workspace: Workspace, source: TextIO, target: TextIO) -> None:
        self._workspace = workspace
        self._source = source
        self._target = target

    # The current card

    @property
    def _handle(self) -> Handle:
        handle = self._session.current
        assert handle is not None
        return handle

    def _say_front(self, handle: Handle) -> None:
        session = self._session
        number, of = session.graded + 1, session.graded + session.remaining
        self._say("")
        self._say(f"Card {number} of {of}. {visible('. '.join(path_of(handle)), newlines=False)}.")
        side = card_texts(handle).front
        self._say_all("Question:", spoken(with_clozes(side.text, side.spans)))
        for problem in unknown_demos(handle, self._workspace.vault.root):
            self._say(f"Demo link: {problem}.")

    def _reveal(self) -> None:
        handle = self._handle
        self._session.reveal()
        self._say_back(handle)

    def _say_back(self, handle: Handle) -> None:
        texts = card_texts(handle)
        if texts.in_place:
            self._say("In place of the cloze: " + "; ".join(map(one_line, texts.answers)))
        notes = [line for name, text in texts.footnotes for line in spoken(f"[^{name}]: {text}")]
        self._say_all("Answer:", [*spoken(with_clozes(texts.back.text, texts.back.spans)), *notes])
        if isinstance(self._session, CramSession):
            self._say("1 again: it comes back. 2, 3, 4: done. Enter means good.")
            return
        previews = self._previews()
        if previews is not None:
            now = self._workspace.clock()
            each = [f"{key} {g} ({interval_words(previews[g], now)})" for key, g in GRADES.items()]
            self._say(", ".join(each) + ". Enter means good.")

    def _previews(self) -> dict[Grade, Schedule] | None:
        try:
            return self._session.previews()
        except StudyError as error:
            self._say(f"This card cannot be graded: {error}. r resets it, s skips it.")
            return None

    def _say_difference(self, found: Difference) -> None:
        if found.is_right:
            self._say("Right.")
            return
        for mark, says in ((Match.EXTRA, "Not in the answer"), (Match.MISSING, "Missing")):
            if texts := [piece.text for piece in found.pieces if piece.mark is mark]:
                self._say(f"{says}: {visible('; '.join(texts), newlines=False)}")

    def _facts(self) -> None:
        handle = self._handle
        schedule = self._session.fresh.get(handle.id, handle.card.schedule)
        for name, value in card_facts(handle, schedule, self._workspace.clock()):
            self._say(f"{name}: {visible(value, newlines=False)}")
        for line in history_lines(reversed(self._workspace.history.of(handle.id))):
            self._say(line)

    def _repeat(self) -> None:
        handle = self._handle
        self._say_front(handle)
        if self._session.revealed:
            self._say_back(handle)

    # Output and input

    def _say(self, line: str) -> None:
        self._target.write(f"{line}\n")

    def _say_all(self, title: str, lines: list[str]) -> None:
        self._say(title)
        for line in lines:
            self._say(line)

    def _ask(self, prompt: str) -> str | None:
        self._target.write(prompt)
        self._target.flush()
        typed = self._source.readline()
        if not self._source.isatty() or not typed.endswith("\n"):
            self._say("")  # nobody pressed Enter there
        return typed or None

    def _agrees(self, question: str) -> bool:
        return (self._ask(question) or "").strip().lower() in ("y", "yes")
