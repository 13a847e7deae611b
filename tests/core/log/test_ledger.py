"""The cache of the logs says the same as the logs, whatever has happened to them."""

from __future__ import annotations

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import JournalError
from studyapp.core.log import fold
from studyapp.core.log.actions import Action, ActionKind, Marking, Move
from studyapp.core.log.history import History
from studyapp.core.log.journal import Journal
from studyapp.core.log.ledger import Ledger
from studyapp.core.log.lines import line_of
from studyapp.core.log.marks import Mark
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from tests.helpers.strategies import examples
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW
from tests.helpers.whole_notes import SECRET

DAMAGE = [b"{", b"\n\n", b'{"v":1}\n', b'{"v":1,"kind":"undo","of":5}\n', b"\xff\xfe\n"]
CARDS = [CardId("n.md", "abc", 1, 1), CardId("n.md", "def", 1, 1), CardId("\udcff: ü.md", "abc", 1, 2)]


def action(number: int, card: CardId = CARDS[0], kind: ActionKind = ActionKind.GRADE) -> Action:
    """One of a few that are told apart by their numbers."""
    marks = (Marking(card, Mark.FLAG, "1" if number % 2 else ""),) if kind is ActionKind.MARK else ()
    grade = list(Grade)[number % 4] if kind is ActionKind.GRADE else None
    seen = Seen(card, "digest", Kind.SINGLE_BASIC, 1, 1, None, ())
    before = "2024-01-01,3,250" if number % 3 else None
    return Action(
        f"{number:05}",
        kind,
        NOW + timedelta(minutes=number),
        seen,
        grade,
        1.5,
        before,
        "2031-05-06,17,230",
        marks=marks,
    )


@st.composite
def logs(draw: st.DrawFn) -> bytes:
    """What a device may have in its log: a run of the program after the other, and what crashes left.

    What the program knows that wrote it is what the log says.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.jsonl"
        journal = Journal(path, secret=SECRET)
        for number in range(draw(st.integers(0, 12))):
            at = NOW + timedelta(minutes=number)
            card = draw(st.sampled_from(CARDS))
            kind = draw(st.sampled_from([ActionKind.GRADE, ActionKind.RESET, ActionKind.MARK]))
            last, undone = journal.last_applied(), journal.last_undone()
            match draw(st.integers(0, 9)):
                case 0 if undone is not None:
                    journal.redo(undone, at, None)
                case 1 | 2 if last is not None:
                    journal.undo(last, at)
                case 3 if last is not None:
                    journal.undoing(last, at)
                case 4 if last is not None:
                    journal.pending(last, "wüy")
                case 5:
                    journal.move(Move(str(card), str(draw(st.sampled_from(CARDS))), at))
                case 6:
                    with path.open("ab") as file:
                        file.write(
                            draw(st.sampled_from([b"{", b"\n\n", b'{"v":1}\n', b'{"v":1,"kind":"undo","of":5}\n']))
                        )
                    journal = Journal(path, secret=SECRET)
                case _:
                    logged = journal.intend(action(number, card, kind), None)
                    if draw(st.booleans()):
                        journal.dropped(logged) if draw(st.integers(0, 4)) == 0 else journal.kept(logged)
        again = Journal(path, secret=SECRET)
        assert (again.state, again.waiting) == (journal.state, journal.waiting)
        assert [*again.actions.values()] == [*journal.actions.values()]
        return path.read_bytes() if path.exists() else b""


def told(log: Path, cache: Path | None = None) -> list[Any]:
    """All that the program asks of the logs."""
    journal = Journal(log, Ledger(log, cache))
    history = History(journal)
    return [
        journal.last_applied(),
        journal.last_undone(),
        journal.waiting,
        journal.state,
        [str(problem) for problem in [*journal.problems, *history.problems]],
        list(journal.actions.values()),
        [history.action(name) for name in journal.actions],
        list(history.reviews()),
        sorted(history.states(), key=str),
        history.forgotten(),
        history.last(),
        [history.of(card) for card in CARDS],
        history.settled,
    ]


@examples(60)
@given(logs(), logs(), st.data())
def test_what_was_kept_and_the_rest_of_the_log_say_what_the_whole_log_says(
    own: bytes, other: bytes, data: st.DataObject
) -> None:
    with TemporaryDirectory() as folder:
        log, elsewhere, cache = (Path(folder) / name for name in ("log.jsonl", "phone.jsonl", "cache.sqlite"))
        for whole in (own, other):
            cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=3)))
            for cut in [*cuts, len(whole)]:
                (log if whole is own else elsewhere).write_bytes(whole[:cut])
                assert told(log, cache) == told(log)


@examples(60)
@given(logs(), st.data())
def test_a_log_that_is_not_what_it_was_is_read_again(whole: bytes, data: st.DataObject) -> None:
    with TemporaryDirectory() as folder:
        log, cache = Path(folder) / "log.jsonl", Path(folder) / "cache.sqlite"
        log.write_bytes(whole)
        told(log, cache)
        start = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(start, len(whole)))
        changed = whole[:start] + data.draw(st.sampled_from([b"", b"\n", b"{", b"x" * (end - start)])) + whole[end:]
        if data.draw(st.booleans()):
            log.unlink()
        log.write_bytes(changed)
        os.utime(log, ns=(5, 5))
        assert told(log, cache) == told(log)


def long_log(path: Path, actions: int = 200) -> Journal:
    journal = Journal(path)
    for number in range(actions):
        journal.intend(action(number, CARDS[number % 2]), None)
    return journal


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A log of two hundred grades."""
    path = tmp_path_factory.mktemp("log") / "log.jsonl"
    long_log(path)
    return path.read_bytes()


