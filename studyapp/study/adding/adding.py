"""A new card: the note that it goes into, and how it is written there."""

from __future__ import annotations

from collections import Counter

from msgspec import Struct

from studyapp.core.disk.files import read_note
from studyapp.core.edits.append import with_card
from studyapp.core.edits.draft import card_text, cloze_text, question_text
from studyapp.core.errors import MisuseError, NoteError, StudyError
from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import parse_note
from studyapp.core.notes.outline import within
from studyapp.core.settings.model import Settings
from studyapp.core.text.names import composed
from studyapp.core.text.note_text import LINE_END
from studyapp.core.workspace.workspace import Workspace


class Wish(Struct, frozen=True):
    """The card that the user wants to add."""

    front: str
    """If there is no back: a question as written in a note, such as one with clozes."""
    back: str = ""
    both_ways: bool = False
    """Whether to ask for the front too."""
    note: str | None = None
    """The note it goes into; by default the one with most cards of the deck."""
    deck: str | None = None
    """The deck that it goes into, or one below it that the note has; by default that of the note."""


class NewCard(Struct, frozen=True):
    """A question that is in no note yet."""

    note: str
    text: str
    """As it will be written in the note."""
    question: Question
    """The note as it will be read with it."""


def new_card(workspace: Workspace, wish: Wish) -> NewCard:
    """Write a card for its note.

    Raises:
        NoteError: if it cannot be put there.
        MisuseError: if it would not be read as a card, or if it is not clear which note is meant.
        StudyError: if it cannot be in the deck there.
    """
    note = _note_of(workspace, wish)
    settings = workspace.vault.settings_of(note)
    text = _text_of(wish, settings)
    raw = read_note(workspace.place.note(note))
    found = None
    for written in (text, f"#{wish.deck} {text}") if wish.deck else (text,):
        try:
            new = with_card(note, raw, written, settings)
        except NoteError:
            if written is not text or not wish.deck:
                raise
            continue
        found = NewCard(note, written, parse_note(note, new, settings).questions[-1])
        if not found.question.cards:
            raise MisuseError("this isn't a card: its clozes are in its tag, or would make too many")
        if not wish.deck or any(within(composed(name), (composed(wish.deck),)) for name in found.question.decks):
            return found
    raise StudyError(f"a card in {note} cannot be in the deck {wish.deck}; choose another note")


def note_for(workspace: Workspace, deck: str) -> str | None:
    """The note with most cards of a deck; cards of its subdecks count if it has none itself."""
    below = Counter(row.path for row in workspace.vault.rows(deck))
    itself = Counter(row.path for row in workspace.vault.rows(deck) if _is_in(row.decks, deck))
    return next((path for path, _ in (itself or below).most_common(1)), None)


def _note_of(workspace: Workspace, wish: Wish) -> str:
    vault = workspace.vault
    if wish.note is not None:
        for path in (wish.note, f"{wish.note}.md"):
            if vault.knows(known := vault.known_path(path)):
                return known
        raise NoteError(vault.no_note(wish.note))
    if not wish.deck:
        raise MisuseError("it is not clear where the card goes; name a note or a deck (`--note`, `--deck`)")
    if (found := note_for(workspace, wish.deck)) is None:
        raise MisuseError(f"no note has cards in the deck {wish.deck} yet; name the note too")
    return found


def _is_in(decks: tuple[str, ...], deck: str) -> bool:
    """Whether a card is in the deck itself, not in a subdeck."""
    meant = composed(deck)
    return any(within(composed(name), (meant,)) and len(composed(name)) == len(meant) for name in decks)


def _text_of(wish: Wish, settings: Settings) -> str:
    front, back = (LINE_END.sub("\n", side) for side in (wish.front, wish.back))
    if "\0" in front + back:
        raise MisuseError("this isn't a card: it holds a NUL character")
    if back:
        text = card_text(front, back, settings, both_ways=wish.both_ways)
        why = "a side is empty, holds a separator of cards or a schedule, or begins with a tag"
    else:
        text = question_text(front, settings) or cloze_text(front, settings)
        why = "it has no back, no separator and no cloze"
    if text is None:
        raise MisuseError(f"this isn't a card: {why}")
    return text
