"""The tree of decks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct, field

from studyapp.core.notes.outline import upwards, within
from studyapp.core.text.names import composed

VAULT: Final = ""
"""The root of all decks."""


class Deck(Struct):
    """A deck with its subdecks; the counts are of the cards in it and below, each once."""

    name: str
    """Its own part of the path."""
    path: str
    due: int = 0
    new: int = 0
    total: int = 0
    held_back: int = 0
    """Due and new cards that only the daily limits keep from today's."""
    children: dict[str, Deck] = field(default_factory=dict)


@lru_cache(maxsize=1024)
def those_in(decks: tuple[str, ...], deck: str | None) -> tuple[str, ...]:
    """Those of a card's decks that are the given deck, or below it; all of them if none is given."""
    if deck is None:
        return decks
    meant = composed(deck)
    return tuple(name for name in decks if within(composed(name), (meant,)))


def chain_of(decks: Iterable[str]) -> set[str]:
    """Decks and all decks above them, each once, and the vault."""
    return {VAULT, *(above for deck in decks for above in upwards(deck))}


def with_those_above(root: Deck, paths: Iterable[str]) -> list[Deck]:
    """The decks with those paths and every deck above them, created if missing, each once."""
    found: dict[str, Deck] = {"": root}
    for path in paths:
        deck = root
        for part in path.split("/"):
            below = f"{deck.path}/{part}" if deck.path else part
            deck = deck.children.setdefault(part, Deck(part, below))
            found[deck.path] = deck
    return list(found.values())


def paths_of(deck: Deck) -> Iterator[str]:
    """The paths of a deck's subdecks."""
    for inner in deck.children.values():
        yield inner.path
        yield from paths_of(inner)
