"""Other processes of this program that share a job, as Python keeps no more than one core busy in each.

A process is told one part after the other and answers each; it opens nothing else, and ends with its parent. Where it
cannot start or ends early, its parts are done here.

`concurrent.futures` would take less code, and about twice as long: 3.6 to 5.5 s by `spawn` or `forkserver` for what
takes 2.0 to 2.8 s this way (reading 3,000 notes, 2 cores).
"""

from __future__ import annotations

import os
import pickle
import queue
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Any, Final, TypeVar

from studyapp.core.disk.programs import start_own

if TYPE_CHECKING:
    import subprocess

_Part = TypeVar("_Part")
_Answer = TypeVar("_Answer")

_MOST: Final = 6
"""The most processes; more would wait for the one that takes their answers."""


def cores() -> int:
    """How many processes can work at a time."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def shared(
    module: str, greeting: object, parts: Sequence[_Part], here: Callable[[_Part], _Answer]
) -> Generator[tuple[int, _Answer]]:
    """Distribute a job; yields the number of each part with its answer, as they are done.

    The processes run a `module`, which calls `serve`; each gets the greeting first, then parts. `here` does a part in
    this process.
    """
    to_do: queue.SimpleQueue[int] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[int, bytes | None]] = queue.SimpleQueue()
    for number in range(len(parts)):
        to_do.put(number)
    count = min(cores(), _MOST, len(parts))
    for number in range(count):
        of = (module, greeting, parts, to_do, done)
        threading.Thread(target=_attend, args=of, name=f"pool-{number}", daemon=True).start()
    try:
        while count:
            number, answer = done.get()
            if answer is not None:
                yield number, pickle.loads(answer)  # noqa: S301 - of our process
                continue
            count -= 1
            left = [number] if number >= 0 else []
            left += _taken(to_do) if not count else []  # no process is left that could do them
            yield from ((one, here(parts[one])) for one in left)
    finally:
        _taken(to_do)  # parts that are no longer wanted are not begun


def _taken(to_do: queue.SimpleQueue[int]) -> list[int]:
    found: list[int] = []
    with suppress(queue.Empty):
        while True:
            found.append(to_do.get_nowait())
    return found


def _attend(
    module: str,
    greeting: object,
    parts: Sequence[object],
    to_do: queue.SimpleQueue[int],
    done: queue.SimpleQueue[tuple[int, bytes | None]],
) -> None:
    """Start a process and give it parts until there are no more, or it fails; then return what it left undone."""
    number = -1
    try:
        with _start(module) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            _tell(process.stdin, greeting)
            with suppress(queue.Empty):
                while True:
                    number = to_do.get_nowait()
                    _tell(process.stdin, parts[number])
                    done.put((number, _hear(process.stdout)))
                    number = -1
    except (OSError, EOFError):
        pass
    finally:
        done.put((number, None))


def _start(module: str) -> subprocess.Popen[bytes]:
    from subprocess import DEVNULL, PIPE  # noqa: PLC0415 - only a large vault needs it

    # Signals from the terminal are meant for the app.
    return start_own(module, stdin=PIPE, stdout=PIPE, stderr=DEVNULL, start_new_session=True)


def serve(prepare: Callable[[Any], Callable[[Any], object]]) -> None:
    """Answer requests on standard input until it ends; `prepare` turns the greeting into the answering function."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    source, target = sys.stdin.buffer, sys.stdout.buffer
    with suppress(EOFError, BrokenPipeError):
        answer = prepare(pickle.loads(_hear(source)))  # noqa: S301 - our parent asks
        while True:
            _tell(target, answer(pickle.loads(_hear(source))))  # noqa: S301 - our parent asks


def _tell(pipe: IO[bytes], value: object) -> None:
    data = pickle.dumps(value)
    pipe.write(len(data).to_bytes(8, "big") + data)
    pipe.flush()


def _hear(pipe: IO[bytes]) -> bytes:
    """Read one message; EOFError if the other side has ended."""
    return _exactly(pipe, int.from_bytes(_exactly(pipe, 8), "big"))


def _exactly(pipe: IO[bytes], size: int) -> bytes:
    data = pipe.read(size)
    if len(data) < size:
        raise EOFError
    return data
