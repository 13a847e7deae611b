"""Marks in place of Anki's clozes while a field becomes Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct, field

from studyapp.study.exchange.fields.formulas import plain_html

OPEN, CLOSE, END = "\ufdd0", "\ufdd1", "\ufdd2"
"""Noncharacters around the number of a cloze, and behind its text."""
_CLOZE: Final = re.compile(r"\{\{c(\d{1,5}(?:,\d{1,5}){0,99})::|\}\}")
_MOST_NUMBERS: Final = 100
"""The most clozes around a text that count; thousands within each other would fill the memory."""
_LOOK: Final = re.compile(
    r"</?(?:b|strong|i|em|u|s|del|strike|mark|small|sub|sup|span|font|a|code)\b[^<>]*>", re.IGNORECASE
)


class _Piece(Struct):
    """Text within clozes, up to where another one begins or ends."""

    numbers: tuple[int, ...]
    """Those of all clozes around it."""
    text: str
    hint: str | None = None


class _Cloze(Struct):
    """A cloze that is not closed yet."""

    numbers: tuple[int, ...]
    pieces: list[_Piece] = field(default_factory=list)
    hint: str | None = None

    def add(self, text: str) -> None:
        """Add text, or a part of the hint, which is the last thing in a cloze."""
        if self.hint is not None:
            self.hint += text
            return
        inner, sign, hint = text.partition("::")
        self.take([_Piece(self.numbers, inner)])
        self.hint = hint if sign else None

    def take(self, pieces: Iterable[_Piece]) -> None:
        """Add pieces; what only clozes of the same numbers part is one."""
        for piece in pieces:
            if self.pieces and self.pieces[-1].numbers == piece.numbers and piece.hint is None:
                self.pieces[-1].text += piece.text
            else:
                self.pieces.append(piece)

    def closed(self) -> list[_Piece]:
        """Its text; the first piece that can be asked has the hint."""
        own = (piece for piece in self.pieces if piece.numbers == self.numbers and _is_asked(piece.text))
        if self.hint is not None and (first := next(own, next(iter(self.pieces), None))) is not None:
            first.hint = plain_html(self.hint)
        return self.pieces


def mark_clozes(html: str, clozes: dict[int, tuple[str, str | None]]) -> str:
    """A field's HTML with marks in place of Anki's clozes; `clozes` gets the number and the hint of each.

    One with others in it becomes several, which have its number too.
    """
    done: list[str] = []
    stack: list[_Cloze] = []
    end = 0
    for match in _CLOZE.finditer(html):
        before, end = html[end : match.start()], match.end()
        if stack:
            stack[-1].add(before)
        else:
            done.append(before)
        if match[1]:
            own = tuple(number for number in map(int, match[1].split(",")) if number)  # c0 is text
            around = stack[-1].numbers if stack else ()
            stack.append(_Cloze(tuple(sorted({*own, *around})[:_MOST_NUMBERS]) if around else own))
        elif not stack:
            done.append(match[0])
        elif (pieces := stack.pop().closed()) and stack:
            stack[-1].take(pieces if stack[-1].hint is None else ())
        else:
            done += _marked(pieces, clozes)
    if stack:  # one that is never closed is none
        clozes.clear()
        return html.replace(OPEN, "").replace(END, "")
    return "".join([*done, html[end:]])


def _marked(pieces: Sequence[_Piece], clozes: dict[int, tuple[str, str | None]]) -> Iterator[str]:
    """The pieces of one cloze with their marks; what makes several bold or the like would end within one of them."""
    whole = len(pieces) == 1
    for piece in pieces:
        text = piece.text if whole else _LOOK.sub("", piece.text)
        bare = text if whole else text.strip()
        if not piece.numbers or not (whole or _is_asked(bare)):
            yield text
            continue
        spaces = len(text) - len(text.lstrip()) if bare != text else 0
        yield f"{text[:spaces]}{OPEN}{len(clozes)}{CLOSE}{bare}{END}{text[spaces + len(bare) :]}"
        clozes[len(clozes)] = (",".join(map(str, piece.numbers)), piece.hint)


def _is_asked(html: str) -> bool:
    return bool(plain_html(html)) or "<img" in html


def as_spans(line: str) -> str:
    """A line of code around the marks of its clozes."""
    pieces = re.split(f"({OPEN}\\d+{CLOSE}|{END})", line)
    return "".join(piece if place % 2 or not piece else _as_span(piece) for place, piece in enumerate(pieces))


def _as_span(code: str) -> str:
    sign = "`" * (1 + max((len(run) for run in re.findall("`+", code)), default=0))
    space = " " * ("`" in code)
    return f"{sign}{space}{code}{space}{sign}"
