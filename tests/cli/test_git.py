"""Two clones of a vault, merged by git."""

from __future__ import annotations

import errno
import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.log.journal import Journal
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade, read_entry, reviewed
from studyapp.core.settings.model import Settings
from studyapp.study.review.today import begin, begin_with
from tests.core.edits.test_merge import Person, latest
from tests.faults.failing import Failing
from tests.helpers.commands import run_here
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, make_vault, workspace

OLD, NEW, NEWER = (f"<!--SR:!2024-0{month}-01,4,250-->" for month in (1, 2, 3))
NOTE = f"#flashcards\n\na::b\n{OLD}\n\nc::d\n{OLD}\n"

Git = Callable[..., str]
slow = pytest.mark.slow


def move_in(home: Path, patch: pytest.MonkeyPatch) -> None:
    """Let git, and the driver that it calls, have a home of their own."""
    for name in [name for name in os.environ if name.startswith(("XDG_", "GIT_"))]:
        patch.delenv(name)
    who = {f"GIT_{role}_{what}": "a@b" for role in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    for name, value in {"HOME": str(home), **who, "GIT_CONFIG_NOSYSTEM": "1"}.items():
        patch.setenv(name, value)


def run_git(folder: Path, *words: str, code: int = 0) -> str:
    done = subprocess.run(["git", "-C", folder, *words], capture_output=True, text=True, check=False)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Run git in a home of its own."""
    move_in(tmp_path / "home", monkeypatch)
    return run_git


def studyapp(*words: str | Path, folder: Path, code: int = 0) -> str:
    done = run_here(words, os.environ, folder)
    assert done.returncode == code, (done.stdout, done.stderr)
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository that is a vault, to be copied."""
    folder = tmp_path_factory.mktemp("prepared")
    root = make_vault(folder / "repository", {"A note.md": NOTE, "ünicode/Größe.md": NOTE})
    with pytest.MonkeyPatch.context() as patch:
        move_in(folder / "home", patch)
        run_git(root, "init", "-q", "-b", "main")
        assert "added to .gitattributes: *.md merge=studyapp" in studyapp("init", "--git", root, folder=folder)
        commit(run_git, root, "begin")
    return root


@pytest.fixture
def repository(tmp_path: Path, git: Git, prepared: Path) -> Path:
    """A repository that is a vault."""
    return shutil.copytree(prepared, tmp_path / "repository", symlinks=True)


def commit(git: Git, root: Path, what: str) -> None:
    git(root, "add", "-A")
    git(root, "commit", "-q", "-m", what)


def diverge(git: Git, root: Path, ours: Callable[[], None], theirs: Callable[[], None]) -> None:
    """Change the vault on a branch and on main, each from where it is now."""
    git(root, "checkout", "-q", "-b", "phone")
    theirs()
    commit(git, root, "theirs")
    git(root, "checkout", "-q", "main")
    ours()
    commit(git, root, "ours")


def change(path: Path, old: str, new: str) -> Callable[[], None]:
    def do() -> None:
        path.write_text(path.read_text().replace(old, new))

    return do


@tiered("name", ["A note.md", "ünicode/Größe.md"])
@tiered("how", [("merge", "-q", "phone"), ("rebase", "-q", "phone"), ("cherry-pick", "phone")])
def test_git_merges_two_reviews_by_the_later_one(git: Git, repository: Path, name: str, how: tuple[str, ...]) -> None:
    path = repository / name
    ours, theirs = change(path, f"a::b\n{OLD}", f"a::b\n{NEWER}"), change(path, OLD, NEW)
    diverge(git, repository, ours, theirs)
    git(repository, *how)
    assert path.read_text() == f"#flashcards\n\na::b\n{NEWER}\n\nc::d\n{NEW}\n"
    assert not git(repository, "status", "--porcelain")


def test_a_conflict_of_texts_is_one_and_the_schedules_beside_it_are_merged(git: Git, repository: Path) -> None:
    path = repository / "A note.md"
    ours, theirs = change(path, f"a::b\n{OLD}", f"a::mine\n{NEW}"), change(path, f"a::b\n{OLD}", f"a::other\n{NEWER}")
    diverge(git, repository, ours, theirs)
    git(repository, "merge", "phone", code=1)
    text = path.read_text()
    assert text.split(">>>>>>>")[1].split("\n")[1] == NEWER
    assert text.count("<<<<<<<") == 1
    assert text.endswith(f"c::d\n{OLD}\n")


def test_the_logs_of_two_devices_and_of_one_used_twice_hold_all_lines_of_both(git: Git, repository: Path) -> None:
    home = repository.parent / "studyapp"

    def graded(grade: Grade, name: str) -> Callable[[], None]:
        def do() -> None:
            desk = workspace(repository, home)
            session = begin(desk)
            while session.current is not None and session.current.note.path != name:
                session.skip()
            assert session.current is not None
            desk.store.save(session.grade(grade))

        return do

    graded(Grade.EASY, "A note.md")()
    commit(git, repository, "first")
    diverge(git, repository, graded(Grade.GOOD, "A note.md"), graded(Grade.HARD, "ünicode/Größe.md"))
    git(repository, "merge", "-q", "phone")
    (log,) = (repository / ".studyapp" / "reviews").glob("*.jsonl")
    journal = Journal(log)
    assert not journal.problems
    assert sorted(str(action.grade) for action in journal.applied) == ["easy", "good", "hard"]
    assert not journal.waiting


def test_setting_up_twice_adds_nothing_and_keeps_other_lines(git: Git, repository: Path) -> None:
    file = repository / ".gitattributes"
    file.write_bytes(b"*.png binary" + b"\r\n" + file.read_bytes().rstrip(b"\n"))
    before = file.read_bytes()
    assert "already has these lines" in studyapp("init", "--git", folder=repository)
    assert file.read_bytes() == before
    driver = git(repository, "config", "merge.studyapp.driver")
    assert driver.endswith(" -P -m studyapp merge-driver -- %O %A %B %P %L\n")


def test_a_vault_within_a_repository_has_its_own_attributes_and_settings(tmp_path: Path, git: Git) -> None:
    root = tmp_path / "repository"
    plugin = {"singleLineCardSeparator": ";;"}
    vault = make_vault(root / "notes and more", {"N.md": NOTE.replace("::", ";;")}, plugin)
    git(root, "init", "-q", "-b", "main")
    studyapp("init", "--git", vault, folder=tmp_path)
    commit(git, root, "begin")
    path = vault / "N.md"
    diverge(git, root, change(path, f"a;;b\n{OLD}", f"a;;b\n{NEWER}"), change(path, OLD, NEW))
    git(root, "merge", "-q", "phone")
    assert path.read_text() == f"#flashcards\n\na;;b\n{NEWER}\n\nc;;d\n{NEW}\n"


def test_where_there_is_no_repository_or_no_folder_that_is_reported(tmp_path: Path, git: Git) -> None:
    (tmp_path / "plain").mkdir()
    assert "is not in a git repository" in studyapp("init", "--git", tmp_path / "plain", folder=tmp_path, code=1)
    assert "there is no folder" in studyapp("init", "--git", tmp_path / "gone", folder=tmp_path, code=1)
    assert not (tmp_path / "plain" / ".gitattributes").exists()
    assert git(tmp_path, "version")


def test_of_two_reviews_of_one_day_the_log_tells_which_was_later(tmp_path: Path, git: Git) -> None:
    root = make_vault(tmp_path / "vault", {})
    logs = root / ".studyapp" / "reviews"
    logs.mkdir(parents=True)
    first, second = "2024-02-10,9,250", "2024-02-04,3,210"  # both were given on 1 February
    for name, entry, hour in (("a", first, 9), ("b", second, 10)):
        line = {"card": "N.md:x:1:1", "after": entry, "at": f"2024-02-01T{hour:02}:00:00+00:00"}
        (logs / f"{name}.jsonl").write_text(f"not json {entry}\n{json.dumps(line)}\n")
    versions = {
        "base": NOTE,
        "ours": NOTE.replace(OLD, f"<!--SR:!{first}-->", 1),
        "theirs": NOTE.replace(OLD, f"<!--SR:!{second}-->", 1),
    }
    for name, text in versions.items():
        (root / name).write_text(text)
    studyapp("merge-driver", "base", "ours", "theirs", "N.md", folder=root)
    assert (root / "ours").read_text() == versions["theirs"]
    assert git(root, "version")


def test_a_line_of_the_log_about_another_card_says_nothing_of_this_one(tmp_path: Path, git: Git) -> None:
    root = make_vault(tmp_path / "vault", {})
    logs = root / ".studyapp" / "reviews"
    logs.mkdir(parents=True)
    good, easy = "2024-02-05,4,250", "2024-02-06,5,265"  # both were given on 1 February
    one, two = (question.key for question in parse_note("N.md", NOTE.encode(), Settings()).questions)
    said = {
        "a": [(one, good, "00")],
        "b": [(one, easy, "03"), (two, good, "06")],
    }
    for name, lines in said.items():
        values = [
            {"card": f"N.md:{key}:1:1", "after": entry, "at": f"2024-02-01T09:00:{second}+00:00"}
            for key, entry, second in lines
        ]
        (logs / f"{name}.jsonl").write_text("".join(f"{json.dumps(line)}\n" for line in values))
    ours = NOTE.replace(OLD, f"<!--SR:!{good}-->", 1)
    theirs = NOTE.replace(OLD, f"<!--SR:!{easy}-->", 1).replace(OLD, f"<!--SR:!{good}-->", 1)
    for one_side, other in ((ours, theirs), (theirs, ours)):
        for name, text in (("base", NOTE), ("ours", one_side), ("theirs", other)):
            (root / name).write_text(text)
        studyapp("merge-driver", "base", "ours", "theirs", "N.md", folder=root)
        assert (root / "ours").read_text() == theirs
    assert git(root, "version")


def crossed(*pairs: tuple[object, object]) -> list[Any]:
    """All combinations of three pairs; in the quick set, the half of them in which any two values meet."""
    return [
        pytest.param(*(pair[pick] for pair, pick in zip(pairs, picks, strict=True)), marks=[slow] * (sum(picks) % 2))
        for picks in product((0, 1), repeat=3)
    ]


@tiered("pulls, how, last", crossed(("a", "b"), (["--no-rebase"], ["--rebase"]), (Grade.EASY, Grade.HARD)))
def test_of_two_grades_of_one_card_the_later_one_is_kept_on_either_device(
    tmp_path: Path, git: Git, pulls: str, how: list[str], last: Grade
) -> None:
    origin = make_vault(tmp_path / "origin", {"N.md": "#flashcards\n\na::b\n\nc::d\n"})
    git(origin, "init", "-q", "-b", "main")
    git(origin, "config", "receive.denyCurrentBranch", "updateInstead")
    studyapp("init", "--git", origin, folder=tmp_path)
    commit(git, origin, "begin")
    for name in "ab":
        git(tmp_path, "clone", "-q", str(origin), name)
        studyapp("init", "--git", tmp_path / name, folder=tmp_path)
    given = [("a", 0, Grade.GOOD, 0), ("b", 0, last, 3), ("b", 1, Grade.GOOD, 6)]
    for name, card, grade, second in given:
        desk = workspace(tmp_path / name, tmp_path / f"home {name}", NOW + timedelta(seconds=second))
        row = list(desk.vault.rows())[card]
        desk.store.save(begin_with(desk, [row]).grade(grade))
    later = (tmp_path / "b" / "N.md").read_text()
    for name in "ab":
        commit(git, tmp_path / name, f"reviewed on {name}")
    git(tmp_path / ("b" if pulls == "a" else "a"), "push", "-q")
    git(tmp_path / pulls, "pull", "-q", *how)
    assert (tmp_path / pulls / "N.md").read_text() == later


@pytest.mark.slow
@pytest.mark.parametrize(("pulls", "first", "later"), crossed(("a", "b"), (True, False), (Grade.EASY, Grade.HARD)))
def test_of_two_grades_of_one_card_the_later_one_is_kept_where_its_note_was_renamed(
    tmp_path: Path, git: Git, pulls: str, first: bool, later: Grade
) -> None:
    """On device b, before it graded or afterwards."""
    origin = make_vault(tmp_path / "origin", {"N.md": "#flashcards\n\na::b\n\n" + "a line\n\n" * 9})
    git(origin, "init", "-q", "-b", "main")
    git(origin, "config", "receive.denyCurrentBranch", "updateInstead")
    studyapp("init", "--git", origin, folder=tmp_path)
    commit(git, origin, "begin")
    for name, grade, second in (("a", Grade.GOOD, 0), ("b", later, 3)):
        git(tmp_path, "clone", "-q", str(origin), name)
        studyapp("init", "--git", tmp_path / name, folder=tmp_path)
        if name == "b" and first:
            git(tmp_path / name, "mv", "N.md", "M.md")
        desk = workspace(tmp_path / name, tmp_path / f"home {name}", NOW + timedelta(seconds=second))
        desk.store.save(begin(desk).grade(grade))
        if name == "b" and not first:
            git(tmp_path / name, "mv", "N.md", "M.md")
        commit(git, tmp_path / name, f"reviewed on {name}")
    text = (tmp_path / "b" / "M.md").read_text()
    git(tmp_path / ("b" if pulls == "a" else "a"), "push", "-q")
    git(tmp_path / pulls, "pull", "-q", "--no-rebase")
    assert (tmp_path / pulls / "M.md").read_text() == text


@tiered("command", [None, "{python} -P -m studyapp merge-driver %O %A %B %P %L"])
def test_a_note_whose_name_begins_with_a_dash_is_merged(git: Git, repository: Path, command: str | None) -> None:
    """Also where a clone was set up by an earlier version."""
    (repository / "-dash.md").write_text(NOTE)
    commit(git, repository, "dash")
    if command is not None:
        git(repository, "config", "merge.studyapp.driver", command.format(python=shlex.quote(sys.executable)))
    path = repository / "-dash.md"
    diverge(git, repository, change(path, f"a::b\n{OLD}", f"a::b\n{NEWER}"), change(path, OLD, NEW))
    git(repository, "merge", "-q", "phone")
    assert path.read_text() == f"#flashcards\n\na::b\n{NEWER}\n\nc::d\n{NEW}\n"


@pytest.mark.parametrize("name", ["-h.md", "--help.md", "-x", "-a b'\"$(x).md", "sub/-dash.md", "--.md"])
def test_the_driver_takes_any_name_for_a_name(git: Git, tmp_path: Path, name: str) -> None:
    root = make_vault(tmp_path / "vault", {"N.md": NOTE})
    for version, text in (("base", NOTE), ("ours", NOTE.replace(OLD, NEW)), ("theirs", NOTE.replace(OLD, NEWER))):
        (root / version).write_text(text)
    for words in (["--"], []):
        (root / "ours").write_text(NOTE.replace(OLD, NEW))
        studyapp("merge-driver", *words, "base", "ours", "theirs", name, "7", folder=root)
        assert (root / "ours").read_text() == NOTE.replace(OLD, NEWER)
    assert git(root, "version")


def test_a_version_that_cannot_be_written_stays_whole_and_is_no_conflict(git: Git, repository: Path) -> None:
    for version, text in (("base", NOTE), ("ours", NOTE.replace(OLD, NEW)), ("theirs", NOTE.replace(OLD, NEWER))):
        (repository / version).write_text(text)
    before = sorted(path.name for path in repository.iterdir())
    with Failing(1, errno.ENOSPC, only="fsync"):
        said = studyapp("merge-driver", "base", "ours", "theirs", "N.md", folder=repository, code=129)
    assert "N.md is not merged" in said
    assert (repository / "ours").read_text() == NOTE.replace(OLD, NEW)
    assert sorted(path.name for path in repository.iterdir()) == before
    assert git(repository, "version")


def test_a_version_that_cannot_be_read_is_reported(git: Git, repository: Path) -> None:
    os.mkfifo(repository / "pipe")
    for name in ("pipe", "not there"):
        said = studyapp("merge-driver", "A note.md", name, "A note.md", "A note.md", folder=repository, code=129)
        assert "can't read" in said
        assert "Traceback" not in said
    assert git(repository, "version")


STALE = [
    "{python} -P -m studyapp merge-driver %O %A %B %P %L",
    "{python} -m studyapp merge-driver -- %O %A %B %P %L",
    "/not/there/python -P -m studyapp merge-driver -- %O %A %B %P %L",
    "studyapp merge-driver %O %A %B %P %L",
]


@tiered("command", STALE)
def test_the_doctor_finds_and_mends_a_driver_of_an_earlier_version(git: Git, repository: Path, command: str) -> None:
    current = git(repository, "config", "merge.studyapp.driver")
    assert "git-driver" not in studyapp(
        "doctor", repository, "--severity", "warning", "--json", folder=repository, code=0
    )
    old = command.format(python=shlex.quote(sys.executable))
    git(repository, "config", "merge.studyapp.driver", old)
    assert "git-driver" in studyapp(
        "doctor", repository, "--severity", "warning", "--json", folder=repository, code=1
    )
    said = studyapp("doctor", repository, "--severity", "warning", folder=repository, code=1)
    assert "studyapp doctor --fix" in said
    assert git(repository, "config", "merge.studyapp.driver").strip() == old
    assert "renewed" in studyapp(
        "doctor", repository, "--severity", "warning", "--fix", "--yes", folder=repository, code=0
    )
    assert git(repository, "config", "merge.studyapp.driver") == current


@pytest.mark.parametrize("command", STALE)
def test_setting_up_again_renews_the_driver(git: Git, repository: Path, command: str) -> None:
    current = git(repository, "config", "merge.studyapp.driver")
    git(repository, "config", "merge.studyapp.driver", command.format(python=shlex.quote(sys.executable)))
    studyapp("init", "--git", folder=repository)
    assert git(repository, "config", "merge.studyapp.driver") == current


def test_attributes_that_are_a_link_or_no_file_are_not_written_through(git: Git, tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"N.md": NOTE})
    git(root, "init", "-q")
    (tmp_path / "outside").write_text("mine\n")
    for make in (lambda path: path.symlink_to(tmp_path / "outside"), os.mkfifo, Path.mkdir):
        file = root / ".gitattributes"
        make(file)
        assert "can't write" in studyapp("init", "--git", root, folder=tmp_path, code=1)
        file.rmdir() if file.is_dir() else file.unlink()
    assert (tmp_path / "outside").read_text() == "mine\n"


