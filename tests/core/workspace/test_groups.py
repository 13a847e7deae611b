"""Changes of many schedules as one action."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.comments import differ_in_comments
from studyapp.core.edits.standing import standing
from studyapp.core.errors import JournalError, NoteError
from studyapp.core.log.actions import Action
from studyapp.core.notes.note import parse_note
from studyapp.core.workspace.groups import EntryGroup, begin_group, carry_out, redo_group, undo_group, unfinished
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from tests.helpers import strategies
from tests.helpers.strategies import examples
from tests.helpers.vaults import NOW, make_vault, workspace
from tests.helpers.written import full_disk


def test_undoing_a_group_reads_no_more_of_the_log_than_what_followed_its_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "#flashcards\n\na::b\n<!--SR:!2024-06-10,4,250-->\n"
    desk = workspace(make_vault(tmp_path / "vault", {"A.md": note}), tmp_path / "home")

    def made(kind: PlanKind) -> EntryGroup:
        group = plan(desk, PlanOrder(kind, 5), desk.vault.rows()).group
        begin_group(desk, group)
        carry_out(desk, group)
        return group

    made(PlanKind.POSTPONE)
    group, latest = made(PlanKind.RESET), desk.journal.latest

    def read() -> Iterator[Action]:
        for action in latest():
            yield action
            assert action.id > group.id, "read on"

    monkeypatch.setattr(desk.journal, "latest", read)
    assert len(undo_group(desk.store, group.id, NOW).saved) == 1


def test_a_change_of_which_nothing_could_be_written_was_never_begun(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "#flashcards\n\na::b\n<!--SR:!2024-06-10,4,250-->\n"
    desk = workspace(make_vault(tmp_path / "vault", {"A.md": note}), tmp_path / "home")
    group = plan(desk, PlanOrder(PlanKind.RESET), desk.vault.rows()).group
    begin_group(desk, group)
    full_disk(monkeypatch, lambda _: True)
    with pytest.raises(JournalError):
        carry_out(desk, group)
    assert unfinished(desk) is None


@pytest.mark.parametrize("notes", [0, 1])
def test_a_change_that_a_missing_drive_stopped_can_be_finished_once_it_is_back(tmp_path: Path, notes: int) -> None:
    text = "#flashcards\n\na::b\n<!--SR:!2024-06-10,4,250-->\n"
    root = make_vault(tmp_path / "vault", {f"{number}.md": text for number in range(3)})
    desk = workspace(root, tmp_path / "home")
    group = plan(desk, PlanOrder(PlanKind.POSTPONE, 5), desk.vault.rows()).group
    begin_group(desk, group)

    def unplug(done: int, _of: int) -> None:
        if done == notes:
            root.rename(tmp_path / "drive")
            root.mkdir()

    with pytest.raises(NoteError, match="its drive may have been unplugged"):
        carry_out(desk, group, unplug)
    root.rmdir()
    (tmp_path / "drive").rename(root)
    left = unfinished(desk)
    assert (left is None) == (notes == 0)
    if left is not None:
        assert carry_out(workspace(root, tmp_path / "home"), left).left == []
        assert all(b"!2024-06-10" not in file.read_bytes() for file in root.glob("*.md"))


def test_what_cannot_be_redone_without_the_drive_is_tried_once_and_can_be_once_it_is_back(tmp_path: Path) -> None:
    text = "#flashcards\n\na::b\n<!--SR:!2024-06-10,4,250-->\n"
    root = make_vault(tmp_path / "vault", {f"{number}.md": text for number in range(3)})
    desk = workspace(root, tmp_path / "home")
    group = plan(desk, PlanOrder(PlanKind.POSTPONE, 5), desk.vault.rows()).group
    begin_group(desk, group)
    carry_out(desk, group)
    undo_group(desk.store, group.id, NOW)
    root.rename(tmp_path / "drive")
    root.mkdir()
    done = redo_group(desk.store, group.id, NOW)
    assert (len(done.saved), len(done.left)) == (0, 1)
    root.rmdir()
    (tmp_path / "drive").rename(root)
    done = redo_group(workspace(root, tmp_path / "home").store, group.id, NOW)
    assert (len(done.saved), len(done.left)) == (3, 0)


ORDERS = [PlanOrder(PlanKind.POSTPONE, 5), PlanOrder(PlanKind.RESET), PlanOrder(PlanKind.TO_FSRS)]


@pytest.mark.slow
@examples(180)
@given(
    raw=st.one_of(strategies.notes(), strategies.nasty_notes(), strategies.ANY_BYTES),
    plugin=st.sampled_from([*strategies.PLUGIN_SETTINGS, {"multilineCardEndMarker": "+++"}]),
    order=st.sampled_from(ORDERS),
    more=st.sampled_from([b"", b"", b"\n\nmore::text"]),
)
def test_only_comments_change_in_any_note_and_undo_gives_every_byte_back(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, plugin: dict[str, Any], order: PlanOrder, more: bytes
) -> None:
    tmp_path = tmp_path_factory.mktemp("plan")
    desk = workspace(make_vault(tmp_path / "vault", {"A.md": raw}, plugin), tmp_path / "home")
    note, settings = desk.vault.root / "A.md", desk.vault.settings_of("A.md")
    group = plan(desk, order, desk.vault.rows()).group
    begin_group(desk, group)
    carry_out(desk, group)
    written = note.read_bytes()
    before, after = (parse_note("A.md", text, settings).questions for text in (raw, written))
    assert written == raw or differ_in_comments(raw, written)
    assert standing(before, entries=False) == standing(after, entries=False)
    note.write_bytes(written + more)
    undone = undo_group(desk.store, group.id, NOW)
    assert note.read_bytes() == (written + more if undone.left else raw + more)
    assert more or not undone.left
