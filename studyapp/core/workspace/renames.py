"""Recognises cards that were edited and notes that were moved while the app was not running.

A card's id is made from its question's text, so the logs lose it when that changes. It is recognised by its block id,
or by the schedule last written for it; in another note, by its text and its schedule; a note that is gone, by its
questions, which another one has now. What is uncertain is not decided here: the user is asked, once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from itertools import islice

from msgspec import Struct, field

from studyapp.core.edits.identity import heirs
from studyapp.core.log.actions import Action, Move
from studyapp.core.log.history import History
from studyapp.core.notes.cards import CardId, Question
from studyapp.core.notes.note import Note
from studyapp.core.vault.vault import Vault

_LATEST = 50
"""How many of the latest actions are searched for edits of whole notes."""


class Undecided(Struct, frozen=True):
    """A card in the logs that may now be one of several."""

    card: CardId
    last: Action
    """The last action on it."""
    candidates: tuple[CardId, ...]


class Lineage(Struct):
    """The result."""

    moves: list[Move] = field(default_factory=list)
    undecided: list[Undecided] = field(default_factory=list)


def trace(vault: Vault, history: History, now: datetime) -> Lineage:
    """Look for cards in the logs that are no longer in the notes read; the log must not be written meanwhile."""
    found = Lineage()
    known: dict[str, dict[CardId, str]] = {}
    for card, last in history.last().items():
        known.setdefault(card.path, {})[card] = last
    settled = history.settled
    lost_notes: list[str] = []
    left: dict[CardId, Action] = {}
    for path, cards in known.items():
        note = vault.note(path)
        if note is None:
            if (same := vault.known_path(path)) != path:  # only the form of its letters differs
                found.moves.append(Move(path, same, now, of_note=True))
            else:
                lost_notes.append(path)
            continue
        missing = [card for card in cards if note.find(card) is None and str(card) not in settled]
        gone = {card: action for card in missing if (action := history.action(cards[card])) is not None}
        if gone:
            left |= _within(note, cards, gone, now, found)
    if left:
        found.moves += _moved_cards(vault, known, left, now)
    if lost_notes:
        found.moves += _moved_notes(vault, known, lost_notes, now)
    found.moves += _edited_notes(vault, history, {move.was for move in found.moves}, now)
    found.moves = history.dated(found.moves)
    return found


def _edited_notes(vault: Vault, history: History, found: Collection[str], now: datetime) -> Iterator[Move]:
    """Notes with another path that still have exactly the bytes that an edit gave them, so undo can reach it."""
    for action in islice(history.own.latest(), _LATEST):
        card, change = history.current(action.card, action.at), action.change
        if card.hash or change is None or vault.knows(card.path) or card.path in found:
            continue
        places = vault.paths_of(change.digest_after)
        if len(places) == 1:
            found = {*found, card.path}
            yield Move(card.path, places[0], max(now, action.at), of_note=True)


def _within(
    note: Note, known: dict[CardId, str], gone: dict[CardId, Action], now: datetime, found: Lineage
) -> dict[CardId, Action]:
    """Find cards again in their own note; returns those without a trace in it."""
    fresh: defaultdict[int, list[Question]] = defaultdict(list)
    for question in note.questions:
        for card in question.cards:
            if question.id_of(note.path, card) not in known:
                fresh[card.side].append(question)
    wanted: dict[CardId, list[CardId]] = {}
    for lost, action in gone.items():
        side = lost.side - 1
        candidates = heirs(action.seen, side, action.after, fresh[side])
        wanted[lost] = [one.id_of(note.path, one.cards[side]) for one in candidates]
    for lost, ids in wanted.items():
        others = {card_id for other, theirs in wanted.items() if other != lost for card_id in theirs}
        if len(ids) == 1 and ids[0] not in others:
            found.moves.append(Move(str(lost), str(ids[0]), now))
        elif ids:
            found.undecided.append(Undecided(lost, gone[lost], tuple(ids)))
    return {lost: action for lost, action in gone.items() if not wanted[lost]}


def _moved_cards(
    vault: Vault, known: dict[str, dict[CardId, str]], lost: dict[CardId, Action], now: datetime
) -> Iterator[Move]:
    """Cards found in another note with their text and schedule, such as a note that took over a name."""
    places: defaultdict[tuple[str, int], list[tuple[CardId, tuple[str, ...]]]] = defaultdict(list)
    keys = {card.hash for card in lost}
    for row in vault.rows():
        if row.question.key not in keys or (card := row.id) in known.get(row.path, ()):
            continue
        if (handle := vault.handle(card)) is not None:
            places[card.hash, card.side].append((card, handle.question.raws[card.side - 1 : card.side]))
    for card, action in lost.items():
        written = {action.after, *action.seen.entries[card.side - 1 : card.side]}
        found = [other for other, entry in places[card.hash, card.side] if written.issuperset(entry) and entry]
        if len(found) == 1:
            yield Move(str(card), str(found[0]), now)


def _moved_notes(
    vault: Vault, known: dict[str, dict[CardId, str]], lost: Sequence[str], now: datetime
) -> Iterator[Move]:
    """Notes with a new path: most of a lost note's questions are in a note that the logs do not know."""
    where: dict[tuple[str, int], set[str]] = {}
    for path in vault.paths():
        note = vault.note(path)
        if path in known or note is None:
            continue
        for question in note.questions:
            where.setdefault((question.key, question.occurrence), set()).add(path)
    for path in lost:
        keys = {(card.hash, card.occurrence) for card in known[path]}
        places = [place for key in keys for place in where.get(key, ())]
        candidates = set(places)
        if len(candidates) == 1 and len(places) * 2 >= len(keys):
            yield Move(path, candidates.pop(), now, of_note=True)
