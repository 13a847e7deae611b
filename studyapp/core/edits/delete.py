"""Deletes a question from its note: its lines, its schedule comment, and one blank line where two would be left.

Every other question of the note must parse as before. Where removing the lines would join what the question kept
apart, an empty line stays in their place; where even that is not enough, the note is not changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from studyapp.core.edits.identity import Seen, Uncertain, locate
from studyapp.core.notes.cards import CardId, Question
from studyapp.core.notes.note import Note, parse_text
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, NoteText, apply, trim


class Deletion(Struct, frozen=True):
    """What deleting a question removes."""

    question: Question
    edits: tuple[Edit, ...]
    text: str
    """Its lines as written in the note."""
    renamed: tuple[tuple[CardId, CardId], ...] = ()
    """The cards of identical questions and their ids afterwards: only their order tells them apart."""


def deletion(note: str, raw: bytes, seen: Seen, settings: Settings) -> Deletion | Uncertain:
    """What has to be removed from a note to delete the question of a card."""
    text = NoteText(raw)
    before = parse_text(note, text, settings)
    if before.conflicted:
        return Uncertain("the note has unresolved merge conflicts")
    found = locate(before, seen)
    if isinstance(found, Uncertain):
        return found
    question, _ = found
    if question.key != seen.id.hash:
        return Uncertain("its text has changed since it was shown")
    lines = "\n".join(text.lines[number] for number in question.sources)
    for edits in _ways(text, question, settings.multiline_card_end_marker):
        after = parse_text(note, NoteText(apply(raw, edits)), settings)
        if _others(after) == _others(before, question):
            return Deletion(question, edits, lines, tuple(_renamed(before, question)))
    return Uncertain("without its lines, other questions in the note would change")


def _renamed(note: Note, gone: Question) -> Iterator[tuple[CardId, CardId]]:
    """New ids of identical questions: each one below moves up by one, the deleted one takes the one left over."""
    alike = [one for one in note.questions if one.key == gone.key and one.occurrence >= gone.occurrence]
    if len(alike) > 1:
        for one, place in zip(alike, [alike[-1], *alike], strict=False):
            for card in one.cards:
                now = one.id_of(note.path, card)
                yield now, replace(now, occurrence=place.occurrence)


def _others(note: Note, without: Question | None = None) -> list[tuple[object, ...]]:
    """The questions of a note, whatever their places."""
    return [
        (one.kind, one.text, one.body, one.decks, one.context, one.block_id, one.entries, one.cards)
        for one in note.questions
        if one is not without
    ]


def _ways(text: NoteText, question: Question, end_marker: str) -> Iterator[tuple[Edit, ...]]:
    """Edits that remove the question's lines; those that leave the note tidiest come first."""
    lines = list(question.sources)
    below = lines[-1] + 1
    if end_marker and below < len(text.lines) and trim(text.lines[below]) == end_marker:
        lines.append(below)
    if (blank := _spare_line(text, lines)) is not None:
        yield tuple(_without(text, sorted([*lines, blank])))
    yield tuple(_without(text, lines))
    yield tuple(_without(text, lines, keep_last_end=True))
    below_head = next((at for at, line in enumerate(lines) if not trim(text.lines[line]).startswith("#")), 0)
    if below_head:  # a heading, or a tag whose deck holds other questions
        yield tuple(_without(text, lines[below_head:]))
        yield tuple(_without(text, lines[below_head:], keep_last_end=True))


def _spare_line(text: NoteText, lines: Sequence[int]) -> int | None:
    """The blank line that becomes superfluous without those lines; none where a blank line separates others."""
    first, last = lines[0], lines[-1]
    if last - first + 1 != len(lines):
        return None
    count = len(text.lines) - (not text.lines[-1])  # there is no line after the last line ending
    blank_above = first > 0 and not trim(text.lines[first - 1])
    if last + 1 >= count:
        return first - 1 if blank_above else None
    return last + 1 if (blank_above or first == 0) and not trim(text.lines[last + 1]) else None


def _without(text: NoteText, lines: Sequence[int], *, keep_last_end: bool = False) -> Iterator[Edit]:
    """Remove lines with their line endings, or keep the last of these."""
    start = lines[0]
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        if following == line + 1:
            continue
        to_its_end = (following is None and keep_last_end) or line + 1 >= len(text.lines)
        end = text.line_end(line) if to_its_end else text.place(line + 1)
        yield text.edit(text.place(start), end, "")
        start = following if following is not None else start
