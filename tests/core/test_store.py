"""A grade reaches its note or waits in the log, and can be taken back and given again, whatever happens between."""

from __future__ import annotations

import dataclasses
import os
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studyapp.core import atomic, store
from studyapp.core.errors import JournalError, NoteError
from studyapp.core.journal import Action, ActionKind, Journal, Status, new_id
from studyapp.core.note import parse_note
from studyapp.core.rewrite import Seen
from studyapp.core.schedule import Grade
from studyapp.core.settings import Settings
from studyapp.core.store import Saved, Store
from tests import strategies

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
ENTRY = "2031-05-06,17,230"
COMMENT = b"<!--SR:!2031-05-06,17,230-->"
RAW = b"#flashcards\r\n\r\na::b\r\n\r\nc:::d \r\n<!--SR:!2024-01-01,3,250!2024-02-02,4,250-->\r\nend"


class Desk:
    """A vault with one note, its log, and a store."""

    def __init__(self, root: Path, raw: bytes = RAW, options: Settings | None = None) -> None:
        self.root = root
        self.options = options or Settings()
        self.note = root / "deck" / "note.md"
        self.note.parent.mkdir(parents=True, exist_ok=True)
        self.note.write_bytes(raw)
        self.restart()

    def restart(self) -> None:
        self.journal = Journal(self.root / ".studyapp" / "reviews" / "laptop.jsonl")
        self.store = Store(self.root, self.journal, lambda _: self.options)

    def action(self, question: int = 0, side: int = 0, entry: str = ENTRY) -> Action:
        note = parse_note("deck/note.md", self.note.read_bytes(), self.options)
        found = note.questions[question]
        before = found.entries[side].raw if side < len(found.entries) else None
        seen = Seen.of(note, found, found.cards[side])
        return Action(new_id(), ActionKind.GRADE, NOW, seen, Grade.GOOD, 2.5, before, entry)

    def grade(self, question: int = 0, side: int = 0, entry: str = ENTRY) -> Saved:
        return self.store.save(self.action(question, side, entry))

    @property
    def raw(self) -> bytes:
        return self.note.read_bytes()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_a_grade_is_in_the_note_and_in_the_log(desk: Desk) -> None:
    saved = desk.grade()
    assert saved.why_not is None
    assert saved.raw == desk.raw == RAW.replace(b"a::b\r\n", b"a::b\n" + COMMENT + b"\r\n")
    desk.restart()
    (action,) = desk.journal.applied
    assert (action.status, action.grade, action.seconds, action.after) == (Status.WRITTEN, Grade.GOOD, 2.5, ENTRY)


def test_undo_and_redo_give_back_the_very_bytes_also_after_a_restart(desk: Desk) -> None:
    after = desk.grade().raw
    desk.restart()
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == RAW
    desk.restart()
    assert desk.journal.last_applied() is None
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, NOW)
    assert desk.raw == after
    desk.restart()
    assert [action.status for action in desk.journal.applied] == [Status.WRITTEN]


@given(strategies.notes(strategies.COMMENTS), strategies.SETTINGS, st.integers(0, 50))
@settings(max_examples=40)
def test_any_grade_can_be_undone_and_redone_to_the_byte(
    tmp_path_factory: pytest.TempPathFactory, raw: bytes, options: Settings, pick: int
) -> None:
    desk = Desk(tmp_path_factory.mktemp("vault"), raw, options)
    note = parse_note("deck/note.md", raw, options)
    cards = [(q, card.side) for q, question in enumerate(note.questions) for card in question.cards]
    if not cards:
        return
    after = desk.grade(*cards[pick % len(cards)]).raw
    assert after == desk.raw
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == raw
    undone = desk.journal.last_undone()
    assert undone is not None
    desk.store.redo(undone, NOW)
    assert desk.raw == after


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=8))
@settings(max_examples=25)
def test_two_programs_that_write_in_turn_lose_nothing(
    tmp_path_factory: pytest.TempPathFactory, turns: list[tuple[int, int, int]]
) -> None:
    raw = b"#flashcards\n\na::b\n\nc::d\n\ne::f\n"
    desks = [Desk(tmp_path_factory.mktemp("vault"), raw)]
    desks.append(Desk(desks[0].root, raw))
    stale = [[desk.action(question) for question in range(3)] for desk in desks]
    last: dict[int, str] = {}
    for number, (who, question, _) in enumerate(turns):
        entry = f"2031-01-{number + 1:02},{number},250"
        old = stale[who][question]
        action = Action(new_id(), old.kind, NOW, old.seen, old.grade, None, None, entry)
        assert desks[who].store.save(action).why_not is None
        last[question] = entry
    questions = parse_note("deck/note.md", desks[0].raw, Settings()).questions
    assert {place: one.entries[0].raw for place, one in enumerate(questions) if one.entries} == last
    assert len(Journal(desks[0].journal.path).applied) == len(turns)
    assert not Journal(desks[0].journal.path).problems


