"""Tags and headings as Obsidian sees them, and the decks that tags and folders name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from studyapp.core.text import SPACE_CLASS, trim

_TAG = re.compile(
    rf"(?:^|(?<={SPACE_CLASS}))#([^{SPACE_CLASS[1:-1]}!\"#$%&'()*+,.:;<=>?@^`{{|}}~\[\]\\\u2000-\u206f]+)",
    re.MULTILINE,
)
_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:(?:^|[ \t])#+)?[ \t]*")
_FENCE = re.compile(r"(?:[ \t>]|[-*+][ \t]|\d{1,9}[.)][ \t])*(`{3,}|~{3,})")
_CLOSING = re.compile(r"[ \t>]*(`{3,}|~{3,})[ \t]*")
_FOOTNOTE = re.compile(r"\[\^\d+\]")
_CODE_SPAN = r"`(?P<more>`*)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)`(?P=more)(?!`)"
"""Starts, like each of the alternatives below, with a literal character: `re` skips to the next one that counts."""
_COMMENT = r"<!--.*?(?:-->|\Z)"
_NO_HEADINGS_IN = re.compile(rf"{_CODE_SPAN}|{_COMMENT}", re.DOTALL)
_NO_TAGS_IN = re.compile(
    rf"{_CODE_SPAN}|{_COMMENT}"
    r"|%%.*?(?:%%|\Z)"
    r"|\$\$.*?\$\$"
    r"|\$(?![\s$])[^$\n]*?(?<!\s)\$(?!\d)"
    r"|\]\([^)\n]*\)"
    r"|\[\[[^\]\n]*\]\]",
    re.DOTALL,
)


class Tag(NamedTuple):
    """A tag with its `#`, and the line it stands on."""

    name: str
    line: int


class Heading(NamedTuple):
    """A heading's level (1 to 6), text and line."""

    level: int
    text: str
    line: int


def fenced_lines(lines: Sequence[str]) -> set[int]:
    """The numbers of the lines that are in fenced code, the fences included (CommonMark's rule)."""
    inside: set[int] = set()
    fence = ""
    for number, line in enumerate(lines):
        if fence:
            inside.add(number)
            found = _CLOSING.fullmatch(line)
            if found and found.group(1).startswith(fence):
                fence = ""
        elif ("```" in line or "~~~" in line) and (found := _FENCE.match(line)):
            run = found.group(1)
            if run[0] == "`" and "`" in line[found.end() :]:
                continue
            fence = run
            inside.add(number)
    return inside


def read_outline(lines: Sequence[str], first: int) -> tuple[list[Tag], list[Heading]]:
    """Find the inline tags and the headings from line `first` on.

    Neither counts in code and comments; a tag does not count in mathematics and link targets either.
    """
    candidates = [number for number, line in enumerate(lines) if "#" in line and number >= first]
    marked = [number for number in candidates if _TAG.search(lines[number])]
    titled = [number for number in candidates if _HEADING.fullmatch(lines[number])]
    if not marked and not titled:
        return [], []
    text = _body(lines, first)
    headings = _visible(text, _NO_HEADINGS_IN, titled)
    tags = _visible(text, _NO_TAGS_IN, marked)
    return (
        [Tag("#" + name, number) for number, line in tags for name in _TAG.findall(line) if not name.isdecimal()],
        [
            Heading(len(found.group(1)), trim(_FOOTNOTE.sub("", found.group(2) or "")), number)
            for number, line in headings
            if (found := _HEADING.fullmatch(line)) and (found := _HEADING.fullmatch(lines[number]))
        ],
    )


def _body(lines: Sequence[str], first: int) -> str:
    """The note's text with the same lines, those of the front matter and of fenced code empty."""
    body = [""] * first + list(lines[first:])
    text = "\n".join(lines)
    if "```" in text or "~~~" in text:
        for number in fenced_lines(lines):
            body[number] = ""
    elif not first:
        return text
    return "\n".join(body)


def _visible(text: str, hiding: re.Pattern[str], numbers: list[int]) -> list[tuple[int, str]]:
    """The lines of those numbers, with what hides tags or headings blotted out."""
    if not numbers:
        return []
    if any(sign in text for sign in ("`", "<!--", "%%", "$", "](", "[[")):
        text = hiding.sub(_blotted, text)
    lines = text.split("\n")
    return [(number, lines[number]) for number in numbers]


def _blotted(found: re.Match[str]) -> str:
    hidden = found.group()
    return "\n".join("_" * len(line) for line in hidden.split("\n")) if "\n" in hidden else "_" * len(hidden)


def front_matter_tags(values: Mapping[str, Any]) -> list[str]:
    """Every tag that the front matter names, for deciding whether a note is looked at: `tags` and `tag`, any case."""
    found: list[str] = []
    for key, value in values.items():
        if key.lower() not in ("tags", "tag"):
            continue
        items = (
            re.split(r"[,\s]+", value) if isinstance(value, str) else value if isinstance(value, list) else [value]
        )
        names = [trim(_text(item)) for item in items]
        found += [name if name.startswith("#") else f"#{name}" for name in names if name]
    return found


def front_matter_deck_tags(values: Mapping[str, Any]) -> list[str]:
    """The tags of the front matter that name decks: the key `tags` only, split at commas and **not** trimmed."""
    value = values.get("tags")
    if value is None:
        return []
    text = ",".join(map(_text, value)) if isinstance(value, list) else _text(value)
    return [name if name.startswith("#") else f"#{name}" for name in text.split(",")]


def _text(value: Any) -> str:
    """Write a YAML value as ECMAScript's `String` does, for the values that can stand in a list of tags."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, list):
        return ",".join(map(_text, value))
    return str(value)


def within(tag: str, tags: Iterable[str]) -> bool:
    """Tell whether a tag is one of the given ones or below one of them."""
    return any(tag == parent or tag.startswith(parent + "/") for parent in tags)


def deck_of_tag(tag: str) -> str:
    """The deck that a tag names: its parts joined by `/`, empty parts left out."""
    return "/".join(part for part in tag.removeprefix("#").split("/") if part)


def contexts(headings: Sequence[Heading]) -> list[tuple[int, tuple[str, ...]]]:
    """For each heading its line and the titles above what follows it, outermost first."""
    found: list[tuple[int, tuple[str, ...]]] = []
    stack: list[Heading] = []
    for heading in headings:
        while stack and stack[-1].level >= heading.level:
            stack.pop()
        stack.append(heading)
        found.append((heading.line, tuple(above.text for above in stack)))
    return found
