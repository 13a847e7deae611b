"""The parts of a card or a note that can be copied, as written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct

from studyapp.core.notes.cards import Question, lasting_text
from studyapp.core.notes.note import Note
from studyapp.core.schedule.entries import without_comments
from studyapp.core.text.fences import code_of, fences
from studyapp.core.text.note_text import WHITE_SPACE
from studyapp.wording.cards import CardTexts, first_words

_QUOTE: Final = re.compile(r"[ \t]*> ?")
_RUN: Final = re.compile(r"`{3,}|~{3,}")


class Copy(Struct, frozen=True):
    """A part that can be copied."""

    name: str
    """As in a sentence: "the answer"."""
    text: str
    """As written, but without the quote or list markers around code."""

    @property
    def preview(self) -> str:
        """Its first words; for code, the first line."""
        line = self.text.strip().partition("\n")[0]
        return line if self.name.startswith("code") else first_words(self.text)


def copies_of_card(question: Question, texts: CardTexts, lines: Sequence[str], *, revealed: bool) -> list[Copy]:
    """What can be copied from a card, likeliest first; the answer alone only if it is revealed.

    The lines are those of its note; none if they are not those that the question was read from.
    """
    found = [Copy("the answer", bare("\n".join(texts.answers)))] if revealed else []
    found.append(Copy("the question", bare(texts.front.text)))
    sides = [texts.back.text] if revealed else []
    if not (revealed and texts.in_place):
        sides.append(texts.front.text)
    for side in sides:
        found += codes(side.split("\n"))
    found.append(Copy("the whole card", _written(question, lines)))
    return [copy for copy in found if copy.text]


def copies_of_note(note: Note, lines: Sequence[str], first: int, last: int) -> list[Copy]:
    """What can be copied from a note: code and cards that overlap the lines in sight, then all of it."""
    found = list(codes(lines, first, last))
    found += [
        Copy("the card", _written(question, lines))
        for question in note.questions
        if question.sources and question.sources[0] <= last and question.sources[-1] >= first
    ]
    return [copy for copy in (*found, Copy("the whole note", "\n".join(lines))) if copy.text]


def _written(question: Question, lines: Sequence[str]) -> str:
    """A question as its note has it, without its schedules and its block id."""
    text = "\n".join([lines[number] for number in question.sources]) if lines else question.text
    return bare(lasting_text(without_comments(text)))


def codes(lines: Sequence[str], first: int = 0, last: int | None = None) -> Iterator[Copy]:
    """The blocks of fenced code, or only those that overlap the lines from `first` to `last`."""
    for fence in fences(lines):
        if fence.last >= first and (last is None or fence.opened <= last):
            info, code = code_of(_unnested(lines[fence.opened : fence.last + 1]))
            language = info.strip().partition(" ")[0]
            yield Copy(f"code ({language})" if language else "code", "\n".join(code))


def bare(text: str) -> str:
    """A text without surrounding blank lines; a single line without surrounding spaces."""
    text = re.sub(r"\A(?:[^\S\n]*\n)+", "", text).rstrip(WHITE_SPACE)
    return text if "\n" in text else text.lstrip(WHITE_SPACE)


def _unnested(block: Sequence[str]) -> list[str]:
    """Code without the quote markers and list indentation around it."""
    run = _RUN.search(block[0])
    prefix = block[0][: run.start()] if run else ""
    depth = prefix.count(">")
    indent = len(prefix.rpartition(">")[2].removeprefix(" ")) if depth else len(prefix)
    return [_inside(line, depth, indent) for line in block]


def _inside(line: str, depth: int, indent: int) -> str:
    for _ in range(depth):
        quote = _QUOTE.match(line)
        line = line[quote.end() :] if quote else line
    blank = len(line) - len(line.lstrip(" \t"))
    return line[min(blank, indent) :]