def test_undo_in_a_note_that_has_changed_since_takes_back_the_comment_only(desk: Desk) -> None:
    desk.grade()
    desk.note.write_bytes(desk.raw.replace(b"end", b"the end") + b"\nx::y")
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == RAW.replace(b"end", b"the end") + b"\nx::y"


def test_undo_in_a_changed_note_gives_an_old_schedule_back(desk: Desk) -> None:
    desk.grade(1, 1)
    desk.note.write_bytes(desk.raw + b"!")
    desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == RAW + b"!"


def test_undo_refuses_where_somebody_graded_the_card_since(desk: Desk) -> None:
    desk.grade()
    later = desk.raw.replace(b"2031-05-06,17,230", b"2032-01-01,90,250")
    desk.note.write_bytes(later)
    with pytest.raises(NoteError, match="another schedule"):
        desk.store.undo(desk.journal.applied[0], NOW)
    assert desk.raw == later
    assert desk.journal.applied[0].status is Status.WRITTEN


def test_undo_of_a_grade_that_waits_takes_it_out_of_the_log_only(desk: Desk) -> None:
    action = desk.action()
    desk.note.unlink()
    desk.store.undo(desk.store.save(action).action, NOW)
    assert not desk.journal.applied
    assert not desk.note.exists()


def read_only(desk: Desk) -> None:
    desk.note.chmod(0o444)


def conflicted(desk: Desk) -> None:
    desk.note.write_bytes(RAW + b"\n<<<<<<< HEAD\nx\n=======\ny\n>>>>>>> z\n")


def deleted(desk: Desk) -> None:
    desk.note.unlink()


def a_folder(desk: Desk) -> None:
    desk.note.unlink()
    desk.note.mkdir()


def ambiguous(desk: Desk) -> None:
    desk.note.write_bytes(RAW + b"\n\na::b\n")


def gone(desk: Desk) -> None:
    desk.note.write_bytes(RAW.replace(b"a::b", b"z::b"))


@pytest.mark.parametrize(
    ("spoil", "why"),
    [
        (read_only, "read-only"),
        (conflicted, "merge conflicts"),
        (deleted, "not there any more"),
        (a_folder, "not a file"),
        (ambiguous, "several questions"),
        (gone, "not in the note any more"),
    ],
)
def test_a_grade_that_cannot_be_written_waits_in_the_log_and_is_written_once_it_can_be(
    desk: Desk, spoil: Callable[[Desk], None], why: str
) -> None:
    action = desk.action()
    spoil(desk)
    spoiled = desk.note.read_bytes() if desk.note.is_file() else None
    saved = desk.store.save(action)
    assert saved.why_not is not None
    assert why in saved.why_not
    assert (desk.note.read_bytes() if desk.note.is_file() else None) == spoiled

    desk.restart()
    (waiting,) = desk.journal.waiting
    if desk.note.is_dir():
        desk.note.rmdir()
    else:
        desk.note.unlink(missing_ok=True)
    desk.note.write_bytes(RAW)
    assert desk.store.retry(waiting).why_not is None
    assert COMMENT in desk.raw
    assert not desk.journal.waiting


