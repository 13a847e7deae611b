"""A card's Markdown as lines to listen to: markup that only affects looks is left out.

Mathematics stays as written, which is also what users of screen readers type.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from studyapp.core.text.elements import AROUND, BREAKS, LINES, MEDIA, TAG, attributes, decoded, media_text
from studyapp.core.text.fences import code_of
from studyapp.core.text.pieces import Part, pieces
from studyapp.core.text.scripts import script
from studyapp.core.visible import visible

_MOST: Final = 150_000
"""The most characters of a text that are read out; no card is longer."""
_LANGUAGE: Final = re.compile(r"[\w+-]*")
_QUOTE: Final = re.compile(r"^(?:\s{0,3}>\s?)+")
_CALLOUT: Final = re.compile(r"^\[!(?P<kind>[^\]]+)\][+-]?\s*(?P<title>.*)$")
_TABLE_RULE: Final = re.compile(r"^\s*+(?:\|\s*+)?:?-++:?\s*+(?:\|\s*+:?-++:?\s*+)+(?:\|\s*+)?$")
_RULE: Final = re.compile(r"^\s*([-*_])(?:\s*\1){2,}\s*$")
_TASK: Final = re.compile(r"^(\s*(?:[-*+]|\d+[.)]))\s+\[(.)\]\s+")
_HEADING: Final = re.compile(r"^\s{0,3}#{1,6}\s+")
_NOTE: Final = re.compile(r"^\s{0,3}\[\^([^\]\s]{1,100})\]:\s*")
_REFERENCE: Final = re.compile(r"\[\^([^\]\s]{1,100})\]|\^\[([^\[\]]*)\]")
_GAPS: Final = re.compile(" {2,}")
_BLOCK_ID: Final = re.compile(r"(?:^|(?<=\s))\^[A-Za-z0-9-]+\s*$")
_NO_CLOZE: Final = r"(?!(?:cloze(?:: [^\]]*)?|hidden)\])"
"""Brackets from `with_clozes` are not a link, whatever follows them."""
_ADDRESS: Final = r"\((?:<[^<>\n]+>|[^()\s<>]*(?:\([^()\s<>]*\)[^()\s<>]*)?)(?:[ ]+\"[^\"\n]*\")?\)"
_LINKS: Final = (
    (re.compile(rf"!\[([^\[\]|\n]{{0,400}})(?:\|[^\[\]\n]*)?\]{_ADDRESS}"), r"(image: \1)"),
    (re.compile(rf"\[{_NO_CLOZE}([^\[\]\n]{{1,400}})\]{_ADDRESS}"), r"\1"),
)


def _pair(mark: str, outside: str = "") -> re.Pattern[str]:
    """Text between two equal marks, in one paragraph, with no space inside either mark."""
    sign, marks = re.escape(mark[-1]), re.escape(mark)
    edge = rf"[^\s{sign}]"
    within = rf"(?={edge})(?:(?!\n\s*\n).){{0,400}}?{edge}"
    return re.compile(rf"(?<![{sign}{outside}]){marks}({within}){marks}(?![{sign}{outside}])", re.DOTALL)


_EMPHASIS: Final = (
    *(_pair(mark) for mark in ("***", "**", "*", "==", "~~")),
    *(_pair(mark, r"\w") for mark in ("___", "__", "_")),
)
_HELD: Final = re.compile("\ufdd0([0-9]+)\ufdd1")
"""Marks the place of verbatim text; `visible` leaves no such character in a text."""


def spoken(markdown: str, *, labels: bool = True) -> list[str]:
    """The lines of a text that say something; `labels` announces callouts, rows, code, tasks and footnotes."""
    return list(_spoken(markdown, labels=labels))


def first_line(markdown: str) -> str:
    """The first line of a text that has words."""
    return next(_spoken(markdown, labels=False), "")


def one_line(markdown: str) -> str:
    """A text as one line."""
    return " ".join(" ".join(_spoken(markdown, labels=False)).split())


def _spoken(markdown: str, *, labels: bool) -> Iterator[str]:
    laid = _Laid(labels=labels)
    text = laid.out(visible(markdown[:_MOST]))
    for pattern in _EMPHASIS:
        text = pattern.sub(r"\1", text)
    lines = text.split("\n")
    for number, line in enumerate(lines):
        bare = line.removesuffix("\\") if number + 1 < len(lines) else line  # a hard break
        for one in laid.fence(bare) or [laid.restored(_line(bare, labels=labels))]:
            if one.strip():
                yield one
    if len(markdown) > _MOST and labels:
        yield "The rest is too long to read out."


class _Laid:
    """A text without its HTML and comments; verbatim parts are replaced by placeholders."""

    def __init__(self, *, labels: bool) -> None:
        self._labels = labels
        self._held: list[tuple[Part, str]] = []
        self._parts: list[str] = []
        self._in_row = False
        self._at_start = True
        self._open: list[str] = []
        """The open elements that later text depends on."""
        self._items: list[int] = []
        """How many items each open list has so far; -1 for a list without numbers."""
        self._cells = 0
        self._begun = False
        """Whether a line has just started, so that a space means nothing."""

    def out(self, text: str) -> str:
        """The text, with a placeholder for each verbatim part."""
        makers: dict[Part, Callable[[str], str]] = {
            Part.WORDS: self._words,
            Part.HIDDEN: self._hidden,
            Part.LINK: _link,
            Part.TAG: self._tag,
        }
        for part, piece in pieces(text):
            made = makers[part](piece) if part in makers else self._hold(part, piece)
            self._add(made)
        while self._open:
            self._add(self._left(self._open.pop()))
        return "".join(self._parts)

    def _add(self, text: str) -> None:
        self._parts.append(text)
        _, end, line = text.rpartition("\n")
        if end or self._at_start:
            words = line.lstrip("> \t")
            self._in_row, self._at_start = words.startswith("|"), not words

    def _hold(self, part: Part, text: str) -> str:
        self._held.append((part, text))
        return f"\ufdd0{len(self._held) - 1}\ufdd1"

    def _hidden(self, _: str) -> str:
        self._begun = self._begun or self._at_start
        return ""

    def _words(self, text: str) -> str:
        if self._begun:
            text, self._begun = text.lstrip(" "), False
        name = self._open[-1] if self._open else ""
        return script(text, "_" if name == "sub" else "^") if name in ("sub", "sup") else text

    def _tag(self, tag: str) -> str:
        """What a tag itself adds to the text."""
        found = TAG.fullmatch(tag)
        assert found is not None
        name = found[2].lower()
        begins = "" if name not in LINES | BREAKS else ", " if self._in_row else "\n"
        self._begun = bool(begins)
        return begins + (self._closed(name) if found[1] else self._opened(name, found[3] or ""))

    def _opened(self, name: str, rest: str) -> str:
        if name in MEDIA:
            shown, _ = media_text(name, attributes(rest))
            return f"({MEDIA[name]}: {shown})"
        match name:
            case "ul" | "menu" | "dir" | "ol":
                self._items.append(0 if name == "ol" else -1)
            case "li":
                return self._item()
            case "tr":
                self._cells = 0
                return "Row: " if self._labels else ""
            case "td" | "th":
                self._cells += 1
                return "; " if self._cells > 1 else ""
            case "input" if self._labels and attributes(rest).get("type", "").lower() == "checkbox":
                return "done: " if "checked" in attributes(rest) else "to do: "
            case "rt" | "q" | "sub" | "sup" | "ruby":
                before = self._closed(name) if name == "rt" else ""  # the one before needs no closing tag
                self._open.append(name)
                return before + AROUND.get(name, ("", ""))[0]
        return ""

    def _item(self) -> str:
        indent = "  " * (len(self._items) - 1)
        if not self._items or self._items[-1] < 0:
            return f"{indent}- "
        self._items[-1] += 1
        return f"{indent}{self._items[-1]}. "

    def _closed(self, name: str) -> str:
        if name in ("ul", "menu", "dir", "ol") and self._items:
            self._items.pop()
        said = ""
        while name in self._open:
            one = self._open.pop()
            said += self._left(one)
            if one == name:
                break
        return said

    def _left(self, name: str) -> str:
        return AROUND.get(name, ("", ""))[1]

    def fence(self, line: str) -> list[str]:
        """The lines of code whose placeholder this line is; none for any other line."""
        found = _HELD.fullmatch(line.strip())
        part, text = self._held[int(found[1])] if found else (Part.WORDS, "")
        if part is not Part.FENCE:
            return []
        info, code = code_of([_QUOTE.sub("", one) for one in text.split("\n")])
        language = _LANGUAGE.match(info)
        named = f" in {language[0]}" if language and language[0] else ""
        return [f"Code{named}:", *code, "End of code."] if self._labels else code or [" "]

    def restored(self, line: str) -> str:
        """A line with its verbatim parts back in, and single spaces where something between words was left out."""
        words = line.lstrip(" \t")
        indent = line[: len(line) - len(words)]
        parts = _HELD.split(_GAPS.sub(" ", words))
        for number, part in enumerate(parts):
            parts[number] = self._held[int(part)][1] if number % 2 else visible(decoded(part))
        return (indent + "".join(parts).replace("\n", " ")).rstrip()


def _link(text: str) -> str:
    """What a wikilink says, or an embed."""
    target, bar, shown = text.strip("![]").replace("\\|", "|").partition("|")
    if text.startswith("!"):
        return f"(image: {shown if shown and not shown[0].isdigit() else target})"
    return shown if bar and shown.strip() else target


def _line(line: str, *, labels: bool) -> str:
    bare = _QUOTE.sub("", line)
    callout = _CALLOUT.match(bare) if bare != line else None
    if callout is not None:
        title = _inline(callout["title"], labels=labels)
        if not labels:
            return title
        return f"{callout['kind'].partition('|')[0].capitalize()}: {title}".rstrip(": ") + ("" if title else ":")
    if _TABLE_RULE.match(bare) or _RULE.match(bare):
        return ""
    if bare.strip().startswith("|"):
        cells = bare.strip().strip("|").split("|")
        return ("Row: " if labels else "") + "; ".join(_inline(cell.strip(), labels=labels) for cell in cells)
    bare = _TASK.sub(lambda task: f"{task[1]} {('to do: ' if task[2] == ' ' else 'done: ') if labels else ''}", bare)
    bare = _NOTE.sub(r"Footnote \1: " if labels else "", bare)
    return _inline(_HEADING.sub("", bare), labels=labels)


def _inline(text: str, *, labels: bool) -> str:
    """A part of a line without inline markup."""
    text = _REFERENCE.sub(_reference if labels else "", _BLOCK_ID.sub("", text))
    for pattern, instead in _LINKS:
        text = pattern.sub(instead, text)
    return text.rstrip()


def _reference(found: re.Match[str]) -> str:
    return f" (footnote {found[1]})" if found[1] else f" (footnote: {found[2]})"


def with_clozes(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    """A text with its clozes in words: the one asked for with its hint, and those that stay hidden."""
    parts: list[str] = []
    end = 0
    for start, stop, style in spans:
        hint = text[start:stop]
        words = {"cloze-asked": "[cloze]" if hint == "..." else f"[cloze: {hint}]", "cloze-hidden": "[hidden]"}
        parts += [text[end:start], words.get(style, hint)]
        end = stop
    return "".join([*parts, text[end:]])
