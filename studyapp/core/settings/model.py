"""What can be set, and the plugin's defaults.

The names are the plugin's in snake_case, so that one rule (`plugin_key`) leads from one to the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from enum import StrEnum
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import Any, Final, Literal

from msgspec import Struct, field
from msgspec.structs import replace


class Algorithm(StrEnum):
    """The plugin's names of its two schedulers, as its settings spell them."""

    SM2 = "SM-2-OSR"
    FSRS = "FSRS"


class CardOrder(StrEnum):
    """The order of cards within a deck; the first five are the plugin's."""

    NEW_FIRST_SEQUENTIAL = "NewFirstSequential"
    NEW_FIRST_RANDOM = "NewFirstRandom"
    DUE_FIRST_SEQUENTIAL = "DueFirstSequential"
    DUE_FIRST_RANDOM = "DueFirstRandom"
    EVERY_CARD_RANDOM = "EveryCardRandomDeckAndCard"
    """Any card of any deck; the order of decks is ignored."""
    OVERDUE = "Overdue"
    """The longest overdue first."""
    RELATIVE_OVERDUENESS = "RelativeOverdueness"
    """By how late a card is relative to its interval."""
    RETRIEVABILITY = "Retrievability"
    """The cards least likely to be known first."""

    @property
    def is_random(self) -> bool:
        """Whether cards of one kind are shuffled."""
        return self.value.endswith("Random")

    @property
    def new_first(self) -> bool:
        """Whether new cards come before due ones."""
        return self.value.startswith("NewFirst")


class DeckOrder(StrEnum):
    """The order of decks; the first two are the plugin's."""

    SEQUENTIAL = "PrevDeckComplete_Sequential"
    RANDOM = "PrevDeckComplete_Random"
    TOGETHER = "Together"
    """Decks are ignored: all cards form one queue."""


Overdue = Literal["plugin", "documented"]
LeechAction = Literal["mark", "suspend"]
NestedSettings = Literal["auto", "own", "inherit"]
THEMES: Final = ("dark", "light", "plain")

HIGHLIGHT_CLOZE: Final = "==[123;;]answer[;;hint]=="
BOLD_CLOZE: Final = "**[123;;]answer[;;hint]**"
CURLY_CLOZE: Final = "{{[123;;]answer[;;hint]}}"

PERSONAL: Final = frozenset({"editor", "on_grade", "player", "autoplay"})
"""Settings that run a program. A vault may come from anyone, so its files cannot set these."""


