"""Which card is which after a note has changed: one ladder of ways to recognise it, and how sure each caller must be.

who asks                          what is enough                                              here
a schedule is to be written       the id; for an edited question one block, else one schedule `locate`
the log has lost a card           block and schedule, else either one; several are asked      `heirs`
a question was edited in review   no other one is gone, and no other one came                 `successor`
two versions are to be merged     the text; block or schedule that no other has; likeness     `pairs`
a comment has lost its question   the log names one card for its whole schedule               `Owners`
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Card, CardId, Question
from studyapp.core.notes.note import Note

GONE: Final = "its question is no longer in the note, or can't be recognised"
ALIKE = 0.6
"""The share of its text that a question must have in common with the one that it may have been before an edit."""
ALIKE_ALONE = 0.4
"""The same where no other question is possible."""
_LONGEST = 2000
"""Characters of a text that are compared."""


class Seen(Struct, frozen=True):
    """A card as the user saw it: enough to recognise it."""

    id: CardId
    digest: str
    """Of the note's bytes when it was read."""
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
        """A note as a whole, for what is done to the note and not to one of its cards."""
        return cls(CardId(path, "", 0, 0), digest, Kind.SINGLE_BASIC, 0, 0, None, ())

    @classmethod
    def of(cls, note: Note, question: Question, card: Card) -> Seen:
        """Remember a card of a note."""
        card_id, cards = question.id_of(note.path, card), len(question.cards)
        copies = len(note.places[question.key])
        return cls(card_id, note.digest, question.kind, cards, copies, question.block_id, question.raws)


class Uncertain(Struct, frozen=True):
    """Why a card cannot be found for certain, or its note must not be written now."""

    why: str


# The rungs: what identifies a question; empty where it has no such thing.

Rung = Callable[[Question], Hashable]


def by_id(question: Question) -> tuple[str, int]:
    """Its text, and its number among the questions with that text."""
    return question.key, question.occurrence


def by_block(question: Question) -> str | None:
    """The id that the user gave its block."""
    return question.block_id


def by_schedule(question: Question) -> tuple[str, ...]:
    """The entries of its schedule comment."""
    return question.raws


def by_likeness(one: Question, two: Question) -> float:
    """How similar the texts of two questions are, from 0 to 1."""
    from difflib import SequenceMatcher

    before, after = (question.lasting[:_LONGEST] for question in (one, two))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return matcher.ratio() if matcher.quick_ratio() >= ALIKE_ALONE else 0.0


def _having(sign: Hashable, rung: Rung, questions: Iterable[Question]) -> list[Question]:
    return [one for one in questions if rung(one) == sign] if sign else []


# The callers


def locate(note: Note, seen: Seen) -> tuple[Question, Card] | Uncertain:
    """Find a card again: by its id, then by its block id, then by its question's schedule."""
    alike = note.alike(seen.id.hash)
    if note.digest == seen.digest:
        found: Question | None = next((one for one in alike if one.occurrence == seen.id.occurrence), None)
    elif alike:
        found = _among_equals(alike, seen)
    else:
        same = [other for other in note.questions if (other.kind, len(other.cards)) == (seen.kind, seen.cards)]
        known = _having(seen.block_id, by_block, same) or _having(seen.entries, by_schedule, same)
        if len(known) != 1:
            return Uncertain(GONE)
        found = known[0]
    if found is None:
        return Uncertain("several questions in the note could match it")
    side = seen.id.side - 1
    if not 0 <= side < len(found.cards):
        return Uncertain("its question has fewer cards now")
    return found, found.cards[side]


def _among_equals(alike: list[Question], seen: Seen) -> Question | None:
    """Which of the questions with the same text it is, in a note that has changed; None if uncertain."""
    if len(alike) == seen.copies == 1:
        return alike[0]
    in_block = _having(seen.block_id, by_block, alike)
    if len(in_block) == 1:
        return in_block[0]
    unchanged = [question for question in alike if by_schedule(question) == seen.entries]
    in_place = [question for question in alike if question.occurrence == seen.id.occurrence]
    if len(alike) == seen.copies and (in_place[0] in unchanged or not (unchanged and seen.entries)):
        return in_place[0]  # none has the schedule that was seen if this review has since written another
    return unchanged[0] if len(unchanged) == 1 and (seen.entries or len(alike) == 1) else None


