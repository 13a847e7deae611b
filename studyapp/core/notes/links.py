"""Wikilinks, embeds and Markdown links → files of the vault, as Obsidian follows them.

Its order: an exact path, then the note's own folder, then the file of that name with the shortest path. A bare alias
(`[[Alias]]`) Obsidian leaves unresolved; here it is followed, and reported as one. Only files found by the vault's
walk are ever returned, so no link leads out of it, whatever it says.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import cached_property
from itertools import islice
from operator import attrgetter
from typing import Final
from urllib.parse import unquote

from msgspec import Struct

from studyapp.core.notes.outline import Heading
from studyapp.core.text.fences import in_backticks
from studyapp.core.text.names import as_compared
from studyapp.core.text.regex import regex

_WIKI: Final = regex(r"(!?)\[\[([^\[\]\n]+)\]\]")
_MARKDOWN: Final = regex(
    r"(!?)\[[^\[\]\n]*\]\((?:<([^<>\n]+)>|([^()\s<>]+(?:\([^()\s<>]*\)[^()\s<>]*)?))(?:[ ]+\"[^\"\n]*\")?\)"
)
_ELSEWHERE: Final = regex(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_PLAIN: Final = regex(r"[\W_]+")
_MARK: Final = regex(r"\s\^")
_NOTE: Final = ".md"
_TOLD: Final = 3
"""How many other files a target names."""


class How(StrEnum):
    """How a link was resolved."""

    SELF = "self"
    """It names no file: it leads within its own note."""
    PATH = "path"
    """An exact path within the vault, or one from the note's folder."""
    FOLDER = "folder"
    """A file of that name in the note's own folder."""
    NAME = "name"
    """A file of that name anywhere, the one with the shortest path."""
    ALIAS = "alias"
    """A note that has it among its aliases, which Obsidian would not follow."""


class Link(Struct, frozen=True):
    """A link in a note."""

    raw: str
    target: str
    """Without the part after `#`; empty if it leads within its own note."""
    anchor: str
    """A heading, several joined by `#`, or a block with its `^`; empty if there is none."""
    embed: bool
    line: int
    """From 0."""
    start: int
    """Its first character in the line."""


class Target(Struct, frozen=True):
    """Where a link leads."""

    path: str
    how: How
    others: tuple[str, ...] = ()
    """Some of the other files that it may mean: it is ambiguous."""

    @property
    def is_note(self) -> bool:
        """Whether it is a note, not an attachment."""
        return self.path.casefold().endswith(_NOTE)


class Catalogue:
    """The files of a vault by their paths and names, and the aliases of its notes."""

    def __init__(self, paths: Iterable[str], aliases: Iterable[tuple[str, str]] = ()) -> None:
        """Take the files, and pairs of an alias and its note."""
        self._files: dict[str, str] = {}
        self._names: dict[str, list[str]] = {}
        self._aliases: dict[str, dict[str, None]] = {}
        self._endings: dict[str, list[str]] = {}
        for path in paths:
            compared = as_compared(path)
            self._files.setdefault(path, path)
            self._files.setdefault(compared, path)
            self._names.setdefault(posixpath.basename(compared), []).append(path)
        for alias, path in aliases:
            self.add_alias(alias, path)

    def add_alias(self, alias: str, path: str) -> None:
        """Add another name of a note."""
        self._aliases.setdefault(as_compared(alias.strip()), {})[path] = None

    def resolve(self, target: str, source: str) -> Target | None:
        """The file that a link in the note at `source` means, without the part after `#`; None if there is none."""
        wanted = target.strip()
        if not wanted:
            return Target(source, How.SELF)
        for name in dict.fromkeys((wanted, unquote(wanted))):
            found = self._file(name, source)
            if found is not None:
                return found
        named = list(islice(self._aliases.get(as_compared(wanted), ()), 1 + _TOLD))
        return Target(named[0], How.ALIAS, tuple(named[1:])) if named else None

    def _file(self, wanted: str, source: str) -> Target | None:
        own = posixpath.dirname(source)
        relative = wanted.startswith(("./", "../"))
        for form in (f"{wanted}{_NOTE}", wanted):
            if "/" not in form and as_compared(form) not in self._names:
                continue  # no folder has a file of that name
            near = posixpath.normpath(posixpath.join(own, form))
            places = [(near, How.PATH)] if relative else [(form.lstrip("/"), How.PATH), (near, How.PATH)]
            if "/" not in form:
                places = [(near, How.FOLDER if own else How.PATH), (form, How.NAME)]
            for place, how in places:
                if (path := self._at(place)) is not None:
                    return Target(path, how)
            if relative:
                continue
            if fitting := self._fitting(as_compared(f"/{form.lstrip('/')}")):
                return Target(fitting[0], How.NAME, tuple(fitting[1:]))
        return None

    def _fitting(self, ending: str) -> list[str]:
        """The best files whose paths end like this; kept, as thousands of links may mean one of thousands."""
        if ending not in self._endings:
            named = self._names.get(posixpath.basename(ending), [])
            fitting = (path for path in named if as_compared(f"/{path}").endswith(ending))
            ordered = sorted(fitting, key=lambda path: (path.count("/"), len(path), path))
            self._endings[ending] = ordered[: 1 + _TOLD]
        return self._endings[ending]

    def _at(self, place: str) -> str | None:
        """The file at a path; case and the form of letters are ignored if no file matches exactly."""
        return self._files.get(place) or self._files.get(as_compared(place))


