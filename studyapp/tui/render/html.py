"""HTML in notes → runs: how an element looks, where it starts a line, what it hides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import unescape
from typing import Final

from msgspec import Struct

from studyapp.core.text.elements import (
    AROUND,
    FOLDED,
    KNOWN,
    LINES,
    MEDIA,
    TAG,
    UNFOLDED,
    UNSHOWN,
    attributes,
    media_text,
)
from studyapp.core.text.scripts import script
from studyapp.markup.marks import without_marks
from studyapp.tui.render.lines import Run
from studyapp.tui.render.looks import NOTHING, Look, over
from studyapp.tui.render.pieces import Pieces

_PIECE: Final = re.compile(r"<!--.*?-->|<[/A-Za-z][^<>]{0,2000}>|[^<]+|<", re.DOTALL)
_LOOKS: Final = {
    **dict.fromkeys(("b", "strong", "th", "big"), "strong"),
    **dict.fromkeys(("i", "em", "cite", "dfn", "var", "address"), "em"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "del", "strike"), "strike"),
    **dict.fromkeys(("code", "kbd", "samp", "tt", "pre"), "code"),
    **{f"h{level}": f"h{level}" for level in range(1, 7)},
    "mark": "mark",
    "small": "small",
    "blockquote": "quote",
}
_LISTS: Final = frozenset(("ul", "ol", "menu", "dir"))
_KEPT: Final = frozenset(("a", "sub", "sup", "ruby", "details", *_LISTS)) | _LOOKS.keys() | AROUND.keys()
"""Elements that matter until they are closed."""
_VOID: Final = frozenset(("img", "embed"))
_BULLETS: Final = "•◦▪"
_RULE: Final = "─" * 12
_SOFT: Final = "\r"
"""A run that begins a line unless one has just begun; no text holds it, as `visible` shows it as a symbol."""
_FIXED: Final = "\u00a0"
"""A space that is kept where others collapse."""
_MAX_OPEN: Final = 32


class _Open(Struct):
    """An open element."""

    name: str
    look: Look
    """Including those of the elements around it."""
    count: int = 0
    """For a list: its number of items so far."""
    values: dict[str, str] = {}
    text: str = ""
    """For a link: its text."""


class Html:
    """Reads the tags in one card's text; open elements are forgotten at the end of each block."""

    def __init__(self, pieces: Pieces) -> None:
        self._pieces = pieces
        self._open: list[_Open] = []
        self._hiding = ""
        """The element that hides the text being read."""
        self._closed: frozenset[str] = frozenset()
        self._cells = 0

    def begin(self, tags: str) -> None:
        """Begin with a block that has these tags: an element that is never closed hides nothing."""
        self._open.clear()
        self._hiding = ""
        self._closed = frozenset(re.findall(r"</([a-z0-9]+)", tags.lower())) if "</" in tags else frozenset()

    @property
    def hides(self) -> bool:
        """Whether the text being read is hidden."""
        return bool(self._hiding)

    def look(self, look: Look) -> Look:
        """A look with those of the open elements laid over it."""
        return over(self._open[-1].look, look) if self._open else look

    def shown(self, text: str) -> str:
        """Text as the open elements shape it: raised or lowered, or with its spaces kept."""
        if not self._open:
            return text
        name = self._open[-1].name
        if name in ("sub", "sup") and without_marks(text) == text:
            text = script(text, "_" if name == "sub" else "^")
        for one in self._open:
            if one.name == "a":
                one.text += text
        return text

    def tag(self, tag: str, look: Look) -> Iterator[Run]:
        """What a tag or a comment shows."""
        match = TAG.fullmatch(without_marks(tag))
        name = match[2].lower() if match else ""
        if self._hiding:
            self._pieces.marks.skip(tag)
            if match and match[1] and name == self._hiding:
                self._hiding = ""
        elif match is None or name not in KNOWN:
            if tag.startswith("<!--"):
                self._pieces.marks.skip(tag)
            else:
                yield from self._pieces.text(tag, over(self._pieces.palette["markup"], look))
        else:
            self._pieces.marks.skip(tag)
            yield from self._close(name, look) if match[1] else self._begin(name, match[3] or "", look)

    def _begin(self, name: str, rest: str, look: Look) -> Iterator[Run]:
        """What an opening tag shows."""
        values = attributes(rest)
        if name in MEDIA:
            yield from self._media(name, values, look)
        if (name in UNSHOWN or (name in MEDIA and name not in _VOID)) and not rest.endswith("/"):
            self._hiding = name if name in self._closed else ""
        if name in LINES or name == "hr":
            yield _SOFT, look
        if name == "br":
            yield "\n", look
        if name == "rt":
            yield from self._close(name, look)  # the one before needs no closing tag
        text, part = self._sign(name, values)
        if text:
            yield text, self._pieces.palette[part]
        if name == "hr":
            yield _SOFT, look
        yield from self._enter(name, values, look)

    def _sign(self, name: str, values: dict[str, str]) -> tuple[str, str]:
        """What precedes the text of an element, and the name of its look."""
        match name:
            case "hr":
                return _RULE, "rule"
            case "tr":
                self._cells = 0
            case "td" | "th":
                self._cells += 1
                return f"{_FIXED}│ " if self._cells > 1 else "", "table-rule"
            case "li":
                return self._marker(), "marker"
            case "dd":
                return _FIXED * 2, "marker"
            case "input" if values.get("type", "").lower() == "checkbox":
                return "☑ " if "checked" in values else "☐ ", "marker"
            case "summary" if details := next((one for one in reversed(self._open) if one.name == "details"), None):
                return UNFOLDED if "open" in details.values else FOLDED, "marker"
        return "", "marker"

    def _enter(self, name: str, values: dict[str, str], look: Look) -> Iterator[Run]:
        """Remember an open element that matters."""
        if name not in _KEPT or len(self._open) >= _MAX_OPEN:
            return
        below = self._open[-1].look if self._open else NOTHING
        if name == "a":
            address = values.get("href", "")
            below = over(self._pieces.link_look(address), below) if address else below
        elif name in _LOOKS:
            below = over(self._pieces.palette[_LOOKS[name]], below)
        self._open.append(_Open(name, below, 0, values))
        if name in AROUND:
            yield AROUND[name][0], look

    def _marker(self) -> str:
        """The marker of a list item."""
        lists = [one for one in self._open if one.name in _LISTS]
        indent = _FIXED * 2 * max(0, len(lists) - 1)
        if lists and lists[-1].name == "ol":
            lists[-1].count += 1
            start = lists[-1].values.get("start", "1")
            first = int(start) if start.isdecimal() and len(start) < 9 else 1
            return f"{indent}{first + lists[-1].count - 1}. "
        return f"{indent}{_BULLETS[(max(len(lists), 1) - 1) % 3]} "

    def _media(self, name: str, values: dict[str, str], look: Look) -> Iterator[Run]:
        text, source = media_text(name, values)
        yield from self._pieces.embed(source, values.get("width", ""), look, text, MEDIA[name])

    def _close(self, name: str, look: Look) -> Iterator[Run]:
        """What a closing tag shows; elements opened within it end with it."""
        if any(one.name == name for one in self._open):
            while self._open:
                one = self._open.pop()
                yield from self._left(one, look)
                if one.name == name:
                    break
        if name in LINES:
            yield _SOFT, look

    def _left(self, one: _Open, look: Look) -> Iterator[Run]:
        if one.name in AROUND:
            yield AROUND[one.name][1], look
        if one.name == "a":
            yield from self._pieces.address(one.values.get("href", ""), one.text)

    def end(self, look: Look) -> Iterator[Run]:
        """What is shown at the end of a block for elements that are still open."""
        while self._open:
            yield from self._left(self._open.pop(), look)

    def block(self, html: str, look: Look = NOTHING) -> list[Run]:
        """Runs of a block of HTML."""
        self.begin(html)
        runs: list[Run] = []
        comments_end = html.rfind("-->")
        position = 0
        while position < len(html):
            # Without this a page of unclosed comments would be searched to its end again and again.
            literal = html.startswith("<!--", position) and comments_end < position
            match = None if literal else _PIECE.match(html, position)
            piece = match[0] if match else html[position : position + 4]
            position += len(piece)
            if piece.startswith("<") and len(piece) > 1 and not literal:
                runs.extend(self.tag(piece, look))
            elif self._hiding:
                self._pieces.marks.skip(piece)
            else:
                runs.extend(self._pieces.text(self.shown(unescape(self._spaced(piece))), self.look(look)))
        return settled([*runs, *self.end(look)])

    def _spaced(self, text: str) -> str:
        """Line endings become spaces, except in `<pre>`, where white space is kept."""
        if any(one.name == "pre" for one in self._open):
            return text.replace(" ", _FIXED)
        return re.sub(r"\s*\n\s*", " ", text) if "\n" in text else text


def settled(runs: Iterable[Run]) -> list[Run]:
    """Runs with a line end where an element starts or ends a line, unless one has just started or nothing follows."""
    done: list[Run] = []
    fresh, waiting = True, False
    for text, look in runs:
        if text == _SOFT:
            waiting = not fresh
            continue
        if waiting:
            if not text.strip(" "):
                continue
            if not text.startswith("\n"):
                done.append(("\n", look))
            waiting, fresh = False, True
        done.append((text, look))
        fresh = text.endswith("\n") or (fresh and not text.strip(" "))
    return done
