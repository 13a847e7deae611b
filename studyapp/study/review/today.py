"""What is due today in an open vault, and how a review of it begins."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext

from studyapp.core.log.actions import ActionKind, Status
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Schedule, is_due, read_entry
from studyapp.core.vault.decks import Deck
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.table.line import CardLine
from studyapp.core.vault.vault import Handle
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.catch_up import CaughtUp, catch_up
from studyapp.study.review.counts import count_decks
from studyapp.study.review.limits import Limits
from studyapp.study.review.queue import Aside, build_queue
from studyapp.study.review.session import Session

_OF_CARDS = frozenset({ActionKind.GRADE, ActionKind.RESET})
"""Actions that change the schedule of a card."""


def begin(workspace: Workspace, deck: str | None = None, *, first: CardId | None = None) -> Session:
    """Begin a review of what is due, in one deck or in all.

    Where the order is random, a card already on the screen may come first.
    """
    cards = queue_of(workspace, deck)
    if first is not None and workspace.vault.settings.flashcard_card_order.is_random:
        cards.put_first(workspace.vault.number_of(first))
    return begin_with(workspace, cards)


def next_card(workspace: Workspace, deck: str | None) -> Handle | None:
    """The card that a review would begin with; in a random order one that it may begin with, see `begin`."""
    row = next(iter(queue_of(workspace, deck)), None)
    return workspace.vault.handle(row.id) if row is not None else None


def begin_with(workspace: Workspace, cards: Iterable[CardRow]) -> Session:
    """Begin a review of these cards."""
    exams = None
    if workspace.vault.settings.exams:
        from studyapp.study.exams.book import ExamBook

        exams = ExamBook.of(workspace)
    return Session(workspace.vault, cards, workspace.clock, workspace.forgotten(), workspace.states, exams)


def queue_of(workspace: Workspace, deck: str | None = None, paths: Iterable[str] | None = None) -> CardLine:
    """The cards to review now, in one deck or in all; only those of the notes in `paths`, if given."""
    now, today, states = workspace.clock(), workspace.graded_today(), workspace.states
    aside = _on_the_way(workspace)
    return build_queue(workspace.vault, now, deck, today=today, states=states, aside=aside, paths=paths)


def decks_of(workspace: Workspace, quiet: AbstractContextManager[object] | None = None) -> Deck:
    """The tree of decks with today's counts; `quiet` keeps other threads from writing to the log."""
    with quiet or nullcontext():
        today, states = workspace.graded_today(), workspace.states
        aside = _on_the_way(workspace)
    return count_decks(workspace.vault, workspace.clock(), today=today, states=states, aside=aside)


def follow_changes(
    workspace: Workspace, session: Session, deck: str | None, paths: Iterable[str] | None = None
) -> CaughtUp:
    """Bring changed notes into a review of what is due in a deck; `paths` if it is known which changed."""

    def queue() -> Sequence[CardRow]:
        found, usual = queue_of(workspace, deck, paths), workspace.vault.settings
        settings = usual.on(day_of(workspace.clock(), usual.start_of_day))
        if not settings.has_limits:
            return found
        limits = Limits.of(settings, workspace.graded_today(), workspace.vault)
        limits.admit([*session.waiting, *session.in_front])
        had = session.had({row.path for row in found})
        return limits.admit(row for row in found if row.id not in had)

    return catch_up(session, queue)


def _on_the_way(workspace: Workspace) -> Aside | None:
    """Cards with an unsaved grade that makes them due later; None if there are none."""
    now = workspace.clock()
    later: defaultdict[CardId, list[Schedule | None]] = defaultdict(list)
    for action in workspace.journal.waiting:
        if action.status is not Status.UNDOING and action.kind in _OF_CARDS:
            before, after = (entry and read_entry(entry).schedule for entry in (action.before, action.after))
            if after and not is_due(after, now):
                later[action.card].append(before or None)
    paths = {card.path for card in later}

    def graded(row: CardRow) -> bool:
        return row.path in paths and row.schedule in later.get(row.id, ())

    return Aside(frozenset(paths), graded) if later else None
