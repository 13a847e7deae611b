"""Adds a card at the end of a note; every existing byte stays."""

from __future__ import annotations

from collections.abc import Sequence

from studyapp.core.errors import NoteError
from studyapp.core.notes.cards import Question
from studyapp.core.notes.ignored import is_ignored
from studyapp.core.notes.note import parse_text
from studyapp.core.notes.outline import Outline, any_within, front_matter_tags
from studyapp.core.notes.problems import has_conflict
from studyapp.core.settings.model import Settings
from studyapp.core.text.fences import FenceReader
from studyapp.core.text.front_matter import read_front_matter
from studyapp.core.text.note_text import NoteText, as_bytes, trim


def with_card(path: str, raw: bytes, text: str, settings: Settings) -> bytes:
    r"""The note with a card added at its end, after a blank line, with the note's own line endings.

    Raises:
        NoteError: if the text would not be a card there, or would change another card.
    """
    note = NoteText(raw)
    before = parse_text(path, note, settings).questions
    closing = settings.multiline_card_end_marker
    for end in ends_above(note, settings):
        gap, behind = room_around(note, end)
        first = len(NoteText(raw + gap).lines) - 1
        last = first + text.count("\n") - bool(closing and text.endswith(f"\n{closing}"))
        new = raw + gap + as_bytes(text.replace("\n", note.newline)) + behind
        after = parse_text(path, NoteText(new), settings).questions
        if len(after) != len(before) + 1 or list(map(_facts, after[:-1])) != list(map(_facts, before)):
            continue
        if (after[-1].first_line, after[-1].last_line) == (first, last):
            return new
    raise NoteError(f"no card can be put at the end of {path}: {why_no_card(path, note, settings)}")


def open_at_end(lines: Sequence[str]) -> str | None:
    """What is still open at the end of the text, so that anything added would belong to it; None if nothing is."""
    code, comment = FenceReader(at_margin=True), ""
    for line in lines[read_front_matter(lines).lines :]:
        if comment:
            comment = "" if comment in line else comment
        elif code.take(line):
            continue
        elif line.lstrip(" ").startswith("<!--") and "-->" not in line:
            comment = "-->"
        elif line.count("%%") % 2 and "`" not in line:
            comment = "%%"
    return "a code block" if code.run else "a comment" if comment else None


def ends_above(note: NoteText, settings: Settings) -> tuple[str, ...]:
    """The ends that may be put below a note's last card, before another one; none if no card can stand there.

    Usually nothing is needed; the card may lack its end marker.
    """
    if has_conflict(note.lines) or open_at_end(note.lines) is not None:
        return ()
    return ("", settings.multiline_card_end_marker) if settings.multiline_card_end_marker else ("",)


def room_around(note: NoteText, end: str) -> tuple[bytes, bytes]:
    """What goes around a card at a note's end: a blank line, and a line ending if the note ends with one."""
    newline = "\r\n" if note.newline == "\n" and note.text.endswith("\r") else note.newline
    *above, last = note.lines
    if trim(last):
        gap, behind = newline * 2, ""
    else:
        gap, behind = newline * (1 if last else bool(above and trim(above[-1]))), newline
    return (gap + (f"{end}{newline * 2}" if end else "")).encode(), behind.encode()


def _facts(question: Question) -> tuple[object, ...]:
    """What must stay the same about an existing card."""
    return question.kind, question.text, question.entries, question.decks, question.first_line


def why_no_card(path: str, note: NoteText, settings: Settings) -> str:
    """Why no card can be put at the end of a note, and what to do."""
    if has_conflict(note.lines):
        return "it has unresolved merge conflicts; resolve them, or choose another note"
    opened = open_at_end(note.lines)
    if opened:
        return f"it ends within {opened} that is not closed; close it, or choose another note"
    if is_ignored(path, settings.note_folders_to_ignore):
        return "the settings say that this folder is ignored; choose another note"
    front_matter = read_front_matter(note.lines)
    tags = [tag.name for tag in Outline(note.lines, front_matter.lines).tags()]
    tags += front_matter_tags(front_matter.values)
    if any_within(tags, settings.flashcard_tags_to_ignore):
        return "one of its tags says that its cards are ignored; choose another note"
    if not settings.convert_folders_to_decks and not any_within(tags, settings.flashcard_tags):
        wanted = ", ".join(settings.flashcard_tags)
        return f"it has none of the tags {wanted}, so no cards are looked for in it; choose another note"
    return (
        "with your settings, its text would not be read as one card there: something above it is not closed, or it "
        "holds one of the separators; choose another note"
    )
