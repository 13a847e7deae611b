"""What a person can set, and what the plugin's own settings file says about it.

The names are the plugin's in snake_case, so that one rule (`plugin_key`) leads from one to the other. Which files
are read, and which wins, is in `settings_files.py`.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from datetime import time
from types import MappingProxyType
from typing import Any, Final, Literal

from studyapp.core.schedule import Algorithm

Overdue = Literal["plugin", "documented"]

HIGHLIGHT_CLOZE: Final = "==[123;;]answer[;;hint]=="
BOLD_CLOZE: Final = "**[123;;]answer[;;hint]**"
CURLY_CLOZE: Final = "{{[123;;]answer[;;hint]}}"


@dataclass(frozen=True, slots=True)
class Settings:
    """One value for every setting; the defaults are the plugin's."""

    flashcard_tags: tuple[str, ...] = ("#flashcards",)
    flashcard_tags_to_ignore: tuple[str, ...] = ()
    note_folders_to_ignore: tuple[str, ...] = ("**/*.excalidraw.md",)
    """Beginnings of paths, or glob patterns."""
    convert_folders_to_decks: bool = False
    cloze_patterns: tuple[str, ...] = (HIGHLIGHT_CLOZE,)
    single_line_card_separator: str = "::"
    """Never trimmed; like the other separators, empty means that there are no such cards."""
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

    overdue: Overdue = "plugin"
    """Whether late SM-2 cards get the credit that the plugin's documentation promises and its code does not give."""
    editor: str = ""
    """A command; empty means $VISUAL, then $EDITOR."""
    theme: str = "dark"
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), hash=False)
    """Binding id to keys, several joined by commas."""
    new_cards_per_day: int = 0
    """0 means no limit."""
    reviews_per_day: int = 0
    """0 means no limit."""

    @classmethod
    def from_plugin(cls, mapping: Mapping[str, Any]) -> Settings:
        """Take what can be used of the `settings` in the plugin's data.json, and the defaults for the rest."""
        return cls(**plugin_values(mapping).values)


OWN_NAMES: Final = frozenset({"overdue", "editor", "theme", "keys", "new_cards_per_day", "reviews_per_day"})
"""Settings that the plugin does not have."""

NAMES: Final = tuple(f.name for f in fields(Settings))

OLDER_KEYS: Final = {
    "singleLineCardSeparator": "singlelineCardSeparator",
    "singleLineReversedCardSeparator": "singlelineReversedCardSeparator",
    "burySiblingCards": "buryRelatedCards",
}
"""What earlier versions of the plugin called a setting; read where the present name is absent."""

OLDER_CLOZE_SWITCHES: Final = {
    "convertHighlightsToClozes": HIGHLIGHT_CLOZE,
    "convertBoldTextToClozes": BOLD_CLOZE,
    "convertCurlyBracketsToClozes": CURLY_CLOZE,
}
"""Before it had `clozePatterns` the plugin had a switch for each of three patterns, in this order."""


