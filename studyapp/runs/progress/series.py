"""Runs of one demo: one seed after the other, and what runs beside the first."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from contextlib import aclosing
from typing import Protocol

from demos.frame import Frame
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.run import DemoRun


class Onlooker(Protocol):
    """Shows the runs of a series, and keeps what they came to."""

    def begins(self, run: DemoRun, done: Sequence[DemoRun]) -> None:
        """A run begins, after those of other seeds."""

    def moved(self, before: Frame | None) -> None:
        """The run that is shown has another frame than this one."""

    def rival_moved(self) -> None:
        """The run beside it has another frame."""

    def ended(self, run: DemoRun, *, first: bool) -> None:
        """A run is over, the first of the series or another."""

    def stands_still(self) -> None:
        """No run is shown any more; what runs beside may go on."""


class Series:
    """Runs a demo as often as it is asked to, and a rival beside the first run."""

    def __init__(self, runner: DemoRunner, run: DemoRun) -> None:
        """Make one in which nothing runs yet.

        Args:
            runner: runs what is shown.
            run: empty, for what is shown before the first one.
        """
        self._runner = runner
        self.run = run
        """The run that is shown."""
        self.place, self.count = 0, 1
        """Its place among how many."""
        self.done: list[DemoRun] = []
        """Runs of the series that are over."""
        self.second: DemoRunner | None = None
        """Runs the rival."""

    async def go(self, runs: Sequence[DemoRun], rival: DemoRun | None, onlooker: Onlooker) -> str:
        """Run them all; why they ended early, or nothing."""
        self.count, self.done, why = len(runs), [], ""
        beside = None if rival is None else asyncio.create_task(self._beside(rival, onlooker))
        try:
            for place, run in enumerate(runs):
                self.place, self.run = place, run
                onlooker.begins(run, self.done)
                await self._follow(self._runner, run, onlooker.moved)
                if run.summary is None:
                    why = "it ended early"
                    break
                onlooker.ended(run, first=not self.done)
                self.done.append(run)
        except DemoFailedError as error:
            why = str(error)
        finally:
            onlooker.stands_still()
            if beside is not None:
                if why and self.second is not None:
                    await self.second.stop()
                with contextlib.suppress(DemoFailedError):
                    await beside
        return why

    async def stop(self) -> None:
        """Stop what runs."""
        await self._runner.stop()
        if self.second is not None:
            await self.second.stop()

    async def close(self) -> None:
        """Stop what runs, and leave no process of a rival behind."""
        await self.stop()
        if self.second is not None:
            await self.second.close()

    async def _beside(self, rival: DemoRun, onlooker: Onlooker) -> None:
        if self.second is None:
            self.second = self._runner.another()
        await self._follow(self.second, rival, lambda _: onlooker.rival_moved())
        if rival.summary is not None:
            onlooker.ended(rival, first=False)

    async def _follow(self, runner: DemoRunner, run: DemoRun, moved: Callable[[Frame | None], None]) -> None:
        """Take a run's frames as they come."""
        async with aclosing(runner.run(run.demo, run.knobs)) as frames:
            async for frame in frames:
                before = run.last
                run.take(frame)
                moved(before)
