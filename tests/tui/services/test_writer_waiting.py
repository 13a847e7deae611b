"""What waits is retried in order, and a change of many schedules goes on where it stopped."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from studyapp.core.disk.leftovers import DRAFT, SPARE, name_beside
from studyapp.core.locations import Locations
from studyapp.core.log.actions import Action, Move, Status
from studyapp.core.log.journal import new_id
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.groups import EntryGroup, NewEntry, begin_group, unfinished
from studyapp.tui.services.reports import NewerFound, NoteSaved, PlanCarried, Retried, SaveFailed, Undone
from studyapp.tui.services.writer import Writer
from tests.helpers.vaults import NOW, workspace
from tests.helpers.written import NOTE, Desk, full_disk, is_outcome

BEFORE, AFTER = "2024-06-10,4,250", "2024-07-10,4,250"


def waits_behind_a_newer_schedule(desk: Desk) -> Action:
    """A grade that waits, as its note was away, and whose card has been reviewed elsewhere since."""
    note = desk.root / "Notes.md"
    text = note.read_text()
    note.unlink()
    action = desk.grade()
    assert isinstance(desk.last(), SaveFailed)
    note.write_text(text.replace("Paris\n", "Paris\n<!--SR:!2044-07-10,40,250-->\n"))
    return action


def test_only_a_retry_that_the_user_asks_for_asks_which_schedule_counts(desk: Desk) -> None:
    action = waits_behind_a_newer_schedule(desk)
    desk.writer.move([Move("Other.md", "Elsewhere.md", NOW, of_note=True)])
    retried = desk.last()
    assert isinstance(retried, Retried)
    assert not retried.asked
    failed = desk.heard[-2]
    assert isinstance(failed, SaveFailed)
    assert failed.action.id == action.id
    assert not any(isinstance(message, NewerFound) for message in desk.heard)
    desk.writer.retry()
    assert isinstance(desk.last(), Retried)
    found = desk.heard[-2]
    assert isinstance(found, NewerFound)
    assert found.newer.startswith("2044-07-10")


def test_a_retry_stops_at_the_first_action_that_the_log_refuses(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    graded = [desk.grade(), desk.grade(Grade.HARD)]
    assert isinstance(desk.last(), NoteSaved)
    for action in graded:  # as a crash leaves them in the middle of an undo
        desk.workspace.journal.undoing(action, NOW)
    desk.writer.take_up()
    desk.heard.clear()
    full_disk(monkeypatch, lambda _: True)
    desk.writer.retry()
    assert isinstance(desk.last(), Retried)
    (failed,) = [message for message in desk.heard if isinstance(message, SaveFailed)]
    assert failed.action.id == graded[0].id
    assert "No space left" in failed.why
    assert [action.id for action in failed.standing.waiting] == [action.id for action in graded]
    assert desk.note.count("<!--SR:") == 2


def test_an_action_without_an_outcome_is_among_those_that_wait_at_the_next_start(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    full_disk(monkeypatch, is_outcome)
    action = desk.grade()
    assert isinstance(desk.last(), NoteSaved)
    monkeypatch.undo()
    desk.writer = desk._writer(workspace(desk.root, desk.home))
    desk.writer.take_up()
    assert [(one.id, one.status) for one in desk.writer.standing.waiting] == [(action.id, Status.INTENDED)]
    desk.writer.retry()
    assert isinstance(desk.last(), Retried)
    assert desk.writer.standing.waiting == ()
    assert desk.writer.standing.unsaved == ()
    assert desk.note.count("<!--SR:") == 1


def test_an_undone_action_no_longer_waits(desk: Desk) -> None:
    note = desk.root / "Notes.md"
    away = note.rename(note.with_suffix(".away"))
    desk.grade()
    assert isinstance(desk.last(), SaveFailed)
    away.rename(note)
    desk.writer.undo()
    assert isinstance(desk.last(), Undone)
    assert desk.writer.standing.waiting == ()
    assert desk.note == NOTE


def test_moves_are_logged_without_a_report_where_nothing_waits(desk: Desk) -> None:
    desk.writer.move([Move("Other.md", "Elsewhere.md", NOW, of_note=True)])
    assert desk.writer.flush()
    assert desk.heard == []


def test_a_note_that_a_crash_left_half_written_is_whole_before_its_grade_is_undone(desk: Desk) -> None:
    note = desk.root / "Notes.md"
    old = note.read_bytes()
    action = desk.grade()
    assert desk.writer.flush()
    new = note.read_bytes()
    journal = desk.workspace.journal
    change = desk.logged().applied[0].change
    desk.writer.close()
    journal.path.unlink()
    desk.workspace = workspace(desk.root, desk.home)
    desk.workspace.journal.intend(action, change)
    name_beside(note, old, new, str(len(new)), SPARE).write_bytes(new + old)
    note.write_bytes(new[:20] + old[20:])
    desk.writer = desk._writer(desk.workspace)
    desk.writer.undo()
    assert isinstance(desk.last(), Undone)
    assert note.read_bytes() == old
    assert [path.name for path in desk.root.iterdir() if path.is_file()] == ["Notes.md"]


@pytest.mark.parametrize("alone", [True, False])
def test_what_may_be_another_copy_s_write_in_progress_is_not_cleaned_up(
    desk: Desk, alone: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = desk.root / "Notes.md"
    left = name_beside(note, note.read_bytes(), b"new", "ab12", DRAFT)
    left.write_bytes(b"ne")
    monkeypatch.setattr(Locations, "alone", lambda *_: nullcontext(alone))
    writer = Writer(desk.workspace, desk.heard.append)
    writer.start()
    writer.tidy([left.name])
    assert writer.flush()
    assert left.exists() is not alone
    assert writer.close() == []


def plan(desk: Desk, notes: int) -> EntryGroup:
    """Other due days for a card in each of some new notes."""
    wishes: dict[str, tuple[NewEntry, ...]] = {}
    for number in range(notes):
        path = f"{number:02}.md"
        (desk.root / path).write_text(f"#flashcards\n\nq{number}::a\n<!--SR:!{BEFORE}-->\n")
    desk.workspace.vault.scan()
    for row in desk.workspace.vault.rows():
        if row.path != "Notes.md":
            wishes[row.path] = (NewEntry(str(row.id), BEFORE, AFTER),)
    return EntryGroup(new_id(), "A holiday", wishes)


def carried(desk: Desk, group: EntryGroup, first: int = 0) -> PlanCarried:
    """The outcome of a part."""
    desk.writer.carry(group, first)
    message = desk.last()
    assert isinstance(message, PlanCarried)
    return message


def test_a_plan_is_kept_until_its_last_part_and_goes_on_when_it_is_resumed(desk: Desk) -> None:
    group = plan(desk, 27)
    begun = carried(desk, group)
    assert (begun.done, begun.written, begun.why_not) == (25, 25, "")
    assert unfinished(desk.workspace) == group
    again = carried(desk, group)  # from the start, as a resumed plan goes
    assert (again.done, again.written, again.why_not) == (25, 25, "")
    ended = carried(desk, group, 25)
    assert (ended.done, ended.written, ended.left, ended.why_not) == (27, 2, [], "")
    assert unfinished(desk.workspace) is None
    assert all(AFTER in (desk.root / path).read_text() for path in group.notes)


def test_a_plan_does_not_begin_while_another_is_unfinished(desk: Desk) -> None:
    group, other = plan(desk, 1), EntryGroup("0", "A postponement", {})
    begin_group(desk.workspace, other)
    refused = carried(desk, group)
    assert refused.written == 0
    assert "A postponement was interrupted" in refused.why_not
    assert unfinished(desk.workspace) == other
    assert BEFORE in (desk.root / "00.md").read_text()
