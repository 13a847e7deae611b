"""A process that runs demos (`demos.worker`), as the app sees it: its requests and its messages."""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import re
import signal
from collections import deque
from collections.abc import Mapping
from typing import Any

from demos.frame import KnobValue
from studyapp.core.disk.programs import begin_own
from studyapp.core.visible import visible
from studyapp.runs.process.frames import DemoFailedError

_LONGEST_LINE = 4 * 1024 * 1024  # bytes; a heat map of 22 × 22 cells is about 10 KB
_CHUNK = 65_536  # bytes
_WAITING = 256  # messages read ahead; then the worker waits for us
_HINTS = {"SIGKILL": ", perhaps because memory ran out", "SIGXCPU": ", because its processor time is used up"}
_TORCH = re.compile(r"\b(?:torch|demos\.toy)\b")
_GRACE = 1.0  # seconds for a killed process to let go of its pipes


class Worker:
    """One worker process, and its messages."""

    def __init__(self, process: asyncio.subprocess.Process, source: str | None) -> None:
        self._process = process
        self.source = source
        """The own demo that it is for; None if it runs those that come with the program."""
        self.ran: tuple[str, dict[str, KnobValue]] | None = None
        """The run whose trained model it still has."""
        self._messages: asyncio.Queue[dict[str, Any] | None] = asyncio.Queue(_WAITING)
        self._warm = asyncio.Event()
        self._over = False
        self._complaints: deque[str] = deque(maxlen=20)
        self._overhearing = asyncio.create_task(self._overhear())
        self._reading = asyncio.create_task(self._read())
        self.killed = False

    @classmethod
    async def start(cls, name: str | None, source: str | None) -> Worker:
        """Start a process; it imports what the demo needs in the background.

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
                is not None,  # so that it has no terminal, and ends together with its children
            )
        except OSError as error:
            raise DemoFailedError(f"the demo's process failed to start: {error.strerror}") from None
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
        """The process id."""
        return self._process.pid

    def hint(self, name: str) -> None:
        """Have a demo imported ahead of time."""
        self._write({"prepare": name})

    async def send(self, request: Mapping[str, Any]) -> None:
        """Send a request; `receive` notices if the process is gone."""
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
            raise DemoFailedError("the demo was stopped: it took longer than any should") from None

    async def kill(self) -> None:
        """Kill the process and wait for it."""
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
        """How the process ended, in one line."""
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
        return f"the demo's process ended unexpectedly (exit code {code}){said}"

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
        except ValueError:  # an absurdly long line
            await self._messages.put({"error": "the demo sent a line that is too long"})
            while await self._process.stdout.read(_CHUNK):  # a full pipe would hide the end of the process
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


def _parse(line: bytes) -> dict[str, Any]:
    with contextlib.suppress(ValueError, RecursionError):
        message = json.loads(line)
        if isinstance(message, dict):
            return message
    return {"error": "the demo's process sent an invalid message"}
