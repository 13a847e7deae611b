"""What an import brings into a vault, planned and previewed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import cache, partial
from typing import Final

from msgspec import Struct, field

from studyapp.core.errors import NoteError
from studyapp.core.log.actions import Marking
from studyapp.core.notes.cards import Question
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.days import today
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import as_bytes
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.imports.elsewhere import marks_today, news
from studyapp.study.exchange.imports.imported import ImportedQuestion, bytes_of, imported
from studyapp.study.exchange.imports.merging import KnownHere, QuestionPlace, ReviewedElsewhere
from studyapp.study.exchange.known.collect import ExchangeProgress
from studyapp.study.exchange.reading.incoming import (
    DIGEST,
    ImportSource,
    IncomingQuestion,
    NotImported,
    deck_path,
)
from studyapp.study.exchange.reading.incoming_notes import note_text, tags_of

_OTHERWISE: Final = "it would not be read as the same cards here"


class ImportPlan(Struct):
    """What an import will do, or did."""

    folder: str
    one_note: str = ""
    """The note that all new questions go into, below tags; empty where each deck has a note."""
    new: dict[str, list[IncomingQuestion]] = field(default_factory=dict)
    """By the note that they go into, below the folder."""
    changed: list[tuple[IncomingQuestion, str]] = field(default_factory=list)
    """Questions whose text changed in Anki and not here, each with its note."""
    moved: list[tuple[IncomingQuestion, QuestionPlace]] = field(default_factory=list)
    """Questions that were moved to another deck in Anki and not here, each with its place here."""
    marked: list[tuple[IncomingQuestion, list[Marking]]] = field(default_factory=list)
    """Questions with cards that were suspended, flagged or the like in Anki and not here."""
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
        return bool(self.new or self.changed or self.moved or self.marked or self.reviewed)

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


def plan_import(
    workspace: Workspace,
    source: ImportSource,
    folder: str,
    tell: ExchangeProgress = lambda _done, _of: None,
    *,
    one_note: str = "",
) -> ImportPlan:
    """Work out what a file would bring into a folder of the vault, writing nothing; StudyError if it cannot be read.

    `one_note` is the note that all of it goes into, with a tag for each deck; by default each deck gets a note.
    `tell` is called with the number of questions done and the total.
    """
    planned = ImportPlan(folder, one_note)
    known = imported(workspace)
    settings = workspace.vault.settings_of(f"{folder}/x.md")
    day = today(workspace.clock(), settings.start_of_day)
    wanted: set[str] = set()
    here = KnownHere(workspace)
    there = cache(partial(_there, workspace, folder))
    total = source.size
    for done, one in enumerate(_once(source.questions(settings, workspace.clock()))):
        tell(min(done, total), total)
        if isinstance(one, NotImported):
            planned.left_out.append(one)
        elif _is_here(workspace, planned, here, known, one, day):
            continue
        elif (question := _read(one, settings)) is None:
            planned.left_out.append(NotImported(_first_line(one), _OTHERWISE))
        elif question.key in there(
            one_note or one.note
        ):  # an import was interrupted before it could note what it brought
            planned.same += 1
        else:
            planned.new.setdefault(one_note or one.note, []).append(one)
            planned.losses.update(one.losses)
            wanted |= one.media
    tell(total, total)
    planned.new.get(one_note, []).sort(key=lambda one: one.decks)
    planned.media = sorted(wanted & set(source.media))
    planned.missing = sorted(wanted - set(source.media))
    return planned


def _is_here(
    workspace: Workspace,
    planned: ImportPlan,
    here: KnownHere,
    known: Mapping[str, ImportedQuestion],
    one: IncomingQuestion,
    day: date,
) -> bool:
    """Whether a question is here already; then what becomes of it is part of the plan."""
    place: QuestionPlace | None = None
    numbers: list[int] = []
    if (before := known_before(known, one)) is not None:
        place = None if before.question is None else here.current(*before.question)
        found = None if place is None else here.found(place)
        numbers = [card.number for card in before.cards]
        _again(workspace, planned, one, before, before.note if place is None or found is None else place.path)
        if place is not None and found is not None and len(numbers) == len(found[1].cards):
            _marks_again(workspace, planned, one, before, (place.path, found[1]), day)
            _deck_again(planned, one, before, place)
    elif (ours := here.exported.get(one.key)) is not None:
        if one.is_part or ours.digest == one.digest[:DIGEST]:
            planned.same += 1
        else:
            planned.kept.append(NotImported(_first_line(one), "it went to Anki from here; your text stays"))
    elif (place := here.imported.get(one.key)) is not None:  # by an import of which nothing is known any more
        if as_bytes(one.text) in bytes_of(workspace, place.path):
            planned.same += 1
        else:
            planned.kept.append(NotImported(_first_line(one), "it is here with another text, which stays"))
    elif one.origin is not None and here.found(place := here.current(*one.origin)) is not None:
        planned.same += 1
    else:
        return False
    planned.reviewed += filter(None, [here.merged(one, place, numbers)])
    return True


def known_before(known: Mapping[str, ImportedQuestion], one: IncomingQuestion) -> ImportedQuestion | None:
    """What is known of a question, also where Anki's note had another number of cards then."""
    if (before := known.get(one.key)) is None and (other := known.get(one.also)) is not None:
        number = other.cards[0].number if other.cards else 0
        return other if one.numbers[0] == number else None
    return before


