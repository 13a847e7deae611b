"""Cloze spans carried through the Markdown parser.

The caller knows at which characters the asked cloze, the hidden ones and the answer stand. Positions do not survive
parsing, so each span is bracketed by noncharacters, which no text can contain after `visible` and which Markdown
takes for letters; what emits text reads them back. A bracket is moved where it would break Markdown's own marks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from types import MappingProxyType
from typing import Final

from studyapp.core.text.fences import RUN
from studyapp.core.text.regex import regex
from studyapp.core.visible import visible

CLOZE_NAMES: Final = ("cloze-asked", "cloze-hidden", "cloze-answer")
"""The names of the spans that can be carried."""

AROUND: Final = MappingProxyType({"cloze-asked": ("[", "]"), "cloze-hidden": ("(", ")")})
"""What the plugin writes around a cloze; the answer has nothing around it."""

_START: Final = 0xFDD0
_END: Final = "\ufddf"
_STARTS: Final = {name: chr(_START + index) for index, name in enumerate(CLOZE_NAMES)}
_NAMES: Final[dict[str, str | None]] = {char: name for name, char in _STARTS.items()} | {_END: None}

MARKS: Final = "".join(_NAMES)
"""The noncharacters in use, as the inside of a regular expression's character class."""

_MARK: Final = regex(f"([{MARKS}])")
_REMOVE: Final = dict.fromkeys(map(ord, MARKS))

# What may stand before the first word of a line without being part of it.
_LINE_START: Final = regex(r"(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t])|#{1,6}(?=[ \t])|\|))*[ \t]*")
# A line of which every character belongs to Markdown: fences, rules, the line under a table's head.
_ONLY_MARKUP: Final = regex(rf"[ \t>]*(?:{RUN}.*|\${{2}}|[-=*_:| \t]+|%%)?[ \t]*")
_DELIMITERS: Final = "*_~="


def insert(text: str, spans: Sequence[tuple[int, int, str]], shown: Callable[[str], str] = visible) -> str:
    """Make `text` visible and bracket its spans.

    Spans are half-open character ranges of `text` with a name out of `CLOZE_NAMES`; overlapping ones are cut at the
    start of the next, empty ones and what lies outside the text are ignored. `shown` says how text is made visible;
    no noncharacter may be left in it.

    Raises:
        ValueError: a span has an unknown name.
    """
    pieces: list[str] = []
    position = 0
    ordered = sorted(spans)
    for index, (start, end, name) in enumerate(ordered):
        if name not in _STARTS:
            raise ValueError(f"{name!r} is not a cloze style; there are {', '.join(CLOZE_NAMES)}")
        limit = ordered[index + 1][0] if index + 1 < len(ordered) else len(text)
        begin, stop = _inward(text, max(start, position), min(end, max(limit, start), len(text)))
        if begin < stop:
            pieces += [shown(text[position:begin]), _STARTS[name], shown(text[begin:stop]), _END]
            position = stop
    pieces.append(shown(text[position:]))
    return "".join(pieces)


def _inward(text: str, start: int, end: int) -> tuple[int, int]:
    """Move a span's ends past the line starts, fences and emphasis marks that they would break."""
    while start < end:
        line_start = text.rfind("\n", 0, start) + 1
        line_end = text.find("\n", start)
        line_end = len(text) if line_end < 0 else line_end
        if _ONLY_MARKUP.fullmatch(text, line_start, line_end):
            start = line_end + 1
            continue
        opening = _LINE_START.match(text, line_start, line_end)
        start = max(start, opening.end()) if opening else start
        break
    while start < end and text[start] in _DELIMITERS:
        start += 1
    while start < end:
        if text[end - 1].isspace():
            end -= 1
            continue
        line_start = text.rfind("\n", 0, end) + 1
        line_end = text.find("\n", end)
        line_end = len(text) if line_end < 0 else line_end
        if not _ONLY_MARKUP.fullmatch(text, line_start, line_end):
            break
        end = line_start
    while start < end and text[end - 1] in _DELIMITERS:
        end -= 1
    return start, end


def without_marks(text: str) -> str:
    """Remove the brackets, for text that is looked up and not shown."""
    return text.translate(_REMOVE)


def around(text: str) -> tuple[str, str, str]:
    """A text apart from the brackets before and behind it."""
    begin = len(text) - len(text.lstrip(MARKS))
    end = len(text.rstrip(MARKS))
    return text[:begin], text[begin : max(begin, end)], text[max(begin, end) :]


def asks(marks: str) -> bool:
    """Whether brackets open a cloze around which characters are written."""
    return any(_NAMES[char] in AROUND for char in marks)


class Marks:
    """Which cloze the emitted text is in; one reader for a whole card, fed in reading order."""

    def __init__(self) -> None:
        self.name: str | None = None
        self._opened: str | None = None
        """The cloze of which the opening bracket has been emitted and the closing one has not."""

    def read(self, text: str) -> Iterator[tuple[str, str | None]]:
        """Split a text into pieces and the name of the cloze that each is in.

        The marks are gone, and what is asked or hidden has got its brackets: here, where no Markdown is read any
        more, as `[hint]` before a `(` would be a link.
        """
        for piece in _MARK.split(text):
            if piece in _NAMES:
                self.name = _NAMES[piece]
                if self.name is None:
                    yield from self._close()
            elif piece:
                if self.name != self._opened:
                    yield from self._close()
                    if self.name is not None and self.name in AROUND:
                        self._opened = self.name
                        yield AROUND[self.name][0], self.name
                yield piece, self.name

    def _close(self) -> Iterator[tuple[str, str | None]]:
        if self._opened is not None:
            yield AROUND[self._opened][1], self._opened
            self._opened = None

    def skip(self, text: str) -> None:
        """Take note of the marks in a text that is not shown."""
        for char in _MARK.findall(text):
            self.name = _NAMES[char]
