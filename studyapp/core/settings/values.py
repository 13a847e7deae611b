"""Turns a value from a settings file or the command line into the value of a setting.

A reader takes a value from JSON or TOML and returns one of the setting's type; it raises ValueError with words that
follow the name of the key ("base_ease should be a number of at least 1").
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Collection, Mapping
from datetime import date, time
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final, Literal

from msgspec import Struct

from studyapp.core.settings.fsrs_values import read_easy_days, read_parameters, read_steps

Overdue = Literal["plugin", "documented"]


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


LeechAction = Literal["mark", "suspend"]
NestedSettings = Literal["auto", "own", "inherit"]
THEMES: Final = ("dark", "light", "plain")

HIGHLIGHT_CLOZE: Final = "==[123;;]answer[;;hint]=="
BOLD_CLOZE: Final = "**[123;;]answer[;;hint]**"
CURLY_CLOZE: Final = "{{[123;;]answer[;;hint]}}"

OLDER_KEYS: Final = {
    "singleLineCardSeparator": "singlelineCardSeparator",
    "singleLineReversedCardSeparator": "singlelineReversedCardSeparator",
    "burySiblingCards": "buryRelatedCards",
}
"""A setting's name in earlier versions of the plugin; read where the present name is absent."""

OLDER_CLOZE_SWITCHES: Final = {
    "convertHighlightsToClozes": HIGHLIGHT_CLOZE,
    "convertBoldTextToClozes": BOLD_CLOZE,
    "convertCurlyBracketsToClozes": CURLY_CLOZE,
}
"""Before `clozePatterns`, the plugin had a switch for each of three patterns, in this order."""

MOST_ENTRIES, MOST_PATTERNS, MOST_CHARACTERS = 1000, 100, 1000
"""Entries of a list or a table; cloze patterns, which are all looked for in each line; characters of a text."""

Reader = Callable[[Any], Any]


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("should be true or false")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("should be text in quotation marks")  # noqa: TRY004 - as every reader does
    _check_length([value])
    return value


def _check_length(texts: Collection[str], most: int = MOST_ENTRIES) -> None:
    if len(texts) > most:
        raise ValueError(f"should have at most {most:,} entries, and has {len(texts):,}")
    if any(len(text) > MOST_CHARACTERS for text in texts):
        raise ValueError(f"should have no text longer than {MOST_CHARACTERS:,} characters")


