"""One thread that does jobs in order, each while no other copy of the program writes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial, wraps
from queue import Empty, SimpleQueue
from typing import Concatenate, Final, ParamSpec, TypeVar

from msgspec import Struct, field

PATIENCE: Final = 30.0
"""Seconds that exiting waits for a disk that does not answer."""
_IDLE: Final = 1.0
"""Seconds of idleness after which recently written notes are checked."""


class _Flush(Struct):
    done: threading.Event = field(default_factory=threading.Event)


Job = Callable[[], None]
_Given = ParamSpec("_Given")
_Jobs = TypeVar("_Jobs", bound="JobThread")


def queued(do: Callable[Concatenate[_Jobs, _Given], None]) -> Callable[Concatenate[_Jobs, _Given], None]:
    """A method whose calls the thread does in order; the caller goes on at once."""

    @wraps(do)
    def put(self: _Jobs, /, *given: _Given.args, **named: _Given.kwargs) -> None:
        self._jobs.put(partial(do, self, *given, **named))

    return put


class JobThread:
    """Does jobs; a subclass says what they are, and what becomes of one that fails."""

    def __init__(self, alone: Callable[[], AbstractContextManager[bool]] = lambda: nullcontext(True)) -> None:
        """Take what keeps other copies of the program from writing meanwhile; it gives whether it does."""
        self._alone = alone
        self._jobs: SimpleQueue[Job | _Flush | None] = SimpleQueue()
        self._busy = threading.RLock()
        self._held = True
        """Whether other copies of the program are kept from writing while a job runs."""
        self._looks_again = False
        """Whether something was written a moment ago."""
        self._thread: threading.Thread | None = None

    def failed(self, why: str) -> None:
        """Take in that a job failed; the others are done all the same."""
        raise NotImplementedError

    def last(self) -> None:
        """Do what is left before the thread ends."""

    def start(self) -> None:
        """Start the thread; once."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name="writer", daemon=True)
            self._thread.start()

    def flush(self, timeout: float = PATIENCE) -> bool:
        """Wait until all requests so far are done; False on a timeout."""
        if self._thread is None:
            return True
        marker = _Flush()
        self._jobs.put(marker)
        return marker.done.wait(timeout)

    def finish_job(self) -> None:
        """Wait until the job under way, if there is one, is done; those behind it are not waited for."""
        with self._busy:
            pass

    def end(self, timeout: float) -> None:
        """Finish the jobs, then end the thread."""
        thread, self._thread = self._thread, None
        if thread is not None:
            self._jobs.put(None)
            thread.join(timeout)

    def _work(self) -> None:
        while (job := self._next()) is not None:
            if isinstance(job, _Flush):
                job.done.set()
                continue
            self._do(job)
            self._looks_again = True
        self._do(self.last)

    def _next(self) -> Job | _Flush | None:
        """The next request; while there is none, recently written notes are checked again."""
        while True:
            try:
                return self._jobs.get(timeout=_IDLE if self._looks_again else None)
            except Empty:
                self._looks_again = False
                self._do(self._look)

    def _look(self) -> None:
        from studyapp.core.disk.replace import look_again

        self._looks_again = look_again()

    def _do(self, job: Job) -> None:
        try:
            # In this order: while another copy is waited for, the log can be read, and the screen stays responsive.
            with self._alone() as self._held, self._busy:
                job()
        except Exception as error:  # noqa: BLE001  # what comes after must still be written
            self.failed(f"{type(error).__name__}: {error}")
