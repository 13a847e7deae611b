"""Everything that can fail fails in turn: what is said is clear, no text is torn, no grade is lost."""

from __future__ import annotations

import errno
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from studyapp.cli import main
from studyapp.core.disk import files
from studyapp.core.errors import StudyError
from studyapp.core.log.actions import Action, Status
from studyapp.core.log.journal import Journal
from studyapp.core.log.marks import Mark
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.vault import Vault
from studyapp.core.workspace.store import Saved
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin, begin_with
from tests.bench.generate import write_vault
from tests.faults.failing import Failing
from tests.faults.small_vault import (
    NOTES,
    check_schedules,
    check_texts,
    day,
    files_of,
    opened,
    strays_of,
    without_comments,
    write_notes,
)
from tests.helpers.apps import make_app, press, running, words
from tests.helpers.tiers import tiered
from tests.helpers.vaults import locations

pytestmark = pytest.mark.usefixtures("no_worker")

TEXTS = {path: without_comments(path, text.encode()) for path, text in NOTES.items()}
CODES = [errno.ENOSPC, errno.EIO, errno.EACCES]
NAMES = [errno.errorcode[code] for code in CODES]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    write_notes(tmp_path / "vault")
    return tmp_path


def start(place: Path, number: int = 0) -> Workspace:
    return opened(place / "vault", place / "home", day(number))


def graded(workspace: Workspace) -> Saved:
    """Grade the first card that is due."""
    session = begin(workspace)
    saved = workspace.store.save(session.grade(Grade.GOOD))
    session.saved(saved)
    return saved


def last(workspace: Workspace) -> Action:
    action = workspace.journal.last_applied()
    assert action is not None
    return action


def why_not(operation: Callable[[], object]) -> str:
    """Do something; returns why it was refused, empty if it was not."""
    try:
        operation()
    except StudyError as error:
        return str(error)
    return ""


# What is done, given a vault with two grades, the second of them undone


def grade(workspace: Workspace) -> None:
    graded(workspace)


def undo(workspace: Workspace) -> None:
    workspace.store.undo(last(workspace), workspace.clock())


def redo(workspace: Workspace) -> None:
    undone = workspace.journal.last_undone()
    assert undone is not None
    workspace.store.redo(undone, workspace.clock())


def flag(workspace: Workspace) -> None:
    session = begin(workspace)
    workspace.store.save(session.mark(Mark.FLAG, "1"))


def reset(workspace: Workspace) -> None:
    action = begin(workspace).reset()
    assert action is not None
    workspace.store.save(action)


def start_again(workspace: Workspace) -> None:
    workspace.vault.scan()
    workspace.recover()


OPERATIONS = [grade, undo, redo, flag, reset, start_again]


def prepared(place: Path) -> Workspace:
    if (place / "vault").exists():
        shutil.rmtree(place / "vault")
        shutil.rmtree(place / "home", ignore_errors=True)
    write_notes(place / "vault")
    workspace = start(place)
    graded(workspace)
    graded(workspace)
    workspace.vault.scan()
    undo(workspace)
    workspace.vault.scan()
    return workspace


def check_all(place: Path, before: dict[str, bool], *, refused: bool = False) -> None:
    """Check that without the fault the program starts and writes every grade, and nothing that was `refused`."""
    check_texts(place / "vault", TEXTS)
    workspace = start(place)
    actions = workspace.journal.actions
    assert before.keys() <= actions.keys(), "something that was done is lost"
    changed = [name for name, action in actions.items() if before.get(name) != (action.status is not Status.UNDONE)]
    assert len(changed) <= (not refused), changed
    check_texts(place / "vault", TEXTS)
    check_schedules(workspace)
    assert not workspace.journal.waiting
    assert files_of(place / "vault") == set(NOTES)
    assert not strays_of(place / "vault")
    workspace.vault.scan()
    assert graded(workspace).why_not is None
    assert start(place).journal.problems == []


@pytest.mark.slow
@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("code", CODES, ids=NAMES)
@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_call_fails_nothing_is_lost(
    place: Path, operation: Callable[[Workspace], None], code: int, for_good: bool
) -> None:
    fail_in_turn(place, operation, code, for_good=for_good)


@tiered("operation", [grade, undo])
def test_every_other_call_that_fails_while_a_grade_is_given_or_taken_back_loses_nothing(
    place: Path, operation: Callable[[Workspace], None]
) -> None:
    fail_in_turn(place, operation, errno.EIO, for_good=False, step=2)