@pytest.fixture
def log(tmp_path: Path, many: bytes) -> Path:
    path = tmp_path / "logs" / "log.jsonl"
    path.parent.mkdir()
    path.write_bytes(many)
    return path


def test_undo_goes_back_through_all_earlier_runs(log: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    Journal(log, Ledger(log, cache))
    journal = Journal(log, Ledger(log, cache))
    undone = []
    while (last := journal.last_applied()) is not None:
        undone.append(journal.undo(last, NOW).id)
        if len(undone) == 70:
            journal = Journal(log, Ledger(log, cache))
    assert undone == [f"{number:05}" for number in reversed(range(200))]
    journal = Journal(log, Ledger(log, cache))
    while (again := journal.last_undone()) is not None:
        journal.redo(again, NOW, None)
    assert [one.id for one in Journal(log, Ledger(log, cache)).latest()] == undone


def test_an_old_action_that_is_settled_now_does_not_become_the_last_one(log: Path) -> None:
    journal = Journal(log)
    first = journal.find("00000")
    assert first is not None
    assert first in journal.waiting
    journal.pending(first, "why")
    assert [one.id for one in journal.latest()][::199] == ["00199", "00000"]
    assert Journal(log).waiting[0].id == "00000"


def test_only_what_was_added_is_read_at_the_next_start(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache.sqlite"
    Ledger(log, cache).update()
    read: list[bytes] = []
    real = json.loads

    def counting(text: bytes) -> Any:
        read.append(text)
        return real(text)

    monkeypatch.setattr(json, "loads", counting)
    Ledger(log, cache).update()
    assert len(read) == 1  # how far it was read
    Journal(log).move(Move("a.md", "b.md", NOW, of_note=True))
    read.clear()
    ledger = Ledger(log, cache)
    ledger.update()
    assert len(read) == 2
    assert len(ledger.own_state.moves) == 1


def test_the_user_is_told_how_far_the_reading_is_and_how_much_there_is_to_read(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold, "_PIECE", 10_000)
    ledger = Ledger(log, tmp_path / "cache.sqlite")
    other = log.with_name("phone.jsonl")
    other.write_bytes(log.read_bytes())
    size = 2 * log.stat().st_size
    assert ledger.unread() == size
    told: list[tuple[int, int]] = []
    ledger.update(lambda *how_far: told.append(how_far))
    assert {of for _, of in told} == {size}
    done = [one for one, _ in told]
    assert done == sorted(done)
    assert done[-1] == size
    assert max(later - before for before, later in pairwise([0, *done])) < 11_000
    assert ledger.unread() == 0
    line = b'{"v":1}\n'
    with other.open("ab") as file:
        file.write(line)
    assert ledger.unread() == len(line)
    assert Ledger(log).unread() == size + len(line)
    os.utime(log, ns=(5, 5))
    assert ledger.unread() == log.stat().st_size + len(line)
    ledger.update()
    assert ledger.unread() == 0


def test_programs_that_take_turns_keep_one_ledger(log: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    one, other = Journal(log, Ledger(log, cache)), Journal(log, Ledger(log, cache))
    histories = History(one), History(other)
    for number in range(300, 310):
        writer = one if number % 2 else other
        writer.intend(action(number), None)
        assert [len(list(history.reviews())) for history in histories] == [number - 99] * 2
    assert told(log, cache) == told(log)


@pytest.mark.slow
def test_a_first_reading_that_is_killed_at_any_moment_loses_nothing(tmp_path: Path) -> None:
    log, cache = tmp_path / "log.jsonl", tmp_path / "cache.sqlite"
    log.write_bytes(b"".join(line_of(action(number)) + b"\n" for number in range(20_000)))
    program = (
        "import sys; from pathlib import Path; from studyapp.core.log.ledger import Ledger; "
        "ledger = Ledger(*map(Path, sys.argv[1:])); print(flush=True); ledger.update()"
    )
    dice = random.Random(1)
    killed = 0
    while killed < 12:
        command = [sys.executable, "-c", program, str(log), str(cache)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            with suppress(subprocess.TimeoutExpired):
                process.wait(dice.uniform(0, 0.5))
            process.kill()
        if process.returncode != -signal.SIGKILL:  # it was too quick: from here on there is nothing to read
            for part in tmp_path.glob("cache.sqlite*"):
                part.unlink()
        killed += 1
        with closing(sqlite3.connect(cache)) as connection:
            (rows,) = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'action'").fetchone()
            assert not rows or connection.execute("SELECT count(*) FROM action").fetchone() in [(0,), (20_000,)]
    ledger, anew = Ledger(log, cache), Ledger(log)
    ledger.update()
    anew.update()
    assert list(ledger.reviews()) == list(anew.reviews())
    assert ledger.lapses() == anew.lapses()


@pytest.mark.parametrize(
    ("ask", "column"),
    [
        *((lambda one: list(one.reviews()), name) for name in ("id", "at", "card", "grade", "before", "after")),
        *((Ledger.last_of_cards, name) for name in ("id", "card")),
        (Ledger.lapses, "card"),
    ],
)
def test_what_is_damaged_while_it_is_open_is_read_from_the_log(
    log: Path, tmp_path: Path, ask: Callable[[Ledger], list[object]], column: str
) -> None:
    kept, anew = Ledger(log, tmp_path / "cache.sqlite"), Ledger(log)
    for ledger in (kept, anew):
        ledger.update()
    with closing(sqlite3.connect(tmp_path / "cache.sqlite")) as connection, connection:
        connection.execute(f"UPDATE action SET {column} = 'x' || place")
    assert ask(anew)
    assert ask(kept) == ask(anew)


def _garbage(cache: Path) -> None:
    cache.write_bytes(random.Random(1).randbytes(10_000))


def _damaged_pages(cache: Path) -> None:
    data = bytearray(cache.read_bytes())
    for place in range(5000, len(data), 4096):
        data[place : place + 2000] = bytes(2000)
    cache.write_bytes(data)


def _another_version(cache: Path) -> None:
    with closing(sqlite3.connect(cache)) as connection, connection:
        connection.execute("PRAGMA user_version = 999")


def _no_table(cache: Path) -> None:
    with closing(sqlite3.connect(cache)) as connection, connection:
        connection.execute("DROP TABLE action")


def _wrong_places(cache: Path) -> None:
    with closing(sqlite3.connect(cache)) as connection, connection:
        connection.execute("UPDATE action SET start = start + 1")


def _a_folder(cache: Path) -> None:
    cache.unlink()
    (cache / "x").mkdir(parents=True)


def _writable_by_all(cache: Path) -> None:
    cache.chmod(0o666)


def _read_only(cache: Path) -> None:
    cache.chmod(0o400)
    cache.parent.chmod(0o500)


@tiered(
    "spoil",
    [
        _garbage,
        _damaged_pages,
        _another_version,
        _no_table,
        _wrong_places,
        _a_folder,
        _writable_by_all,
        _read_only,
    ],
    quick=2,
)
def test_a_spoilt_cache_only_costs_time(log: Path, tmp_path: Path, spoil: Callable[[Path], None]) -> None:
    cache = tmp_path / "cache" / "log.sqlite"
    told(log, cache)
    spoil(cache)
    try:
        assert told(log, cache) == told(log)
        Journal(log, Ledger(log, cache)).move(Move("a.md", "b.md", NOW, of_note=True))
        assert told(log, cache) == told(log)
    finally:
        cache.parent.chmod(0o700)


def test_a_cache_that_is_full_only_costs_time(log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real: Callable[..., sqlite3.Connection] = sqlite3.connect

    def small(where: str, **more: Any) -> sqlite3.Connection:
        connection = real(where, **more)
        if where != ":memory:":
            connection.execute("PRAGMA max_page_count = 12")
        return connection

    monkeypatch.setattr(sqlite3, "connect", small)
    assert told(log, tmp_path / "cache.sqlite") == told(log)


@pytest.fixture
def unreadable(log: Path) -> Iterator[Path]:
    """A log of another device that is a folder: also root cannot read it."""
    folder = log.with_name("phone.jsonl")
    folder.mkdir()
    yield folder
    folder.rmdir()


def test_a_log_of_another_device_that_cannot_be_read_is_reported(log: Path, unreadable: Path, tmp_path: Path) -> None:
    for _ in range(2):
        history = History(Journal(log, Ledger(log, tmp_path / "cache.sqlite")))
        assert [problem.path for problem in history.problems] == [str(unreadable)]
        assert len(list(history.reviews())) == 200


def test_a_log_that_is_gone_counts_no_more(log: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache.sqlite"
    copy = log.with_name("log.sync-conflict.jsonl")
    long_log(copy, 210)
    assert len(list(History(Journal(log, Ledger(log, cache))).reviews())) == 210
    copy.unlink()
    assert told(log, cache) == told(log)
    assert len(list(History(Journal(log, Ledger(log, cache))).reviews())) == 200
    log.unlink()
    assert Journal(log, Ledger(log, cache)).last_applied() is None


def test_what_could_not_be_read_to_the_end_is_not_half_kept_and_holds_up_nobody(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache.sqlite"
    ledger = Ledger(log, cache)
    ledger.update()
    other = log.with_name("a.jsonl")  # it is read before the own one
    long_log(other, 20)
    whole = log.read_bytes()
    log.unlink()
    log.mkdir()
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_begun", False)
        with pytest.raises(JournalError):
            ledger.update()
    with closing(sqlite3.connect(cache, timeout=0)) as another:
        another.execute("BEGIN IMMEDIATE")
        assert another.execute("SELECT count(*) FROM action").fetchone() == (200,)
        another.rollback()
    log.rmdir()
    log.write_bytes(whole)
    ledger.update()
    assert [action.id for action in History(Journal(log, ledger)).reviews()] == [
        action.id for action in History(Journal(log)).reviews()
    ]