def heirs(seen: Seen, side: int, written: str, questions: Sequence[Question]) -> list[Question]:
    """The questions, of those with a card on that side that no log knows, which a lost card may belong to.

    `written` is the entry that the card got when it was last `seen`; empty if none. Sides count from 0.
    """
    entry = written or (seen.entries[side] if 0 <= side < len(seen.entries) else "")
    in_block = _having(seen.block_id, by_block, questions)
    scheduled = _having(entry and (entry,), lambda one: by_schedule(one)[side : side + 1], questions)
    both = [one for one in in_block if one in scheduled]
    return both if len(both) == 1 else in_block or scheduled


def successor(question: Question, before: Note, after: Note) -> Question | None:
    """What an edited question has become; None unless it alone is missing from its note and one is new."""
    old, new = ({by_id(one): one for one in note.questions} for note in (before, after))
    gone, came = old.keys() - new.keys(), new.keys() - old.keys()
    return new[came.pop()] if len(came) == 1 and gone == {by_id(question)} else None


class Owners:
    """The questions that entries were written for."""

    def __init__(self, written: Iterable[tuple[str, CardId]] = ()) -> None:
        """Take the entries with the cards that got them."""
        self._questions: defaultdict[str, set[tuple[str, str]]] = defaultdict(set)
        for entry, card in written:
            self._questions[entry].add((card.path, card.hash))

    @property
    def entries(self) -> frozenset[str]:
        """All that are known."""
        return frozenset(self._questions)

    def of(self, entries: Iterable[str]) -> CardId | None:
        """The first card of the question that got these entries; None where none is known, or several are.

        Two cards graded alike on one day have equal entries, so one entry may not be enough.
        """
        known = [self._questions[entry] for entry in entries if entry in self._questions]
        common = set.intersection(*known) if known else set()
        return CardId(*common.pop(), 1, 1) if len(common) == 1 else None


def pairs(before: Sequence[Question], after: Sequence[Question]) -> dict[int, int]:
    """Which question of one version is which in another, as pairs of places; deleted and new ones have no pair."""
    found = _same_text(before, after)
    rungs: tuple[Rung, ...] = by_block, lambda one: one.raws and (one.kind, by_schedule(one))
    for rung in rungs:
        same = _places(before, after, rung, found)
        found |= {ones[0]: others[0] for ones, others in same if len(ones) == len(others) == 1}
    _pair_alike(before, after, found)
    return found


def _places(
    before: Sequence[Question], after: Sequence[Question], rung: Rung, found: dict[int, int]
) -> list[tuple[list[int], list[int]]]:
    """Places, before and after, of the questions that this rung matches; those matched already are left out."""
    places: defaultdict[Hashable, tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for version, (questions, taken) in enumerate(((before, found), (after, set(found.values())))):
        for place, question in enumerate(questions):
            if place not in taken and (sign := rung(question)):
                places[sign][version].append(place)
    return list(places.values())


def _same_text(before: Sequence[Question], after: Sequence[Question]) -> dict[int, int]:
    """Those of equal text; where their number has changed, those of equal comments come first."""
    found: dict[int, int] = {}
    for left, right in _places(before, after, lambda one: one.key, found):
        if len(left) != len(right):
            for one in list(left):
                match = next((two for two in right if _marks(before[one]) == _marks(after[two])), None)
                if match is not None and any(_marks(before[one])):
                    found[one] = match
                    left.remove(one)
                    right.remove(match)
        found |= dict(zip(left, right, strict=False))
    return found


def _marks(question: Question) -> tuple[object, ...]:
    return by_block(question), *by_schedule(question)


def _pair_alike(before: Sequence[Question], after: Sequence[Question], found: dict[int, int]) -> None:
    """Pair questions whose text changed little and that are between the same neighbours."""
    for place, question in enumerate(before):
        if place in found:
            continue
        first = max((other for other in found if other < place), default=-1)
        last = min((other for other in found if other > place), default=len(before))
        lost = sum(other not in found for other in range(first + 1, last))
        taken = set(found.values())
        between = range(found.get(first, -1) + 1, found.get(last, len(after)))
        free = [other for other in between if other not in taken and after[other].kind is question.kind]
        ratios = {other: by_likeness(question, after[other]) for other in free}
        best = max(ratios, key=lambda other: ratios[other], default=None)
        if best is not None and ratios[best] >= (ALIKE_ALONE if lost == len(free) == 1 else ALIKE):
            found[place] = best