def fail_in_turn(
    place: Path, operation: Callable[[Workspace], None], code: int, *, for_good: bool, step: int = 1
) -> None:
    """Do something repeatedly; each time another of its calls fails."""
    number, happened = 0, True
    while happened:
        number += step
        workspace = prepared(place)
        before = {name: action.status is not Status.UNDONE for name, action in workspace.journal.actions.items()}
        failing = Failing(number, code, for_good=for_good)
        with failing:
            said = why_not(partial(operation, workspace))
        assert not said or os.strerror(code) in said or ";" in said, said  # what happened, or what to do
        happened = failing.happened
        check_all(place, before, refused="can't write the review log" in said and not for_good)
    assert number > step or operation is start_again


@pytest.mark.parametrize("code", CODES, ids=NAMES)
@pytest.mark.parametrize("call", ["open", "write", "fsync", "replace", "exchange"])
def test_a_command_says_what_failed_and_a_grade_that_it_took_is_there_later(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, call: str, code: int
) -> None:
    for name in ("DATA", "STATE", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(place / "home" / name.lower()))
    vault = Vault(place / "vault")
    vault.scan()
    card = next(row for row in vault.rows() if row.schedule is not None)
    command = ["grade", str(card.id), "--grade", "good", "--vault", str(place / "vault"), "--now", day(0).isoformat()]
    with Failing(1, code, only=call, for_good=True):
        ended = main.main(command)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    check_texts(place / "vault", TEXTS)
    if ended:
        assert said.err.startswith("studyapp: ") or "wait" in said.out + said.err, said
    assert main.main(["due", "--vault", str(place / "vault"), "--now", day(0).isoformat()]) == 0
    assert main.main(command) == 0


async def test_the_app_says_what_failed_and_tries_again_when_asked(place: Path, tmp_path: Path) -> None:
    app = make_app(tmp_path, {})
    async with running(app) as pilot:
        with Failing(1, errno.ENOSPC, for_good=True):
            await press(pilot, "space", "3")
            assert "1 grade is not saved, only kept in memory" in words(pilot)
            await press(pilot, "space", "3")
            assert "2 grades are not saved, only kept in memory" in words(pilot)
        await press(pilot, "W")
        assert "Everything is saved." in words(pilot)
    check_texts(place / "vault", TEXTS)
    assert len(start(place).journal.applied) == 2


# Files that are something else


def test_links_in_a_circle_are_named_and_stop_no_other_note(place: Path) -> None:
    root = place / "vault"
    (root / "loop.md").symlink_to(root / "loop.md")
    (root / "round").symlink_to(root / "back")
    (root / "back").symlink_to(root / "round")
    (root / "folder" / "up").symlink_to(root)
    workspace = start(place)
    assert {path for path in workspace.vault.paths() if "up/" not in path} == set(NOTES)
    assert graded(workspace).why_not is None


@pytest.mark.parametrize("instead", ["folder", "nothing", "link"])
def test_a_note_that_is_something_else_by_now_keeps_its_grade_waiting(place: Path, instead: str) -> None:
    workspace = start(place)
    session = begin(workspace)
    assert session.current is not None
    path = place / "vault" / session.current.note.path
    raw = path.read_bytes()
    action = session.grade(Grade.GOOD)
    path.unlink()
    if instead == "folder":
        path.mkdir()
    elif instead == "link":
        path.symlink_to(path)
    saved = workspace.store.save(action)
    assert saved.why_not
    assert start(place).journal.actions[action.id].status is Status.PENDING
    if instead == "folder":
        path.rmdir()
    path.unlink(missing_ok=True)
    path.write_bytes(raw)
    assert start(place).journal.actions[action.id].status is Status.WRITTEN
    check_texts(place / "vault", TEXTS)