def plugin_key(name: str) -> str:
    """Turn `base_ease` into `baseEase`."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("should be true or false")


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("should be a text in quotation marks")


def _number(low: float, high: float, *, whole: bool = False) -> Callable[[Any], float]:
    """Make a reader of numbers from `low` to `high`, both included."""
    wanted = f"should be a {'whole ' if whole else ''}number"
    wanted += f" of at least {low:g}" if high == math.inf else f" from {low:g} to {high:g}"

    def read(value: Any) -> float:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        if not is_number or not low <= value <= high or not -1e15 < value < 1e15 or (whole and value != int(value)):
            raise ValueError(wanted)
        return int(value) if value == int(value) else float(value)

    return read


def _listed(value: Any, separator: str, example: str) -> tuple[str, ...]:
    """Read a list of texts, or one text as early versions wrote it; empty entries are left out."""
    if isinstance(value, str):
        value = re.split(separator, value)
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(item for item in value if item.strip())
    raise ValueError(f"should be a list of texts, such as {json.dumps([example])}")


def _tags(value: Any) -> tuple[str, ...]:
    return tuple(tag.strip() for tag in _listed(value, r"\s+", "#flashcards"))


def _folders(value: Any) -> tuple[str, ...]:
    return tuple(folder.strip("\r\n") for folder in _listed(value, r"[\r\n]+", "templates/"))


def _patterns(value: Any) -> tuple[str, ...]:
    patterns = _listed(value, r"[\r\n]+", HIGHLIGHT_CLOZE)
    if odd := [pattern for pattern in patterns if "answer" not in pattern]:
        raise ValueError(f"has a pattern without the word answer: {odd[0]}")
    return patterns


def _algorithm(value: Any) -> Algorithm:
    if value in list(Algorithm):
        return Algorithm(value)
    raise ValueError("should be " + " or ".join(json.dumps(str(name)) for name in Algorithm))


def _overdue(value: Any) -> Overdue:
    if value == "plugin":
        return "plugin"
    if value == "documented":
        return "documented"
    raise ValueError('should be "plugin" or "documented"')


def _clock(value: Any) -> time:
    if isinstance(value, time):
        return value
    match = (
        re.fullmatch(r"\s*([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d))?\s*", value) if isinstance(value, str) else None
    )
    if match is None:
        raise ValueError('should be a time of day such as "04:30:15"')
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)


def _keys(value: Any) -> Mapping[str, str]:
    if isinstance(value, Mapping) and all(isinstance(item, str) for pair in value.items() for item in pair):
        return MappingProxyType(dict(value))
    raise ValueError('should be a table of texts, such as {"review.again" = "1,a"}')


READERS: Final[Mapping[str, Callable[[Any], Any]]] = {
    "flashcard_tags": _tags,
    "flashcard_tags_to_ignore": _tags,
    "note_folders_to_ignore": _folders,
    "convert_folders_to_decks": _flag,
    "cloze_patterns": _patterns,
    "single_line_card_separator": _text,
    "single_line_reversed_card_separator": _text,
    "multiline_card_separator": _text,
    "multiline_reversed_card_separator": _text,
    "multiline_card_end_marker": _text,
    "card_comment_on_same_line": _flag,
    "use_callouts_for_scheduling_comments": _flag,
    "algorithm": _algorithm,
    "base_ease": _number(1, math.inf),
    "lapses_interval_change": _number(0, math.inf),
    "easy_bonus": _number(0, math.inf),
    "load_balance": _flag,
    "maximum_interval": _number(1, math.inf),
    "fsrs_desired_retention": _number(0.01, 1),
    "start_of_day": _clock,
    "bury_sibling_cards": _flag,
    "overdue": _overdue,
    "editor": _text,
    "theme": _text,
    "keys": _keys,
    "new_cards_per_day": _number(0, math.inf, whole=True),
    "reviews_per_day": _number(0, math.inf, whole=True),
}
"""How a value from a file becomes a setting. Each raises ValueError with words that follow the name of the key."""


@dataclass(frozen=True, slots=True)
class PluginValues:
    """What the plugin's settings say, by our names, and what could not be used."""

    values: dict[str, Any]
    complaints: dict[str, str]
    """The plugin's key to what is wrong with its value."""


def plugin_values(mapping: Mapping[str, Any]) -> PluginValues:
    """Read the `settings` of the plugin's data.json; null counts as absent, and unknown keys are the plugin's own."""
    values: dict[str, Any] = {}
    complaints: dict[str, str] = {}
    for name, read in READERS.items():
        if name in OWN_NAMES:
            continue
        key = plugin_key(name)
        if mapping.get(key) is None:
            key = OLDER_KEYS.get(key, key)
        if mapping.get(key) is None:
            continue
        try:
            values[name] = read(mapping[key])
        except ValueError as error:
            complaints[key] = str(error)
    switches = {key: mapping[key] for key in OLDER_CLOZE_SWITCHES if isinstance(mapping.get(key), bool)}
    if mapping.get("clozePatterns") is None and switches:
        values["cloze_patterns"] = tuple(OLDER_CLOZE_SWITCHES[key] for key, is_on in switches.items() if is_on)
    return PluginValues(values, complaints)
