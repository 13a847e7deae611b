"""Asks which change of many schedules is wanted, and opens its page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Final, NamedTuple

from studyapp.core.errors import StudyError
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import add_days
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.exam import Exam, exams_of
from studyapp.core.settings.exam_values import LAST_DAYS
from studyapp.core.settings.model import Settings
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.groups import unfinished
from studyapp.study.exams.setting import removal_of, settings_of
from studyapp.study.fitting.scope import scope_of
from studyapp.study.plans.changes import PlanKind, PlanOrder, order_of
from studyapp.tui.screens.cards.plan import PlanScreen
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.study import LastLooks, Rescheduling, Study
from studyapp.wording.numbers import sentence

_RESUME: Final = "resume"
_SET_EXAM: Final = "set exam"
_LAST_LOOKS: Final = "Last looks before the exam {}"
_KINDS: Final = {
    PlanKind.POSTPONE: ("Postpone", "what is due by today, by a number of days", "By how many days?", "3"),
    PlanKind.ADVANCE: ("Advance", "what is due within a number of days, to today", "Within how many days?", "7"),
    PlanKind.HOLIDAY: ("Holiday", "nothing is due between two dates", "From when to when, such as {} {}?", ""),
    PlanKind.DUE: ("Set the due day", "the same for all", "On which day, such as {}?", ""),
    PlanKind.RESCHEDULE: ("Reschedule", "from the current FSRS parameters and retention", "", ""),
    PlanKind.TO_FSRS: ("Convert to FSRS", "as the plugin would at the next review", "", ""),
    PlanKind.TO_SM2: ("Convert to SM-2", "as the plugin would at the next review", "", ""),
    PlanKind.RESET: ("Reset", "to new; past reviews stay in the log", "", ""),
}


class _Asked(NamedTuple):
    """The cards to change."""

    where: str
    """A description of the cards."""
    rows: Callable[[], Sequence[CardRow]]
    deck: str | None
    search: str | None

    def exam(self, settings: Settings) -> Exam | None:
        """The exam set for them, whatever its date."""
        if self.deck is None and self.search is None:
            return None
        return next((one for one in exams_of(settings) if (one.deck, one.search) == (self.deck, self.search)), None)


def ask_plan(
    study: Study,
    where: str,
    rows: Callable[[], Sequence[CardRow]],
    *,
    deck: str | None = None,
    search: str | None = None,
) -> None:
    """Ask what to do with some cards, and say `where` they are: of a deck or a search, if they are just those."""
    workspace, asked = study.workspace, _Asked(where, rows, deck, search)
    kept, exam = unfinished(workspace), asked.exam(study.workspace.vault.settings)

    def chosen(name: str) -> None:
        if name == _RESUME and kept is not None:
            study.push_screen(PlanScreen(study, kept.what, None, kept))
        elif name == _SET_EXAM:
            _exam_day(study, asked, exam)
        elif name == PlanKind.EXAM and exam is not None:
            _open_page(study, _LAST_LOOKS.format(exam.name), PlanKind.EXAM, asked, (exam.name,))
        else:
            _values(study, PlanKind(name), asked)

    lines = [Choice(kind.value, title, remark) for kind, (title, remark, _, _) in _KINDS.items()]
    if exam is not None and exam.day > day_of(workspace.clock(), workspace.vault.settings.start_of_day):
        lines.insert(
            0, Choice(PlanKind.EXAM.value, f"Last looks: {exam.name}", "cards due after it move to before it")
        )
    if deck is not None or search is not None:
        remark = f"on {exam.day}" if exam is not None else "a day by which you want to know these cards"
        lines.append(Choice(_SET_EXAM, "Exam", remark))
    if kept is not None:
        lines = [Choice(_RESUME, f"Finish {kept.what}", "it was interrupted")]
    ask(study, ChooseScreen(f"Change the schedules of {where}", lines), chosen)


def _open_page(study: Study, title: str, kind: PlanKind, asked: _Asked, values: Sequence[str]) -> None:
    study.push_screen(PlanScreen(study, title, (order_of(kind.value, values), asked.rows)))


def _values(study: Study, kind: PlanKind, asked: _Asked) -> None:
    title, _, question, usual = _KINDS[kind]
    today = study.workspace.clock().date()

    def open_page(values: Sequence[str]) -> None:
        _open_page(study, f"{title}: {asked.where}", kind, asked, values)

    def wrong(text: str) -> str:
        try:
            order_of(kind.value, text.split())
        except StudyError as error:
            return sentence(str(error))
        return ""

    if question:
        words = question.format(today, date.fromordinal(today.toordinal() + 14))
        ask(study, PromptScreen(title, words, usual or str(today), wrong), lambda text: open_page(text.split()))
    else:
        open_page(())


def _exam_day(study: Study, asked: _Asked, exam: Exam | None) -> None:
    """Ask for the day of the exam, and set it; the app then reopens the vault."""
    settings, now = study.workspace.vault.settings, study.workspace.clock()
    today = day_of(now, settings.start_of_day)

    def wrong(text: str) -> str:
        if exam is not None and text.strip() == "-":
            return ""
        try:
            return "" if date.fromisoformat(text.strip()) > today else "The day of an exam must be after today."
        except ValueError:
            return f"{text!r} is not a day such as {add_days(today, 30)}."

    def typed(text: str) -> None:
        name = exam.name if exam is not None else _exam_name(asked, settings)
        if text.strip() == "-":
            changes = removal_of(name)
        else:
            days = exam.last_days if exam is not None else LAST_DAYS
            changes = settings_of(Exam(name, date.fromisoformat(text.strip()), days, asked.deck, asked.search))
            study.offer = LastLooks(name)
        study.writer.set_settings(changes, f"the exam {name}")

    question = "On which day? " + (
        "Type - to remove it." if exam is not None else "Your pace then shows with the decks."
    )
    value = str(exam.day if exam is not None else add_days(today, 30))
    ask(study, PromptScreen(f"Exam: {asked.deck or asked.search}", question, value, wrong), typed)


def _exam_name(asked: _Asked, settings: Settings) -> str:
    """A name for those cards' exam that no other exam has."""
    short = (asked.deck or asked.search or "").rpartition("/")[2]
    return short if short not in settings.exams else asked.deck or f"{short} {len(settings.exams)}"


def open_offer(study: Study, offer: Rescheduling | LastLooks) -> None:
    """Show what new settings offer; no page where that would change nothing."""
    if isinstance(offer, LastLooks):
        order = PlanOrder(PlanKind.EXAM, exam=offer.exam)
        study.push_screen(PlanScreen(study, _LAST_LOOKS.format(offer.exam), (order, lambda: ()), may_pass=True))
    else:
        _open_rescheduling(study, offer)


def _open_rescheduling(study: Study, which: Rescheduling) -> None:
    workspace = study.workspace

    def rows() -> list[CardRow]:
        scope = scope_of(workspace, which.deck, which.preset)
        return [row for row in workspace.vault.rows() if scope.counts(str(row.id))]

    where = which.deck or which.preset or "all cards"
    study.push_screen(PlanScreen(study, f"Reschedule: {where}", (PlanOrder(PlanKind.RESCHEDULE), rows)))


def rows_with_ids(study: Study, cards: Sequence[CardId]) -> list[CardRow]:
    """The cards with those ids that still exist."""
    return [row for card in cards if (row := study.workspace.vault.row(card)) is not None]
