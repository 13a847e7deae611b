"""Asks which change of many schedules is wanted, and opens its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final

from studyapp.core.errors import StudyError
from studyapp.core.notes.cards import CardId
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.groups import unfinished
from studyapp.study.plans.changes import PlanKind, order_of
from studyapp.tui.screens.choose import Choice, ChooseScreen
from studyapp.tui.screens.plan import PlanScreen
from studyapp.tui.screens.prompt import PromptScreen
from studyapp.tui.study import Study
from studyapp.wording.numbers import sentence

_RESUME: Final = "resume"
_KINDS: Final = {
    PlanKind.POSTPONE: ("Postpone", "what is due by today, by so many days", "By how many days?", "3"),
    PlanKind.ADVANCE: ("Advance", "what is due within so many days, to today", "Within how many days?", "7"),
    PlanKind.HOLIDAY: ("Holiday", "nothing is due between two dates", "From when to when, such as {} {}?", ""),
    PlanKind.DUE: ("Set the due day", "the same for all", "On which day, such as {}?", ""),
    PlanKind.RESCHEDULE: ("Reschedule", "from the present FSRS parameters and retention", "", ""),
    PlanKind.TO_FSRS: ("Convert to FSRS", "as the plugin would at the next review", "", ""),
    PlanKind.TO_SM2: ("Convert to SM-2", "as the plugin would at the next review", "", ""),
    PlanKind.RESET: ("Reset", "the cards begin again", "", ""),
}


def ask_plan(study: Study, where: str, rows: Callable[[], Sequence[CardRow]]) -> None:
    """Ask what is to be done.

    Args:
        study: the app.
        where: which cards, in words.
        rows: gives the cards.
    """
    workspace = study.workspace
    kept = unfinished(workspace)

    def chosen(name: str | None) -> None:
        if name == _RESUME and kept is not None:
            study.push_screen(PlanScreen(study, kept.what, None, kept))
        elif name is not None:
            _values(study, PlanKind(name), where, rows)

    lines = [Choice(kind.value, title, remark) for kind, (title, remark, _, _) in _KINDS.items()]
    if kept is not None:
        lines = [Choice(_RESUME, f"Finish {kept.what}", "it was interrupted")]
    study.push_screen(ChooseScreen(f"Change the schedules of {where}", lines), chosen)


def _values(study: Study, kind: PlanKind, where: str, rows: Callable[[], Sequence[CardRow]]) -> None:
    title, _, question, usual = _KINDS[kind]
    today = study.workspace.clock().date()

    def open_page(values: Sequence[str]) -> None:
        study.push_screen(PlanScreen(study, f"{title}: {where}", (order_of(kind.value, values), rows)))

    def wrong(text: str) -> str:
        try:
            order_of(kind.value, text.split())
        except StudyError as error:
            return sentence(str(error))
        return ""

    def typed(text: str | None) -> None:
        if text is not None:
            open_page(text.split())

    if question:
        asked = question.format(today, date.fromordinal(today.toordinal() + 14))
        study.push_screen(PromptScreen(title, asked, usual or str(today), wrong), typed)
    else:
        open_page(())


def rows_of(study: Study, cards: Sequence[CardId]) -> list[CardRow]:
    """The cards of those ids that are still there."""
    return [row for card in cards if (row := study.workspace.vault.row(card)) is not None]
