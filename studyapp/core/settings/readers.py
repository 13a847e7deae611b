"""Turn a value from a settings file or the command line into the value of a setting.

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
from typing import Any, Final

MOST_ENTRIES, MOST_PATTERNS, MOST_CHARACTERS = 1000, 100, 1000
"""Entries of a list or a table; cloze patterns, which are all looked for in each line; characters of a text."""

Reader = Callable[[Any], Any]


def read_flag(value: Any) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise ValueError("should be true or false")


def read_text(value: Any) -> str:
    """Read a text as it is."""
    if not isinstance(value, str):
        raise ValueError("should be text in quotation marks")  # noqa: TRY004 - as every reader does
    _check_length([value])
    return value


def _check_length(texts: Collection[str], most: int = MOST_ENTRIES) -> None:
    if len(texts) > most:
        raise ValueError(f"should have at most {most:,} entries, and has {len(texts):,}")
    if any(len(text) > MOST_CHARACTERS for text in texts):
        raise ValueError(f"should have no text longer than {MOST_CHARACTERS:,} characters")


def numbers(low: float, high: float = math.inf, *, whole: bool = False) -> Reader:
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


read_whole: Final = numbers(0, whole=True)


def texts(separator: str, example: str, most: int = MOST_ENTRIES) -> Reader:
    """A reader of lists; early versions of the plugin wrote one text with a separator. Empty entries are dropped."""

    def read(value: Any) -> tuple[str, ...]:
        if isinstance(value, str):
            value = [item.strip() for item in re.split(separator, value)]
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            _check_length(value, most)
            return tuple(item for item in value if item.strip())
        raise ValueError(f"should be a list of text values, such as {json.dumps([example])}")

    return read


def choice(*names: str) -> Reader:
    """A reader of one of a few words."""

    def read(value: Any) -> str:
        if isinstance(value, str) and value in names:
            return value
        raise ValueError("should be " + " or ".join(json.dumps(name) for name in names))

    return read


def one_of(kind: type[StrEnum]) -> Reader:
    """A reader of one of the values of an enumeration."""
    read = choice(*kind)
    return lambda value: kind(read(value))


def read_deck_limits(value: Any) -> Mapping[str, tuple[int | None, int | None]]:
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
            None if (number := limits.get(name)) is None else read_whole(number) for name in ("new", "reviews")
        )
        found[str(deck).removeprefix("#")] = (new, reviews)
    return MappingProxyType(found)


def read_today_limits(value: Any) -> Mapping[str, tuple[int | None, int | None]]:
    """Read `{"2026-11-28" = {new = 30}}`: the limits of single days, in place of the usual ones."""
    try:
        found = read_deck_limits(value)
        if all(date.fromisoformat(day).isoformat() == day for day in found):
            return found
    except ValueError:
        pass
    raise ValueError('should be a table of days, such as {"2026-11-28" = {new = 30, reviews = 200}}')


def read_clock(value: Any) -> time:
    """Read a time of day."""
    if isinstance(value, time):
        return value.replace(tzinfo=None)
    clock = r"\s*([01]?\d|2[0-3]):([0-5]?\d)(?::([0-5]?\d))?\s*"
    match = re.fullmatch(clock, value, re.ASCII) if isinstance(value, str) else None
    if match is None:
        raise ValueError('should be a time of day such as "04:30:15"')
    hour, minute, second = (int(part or 0) for part in match.groups())
    return time(hour, minute, second)


def read_keys(value: Any) -> Mapping[str, str]:
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


def read_searches(value: Any) -> Mapping[str, str]:
    """Read `{"Hard ones" = "ease<180"}`: queries under their names."""
    if not isinstance(value, Mapping) or not all(isinstance(query, str) for query in value.values()):
        raise ValueError('should be a table of searches, such as {"Hard ones" = "ease<180 lapses>3"}')
    _check_length([*value, *value.values()], 2 * MOST_ENTRIES)
    return MappingProxyType(dict(value))


def read_table(value: Any) -> Mapping[str, Any]:
    """Keep a table, whose entries are read one by one, by `own_values`."""
    if not isinstance(value, Mapping):
        raise ValueError("should be a table")  # noqa: TRY004 - as every reader does
    _check_length(value)
    return value
