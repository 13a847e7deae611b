"""How many new cards and reviews a day may have: for the whole vault, and for a deck with its subdecks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from msgspec import Struct

from studyapp.core.log.ledger_rows import Done
from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import VAULT, chain_of
from studyapp.core.vault.vault import Vault
from studyapp.study.exams.limits import DailyLimits, graded_by_deck


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
        new, reviews = DailyLimits.of_new(settings).by_deck, DailyLimits.of_reviews(settings).by_deck
        has_decks = bool(settings.limits_of_decks)
        used = graded_by_deck(today, vault.decks_of if has_decks else lambda _: ())
        return cls(_left(new, used[0]), _left(reviews, used[1]))

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


def _left(limits: Mapping[str, int], used: Mapping[str, int]) -> dict[str, int]:
    return {deck: max(0, limit - used.get(deck, 0)) for deck, limit in limits.items()}
