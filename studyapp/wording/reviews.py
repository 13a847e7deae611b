"""The words around a card in review: progress, what was done, the card's facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.ledger_rows import Done
from studyapp.core.log.marks import CardState, Mark
from studyapp.core.notes.blocks import Kind
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Schedule, read_entry
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.wording.numbers import days_text, schedule_facts

if TYPE_CHECKING:
    from studyapp.core.edits.delete import Deletion
    from studyapp.study.review.coming import Coming
    from studyapp.study.review.lineup import LeftOut
    from studyapp.study.whole_notes.rules import WholeNote

_LINES_SHOWN: Final = 9
"""The most lines shown of a question to be deleted."""

_KINDS: Final = {
    Kind.SINGLE_BASIC: "single-line",
    Kind.SINGLE_REVERSED: "single-line, both ways",
    Kind.MULTI_BASIC: "multi-line",
    Kind.MULTI_REVERSED: "multi-line, both ways",
    Kind.CLOZE: "cloze",
}


_MARKED: Final[Mapping[str, tuple[str, str, str]]] = {
    Mark.SUSPENDED: ("suspending", "resuming", " {}"),
    Mark.BURIED: ("burying", "unburying", " {}"),
    Mark.FLAG: ("the flag", "removing the flag", " of {}"),
    Mark.LEECH: ("the mark as a leech", "taking the mark as a leech away", " of {}"),
}
"""What to call undoing a mark: one that was set, and one that was removed; and the word before the cards."""
_LONGEST: Final = 80
"""The most characters quoted from the log of what an edit was for."""


def deck_text(handle: Handle | None, reviewed: str | None) -> str:
    """The deck of a card; if it has several, one that is being reviewed."""
    decks = handle.question.decks if handle is not None else ()
    return next(iter(those_in(decks, reviewed)), reviewed or "all decks")


def leech_text(action: Action, undo_key: str) -> str:
    """The notice for a card that has just been forgotten too often; else empty."""
    marks = {mark.name: mark.value for mark in action.marks}
    if not marks.get(Mark.LEECH):
        return ""
    words = f"A leech: this card was forgotten {count(int(marks[Mark.LEECH]), 'time')}"
    if marks.get(Mark.SUSPENDED):
        return f"{words}, so it is suspended. {undo_key} undoes that."
    return f"{words}. Consider rewriting it, or splitting it."


def left_out_text(cards: Sequence[LeftOut]) -> str:
    """The notice for cards that are not reviewed after all, with the reason for the last one."""
    return f"{count(len(cards), 'card')} left out: {visible(cards[-1].why, newlines=False)}."


def newer_text(action: Action, newer: str, now: datetime) -> str:
    """The question for when a card, or a note, now has a newer schedule than the one graded."""
    what = "note" if action.kind is ActionKind.NOTE else "card"
    seen, there = (read_entry(entry).schedule if entry else None for entry in (action.before, newer))
    return (
        f"in the meantime this {what} was reviewed elsewhere: it was {_due_words(seen, now)} when you saw it, "
        f"and is {_due_words(there, now)} in its note"
    )


def _due_words(schedule: Schedule | None, now: datetime) -> str:
    if schedule is None or schedule.due is None:
        return "new" if schedule is None else "never due"
    day = schedule.due.astimezone(now.tzinfo).date() if isinstance(schedule.due, datetime) else schedule.due
    return f"due on {day}"


def coming_text(coming: Coming) -> str:
    """What is due next in the vault; empty if nothing is scheduled."""
    ahead = coming.days
    days = sorted(day for day, number in ahead.items() if day >= 0 and number > 0)
    week = sum(ahead[day] for day in days if day <= 7)
    if coming.now:
        next_ = f"{count(coming.now, 'card is', 'cards are')} due now"
        more = f", {week:,} more within a week" if week else ""
    elif days:
        when = days_text(days[0]) if days[0] else "later today"
        next_ = f"{count(ahead[days[0]], 'card is', 'cards are')} due {when}"
        more = f", {week:,} within a week" if days[0] < 7 and week > ahead[days[0]] else ""
    else:
        return ""
    return f"In the whole vault, {next_}{more}."


def _marks(state: CardState | None) -> Iterator[str]:
    if state is not None:
        yield from ["suspended"] * state.suspended
        yield from ["flagged"] * state.flagged
        yield from ["a leech"] * state.leech
        if state.buried_until is not None:
            yield f"buried until {state.buried_until}"


def card_facts(
    handle: Handle, schedule: Schedule | None, now: datetime, state: CardState | None = None
) -> list[tuple[str, str]]:
    """The facts of a card, as names and values."""
    question = handle.question
    return [
        ("note", f"{handle.note.path}:{question.first_line + 1}"),
        ("deck", ", ".join(question.decks)),
        ("type", f"{_KINDS[question.kind]}, card {handle.card.side + 1} of {len(question.cards)}"),
        *schedule_facts(schedule, now),
        *([("marks", marks)] if (marks := ", ".join(_marks(state))) else []),
        ("id", str(handle.id)),
    ]


def deletion_question(found: Deletion, path: str) -> str:
    """Ask whether to delete a question, and show its lines."""
    lines = found.text.split("\n")
    more = len(lines) - _LINES_SHOWN
    shown = lines if more < 2 else [*lines[:_LINES_SHOWN], f"… and {more:,} more lines"]
    cards = len(found.question.cards)
    what = "this question" if cards == 1 else f"this question, with its {cards} cards,"
    return "\n".join([f"Delete {what} from {path}?", "", *shown])


def waiting_text(notes: Sequence[WholeNote]) -> str:
    """How many whole notes are due, and how many new."""
    new = sum(note.schedule is None for note in notes)
    return f"{len(notes) - new:,} due, {new:,} new"


def history_lines(actions: Iterable[Done]) -> list[str]:
    """One line for each grade or reset."""
    lines: list[str] = []
    for action in actions:
        what = action.grade.capitalize() if action.grade is not None else "Reset"
        timed = action.seconds is not None and action.kind is ActionKind.GRADE
        lines.append(f"{action.at:%Y-%m-%d %H:%M}  {what}" + (f"  {action.seconds:.0f} s" if timed else ""))
    return lines


def what_text(action: Action) -> str:
    """What was done or undone."""
    match action.kind:
        case ActionKind.MARK:
            return _mark_text(action)
        case ActionKind.NOTE:
            return f'"{str(action.grade).capitalize()}" for a whole note'
        case ActionKind.RESET:
            return "the reset"
        case ActionKind.IMPORT:
            return visible((action.what or "the import")[:_LONGEST], newlines=False)
        case ActionKind.SETTING:
            return visible((action.what or "the change of settings")[:_LONGEST], newlines=False)
        case ActionKind.EDIT:
            return visible((action.what or "the repair of schedule comments")[:_LONGEST], newlines=False)
    marks = {mark.name for mark in action.marks if mark.value}
    besides = next((_MARKED[mark][0] for mark in (Mark.SUSPENDED, Mark.LEECH) if mark in marks), "")
    return f'"{str(action.grade).capitalize()}"' + (f", and {besides}" if besides else "")


def done_to(action: Action, card: str) -> str:
    """What was done or undone, to a card that is named."""
    name = action.marks[0].name if action.kind is ActionKind.MARK and action.marks else ""
    *_, joined = _MARKED.get(name, ("", "", " of {}"))
    return what_text(action) + joined.format(card)


def _mark_text(action: Action) -> str:
    name = action.marks[0].name if action.marks else ""
    made, unmade, joined = _MARKED.get(name, ("the mark", "removing the mark", " of {}"))
    what = made if any(mark.value for mark in action.marks) else unmade
    cards = len({mark.card for mark in action.marks})
    return what if cards < 2 else what + joined.format(count(cards, "card"))


def is_of_one_card(action: Action) -> bool:
    """Whether it was done to a single card."""
    return bool(action.card.hash) and len({mark.card for mark in action.marks}) < 2


def where_text(action: Action) -> str:
    """Where it was done, as a continuation: in a note, in several, or to a whole note."""
    notes = {mark.card.path for mark in action.marks} if action.kind is ActionKind.MARK else set()
    if len(notes) > 1:
        return f" in {count(len(notes), 'note')}"
    if action.kind is ActionKind.IMPORT:  # included in its description
        return ""
    path = visible(action.card.path, newlines=False)
    return f" in {path}" if action.card.hash else f", {path}"
