"""Tags and headings as Obsidian sees them, and the decks that tags and folders name."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any

from msgspec import Struct

from studyapp.core.schedule.entries import js_number
from studyapp.core.text.fences import fenced_lines, may_fence
from studyapp.core.text.note_text import SPACE_CLASS, trim
from studyapp.core.text.regex import regex

_TAG = regex(
    rf"#(?<![^{SPACE_CLASS[1:-1]}]#)([^{SPACE_CLASS[1:-1]}!\"#$%&'()*+,.:;<=>?@^`{{|}}~\[\]\\\u2000-\u206f]+)"
)
"""Starts with a literal character, to which `re` skips."""
_HEADING = regex(r" {0,3}(#{1,6})(?:[ \t]+(.*))?")
_FOOTNOTE = regex(r"\[\^\d+\]")
_CODE_SPAN = r"`(?<!``)(?P<more>`*+)(?:[^`\n]++|\n(?![ \t]*\n)|(?!`(?P=more)(?!`))`++)*+`(?P=more)(?!`)"
_COMMENT = r"<!--(?:[^-]++|-(?!->))*+(?:-->)?"
"""Like each alternative below these start with a literal character, so `re` skips to where one may match, and they
never go back: a note can hold a thousand of them."""
_NO_HEADINGS_IN = regex(rf"{_CODE_SPAN}|{_COMMENT}", re.DOTALL)
_NO_TAGS_IN = regex(
    rf"{_CODE_SPAN}|{_COMMENT}"
    r"|%%.*?(?:%%|\Z)"
    r"|\$\$.*?\$\$"
    r"|\$(?![\s$])[^$\n]*?(?<!\s)\$(?!\d)"
    r"|\]\((?:[^)\n\]]++|\](?!\())*+\)"
    r"|\[\[[^\[\]\n]*+\]\]",
    re.DOTALL,
)


_CROSSING = {_NO_HEADINGS_IN: (), _NO_TAGS_IN: ("%%", "$$")}
"""What may continue past a blank line, and so hide a line below one; besides comments."""
_HIDES_IN_LINE = regex(r"[`<%$\[]")
_OPEN_COMMENT = regex(r"<!--(?:[^\n<-]++|<(?!!--)|-(?!->))*+(?:\n|\Z)")
"""The last comment of a line that is not closed there; each character is looked at twice at most."""


_SPLIT = regex(rf"[,{SPACE_CLASS[1:-1]}]+")
DEEPEST, LONGEST = 100, 1000
"""The most levels and characters of a deck's path."""
_MOST_TAGS = 10_000
"""Limits for one front matter value."""


class Tag(Struct, frozen=True):
    """A tag with its `#`, and its line."""

    name: str
    line: int


class Heading(Struct, frozen=True):
    """A heading's level (1 to 6), text and line."""

    level: int
    text: str
    line: int


class Outline:
    """Finds the tags and the headings in a note's lines.

    Neither counts in code and comments; a tag does not count in mathematics and link targets either.
    """

    def __init__(self, lines: Sequence[str], first: int) -> None:
        """Take a note's lines; those before `first` have none, and count as empty."""
        self._lines = lines
        self._first = first

    def tags(self) -> list[Tag]:
        """The inline tags."""
        marked = [number for number, line in enumerate(self._lines) if "#" in line and _TAG.search(line)]
        return [
            Tag("#" + name, number)
            for number, line in self._visible([one for one in marked if one >= self._first], _NO_TAGS_IN)
            for name in _TAG.findall(line)
            if not name.isdecimal()
        ]

    def headings(self) -> list[Heading]:
        """The headings."""
        titled = {
            number: found
            for number, line in enumerate(self._lines)
            if "#" in line and number >= self._first and (found := _HEADING.fullmatch(line))
        }
        return [
            Heading(len(found[1]), _title(found[2] or ""), number)
            for number, line in self._visible(list(titled), _NO_HEADINGS_IN)
            if line == (found := titled[number]).string or _HEADING.fullmatch(line)
        ]

    def _visible(self, numbers: Sequence[int], hiding: re.Pattern[str]) -> list[tuple[int, str]]:
        """The lines with those numbers that are not code, with what hides tags or headings blanked out."""
        if not numbers:
            return []
        lines, end = self._lines, numbers[-1] + 1
        above = "\n".join(lines[:end])  # what hides a line begins above it, or in it
        if not may_fence(above):
            hidden: Container[int] = range(self._first)
        else:
            hidden = self._hidden_before(end) if 2 * end < len(lines) else self._hidden
            numbers = [number for number in numbers if number not in hidden]
        crossed = _OPEN_COMMENT.search(above) or any(sign in above for sign in _CROSSING[hiding])
        del above  # which may be as large as the note
        if not crossed and all(_stands_alone(lines, hidden, number) for number in numbers):
            return [(number, lines[number]) for number in numbers]
        seen = hiding.sub(_blotted, self._body).split("\n")
        return [(number, seen[number]) for number in numbers]

    def _hidden_before(self, end: int) -> set[int]:
        """The lines of code, and those before the first one, up to a line."""
        return fenced_lines(self._lines[:end], self._first).union(range(self._first))

    @cached_property
    def _hidden(self) -> set[int]:
        return self._hidden_before(len(self._lines))

    @cached_property
    def _body(self) -> str:
        """The text, with nothing in place of the hidden lines."""
        hidden = self._hidden
        return "\n".join("" if number in hidden else line for number, line in enumerate(self._lines))


