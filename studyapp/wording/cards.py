"""What a card shows: its two sides, with the places of its clozes, and the path to it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import PurePosixPath
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.notes.footnotes import footnotes_beside
from studyapp.core.notes.sides import Notation
from studyapp.core.text.regex import regex
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.wording.widths import cut

_NO_HINT: Final = "..."
"""What the plugin shows for a cloze without a hint."""

QUOTED: Final = 50
"""Cells of a front quoted in a sentence."""
LISTED: Final = 200
"""The most cells of a front in a list, which cuts it to its own width."""

_LIST_MARKS: Final = regex(r"(?:[-*+](?=\s)|\d+[.)](?=\s)|\s)*")
"""What may precede a line's first word."""

_WORDS: Final = regex(r"[^\W\d_](?:[^\W_]|[,;:?!'()-]| (?! ))*+(?<! )")
"""A text that reads as it is written."""

_FIRST_MARK: Final = 0xF0000
"""The marks come from a private-use plane, which texts rarely use; if one does, others are chosen."""


class Side(Struct, frozen=True):
    """One side of a card as Markdown."""

    text: str
    spans: tuple[tuple[int, int, str], ...] = ()
    """Half-open character ranges with the name of a cloze style."""

    def of(self, style: str) -> list[str]:
        """The texts of one style."""
        return [self.text[start:end] for start, end, name in self.spans if name == style]


class CardTexts(Struct, frozen=True):
    """Both sides of a card."""

    front: Side
    back: Side
    in_place: bool
    """Whether the back is the front filled in."""
    footnotes: tuple[tuple[str, str], ...] = ()
    """Its footnotes that are defined elsewhere in the note, by name."""

    @property
    def answer(self) -> str:
        """The back as shown, with the footnotes below it."""
        notes = "\n".join(f"[^{name}] {text}" for name, text in self.footnotes)
        return f"{self.back.text}\n\n***\n\n{notes}" if notes else self.back.text

    @property
    def answers(self) -> list[str]:
        """The answer: the text of each cloze asked for, or else the whole back."""
        return self.back.of("cloze-answer") or [self.back.text]

    @property
    def hints(self) -> list[str]:
        """The comment on each answer, as displayed; empty if it has none."""
        asked = self.front.of("cloze-asked") if self.in_place else []
        hints = ["" if hint == _NO_HINT else _one_line(hint) for hint in asked]
        return [*hints, *[""] * len(self.answers)][: len(self.answers)]


def card_texts(handle: Handle) -> CardTexts:
    """The two sides of a card, from its question."""
    texts = _sides(handle)
    if not handle.note.footnotes:
        return texts
    return replace(texts, footnotes=footnotes_beside((texts.front.text, texts.back.text), handle.note.footnotes))


def _sides(handle: Handle) -> CardTexts:
    question, card = handle.question, handle.card
    if question.clozes is None:
        return CardTexts(Side(card.front), Side(card.back), in_place=False)
    marks = _unused_marks(question.body)
    pairs = [(marks[2 * n], marks[2 * n + 1]) for n in range(3)]
    names = dict(zip((start for start, _ in pairs), ("cloze-asked", "cloze-hidden", "cloze-answer"), strict=True))
    front, back = question.clozes.sides(Notation(*pairs))[card.side]
    return CardTexts(_read_marks(front, names, marks), _read_marks(back, names, marks), in_place=True)


def _unused_marks(text: str) -> list[str]:
    marks: list[str] = []
    code = _FIRST_MARK
    while len(marks) < 6:
        if chr(code) not in text:
            marks.append(chr(code))
        code += 1
    return marks


def _read_marks(text: str, names: dict[str, str], marks: Iterable[str]) -> Side:
    """A text without its marks, and their positions."""
    spans: list[tuple[int, int, str]] = []
    pieces: list[str] = []
    length, opened = 0, (0, "")
    for piece in re.split(f"([{''.join(marks)}])", text):
        if piece in names:
            opened = (length, names[piece])
        elif piece in marks:
            if opened[1]:
                spans.append((opened[0], length, opened[1]))
            opened = (0, "")
        else:
            pieces.append(piece)
            length += len(piece)
    return Side("".join(pieces), tuple(spans))


def first_words(text: str) -> str:
    """The first line of a text with words in it, as displayed, without list markers."""
    from studyapp.core.text.spoken import first_line

    return _LIST_MARKS.sub("", first_line(text), count=1) or text.strip()


def front_line(handle: Handle, read: Callable[[str], str] = str, most: int = QUOTED) -> str:
    """The first words of a card's front, for a line where nothing is laid out; `read` makes its text readable."""
    return cut(first_words(read(card_texts(handle).front.text)), most)


def path_of(handle: Handle) -> list[str]:
    """The way to a card: its note's name, then the headings above it."""
    title = PurePosixPath(handle.note.path).stem
    headings = [text for heading in handle.question.context if (text := _one_line(heading))]
    return [title, *(headings[1:] if headings and headings[0] == title else headings)]


def names_of(handle: Handle) -> list[str]:
    """The title of a card's note, and its aliases."""
    values = handle.note.front_matter.values
    found = [PurePosixPath(handle.note.path).stem]
    for key in ("aliases", "alias"):
        value = values.get(key)
        found += [str(item) for item in (value if isinstance(value, list | tuple) else [value]) if item]
    return found


def _one_line(markdown: str) -> str:
    """A text as one line; what tells markup apart takes a while to import."""
    if _WORDS.fullmatch(markdown):
        return visible(markdown)
    from studyapp.core.text.spoken import one_line

    return one_line(markdown)
