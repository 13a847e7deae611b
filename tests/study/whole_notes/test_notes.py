"""Whole notes of a vault: found, graded through the store, undone byte for byte."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.whole_notes.notes import WholeNotes
from studyapp.study.whole_notes.session import NoteSession
from tests.helpers.vaults import NOW, make_vault, workspace

DUE = "---\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n#review\n\nOld.\n"
NOTES = {
    "new.md": "#review\n\nSee [[due]] and [[due]].\n",
    "due.md": DUE,
    "later.md": DUE.replace("2024-06-10", "2024-07-10"),
    "plain.md": "No tag, [[new]].\n",
    "cards.md": "#flashcards #review/soon\n\nFrance::Paris\n",
}


def opened(tmp_path: Path) -> Workspace:
    make_vault(tmp_path / "v", NOTES)
    return workspace(tmp_path / "v", tmp_path / "h")


def desk_of(here: Workspace) -> WholeNotes:
    desk = WholeNotes(here.vault, here.clock)
    desk.read()
    return desk


def test_due_notes_come_first_and_notes_without_the_tag_never(tmp_path: Path) -> None:
    desk = desk_of(opened(tmp_path))
    assert sorted(desk.notes) == ["cards.md", "due.md", "later.md", "new.md"]
    assert [note.path for note in desk.queue()] == ["due.md", "cards.md", "new.md"]


def test_a_new_note_takes_after_those_that_it_links_to(tmp_path: Path) -> None:
    desk = desk_of(opened(tmp_path))
    (tmp_path / "v/due.md").write_text(DUE.replace("sr-ease: 250", "sr-ease: 400"))
    desk.read()
    assert desk.previews(desk.notes["new.md"])[Grade.GOOD].ease > 250
    assert desk.previews(desk.notes["cards.md"])[Grade.GOOD].ease == 250


def test_a_grade_changes_three_values_and_undo_gives_the_bytes_back(tmp_path: Path) -> None:
    here = opened(tmp_path)
    session = NoteSession(desk_of(here))
    assert session.current is not None
    assert session.text == "#review\n\nOld.\n"
    given = session.previews()[Grade.GOOD]
    action = session.grade(Grade.GOOD)
    assert action is not None
    saved = here.store.save(action)
    assert saved.why_not is None
    lines = (tmp_path / "v/due.md").read_text().splitlines()
    assert lines[1] == f"sr-due: {given.due}"
    assert lines[4:] == DUE.splitlines()[4:]
    assert session.counts() == (0, 2)
    session.taken_back(here.store.undo(saved.action, NOW))
    assert (tmp_path / "v/due.md").read_text() == DUE
    assert session.current is not None
    assert session.current.schedule == Sm2(date(2024, 6, 10), 4, 250)
    assert session.counts() == (1, 2)
    undone = here.journal.last_undone()
    assert undone is not None
    session.done_again(here.store.redo(undone, NOW))
    assert session.counts() == (0, 2)
    assert desk_of(here).queue()[0].schedule is None


@pytest.mark.parametrize("grade", [Grade.HARD, Grade.GOOD, Grade.EASY])
def test_a_note_without_front_matter_gets_one_and_loses_it_again(tmp_path: Path, grade: Grade) -> None:
    here = opened(tmp_path)
    desk = desk_of(here)
    saved = here.store.save(desk.grade(desk.notes["new.md"], grade))
    written = (tmp_path / "v/new.md").read_text()
    assert written.startswith("---\nsr-due: 2024-06-")
    assert written.endswith(NOTES["new.md"])
    here.store.undo(saved.action, NOW)
    assert (tmp_path / "v/new.md").read_text() == NOTES["new.md"]


def test_the_review_skips_chooses_and_leaves_out_what_is_gone(tmp_path: Path) -> None:
    here = opened(tmp_path)
    session = NoteSession(desk_of(here))
    session.skip()
    assert [note.path for note in session.notes()] == ["cards.md", "new.md", "due.md"]
    session.choose("due.md")
    assert [note.path for note in session.notes()] == ["due.md", "cards.md", "new.md"]
    (tmp_path / "v/cards.md").unlink()
    (tmp_path / "v/new.md").write_text("The tag is gone.\n")
    session.grade(Grade.EASY)
    assert session.counts() == (0, 0)


def test_a_note_that_another_program_has_graded_meanwhile_is_not_asked(tmp_path: Path) -> None:
    here = opened(tmp_path)
    session = NoteSession(desk_of(here))
    session.skip()
    (tmp_path / "v/due.md").write_text(DUE.replace("2024-06-10", "2024-08-10"))
    for _ in range(2):
        session.grade(Grade.GOOD)
    assert session.current is None
