"""Reading from folders that may hold anything: nothing hangs, nothing is endless, and one place does it."""

from __future__ import annotations

import fcntl
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from studyapp.core.disk.files import OddFileError, is_only_ours, open_file, open_handle, read_file
from studyapp.core.log.journal import Journal
from studyapp.core.log.ledger import Ledger
from tests.core.log.test_journal import action
from tests.helpers.source import calls


def odd_files(folder: Path) -> Iterator[Path]:
    """One of each kind of thing that is not a file, and links to them."""
    pipe, place = folder / "pipe", folder / "place"
    os.mkfifo(pipe)
    place.mkdir()
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(os.path.relpath(folder / "socket"))
    yield from (pipe, place, folder / "socket")
    for number, target in enumerate((pipe, place, folder / "socket", Path("/dev/zero"), Path("/dev/null"))):
        (folder / f"link {number}").symlink_to(target)
        yield folder / f"link {number}"


def test_what_is_not_a_file_is_refused_at_once(tmp_path: Path) -> None:
    for path in odd_files(tmp_path):
        for read in (read_file, open_file, open_handle):
            with pytest.raises(OddFileError, match="it is not a regular file"):
                read(path)


def test_a_file_is_read_whole_whatever_size_it_claims(tmp_path: Path) -> None:
    path = tmp_path / "file"
    for raw in (b"", b"a", b"\0\xff\r\n" * 100_000):
        path.write_bytes(raw)
        assert read_file(path) == raw
        with open_file(path) as file:
            assert file.read() == raw
    if sys.platform.startswith("linux"):
        assert b"Name:" in read_file(Path("/proc/self/status"))  # it reports a size of 0


def test_a_file_beyond_the_bound_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(10**12)
    for read in (read_file, open_file, open_handle):
        with pytest.raises(OddFileError, match=r"it is larger than [\d,]+ MB"):
            read(path)
    path.write_bytes(b"12345")
    assert read_file(path, 5) == b"12345"
    with pytest.raises(OddFileError):
        read_file(path, 4)


def test_a_file_that_grows_while_it_is_read_is_still_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"1")
    monkeypatch.setattr(os, "read", lambda _, size: b"x" * size)
    with pytest.raises(OddFileError):
        read_file(path, 1000)


def test_a_missing_or_forbidden_file_is_reported_in_the_systems_words(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read_file(tmp_path / "gone")
    (tmp_path / "loop").symlink_to("loop")
    with pytest.raises(OSError, match="symbolic link"):
        read_file(tmp_path / "loop")


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks for a lease")
def test_a_lease_of_another_program_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"text")
    lease = (
        "import fcntl, os, signal, sys\n"
        "handle = os.open(sys.argv[1], os.O_RDWR)\n"
        "signal.signal(signal.SIGIO, lambda *_: fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK))\n"
        "fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_WRLCK)\n"
        "print('held', flush=True)\n"
        "sys.stdin.read()\n"
    )
    command = [sys.executable, "-c", lease, str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert read_file(path) == b"text"


def test_an_open_file_is_not_left_to_child_processes(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    handle = open_handle(tmp_path / "file")
    assert fcntl.fcntl(handle, fcntl.F_GETFD) & fcntl.FD_CLOEXEC
    os.close(handle)


def test_a_line_of_a_log_without_an_end_is_damage_and_those_around_it_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("studyapp.core.log.fold.LONGEST_LINE", 2000)
    path = tmp_path / "laptop.jsonl"
    first, second = action(), action()
    journal = Journal(path)
    journal.intend(first, None)
    with path.open("ab") as file:
        file.write(b"{" * 5001 + b"\n")
    Journal(path).intend(second, None)
    ledger = Ledger(path)
    ledger.update()
    assert [one.id for _, one in ledger.tail(1 << 60, 10)] == [first.id, second.id]
    (problem,) = ledger.problems
    assert problem.line == 2
    assert "longer than" in problem.message


# Nothing in a vault is read in any other way

READS = frozenset({"open", "read_bytes", "read_text", "fdopen", "write_bytes", "write_text", "copyfile", "connect"})
ALLOWED = {
    ("core/disk/files.py", "open"): "the one place",
    ("core/disk/files.py", "fdopen"): "the one place",
    ("core/disk/cache.py", "open"): "makes a database after it has looked at what is there",
    ("core/disk/cache.py", "connect"): "makes a database after it has looked at what is there",
    ("core/disk/cache_folder.py", "open"): "what it has looked at, which nobody else can write",
    ("core/disk/cache_folder.py", "connect"): "a database that it has looked at, which nobody else can write",
    ("core/disk/replace.py", "open"): "makes files that were not there",
    ("core/disk/lease.py", "open"): "a handle that was opened by `open_handle`",
    ("core/disk/in_place.py", "open"): "a handle that was opened by `open_handle`",
    ("core/locations.py", "open"): "makes a file that was not there",
    ("core/workspace/workspace.py", "fdopen"): "a handle that was opened by `open_handle`",
    ("core/disk/whole.py", "fdopen"): "a handle that was opened by `open_handle`",
    ("runs/process/own.py", "open"): "makes a file that was not there",
    ("runs/process/own.py", "read_text"): "a file that comes with the program",
    ("runs/process/own.py", "fdopen"): "a handle that was opened by `open_handle`",
    (
        "study/exchange/anki/package.py",
        "open",
    ): "members of an open archive, and a file in a folder of our own",
    ("study/exchange/anki/package.py", "connect"): "a database that was unpacked into a folder of our own",
    ("study/exchange/anki/collection.py", "connect"): "a database in a folder of our own",
    ("runs/results/results.py", "fdopen"): "a handle that was opened by `open_handle`",
    ("tui/pictures/decode.py", "open"): "bytes in memory",
    ("cli/opening.py", "open"): "a workspace",
    ("cli/cache.py", "open"): "a workspace",
    ("cli/init.py", "read_bytes"): "files that come with the program",
    ("cli/demo/demo.py", "open"): "a workspace",
    ("cli/git.py", "write_bytes"): "writes what git is to merge",
    ("cli/streams.py", "open"): "the null device, and the standard streams",
    ("serve/addresses.py", "connect"): "a socket through which nothing is sent",
    ("serve/served.py", "open"): "a workspace",
    ("tui/app/app.py", "open"): "a workspace",
    ("tui/app/job_control.py", "read_bytes"): "what the kernel says of the parent process",
}
"""Where the program opens something otherwise, and why that cannot hang."""


def test_everything_that_is_read_goes_through_one_opener() -> None:
    assert {(call.file, call.name) for call in calls(READS)} == set(ALLOWED)


@pytest.mark.parametrize(
    ("mode", "owner", "ours"),
    [
        (stat.S_IFREG | 0o600, os.geteuid(), True),
        (stat.S_IFREG | 0o644, os.geteuid(), True),
        (stat.S_IFREG | 0o600, os.geteuid() + 1, False),
        (stat.S_IFREG | 0o620, os.geteuid(), False),
        (stat.S_IFREG | 0o602, os.geteuid(), False),
        (stat.S_IFIFO | 0o600, os.geteuid(), False),
    ],
)
def test_a_file_is_only_ours_if_no_other_user_can_write_it(mode: int, owner: int, ours: bool) -> None:
    assert is_only_ours(os.stat_result((mode, 1, 1, 1, owner, 0, 0, 0, 0, 0))) is ours
