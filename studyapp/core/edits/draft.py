"""A card's front and back → a question as written in a note."""

from __future__ import annotations

import re
from collections.abc import Iterator

from studyapp.core.notes.blocks import Kind, scan
from studyapp.core.notes.sides import sides
from studyapp.core.schedule.entries import read_entries, without_comments
from studyapp.core.settings.model import Settings
from studyapp.core.text.fences import FenceReader
from studyapp.core.text.note_text import trim

_TAG_AT_START = re.compile(r"#[^\s#]")
_KINDS = {False: (Kind.SINGLE_BASIC, Kind.MULTI_BASIC), True: (Kind.SINGLE_REVERSED, Kind.MULTI_REVERSED)}


def card_text(
    front: str, back: str, settings: Settings, *, both_ways: bool = False, in_one_line: bool = True
) -> str | None:
    """A card in the form that the settings of its note want; `in_one_line` if both are possible.

    A blank line, which would end the card, becomes a line break. None if the text would not be read as this card,
    because a side is empty, holds a separator or a schedule, or starts with a tag, which would name the deck.
    """
    front, back = _closed_up(front), _closed_up(back)
    if not front or not back or _TAG_AT_START.match(front):
        return None
    forms = [*_forms(front, back, settings, both_ways)]
    ordered = forms if in_one_line else reversed(forms)
    return next((text for text in ordered if _is_card(text, front, back, settings, both_ways)), None)


def cloze_text(text: str, settings: Settings) -> str | None:
    """A text with clozes as written in a note; None if it would not be read as a question with clozes."""
    text = _closed_up(text)
    fits = text and not _is_scheduled(text) and _kinds(text, settings) == [Kind.CLOZE]
    return text if fits else None


def question_text(text: str, settings: Settings) -> str | None:
    """A question as written in a note; None if it would not be read as one."""
    text = text.strip("\n")
    return text if len(_kinds(text, settings)) == 1 else None


def _is_scheduled(text: str) -> bool:
    """Whether a text holds what would be read as its schedule."""
    return without_comments(text) != text or bool(read_entries(text))


def _kinds(text: str, settings: Settings) -> list[Kind]:
    return [block.kind for block in scan(text.split("\n"), 0, settings)]


def _closed_up(text: str) -> str:
    """The text without blank lines, except in code, and without white space around it."""
    code = FenceReader(at_margin=True)
    return "\n".join(line if code.take(line) or trim(line) else "<br>" for line in trim(text).splitlines())


def _forms(front: str, back: str, settings: Settings, both_ways: bool) -> Iterator[str]:
    one, several = (
        (settings.single_line_reversed_card_separator, settings.multiline_reversed_card_separator)
        if both_ways
        else (settings.single_line_card_separator, settings.multiline_card_separator)
    )
    if one and "\n" not in front + back:
        yield f"{front}{one}{back}"
    if several:
        end = settings.multiline_card_end_marker
        yield "\n".join([front, several, back, *([end] if end else [])])


def _is_card(text: str, front: str, back: str, settings: Settings, both_ways: bool) -> bool:
    """Whether a text is read as a single question with these sides."""
    blocks = scan(text.split("\n"), 0, settings)
    if _is_scheduled(text) or len(blocks) != 1 or blocks[0].kind not in _KINDS[both_ways]:
        return False
    (first, *others) = sides(blocks[0].kind, blocks[0].text, settings)
    return first == (front, back) and len(others) == both_ways