def read_links(lines: Sequence[str], skip: Container[int] = ()) -> Iterator[Link]:
    """The links of a note to files, in order; without those in code, on lines to skip, and to the web."""
    for number, line in enumerate(lines):
        if number in skip or ("[[" not in line and "](" not in line):
            continue
        found = [
            (match, match[2].partition("|")[0].rstrip("\\"))
            for match in _WIKI.finditer(line)
            if not in_backticks(line, match.start())
        ]
        for match in _MARKDOWN.finditer(line):
            target = unquote(match[2] or match[3])
            if not in_backticks(line, match.start()) and not _ELSEWHERE.match(target):
                found.append((match, target))
        for match, target in sorted(found, key=lambda pair: pair[0].start()):
            name, _, anchor = target.partition("#")
            yield Link(match[0], name.strip(), anchor.strip(), bool(match[1]), number, match.start())


def link_counts(links: Iterable[Link], source: str, catalogue: Catalogue) -> Counter[str]:
    """How often a note links to each other note, embeds included; links to itself do not count."""
    counts: Counter[str] = Counter()
    for link in links:
        target = catalogue.resolve(link.target, source) if link.target else None
        if target is not None and target.is_note and target.path != source and target.how is not How.ALIAS:
            counts[target.path] += 1
    return counts


class Anchors:
    """The headings and blocks of a note by the names that links use; looked up, as there may be thousands."""

    def __init__(self, lines: Sequence[str], headings: Sequence[Heading]) -> None:
        """Take a note's lines and its headings, in order."""
        self._lines, self._headings = lines, headings

    def line_of(self, anchor: str) -> int | None:
        """The line, from 0, of a heading or a block; None if the note does not have it.

        Of headings joined by `#` each is looked for below the previous one.
        """
        if anchor.startswith("^"):
            return self._block(anchor)
        line: int | None = None
        level, after = 0, -1
        for part in filter(None, map(_plain, anchor.split("#"))):
            alike = self._named.get(part, [])
            below = range(bisect_right(alike, after, key=attrgetter("line")), len(alike))
            found = next((alike[place] for place in below if alike[place].level > level), None)
            if found is None:
                return None
            line = after = found.line
            level = found.level
        return line

    @cached_property
    def _named(self) -> dict[str, list[Heading]]:
        found: dict[str, list[Heading]] = {}
        for one in self._headings:
            found.setdefault(_plain(one.text), []).append(one)
        return found

    def _block(self, anchor: str) -> int | None:
        if _MARK.search(anchor):  # such an anchor is more than the last mark of a line
            asked = re.compile(rf"(?:^|\s){re.escape(anchor)}\s*$")
            return next((number for number, line in enumerate(self._lines) if asked.search(line)), None)
        return self._marked.get(anchor)

    @cached_property
    def _marked(self) -> dict[str, int]:
        """The first line that ends with each mark."""
        found: dict[str, int] = {}
        for number, line in enumerate(self._lines):
            text = line.rstrip() if "^" in line else ""
            place = text.rfind("^")
            while place > 0 and not text[place - 1].isspace():
                place = text.rfind("^", 0, place)
            if place >= 0:
                found.setdefault(text[place:], number)
        return found


def _plain(text: str) -> str:
    """A heading as links compare it, without punctuation and case."""
    return _PLAIN.sub("", as_compared(text))


def section(lines: Sequence[str], headings: Sequence[Heading], anchor: str) -> list[str] | None:
    """The part of a note that an anchor names: a heading with everything below it, or the paragraph of a block."""
    start = Anchors(lines, headings).line_of(anchor)
    if start is None:
        return None
    if anchor.startswith("^"):
        first, last = start, start + 1
        while first > 0 and lines[first - 1].strip():
            first -= 1
        if lines[start].strip() == anchor:  # on a line of its own it belongs to the block above
            last = start
            while first > 0 and not lines[first - 1].strip():
                first -= 1
            while first > 0 and lines[first - 1].strip():
                first -= 1
        return list(lines[first:last])
    level = next(one.level for one in headings if one.line == start)
    end = next((one.line for one in headings if one.line > start and one.level <= level), len(lines))
    return list(lines[start:end])
