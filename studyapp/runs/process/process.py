"""Demos in a separate process: one worker is ready, one runs, none is left behind.

Torch never enters the app: it costs a second of import and 200 MB, and a crash or a full memory would take the screen
down too. A worker (`demos.worker`) is a child that streams frames; a run is stopped by killing it, which takes
milliseconds, and a worker that has finished its run is ready, warm, for the next one.

The user's own demo runs only if its source is trusted (`studyapp.runs.process.own`), in a worker of its own that has
given up what no demo needs (`demos.confine`) and serves no other demo.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from demos.catalog import CatalogError, DemoCard
from demos.frame import Frame, KnobValue
from demos.needs import how_to_add_torch
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible
from studyapp.runs.process.frames import DemoFailedError, read_frame
from studyapp.runs.process.own import Trust, catalog_in, own_folders, source_of, trusted_of
from studyapp.runs.process.walk import DemoWalk, read_walk
from studyapp.runs.process.worker import Worker

_MOST_FRAMES = 20_000  # of one run; the longest shows a fiftieth of that
_LONGEST_RUN = 900.0  # seconds
_LONGEST_WALK = 60.0


class DemoRunner:
    """Runs one demo at a time. Belongs to one event loop; `close` it before the loop ends."""

    def __init__(self, own: Sequence[Path] | None = None, trust: Trust | None = None) -> None:
        """Make a runner without a process.

        Args:
            own: folders with the user's own demos; if not given, those outside any vault.
            trust: says which of these may run; what the present user trusts if not given.
        """
        self._own = own_folders() if own is None else tuple(own)
        self._trust = trust
        self._standing: asyncio.Future[Worker] | None = None
        self._stands_for: str | None = None
        """The source of the own demo that the ready worker is for."""
        self._running: Worker | None = None
        self._starting = False
        """Whether a run waits for its process."""
        self._stop_asked = False
        self._ending: set[asyncio.Task[None]] = set()
        """Workers of the wrong kind that are shutting down."""

    @property
    def trust(self) -> Trust:
        """What says which own demos may run."""
        if self._trust is None:
            self._trust = Trust.of_user()
        return self._trust

    def another(self) -> DemoRunner:
        """A second runner of the same demos, for a run beside this one's."""
        return DemoRunner(self._own, self._trust)

    def may_run(self, cards: Sequence[DemoCard]) -> Sequence[DemoCard]:
        """The demos that come with the program, or are trusted."""
        return trusted_of(cards, self.trust) if any(card.own for card in cards) else cards

    @property
    def ready(self) -> bool:
        """Whether a worker is ready, its imports done."""
        task = self._standing
        return (
            task is not None and task.done() and not task.cancelled() and not task.exception() and task.result().warm
        )

    @property
    def busy(self) -> bool:
        """Whether a demo is running."""
        return self._starting or self._running is not None

    def prepare(self, name: str | None = None) -> None:
        """Get a worker ready soon, preferably with that demo imported; returns at once.

        Does nothing without torch: that is reported when a demo is run.
        """
        if how_to_add_torch() is None:
            with contextlib.suppress(DemoFailedError):
                self._stand(name, self._trusted(name) if name else None)

    async def release(self) -> None:
        """End the ready worker, as no card in sight has a demo."""
        task, self._standing = self._standing, None
        if task is not None:
            await _end(task)

    async def run(self, name: str, knobs: Mapping[str, KnobValue]) -> AsyncGenerator[Frame, None]:
        """Run a demo and yield its frames; the last one has the summary.

        Leaving the loop early, or `stop`, kills the worker.

        Raises:
            DemoFailedError: if it cannot run, is not trusted, fails, or its process ends before its end.
        """
        why = how_to_add_torch()
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
        self._running, worker.ran = worker, None
        clean, until = False, asyncio.get_running_loop().time() + _LONGEST_RUN
        try:
            await worker.send(request)
            message = await worker.receive(until)
            if message is None and stood and not worker.killed:  # it had died while waiting
                self._running = worker = await self._take(name, source)
                await worker.send(request)
                message = await worker.receive(until)
            for _ in range(_MOST_FRAMES):
                frame = _frame_in(message, worker)
                if frame is None:
                    clean, self._running.ran = True, (name, dict(knobs))
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

    async def walk(
        self, text: str, job: str, ran: tuple[str, Mapping[str, KnobValue]] | None, after: int = 0
    ) -> DemoWalk:
        """Send a string through what a run trained, beside the base model, or through the base model alone.

        Args:
            text: the string; empty for one to begin with.
            job: what is asked about it.
            ran: the run, by its demo and knobs; None for the base model alone.
            after: how many of the answer's symbols are there already.

        Raises:
            DemoFailedError: if the string makes no sense, or what that run trained is gone.
        """
        why = how_to_add_torch()
        if why is not None:
            raise DemoFailedError(why)
        if self.busy:
            raise DemoFailedError("a demo is running")
        if self._standing is None and ran is None:
            self._stand(None, None)
        standing = self._standing
        worker = None if standing is None else await asyncio.shield(standing)
        if worker is None or not worker.alive or (ran is not None and worker.ran != (ran[0], dict(ran[1]))):
            raise DemoFailedError("what that run trained is gone; Space trains it again")
        await worker.send({"walk": text, "after": after, **({} if ran else {"job": job})})
        until = asyncio.get_running_loop().time() + _LONGEST_WALK
        message, found = await worker.receive(until), None
        while message is not None and "done" not in message:
            if "error" in message:
                raise DemoFailedError(visible(str(message["error"]), newlines=False))
            found, message = message.get("walk"), await worker.receive(until)
        if message is None:
            raise DemoFailedError(worker.epitaph())
        return read_walk(found or {})

    async def stop(self) -> None:
        """Kill the worker that runs, if any; its `run` ends with an error that says it was stopped."""
        self._stop_asked = True  # for a run that waits for its process
        if self._running is not None:
            await self._running.kill()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        """End all workers and wait for them."""
        await self.stop()
        await self.release()
        await asyncio.gather(*self._ending)

    def _trusted(self, name: str) -> str | None:
        """The source of an own demo; None for one that comes with the program.

        Raises:
            DemoFailedError: if there is no such demo, or its source is not trusted.
        """
        try:
            card = catalog_in(self._own).get(name)
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
            raise DemoFailedError(f"can't read the demo {name}: it is not UTF-8") from None
        except (CatalogError, StudyError) as error:
            raise DemoFailedError(visible(str(error), newlines=False)) from None

    async def _take(self, name: str, source: str | None) -> Worker:
        worker = await asyncio.shield(self._stand(name, source))  # if this is cancelled, it is ready for the next run
        self._standing = None
        return worker

    def _keep(self, worker: Worker) -> None:
        """Get a worker without work ready."""
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


class _RefusedError(DemoFailedError):
    """The worker rejected the request, and can be used again."""


def _frame_in(message: Mapping[str, Any] | None, worker: Worker) -> Frame | None:
    """The frame in a message; None if it says that the run is over.

    Raises:
        DemoFailedError: if it tells of a failure, is no message at all, or there is none.
    """
    if message is None:
        raise DemoFailedError(worker.epitaph())
    if "error" in message:
        told = visible(str(message["error"]), newlines=False)
        raise _RefusedError(told) if "refused" in message else DemoFailedError(told)
    return None if "done" in message else read_frame(message)


async def _end(task: asyncio.Future[Worker]) -> None:
    with contextlib.suppress(DemoFailedError):
        await (await task).kill()
