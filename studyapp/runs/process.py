"""Demos in a process of their own: one stands ready, one runs, none is left behind.

Torch never enters the app: a second of import, 200 MB, and a crash or a full memory would take the screen along. A
worker (`demos.worker`) is a child that streams frames; stopping a run is killing it, which takes milliseconds, and a
worker that finished its run stands ready, warm, for the next one.

A person's own demo runs only if its source is trusted (`studyapp.runs.own`), in a worker of its own that has given up
what no demo needs (`demos.confine`) and serves no other demo.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import os
import re
import signal
import sys
from collections import deque
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any

from demos.catalog import HERE, Catalog, CatalogError, load
from demos.frame import Frame, KnobValue
from studyapp.core.disk.programs import begin_own
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible
from studyapp.runs.frames import DemoFailedError, read_frame
from studyapp.runs.own import Trust, own_folders, source_of

HOW_TO_ADD = f"the demos need torch; add it with: {sys.executable} -m pip install 'torch>=2.6,<2.14' numpy pillow"

_LONGEST_LINE = 4 * 1024 * 1024  # bytes; a heat map of 22 × 22 cells is about 10 KB
_CHUNK = 65_536  # bytes
_WAITING = 256  # messages read ahead; then the worker waits for us
_MOST_FRAMES = 20_000  # of one run; the longest shows a fiftieth of that
_LONGEST_RUN = 900.0  # seconds
_HINTS = {"SIGKILL": ", perhaps because memory ran out", "SIGXCPU": ", because its processor time is used up"}
_TORCH = re.compile(r"\b(?:torch|demos\.toy)\b")
_GRACE = 1.0  # seconds for a killed process to let go of its pipes


def missing() -> str | None:
    """Say in one line how to add what the demos need, or None if it is there; torch itself is not imported."""
    try:
        found = importlib.util.find_spec("torch") is not None
    except (ImportError, ValueError):
        found = False
    return None if found else HOW_TO_ADD


class DemoRunner:
    """Runs one demo at a time. Belongs to one event loop; `close` it before the loop ends."""

    def __init__(self, own: Sequence[Path] | None = None, trust: Trust | None = None) -> None:
        """Make a runner that has no process yet.

        Args:
            own: folders with a person's own demos; if not given, those outside any vault.
            trust: says which of these may run; what the present user trusts if not given.
        """
        self._own = own_folders() if own is None else tuple(own)
        self._trust = trust
        self._standing: asyncio.Future[Worker] | None = None
        self._stands_for: str | None = None
        """The source of the own demo that the standing worker is for."""
        self._running: Worker | None = None
        self._starting = False
        """Whether a run waits for its process."""
        self._stop_asked = False
        self._ending: set[asyncio.Task[None]] = set()
        """Workers of the wrong kind on their way out."""

    @property
    def trust(self) -> Trust:
        """What says which own demos may run."""
        if self._trust is None:
            self._trust = Trust.of_user()
        return self._trust

    @property
    def ready(self) -> bool:
        """Whether a worker stands ready, its imports done."""
        task = self._standing
        return (
            task is not None and task.done() and not task.cancelled() and not task.exception() and task.result().warm
        )

    @property
    def busy(self) -> bool:
        """Whether a demo runs."""
        return self._starting or self._running is not None

    def prepare(self, name: str | None = None) -> None:
        """Have a worker stand ready soon, best with the demo of that name imported; returns at once.

        Does nothing without torch: that is told when a demo is run.
        """
        if missing() is None:
            with contextlib.suppress(DemoFailedError):
                self._stand(name, self._trusted(name) if name else None)

    async def until_ready(self) -> bool:
        """Wait until the standing worker has done its imports; False if there is none or it died."""
        if self._standing is None:
            return False
        worker = await asyncio.shield(self._standing)
        return await worker.until_warm()

    async def release(self) -> None:
        """End the standing worker, as no card in sight has a demo."""
        task, self._standing = self._standing, None
        if task is not None:
            await _end(task)

    async def run(self, name: str, knobs: Mapping[str, KnobValue]) -> AsyncGenerator[Frame, None]:
        """Run a demo and yield its frames; the last one carries the summary.

        Leaving the loop early, or `stop`, kills the worker.

        Raises:
            DemoFailedError: if it cannot run, is not trusted, fails, or its process ends before its end.
        """
        why = missing()
        if why is not None:
            raise DemoFailedError(why)
        if self.busy:
            raise DemoFailedError("a demo is running already")
        source = self._trusted(name)
        request = {"demo": name, "knobs": dict(knobs), **({} if source is None else {"source": source})}
        stood = self._standing is not None
        self._starting, self._stop_asked = True, False
        try:
            worker = await self._take(name, source)
        finally:
            self._starting = False
        if self._stop_asked:
            self._keep(worker)
            raise DemoFailedError("stopped")
        self._running = worker
        clean, until = False, asyncio.get_running_loop().time() + _LONGEST_RUN
        try:
            await worker.send(request)
            message = await worker.receive(until)
            if message is None and stood and not worker.killed:  # it had died while it stood there
                self._running = worker = await self._take(name, source)
                await worker.send(request)
                message = await worker.receive(until)
            for _ in range(_MOST_FRAMES):
                frame = _frame_in(message, worker)
                if frame is None:
                    clean = True
                    return
                yield frame
                message = await worker.receive(until)
            raise DemoFailedError(f"the demo was stopped: it sent more than {_MOST_FRAMES:,} frames")
        except _RefusedError:
            clean = True
            raise
        finally:
            self._running = None
            if clean and self._standing is None and not worker.killed:
                self._keep(worker)
            else:
                await worker.kill()

    async def stop(self) -> None:
        """Kill the worker that runs, if any; its `run` ends with an error that says it was stopped."""
        self._stop_asked = True  # for a run that waits for its process
        if self._running is not None:
            await self._running.kill()

    async def close(self) -> None:
        """End all workers and wait until they are gone."""
        await self.stop()
        await self.release()
        await asyncio.gather(*self._ending)

    def _catalog(self) -> Catalog:
        return load(HERE, *self._own)

    def _trusted(self, name: str) -> str | None:
        """The source of an own demo; None for one that comes with the program.

        Raises:
            DemoFailedError: if there is no such demo, or its source is not trusted.
        """
        try:
            card = self._catalog().get(name)
            if not card.own:
                return None
            source = source_of(card)
            if not self.trust.holds(source):
                raise DemoFailedError(
                    f"{card.name} is a demo of your own that you have not trusted, or that has changed since; "
                    f"`studyapp demo trust {card.name}` shows its source and asks"
                )
            return source.decode("utf-8-sig")
        except UnicodeDecodeError:
            raise DemoFailedError(f"the demo {name} cannot be read: it is not UTF-8") from None
        except (CatalogError, StudyError) as error:
            raise DemoFailedError(visible(str(error), newlines=False)) from None

    async def _take(self, name: str, source: str | None) -> Worker:
        worker = await asyncio.shield(self._stand(name, source))  # if this is cancelled, it stands for the next run
        self._standing = None
        return worker

    def _keep(self, worker: Worker) -> None:
        """Have a worker stand ready that has nothing to do."""
        if self._standing is None:
            self._standing = asyncio.get_running_loop().create_future()
            self._standing.set_result(worker)
            self._stands_for = worker.source

    def _stand(self, name: str | None, source: str | None) -> asyncio.Future[Worker]:
        standing = self._standing
        if standing is not None and self._stands_for != source:
            self._standing = None
            self._ending.add(ending := asyncio.ensure_future(_end(standing)))
            ending.add_done_callback(self._ending.discard)
        elif standing is not None and standing.done():
            if standing.cancelled() or standing.exception() or not standing.result().alive:
                self._standing = None
            elif name is not None:
                standing.result().hint(name)
        if self._standing is None:
            self._standing = asyncio.create_task(Worker.start(name, source))
            self._stands_for = source
        return self._standing


class Worker:
    """One worker process, and what it has said."""

    def __init__(self, process: asyncio.subprocess.Process, source: str | None) -> None:
        self._process = process
        self.source = source
        """Of the own demo that it is for; None if it runs those that come with the program."""
        self._messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_WAITING)
        self._warm = asyncio.Event()
        self._over = False
        self._complaints: deque[str] = deque(maxlen=20)
        self._overhearing = asyncio.create_task(self._overhear())
        self._reading = asyncio.create_task(self._read())
        self.killed = False

    @classmethod
    async def start(cls, name: str | None, source: str | None) -> Worker:
        """Start a process; it imports what the demo needs while others go on.

        Raises:
            DemoFailedError: if the system starts none.
        """
        if source is not None:
            arguments = ["--confined", *(["--torch"] if _TORCH.search(source) else [])]
        else:
            arguments = ["--prepare", name] if name else ["--torch"]
        try:
            process = await begin_own(
                "demos.worker",
                *arguments,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.PIPE,
                limit=_LONGEST_LINE,
                start_new_session=source
                is not None,  # so that it has no terminal, and ends with what it may have started
            )
        except OSError as error:
            raise DemoFailedError(f"the demo's process does not start: {error.strerror}") from None
        return cls(process, source)

    @property
    def warm(self) -> bool:
        """Whether the imports are done."""
        return self._warm.is_set() and self.alive

    @property
    def alive(self) -> bool:
        """Whether the process can take a request."""
        return not self._over and not self.killed and self._process.returncode is None

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._process.pid

    async def until_warm(self) -> bool:
        """Wait for the imports to be done; False if the process ends before."""
        await self._warm.wait()
        return self.alive

    def hint(self, name: str) -> None:
        """Have a demo imported ahead of time."""
        self._write({"prepare": name})

    async def send(self, request: Mapping[str, Any]) -> None:
        """Send a request; a process that is gone is noticed by `receive`."""
        self._write(request)
        with contextlib.suppress(ConnectionError):
            assert self._process.stdin is not None
            await self._process.stdin.drain()

    async def receive(self, until: float) -> dict[str, Any] | None:
        """Wait for the next message; None when the process has ended.

        Raises:
            DemoFailedError: if it is not there when the loop's clock says `until`.
        """
        if self._over and self._messages.empty():
            return None
        try:
            async with asyncio.timeout_at(until):
                return await self._messages.get()
        except TimeoutError:
            raise DemoFailedError(
                f"the demo was stopped: it took longer than {_LONGEST_RUN / 60:.0f} minutes"
            ) from None

    async def kill(self) -> None:
        """End the process at once and wait until it is gone."""
        self.killed = True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            if self.source is not None:
                os.killpg(self.pid, signal.SIGKILL)
            else:
                self._process.kill()
        if self._process.stdin is not None:
            self._process.stdin.close()
        while not self._messages.empty():
            self._messages.get_nowait()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.gather(self._reading, self._overhearing), _GRACE)
        await self._process.wait()

    def epitaph(self) -> str:
        """Say in one line how the process ended."""
        if self.killed:
            return "stopped"
        code = self._process.returncode
        last = next((line for line in reversed(self._complaints) if line.strip()), "")
        said = f": {visible(last.strip()[:200], newlines=False)}" if last else ""
        if code is not None and code < 0:
            with contextlib.suppress(ValueError):
                name = signal.Signals(-code).name
                hint = _HINTS.get(name, "")
                return f"the demo's process was ended by {name}{hint}{said}"
        return f"the demo's process ended too early (exit code {code}){said}"

    def _write(self, request: Mapping[str, Any]) -> None:
        assert self._process.stdin is not None
        with contextlib.suppress(ConnectionError, RuntimeError):
            self._process.stdin.write(json.dumps(request).encode() + b"\n")

    async def _read(self) -> None:
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                message = _parse(line)
                if "ready" in message:
                    self._warm.set()
                elif not self.killed:
                    await self._messages.put(message)
        except ValueError:  # a line beyond any sense
            await self._messages.put({"error": "the demo sent a line that is too long", "kind": "protocol"})
            while await self._process.stdout.read(_CHUNK):  # a full pipe would keep the process from being missed
                pass
        finally:
            if not self.killed:
                await asyncio.gather(self._process.wait(), self._overhearing)
            self._over = True
            self._warm.set()
            with contextlib.suppress(asyncio.QueueFull):
                self._messages.put_nowait(None)

    async def _overhear(self) -> None:
        assert self._process.stderr is not None
        rest = b""
        while chunk := await self._process.stderr.read(_CHUNK):
            *lines, rest = (rest + chunk).split(b"\n")
            self._complaints.extend(line[:_CHUNK].decode("utf-8", "replace") for line in lines)
            rest = rest[-_CHUNK:]
        self._complaints.append(rest.decode("utf-8", "replace"))


class _RefusedError(DemoFailedError):
    """The worker took the request for a wrong one, and is as good as before."""


def _frame_in(message: Mapping[str, Any] | None, worker: Worker) -> Frame | None:
    """The frame in a message; None if it says that the run is over.

    Raises:
        DemoFailedError: if it tells of a failure, is no message at all, or there is none.
    """
    if message is None:
        raise DemoFailedError(worker.epitaph())
    if "error" in message:
        told = visible(str(message["error"]), newlines=False)
        raise _RefusedError(told) if message.get("kind") in ("demo", "knob") else DemoFailedError(told)
    return None if "done" in message else read_frame(message)


def _parse(line: bytes) -> dict[str, Any]:
    with contextlib.suppress(ValueError):
        message = json.loads(line)
        if isinstance(message, dict):
            return message
    return {"error": "the demo's process said something that is no message", "kind": "protocol"}


async def _end(task: asyncio.Future[Worker]) -> None:
    with contextlib.suppress(DemoFailedError):
        await (await task).kill()
