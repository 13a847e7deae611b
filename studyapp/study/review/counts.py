"""How many cards each deck has for today: as many as a review of that deck would show."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime

from studyapp.core.log.ledger_rows import Done
from studyapp.core.log.marks import CardStates
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import is_due
from studyapp.core.vault.decks import Deck, with_those_above
from studyapp.core.vault.vault import Vault
from studyapp.study.review.limits import Limits
from studyapp.study.review.queue import NO_STATES, Aside, Placed, arrange, by_kind, hiding, ready


def count_decks(
    vault: Vault,
    now: datetime,
    *,
    today: Sequence[Done] = (),
    states: CardStates = NO_STATES,
    aside: Aside | None = None,
) -> Deck:
    """The tree of decks; its root is the whole vault.

    Suspended and buried cards and those `aside` count for the totals only; of the others each deck has what the
    limits leave after today's grades on all devices.
    """
    settings = vault.settings
    day = day_of(now, settings.start_of_day)
    settings = settings.on(day)
    hidden = hiding(vault, now, day, today, states)
    if aside is not None:
        hidden |= aside
    root = vault.decks(now)
    for waits, names in _hidden(vault, now, hidden):
        for deck in with_those_above(root, names):
            deck.due -= waits
            deck.new -= not waits
    if not settings.has_limits:
        return root
    limits = Limits.of(settings, today, vault)
    if not settings.limits_of_decks:
        for deck in _all(root):
            due, new = limits.of_vault(deck.due, deck.new)
            deck.held_back = deck.due + deck.new - due - new
            deck.due, deck.new = due, new
        return root
    ordered: defaultdict[str, list[Placed]] = defaultdict(list)
    for card in ready(vault, now, hidden):
        for deck in with_those_above(root, card.decks):
            ordered[deck.path].append(card)
    for deck in _all(root):
        own = settings.for_decks((deck.path,))
        cards = arrange(*by_kind(ordered[deck.path]), own, now, day.toordinal(), deck.path or None)
        admitted = Limits(dict(limits.new), dict(limits.reviews)).admit(cards)
        deck.held_back = len(cards) - len(admitted)
        deck.new = sum(card.is_new for card in admitted)
        deck.due = len(admitted) - deck.new
    return root


def _hidden(vault: Vault, now: datetime, hidden: Aside) -> Iterator[tuple[bool, tuple[str, ...]]]:
    """The decks of each hidden card, and whether it is due; if not, it is new."""
    for row in vault.rows(paths=hidden.paths):
        if (row.schedule is None or is_due(row.schedule, now)) and hidden.holds(row):
            yield row.schedule is not None, row.decks


def _all(deck: Deck) -> list[Deck]:
    return [deck, *(below for child in deck.children.values() for below in _all(child))]
