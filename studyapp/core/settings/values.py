"""Reads all settings of one place, and reports the invalid ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import time
from types import MappingProxyType
from typing import Any, Final, get_args

from msgspec import Struct

from studyapp.core.settings.exam_values import read_exam
from studyapp.core.settings.fsrs_values import read_easy_day, read_parameters, read_steps
from studyapp.core.settings.model import (
    BOLD_CLOZE,
    CURLY_CLOZE,
    HIGHLIGHT_CLOZE,
    THEMES,
    Algorithm,
    CardOrder,
    DeckOrder,
    LeechAction,
    NestedSettings,
    Overdue,
    Settings,
)
from studyapp.core.settings.readers import (
    MOST_PATTERNS,
    EntryReader,
    Reader,
    choice,
    numbers,
    one_of_enum,
    read_clock,
    read_deck_limits,
    read_flag,
    read_key,
    read_keys,
    read_search,
    read_string,
    read_today_limits,
    read_whole,
    tables,
    texts,
)

OLDER_KEYS: Final = {
    "singleLineCardSeparator": "singlelineCardSeparator",
    "singleLineReversedCardSeparator": "singlelineReversedCardSeparator",
    "burySiblingCards": "buryRelatedCards",
}
"""A setting's name in earlier versions of the plugin; read if the present name is absent."""

OLDER_CLOZE_SWITCHES: Final = {
    "convertHighlightsToClozes": HIGHLIGHT_CLOZE,
    "convertBoldTextToClozes": BOLD_CLOZE,
    "convertCurlyBracketsToClozes": CURLY_CLOZE,
}
"""Before `clozePatterns`, the plugin had a switch for each of three patterns, in this order."""

CHOICES: Final[Mapping[str, tuple[str, ...]]] = {
    "algorithm": tuple(Algorithm),
    "overdue": get_args(Overdue),
    "theme": THEMES,
    "flashcard_card_order": tuple(CardOrder),
    "flashcard_deck_order": tuple(DeckOrder),
    "leech_action": get_args(LeechAction),
    "nested_settings": get_args(NestedSettings),
}
"""Settings with one of a few values."""

PLUGIN_READERS: Final[Mapping[str, Reader]] = {
    "flashcard_tags": texts(r"\s+", "#flashcards"),
    "flashcard_tags_to_ignore": texts(r"\s+", "#flashcards/done"),
    "note_folders_to_ignore": texts(r"[\r\n]+", "templates/"),
    "convert_folders_to_decks": read_flag,
    "cloze_patterns": texts(r"[\r\n]+", HIGHLIGHT_CLOZE, MOST_PATTERNS),
    "single_line_card_separator": read_string,
    "single_line_reversed_card_separator": read_string,
    "multiline_card_separator": read_string,
    "multiline_reversed_card_separator": read_string,
    "multiline_card_end_marker": read_string,
    "card_comment_on_same_line": read_flag,
    "use_callouts_for_scheduling_comments": read_flag,
    "algorithm": one_of_enum(Algorithm),
    "base_ease": numbers(1),
    "lapses_interval_change": numbers(0),
    "easy_bonus": numbers(0),
    "load_balance": read_flag,
    "maximum_interval": numbers(1),
    "fsrs_desired_retention": numbers(0.01, 1),
    "start_of_day": read_clock,
    "bury_sibling_cards": read_flag,
    "tags_to_review": texts(r"\s+", "#review"),
    "note_tags_to_ignore": texts(r"\s+", "#review/done"),
    "open_random_note": read_flag,
    "max_link_factor": numbers(0, 1),
    "flashcard_card_order": one_of_enum(CardOrder),
    "flashcard_deck_order": one_of_enum(DeckOrder),
}
"""Readers of settings that the plugin has too; each converts its value to ours."""

READERS: Final[Mapping[str, Reader]] = {
    **PLUGIN_READERS,
    "overdue": choice(*CHOICES["overdue"]),
    "editor": read_string,
    "on_grade": read_string,
    "player": read_string,
    "autoplay": read_flag,
    "theme": choice(*CHOICES["theme"]),
    "animations": read_flag,
    "keys": read_keys,
    "new_cards_per_day": read_whole,
    "reviews_per_day": read_whole,
    "away_after": numbers(1, 86400),
    "reveal_after": numbers(0, 86400),
    "deck_limits": tables('{"flashcards/peft" = {new = 10, reviews = 100}}'),
    "new_card_every": read_whole,
    "spread_siblings": read_flag,
    "learn_ahead_minutes": read_whole,
    "leech_lapses": read_whole,
    "leech_action": choice(*CHOICES["leech_action"]),
    "nested_settings": choice(*CHOICES["nested_settings"]),
    "searches": tables('{"Hard ones" = "ease<180 lapses>3"}'),
    "fsrs_parameters": read_parameters,
    "learning_steps": read_steps,
    "relearning_steps": read_steps,
    "fsrs_load_balance": read_flag,
    "easy_days": tables('{sunday = 0, "2026-12-24" = 0.5}'),
    "today_limits": tables('{"2026-11-28" = {new = 30, reviews = 200}}'),
    "presets": tables("[presets.languages]"),
    "deck_presets": tables('{"flashcards/peft" = "languages"}'),
    "exams": tables('{finals = {date = "2026-12-18", deck = "flashcards/peft"}}'),
}

