"""Write what an import brings, as one action that can be undone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from itertools import chain
from typing import Final

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import NoteError, StudyError
from studyapp.core.log.actions import ActionKind, Marking
from studyapp.core.log.lines import line_of
from studyapp.core.log.marks import mark_action
from studyapp.core.notes.cards import Card, CardId, Question
from studyapp.core.notes.note import Note
from studyapp.core.text.note_text import Edit, Span
from studyapp.core.workspace.arrivals import bring
from studyapp.core.workspace.groups import Reverted, turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.imports.changing import begun, move, new_text, take_text
from studyapp.study.exchange.imports.elsewhere import marks_today
from studyapp.study.exchange.imports.import_files import ImportFiles
from studyapp.study.exchange.imports.import_plan import ImportPlan, known_before
from studyapp.study.exchange.imports.imported import ImportedCard, ImportedQuestion, imported, remember
from studyapp.study.exchange.imports.merging import KnownHere, QuestionPlace
from studyapp.study.exchange.known.collect import ExchangeProgress
from studyapp.study.exchange.known.history import lines_of
from studyapp.study.exchange.reading.incoming import (
    ImportSource,
    IncomingCard,
    IncomingQuestion,
)
from studyapp.study.exchange.reading.incoming_notes import new_note, with_questions

MEDIA: Final = "media"
"""The folder of pictures and sounds, below that of an import."""


def bring_in(
    workspace: Workspace, source: ImportSource, planned: ImportPlan, tell: ExchangeProgress = lambda _done, _of: None
) -> list[str]:
    """Write what was planned, as one action; returns the paths of the new files.

    Raises:
        StudyError: if it cannot be written, or the vault takes no files.
    """
    if not planned.does_something:
        return []
    workspace.place.check()
    root, now, folder = workspace.vault.root, workspace.clock(), planned.folder
    known = imported(workspace)
    fresh: dict[str, bytes] = {}
    added: dict[str, tuple[bytes, bytes]] = {}
    notes: dict[str, Note] = {}
    for path, questions in planned.new.items():
        name = f"{folder}/{path}"
        settings = workspace.vault.settings_of(name)
        if (root / name).exists():
            raw = workspace.store.files.read(name)
            new, notes[name] = with_questions(name, raw, questions, settings, one_note=bool(planned.one_note))
            added[name] = raw, new
        else:
            fresh[path], notes[name] = new_note(name, questions, settings, one_note=bool(planned.one_note))
    targets = {one.key: f"{folder}/{planned.one_note or one.note}" for one, _ in planned.moved}
    for one, _ in planned.moved:
        if not (root / (target := targets[one.key])).exists() and target not in notes:
            fresh.setdefault(target.removeprefix(f"{folder}/"), begun(one, workspace, target))
    media = {f"{MEDIA}/{source.media[name]}": name for name in planned.media}
    media = {path: name for path, name in media.items() if not (root / folder / path).exists()}
    files = ImportFiles(root, fresh, source, media, tell)
    here = KnownHere(workspace)
    past = chain(
        _log(notes, planned, now), here.log_of(planned.reviewed), _log_of_new_cards(workspace, planned, known)
    )
    what = f"the import into {folder}"
    group = bring(workspace.journal, workspace.place, folder, files, past=past, what=what, now=now).id
    try:
        for name, (raw, new) in added.items():
            edit = Edit(Span(len(raw), len(raw)), b"", new[len(raw) :])
            workspace.store.edit(name, raw, (edit,), now, what, group=group)
        _bring_up_to_date(workspace, here, planned, what, group)
        changes = _changes(workspace, known, planned, targets, what, group)
    except StudyError as error:
        raise StudyError(f"{error}; {_taken_back(workspace, group)}") from error
    _remember(workspace, known, planned, notes, group, changes)
    return sorted(f"{folder}/{path}" for path in files)


def _bring_up_to_date(workspace: Workspace, here: KnownHere, planned: ImportPlan, what: str, group: str) -> None:
    """Write the schedules and marks that cards have elsewhere by now."""
    now = workspace.clock()
    for name in sorted({one.place.path for one in planned.reviewed if one.entries}):
        with suppress(NoteError):  # then its schedules stay; the reviews count
            mine = [one for one in planned.reviewed if one.entries and one.place.path == name]
            raw, edits = here.schedules_of(name, mine)
            workspace.store.edit(name, raw, tuple(edits), now, what, group=group)
    for _, marks in planned.marked:
        note, question = here.found(_place_of(marks[0].card)) or (None, None)
        if note is not None and question is not None:
            seen = Seen.of(note, question, question.cards[0])
            workspace.store.save(mark_action(seen, now, marks, group))


def _taken_back(workspace: Workspace, group: str) -> str:
    """Undo an import that could not be finished; returns what is left of it, in words."""
    with suppress(StudyError):
        if not turn_whole(workspace, group, back=True).left:
            return "nothing of the import stays"
    return "a part of the import is there, and `studyapp import --undo` takes it back"


def _log(notes: dict[str, Note], planned: ImportPlan, now: datetime) -> Iterator[bytes]:
    """The lines of a review log: the history of each card, then whether it is suspended, flagged or a leech."""
    for name, questions in ((f"{planned.folder}/{path}", several) for path, several in planned.new.items()):
        note = notes[name]
        asked = zip(questions, note.questions[-len(questions) :], strict=True)
        yield from _lines_of_cards(note, ((one.cards, question, question.cards) for one, question in asked), now)


def _log_of_new_cards(
    workspace: Workspace, planned: ImportPlan, known: Mapping[str, ImportedQuestion]
) -> Iterator[bytes]:
    """The lines of a review log about the cards that changed questions have now and had not."""
    for one, name in planned.changed:
        if (before := known_before(known, one)) is not None and (text := new_text(workspace, one, before, name)):
            cards = [text.question.cards[side] for side in text.fresh]
            asked = ([one.cards[side] for side in text.fresh], text.question, cards)
            yield from _lines_of_cards(text.note, [asked], workspace.clock())


def _lines_of_cards(
    note: Note, cards: Iterable[tuple[Sequence[IncomingCard], Question, Sequence[Card]]], now: datetime
) -> Iterator[bytes]:
    """Lines about cards of a note as they came and as they are here, with their questions."""
    marks: list[Marking] = []
    for there, question, here in cards:
        for incoming, card in zip(there, here, strict=True):
            yield from lines_of(note, question, card, incoming.past)
            card_id = question.id_of(note.path, card)
            marks += [Marking(card_id, mark, value) for mark, value in marks_today(incoming, now.date()).items()]
    if marks:
        seen = Seen.of(note, note.questions[-1], note.questions[-1].cards[0])
        yield line_of(mark_action(seen, now, marks)) + b"\n"


def _place_of(card: CardId) -> QuestionPlace:
    return QuestionPlace(card.path, card.hash, card.occurrence)


def _changes(
    workspace: Workspace,
    known: Mapping[str, ImportedQuestion],
    planned: ImportPlan,
    targets: Mapping[str, str],
    what: str,
    group: str,
) -> dict[str, CardId]:
    """Write new texts, then move questions to other decks; returns the new name of each one's first card.

    Where that is impossible by now, all stays as it was, and the next import tries again.
    """
    done: dict[str, CardId] = {}
    for one, name in planned.changed:
        with suppress(NoteError):
            before = known_before(known, one)
            if before is not None and (card := take_text(workspace, one, before, name, what, group)) is not None:
                done[one.key] = card
    for one, place in planned.moved:
        with suppress(NoteError):
            at = _place_of(done[one.key]) if one.key in done else place
            if (card := move(workspace, one, at, targets[one.key], what, group)) is not None:
                done[one.key] = card
    return done


def _remember(
    workspace: Workspace,
    known: dict[str, ImportedQuestion],
    planned: ImportPlan,
    notes: dict[str, Note],
    group: str,
    done: Mapping[str, CardId],
) -> None:
    now = workspace.clock()
    for name, note in notes.items():
        several = planned.new[name.removeprefix(f"{planned.folder}/")]
        for one, question in zip(several, note.questions[-len(several) :], strict=True):
            card = str(question.id_of(name, question.cards[0]))
            known[one.key] = ImportedQuestion(name, one.digest, one.text, group, _last(known, one), card, now)
            _learn(known[one.key], one, now)
    changed = {one.key for one, _ in planned.changed}
    news = [*(one for one, _ in (*planned.changed, *planned.moved, *planned.marked))]
    for one in {one.key: one for one in news}.values():
        if (was := _last(known, one)) is None:
            continue
        known.pop(one.also, None)
        text = (one.digest, one.text) if one.key in changed & done.keys() else (was.digest, was.text)
        first = done.get(one.key)
        about = (was.card, was.at) if first is None else (str(first), now)
        known[one.key] = ImportedQuestion(was.note if first is None else first.path, *text, group, was, *about)
        _learn(known[one.key], one, now)
    remember(workspace, known)


def _learn(record: ImportedQuestion, one: IncomingQuestion, now: datetime) -> None:
    """Record of a question what later imports compare."""
    record.deck = one.note
    record.cards = [
        ImportedCard(number, dict(marks_today(card, now.date())))
        for number, card in zip(one.numbers, one.cards, strict=True)
    ]


def _last(known: dict[str, ImportedQuestion], one: IncomingQuestion) -> ImportedQuestion | None:
    """What is known of a question, without what was known before that."""
    if (was := known_before(known, one)) is not None:
        was.was = None
    return was


def take_back(workspace: Workspace) -> Reverted:
    """Take the last import back, but for what was changed since; StudyError if there is none."""
    last = next((one for one in workspace.journal.latest() if one.kind is ActionKind.IMPORT), None)
    if last is None or last.group is None:
        raise StudyError("nothing was imported that could be taken back")
    return turn_whole(workspace, last.group, back=True)
