"""The cards of a review, and their order: a pure function, so that a review can be replayed.

The orders of the plugin are among them. It walks the decks, each with its own cards, and shows a card that is in
several decks once, where it comes first.
"""

from __future__ import annotations

import random
from array import array
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple, Protocol, TypeVar

from studyapp.core.log.ledger_rows import Done
from studyapp.core.log.marks import CardStates
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Fsrs, Schedule, Sm2, is_due
from studyapp.core.schedule.fsrs import WEIGHTS, retrievability
from studyapp.core.settings.model import CardOrder, DeckOrder, Settings
from studyapp.core.vault.decks import those_in
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.table.agenda import DueCard
from studyapp.core.vault.table.line import CardLine
from studyapp.core.vault.vault import Vault
from studyapp.study.review.limits import Limits

SIBLINGS_APART = 5
"""How many other cards separate two cards of one question, where there are enough."""

NO_STATES = CardStates()


class Placed(Protocol):
    """What a card's position in a review depends on."""

    @property
    def path(self) -> Hashable:
        """Its note."""

    @property
    def line(self) -> int:
        """Its question, within its note."""

    @property
    def decks(self) -> tuple[str, ...]:
        """The decks that it is in."""

    @property
    def is_new(self) -> bool:
        """Whether it was never reviewed."""

    @property
    def schedule(self) -> Schedule | None:
        """When it is due; None for a new card."""


_Card = TypeVar("_Card", bound=Placed)
_Line = TypeVar("_Line", list[Any], "array[int]")


class Aside(NamedTuple):
    """Cards hidden from today's reviews, though they are due or new."""

    paths: frozenset[str]
    """The only notes that may contain any."""
    holds: Callable[[CardRow], bool]

    def numbers(self, vault: Vault) -> set[int]:
        """All of them, by their numbers in the table; may include cards that are neither due nor new."""
        return {number for number, row in vault.numbered(paths=self.paths) if self.holds(row)}

    def __or__(self, other: object) -> Aside:
        """Those of either."""
        assert isinstance(other, Aside)
        return Aside(self.paths | other.paths, lambda row: self.holds(row) or other.holds(row))


def build_queue(  # noqa: PLR0913 - all that a queue depends on
    vault: Vault,
    now: datetime,
    deck: str | None = None,
    *,
    today: Sequence[Done] = (),
    states: CardStates = NO_STATES,
    aside: Aside | None = None,
    seed: int | None = None,
    paths: Iterable[str] | None = None,
) -> CardLine:
    """The cards to review now, in the order of the settings.

    Left out are suspended and buried cards, questions that the plugin has buried for today, and, if siblings are
    buried, questions with a card graded `today`. Those grades count towards the daily limits as well.

    Args:
        vault: whose notes have been read.
        now: aware, in local time.
        deck: only this one and the ones below it.
        today: the grades of this day, on all devices.
        states: what is suspended and buried.
        aside: more cards that are left out.
        seed: of random orders; by default the day, so that a review goes on where it was left.
        paths: only the cards of these notes.
    """
    settings = vault.settings.for_decks(() if deck is None else (deck,))
    day = day_of(now, settings.start_of_day)
    hidden = hiding(vault, now, day, today, states)
    if aside is not None:
        hidden |= aside
    order = day.toordinal() if seed is None else seed
    of_day = vault.settings.on(day)
    limits = Limits.of(of_day, today, vault) if of_day.has_limits else None
    if paths is None and _needs_no_cards(settings):
        due, new = _numbers(vault, now, deck, settings, hidden)
        numbers = _mixed(due, new, settings, random.Random(order))
        return vault.line(limits.admit_numbers(numbers) if limits is not None else numbers)
    found = ready(vault, now, hidden, deck, paths)
    ordered = arrange(*by_kind(found), settings, now, order, deck)
    return vault.line(
        -one.number if one.is_new else one.number for one in (limits.admit(ordered) if limits else ordered)
    )