def _number(low: float, high: float = math.inf, *, whole: bool = False) -> Reader:
    """A reader of numbers from `low` to `high`, inclusive."""
    wanted = f"should be a {'whole ' if whole else ''}number"
    wanted += f" of at least {low:g}" if high == math.inf else f" from {low:g} to {high:g}"

    def read(value: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        # The last bound keeps out infinity and numbers too large for date arithmetic.
        if not is_number or not low <= value <= min(high, 1e15) or (whole and value != int(value)):
            raise ValueError(wanted)
        return int(value) if value == int(value) else float(value)

    return read


def _list(separator: str, example: str, most: int = MOST_ENTRIES) -> Reader:
    """A reader of lists; early versions of the plugin wrote one text with a separator. Empty entries are dropped."""

    def read(value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [item.strip() for item in re.split(separator, value)]
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            _check_length(value, most)
            return tuple(item for item in value if item.strip())
        raise ValueError(f"should be a list of text values, such as {json.dumps([example])}")

    return read


def _choice(*names: str) -> Reader:
    def read(value: Any) -> str:
        if isinstance(value, str) and value in names:
            return value
        raise ValueError("should be " + " or ".join(json.dumps(name) for name in names))

    return read


def _one_of(kind: type[StrEnum]) -> Reader:
    read = _choice(*kind)
    return lambda value: kind(read(value))


def _deck_limits(value: Any) -> Mapping[str, tuple[int | None, int | None]]:
    """Read `{"deck" = {new = 10, reviews = 100}}`; either may be left out."""
    wanted = 'should be a table of decks, such as {"flashcards/peft" = {new = 10, reviews = 100}}'
    if not isinstance(value, Mapping):
        raise ValueError(wanted)  # noqa: TRY004 - as every reader does
    _check_length(value)
    found: dict[str, tuple[int | None, int | None]] = {}
    for deck, limits in value.items():
        if not isinstance(limits, Mapping) or limits.keys() - {"new", "reviews"}:
            raise ValueError(wanted)
        new, reviews = (
            None if (number := limits.get(name)) is None else _WHOLE(number) for name in ("new", "reviews")
        )
        found[str(deck).removeprefix("#")] = (new, reviews)
    return MappingProxyType(found)


def _today_limits(value: Any) -> Mapping[str, tuple[int | None, int | None]]:
    """Read `{"2026-11-28" = {new = 30}}`: the limits of single days, in place of the usual ones."""
    try:
        found = _deck_limits(value)
        if all(date.fromisoformat(day).isoformat() == day for day in found):
            return found
    except ValueError:
        pass
    raise ValueError('should be a table of days, such as {"2026-11-28" = {new = 30, reviews = 200}}')


def _clock(value: Any) -> time:
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    clock = r"\s*([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d))?\s*"
    match = re.fullmatch(clock, value, re.ASCII) if isinstance(value, str) else None
    if match is None:
        raise ValueError('should be a time of day such as "04:30:15"')
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)


def _keys(value: Any) -> Mapping[str, str]:
    """Read `"review.good" = "3"`, and also what TOML makes of it without the quotation marks: tables in tables."""
    found: dict[str, str] = {}
    tables = [("", value)]
    while tables:
        prefix, table = tables.pop()
        if isinstance(table, Mapping):
            tables += [(f"{prefix}.{name}" if prefix else str(name), item) for name, item in table.items()]
        elif isinstance(table, str) and prefix:
            found[prefix] = table
        elif isinstance(table, list) and prefix and all(isinstance(key, str) for key in table):
            found[prefix] = ",".join(table)
        else:
            raise ValueError('should be a table of text values, such as {"review.good" = "3,g"}')
    _check_length([*found, *found.values()], 2 * MOST_ENTRIES)
    return MappingProxyType(dict(sorted(found.items())))


def _searches(value: Any) -> Mapping[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(query, str) for query in value.values()):
        raise ValueError('should be a table of searches, such as {"Hard ones" = "ease<180 lapses>3"}')
    _check_length([*value, *value.values()], 2 * MOST_ENTRIES)
    return MappingProxyType(dict(value))


def _whole_table(value: Any) -> Mapping[str, Any]:
    """Keep a table, whose entries are read one by one: see `_read_presets` and `_read_deck_presets`."""
    if not isinstance(value, Mapping):
        raise ValueError("should be a table")  # noqa: TRY004 - as every reader does
    _check_length(value)
    return value


_WHOLE: Final = _number(0, whole=True)

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "algorithm": tuple(Algorithm),
    "overdue": ("plugin", "documented"),
    "theme": THEMES,
    "flashcard_card_order": tuple(CardOrder),
    "flashcard_deck_order": tuple(DeckOrder),
    "leech_action": ("mark", "suspend"),
    "nested_settings": ("auto", "own", "inherit"),
}
"""Settings that have one of a few values."""

