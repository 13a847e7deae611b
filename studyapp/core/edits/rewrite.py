"""Find a card again in a note that may have changed, and work out the bytes with its new schedule."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final

from msgspec import Struct

from studyapp.core.edits.comments import new_entries, ways_to_erase, ways_to_write
from studyapp.core.edits.standing import Standing, standing
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Card, CardId, Question
from studyapp.core.notes.note import Note, parse_text
from studyapp.core.schedule.entries import entry_text
from studyapp.core.settings.load import Settings
from studyapp.core.text.note_text import Edit, NoteText, apply

GONE: Final = "its question is not in the note any more, or not to be known again"


class Seen(Struct, frozen=True):
    """A card as the person saw it: enough to know it again."""

    id: CardId
    digest: str
    """Of the note's bytes that it was read from."""
    kind: Kind
    cards: int
    """How many cards its question had."""
    copies: int
    """How many questions of the note had the same text."""
    block_id: str | None
    entries: tuple[str, ...]
    """Its question's schedule entries, as they stood."""

    @classmethod
    def whole(cls, path: str, digest: str) -> Seen:
        """A note as a whole, for what is done to it and not to one of its cards."""
        return cls(CardId(path, "", 0, 0), digest, Kind.SINGLE_BASIC, 0, 0, None, ())

    @classmethod
    def of(cls, note: Note, question: Question, card: Card) -> Seen:
        """Remember a card of a note."""
        copies = sum(other.key == question.key for other in note.questions)
        card_id, cards = question.id_of(note.path, card), len(question.cards)
        return cls(card_id, note.digest, question.kind, cards, copies, question.block_id, _entries(question))


class Uncertain(Struct, frozen=True):
    """The card cannot be found again for certain, or its note must not be written now; why, in words."""

    why: str


class Rewrite(Struct, frozen=True):
    """A note with one schedule changed."""

    raw: bytes
    edits: tuple[Edit, ...]
    before: str | None
    """The card's entry as it stood; None if it had none."""
    after: str | None
    """The card's entry now; None if it has none any more."""
    had_comment: bool
    """Whether its question had a schedule comment before."""
    note: Note | None = None
    """The new bytes, parsed; None where nobody has."""


def with_entry(
    raw: bytes,
    seen: Seen,
    entry: str | None,
    settings: Settings,
    written: Collection[str] = (),
    *,
    note: Note | None = None,
    strict: bool = False,
) -> Rewrite | Uncertain:
    """Give a card a schedule entry, in the bytes of its note as they are now.

    None takes the card's entry away: its question's comment goes, unless it holds something about other cards.
    The comment stands where the plugin puts it, but where a question of the note would then not be what it is.

    Args:
        raw: the note's bytes.
        seen: the card.
        entry: its new entry.
        settings: those that hold for the note.
        written: the entries that this session wrote, see `new_entries`.
        note: what the bytes mean, where that is known.
        strict: whether nothing is better than a note that would be read otherwise afterwards: the plugin writes
            comments that it does not find again itself, such as behind `~~~`.
    """
    text = NoteText(raw)
    path = seen.id.path
    note = parse_text(path, text, settings) if note is None else note
    if note.conflicted:
        return Uncertain("the note has unresolved merge conflicts")
    found = locate(note, seen)
    if isinstance(found, Uncertain):
        return found
    question, card = found
    before = question.entries[card.side].raw if card.side < len(question.entries) else None
    wanted = standing(note.questions)
    place = next(number for number, one in enumerate(note.questions) if one is question)
    first: Rewrite | None = None
    for edits, after, entries in _ways(text, question, card.side, entry, settings, written):
        new = apply(raw, edits)
        read = parse_text(path, NoteText(new), settings)
        done = Rewrite(new, edits, before, after, bool(question.entries), read)
        wanted[place] = wanted[place]._replace(entries=entries)
        stands = standing(read.questions)
        if stands == wanted or (not strict and _but_for(stands, wanted, place)):
            return done
        first = first or done
    if strict or first is None:
        return Uncertain("there is no place in the note where its schedule can stand and every card stays what it is")
    return first


def _ways(
    text: NoteText, question: Question, side: int, entry: str | None, settings: Settings, written: Collection[str]
) -> Iterator[tuple[tuple[Edit, ...], str | None, tuple[str, ...]]]:
    """The edits that give a card an entry, the best first; what the card then has, and what its question has."""
    others = [other for place, other in enumerate(question.entries) if place != side]
    if entry is None and all(other.schedule is None and other.sound for other in others):
        for edits in ways_to_erase(text, question):
            yield edits, None, ()
    entry = entry_text(None, settings.base_ease) if entry is None else entry
    entries = new_entries(question, side, entry, settings.base_ease, written)
    for edits in ways_to_write(text, question, entries, settings):
        yield edits, entry, tuple(entries)


def _but_for(stands: list[Standing], wanted: list[Standing], place: int) -> bool:
    """Whether questions are what they should be, whatever the comment of the one at that place says."""
    same = len(stands) == len(wanted)
    return same and stands == [
        *wanted[:place],
        wanted[place]._replace(entries=stands[place].entries),
        *wanted[place + 1 :],
    ]


def locate(note: Note, seen: Seen) -> tuple[Question, Card] | Uncertain:
    """Find a card again: by its id, then by its block id, then by its question's schedule."""
    alike = [question for question in note.questions if question.key == seen.id.hash]
    if note.digest == seen.digest:
        found: Question | None = next((one for one in alike if one.occurrence == seen.id.occurrence), None)
    elif alike:
        found = _among_equals(alike, seen)
    else:
        found = _elsewhere(note, seen)
        if found is None:
            return Uncertain(GONE)
    if found is None:
        return Uncertain("the note now has several questions that it could be")
    side = seen.id.side - 1
    if not 0 <= side < len(found.cards):
        return Uncertain("its question has fewer cards now")
    return found, found.cards[side]


def _among_equals(alike: list[Question], seen: Seen) -> Question | None:
    """The question among those with its text, in a note that has changed; None if that is not certain."""
    if len(alike) == seen.copies == 1:
        return alike[0]
    by_block_id = [question for question in alike if seen.block_id and question.block_id == seen.block_id]
    if len(by_block_id) == 1:
        return by_block_id[0]
    unchanged = [question for question in alike if _entries(question) == seen.entries]
    in_place = [question for question in alike if question.occurrence == seen.id.occurrence]
    if len(alike) == seen.copies and (in_place[0] in unchanged or not (unchanged and seen.entries)):
        return in_place[0]  # none has the schedule that was seen if this review has written it since
    return unchanged[0] if len(unchanged) == 1 and (seen.entries or len(alike) == 1) else None


def _elsewhere(note: Note, seen: Seen) -> Question | None:
    """The question whose text was changed, by its block id or its schedule; None if that is not certain."""
    candidates = [other for other in note.questions if (other.kind, len(other.cards)) == (seen.kind, seen.cards)]
    for found in (
        [other for other in candidates if seen.block_id and other.block_id == seen.block_id],
        [other for other in candidates if seen.entries and _entries(other) == seen.entries],
    ):
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _entries(question: Question) -> tuple[str, ...]:
    return tuple(entry.raw for entry in question.entries)