def _needs_no_cards(settings: Settings) -> bool:
    """Whether the due and new cards can be ordered by their numbers alone."""
    if settings.spread_siblings or settings.limits_of_decks:
        return False
    order = settings.flashcard_card_order
    if order is CardOrder.EVERY_CARD_RANDOM:
        return True
    return settings.flashcard_deck_order is DeckOrder.TOGETHER and (
        order is CardOrder.OVERDUE or order not in _URGENCY
    )


def _numbers(
    vault: Vault, now: datetime, deck: str | None, settings: Settings, hidden: Aside
) -> tuple[array[int], array[int]]:
    """The numbers of the due and the new cards that nothing hides, those of new ones negated."""
    overdue = settings.flashcard_card_order is CardOrder.OVERDUE
    due, new = vault.due_numbers(now, deck, overdue=overdue), vault.new_numbers(deck)
    if out := hidden.numbers(vault):
        due = array("q", (number for number in due if number not in out))
        new = array("q", (number for number in new if -number not in out))
    return due, new


class _Asked(NamedTuple):
    """A card read in full for ordering; see `Placed`."""

    number: int
    path: str
    line: int
    decks: tuple[str, ...]
    is_new: bool
    schedule: Schedule | None


def ready(
    vault: Vault, now: datetime, hidden: Aside, deck: str | None = None, paths: Iterable[str] | None = None
) -> Sequence[DueCard | _Asked]:
    """The due and the new cards that nothing hides, in order of path and line."""
    settings = vault.settings
    orders = {settings.flashcard_card_order, *(one.get("flashcard_card_order") for one in settings.presets.values())}
    if paths is None and CardOrder.RETRIEVABILITY not in orders:
        out = hidden.numbers(vault)
        return [one for one in vault.candidates(now, deck) if one.number not in out]
    return [
        _Asked(number, row.path, row.line, row.decks, row.is_new, row.schedule)
        for number, row in vault.numbered(deck, paths)
        if (row.schedule is None or is_due(row.schedule, now)) and not hidden.holds(row)
    ]


def by_kind(cards: Iterable[_Card]) -> tuple[list[_Card], list[_Card]]:
    """The due ones, and the new ones."""
    kinds: tuple[list[_Card], list[_Card]] = ([], [])
    for card in cards:
        kinds[card.is_new].append(card)
    return kinds


def hiding(vault: Vault, now: datetime, day: date, today: Sequence[Done], states: CardStates) -> Aside:
    """Cards hidden from today's reviews, though they are due or new; see `build_queue`."""
    graded = (
        {(action.card.path, action.card.hash) for action in today} if vault.settings.bury_sibling_cards else set()
    )
    marked = {card.path for card, state in states if state.is_hidden(day)}
    buried = vault.paths_with_buried(now)

    def hidden(row: CardRow) -> bool:
        question = row.question
        if vault.is_buried(question.path, question.hash, now):
            return True
        if graded and (question.path, question.key) in graded:
            return True
        return question.path in marked and states.of(row.id).is_hidden(day)

    return Aside(frozenset(marked | buried | {path for path, _ in graded}), hidden)


def arrange(
    due: Sequence[_Card],
    new: Sequence[_Card],
    settings: Settings,
    now: datetime,
    seed: int,
    deck: str | None = None,
) -> list[_Card]:
    """Put due and new cards, both in order of path and line, into the order of the settings.

    Decks outside the reviewed one do not affect the order.
    """
    dice = random.Random(seed)
    order = settings.flashcard_card_order
    ordered: list[_Card] = []
    for due_here, new_here in _by_deck(due, new, settings, deck, dice):
        if order in _URGENCY:
            urgency = _URGENCY[order]
            due_here.sort(key=lambda card: urgency(card, now, settings))
        ordered += _mixed(due_here, new_here, settings, dice)
    return _spread(ordered) if settings.spread_siblings else ordered


