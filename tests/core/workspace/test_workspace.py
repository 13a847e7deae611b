"""A vault with its review log, wherever that is kept."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from studyapp.core.disk import leftovers
from studyapp.core.locations import FOLDER, Locations
from studyapp.core.notes import questions
from studyapp.core.notes.outline import Outline
from studyapp.core.schedule.entries import Grade
from studyapp.core.text.note_text import Edit, Span
from studyapp.core.vault.table import intake
from studyapp.core.workspace import workspace as module
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin
from tests.helpers.vaults import NOW, fronts_of, locations, make_vault, workspace


def test_what_was_logged_while_the_vault_took_no_files_is_written_once_it_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, home = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"}), tmp_path / "home"
    note = root / "a.md"
    with monkeypatch.context() as patch:
        patch.setattr(Locations, "journal", Locations.journal_outside)
        closed = workspace(root, home)
        note.chmod(0o444)
        session = begin(closed)
        assert closed.store.save(session.grade(Grade.GOOD)).why_not is not None
        assert closed.journal.path.is_relative_to(home)
    note.chmod(0o644)

    opened = workspace(root, home)
    assert opened.journal.path.is_relative_to(root)
    assert not closed.journal.path.exists()
    assert [action.grade for action in opened.journal.waiting] == [Grade.GOOD]
    assert [saved.why_not for saved in opened.recover()] == [None]
    assert b"<!--SR:" in note.read_bytes()
    assert [action.grade for action in workspace(root, home).journal.applied] == [Grade.GOOD]


def test_a_log_from_outside_joins_one_whose_last_line_was_cut(tmp_path: Path) -> None:
    root, home = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n\nc::d\n"}), tmp_path / "home"
    first = workspace(root, home)
    first.store.save(begin(first).grade(Grade.GOOD))
    inside = first.journal.path
    outside = first.locations.journal_outside(root)
    outside.parent.mkdir(parents=True)
    outside.write_bytes(inside.read_bytes().replace(first.journal.applied[0].id.encode(), b"another"))
    inside.write_bytes(inside.read_bytes() + b'{"v":1,"kind":"gra')
    assert [action.id for action in workspace(root, home).journal.applied] == [first.journal.applied[0].id, "another"]


def test_a_grade_parses_its_note_once_and_no_line_of_the_log(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = workspace(make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n\nc::d\n"}), tmp_path / "home")
    session = begin(here)
    parsed: list[str] = []

    def counting(lines: Sequence[str], first: int) -> Outline:
        parsed.append("a note")
        return Outline(lines, first)

    loads = json.loads

    def parsing(text: str | bytes) -> object:
        found = loads(text)
        parsed.extend(["a line"] * ("kind" in found))
        return found

    monkeypatch.setattr(questions, "Outline", counting)
    monkeypatch.setattr(json, "loads", parsing)
    for _ in range(2):
        parsed.clear()
        session.saved(here.store.save(session.grade(Grade.GOOD)))
        assert parsed == ["a note"]


def test_the_card_that_is_shown_first_is_none_that_a_review_would_leave_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "RACY", 0)  # otherwise what a test has just written is rightly not kept
    text = "#flashcards\n\na::b\n<!--SR:!2024-06-10,3,250-->\n"
    root, home = make_vault(tmp_path / "vault", {"a.md": text}), tmp_path / "home"
    workspace(root, home)  # the index is made
    before = Workspace.open(root, locations(home), lambda: NOW)
    first = before.first_card()
    assert first is not None
    assert first.card.front == "a"
    limited = Workspace.open(root, locations(home), lambda: NOW, {"reviews_per_day": "1"})
    assert limited.first_card() is None
    opened = workspace(root, home)
    saved = opened.store.save(begin(opened).suspend())
    assert Workspace.open(root, locations(home), lambda: NOW).first_card() is None
    opened.store.undo(saved.action, NOW)
    assert Workspace.open(root, locations(home), lambda: NOW).first_card() is not None


def test_no_card_is_shown_first_before_a_long_log_has_been_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "RACY", 0)
    text = "#flashcards\n\na::b\n<!--SR:!2024-06-10,3,250-->\n"
    root, home = make_vault(tmp_path / "vault", {"a.md": text}), tmp_path / "home"
    opened = workspace(root, home)
    assert Workspace.open(root, locations(home), lambda: NOW, later=True).knows_log  # it is short
    opened.store.save(begin(opened).suspend())
    monkeypatch.setattr(module, "_MUCH", 100)
    later = Workspace.open(root, locations(home), lambda: NOW, later=True)
    assert (later.knows_log, later.first_card()) == (False, None)
    told: list[tuple[int, int]] = []
    later.read_log(lambda done, of: told.append((done, of)))
    size = later.journal.path.stat().st_size
    assert told == [(size, size)]
    assert later.knows_log
    assert later.first_card() is None  # it is suspended
    again = Workspace.open(root, locations(home), lambda: NOW, later=True)
    assert again.knows_log  # nothing has been added since


def test_who_asks_for_a_log_that_was_left_for_later_gets_it_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root, home = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"}), tmp_path / "home"
    opened = workspace(root, home)
    saved = opened.store.save(begin(opened).suspend())
    monkeypatch.setattr(module, "_MUCH", 100)
    assert Workspace.open(root, locations(home), lambda: NOW, later=True).journal.last_applied() == saved.action
    later = Workspace.open(root, locations(home), lambda: NOW, later=True)
    assert [state.suspended for _, state in later.states] == [True]
    before = later.journal
    assert later.read_log() is before


def unsealed(log: Path) -> Path:
    """Make a log what the version before would have written."""
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    text = "".join(json.dumps({name: line[name] for name in line if name != "seal"}) + "\n" for line in lines)
    log.unlink()
    before = log.with_name("laptop.jsonl")
    before.write_text(text)
    return before


def test_grades_and_repairs_of_comments_that_the_version_before_logged_can_be_undone(tmp_path: Path) -> None:
    text = "#flashcards\n\na::b\n<!--SR:!2024-06-10,3,250-->\n"
    root, home = make_vault(tmp_path / "vault", {"a.md": text}), tmp_path / "home"
    note = root / "a.md"
    first = workspace(root, home)
    first.store.save(begin(first).grade(Grade.GOOD))
    graded = note.read_bytes()
    at = graded.index(b"<!--SR:")
    edit = Edit(Span(at, len(graded) - 1), graded[at:-1], b"<!--SR:!2030-01-01,9,250-->")
    first.store.edit("a.md", graded, (edit,), NOW)
    log = unsealed(first.journal.path)
    for wanted in (graded, text.encode()):
        again = workspace(root, home)
        assert again.journal.path == log
        last = again.journal.last_applied()
        assert last is not None
        again.store.undo(last, NOW)
        assert note.read_bytes() == wanted
    undone = again.journal.last_undone()
    assert undone is not None
    again.store.redo(undone, NOW)
    assert note.read_bytes() == graded


def test_a_grade_that_waits_in_a_log_of_the_version_before_is_written(tmp_path: Path) -> None:
    root, home = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n\nc::d\n"}), tmp_path / "home"
    first = workspace(root, home)
    session = begin(first)
    assert first.store.save(session.grade(Grade.GOOD)).why_not is None
    (root / "a.md").chmod(0o444)
    assert first.store.save(session.grade(Grade.GOOD)).why_not is not None
    unsealed(first.journal.path)
    (root / "a.md").chmod(0o644)
    assert [saved.why_not for saved in workspace(root, home).recover()] == [None]
    assert (root / "a.md").read_bytes().count(b"<!--SR:") == 2


def test_a_folder_of_logs_that_is_a_link_is_reported(tmp_path: Path) -> None:
    root, home = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"}), tmp_path / "home"
    (tmp_path / "other").mkdir()
    (root / ".studyapp").symlink_to(tmp_path / "other")
    one = workspace(root, home)
    one.store.save(begin(one).grade(Grade.GOOD))
    assert [problem.code for problem in one.journal.problems] == ["review-log-elsewhere"]
    assert list((tmp_path / "other").iterdir()) == []
    assert [action.grade for action in workspace(root, home).journal.applied] == [Grade.GOOD]


@pytest.mark.parametrize("name", [".studyapp", ".studyapp/reviews"])
def test_a_folder_of_logs_that_is_a_link_to_itself_is_reported(tmp_path: Path, name: str) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"})
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).symlink_to((root / name).name)
    one = workspace(root, tmp_path / "home")
    one.store.save(begin(one).grade(Grade.GOOD))
    assert [(problem.code, problem.path) for problem in one.journal.problems] == [
        ("review-log-elsewhere", str(root / FOLDER))
    ]
    assert b"<!--SR:" in (root / "a.md").read_bytes()


@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "loop", "huge"])
def test_anything_but_a_file_in_the_place_of_the_log_is_left_alone_and_reported(tmp_path: Path, kind: str) -> None:
    root = make_vault(tmp_path / "vault", {"N.md": "#flashcards\n\na::b\n"})
    log = locations(tmp_path / "home").journal(root)
    log.parent.mkdir(parents=True)
    if kind == "pipe":
        os.mkfifo(log)
    elif kind == "folder":
        log.mkdir()
    elif kind == "device":
        log.symlink_to("/dev/zero")
    elif kind == "loop":
        log.symlink_to(log.name)
    else:
        with log.open("wb") as file:
            file.truncate(10**12)
    desk = workspace(root, tmp_path / "home")
    assert desk.journal.path == locations(tmp_path / "home").journal_outside(root)
    (problem,) = desk.journal.problems
    assert problem.path == str(log)
    desk.store.save(begin(desk).grade(Grade.GOOD))
    assert b"<!--SR:" in (root / "N.md").read_bytes()


def test_what_recovery_writes_the_vault_knows(tmp_path: Path) -> None:
    text = "#flashcards\n\na::b\n<!--SR:!2024-06-10,3,250-->\n"
    root, home = make_vault(tmp_path / "vault", {"a.md": text, "b.md": "#flashcards\n\nc::d\n"}), tmp_path / "home"
    first = workspace(root, home)
    saved = first.store.save(begin(first).grade(Grade.GOOD))
    first.journal.undoing(saved.action, NOW)  # and here it is killed
    old, theirs = (root / "b.md").read_bytes(), b"#flashcards\n\ntheirs::text\n"
    leftovers.name_beside(root / "b.md", b"before", old, "ab12", leftovers.TWIN).write_bytes(theirs)
    again = workspace(root, home)
    assert [one.action.id for one in again.recover()] == [saved.action.id]
    assert (root / "a.md").read_text() == text
    row = again.vault.row(saved.action.card)
    assert row is not None
    assert row.question.entries == ("2024-06-10,3,250",)
    assert [entry.raw for entry in again.vault.find(saved.action.card).question.entries] == ["2024-06-10,3,250"]
    assert (root / "b.md").read_bytes() == theirs
    assert fronts_of(again.vault, again.vault.rows()) == ["a", "theirs"]
