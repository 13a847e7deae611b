"""The questions to export, each with its schedules, its marks and its history."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import groupby

from msgspec import Struct

from studyapp.core.errors import NoteError
from studyapp.core.log.ledger_rows import Record
from studyapp.core.log.marks import CardState
from studyapp.core.notes.cards import Card, CardId, Question
from studyapp.core.notes.outline import within
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.core.workspace.workspace import Workspace


class OutgoingCard(Struct, frozen=True):
    """A card with everything known about it."""

    id: CardId
    card: Card
    state: CardState
    history: tuple[Record, ...]
    """Its grades and resets on every device, oldest first."""


class Outgoing(Struct, frozen=True):
    """A question with its exported cards."""

    path: str
    question: Question
    settings: Settings
    """Those of its note."""
    tags: tuple[str, ...]
    """Those of its note, with their `#`, that name no deck."""
    cards: tuple[OutgoingCard, ...]
    source: str
    """Its lines as written in the note."""
    footnotes: Mapping[str, str]
    """Those of its note, by name."""


ExchangeProgress = Callable[[int, int], object]
"""Reports how many of the notes are done."""


def collect(
    workspace: Workspace,
    wanted: Collection[CardId] | None = None,
    deck: str | None = None,
    tell: ExchangeProgress = lambda _done, _of: None,
) -> Iterator[Outgoing]:
    """Collect questions, only of the wanted cards or of a deck where given, in order of note and line.

    An unreadable note is skipped; NoteError if the vault is gone, so that no part replaces an earlier export. The log
    must not be written meanwhile; `tell` is called for each note.
    """
    known = card_records(workspace)
    states = workspace.history.states()
    chosen = None if wanted is None else set(wanted)
    rows = workspace.vault.rows(deck)
    paths = {path: {row.id for row in found} for path, found in groupby(rows, key=lambda row: row.path)}
    for done, (path, ids) in enumerate(paths.items()):
        tell(done, len(paths))
        try:
            raw = workspace.store.files.read(path)
        except NoteError:
            workspace.place.check()
            continue
        note, lines = workspace.store.files.parsed(path, raw), NoteText(raw).lines
        settings = workspace.vault.settings_of(path)
        tags = tuple(tag for tag in note.tags if not within(tag, settings.flashcard_tags))
        for question in note.questions:
            cards = [
                OutgoingCard(name, card, states.of(name), tuple(known.get(str(name), ())))
                for card in question.cards
                if (name := question.id_of(path, card)) in ids and (chosen is None or name in chosen)
            ]
            if cards:
                source = "\n".join(lines[number] for number in question.sources)
                settings = workspace.vault.settings_for(path, question.decks)
                yield Outgoing(path, question, settings, tags, tuple(cards), source, note.footnotes)
    tell(len(paths), len(paths))


def card_records(workspace: Workspace) -> dict[str, list[Record]]:
    """What was done to each card, by the name that it has now."""
    history = workspace.history
    found: dict[str, list[Record]] = {}
    for record in history.reviews():
        found.setdefault(history.name(record), []).append(record)
    return found
