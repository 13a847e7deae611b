"""A note as bytes, as text and as lines, and the edits that change it.

The plugin is a JavaScript program: what it calls a line, white space or a length is not what Python's `splitlines`,
`strip` and `len` mean. Its notions live here, and so does every conversion between characters and bytes.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import accumulate, count
from operator import add

from msgspec import Struct

from studyapp.core.text.digest import blake2b
from studyapp.core.text.regex import regex

WHITE_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"  # fmt: skip  # noqa: E501  # one set, one line
"""What ECMAScript's `trim` removes: unlike Python's, with U+FEFF and without U+001C–001F and U+0085."""

SPACE_CLASS = f"[{WHITE_SPACE}]"
"""The same set for a regular expression: ECMAScript's `\\s`."""

LINE_END = regex(r"\r\n|\r|\n")


def trim(text: str) -> str:
    """Remove white space at both ends, as ECMAScript does."""
    return text.strip(WHITE_SPACE)


def trim_end(text: str) -> str:
    """Remove white space at the end, as ECMAScript does."""
    return text.rstrip(WHITE_SPACE)


def longer_than_one(text: str) -> bool:
    """Whether ECMAScript would give the text a length above 1, that is, count its UTF-16 units."""
    return len(text) > 1 or text > "\uffff"


def units(text: str) -> int:
    """The length that ECMAScript gives a text: its UTF-16 units."""
    return len(text) + sum(character > "\uffff" for character in text)


def as_text(raw: bytes) -> str:
    """A note's bytes as text; those that are not UTF-8 become lone surrogates."""
    return raw.decode("utf-8", "surrogateescape")


def as_bytes(text: str) -> bytes:
    """A note's text as bytes: exactly those that it was read from."""
    return text.encode("utf-8", "surrogateescape")


def digest_of(raw: bytes) -> str:
    """The digest of a note's bytes: equal digests mean equal bytes."""
    return blake2b(raw, digest_size=16).hexdigest()


class Span(Struct, frozen=True):
    """A half-open range of **byte** offsets, valid for one note's bytes only."""

    start: int
    end: int


class StaleEditError(ValueError):
    """The bytes that an edit was made for are gone."""


class Edit(Struct, frozen=True):
    """Replace the bytes `old` at `span` with `new`."""

    span: Span
    old: bytes
    new: bytes


def apply(raw: bytes, edits: Iterable[Edit]) -> bytes:
    """The bytes with edits made, which must not overlap and all refer to the bytes as given.

    Raises:
        StaleEditError: if the bytes at a span are not those that the edit expects.
    """
    pieces: list[bytes] = []
    done = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        if edit.span.start < done or raw[edit.span.start : edit.span.end] != edit.old:
            raise StaleEditError(f"bytes {edit.span.start} to {edit.span.end} are not what they were")
        pieces += (raw[done : edit.span.start], edit.new)
        done = edit.span.end
    return b"".join((*pieces, raw[done:]))


def reverse(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """The edits that undo what `apply` did."""
    back: list[Edit] = []
    shift = 0
    for edit in sorted(edits, key=lambda edit: (edit.span.start, edit.span.end)):
        start = edit.span.start + shift
        back.append(Edit(Span(start, start + len(edit.new)), edit.new, edit.old))
        shift += len(edit.new) - len(edit.old)
    return tuple(back)


def in_common(texts: Sequence[bytes]) -> int:
    """How many bytes all have in common at the start."""
    least, most = 0, min(map(len, texts))
    while least < most:
        half = (least + most + 1) // 2
        if all(text[least:half] == texts[0][least:half] for text in texts):
            least = half
        else:
            most = half - 1
    return least


class NoteText:
    r"""The bytes of a note as text and as lines.

    Bytes that are not UTF-8 become lone surrogates and turn back into the same bytes, so nothing is ever lost.
    `\r\n` and a lone `\r` end a line as `\n` does; U+2028 does not.
    """

    def __init__(self, raw: bytes) -> None:
        self.raw = raw
        self.text = as_text(raw)
        self.lines = LINE_END.split(self.text) if "\r" in self.text else self.text.split("\n")

    @cached_property
    def _starts(self) -> list[int]:
        """Where each line starts, in characters."""
        if "\r" in self.text:
            return [0, *(found.end() for found in LINE_END.finditer(self.text))]
        return [0, *map(add, accumulate(map(len, self.lines[:-1])), count(1))]

    @cached_property
    def newline(self) -> str:
        """The line ending of most lines of the note."""
        ends = LINE_END.findall(self.text)
        return max(("\n", "\r\n", "\r"), key=ends.count) if ends else "\n"

    def place(self, line: int, column: int = 0) -> int:
        """The character offset of a column of a line."""
        return self._starts[line] + column

    def line_end(self, line: int) -> int:
        """The character offset after the last character of a line, before its line ending."""
        return self._starts[line] + len(self.lines[line])

    def line_of(self, place: int) -> int:
        """The line that holds a character offset."""
        return bisect_right(self._starts, place) - 1

    def byte(self, place: int) -> int:
        """The byte offset of a character offset."""
        return len(as_bytes(self.text[:place]))

    def edit(self, start: int, end: int, new: str) -> Edit:
        """The edit that replaces the characters from `start` to `end`."""
        first = self.byte(start)
        old = as_bytes(self.text[start:end])
        return Edit(Span(first, first + len(old)), old, as_bytes(new))
