"""What every device did, however its log came here; and what the notes don't say about cards."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind, Move
from studyapp.core.log.history import History
from studyapp.core.log.journal import Journal, new_id
from studyapp.core.log.marks import CardState, Mark, marking
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from tests.helpers.strategies import examples
from tests.helpers.vaults import NOW
from tests.helpers.whole_notes import SECRET

CARD = CardId("n.md", "abc", 1, 1)
OTHER = CardId("n.md", "def", 1, 1)


def seen(card: CardId = CARD) -> Seen:
    return Seen(card, "", Kind.SINGLE_BASIC, 1, 1, None, ())


def grade(card: CardId = CARD, minutes: int = 0) -> Action:
    at = NOW + timedelta(minutes=minutes)
    return Action(new_id(), ActionKind.GRADE, at, seen(card), Grade.GOOD, 3.0, None, "2024-06-20,5,250")


def mark(mark: Mark, value: str = "1", card: CardId = CARD, minutes: int = 0) -> Action:
    return marking(seen(card), NOW + timedelta(minutes=minutes), [card], mark, value)


def test_logs_of_all_devices_are_one_in_the_order_of_time(tmp_path: Path) -> None:
    laptop, phone = Journal(tmp_path / "laptop.jsonl"), Journal(tmp_path / "phone.jsonl")
    later, sooner = grade(minutes=5), grade(OTHER, minutes=1)
    laptop.intend(later, None)
    phone.intend(sooner, None)
    history = History(laptop)
    assert [action.id for action in history.reviews()] == [sooner.id, later.id]
    newest = grade(minutes=9)
    laptop.intend(newest, None)
    assert [action.id for action in history.of(CARD)] == [later.id, newest.id]


def test_a_log_that_came_meanwhile_is_read_at_once(tmp_path: Path) -> None:
    history = History(Journal(tmp_path / "laptop.jsonl"))
    assert not list(history.reviews())
    Journal(tmp_path / "phone.jsonl").intend(grade(), None)
    assert len(list(history.reviews())) == 1


def test_what_was_undone_on_the_other_device_does_not_count(tmp_path: Path) -> None:
    phone = Journal(tmp_path / "phone.jsonl")
    action = phone.intend(grade(), None)
    phone.undo(action, NOW)
    history = History(Journal(tmp_path / "laptop.jsonl"))
    assert not list(history.reviews())
    phone.redo(action, NOW + timedelta(seconds=1), None)
    history.refresh()
    assert [one.id for one in history.reviews()] == [action.id]


def test_a_copy_that_a_sync_tool_made_adds_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    laptop = Journal(tmp_path / "laptop.jsonl")
    first = laptop.intend(grade(), None)
    copy = tmp_path / "laptop.sync-conflict-20240615-093000-ABCDEFG.jsonl"
    shutil.copyfile(laptop.path, copy)
    laptop.undo(first, NOW)
    only_there = grade(OTHER)
    Journal(copy).intend(only_there, None)
    assert [action.id for action in History(Journal(laptop.path)).reviews()] == [only_there.id]


def test_broken_lines_of_another_device_are_reported_and_the_others_count(tmp_path: Path) -> None:
    phone = Journal(tmp_path / "phone.jsonl")
    phone.intend(grade(), None)
    phone.path.write_bytes(
        b'{"v":1,"kind":"gra\n' + phone.path.read_bytes() + b'{"v":1,"kind":"undo","of":"?"}\n\xff'
    )
    history = History(Journal(tmp_path / "laptop.jsonl"))
    assert len(list(history.reviews())) == 1
    assert [problem.line for problem in history.problems] == [1, 3, 4]


def test_a_card_keeps_its_history_and_marks_under_a_new_name(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "laptop.jsonl")
    action = journal.intend(grade(), None)
    journal.intend(mark(Mark.SUSPENDED), None)
    journal.move(Move(str(CARD), str(OTHER), NOW))
    journal.move(Move("n.md", "moved.md", NOW + timedelta(minutes=1), of_note=True))
    history = History(Journal(journal.path))
    now = CardId("moved.md", "def", 1, 1)
    assert history.current(CARD, NOW) == now
    assert history.current(CARD, NOW + timedelta(minutes=2)) == CARD  # another note has its name by then
    assert [one.id for one in history.of(now)] == [action.id]
    assert history.states().of(now).suspended
    assert not history.states().of(CARD).suspended


def test_names_that_lead_in_a_circle_are_followed_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "laptop.jsonl")
    journal.move(Move(str(CARD), str(OTHER), NOW))
    journal.move(Move(str(OTHER), str(CARD), NOW))
    assert History(journal).current(CARD, NOW) in (CARD, OTHER)


def test_of_two_marks_that_contradict_each_other_the_later_counts(tmp_path: Path) -> None:
    laptop, phone = Journal(tmp_path / "laptop.jsonl"), Journal(tmp_path / "away" / "phone.jsonl")
    laptop.intend(mark(Mark.SUSPENDED, minutes=2), None)
    phone.intend(mark(Mark.SUSPENDED, "", minutes=1), None)
    phone.intend(mark(Mark.FLAG, minutes=1), None)
    phone.intend(mark(Mark.BURIED, "2024-06-16", minutes=1), None)
    phone.path.rename(tmp_path / "phone.jsonl")
    state = History(laptop).states().of(CARD)
    assert state == CardState(suspended=True, buried_until=date(2024, 6, 16), flag=1)
    assert state.is_buried(date(2024, 6, 15))
    assert not state.is_buried(date(2024, 6, 16))


def test_a_mark_counts_over_one_that_a_clock_ahead_of_this_one_has_set(tmp_path: Path) -> None:
    phone, laptop = Journal(tmp_path / "phone.jsonl"), Journal(tmp_path / "laptop.jsonl")
    phone.intend(mark(Mark.SUSPENDED, minutes=90), None)
    laptop.intend(mark(Mark.SUSPENDED, ""), None)
    assert not History(laptop).states().of(CARD).suspended
    laptop.intend(mark(Mark.FLAG, "2"), None)
    laptop.intend(mark(Mark.FLAG, ""), None)
    assert not History(laptop).states().of(CARD).flagged


def test_a_clock_ahead_moves_no_mark_of_another_card_and_none_out_of_all_calendars(tmp_path: Path) -> None:
    phone, laptop = Journal(tmp_path / "phone.jsonl"), Journal(tmp_path / "laptop.jsonl")
    phone.intend(mark(Mark.SUSPENDED, card=OTHER, minutes=90), None)
    assert laptop.intend(mark(Mark.SUSPENDED), None).at == NOW
    phone.intend(replace(mark(Mark.FLAG), at=datetime(8999, 12, 31, 23, 59, 59, 999999, UTC)), None)
    assert laptop.intend(mark(Mark.FLAG, ""), None).at == NOW


def test_an_undone_mark_is_none_and_a_redone_one_is_there_again(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "laptop.jsonl")
    action = journal.intend(mark(Mark.FLAG), None)
    assert not journal.waiting
    history = History(journal)
    journal.undo(action, NOW)
    assert len(history.states()) == 0
    journal.redo(action, NOW, None)
    assert not journal.waiting
    assert history.states().of(CARD).flagged


def test_marks_survive_a_restart_word_for_word(tmp_path: Path) -> None:
    journal = Journal(tmp_path / "laptop.jsonl", secret=SECRET)
    action = journal.intend(mark(Mark.LEECH, "8"), None)
    assert Journal(journal.path, secret=SECRET).actions[action.id] == action
    lines = [json.loads(line) for line in journal.path.read_text().splitlines()]
    assert lines[0]["marks"] == [[str(CARD), "leech", "8"]]


@examples(60)
@given(st.lists(st.tuples(st.integers(0, 3), st.sampled_from(["act", "undo", "redo"])), max_size=12), st.data())
def test_the_union_does_not_depend_on_which_files_carry_the_lines(
    steps: list[tuple[int, str]], data: st.DataObject
) -> None:
    with TemporaryDirectory() as made:
        _check_union(Path(made), steps, data)


def _check_union(folder: Path, steps: list[tuple[int, str]], data: st.DataObject) -> None:
    phone = Journal(folder / "phone.jsonl")
    for minute, (_, what) in enumerate(steps):
        at = NOW + timedelta(minutes=minute)
        last, undone = phone.last_applied(), phone.last_undone()
        if what == "act":
            phone.intend(grade(minutes=minute), None)
        elif what == "undo" and last:
            phone.undo(last, at)
        elif what == "redo" and undone:
            phone.redo(undone, at, None)
    whole = [action.id for action in phone.applied]
    lines = phone.path.read_bytes().splitlines(keepends=True) if phone.path.exists() else []
    cut = data.draw(st.integers(0, len(lines)))
    (folder / "phone (conflicted copy).jsonl").write_bytes(b"".join(lines[:cut]))
    history = History(Journal(folder / "laptop.jsonl"))
    assert sorted(action.id for action in history.reviews()) == sorted(whole)


def test_names_are_followed_as_far_as_anybody_renames_a_card(tmp_path: Path) -> None:
    log = tmp_path / "phone.jsonl"
    names = [str(replace(CARD, hash=f"{number:x}")) for number in range(5000)]
    with log.open("w") as file:
        for was, now in [*pairwise(names), *((name, str(CARD)) for name in names)]:
            line = {"v": 1, "kind": "moved", "was": was, "now": now, "at": NOW.isoformat(), "note": False}
            file.write(json.dumps(line) + "\n")
    history = History(Journal(tmp_path / "laptop.jsonl"))
    assert len(history._names(CARD)) == 1000
    assert history.of(CARD) == []
