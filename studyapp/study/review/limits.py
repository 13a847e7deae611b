"""How many new cards and reviews a day may have: for the whole vault, and for a deck with its subdecks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from msgspec import Struct

from studyapp.core.log.ledger_rows import Done, was_new
from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import VAULT, chain_of
from studyapp.core.vault.vault import Vault


class _Counted(Protocol):
    """What limits need to know about a card."""

    @property
    def is_new(self) -> bool: ...

    @property
    def decks(self) -> tuple[str, ...]: ...


T = TypeVar("T", bound=_Counted)


class Limits(Struct):
    """What is left of today's limits; a card counts for its decks and every deck above them."""

    new: dict[str, int]
    """Deck to the number of new cards still allowed; decks without a limit are missing."""
    reviews: dict[str, int]

    @classmethod
    def of(cls, settings: Settings, today: Sequence[Done], vault: Vault) -> Limits:
        """Work out what today's grades, on all devices, leave of the limits.

        A card graded twice today counts once; one whose text has changed since counts for the vault only.
        """
        by_deck = settings.limits_of_decks
        new = {deck: limit for deck, (limit, _) in by_deck.items() if limit is not None}
        reviews = {deck: limit for deck, (_, limit) in by_deck.items() if limit is not None}
        if settings.new_cards_per_day:
            new[VAULT] = settings.new_cards_per_day
        if settings.reviews_per_day:
            reviews[VAULT] = settings.reviews_per_day
        used: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
        firsts = {action.card: action for action in reversed(today)}
        for card, action in firsts.items():
            row = vault.row(card) if by_deck else None
            used[was_new(action)].update(chain_of(row.decks if row is not None else ()))
        return cls(_left(new, used[True]), _left(reviews, used[False]))

    def admit(self, rows: Iterable[T]) -> list[T]:
        """The cards, in order, that still fit; they are subtracted."""
        found: list[T] = []
        for row in rows:
            left = self.new if row.is_new else self.reviews
            decks = [deck for deck in chain_of(row.decks) if deck in left]
            if all(left[deck] > 0 for deck in decks):
                for deck in decks:
                    left[deck] -= 1
                found.append(row)
        return found

    def of_vault(self, due: int, new: int) -> tuple[int, int]:
        """How many of the due and new cards still fit, if decks have no limits of their own."""
        return min(due, self.reviews.get(VAULT, due)), min(new, self.new.get(VAULT, new))

    def admit_numbers(self, numbers: Sequence[int]) -> Iterator[int]:
        """The cards that still fit, if decks have no limits; new cards have negated numbers."""
        due, new = self.of_vault(len(numbers), len(numbers))
        for number in numbers:
            if number < 0:
                new -= 1
            else:
                due -= 1
            if (new if number < 0 else due) >= 0:
                yield number


def _left(limits: Mapping[str, int], used: Counter[str]) -> dict[str, int]:
    return {deck: max(0, limit - used[deck]) for deck, limit in limits.items()}
