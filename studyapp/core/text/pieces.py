"""Splits Markdown into verbatim parts (code, formulas), comments, tags and words.

Each piece is found by one search ahead for what closes it; a failed search is remembered, so that no text takes
quadratic time.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from enum import Enum, auto
from typing import Final, NamedTuple

from studyapp.core.text.elements import KNOWN, TAG, UNSHOWN
from studyapp.core.text.fences import RUN, closing

_OPENING: Final = re.compile(
    rf"(?P<fence>^(?:[ \t]*>)*[ \t]*{RUN})"
    r"|(?P<ticks>`+)"
    r"|(?P<escape>\\[!-/:-@\[-`{-~])"
    r"|(?P<comment>%%|<!--)"
    r"|(?P<maths>\$\$?)"
    r"|(?P<link>!?\[\[)"
    r"|(?P<tag><[/A-Za-z])",
    re.MULTILINE,
)
_MATHS: Final = re.compile(r"\$(?![\s$])(?:[^$\\\n]|\\.|\n(?!\n)){1,2000}?(?<![\s\\])\$(?!\d)")
_LINK: Final = re.compile(r"!?\[\[([^\[\]\n]{1,800})\]\]")
_ADDRESS: Final = re.compile(r"<((?:[A-Za-z][A-Za-z0-9+.-]{1,31}:|[^\s<>@]{1,64}@)[^\s<>]{1,2000})>")
_BLANK_LINE: Final = re.compile(r"\n[ \t>]*\n")
_LONGEST: Final = 4000
"""Characters of a comment within a paragraph."""
_INDENT: Final = 200
"""Spaces and quote marks that may come before the first word of a line."""


class Part(Enum):
    """What a piece is."""

    WORDS = auto()
    CODE = auto()
    """A span, without its backticks."""
    FENCE = auto()
    """Whole lines, starting with the opening fence."""
    MATHS = auto()
    """With its dollar signs."""
    HIDDEN = auto()
    ESCAPED = auto()
    """An escaped punctuation character, without its backslash."""
    LINK = auto()
    """A wikilink or an embed, as written."""
    ADDRESS = auto()
    """Without the angle brackets."""
    TAG = auto()
    """An HTML tag."""


class Piece(NamedTuple):
    """Some characters of a text."""

    part: Part
    text: str


_Found = tuple[Piece, int] | None
"""A piece, and the place after it."""


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a text; joined, they are the text without the markup around some of them."""
    cut = _Cut(text)
    position = done = 0
    while (opening := _OPENING.search(text, position)) is not None:
        found = cut.at(opening)
        if found is None:
            position = opening.end()
            continue
        if done < opening.start():
            yield Piece(Part.WORDS, text[done : opening.start()])
        piece, position = found
        done = position
        yield piece
    if done < len(text):
        yield Piece(Part.WORDS, text[done:])


class _Cut:
    """Finds where pieces end, and remembers which closings do not occur any more."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._missing: set[str] = set()
        self._finders: dict[str, Callable[[re.Match[str]], _Found]] = {
            "fence": self._fence,
            "ticks": self._code,
            "escape": lambda opening: (Piece(Part.ESCAPED, opening[0][1]), opening.end()),
            "comment": self._comment,
            "maths": self._maths,
            "link": self._link,
            "tag": self._tag,
        }

    def at(self, opening: re.Match[str]) -> _Found:
        """The piece that an opening starts; None if it starts none."""
        return self._finders[opening.lastgroup or ""](opening)

    def _closing(self, closer: str, start: int) -> int:
        """Where a piece closes; -1 if it never does."""
        if closer in self._missing:
            return -1
        found = self._text.find(closer, start)
        if found < 0:
            self._missing.add(closer)
        return found

    def _fence(self, opening: re.Match[str]) -> _Found:
        """A block of code, up to its closing line or the end of the text."""
        line_end = self._text.find("\n", opening.end())
        found = closing(opening[0].lstrip("> \t")).search(self._text, line_end + 1) if line_end >= 0 else None
        end = found.end() if found else len(self._text)
        return Piece(Part.FENCE, self._text[opening.start() : end]), end

    def _code(self, opening: re.Match[str]) -> _Found:
        """A span of code, closed by as many backticks as opened it."""
        ticks = opening[0]
        found = None
        if ticks not in self._missing:
            found = re.compile(f"(?<!`){ticks}(?!`)").search(self._text, opening.end())
        if found is None:
            self._missing.add(ticks)
            return None
        code = self._text[opening.end() : found.start()]
        return None if _BLANK_LINE.search(code) else (Piece(Part.CODE, code), found.end())

    def _comment(self, opening: re.Match[str]) -> _Found:
        """A comment; one that starts within a line ends with its paragraph."""
        text, start = self._text, opening.start()
        closer = "-->" if opening[0] == "<!--" else "%%"
        found = self._closing(closer, opening.end())
        end = found + len(closer)
        begins_line = not text[max(0, start - _INDENT) : start].rpartition("\n")[2].strip("> \t")
        if found < 0 or (not begins_line and (end - start > _LONGEST or _BLANK_LINE.search(text, start, end))):
            return None
        return Piece(Part.HIDDEN, text[start:end]), end

    def _maths(self, opening: re.Match[str]) -> _Found:
        start = opening.start()
        found = self._closing("$$", opening.end()) if opening[0] == "$$" else -1
        inline = _MATHS.match(self._text, start) if found < 0 else None
        end = inline.end() if inline else found + 2
        return (Piece(Part.MATHS, self._text[start:end]), end) if inline or found >= 0 else None

    def _link(self, opening: re.Match[str]) -> _Found:
        found = _LINK.match(self._text, opening.start())
        return (Piece(Part.LINK, found[0]), found.end()) if found else None

    def _tag(self, opening: re.Match[str]) -> _Found:
        """A tag, with the whole element if it is not shown; or an address in angle brackets."""
        if address := _ADDRESS.match(self._text, opening.start()):
            return Piece(Part.ADDRESS, address[1]), address.end()
        tag = TAG.match(self._text, opening.start())
        name = tag[2].lower() if tag else ""
        if tag is None or name not in KNOWN:
            return None
        if name in UNSHOWN and not tag[1]:
            found = self._closing(f"</{name}", tag.end())
            end = self._text.find(">", found) + 1 if found >= 0 else 0
            return Piece(Part.HIDDEN, ""), end or tag.end()
        return Piece(Part.TAG, tag[0]), tag.end()
