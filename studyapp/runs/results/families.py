"""The methods by what they do to the model, from the gentlest to the most thorough."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from demos.catalog import DemoCard

_FAMILIES: Final = {
    "Say it": ("in_context", "hard_prompt"),
    "Steer it": ("soft_prompt", "prefix", "llama_adapter"),
    "Change it": ("llama_adapter_v2", "adapters", "lora", "finetuning_2"),
    "Read it": ("feature_based", "finetuning_1"),
}
"""What the methods do, and their demos."""
_OTHERS: Final = "Your own"
_SAID_ANYWAY: Final = frozenset({"tuning", "finetuning", "learning"})


class Family(NamedTuple):
    """Demos that do the same kind of thing."""

    name: str
    cards: tuple[DemoCard, ...]


def families(cards: Sequence[DemoCard]) -> Iterator[Family]:
    """Sort demos into their families; the user's own come last."""
    by_name = {card.name: card for card in cards}
    for name, demos in _FAMILIES.items():
        if found := tuple(by_name.pop(demo) for demo in demos if demo in by_name):
            yield Family(name, found)
    if by_name:
        yield Family(_OTHERS, tuple(by_name.values()))


def short_title(title: str) -> str:
    """A method's name without the word that all of them share."""
    *before, last = title.split() or [""]
    return " ".join(before) if before and last.casefold() in _SAID_ANYWAY else title
