"""How many cards each deck has for today: as many as a review of that very deck would show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime

from studyapp.core.log.ledger_rows import Done
from studyapp.core.log.marks import CardStates
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import is_due
from studyapp.core.vault.decks import Deck, with_those_above
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Vault
from studyapp.study.review.limits import Limits
from studyapp.study.review.queue import NO_STATES, arrange, hiding


def count_decks(
    vault: Vault,
    now: datetime,
    *,
    today: Sequence[Done] = (),
    states: CardStates = NO_STATES,
    done: Callable[[CardRow], bool] | None = None,
) -> Deck:
    """The tree of decks; its root stands for the whole vault.

    Suspended and buried cards count for the totals only, and of the others each deck has what the limits leave it.

    Args:
        vault: whose notes have been read.
        now: aware, in the person's zone.
        today: the grades of this day, on all devices.
        states: what is suspended and buried.
        done: tells whether a card has a grade that is not in its note yet.
    """
    settings = vault.settings
    day = day_of(now, settings.start_of_day)
    hidden = hiding(vault, now, day, today, states)
    limits = Limits.of(settings, today, vault) if settings.has_limits else None
    root = Deck("", "")
    ready: defaultdict[str, tuple[list[CardRow], list[CardRow]]] = defaultdict(lambda: ([], []))
    for row in vault.rows():
        schedule = row.schedule
        new = schedule is None
        counts = schedule is None or is_due(schedule, now)
        counts = counts and not hidden(row) and not (done is not None and done(row))
        for deck in with_those_above(root, row.decks):
            deck.total += 1
            if counts:
                deck.new += new
                deck.due += not new
                if limits is not None:
                    ready[deck.path][new].append(row)
    if limits is not None:
        for deck in _all(root):
            due, fresh = ready[deck.path]
            ordered = arrange(due, fresh, settings, now, day.toordinal(), deck.path or None)
            admitted = Limits(dict(limits.new), dict(limits.reviews)).admit(ordered)
            deck.held_back = len(ordered) - len(admitted)
            deck.new = sum(row.schedule is None for row in admitted)
            deck.due = len(admitted) - deck.new
    return root


def _all(deck: Deck) -> list[Deck]:
    return [deck, *(below for child in deck.children.values() for below in _all(child))]