class Settings(Struct, frozen=True):
    """One value for every setting; the defaults are the plugin's."""

    flashcard_tags: tuple[str, ...] = ("#flashcards",)
    flashcard_tags_to_ignore: tuple[str, ...] = ()
    note_folders_to_ignore: tuple[str, ...] = ("**/*.excalidraw.md",)
    """Prefixes of paths, or glob patterns."""
    convert_folders_to_decks: bool = False
    cloze_patterns: tuple[str, ...] = (HIGHLIGHT_CLOZE,)
    single_line_card_separator: str = "::"
    """Never trimmed; as with the other separators, empty means no such cards."""
    single_line_reversed_card_separator: str = ":::"
    multiline_card_separator: str = "?"
    multiline_reversed_card_separator: str = "??"
    multiline_card_end_marker: str = ""
    card_comment_on_same_line: bool = False
    use_callouts_for_scheduling_comments: bool = False
    algorithm: Algorithm = Algorithm.SM2
    base_ease: float = 250
    """Per cent."""
    lapses_interval_change: float = 0.5
    easy_bonus: float = 1.3
    load_balance: bool = True
    maximum_interval: float = 36525
    """Days."""
    fsrs_desired_retention: float = 0.9
    start_of_day: time = time(0)
    """As in the plugin, without effect unless hour, minute and second are all above zero."""
    bury_sibling_cards: bool = False
    tags_to_review: tuple[str, ...] = ("#review",)
    """Of notes that are reviewed whole."""
    note_tags_to_ignore: tuple[str, ...] = ()
    """Of notes that are not, whatever other tags they have."""
    open_random_note: bool = False
    """Whether whole notes come in random order."""
    max_link_factor: float = 1.0
    """The most that linked notes count towards the ease of a new whole note."""

    overdue: Overdue = "plugin"
    """Whether late SM-2 cards get the credit that the plugin's documentation promises and its code does not give."""
    editor: str = ""
    """A command; empty means $VISUAL, then $EDITOR."""
    on_grade: str = ""
    """A command that gets each grade; empty means none."""
    player: str = ""
    """A command that plays the file behind it; empty means the first of the usual ones that is there."""
    autoplay: bool = False
    """Whether the sounds of a card play as soon as they are on the screen."""
    theme: str = "dark"
    animations: bool = True
    """Whether what scrolls may glide; never over ssh."""
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Binding id to keys, several joined by commas."""
    new_cards_per_day: int = 0
    """0 means no limit."""
    reviews_per_day: int = 0
    """0 means no limit."""
    away_after: float = 120
    """The most seconds that count for a card; anyone who takes longer was away."""
    reveal_after: float = 0
    """Seconds after which an answer is shown by itself; 0 means never."""
    deck_limits: Mapping[str, tuple[int | None, int | None]] = field(default_factory=lambda: MappingProxyType({}))
    """For each deck, how many new cards and reviews a day it and the decks below it may have; None means no limit."""
    flashcard_card_order: CardOrder = CardOrder.OVERDUE
    """The plugin's order where it sets one; else the longest overdue cards come first."""
    flashcard_deck_order: DeckOrder = DeckOrder.TOGETHER
    new_card_every: int = 0
    """After how many due cards a new one comes; 0 means that the order of cards decides."""
    spread_siblings: bool = False
    """Whether cards of one question are kept apart."""
    learn_ahead_minutes: int = 20
    """When nothing else is left, a card whose learning step ends within this time is shown right away."""
    leech_lapses: int = 8
    """How many lapses make a card a leech, and again after half as many more; 0 means never."""
    leech_action: LeechAction = "mark"
    """Whether a leech is only marked, or suspended too."""
    nested_settings: NestedSettings = "auto"
    """Which settings apply in a folder with its own configuration folder: those around it (`inherit`), its own
    (`own`), or its own only if the plugin has some there (`auto`).
    """

    searches: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Searches of cards by the names that they were saved under."""

    fsrs_parameters: tuple[float, ...] = ()
    """Those of FSRS-6; empty means the plugin's."""
    learning_steps: tuple[str, ...] = ("1m", "10m")
    """Of new cards, with FSRS; see `fsrs_values.minutes_of`."""
    relearning_steps: tuple[str, ...] = ("10m",)
    """Of forgotten cards."""
    fsrs_load_balance: bool = False
    """Whether intervals of FSRS are moved to days nearby that have less to do, and siblings to different days."""
    easy_days: Mapping[str, float] = field(default_factory=lambda: MappingProxyType({}))
    """For weekdays and dates, how much of a usual day they are to have, from 0 to 1; with FSRS."""
    today_limits: Mapping[str, tuple[int | None, int | None]] = field(default_factory=lambda: MappingProxyType({}))
    """The daily limits of single days, in place of the usual ones; 0 means no limit."""
    presets: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    """Some settings under a name, see `PRESET_NAMES`."""
    deck_presets: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The preset of a deck and of those below it that have none of their own."""
    exams: Mapping[str, Mapping[str, Any]] = field(default_factory=lambda: MappingProxyType({}))
    """For each exam its date, its deck or search, and how many days before it are the last ones."""

    def __hash__(self) -> int:
        return hash(_telling(self))

    @property
    def as_told(self) -> dict[str, Any]:
        """The values as another process can take them; mappings say nothing about what a note means."""
        values = {name: getattr(self, name) for name in NAMES}
        return {name: value for name, value in values.items() if not isinstance(value, Mapping)}

    @property
    def has_limits(self) -> bool:
        """Whether there are daily limits."""
        return bool(self.new_cards_per_day or self.reviews_per_day or self.limits_of_decks)

    @property
    def limits_of_decks(self) -> Mapping[str, tuple[int | None, int | None]]:
        """The limits that decks have by their presets, and by `deck_limits`, which counts before them."""
        if not self.deck_presets:
            return self.deck_limits
        found = {}
        for deck in {**self.deck_presets, **self.deck_limits}:
            preset = self.presets.get(self.deck_presets.get(deck, ""), {})
            limits = preset.get("new_cards_per_day") or None, preset.get("reviews_per_day") or None
            new, reviews = self.deck_limits.get(deck, (None, None))
            both = (limits[0] if new is None else new, limits[1] if reviews is None else reviews)
            if both != (None, None):
                found[deck] = both
        return found

    def on(self, day: date) -> Settings:
        """The settings of a day, which may have limits of its own."""
        new, reviews = self.today_limits.get(day.isoformat(), (None, None))
        if new is None and reviews is None:
            return self
        new = self.new_cards_per_day if new is None else new
        reviews = self.reviews_per_day if reviews is None else reviews
        return replace(self, new_cards_per_day=new, reviews_per_day=reviews)

    def preset_of(self, decks: Iterable[str]) -> str | None:
        """The name of the preset of a card in those decks: the first that one of them, or a deck above it, has."""
        for deck in decks if self.deck_presets else ():
            here = deck
            while here:
                if (name := self.deck_presets.get(here)) in self.presets:
                    return name
                here = here.rpartition("/")[0]
        return None

    def for_decks(self, decks: Iterable[str]) -> Settings:
        """The settings of a card in those decks: those of its preset before the others."""
        name = self.preset_of(decks)
        return self if name is None else _with_preset(self, name)

    def for_preset(self, name: str) -> Settings:
        """The settings of the cards that have a preset; where there is no such preset, the vault's."""
        return _with_preset(self, name) if name in self.presets else self


@lru_cache(maxsize=64)
def _with_preset(settings: Settings, name: str) -> Settings:
    return replace(settings, **settings.presets[name])


NAMES: Final = Settings.__struct_fields__
_telling: Final = attrgetter(
    "flashcard_tags", "cloze_patterns", "single_line_card_separator", "multiline_card_separator"
)
"""What most often tells two vaults' settings apart: a hash of all would take longer, for each note anew."""


def with_plain_question_marks(settings: Settings) -> Settings:
    """Make `??` the plain multi-line separator and `???` the reversed one.

    The plugin writes two entries under a reversed question. Where `??` questions hold one, the owner had it this way.
    """
    return replace(settings, multiline_card_separator="??", multiline_reversed_card_separator="???")