@pytest.mark.slow
def test_a_configuration_of_git_that_is_a_pipe_keeps_the_doctor_waiting_for_a_moment_only(
    git: Git, repository: Path
) -> None:
    (repository / ".git" / "config").unlink()
    os.mkfifo(repository / ".git" / "config")
    assert "git-driver" not in studyapp("doctor", repository, "--severity", "warning", folder=repository)


@pytest.mark.slow
def test_generated_divergences_merge_through_git_itself(git: Git, tmp_path: Path) -> None:
    root = tmp_path / "repository"
    root.mkdir()
    git(root, "init", "-q", "-b", "main")
    studyapp("init", "--git", folder=root)
    people = [person for person in map(Person, range(300, 400)) if person.settings.card_comment_on_same_line is False]
    people = [person for person in people if not person.settings.use_callouts_for_scheduling_comments]
    notes = [(f"note {number}.md", person, person.note()) for number, person in enumerate(people)]
    sides = [(name, person, person.changed(pieces), person.changed(pieces)) for name, person, pieces in notes]

    def write(which: int) -> Callable[[], None]:
        def do() -> None:
            for name, person, *both in sides:
                (root / name).write_bytes(person.written(both[which]))

        return do

    for name, person, pieces in notes:
        (root / name).write_bytes(person.written(pieces))
    commit(git, root, "begin")
    diverge(git, root, write(0), write(1))
    subprocess.run(["git", "-C", root, "merge", "-q", "phone"], capture_output=True, check=False)
    for name, person, mine, other in sides:
        kept = person.entries_in((root / name).read_bytes())
        ones, twos = ({piece.name: piece for piece in side} for side in (mine, other))
        for piece in ones.keys() & twos.keys():
            for side in range(ones[piece].cards if ones[piece].entries or twos[piece].entries else 0):
                there = {reviewed(read_entry(entries[side])) for entries in kept[piece] if entries}
                assert there == {latest(ones[piece], twos[piece], side)}, (name, piece)
