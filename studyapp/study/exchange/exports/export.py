"""Exports cards into a file for another program, or for scripts."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable
from enum import StrEnum
from pathlib import Path
from tempfile import gettempdir

from studyapp.core.disk.files import read_file
from studyapp.core.disk.place import files_in
from studyapp.core.disk.whole import whole
from studyapp.core.errors import MisuseError, StudyError
from studyapp.core.locations import FOLDER, leads_elsewhere
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.links import Catalogue
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.anki.types import CLOZE
from studyapp.study.exchange.exports.apkg import Package, Report
from studyapp.study.exchange.exports.plain import write_anki_text, write_csv, write_json
from studyapp.study.exchange.known.collect import ExchangeProgress, Outgoing, collect
from studyapp.study.exchange.known.exported import FILE, ExportedNotes


class Form(StrEnum):
    """The format of a file, by its extension."""

    APKG = ".apkg"
    JSON = ".json"
    CSV = ".csv"
    TEXT = ".txt"


def form_of(file: Path) -> Form:
    """The format that a file's name asks for; MisuseError if none."""
    ending = {".tsv": ".txt"}.get(file.suffix.lower(), file.suffix.lower())
    try:
        return Form(ending)
    except ValueError:
        raise MisuseError(
            f"{file.name}: end the name in .apkg (Anki), .json (everything), .csv (a table) or .txt (Anki's text)"
        ) from None


def export(
    workspace: Workspace,
    file: Path,
    wanted: Collection[CardId] | None = None,
    deck: str | None = None,
    tell: ExchangeProgress = lambda _done, _of: None,
) -> Report:
    """Export cards, only the wanted ones or those of a deck where given, into a file, all or nothing.

    The log must not be written meanwhile; `tell` is called with the number of notes done and the total.

    Raises:
        MisuseError: if its name asks for no form.
        StudyError: if the file cannot be written.
    """
    form = form_of(file)
    questions = collect(workspace, wanted, deck, tell)
    try:
        return _WRITERS[form](workspace, file, questions)
    except OSError as error:
        raise StudyError(f"can't write {file} ({error.strerror or error})") from error
    except sqlite3.Error as error:  # a package's database is written where temporary files are
        raise StudyError(f"can't write {file} ({error} in {gettempdir()})") from error


def _apkg(workspace: Workspace, file: Path, questions: Iterable[Outgoing]) -> Report:
    package, known = _begun(workspace)
    for question in questions:
        package.add(question)
    with whole(file) as written:
        package.write(written)
    _remember(workspace, known, package.report)
    return package.report


def _text(workspace: Workspace, file: Path, questions: Iterable[Outgoing]) -> Report:
    package, known = _begun(workspace)
    rows: list[tuple[str, ...]] = []
    for question in questions:
        fields = package.fields(question)
        if fields.orders:
            name = known.of(question, "\x1f".join(fields.values), cloze=fields.type == CLOZE).guid
            both = fields.type != CLOZE and bool(fields.values[2])
            kind = "Cloze" if fields.type == CLOZE else "Basic (and reversed card)" if both else "Basic"
            deck = (question.question.decks or ("Default",))[0].replace("/", "::")
            tags = " ".join(tag.removeprefix("#").replace("/", "::") for tag in question.tags)
            rows.append((name, kind, deck, tags, fields.values[0], "" if fields.type == CLOZE else fields.values[1]))
            package.report.cards += len(question.cards)
    with whole(file) as written:
        write_anki_text(written, rows)
    _remember(workspace, known, package.report)
    package.report.notes = len(rows)
    return package.report


def _json(workspace: Workspace, file: Path, questions: Iterable[Outgoing]) -> Report:
    with whole(file) as written:
        cards = write_json(written, questions, workspace.vault.root.name, workspace.clock().isoformat())
    return Report(cards=cards)


def _csv(_workspace: Workspace, file: Path, questions: Iterable[Outgoing]) -> Report:
    with whole(file) as written:
        return Report(cards=write_csv(written, questions))


_WRITERS: dict[Form, Callable[[Workspace, Path, Iterable[Outgoing]], Report]] = {
    Form.APKG: _apkg,
    Form.JSON: _json,
    Form.CSV: _csv,
    Form.TEXT: _text,
}


def _file(workspace: Workspace) -> Path:
    return (workspace.vault.root / FOLDER).parent / FILE


def _begun(workspace: Workspace) -> tuple[Package, ExportedNotes]:
    """A package of the vault, and what earlier exports said of its questions."""
    root, now = workspace.vault.root, workspace.clock()
    try:
        text = read_file(_file(workspace))
    except OSError:
        text = b""
    known = ExportedNotes(text, now, workspace.history.current)
    return Package(root, Catalogue(files_in(root)), known, now), known


def _remember(workspace: Workspace, known: ExportedNotes, report: Report) -> None:
    """Record which Anki notes the questions are; nothing is written in a vault that leads elsewhere, or is gone."""
    root = workspace.vault.root
    file = _file(workspace)
    if leads_elsewhere(root, file) or not workspace.place.is_there:
        return
    try:
        file.parent.mkdir(exist_ok=True)
        with whole(file) as written:
            written.write(known.text())
    except OSError as error:
        why = f"{file} can't be written ({error.strerror or error})"
        report.problems.append(f"{why}: once its text has changed here, Anki will take a card for a new one")