READERS: Final[Mapping[str, Reader]] = {
    "flashcard_tags": _list(r"\s+", "#flashcards"),
    "flashcard_tags_to_ignore": _list(r"\s+", "#flashcards/done"),
    "note_folders_to_ignore": _list(r"[\r\n]+", "templates/"),
    "convert_folders_to_decks": _flag,
    "cloze_patterns": _list(r"[\r\n]+", HIGHLIGHT_CLOZE, MOST_PATTERNS),
    "single_line_card_separator": _text,
    "single_line_reversed_card_separator": _text,
    "multiline_card_separator": _text,
    "multiline_reversed_card_separator": _text,
    "multiline_card_end_marker": _text,
    "card_comment_on_same_line": _flag,
    "use_callouts_for_scheduling_comments": _flag,
    "algorithm": _one_of(Algorithm),
    "base_ease": _number(1),
    "lapses_interval_change": _number(0),
    "easy_bonus": _number(0),
    "load_balance": _flag,
    "maximum_interval": _number(1),
    "fsrs_desired_retention": _number(0.01, 1),
    "start_of_day": _clock,
    "bury_sibling_cards": _flag,
    "tags_to_review": _list(r"\s+", "#review"),
    "note_tags_to_ignore": _list(r"\s+", "#review/done"),
    "open_random_note": _flag,
    "max_link_factor": _number(0, 1),
    "overdue": _choice(*CHOICES["overdue"]),
    "editor": _text,
    "on_grade": _text,
    "player": _text,
    "autoplay": _flag,
    "theme": _choice(*CHOICES["theme"]),
    "keys": _keys,
    "new_cards_per_day": _WHOLE,
    "reviews_per_day": _WHOLE,
    "away_after": _number(1, 86400),
    "reveal_after": _number(0, 86400),
    "deck_limits": _deck_limits,
    "flashcard_card_order": _one_of(CardOrder),
    "flashcard_deck_order": _one_of(DeckOrder),
    "new_card_every": _WHOLE,
    "spread_siblings": _flag,
    "learn_ahead_minutes": _WHOLE,
    "leech_lapses": _WHOLE,
    "leech_action": _choice(*CHOICES["leech_action"]),
    "nested_settings": _choice(*CHOICES["nested_settings"]),
    "searches": _searches,
    "fsrs_parameters": read_parameters,
    "learning_steps": read_steps,
    "relearning_steps": read_steps,
    "fsrs_load_balance": _flag,
    "easy_days": read_easy_days,
    "today_limits": _today_limits,
    "presets": _whole_table,
    "deck_presets": _whole_table,
}
FLAGS: Final = frozenset(name for name, read in READERS.items() if read is _flag)
"""Settings that are on or off."""

OWN_NAMES: Final = frozenset(
    {
        *(
            "overdue",
            "editor",
            "on_grade",
            "player",
            "autoplay",
            "theme",
            "keys",
            "away_after",
            "reveal_after",
            "new_cards_per_day",
            "reviews_per_day",
        ),
        *("deck_limits", "new_card_every", "spread_siblings", "learn_ahead_minutes", "leech_lapses", "leech_action"),
        *("nested_settings", "searches", "fsrs_parameters", "learning_steps", "relearning_steps"),
        *("presets", "deck_presets", "fsrs_load_balance", "easy_days", "today_limits"),
    }
)
"""Settings that the plugin does not have."""

PRESET_NAMES: Final = (
    *("algorithm", "fsrs_desired_retention", "fsrs_parameters", "learning_steps", "relearning_steps"),
    *("maximum_interval", "load_balance", "fsrs_load_balance", "easy_days", "new_cards_per_day", "reviews_per_day"),
    *("flashcard_card_order", "flashcard_deck_order", "new_card_every", "spread_siblings"),
    *("leech_lapses", "leech_action"),
)
"""Settings that a preset can have, for the decks that it is given to."""

TEXT_NAMES: Final = CHOICES.keys() | {name for name, read in READERS.items() if read in {_text, _clock}}
"""Settings whose text on the command line is the value itself, quotation marks included."""


