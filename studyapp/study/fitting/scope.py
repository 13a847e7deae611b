"""Whose history to fit: the cards of a deck, of a preset, or those that follow the vault's own parameters."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from itertools import chain, count
from typing import Any

from msgspec import Struct

from studyapp.core.errors import DeckNotFoundError, MisuseError
from studyapp.core.schedule.fsrs import FsrsParameters
from studyapp.core.schedule.grading import Grading
from studyapp.core.settings.fsrs_values import minutes_of
from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import VAULT, those_in
from studyapp.core.vault.sheet import CardRow
from studyapp.core.workspace.set_settings import NewSetting
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.fitting.fit import Request
from studyapp.study.stats.histories import Histories, histories

_A_DAY = 1440


class Scope(Struct, frozen=True):
    """The cards, and where their parameters are set."""

    settings: Settings
    """The cards' settings."""
    key: tuple[str, ...]
    """Where their parameters are, or will be, in a settings file."""
    deck: str | None = None
    """The deck to be given the preset; None if no deck needs one."""
    name: str = ""
    """A description."""
    asked: str = VAULT
    """The requested deck."""
    _members: frozenset[str] = frozenset()
    _others: frozenset[str] = frozenset()

    def counts(self, card: str) -> bool:
        """Whether a card belongs to it; a deleted one counts for the vault's own parameters."""
        return card in self._members or (len(self.key) == 1 and card not in self._others)

    @property
    def parameters(self) -> FsrsParameters:
        """FSRS's settings."""
        return Grading(self.settings).fsrs

    @property
    def preset(self) -> str | None:
        """The preset that has, or will have, the parameters; None for the vault's own."""
        return self.key[1] if len(self.key) > 1 else None


def scope_of(workspace: Workspace, deck: str | None = None, preset: str | None = None) -> Scope:
    """The cards of a deck, of a preset, or those that follow the vault's own parameters.

    Raises:
        DeckNotFoundError: if there is no such deck.
        MisuseError: if there is no such preset.
    """
    settings, rows = workspace.vault.settings, [*workspace.vault.rows()]

    def members(cards: list[CardRow]) -> tuple[frozenset[str], frozenset[str]]:
        own = frozenset(str(row.id) for row in cards)
        return own, frozenset(str(row.id) for row in rows) - own

    if preset is not None and preset not in settings.presets:
        known = ", ".join(settings.presets)
        raise MisuseError(f"there is no preset {preset!r}; " + (f"there are: {known}" if known else "none is set up"))
    key: tuple[str, ...] = ("fsrs_parameters",)
    if deck is not None:
        cards = [row for row in rows if those_in(row.decks, deck)]
        if not cards:
            raise DeckNotFoundError(deck)
        own = settings.preset_of((deck,))
        name = own or _unused(deck, settings.presets)
        key, held = ("presets", name, "fsrs_parameters"), settings.for_decks((deck,))
        return Scope(held, key, None if own else deck, f"the deck {deck}", deck, *members(cards))
    if preset is not None:
        cards = [row for row in rows if settings.preset_of(row.decks) == preset]
        held = settings.for_preset(preset)
        return Scope(
            held, ("presets", preset, "fsrs_parameters"), None, f"the preset {preset}", VAULT, *members(cards)
        )
    own_ones = {name for name, preset_ in settings.presets.items() if "fsrs_parameters" in preset_}
    cards = [row for row in rows if settings.preset_of(row.decks) not in own_ones]
    name = "all cards without parameters of a preset" if own_ones else "all cards"
    return Scope(settings, key, None, name, VAULT, *members(cards))


def _unused(deck: str, presets: Collection[str]) -> str:
    """A preset name for the deck that no other preset has."""
    short = deck.rpartition("/")[2]
    more = (f"{deck} {number}" for number in count(2))
    return next(name for name in chain((short, deck), more) if name not in presets)


def request_of(workspace: Workspace, scope: Scope, since: date | None = None) -> tuple[Request, Histories]:
    """What to fit, and what was left out; the log must not be written meanwhile."""
    history, now = workspace.history, workspace.clock()
    found = histories(
        history.reviews(), now, name=history.name, counts=scope.counts, since=since, forgotten=history.marked()
    )
    short = sum(minutes_of(step) < _A_DAY for step in scope.settings.relearning_steps)
    return Request(found.cards, scope.parameters.weights, short), found


def changes_of(scope: Scope, value: Any, name: str = "fsrs_parameters") -> list[NewSetting]:
    """The entry in the vault's settings file for new parameters, or another setting of the cards."""
    found = [NewSetting((*scope.key[:-1], name), value)]
    if scope.deck is not None:
        found.append(NewSetting(("deck_presets", scope.deck), scope.key[1]))
    return found