def _marks_again(
    workspace: Workspace,
    planned: ImportPlan,
    one: IncomingQuestion,
    before: ImportedQuestion,
    found: tuple[str, Question],
    day: date,
) -> None:
    """What becomes of marks that were set or removed in Anki since."""
    path, question = found
    cards = dict(zip(one.numbers, one.cards, strict=True)) if one.tells_marks else {}
    marks: list[Marking] = []
    for known, card in zip(before.cards, question.cards, strict=True):
        if (there := cards.get(known.number)) is None:
            continue
        name = question.id_of(path, card)
        here = marks_today(workspace.states.of(name), day)
        for mark, value, why in news(known.marks, marks_today(there, day), here, day):
            if why:
                planned.kept.append(NotImported(_first_line(one), why))
            else:
                marks.append(Marking(name, mark, value))
    if marks:
        planned.marked.append((one, marks))


def _deck_again(planned: ImportPlan, one: IncomingQuestion, before: ImportedQuestion, place: QuestionPlace) -> None:
    """What becomes of a question that was moved to another deck in Anki since."""
    if before.deck in ("", one.note):
        return
    if place.path == before.note:
        planned.moved.append((one, place))
    elif place.path != f"{planned.folder}/{planned.one_note or one.note}":
        planned.kept.append(NotImported(_first_line(one), "it was moved in Anki and here; it stays where it is"))


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


def _again(
    workspace: Workspace, planned: ImportPlan, one: IncomingQuestion, before: ImportedQuestion, name: str
) -> None:
    """What becomes of the text of a question that came in before."""
    numbers = [card.number for card in before.cards] or one.numbers
    if before.text == one.text or (before.digest == one.digest and numbers == one.numbers):
        planned.same += 1
        return
    try:
        raw = workspace.store.files.read(name)
    except NoteError:
        planned.same += 1  # deleted here
        return
    if raw.count(as_bytes(before.text)) == 1:
        if _read(one, workspace.vault.settings_of(name)) is None:
            planned.kept.append(NotImported(_first_line(one), _OTHERWISE))
        else:
            planned.changed.append((one, name))
    elif one.key.encode() in raw:
        planned.kept.append(NotImported(_first_line(one), "it was changed in Anki and here; yours stays"))
    else:
        planned.same += 1


def _read(one: IncomingQuestion, settings: Settings) -> Question | None:
    """The question as it will be read here; None where that is another one, or several."""
    questions = parse_note("x.md", as_bytes(note_text([one], settings)), settings).questions
    if len(questions) != 1 or not one.cards or len(questions[0].cards) != len(one.cards):
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