def _title(text: str) -> str:
    """The text of a heading."""
    title = _without_closing(text)
    return trim(_FOOTNOTE.sub("", title) if "[^" in title else title)


def _without_closing(title: str) -> str:
    """A heading's text without closing `#`s; `re` would try each blank as its start."""
    title = title.rstrip(" \t")
    if not title.endswith("#"):
        return title
    bare = title.rstrip("#")
    return bare if bare.endswith((" ", "\t")) else title


def _stands_alone(lines: Sequence[str], hidden: Container[int], number: int) -> bool:
    """A quick test, for nearly all headings, whether only what crosses blank lines can hide this one."""
    above = not number or number - 1 in hidden or not lines[number - 1].strip(" \t")
    return above and not _HIDES_IN_LINE.search(lines[number])


def _blotted(found: re.Match[str]) -> str:
    hidden = found.group()
    return "\n".join("_" * len(line) for line in hidden.split("\n")) if "\n" in hidden else "_" * len(hidden)


def front_matter_tags(values: Mapping[str, Any]) -> list[str]:
    """Every tag in the front matter, for deciding whether a note is read: `tags` and `tag`, in any case."""
    found: list[str] = []
    for key, value in values.items():
        if key.lower() not in ("tags", "tag"):
            continue
        items = _SPLIT.split(value) if isinstance(value, str) else value if isinstance(value, list) else [value]
        names = [trim(item if isinstance(item, str) else _text(item)) for item in items]
        found += [name if name.startswith("#") else f"#{name}" for name in names if name]
    return found


def front_matter_deck_tags(values: Mapping[str, Any]) -> list[str]:
    """The tags of the front matter that name decks: only the key `tags`, split at commas and **not** trimmed."""
    value = values.get("tags")
    if value is None:
        return []
    return [name if name.startswith("#") else f"#{name}" for name in _text(value).split(",")]


def _text(value: Any) -> str:
    """A YAML value as ECMAScript's `String` writes it, for the values that can be in a list of tags."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and len(value) < _MOST_TAGS and {*map(type, value)} == {str}:
        return ",".join(value)
    return ",".join(islice(map(_word, _flat(value)), _MOST_TAGS))


def _flat(value: Any) -> Iterator[Any]:
    """The items of nested lists; aliases can make a few lines of YAML stand for more than memory holds."""
    left = [value]
    for _ in range(_MOST_TAGS):
        if not left:
            return
        item = left.pop()
        if isinstance(item, list) and item:
            left += reversed(item[:_MOST_TAGS])
        else:
            yield item


def _word(value: Any) -> str:
    match value:
        case None | []:
            return ""
        case bool():
            return str(value).lower()
        case float():
            return js_number(value)
        case dict():
            return "[object Object]"
    return str(value)


def within(tag: str, tags: Iterable[str]) -> bool:
    """Whether a tag is one of the given ones or below one of them."""
    for parent in tags:  # noqa: SIM110  # asked of every tag of every note: twice as fast as a generator
        if tag.startswith(parent) and (len(tag) == len(parent) or tag[len(parent)] == "/"):
            return True
    return False


def any_within(tags: Iterable[str], parents: Sequence[str]) -> bool:
    """Whether one of the tags is, or is below, one of the parents."""
    return any(within(tag, parents) for tag in tags)


def upwards(path: str) -> Iterator[str]:
    """A tag, a deck or a path, and everything above it."""
    while path:
        yield path
        path = path.rpartition("/")[0]


def deck_of_tag(tag: str) -> str:
    """The deck that a tag names: its parts joined by `/`, empty parts left out."""
    path = tag.removeprefix("#").strip("/")
    return "/".join(filter(None, path.split("/"))) if "//" in path else path


def bounded_deck(path: str) -> str:
    """A deck's path, cut to as many levels and characters as a path may have."""
    if path.count("/") < DEEPEST and len(path) <= LONGEST:
        return path
    cut = "/".join(path.split("/", DEEPEST)[:DEEPEST])
    if len(cut) <= LONGEST:
        return cut
    end = cut.rfind("/", 0, LONGEST + 1)
    return cut[: end if end > 0 else LONGEST]


def titles_above(headings: Sequence[Heading]) -> list[tuple[int, tuple[str, ...]]]:
    """For each heading its line and the titles above what follows it, outermost first."""
    found: list[tuple[int, tuple[str, ...]]] = []
    stack: list[Heading] = []
    for heading in headings:
        while stack and stack[-1].level >= heading.level:
            stack.pop()
        stack.append(heading)
        found.append((heading.line, tuple(above.text for above in stack)))
    return found
