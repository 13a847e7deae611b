"""Which cards a review shows, and in which order: one pure function, so that a review can be replayed.

The orders of the plugin are among them. It walks the decks, each with the cards that are in that very deck, and shows
a card that is in several decks once, where it comes first.
"""

from __future__ import annotations

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime

from studyapp.core.log.ledger_rows import Done
from studyapp.core.log.marks import CardStates
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Fsrs, Schedule, Sm2, is_due
from studyapp.core.schedule.fsrs import retrievability
from studyapp.core.settings.load import Settings
from studyapp.core.settings.values import CardOrder, DeckOrder
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Vault
from studyapp.study.review.limits import Limits

SIBLINGS_APART = 5
"""How many other cards come between two cards of one question, where there are so many."""

NO_STATES = CardStates()


def build_queue(
    vault: Vault,
    now: datetime,
    deck: str | None = None,
    *,
    today: Sequence[Done] = (),
    states: CardStates = NO_STATES,
    seed: int | None = None,
    paths: Iterable[str] | None = None,
) -> list[CardRow]:
    """The cards to review now, in the order that the settings name.

    Suspended and buried cards are left out, questions that the plugin has buried for today too, and where siblings
    are buried, questions of which a card was graded `today`. Those grades count towards the daily limits as well.

    Args:
        vault: whose notes have been read.
        now: aware, in the person's zone.
        deck: only this one and the ones below it.
        today: the grades of this day, on all devices.
        states: what is suspended and buried.
        seed: of random orders; by default the day, so that a review goes on where it was left.
        paths: only the cards of these notes.
    """
    settings = vault.settings
    day = day_of(now, settings.start_of_day)
    due, new = _candidates(vault, now, day, vault.rows(deck, paths), today, states)
    ordered = arrange(due, new, settings, now, day.toordinal() if seed is None else seed, deck)
    return Limits.of(settings, today, vault).admit(ordered) if settings.has_limits else ordered


def _candidates(
    vault: Vault,
    now: datetime,
    day: date,
    rows: Iterable[CardRow],
    today: Sequence[Done],
    states: CardStates,
) -> tuple[list[CardRow], list[CardRow]]:
    """The due and the new cards that nothing hides, in order of path and line."""
    hidden = hiding(vault, now, day, today, states)
    due: list[CardRow] = []
    new: list[CardRow] = []
    for row in rows:
        schedule = row.schedule
        if (schedule is None or is_due(schedule, now)) and not hidden(row):
            (new if schedule is None else due).append(row)
    return due, new


def hiding(
    vault: Vault, now: datetime, day: date, today: Sequence[Done], states: CardStates
) -> Callable[[CardRow], bool]:
    """What tells whether a card is kept out of the reviews of a day, though it is due or new; see `build_queue`."""
    graded = (
        {(action.card.path, action.card.hash) for action in today} if vault.settings.bury_sibling_cards else set()
    )
    marked = {card.path for card, _ in states}

    def hidden(row: CardRow) -> bool:
        question = row.question
        if vault.is_buried(question.path, question.hash, now):
            return True
        if graded and (question.path, question.key) in graded:
            return True
        return question.path in marked and states.of(row.id).is_hidden(day)

    return hidden


def arrange(
    due: Sequence[CardRow],
    new: Sequence[CardRow],
    settings: Settings,
    now: datetime,
    seed: int,
    deck: str | None = None,
) -> list[CardRow]:
    """Put due and new cards, both in order of path and line, into the order that the settings name.

    Args:
        due: cards that are due.
        new: cards that were never reviewed.
        settings: `flashcard_card_order`, `flashcard_deck_order`, `new_card_every`, `spread_siblings`.
        now: aware, in the person's zone.
        seed: of random orders.
        deck: the deck that is reviewed; decks beside it do not decide about the order.
    """
    dice = random.Random(seed)
    cards, decks = settings.flashcard_card_order, settings.flashcard_deck_order
    if cards is CardOrder.EVERY_CARD_RANDOM:
        ordered = [*due, *new]
        dice.shuffle(ordered)
    else:
        ordered = []
        for due_here, new_here in _by_deck(due, new, decks, deck, dice):
            ordered += _in_deck(due_here, new_here, settings, now, dice)
    return _spread(ordered) if settings.spread_siblings else ordered