_ENTRIES: Final[Mapping[str, EntryReader]] = {
    "keys": read_key,
    "deck_limits": read_deck_limits,
    "searches": read_search,
    "easy_days": read_easy_day,
    "today_limits": read_today_limits,
    "deck_presets": lambda deck, value: (deck.removeprefix("#"), _read_name(value)),
    "exams": lambda name, value: (name, read_exam(value)),
}
"""Tables: an invalid entry leaves the others as they are."""

_DEFAULTS: Final = Settings()

FLAGS: Final = frozenset(name for name, read in READERS.items() if read is read_flag)
"""Settings that are on or off."""

PRESET_NAMES: Final = (
    *("algorithm", "fsrs_desired_retention", "fsrs_parameters", "learning_steps", "relearning_steps"),
    *("maximum_interval", "load_balance", "fsrs_load_balance", "easy_days", "new_cards_per_day", "reviews_per_day"),
    *("flashcard_card_order", "flashcard_deck_order", "new_card_every", "spread_siblings"),
    *("leech_lapses", "leech_action"),
)
"""Settings that a preset can have, for the decks that it is given to."""

TEXT_NAMES: Final = CHOICES.keys() | {name for name, read in READERS.items() if read in {read_string, read_clock}}
"""Settings whose text on the command line is the value itself, quotation marks included."""


def plugin_key(name: str) -> str:
    """Turn `base_ease` into `baseEase`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


class Values(Struct, frozen=True):
    """The settings of one place, by our names, and what is invalid."""

    values: dict[str, Any]
    complaints: dict[str, str]
    """The key as written there, and what is wrong with its value."""


def plugin_values(mapping: Mapping[str, Any]) -> Values:
    """Read the `settings` of the plugin's data.json; null counts as absent, and unknown keys are the plugin's own."""
    found = Values({}, {})
    for name, read in PLUGIN_READERS.items():
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
    for key in _ENTRIES.keys() & found.values.keys():
        found.values[key] = _read_entries(key, found.values[key], found.complaints)
    return found


def _read_entries(table: str, entries: Mapping[str, Any], complaints: dict[str, str]) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for key, value in entries.items():
        try:
            name, read = _ENTRIES[table](key, value)
        except ValueError as error:
            complaints[f"{table}.{key}"] = str(error)
            continue
        if found.setdefault(name, read) != read:
            complaints[f"{table}.{key}"] = f"is a second entry for {name}; the first one counts"
    return MappingProxyType(found)


def _read_presets(table: Mapping[str, Any], complaints: dict[str, str]) -> Mapping[str, Mapping[str, Any]]:
    """Read `[presets.NAME]`: some settings under a name; an invalid one leaves the others as they are."""
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


def _read_name(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("should be the name of one preset")
    return value


def override_values(overrides: Mapping[str, str]) -> Values:
    """Read `key=text` from the command line; `keys.BINDING` changes the keys of one binding."""
    found = Values({}, {})
    for key, text in overrides.items():
        name, _, binding = key.partition(".")
        if name == "keys" and binding:
            before = found.values.get("keys", {})
            found.values["keys"] = MappingProxyType({**before, binding: text})
            continue
        one = own_values({key: text if key in TEXT_NAMES else _from_text(text) if text.strip() else _nothing(key)})
        found.values.update(one.values)
        found.complaints.update(one.complaints)
    return found


def _nothing(name: str) -> Any:
    """The meaning of an empty text: no entries."""
    return {} if isinstance(getattr(_DEFAULTS, name, ()), Mapping) else []


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


def toml_text(value: Any) -> str:
    """The value of a setting as our own file would have it."""
    match value:
        case time():
            return json.dumps(value.isoformat())
        case tuple():
            return f"[{', '.join(map(toml_text, value))}]"
        case Mapping():
            return f"{{{', '.join(f'{toml_text(key)} = {toml_text(item)}' for key, item in value.items())}}}"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _meant(key: str) -> str:
    """The setting that an unknown key was probably meant to be."""
    if own := next((name for name in READERS if plugin_key(name) == key), None):
        return f" (here it is called {own})"
    import difflib

    close = difflib.get_close_matches(key, READERS, n=1)
    return f" (did you mean {close[0]}?)" if close else ""
