"""What the daily limits, of the vault and of decks, mean for many cards: whether all of them fit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from math import ceil, inf

from msgspec import Struct

from studyapp.core.log.ledger_rows import Done, was_new
from studyapp.core.notes.cards import CardId
from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import VAULT, chain_of
from studyapp.core.vault.sheet import CardRow


class DailyLimits(Struct, frozen=True):
    """The limits of one kind of card, by deck; a card counts for its decks and every deck above them."""

    by_deck: Mapping[str, int]
    on_days: Mapping[str, int | None]
    """The vault's on days with their own, as `today_limits` has them."""

    @classmethod
    def of_new(cls, settings: Settings) -> DailyLimits:
        """Those of new cards."""
        return cls._of(settings, 0, settings.new_cards_per_day)

    @classmethod
    def of_reviews(cls, settings: Settings) -> DailyLimits:
        """Those of reviews."""
        return cls._of(settings, 1, settings.reviews_per_day)

    @classmethod
    def _of(cls, settings: Settings, kind: int, of_vault: int) -> DailyLimits:
        found = {VAULT: of_vault} if of_vault else {}
        found |= {deck: limit for deck, both in settings.limits_of_decks.items() if (limit := both[kind]) is not None}
        own = {day: limit for day, both in settings.today_limits.items() if (limit := both[kind]) is not None}
        return cls(found, own)

    def decks_of(self, decks: Iterable[str]) -> Iterator[str]:
        """The limits of a card's decks, the decks above them, and the vault, each once."""
        return (deck for deck in chain_of(decks) if deck in self.by_deck or (deck == VAULT and self.on_days))

    def on(self, day: date, deck: str) -> float:
        """The limit of a deck on a day."""
        usual = self.by_deck.get(deck, inf)
        own = self.on_days.get(day.isoformat()) if deck == VAULT else None
        return usual if own is None else own or inf

    def least(self, decks: Iterable[str]) -> int | None:
        """The lowest usual limit for cards of some decks; None if there is none."""
        return min((self.by_deck[deck] for deck in self.decks_of(decks) if deck in self.by_deck), default=None)

    def room(self, cards: Iterable[CardRow], days: Sequence[date], done: Mapping[str, int]) -> Room:
        """The tightest limit for some cards on some days; `done` are today's, the first day, by deck."""
        decks = [row.decks for row in cards]
        counted = Counter(deck for one in decks for deck in self.decks_of(one))
        found = [
            Room(len(decks), len(days), number, self._left(deck, days, done), self.by_deck.get(deck), deck)
            for deck, number in counted.items()
        ]
        none = Room(len(decks), len(days), len(decks), inf, None)
        return max(found, key=lambda one: (one.needed, one.deck == VAULT), default=none)

    def _left(self, deck: str, days: Sequence[date], done: Mapping[str, int]) -> float:
        return sum(max(0.0, self.on(day, deck) - (0 if n else done.get(deck, 0))) for n, day in enumerate(days))


def graded_by_deck(
    graded: Sequence[Done], decks_of: Callable[[CardId], Iterable[str]]
) -> tuple[Counter[str], Counter[str]]:
    """How many new cards and how many others were graded, by deck; a card graded twice counts once."""
    found: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    for card, first in {one.card: one for one in reversed(graded)}.items():
        found[not was_new(first)].update(chain_of(decks_of(card)))
    return found


class Room(Struct, frozen=True):
    """How many cards are left to do, and how many the limits allow."""

    cards: int
    days: int
    held: int
    """Those under the limit."""
    left: float
    """How many of them it allows on all days together."""
    limit: int | None
    """The usual daily limit; None if there is none."""
    deck: str = VAULT
    """Its deck."""

    @property
    def a_day(self) -> int:
        """How many need to be done on each day."""
        return ceil(self.cards / self.days)

    @property
    def held_a_day(self) -> int:
        """The same for those under the limit."""
        return ceil(self.held / self.days)

    @property
    def suffices(self) -> bool:
        """Whether all can be done."""
        return self.held <= self.left

    @property
    def needed(self) -> float:
        """The share of what is allowed that they take."""
        return self.held / self.left if self.left else inf


class DueDays:
    """How many cards of an exam are due on each day: in all, and for each deck with a limit of reviews."""

    def __init__(self, settings: Settings) -> None:
        """Start with none."""
        self._limits = DailyLimits.of_reviews(settings)
        self._counts: Counter[tuple[str, date]] = Counter()
        self.all: Counter[date] = Counter()

    def add(self, decks: Iterable[str], day: date | None, by: int = 1) -> None:
        """Add a card due on a day, or with -1 remove it; None is not a day."""
        if day is not None:
            self.all[day] += by
            self._counts.update({(deck, day): by for deck in self._limits.decks_of(decks)})

    def is_full(self, decks: Iterable[str], day: date, of_vault: int) -> bool:
        """Whether a day has as many reviews as the limits allow for cards of some decks, given the vault's number."""
        return any(
            (of_vault if deck == VAULT else self._counts[deck, day]) >= self._limits.on(day, deck)
            for deck in self._limits.decks_of(decks)
        )