def _by_deck(
    due: Sequence[_Card], new: Sequence[_Card], settings: Settings, deck: str | None, dice: random.Random
) -> list[tuple[list[_Card], list[_Card]]]:
    """Due and new cards of each deck, the decks in order: a deck before its subdecks, siblings by name."""
    order = settings.flashcard_deck_order
    if order is DeckOrder.TOGETHER or settings.flashcard_card_order is CardOrder.EVERY_CARD_RANDOM:
        return [(list(due), list(new))]
    found: defaultdict[tuple[str, ...], tuple[list[_Card], list[_Card]]] = defaultdict(lambda: ([], []))
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


def _mixed(due: _Line, new: _Line, settings: Settings, dice: random.Random) -> _Line:
    """Due and new cards, both of which are used up, in one line; the due ones stay in order, or are shuffled."""
    order = settings.flashcard_card_order
    if order is CardOrder.EVERY_CARD_RANDOM:
        due += new
        dice.shuffle(due)
        return due
    if order.is_random:
        dice.shuffle(due)
        dice.shuffle(new)
    if settings.new_card_every:
        return _interleaved(due, new, settings.new_card_every)
    first, then = (new, due) if order.new_first else (due, new)
    first += then  # in place, as they may be very many
    return first


def _interleaved(due: _Line, new: _Line, every: int) -> _Line:
    """A new card after a number of due ones each, until one kind runs out."""
    found = due[:0]
    for place in range(len(due) // every):
        found += due[place * every : (place + 1) * every]
        found += new[place : place + 1]
    return found + due[len(due) // every * every :] + new[len(due) // every :]


def _spread(rows: list[_Card]) -> list[_Card]:
    """Keep cards of one question apart, and otherwise the order."""
    found: list[_Card] = []
    last_at: dict[tuple[Hashable, int], int] = {}
    held: deque[_Card] = deque()

    def question(row: _Card) -> tuple[Hashable, int]:
        return row.path, row.line

    def place(row: _Card) -> None:
        last_at[question(row)] = len(found)
        found.append(row)

    for row in rows:
        while held and len(found) - last_at[question(held[0])] > SIBLINGS_APART:
            place(held.popleft())
        near = len(found) - last_at.get(question(row), -SIBLINGS_APART - 1) <= SIBLINGS_APART
        (held.append if near else place)(row)
    while held:  # the rest is spread as far apart as possible
        free = next((other for other in held if len(found) - last_at[question(other)] > SIBLINGS_APART), held[0])
        held.remove(free)
        place(free)
    return found


def _overdue(card: Placed, now: datetime, _settings: Settings) -> float:
    return due_moment(card.schedule, now).timestamp() if card.schedule is not None else 0.0


def _relatively_overdue(card: Placed, now: datetime, _settings: Settings) -> float:
    """Minus the delay of a card, as a share of its interval."""
    schedule = card.schedule
    if schedule is None:
        return 0.0
    late = (now - due_moment(schedule, now)).total_seconds() / 86400
    interval = schedule.interval if schedule.interval >= 1 else 1.0
    return -late / interval


def _recall(card: Placed, now: datetime, settings: Settings) -> float:
    """How likely the card is still known; for SM-2, 0.9 is assumed on the due day."""
    if isinstance(card.schedule, Fsrs):
        known = retrievability(card.schedule, now, settings.for_decks(card.decks).fsrs_parameters or WEIGHTS)
        return 0.0 if known is None else known
    return float(0.9 ** (1 - _relatively_overdue(card, now, settings)))


_URGENCY: Mapping[CardOrder, Callable[[Placed, datetime, Settings], float]] = {
    CardOrder.OVERDUE: _overdue,
    CardOrder.RELATIVE_OVERDUENESS: _relatively_overdue,
    CardOrder.RETRIEVABILITY: _recall,
}
"""The sort key of due cards; the lowest comes first."""


def due_moment(schedule: Schedule, now: datetime) -> datetime:
    """When a card becomes due; SM-2 knows only the day, which starts at local midnight."""
    if schedule.due is None:
        return datetime.max.replace(tzinfo=UTC)
    if isinstance(schedule, Sm2):
        return datetime(schedule.due.year, schedule.due.month, schedule.due.day, tzinfo=now.tzinfo)
    return schedule.due