def test_a_waiting_grade_is_not_put_over_a_later_one(desk: Desk) -> None:
    action = desk.action()
    desk.note.chmod(0o444)
    desk.store.save(action)
    desk.note.chmod(0o644)
    later = RAW.replace(b"a::b", b"a::b\n<!--SR:!2030-01-01,9,250-->")
    desk.note.write_bytes(later)
    assert "another schedule" in (desk.store.retry(desk.journal.waiting[0]).why_not or "")
    assert desk.raw == later


@pytest.mark.parametrize("path", ["../outside.md", "/etc/passwd", "deck/../../x.md", "a\0b"])
def test_a_log_cannot_make_it_write_outside_the_vault(desk: Desk, path: str) -> None:
    action = desk.action()
    seen = dataclasses.replace(action.seen, id=dataclasses.replace(action.seen.id, path=path))
    saved = desk.store.save(dataclasses.replace(action, seen=seen))
    assert "not in this vault" in (saved.why_not or "")


@contextmanager
def before_the_swap(monkeypatch: pytest.MonkeyPatch, act: Callable[[], None]) -> Iterator[None]:
    """Do something once, at the last moment before a note is swapped."""
    exchange = atomic._exchange
    acts = [act]

    def with_act(one: Path, other: Path) -> bool:
        while acts:
            acts.pop()()
        return exchange(one, other)

    with monkeypatch.context() as patched:
        patched.setattr(atomic, "_exchange", with_act)
        yield


@pytest.mark.parametrize("how", ["in place", "by a new file"])
def test_what_somebody_writes_between_reading_and_swapping_is_kept_and_the_grade_too(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    def write() -> None:
        theirs = RAW + b"\nthey wrote this"
        if how == "in place":
            desk.note.write_bytes(theirs)
        else:
            other = desk.note.with_name("other")
            other.write_bytes(theirs)
            other.replace(desk.note)

    action = desk.action()
    with before_the_swap(monkeypatch, write):
        saved = desk.store.save(action)
    assert saved.why_not is None
    assert desk.raw.endswith(b"\nthey wrote this")
    assert COMMENT in desk.raw
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]