def plugin_key(name: str) -> str:
    """Turn `base_ease` into `baseEase`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


class Values(Struct, frozen=True):
    """What one place sets, by our names, and what in it cannot be used."""

    values: dict[str, Any]
    complaints: dict[str, str]
    """The key as written there, and what is wrong with its value."""


def plugin_values(mapping: Mapping[str, Any]) -> Values:
    """Read the `settings` of the plugin's data.json; null counts as absent, and unknown keys are the plugin's own."""
    found = Values({}, {})
    for name, read in READERS.items():
        if name in OWN_NAMES:
            continue
        key = plugin_key(name)
        if mapping.get(key) is None:
            key = OLDER_KEYS.get(key, key)
        if mapping.get(key) is None:
            continue
        try:
            found.values[name] = read(mapping[key])
        except ValueError as error:
            found.complaints[key] = str(error)
    shuffled = mapping.get("randomizeCardOrder")
    if mapping.get("flashcardCardOrder") is None and isinstance(shuffled, bool):  # as in early versions
        found.values["flashcard_card_order"] = (
            CardOrder.DUE_FIRST_RANDOM if shuffled else CardOrder.DUE_FIRST_SEQUENTIAL
        )
        found.values.setdefault("flashcard_deck_order", DeckOrder.SEQUENTIAL)
    switches = {key: mapping[key] for key in OLDER_CLOZE_SWITCHES if isinstance(mapping.get(key), bool)}
    if mapping.get("clozePatterns") is None and switches:
        found.values["cloze_patterns"] = tuple(OLDER_CLOZE_SWITCHES[key] for key, is_on in switches.items() if is_on)
    return found


def own_values(mapping: Mapping[str, Any]) -> Values:
    """Read one of our own files, whose keys are the settings' names."""
    found = Values({}, {})
    for key, value in mapping.items():
        try:
            found.values[key] = READERS[key](value)
        except KeyError:
            found.complaints[key] = f"is not a setting{_meant(key)}"
        except ValueError as error:
            found.complaints[key] = str(error)
    if "presets" in found.values:
        found.values["presets"] = _read_presets(found.values["presets"], found.complaints)
    if "deck_presets" in found.values:
        found.values["deck_presets"] = _read_deck_presets(found.values["deck_presets"], found.complaints)
    return found


def _read_presets(table: Mapping[str, Any], complaints: dict[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """Read `[presets.NAME]`: some settings under a name; one that cannot be used leaves the others as they are."""
    found = {}
    for name, preset in table.items():
        if not isinstance(preset, Mapping):
            complaints[f"presets.{name}"] = f"should be a table of settings, such as [presets.{name}]"
            continue
        read = own_values({key: value for key, value in preset.items() if key in PRESET_NAMES or key not in READERS})
        complaints.update({f"presets.{name}.{key}": why for key, why in read.complaints.items()})
        for key in preset.keys() & READERS.keys() - {*PRESET_NAMES}:
            complaints[f"presets.{name}.{key}"] = "holds for the whole vault and cannot be set in a preset"
        found[name] = MappingProxyType(read.values)
    return MappingProxyType(found)


def _read_deck_presets(table: Mapping[str, Any], complaints: dict[str, str]) -> Mapping[str, str]:
    """Read `[deck_presets]`: decks with the name of a preset each."""
    found: dict[str, str] = {}
    for key, name in table.items():
        deck = key.removeprefix("#")
        if not isinstance(name, str):
            complaints[f"deck_presets.{key}"] = "should be the name of one preset"
        elif found.setdefault(deck, name) != name:
            complaints[f"deck_presets.{key}"] = f"gives the deck a second preset; {found[deck]} counts"
    return MappingProxyType(found)


def override_values(overrides: Mapping[str, str]) -> Values:
    """Read `key=text` from the command line; `keys.BINDING` changes the keys of one binding."""
    found = Values({}, {})
    for key, text in overrides.items():
        name, _, binding = key.partition(".")
        if name == "keys" and binding:
            before = found.values.get("keys", {})
            found.values["keys"] = MappingProxyType({**before, binding: text})
            continue
        one = own_values({key: text if key in TEXT_NAMES else _from_text(text)})
        found.values.update(one.values)
        found.complaints.update(one.complaints)
    return found


def _from_text(text: str) -> Any:
    """Read `true`, `12` and `["a", "b"]` as TOML; anything else is a list, separated by commas."""
    words = {"true": True, "yes": True, "on": True, "false": False, "no": False, "off": False}
    if text.strip().lower() in words:
        return words[text.strip().lower()]
    import tomllib

    try:
        (value,) = tomllib.loads(f"value = {text}").values()
    except (ValueError, RecursionError):  # not TOML, or more than one value
        return [item.strip() for item in text.split(",")]
    return value


def _meant(key: str) -> str:
    """The setting that an unknown key was probably meant to be."""
    if own := next((name for name in READERS if plugin_key(name) == key), None):
        return f" (here it is called {own})"
    import difflib

    close = difflib.get_close_matches(key, READERS, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
