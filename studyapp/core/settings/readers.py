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
from typing import Any, Final

MOST_ENTRIES, MOST_PATTERNS, MOST_CHARACTERS = 1000, 100, 1000
"""Entries of a list or a table; cloze patterns, which are all looked for in each line; characters of a text."""

Reader = Callable[[Any], Any]
EntryReader = Callable[[str, Any], tuple[str, Any]]
"""The same for an entry of a table: it takes and returns a name and a value."""


def read_flag(value: Any) -> bool:
    """Read true or false."""
    if isinstance(value, bool):
        return value
    raise ValueError("should be true or false")


def read_string(value: Any) -> str:
    """Read a text as it is."""
    if not isinstance(value, str):
        raise ValueError("should be text in quotation marks")
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
        *others, last = map(json.dumps, names)
        raise ValueError(f"should be {', '.join(others)} or {last}")

    return read


def one_of_enum(kind: type[StrEnum]) -> Reader:
    """A reader of one of the values of an enumeration."""
    read = choice(*kind)
    return lambda value: kind(read(value))


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


def tables(example: str) -> Reader:
    """A reader of tables, whose entries are read one by one."""

    def read(value: Any) -> Mapping[str, Any]:
        if not isinstance(value, Mapping):
            raise ValueError(f"should be a table, such as {example}")
        _check_length(value)
        return value

    return read


def read_keys(value: Any) -> Mapping[str, Any]:
    """Read what TOML makes of `review.good = "3"` without quotation marks: tables in tables."""
    found: dict[str, Any] = {}
    open_ = [("", tables('{"review.good" = "3,g"}')(value))]
    while open_:
        prefix, table = open_.pop()
        for name, item in table.items():
            path = f"{prefix}.{name}" if prefix else str(name)
            if isinstance(item, Mapping):
                open_.append((path, item))
            else:
                found[path] = item
    _check_length(found)
    return dict(sorted(found.items()))


# Entries of tables: a name and a value, as they are used.


def read_key(binding: str, value: Any) -> tuple[str, str]:
    """Read `"review.good" = "3,g"`, or a list of keys."""
    if isinstance(value, list) and all(isinstance(key, str) for key in value):
        value = ",".join(value)
    if not isinstance(value, str):
        raise ValueError('should be one or several keys, such as "3,g"')
    return binding, read_string(value)


def read_search(name: str, value: Any) -> tuple[str, str]:
    """Read `"Hard ones" = "ease<180"`: a query under its name."""
    if not isinstance(value, str):
        raise ValueError('should be a search in quotation marks, such as "ease<180 lapses>3"')
    return name, read_string(value)


def read_deck_limits(deck: str, value: Any) -> tuple[str, tuple[int | None, int | None]]:
    """Read `"flashcards/peft" = {new = 10, reviews = 100}`; either may be left out."""
    if not isinstance(value, Mapping) or value.keys() - {"new", "reviews"}:
        raise ValueError("should be a table such as {new = 10, reviews = 100}")
    limits: list[int | None] = []
    for name in ("new", "reviews"):
        try:
            limits.append(None if value.get(name) is None else read_whole(value[name]))
        except ValueError as error:
            raise ValueError(f"has {name}, which {error}") from error
    return deck.removeprefix("#"), (limits[0], limits[1])


def read_today_limits(day: str, value: Any) -> tuple[str, tuple[int | None, int | None]]:
    """Read `"2026-11-28" = {new = 30}`: the limits of a single day, in place of the usual ones."""
    if not is_date(day):
        raise ValueError("should be named by a day, such as 2026-11-28")
    return read_deck_limits(day, value)


def is_date(text: str) -> bool:
    """Whether a text is a date such as 2026-11-28."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