def test_a_note_that_cannot_be_read_is_named_and_the_others_are_there(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = files.read_with_status

    def failing(path: Path | str, most: int = files.LARGEST) -> tuple[bytes, os.stat_result]:
        if Path(path).name == "A.md":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
        return read(path, most)

    monkeypatch.setattr(files, "read_with_status", failing)
    workspace = start(place)
    (problem,) = workspace.vault.problems
    assert (problem.path, problem.code) == ("A.md", "unreadable-note")
    assert "Permission denied" in problem.message
    assert workspace.vault.paths() == sorted(set(NOTES) - {"A.md"})


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is forbidden to root")
def test_in_a_read_only_folder_grades_wait_outside_of_it(place: Path) -> None:
    for folder in (place / "vault", place / "vault" / "folder"):
        folder.chmod(0o555)
    for path in NOTES:
        (place / "vault" / path).chmod(0o444)
    workspace = start(place)
    saved = graded(workspace)
    assert saved.why_not
    for folder in (place / "vault", place / "vault" / "folder"):
        folder.chmod(0o755)
    for path in NOTES:
        (place / "vault" / path).chmod(0o644)
    assert start(place).journal.actions[saved.action.id].status is Status.WRITTEN


# The clock


def test_a_clock_that_steps_back_loses_nothing_and_undo_takes_back_what_was_done_last(place: Path) -> None:
    first = graded(start(place, number=9)).action
    workspace = start(place, number=2)
    second = graded(workspace).action
    assert last(workspace).id == second.id
    undo(workspace)
    assert workspace.journal.actions[second.id].status is Status.UNDONE
    assert workspace.journal.actions[first.id].status is Status.WRITTEN
    session = begin_with(workspace, [row for row in workspace.vault.rows() if row.id == first.card])
    assert session.current is not None
    said = why_not(lambda: workspace.store.save(session.grade(Grade.GOOD)))
    assert not said or "future" in said
    check_texts(place / "vault", TEXTS)
    check_schedules(start(place, number=2))


# The index


def spoil(path: Path, how: str) -> None:
    match how:
        case "garbage":
            path.write_bytes(b"no database" * 999)
        case "cut":
            path.write_bytes(path.read_bytes()[:5000])
        case "folder":
            path.unlink()
            path.mkdir()
        case "zeros":
            data = path.read_bytes()
            path.write_bytes(data[: len(data) // 2] + bytes(len(data) - len(data) // 2))


@pytest.mark.parametrize("how", ["garbage", "cut", "folder", "zeros"])
def test_a_corrupt_index_costs_time_and_nothing_else(place: Path, how: str) -> None:
    workspace = start(place)
    cards = list(workspace.vault.rows())
    workspace.vault.table.close()
    spoil(locations(place / "home").index(place / "vault"), how)
    again = start(place)
    assert list(again.vault.rows()) == cards
    assert graded(again).why_not is None
    assert start(place).vault.paths() == sorted(NOTES)


def test_a_locked_index_costs_nothing_either(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyapp.core.vault.table.table.PATIENCE", 0.01)
    path = locations(place / "home").index(place / "vault")
    start(place).vault.table.close()
    with closing(sqlite3.connect(path, isolation_level=None)) as other, other:
        other.execute("BEGIN EXCLUSIVE")
        assert start(place).vault.paths() == sorted(NOTES)
    other.close()


@pytest.mark.slow
def test_an_index_on_a_full_disk_is_done_without(tmp_path: Path) -> None:
    write_vault(tmp_path / "vault", 60, seed=3)
    program = (
        "import resource, sys\n"
        "from pathlib import Path\n"
        "from studyapp.core.vault.table.table import VaultTable\n"
        "from studyapp.core.vault.vault import Vault\n"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, (40000, {resource.RLIM_INFINITY}))\n"
        "vault = Vault(Path(sys.argv[1]), table=VaultTable(Path(sys.argv[2])))\n"
        "vault.scan()\n"
        "vault.scan()\n"
        "print(sum(1 for _ in vault.rows()))\n"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "vault"), str(tmp_path / "index.sqlite")]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    vault = Vault(tmp_path / "vault")
    vault.scan()
    assert int(done.stdout) == sum(1 for _ in vault.rows()) > 0
    assert not done.stderr


# The log


def test_wherever_the_log_is_cut_what_was_before_is_there(place: Path) -> None:
    workspace = start(place)
    for _ in range(3):
        graded(workspace)
        workspace.vault.scan()
    log, data = workspace.journal.path, workspace.journal.path.read_bytes()
    lines = data.split(b"\n")
    whole = len(b"\n".join(lines[:-3])) + 1  # the last two lines are one action
    names = list(workspace.journal.actions)
    notes = {path: (place / "vault" / path).read_bytes() for path in NOTES}
    for end in range(whole - 1, len(data), 41):
        log.write_bytes(data[:end])
        for path, raw in notes.items():
            (place / "vault" / path).write_bytes(raw)
        again = start(place)
        assert list(again.journal.actions)[:2] == names[:2]
        check_texts(place / "vault", TEXTS)
        session = begin_with(again, [row for row in again.vault.rows() if row.schedule is None])
        assert again.store.save(session.grade(Grade.HARD)).why_not is None
        assert not Journal(log).problems


@pytest.mark.parametrize("what", ["folder", "loop"])
def test_a_log_that_is_not_a_file_is_named_and_reviews_are_kept_outside(place: Path, what: str) -> None:
    log = locations(place / "home").journal(place / "vault")
    log.parent.mkdir(parents=True, exist_ok=True)
    if what == "folder":
        log.mkdir()
    else:
        log.symlink_to(log)
    workspace = start(place)
    assert [problem.path for problem in workspace.journal.problems] == [str(log)]
    assert workspace.journal.path == locations(place / "home").journal_outside(place / "vault")
    assert {path: (place / "vault" / path).read_bytes() for path in NOTES} == {
        path: text.encode() for path, text in NOTES.items()
    }


def test_a_card_that_is_nowhere_is_reported_as_gone(place: Path) -> None:
    with pytest.raises(StudyError, match="no such card"):
        start(place).vault.find(CardId("A.md", "0", 1, 1))
