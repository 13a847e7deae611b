"""What an import brings into a vault: planned and previewed, then written as one step that can be undone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from functools import cache, partial
from typing import Final

from msgspec import Struct, field

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import NoteError, StudyError
from studyapp.core.log.actions import RENAMED, Action, ActionKind, Marking
from studyapp.core.log.journal import new_id
from studyapp.core.log.lines import line_of
from studyapp.core.log.marks import Mark
from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import Note, parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, Span
from studyapp.core.workspace.arrivals import bring
from studyapp.core.workspace.groups import Reverted, turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.arriving import ArrivingFiles
from studyapp.study.exchange.brought import Brought, as_bytes, brought, bytes_of, remember
from studyapp.study.exchange.collect import ExchangeProgress
from studyapp.study.exchange.history import lines_of
from studyapp.study.exchange.incoming import DIGEST, ImportSource, IncomingQuestion, NotImported, deck_path
from studyapp.study.exchange.incoming_notes import appended, note_text, tags_of
from studyapp.study.exchange.markdown import file_name
from studyapp.study.exchange.merging import KnownHere, QuestionPlace, ReviewedElsewhere

MEDIA: Final = "media"
"""The folder of pictures and sounds, below that of an import."""


class Arrival(Struct):
    """What an import will do, or did."""

    folder: str
    one_note: str = ""
    """The note that all new questions go into, below tags; empty where each deck has a note."""
    new: dict[str, list[IncomingQuestion]] = field(default_factory=dict)
    """By the note that they go into, below the folder."""
    changed: list[tuple[IncomingQuestion, str]] = field(default_factory=list)
    """Questions whose text changed in Anki and not here, each with its note."""
    reviewed: list[ReviewedElsewhere] = field(default_factory=list)
    """Questions already here that were reviewed elsewhere since."""
    kept: list[NotImported] = field(default_factory=list)
    """Questions whose text changed in Anki and here: yours stays."""
    same: int = 0
    """Questions imported before and unchanged since, or deleted here."""
    left_out: list[NotImported] = field(default_factory=list)
    losses: Counter[str] = field(default_factory=Counter)
    """What could not be imported of questions, and how often."""
    media: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    """Media that the package names but does not contain."""

    @property
    def does_something(self) -> bool:
        """Whether anything would be written."""
        return bool(self.new or self.changed or self.reviewed)

    @property
    def questions(self) -> list[IncomingQuestion]:
        """Those that are new."""
        return [one for several in self.new.values() for one in several]

    @property
    def cards(self) -> int:
        """How many new cards there are."""
        return sum(len(one.cards) for one in self.questions)

    @property
    def reviews(self) -> int:
        """How many reviews come with them."""
        return sum(len(card.past) for one in self.questions for card in one.cards)

    def deck(self, settings: Settings) -> str:
        """The deck of all new questions; empty if there are several."""
        decks = {deck for one in self.questions for deck in tags_of(one, settings)}
        shared = next(iter(decks), "")
        while shared and not all(f"{deck}/".startswith(f"{shared}/") for deck in decks):
            shared = shared.rpartition("/")[0]
        return shared

    def samples(self, number: int) -> list[tuple[str, list[str]]]:
        """The first questions, as they read in the file, and by the lines that they will have here."""
        return [
            (one.there, [line for line in one.text.split("\n") if line and not line.startswith("<!--anki-")])
            for one in self.questions[:number]
        ]


def plan(
    workspace: Workspace,
    source: ImportSource,
    folder: str,
    tell: ExchangeProgress = lambda _done, _of: None,
    *,
    one_note: str = "",
) -> Arrival:
    """Work out what a file would bring, writing nothing; StudyError if it cannot be read.

    Args:
        workspace: the vault.
        source: the file.
        folder: the folder of the vault that it goes into.
        tell: called with the number of questions done and the total.
        one_note: the note that all of it goes into, with a tag for each deck; by default each deck gets a note.
    """
    arrival = Arrival(folder, one_note)
    known = brought(workspace)
    settings = workspace.vault.settings_of(f"{folder}/x.md")
    wanted: set[str] = set()
    here = KnownHere(workspace)
    there = cache(partial(_there, workspace, folder))
    total = source.size
    for done, one in enumerate(_once(source.questions(settings, workspace.clock()))):
        tell(min(done, total), total)
        if isinstance(one, NotImported):
            arrival.left_out.append(one)
        elif _is_here(workspace, arrival, here, known, one):
            continue
        elif (question := _read(one, settings)) is None:
            arrival.left_out.append(NotImported(_first_line(one), "it would not be read as the same cards here"))
        elif question.key in there(
            one_note or one.note
        ):  # an import was interrupted before it could note what it brought
            arrival.same += 1
        else:
            arrival.new.setdefault(one_note or one.note, []).append(one)
            arrival.losses.update(one.losses)
            wanted |= one.media
    tell(total, total)
    arrival.new.get(one_note, []).sort(key=lambda one: one.decks)
    arrival.media = sorted(wanted & set(source.media))
    arrival.missing = sorted(wanted - set(source.media))
    return arrival


def _is_here(
    workspace: Workspace, arrival: Arrival, here: KnownHere, known: Mapping[str, Brought], one: IncomingQuestion
) -> bool:
    """Whether a question is here already; then what becomes of it is part of the plan."""
    place: QuestionPlace | None = None
    if (before := known.get(one.key)) is not None:
        _again(workspace, arrival, one, before)
        place = None if before.question is None else here.current(*before.question)
    elif (ours := here.exported.get(one.key)) is not None:
        if one.is_part or ours.digest == one.digest[:DIGEST]:
            arrival.same += 1
        else:
            arrival.kept.append(NotImported(_first_line(one), "it went to Anki from here; your text stays"))
    elif (place := here.imported.get(one.key)) is not None:  # by an import of which nothing is known any more
        if as_bytes(one.text) in bytes_of(workspace, place.path):
            arrival.same += 1
        else:
            arrival.kept.append(NotImported(_first_line(one), "it is here with another text, which stays"))
    elif one.origin is not None and here.found(place := here.current(*one.origin)) is not None:
        arrival.same += 1
    else:
        return False
    arrival.reviewed += filter(None, [here.merged(one, place)])
    return True


def _once(questions: Iterable[IncomingQuestion | NotImported]) -> Iterator[IncomingQuestion | NotImported]:
    """Each question where it comes first."""
    met = set[str]()
    for one in questions:
        if isinstance(one, IncomingQuestion) and one.key in met:
            yield NotImported(_first_line(one), "it is in the file twice")
            continue
        if isinstance(one, IncomingQuestion):
            met.add(one.key)
        yield one


def _again(workspace: Workspace, arrival: Arrival, one: IncomingQuestion, before: Brought) -> None:
    """What becomes of a question that came in before."""
    if before.digest == one.digest or before.text == one.text:
        arrival.same += 1
        return
    try:
        raw = workspace.store.files.read(before.note)
    except NoteError:
        arrival.same += 1  # deleted here
        return
    if raw.count(as_bytes(before.text)) == 1:
        arrival.changed.append((one, before.note))
    elif one.key.encode() in raw:
        arrival.kept.append(NotImported(_first_line(one), "it was changed in Anki and here; yours stays"))
    else:
        arrival.same += 1


def _read(one: IncomingQuestion, settings: Settings) -> Question | None:
    """The question as it will be read here; None where that is another one, or several."""
    questions = parse_note("x.md", as_bytes(note_text([one], settings)), settings).questions
    if len(questions) != 1 or len(questions[0].cards) != len(one.cards):
        return None
    pairs = zip(questions[0].cards, one.cards, strict=True)
    if not one.is_scheduled and any((card.schedule is None) != (come.schedule is None) for card, come in pairs):
        return None  # something in its text looks like a schedule
    return questions[0]


def _there(workspace: Workspace, folder: str, note: str) -> frozenset[str]:
    """The questions of a note, by their keys."""
    name = f"{folder}/{note}"
    settings = workspace.vault.settings_of(name)
    return frozenset(one.key for one in parse_note(name, bytes_of(workspace, name), settings).questions)


def _first_line(one: IncomingQuestion) -> str:
    return (one.there or one.text).split("\n", maxsplit=1)[0][:80]


def note_named(name: str) -> str:
    """A note for all that a file of that name brings."""
    return f"{deck_path(name)}.md"


def carry_out(
    workspace: Workspace, source: ImportSource, arrival: Arrival, tell: ExchangeProgress = lambda _done, _of: None
) -> list[str]:
    """Write what was planned, as one action; returns the paths of the new files.

    Raises:
        StudyError: if it cannot be written, or the vault takes no files.
    """
    if not arrival.does_something:
        return []
    root, now, folder = workspace.vault.root, workspace.clock(), arrival.folder
    fresh: dict[str, bytes] = {}
    added: dict[str, tuple[bytes, bytes]] = {}
    notes: dict[str, Note] = {}
    for path, questions in arrival.new.items():
        name = f"{folder}/{path}"
        settings = workspace.vault.settings_of(name)
        if (root / name).exists():
            raw = workspace.store.files.read(name)
            new = appended(name, raw, questions, settings, one_note=bool(arrival.one_note))
            added[name] = raw, new
        else:
            fresh[path] = new = as_bytes(note_text(questions, settings, one_note=bool(arrival.one_note)))
        notes[name] = parse_note(name, new, settings)
    media = {f"{MEDIA}/{file_name(name)}": name for name in arrival.media}
    media = {path: name for path, name in media.items() if not (root / folder / path).exists()}
    files = ArrivingFiles(root, fresh, source, media, tell)
    here = KnownHere(workspace)
    past, what = _log(notes, arrival, now) + here.log_of(arrival.reviewed), f"the import into {folder}"
    group = bring(workspace.journal, workspace.place, folder, files, past=past, what=what, now=now).id
    for name, (raw, new) in added.items():
        edit = Edit(Span(len(raw), len(raw)), b"", new[len(raw) :])
        workspace.store.edit(name, raw, (edit,), now, what, group=group)
    for name in sorted({one.place.path for one in arrival.reviewed if one.entries}):
        with suppress(NoteError):  # then its schedules stay; the reviews count
            mine = [one for one in arrival.reviewed if one.entries and one.place.path == name]
            raw, edits = here.schedules_of(name, mine)
            workspace.store.edit(name, raw, tuple(edits), now, what, group=group)
    known = brought(workspace)
    for one, name in arrival.changed:
        _update(workspace, one, known[one.key], name, what, group)
    _remember(workspace, known, arrival, notes, group)
    return sorted(f"{folder}/{path}" for path in files)


def _log(notes: dict[str, Note], arrival: Arrival, now: datetime) -> bytes:
    """The lines of a review log: the history of each card, then whether it is suspended, flagged or a leech."""
    log = bytearray()
    for name, questions in ((f"{arrival.folder}/{path}", several) for path, several in arrival.new.items()):
        note = notes[name]
        marks: list[Marking] = []
        for one, question in zip(questions, note.questions[-len(questions) :], strict=True):
            for incoming, card in zip(one.cards, question.cards, strict=True):
                for line in lines_of(note, question, card, incoming.past):
                    log += line
                card_id = question.id_of(name, card)
                marks += [Marking(card_id, Mark.SUSPENDED, "1")] * incoming.suspended
                marks += [Marking(card_id, Mark.FLAG, str(incoming.flag))] * bool(incoming.flag)
                marks += [Marking(card_id, Mark.LEECH, "1")] * incoming.leech
                if incoming.buried_until is not None:
                    marks.append(Marking(card_id, Mark.BURIED, incoming.buried_until.isoformat()))
        if marks:
            seen = Seen.of(note, note.questions[-1], note.questions[-1].cards[0])
            action = Action(new_id(), ActionKind.MARK, now, seen, None, None, None, "", marks=tuple(marks))
            log += line_of(action) + b"\n"
    return bytes(log)


def _update(workspace: Workspace, one: IncomingQuestion, before: Brought, name: str, what: str, group: str) -> None:
    """Put the text that a question has in Anki now in the place of the one that it had."""
    raw = workspace.store.files.read(name)
    old, new = as_bytes(before.text), as_bytes(one.text)
    start = raw.find(old)
    if start < 0:
        return
    settings = workspace.vault.settings_of(name)
    was = parse_note(name, raw, settings)
    after = parse_note(name, raw[:start] + new + raw[start + len(old) :], settings)
    changed = [(a, b) for a, b in zip(was.questions, after.questions, strict=False) if a.key != b.key]
    renamed = [
        Marking(a.id_of(name, card), RENAMED, str(b.id_of(name, other)))
        for a, b in changed[:1]
        for card, other in zip(a.cards, b.cards, strict=False)
    ]
    with suppress(NoteError):  # then it is as it was, and the next import tries again
        edit = Edit(Span(start, start + len(old)), old, new)
        workspace.store.edit(name, raw, (edit,), workspace.clock(), what, tuple(renamed), group=group)


def _remember(
    workspace: Workspace, known: dict[str, Brought], arrival: Arrival, notes: dict[str, Note], group: str
) -> None:
    now = workspace.clock()
    for name, note in notes.items():
        several = arrival.new[name.removeprefix(f"{arrival.folder}/")]
        for one, question in zip(several, note.questions[-len(several) :], strict=True):
            card = str(question.id_of(name, question.cards[0]))
            known[one.key] = Brought(name, one.digest, one.text, group, _last(known, one), card, now)
    for one, name in arrival.changed:
        was = _last(known, one)
        known[one.key] = Brought(name, one.digest, one.text, group, was, *((was.card, was.at) if was else ()))
    remember(workspace, known)


def _last(known: dict[str, Brought], one: IncomingQuestion) -> Brought | None:
    """What is known of a question, without what was known before that."""
    if (was := known.get(one.key)) is not None:
        was.was = None
    return was


def take_back(workspace: Workspace) -> Reverted:
    """Take the last import back, but for what was changed since; StudyError if there is none."""
    last = next((one for one in workspace.journal.latest() if one.kind is ActionKind.IMPORT), None)
    if last is None or last.group is None:
        raise StudyError("nothing was imported that could be taken back")
    return turn_whole(workspace, last.group, back=True)