def _by_deck(
    due: Sequence[CardRow], new: Sequence[CardRow], order: DeckOrder, deck: str | None, dice: random.Random
) -> list[tuple[list[CardRow], list[CardRow]]]:
    """Due and new cards of each deck, the decks in their order: a deck before those below it, siblings by name."""
    if order is DeckOrder.TOGETHER:
        return [(list(due), list(new))]
    found: defaultdict[tuple[str, ...], tuple[list[CardRow], list[CardRow]]] = defaultdict(lambda: ([], []))
    everywhere = {tuple(name.split("/")) for row in (*due, *new) for name in those_in(row.decks, deck)}
    names = sorted(everywhere)
    if order is DeckOrder.RANDOM:
        dice.shuffle(names)
    rank = {name: number for number, name in enumerate(names)}
    for is_new, rows in ((False, due), (True, new)):
        for row in rows:
            first = min((tuple(name.split("/")) for name in those_in(row.decks, deck)), key=lambda name: rank[name])
            found[first][is_new].append(row)
    return [found[name] for name in names if name in found]


def _in_deck(
    due: list[CardRow], new: list[CardRow], settings: Settings, now: datetime, dice: random.Random
) -> list[CardRow]:
    order = settings.flashcard_card_order
    if order in _URGENCY:
        urgency = _URGENCY[order]
        due.sort(key=lambda row: urgency(row.schedule, now))
    elif order.is_random:
        dice.shuffle(due)
        dice.shuffle(new)
    if settings.new_card_every:
        return _interleaved(due, new, settings.new_card_every)
    return [*new, *due] if order.new_first else [*due, *new]


def _interleaved(due: list[CardRow], new: list[CardRow], every: int) -> list[CardRow]:
    """A new card after each so many due ones, until there are no more of one kind."""
    found: list[CardRow] = []
    fresh = deque(new)
    for number, row in enumerate(due, 1):
        found.append(row)
        if number % every == 0 and fresh:
            found.append(fresh.popleft())
    return [*found, *fresh]


def _spread(rows: list[CardRow]) -> list[CardRow]:
    """Keep cards of one question apart, and otherwise the order."""
    found: list[CardRow] = []
    last_at: dict[tuple[str, int], int] = {}
    held: deque[CardRow] = deque()

    def question(row: CardRow) -> tuple[str, int]:
        return row.path, row.line

    def place(row: CardRow) -> None:
        last_at[question(row)] = len(found)
        found.append(row)

    for row in rows:
        while held and len(found) - last_at[question(held[0])] > SIBLINGS_APART:
            place(held.popleft())
        near = len(found) - last_at.get(question(row), -SIBLINGS_APART - 1) <= SIBLINGS_APART
        (held.append if near else place)(row)
    while held:  # what is left comes as far apart as it can
        free = next((other for other in held if len(found) - last_at[question(other)] > SIBLINGS_APART), held[0])
        held.remove(free)
        place(free)
    return found


def _overdue(schedule: Schedule | None, now: datetime) -> float:
    return due_moment(schedule, now).timestamp() if schedule is not None else 0.0


def _relatively_overdue(schedule: Schedule | None, now: datetime) -> float:
    """Minus how much later it is than it should be, as a part of the interval."""
    if schedule is None:
        return 0.0
    late = (now - due_moment(schedule, now)).total_seconds() / 86400
    interval = schedule.interval if schedule.interval >= 1 else 1.0
    return -late / interval


def _recall(schedule: Schedule | None, now: datetime) -> float:
    """How likely it is that the card is still known; of SM-2 it is taken that a due card is known with 0.9."""
    if isinstance(schedule, Fsrs):
        known = retrievability(schedule, now)
        return 0.0 if known is None else known
    return float(0.9 ** (1 - _relatively_overdue(schedule, now)))


_URGENCY: Mapping[CardOrder, Callable[[Schedule | None, datetime], float]] = {
    CardOrder.OVERDUE: _overdue,
    CardOrder.RELATIVE_OVERDUENESS: _relatively_overdue,
    CardOrder.RETRIEVABILITY: _recall,
}
"""What the due cards are sorted by; the lowest comes first."""


def due_moment(schedule: Schedule, now: datetime) -> datetime:
    """The instant from which a card is due; SM-2 knows the day only, which begins at local midnight."""
    if schedule.due is None:
        return datetime.max.replace(tzinfo=UTC)
    if isinstance(schedule, Sm2):
        return datetime(schedule.due.year, schedule.due.month, schedule.due.day, tzinfo=now.tzinfo)
    return schedule.due
