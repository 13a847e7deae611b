"""Draw the README's pictures from the running app: `python -m tests.bench.picture`.

The first is a review of the bundled vault with an answer shown, the second the demo of that card after its run.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from pathlib import Path

from textual.pilot import Pilot

from studyapp.core.clock import fixed_clock
from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.app import StudyApp
from tests.helpers.vaults import ROOT, locations

FOLDER = ROOT / ".assets"
SIZE = (100, 30)
"""Columns and lines."""


async def settled(pilot: Pilot[None], text: str) -> None:
    """Wait until a text stands on the screen."""
    for _ in range(6000):
        if text in shown(pilot):
            return
        await pilot.pause(0.01)
    raise SystemExit(f"{text!r} never stood on the screen")


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()
    )


def keep(pilot: Pilot[None], name: str) -> None:
    """Write the screen as SVG, without the address of a web font."""
    picture = re.sub(r"@font-face \{.*?\}\s*", "", pilot.app.export_screenshot(), flags=re.DOTALL)
    picture = re.sub(r"<!--.*?-->\s*", "", picture, count=1, flags=re.DOTALL)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / f"{name}.svg").write_text(picture, encoding="utf-8")


async def draw() -> None:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        shutil.copytree(ROOT / "vault", home / "vault")
        workspace = Workspace.open(home / "vault", locations(home), fixed_clock("2026-11-23T09:00"))
        async with StudyApp(workspace, start="review").run_test(size=SIZE) as pilot:
            await settled(pilot, "Hard Prompt Tuning")
            await pilot.press("s")
            await settled(pilot, "What's the difference")
            await pilot.press("space")
            await settled(pilot, "Easy")
            keep(pilot, "review")
            await pilot.press("d")
            await settled(pilot, "trained")
            await pilot.press("4", "space")
            await settled(pilot, "done;")
            await pilot.pause(0.5)
            keep(pilot, "demo")


if __name__ == "__main__":
    asyncio.run(draw())
