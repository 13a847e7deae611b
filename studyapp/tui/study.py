"""What a screen may ask of the app: its vault, its services, and to open other screens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from studyapp.tui.host import Host

if TYPE_CHECKING:
    from textual.screen import Screen

    from studyapp.core.errors import Problem
    from studyapp.core.notes.cards import CardId
    from studyapp.core.settings.model import Settings
    from studyapp.core.vault.decks import Deck
    from studyapp.core.vault.vault import Handle
    from studyapp.core.workspace.renames import Undecided
    from studyapp.study.reader.demo_links import DemoChoice
    from studyapp.study.review.custom import CustomStudy
    from studyapp.study.search.table import SearchIndex
    from studyapp.study.whole_notes.notes import WholeNotes
    from studyapp.tui.messages import Unwritten
    from studyapp.tui.services.demos import Demos
    from studyapp.tui.services.embeds import Embeds
    from studyapp.tui.services.programs import Programs
    from studyapp.tui.services.sounds import Sounds
    from studyapp.tui.services.writer import Writer


class Aim(Struct, frozen=True):
    """What the current screen is about; another place starts from it."""

    deck: str | None = None
    note: str | None = None
    line: int = 0
    """0-based."""
    demo: str | None = None
    """The demo that is offered."""
    text: str = ""
    """The text that is selected there."""


class Navigation(Protocol):
    """Opens screens above the current one; leaving one returns to it."""

    def review(
        self, deck: str | None = None, custom: CustomStudy | None = None, *, first: CardId | None = None
    ) -> None:
        """Review what is due in a deck, or a custom choice; `first` is the opening card where the order is random."""

    def place(self, name: str, aim: Aim) -> Screen[None]:
        """One of the places, with what the previous screen was about."""

    def notes(self, path: str, line: int = 0) -> None:
        """Read a note at a 0-based line."""

    def whole_notes(self) -> None:
        """Review whole notes."""

    def doctor(self, key_problems: Sequence[Problem]) -> None:
        """What is wrong in the vault."""

    def demo(self, choice: DemoChoice, note: str | None = None) -> None:
        """A demo; cards made from its runs are offered first to the note the user came from."""

    def demo_of_link(self, link: str) -> str | None:
        """The demo that a link names; the reason, in words, where that is impossible."""

    def vaults(self) -> None:
        """Another vault, to open in place of this one."""


class Rescheduling(Struct, frozen=True):
    """Reschedule cards: those of a deck, of a preset, or those that follow the vault's own settings."""

    deck: str | None
    preset: str | None


class LastLooks(Struct, frozen=True):
    """Bring the cards of an exam before it that would be due only after it."""

    exam: str


class Study(Host, Protocol):
    """The app as its screens see it."""

    @property
    def go(self) -> Navigation:
        """Opens other screens."""

    @property
    def in_front(self) -> Screen[Any] | None:
        """The screen in front."""

    writer: Writer
    demos: Demos
    embeds: Embeds
    standing: Unwritten
    vault_read: bool
    reading: bool
    top_deck: Deck | None
    problems: list[Problem]
    key_problems: list[Problem]
    seconds_a_card: float
    is_away: bool
    unwatched: str
    explain_inferred: bool
    explain_nested: bool
    whole_notes: WholeNotes | None
    undecided: list[Undecided]
    offer: Rescheduling | LastLooks | None
    """What to show once the vault is reopened with other settings."""
    offered: Rescheduling | LastLooks | None
    """What to show now that it has been."""

    @property
    def search_index(self) -> SearchIndex:
        """Finds cards; there is one for the whole app, since each searches the table in its own way."""

    @property
    def programs(self) -> Programs:
        """Opens files in other programs."""

    @property
    def sounds(self) -> Sounds:
        """Plays the sounds of cards."""

    @property
    def reading_progress(self) -> str:
        """What is being read, and how far, if known."""

    @property
    def may_begin(self) -> bool:
        """Whether a review can begin with the notes read so far."""

    def push_screen(self, screen: Screen[Any], callback: Any = None) -> Any: ...

    def open_vault(self, root: Path) -> None:
        """Open another vault, or this one with other settings, on its decks; report it where that is impossible."""

    def paint(self, theme: str) -> None:
        """Change the theme."""

    def take_keys(self, keys: Mapping[str, str]) -> None:
        """Use these keys from now on."""

    def listed_keys(self) -> Sequence[tuple[str, tuple[str, ...], str]]:
        """Every configurable binding: its id, its default keys, what it does."""

    def wrong_key(self, name: str, keys: str) -> str:
        """What is wrong with keys for a binding; empty if they are valid."""

    def read_vault(self) -> None:
        """Read new and changed notes."""

    def fail(self, why: str) -> None:
        """End the app with an error."""

    def settings_of(self, handle: Handle) -> Settings:
        """The settings that apply to a card."""

    def show_undecided(self) -> None:
        """Show how many cards need an answer."""
