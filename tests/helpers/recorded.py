"""A runner that replays recorded frames, so that a page looks the same on every machine."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path

from demos.frame import Frame, KnobValue
from studyapp.runs.process.frames import read_frame
from studyapp.runs.process.process import DemoRunner

FRAMES = Path(__file__).parent.parent / "data" / "frames"


def recorded(name: str) -> list[Frame]:
    """The frames of a run, as its worker sent them."""
    lines = (FRAMES / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [read_frame(json.loads(line)) for line in lines]


class RecordedRunner(DemoRunner):
    """Replays a recording up to a step, and stays there."""

    def __init__(self, until: int | None = None) -> None:
        super().__init__([])
        self._until = until

    def prepare(self, name: str | None = None) -> None:
        """Nothing to prepare."""

    async def run(self, name: str, knobs: Mapping[str, KnobValue]) -> AsyncGenerator[Frame, None]:
        """Yield the frames at once."""
        for frame in recorded(name):
            if self._until is not None and frame.step > self._until:
                await asyncio.Event().wait()
            yield frame
