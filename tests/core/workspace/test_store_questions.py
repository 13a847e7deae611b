"""Whatever the store does to a note, its questions are there afterwards."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Seen
from studyapp.core.edits.merge import merge_notes
from studyapp.core.edits.standing import Standing, standing
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import Status
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, Span
from studyapp.core.workspace.backups import Backup, Backups, restoring_edits
from studyapp.core.workspace.store import Saved
from tests.helpers import strategies
from tests.helpers.strategies import examples
from tests.helpers.whole_notes import ENTRY, NOW, Desk

SAME_LINE = Settings(card_comment_on_same_line=True)
EMPTY = b"#flashcards\n\nFront\n?\n\nFront2\n??"
LATER = NOW + timedelta(minutes=1)


def questions(desk: Desk, raw: bytes | None = None) -> list[Standing]:
    found = parse_note("deck/note.md", desk.raw if raw is None else raw, desk.options).questions
    return standing(found, entries=False)


def test_an_empty_answer_is_graded_undone_and_graded_again_with_the_comment_on_the_same_line(tmp_path: Path) -> None:
    desk = Desk(tmp_path, EMPTY, SAME_LINE)
    before = questions(desk)
    assert len(before) == 2
    for number in range(2):
        assert desk.grade(number).why_not is None
        assert questions(desk) == before
    graded = desk.raw
    last = desk.journal.last_applied()
    assert last is not None
    desk.store.undo(last, LATER)
    assert questions(desk) == before
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, LATER)
    assert desk.raw == graded


def test_an_answer_that_was_taken_out_elsewhere_is_undone_without_a_loss(tmp_path: Path) -> None:
    desk = Desk(tmp_path, b"#flashcards\n\nFront\n?\nback\n\nc::d", SAME_LINE)
    saved = desk.grade()
    desk.note.write_bytes(desk.raw + b"\n\ne::f")
    before = questions(desk)
    desk.store.undo(saved.action, LATER)
    assert questions(desk) == before
    assert b"SR:" not in desk.raw


@pytest.mark.parametrize("options", [Settings(single_line_card_separator="->")])
def test_where_no_place_is_right_the_grade_waits_in_the_log_and_that_is_reported(
    tmp_path: Path, options: Settings
) -> None:
    raw = b"#flashcards\n\nx ==y== z\n"
    desk = Desk(tmp_path, raw, options)
    saved = desk.grade()
    assert desk.raw == raw
    assert saved.why_not is not None
    assert "no place" in saved.why_not
    assert saved.action.status is Status.PENDING
    assert [action.id for action in desk.journal.waiting] == [saved.action.id]
    desk.restart()
    assert desk.store.retry(desk.journal.waiting[0]).why_not == saved.why_not
    desk.options = Settings()
    assert desk.store.retry(desk.journal.waiting[0]).why_not is None
    assert ENTRY.encode() in desk.raw


def test_an_edit_that_takes_another_question_away_is_not_made(tmp_path: Path) -> None:
    desk = Desk(tmp_path, EMPTY)
    place = EMPTY.index(b"?") + 1
    edits = (Edit(Span(place, place), b"", b" <!--SR:!2024-01-01,3,250-->"),)
    with pytest.raises(NoteError, match="another question"):
        desk.store.edit("deck/note.md", EMPTY, edits, NOW)
    assert desk.raw == EMPTY
    assert desk.journal.last_applied() is None


def test_a_log_that_leads_to_other_bytes_than_before_is_not_followed(tmp_path: Path) -> None:
    desk = Desk(tmp_path, EMPTY)
    saved = desk.grade()
    change = saved.action.change
    assert change is not None
    log = desk.journal.path
    log.write_text(log.read_text().replace('"\\n<!--SR', '"\\n\\n<!--SR'))
    desk.restart()
    last = desk.journal.last_applied()
    assert last is not None
    assert last.change is not None
    assert last.change.edits != change.edits
    desk.store.undo(last, LATER)
    assert desk.raw == EMPTY


def test_a_merge_gives_a_question_without_an_answer_its_comment_and_keeps_it(tmp_path: Path) -> None:
    base = b"#flashcards\n\nThe front of the card\n?\nback"
    desk = Desk(tmp_path, base, SAME_LINE)
    desk.grade()
    ours = base.removesuffix(b"\nback")
    merged, _ = merge_notes((base, ours, desk.raw), "deck/note.md", SAME_LINE, _ours)
    assert questions(desk, merged) == questions(desk, ours)
    assert ENTRY.encode() in merged


def _ours(_base: bytes, ours: bytes, _theirs: bytes) -> tuple[bytes, bool]:
    return ours, False


def _grade(desk: Desk, number: int, side: int) -> Saved | None:
    return desk.grade(number, side)


def _delete(desk: Desk, number: int, _side: int) -> Saved | None:
    note = parse_note("deck/note.md", desk.raw, desk.options)
    question = note.questions[number]
    return desk.store.delete(Seen.of(note, question, question.cards[0]), NOW)


def _without(found: Sequence[Standing], place: int) -> list[Standing]:
    return [*found[:place], *found[place + 1 :]]


@pytest.mark.parametrize("act", [_grade, _delete])
@given(raw=strategies.nasty_notes(), options=strategies.PLACINGS, data=st.data())
@examples(60)
def test_whatever_is_done_and_taken_back_and_done_again_the_other_questions_stay(
    act: Callable[[Desk, int, int], Saved | None],
    raw: bytes,
    options: Settings,
    data: st.DataObject,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    desk = Desk(tmp_path_factory.mktemp("vault"), raw, options)
    found = parse_note("deck/note.md", raw, options).questions
    gradable = [number for number, one in enumerate(found) if one.cards]
    if not gradable:
        return
    number = data.draw(st.sampled_from(gradable))
    side = data.draw(st.integers(0, len(found[number].cards) - 1))
    before = questions(desk)
    wanted = before if act is _grade else _without(before, number)
    more = data.draw(st.sampled_from([b"", b"\n\nmore::text", b"\n\nmore"]))
    try:
        saved = act(desk, number, side)
    except NoteError:
        assert desk.raw == raw
        return
    assert saved is not None
    if saved.why_not is not None:
        assert desk.raw == raw
        return
    assert questions(desk) == wanted
    desk.note.write_bytes(desk.raw + more)
    now = questions(desk)
    kept = desk.raw
    try:
        desk.store.undo(saved.action, LATER)
    except NoteError:
        assert desk.raw == kept
        return
    assert (desk.raw == raw) or more
    assert not [one for one in now if one not in questions(desk)]
    undone, kept = desk.journal.last_undone(), desk.raw
    assert undone is not None
    try:
        again = desk.store.redo(undone, LATER)
    except NoteError:
        assert desk.raw == kept
        return
    assert again.why_not is not None or questions(desk) == now


@given(raw=strategies.nasty_notes(), options=strategies.PLACINGS, data=st.data())
@examples(60)
def test_a_restored_backup_leaves_every_question(
    raw: bytes, options: Settings, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    desk = Desk(tmp_path_factory.mktemp("vault"), raw, options)
    backups = Backups(tmp_path_factory.mktemp("state"), lambda: NOW)
    backups.keep("deck/note.md", raw, options)
    found = parse_note("deck/note.md", raw, options).questions
    for number in data.draw(st.lists(st.integers(0, max(0, len(found) - 1)), max_size=2)):
        if number < len(found) and found[number].cards:
            desk.grade(number)
    kept: list[Backup] = backups.read(backups.days()[0])
    before, edits = desk.raw, restoring_edits(kept[0], desk.raw, options).edits
    wanted = questions(desk)
    try:
        desk.store.edit("deck/note.md", before, edits, LATER)
    except NoteError:
        assert desk.raw == before
    assert questions(desk) == wanted
