"""Read the notes of a large vault: with processes of their own, as parsing keeps one core busy for each.

A process that parses (`python -m studyapp.core.vault.read`) is told notes by their paths and answers with rows.
It opens nothing else, and ends with its parent. Where it cannot start or ends early, its notes are read here.

`concurrent.futures` would take less code, and about twice as long: 3.6 to 5.5 s by `spawn` or `forkserver` for what
takes 2.0 to 2.8 s this way (3,000 notes, 2 cores).
"""

from __future__ import annotations

import gc
import marshal
import os
import pickle
import queue
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from msgspec.structs import fields

from studyapp.core.disk.files import read_note
from studyapp.core.disk.programs import start_own
from studyapp.core.disk.stamp import Stamp
from studyapp.core.errors import NoteError
from studyapp.core.notes.cards import names_of
from studyapp.core.settings.load import Settings
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault.precheck import may_matter
from studyapp.core.vault.rows import NoteRows, rows_of, text_of

if TYPE_CHECKING:
    import subprocess

TOGETHER = 128
"""Notes that are read one after the other before the hashes of their questions are made."""
MANY = 1000
"""Notes from which on processes are worth their start, a tenth of a second."""
_MOST = 6
"""Processes; more of them would wait for the one that takes their answers."""


class Read(NamedTuple):
    """What became of reading a note."""

    path: str
    stamp: Stamp | None
    """By what the file is known that was read."""
    read_at: int
    """When it was read, in nanoseconds by the clock that stamps files, whatever time it is for the person."""
    rows: NoteRows | None
    names: Sequence[tuple[str, str]] = ()
    """The keys and the hashes of its questions."""
    error: str = ""
    """Why there are no rows."""


def read_raw(root: Path, path: str) -> tuple[bytes, Stamp, int]:
    """A note's bytes, by what its file is known, and when it was read.

    Raises:
        NoteError, OSError: if it cannot be read.
    """
    read_at = time.time_ns()
    stamp = Stamp.of((root / path).stat())
    return read_note(root / path), stamp, read_at


def read_rows(root: Path, files: Sequence[tuple[str, Settings]]) -> list[Read]:
    """Read notes; of most that have no cards the bytes tell it."""
    found: list[Read] = []
    for path, settings in files:
        try:
            raw, stamp, read_at = read_raw(root, path)
        except (OSError, NoteError) as error:
            found.append(Read(path, None, 0, None, (), reason_of(error)))
            continue
        rows = rows_of(path, raw, settings) if may_matter(raw, settings) else NoteRows(digest_of(raw))
        found.append(Read(path, stamp, read_at, rows))
    names = iter(names_of([text_of(question) for one in found if one.rows for question in one.rows.questions]))
    return [one._replace(names=list(islice(names, len(one.rows.questions)))) if one.rows else one for one in found]


def reason_of(error: Exception) -> str:
    """Why a file cannot be read, in a few words."""
    return getattr(error, "strerror", None) or str(error)


def read_all(root: Path, paths: Sequence[str], settings_of: Callable[[str], Settings]) -> Iterator[list[Read]]:
    """Read notes, a part at a time; the order of the parts is that in which they are done."""
    parts = [paths[start : start + TOGETHER] for start in range(0, len(paths), TOGETHER)]
    count = min(_cores(), _MOST) if len(paths) >= MANY else 0
    if count < 2:
        for part in parts:
            yield read_rows(root, [(path, settings_of(path)) for path in part])
        return
    to_do: _Parts = queue.SimpleQueue()
    done: _Answers = queue.SimpleQueue()
    for part in parts:
        to_do.put(part)
    for number in range(count):
        of = (root, to_do, done, settings_of)
        threading.Thread(target=_attend, args=of, name=f"parser-{number}", daemon=True).start()
    while count:
        asked, answer = done.get()
        if answer is not None:
            yield _unpacked(answer)
            continue
        count -= 1
        left = [asked] if asked else []
        with suppress(queue.Empty):
            while not count:  # nobody is there any more who could do the rest
                left.append(to_do.get_nowait())
        for part in left:
            yield read_rows(root, [(path, settings_of(path)) for path in part])


_Question = list[tuple[dict[str, Any], list[str]]]
_Parts = queue.SimpleQueue[Sequence[str]]
_Answers = queue.SimpleQueue[tuple[Sequence[str], bytes | None]]
"""The notes that were asked for, and the answer; without one at the end, with what a process left undone."""


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _attend(root: Path, to_do: _Parts, done: _Answers, settings_of: Callable[[str], Settings]) -> None:
    """Start a process and give it notes until there are no more, or it fails."""
    part: Sequence[str] = ()
    try:
        with _start(root) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            with suppress(queue.Empty):
                while True:
                    part = to_do.get_nowait()
                    _tell(process.stdin, pickle.dumps(_question([(path, settings_of(path)) for path in part])))
                    done.put((part, _hear(process.stdout)))
                    part = ()
    except (OSError, EOFError):
        pass
    finally:
        done.put((part, None))


def _start(root: Path) -> subprocess.Popen[bytes]:
    from subprocess import DEVNULL, PIPE  # noqa: PLC0415 - only an unknown vault needs it

    return start_own(
        "studyapp.core.vault.read",
        os.fspath(root.absolute()),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,
        start_new_session=True,  # what the terminal sends is meant for the app
    )


def _tell(pipe: IO[bytes], data: bytes) -> None:
    pipe.write(len(data).to_bytes(8, "big") + data)
    pipe.flush()


def _hear(pipe: IO[bytes]) -> bytes:
    """Read one message.

    Raises:
        EOFError: if the other side has ended.
    """
    size = int.from_bytes(_exactly(pipe, 8), "big")
    return _exactly(pipe, size)


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data


def _question(files: Sequence[tuple[str, Settings]]) -> _Question:
    """Name the notes by their settings; those that are mappings say nothing about what a note means."""
    paths: dict[Settings, list[str]] = {}
    for path, settings in files:
        paths.setdefault(settings, []).append(path)
    return [
        ({one.name: value for one in fields(of) if not isinstance(value := getattr(of, one.name), Mapping)}, theirs)
        for of, theirs in paths.items()
    ]


def _packed(found: Sequence[Read]) -> bytes:
    plain = [
        (one.path, one.stamp and tuple(one.stamp), one.read_at, one.rows and tuple(one.rows), *one[4:])
        for one in found
    ]
    return marshal.dumps(plain)  # twice as fast as pickle, and of this very program


def _unpacked(answer: bytes) -> list[Read]:
    return [
        Read(path, stamp and Stamp(*stamp), read_at, rows and NoteRows(*rows), *more)
        for path, stamp, read_at, rows, *more in marshal.loads(answer)  # noqa: S302 - of our process
    ]


def serve(root: Path, source: IO[bytes], target: IO[bytes]) -> None:
    """Read the notes that are asked for until nobody asks any more."""
    with suppress(EOFError, BrokenPipeError):
        while True:
            question: _Question = pickle.loads(_hear(source))  # noqa: S301 - who started it asks
            files = [(path, settings) for of, paths in question for settings in (Settings(**of),) for path in paths]
            _tell(target, _packed(read_rows(root, files)))


if __name__ == "__main__":
    gc.disable()  # notes hold no cycles
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    serve(Path(sys.argv[1]), sys.stdin.buffer, sys.stdout.buffer)
