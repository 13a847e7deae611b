"""Asks which card an edited one is now; the answer is logged and never asked again."""

from __future__ import annotations

from studyapp.core.errors import CardNotFoundError
from studyapp.core.log.actions import Move
from studyapp.core.notes.cards import CardId
from studyapp.core.visible import visible
from studyapp.tui.render.front import shown_front
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.study import Study
from studyapp.wording.reviews import what_text


def ask_which(app: Study) -> None:
    """Ask about the first undecided card, then about the next."""
    if not app.undecided:
        return
    undecided = app.undecided[0]

    def answered(now: str) -> None:
        app.writer.move(app.workspace.history.dated([Move(str(undecided.card), now, app.workspace.clock())]))
        app.undecided = [
            other
            for other in app.undecided
            if other is not undecided and (not now or now not in map(str, other.candidates))
        ]
        app.show_undecided()
        ask_which(app)

    last = undecided.last
    lines = [Choice(str(card), _front(app, card), f"line {_line(app, card)}") for card in undecided.candidates]
    lines.append(Choice("", "none of these: it is gone", "its history stays in the log"))
    note = visible(undecided.card.path, newlines=False)
    title = f"{note} was edited: which is the card of {what_text(last)} on {last.at:%Y-%m-%d}?"
    ask(app, ChooseScreen(title, lines, act="This one", away="Ask later", typing=False), answered)


def _front(app: Study, card: CardId) -> str:
    try:
        handle = app.workspace.vault.find(card)
    except CardNotFoundError:
        return str(card)
    return shown_front(handle)


def _line(app: Study, card: CardId) -> int:
    try:
        return app.workspace.vault.find(card).question.first_line + 1
    except CardNotFoundError:
        return 0
