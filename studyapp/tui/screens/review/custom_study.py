"""What to study besides what is due, asked step by step over the decks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from studyapp.core.plural import count
from studyapp.core.text.digits import is_whole_number
from studyapp.core.vault.sheet import CardRow
from studyapp.study.review.custom import CustomStudy, Mode, cards_of
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.study import Study
from studyapp.wording.reviews import waiting_text

_WEEK = 7
_FARTHEST = 36_500


class CustomChoice:
    """Asks what to study in a deck, and passes the choice on."""

    def __init__(self, app: Study, deck: str | None, chosen: Callable[[CustomStudy], object]) -> None:
        """Make it for a deck, or for all; `ask` begins."""
        self._app, self._deck, self._chosen = app, deck, chosen

    def ask(self) -> None:
        """Show the options."""
        where = self._deck or "all decks"
        ask(self._app, ChooseScreen(f"Study in {where}", self._lines(), typing=False), self._next)

    def _lines(self) -> list[Choice[str]]:
        def number(mode: Mode, *, days: int = 0) -> str:
            return count(len(self._cards(CustomStudy(mode, self._deck, days=days))), "card")

        settings = self._app.workspace.vault.settings
        lines: list[Choice[str]] = [
            Choice(Mode.AHEAD, "Review ahead", f"{number(Mode.AHEAD, days=_WEEK)} in {_WEEK} days; grades count")
        ]
        if settings.new_cards_per_day or settings.reviews_per_day:
            text = f"{number(Mode.ALL_DUE)}; grades count"
            lines.append(Choice(Mode.ALL_DUE, "Everything due, without today's limits", text))
        return [
            *lines,
            Choice(Mode.NEW, "New cards only", f"{number(Mode.NEW)}; grades count"),
            Choice(Mode.FORGOTTEN, "Forgotten today", f"{number(Mode.FORGOTTEN)}; nothing is written"),
            Choice(Mode.CRAM, "Cram", f"{number(Mode.CRAM)}; nothing is written"),
            Choice("note", "Cram one note", "nothing is written"),
            Choice("words", "Cram by words", "nothing is written"),
            *([Choice("whole", "Whole notes", whole)] if (whole := self._whole()) else []),
        ]

    def _whole(self) -> str:
        """How many notes are waiting for review as a whole; empty if there are no such notes."""
        found = self._app.whole_notes
        if found is None or not found.notes:
            return ""
        waiting = found.queue(self._app.standing.notes)
        return f"{waiting_text(waiting)}; grades count" if waiting else "none waiting"

    def _cards(self, study: CustomStudy) -> Sequence[CardRow]:
        app = self._app
        with app.writer.quiet():
            today = app.workspace.graded_today()
        return cards_of(app.workspace.vault, study, app.workspace.clock(), graded=today)

    def _next(self, name: str) -> None:
        match name:
            case Mode.AHEAD:
                question = "How many days ahead? Their cards are reviewed early, and the grades count."
                dialog = PromptScreen("Review ahead", question, str(_WEEK), _wrong_days)
                ask(self._app, dialog, lambda days: self._choose(Mode.AHEAD, days=int(days)))
            case "words":
                question = "Words to look for in the cards or in their note's name:"
                dialog = PromptScreen("Cram by words", question, "", self._wrong_words)
                ask(self._app, dialog, lambda words: self._choose(Mode.CRAM, words=words))
            case "note":
                self._choose_note()
            case "whole":
                self._app.go.whole_notes()
            case _:
                self._choose(Mode(name))

    def _choose(self, mode: Mode, **more: Any) -> None:
        self._chosen(CustomStudy(mode, self._deck, **more))

    def _wrong_words(self, words: str) -> str:
        if not words.strip():
            return "Type at least one word."
        found = self._cards(CustomStudy(Mode.CRAM, self._deck, words=words))
        return "" if found else "No card has all of these words."

    def _choose_note(self) -> None:
        notes = Counter(row.path for row in self._app.workspace.vault.rows(self._deck))
        lines = [Choice(path, path, count(number, "card")) for path, number in sorted(notes.items())]
        dialog = ChooseScreen("Cram which note?", lines, act="Cram it")
        ask(self._app, dialog, lambda path: self._choose(Mode.CRAM, note=path))


def _wrong_days(text: str) -> str:
    days = int(text) if is_whole_number(text) else 0
    return "" if 0 < days <= _FARTHEST else "Type a number of days, such as 7."
