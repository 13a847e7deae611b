"""A vault with its review log, wherever that has to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.locations import Locations
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault import index
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin
from tests.helpers.vaults import NOW, locations, make_vault, workspace


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


def test_the_card_that_is_shown_first_is_none_that_a_review_would_leave_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(index, "RACY", 0)  # else what a test has just written is rightly not kept
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
