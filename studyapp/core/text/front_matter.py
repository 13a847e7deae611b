"""Where a note's YAML block ends, and its values; read-only."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from msgspec import Struct

from studyapp.core.text.note_text import as_bytes
from studyapp.core.text.regex import regex

FENCE = "---"
MOST_CHARACTERS = 200_000
"""The longest block that is read; real ones have some hundreds."""

_EMPTY: Mapping[str, Any] = MappingProxyType({})

_KEY = regex(r"[A-Za-z][\w-]*", re.ASCII)
_WORDS = regex(r"[A-Za-z/][\w/.-]*+(?:[ ]++[\w/.-]++)*+", re.ASCII)
_NUMBERS = regex(r"\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|[1-9]\d{0,8}", re.ASCII)
_QUOTED = regex(r"\"[\w/ .,:;!?()\[\]#&+|'-]*\"", re.ASCII)
_LIST = regex(r"\[[A-Za-z/][\w/ .,-]*\]", re.ASCII)
_NOT_TEXT = frozenset(["true", "false", "null", "True", "False", "Null", "TRUE", "FALSE", "NULL"])
"""Unquoted words that YAML 1.2 does not read as text."""
_TRUTH = {"true": True, "false": False}


class FrontMatter(Struct, frozen=True):
    """The block between the `---` at the very start of a note and the next one."""

    lines: int
    """How many lines it takes, both fences included; 0 where a note has none."""
    values: Mapping[str, Any]
    """Empty where the block is not a mapping or not YAML."""
    error: str | None = None
    """Why the YAML cannot be read."""


NONE = FrontMatter(0, _EMPTY)


def read_front_matter(lines: Sequence[str]) -> FrontMatter:
    """Find and read the front matter; without a closing fence there is none (plugin rule)."""
    if lines[0] != FENCE:
        return NONE
    try:
        end = lines.index(FENCE, 1)
    except ValueError:
        return NONE
    block = "\n".join(lines[1:end])
    if len(block) > MOST_CHARACTERS:
        return FrontMatter(end + 1, _EMPTY, f"it has more than {MOST_CHARACTERS:,} characters")
    values, error = _values(block)
    return FrontMatter(end + 1, values, error)


@lru_cache(maxsize=4096)
def _values(block: str) -> tuple[Mapping[str, Any], str | None]:
    """Read the block; the notes of a vault often have equal ones, so the result is kept."""
    simple = read_simple(block)
    if simple is not None:
        return MappingProxyType(simple), None
    from studyapp.core.text.yaml12 import read_yaml

    try:
        values = read_yaml(as_bytes(block).decode("utf-8", "replace"))
    except ValueError as error:
        return _EMPTY, str(error)
    if values is None:
        return _EMPTY, None
    if not isinstance(values, dict):
        return _EMPTY, "it is not a list of names with values"
    return MappingProxyType({key: value for key, value in values.items() if isinstance(key, str)}), None


def read_simple(block: str) -> dict[str, Any] | None:
    """Parse a block of words, dates, whole numbers and lists of words without a YAML library; None for anything else.

    Nearly all notes have such a block, and the library would take longer for it than everything else.
    """
    values: dict[str, Any] = {}
    items: list[Any] | None = None
    key = margin = ""
    for line in block.split("\n"):
        bare = line.lstrip(" ")
        if bare.startswith("- "):
            indent, item = line[: len(line) - len(bare)], bare[2:].strip(" ")
            if items is None or item in _NOT_TEXT or (items and indent != margin):
                return None
            if not (_QUOTED if item.startswith('"') else _WORDS).fullmatch(item):
                return None
            margin = indent
            items.append(item.strip('"'))
            values[key] = items
            continue
        name, colon, rest = line.partition(":")
        if not colon or name in values or name in _NOT_TEXT or not _KEY.fullmatch(name):
            return None
        key, items = name, None
        if not (value := rest.strip(" ")):
            values[key], items = None, []
        elif rest[0] != " " or (read := _value(value)) is None:
            return None
        else:
            values[key] = read
    return values


def _value(text: str) -> str | int | bool | list[str] | None:
    """Parse a word, a date, a whole number, a truth value or a list of words; None for anything else."""
    if text in _NOT_TEXT:
        return _TRUTH.get(text)
    first = text[0]
    form = _LIST if first == "[" else _QUOTED if first == '"' else _NUMBERS if first.isdecimal() else _WORDS
    if not form.fullmatch(text):
        return None
    if text.isdecimal():
        return int(text)
    if first != "[":
        return text.strip('"')
    words = [word.strip(" ") for word in text[1:-1].split(",")]
    return None if any(not word or not word[0].isalpha() or word in _NOT_TEXT for word in words) else words


def aliases_of(values: Any) -> Iterator[str]:
    """The aliases in a note's front matter."""
    for key, value in values.items():
        if key.casefold() in ("aliases", "alias"):
            for alias in value if isinstance(value, list) else str(value or "").split(","):
                if text := str(alias).strip():
                    yield text