def test_a_note_that_is_written_without_end_is_left_alone_and_the_grade_waits(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    turns = iter(range(1000))

    def overtaken(path: Path, old: bytes, new: bytes) -> None:
        desk.note.write_bytes(RAW + str(next(turns)).encode())
        atomic.replace_bytes(path, old, new)

    action = desk.action()
    monkeypatch.setattr(store, "replace_bytes", overtaken)
    saved = desk.store.save(action)
    assert "all the time" in (saved.why_not or "")
    assert COMMENT not in desk.raw
    assert desk.raw.startswith(RAW)


def test_a_note_that_is_open_for_writing_elsewhere_is_not_swapped_away_from_its_writer(desk: Desk) -> None:
    if not atomic._has_writer(desk.note):
        with desk.note.open("ab"):
            if not atomic._has_writer(desk.note):
                pytest.skip("this file system cannot tell who has a file open")
    action = desk.action()
    with desk.note.open("ab") as theirs:
        saved = desk.store.save(action)
        theirs.write(b"!")
    assert saved.why_not is not None
    assert desk.raw == RAW + b"!"


def crash_at(step: int, work: Callable[[], None]) -> bool:
    """Do some work in a child process that dies, as by `kill -9`, at its n-th step; False if it got to the end."""
    child = os.fork()
    if child == 0:
        left = [step]

        def dying(function: Callable[..., Any]) -> Callable[..., Any]:
            def call(*args: Any, **more: Any) -> Any:
                if left[0] == 0:
                    os._exit(9)
                left[0] -= 1
                return function(*args, **more)

            return call

        real_write = os.write

        def torn_write(handle: int, data: Any) -> int:
            if left[0] == 0:
                real_write(handle, bytes(data)[: len(data) // 2])
                os._exit(9)
            left[0] -= 1
            return real_write(handle, data)

        os.write = torn_write
        for name in ("fsync", "fchmod", "open", "ftruncate", "close"):
            setattr(os, name, dying(getattr(os, name)))
        Path.unlink = dying(Path.unlink)  # type: ignore[method-assign]
        Path.replace = dying(Path.replace)  # type: ignore[method-assign]
        atomic._exchange = dying(atomic._exchange)
        try:
            work()
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


@pytest.mark.parametrize("linked", [False, True], ids=["swapped", "in place"])
def test_a_crash_at_any_step_of_a_grade_leaves_old_or_new_bytes_and_a_log_that_brings_it_to_its_end(
    tmp_path: Path, linked: bool
) -> None:
    step = 0
    while True:
        desk = Desk(tmp_path / str(step))
        if linked:
            os.link(desk.note, desk.root / "twin.md")
        action = desk.action()
        if not crash_at(step, lambda desk=desk, action=action: desk.store.save(action)):  # type: ignore[misc]
            break
        desk.restart()
        if desk.journal.applied:
            for waiting in desk.journal.waiting:
                assert desk.store.retry(waiting).why_not is None
            assert COMMENT in desk.raw
            desk.store.undo(desk.journal.applied[0], NOW)
        assert desk.raw == RAW
        assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
        step += 1
    assert step > 10


def test_a_crash_at_any_step_of_an_undo_is_brought_to_its_end(tmp_path: Path) -> None:
    step = 0
    while True:
        desk = Desk(tmp_path / str(step))
        after = desk.grade().raw
        action = desk.journal.applied[0]
        if not crash_at(step, lambda desk=desk, action=action: desk.store.undo(action, NOW)):  # type: ignore[misc]
            break
        desk.restart()
        for waiting in desk.journal.waiting:
            desk.store.retry(waiting)
        assert not desk.journal.waiting
        assert desk.raw == (after if desk.journal.applied else RAW)
        assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
        step += 1
    assert step > 10


def test_what_somebody_wrote_at_the_moment_of_a_crash_is_put_back(desk: Desk) -> None:
    """The program died after its file was swapped in, before it saw that theirs had come out."""
    action = desk.action()
    theirs = RAW + b"theirs"

    def work() -> None:
        exchange = atomic._exchange

        def die_after(one: Path, other: Path) -> bool:
            desk.note.write_bytes(theirs)
            exchange(one, other)
            os._exit(9)

        atomic._exchange = die_after
        desk.store.save(action)

    child = os.fork()
    if child == 0:
        work()
        os._exit(0)
    os.waitpid(child, 0)
    assert b"theirs" not in desk.raw
    desk.restart()
    assert desk.store.retry(desk.journal.waiting[0]).why_not is None
    assert desk.raw.endswith(b"theirs")
    assert COMMENT in desk.raw
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]


def test_nothing_is_written_if_the_log_cannot_be(desk: Desk) -> None:
    desk.journal.path.parent.parent.mkdir()
    desk.journal.path.parent.write_text("a file where the folder should be")
    with pytest.raises(JournalError, match="free some space"):
        desk.grade()
    assert desk.raw == RAW
    assert not desk.journal.applied


def test_a_full_disk_leaves_the_note_as_it_was_and_the_grade_in_the_log(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = desk.action()

    def full(handle: int, data: Any) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(atomic, "_write_all", full)
    saved = desk.store.save(action)
    assert "No space left" in (saved.why_not or "")
    assert desk.raw == RAW
    assert [path.name for path in desk.note.parent.iterdir()] == ["note.md"]
    monkeypatch.undo()
    assert desk.store.retry(desk.journal.waiting[0]).why_not is None


def test_entries_that_cannot_be_understood_and_surplus_ones_stay_as_they_are(tmp_path: Path) -> None:
    raw = b"#flashcards\n\na:::b\n<!--SR:!2024-01-01,3,250!2024-99-99, x,1!2024-05-05,1,1-->\n"
    desk = Desk(tmp_path, raw)
    desk.grade()
    assert desk.raw == raw.replace(b"2024-01-01,3,250", ENTRY.encode())


def test_many_grades_undone_one_after_the_other_lead_back_to_the_first_bytes(desk: Desk) -> None:
    choose = random.Random(5)
    for number in range(12):
        question, side = choose.choice([(0, 0), (1, 0), (1, 1)])
        desk.grade(question, side, f"2031-01-{number + 1:02},{number},250")
    desk.restart()
    while (action := desk.journal.last_applied()) is not None:
        desk.store.undo(action, NOW)
    assert desk.raw == RAW
