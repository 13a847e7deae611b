"""Draw the README's pictures from the running app, dark and light: `python -m tests.bench.picture`.

The vault is the bundled one, and what is learned is learned while the pictures are taken: the decks, a card of
prefix tuning, its demo during the run, and all methods compared.
"""

from __future__ import annotations

import asyncio
import re
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from textual.pilot import Pilot

from studyapp.core.clock import fixed_clock
from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.app import StudyApp
from studyapp.tui.app.themes import DARK, LIGHT
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.demo import DemoScreen
from studyapp.tui.screens.dialogs.choose import ChooseScreen
from tests.helpers.vaults import ROOT, locations

FOLDER = ROOT / ".assets"
SIZE = (110, 32)
"""Columns and lines."""
LEARNT = 0.25
"""The accuracy from which a run is shown."""


async def until(pilot: Pilot[None], holds: Callable[[], bool], what: str) -> None:
    """Let the app go on until something holds."""
    for _ in range(12_000):
        if holds():
            return
        await pilot.pause(0.01)
    raise SystemExit(f"it never came to {what}")


async def settled(pilot: Pilot[None], text: str) -> None:
    """Wait until a text stands on the screen."""
    await until(pilot, lambda: text in shown(pilot), repr(text))


def shown(pilot: Pilot[None]) -> str:
    return "\n".join(
        "".join(segment.text for segment in strip) for strip in pilot.app.screen._compositor.render_strips()
    )


async def keep(pilot: Pilot[None], folder: Path, name: str) -> None:
    """Write the screen as SVG in both themes, without the address of a web font."""
    app = pilot.app
    assert isinstance(app, StudyApp)
    for theme in (LIGHT, DARK):
        app.paint(theme.name)
        await pilot.pause()
        picture = re.sub(r"@font-face \{.*?\}\s*", "", app.export_screenshot(), flags=re.DOTALL)
        picture = re.sub(r"<!--.*?-->\s*", "", picture, count=1, flags=re.DOTALL)
        (folder / f"{name}-{theme.name}.svg").write_text(picture, encoding="utf-8")


def learning(pilot: Pilot[None], screen: DemoScreen) -> bool:
    """Whether a run has learned something, and right answers are on the screen."""
    accuracies = [value for _, value in screen._run.curves.get("accuracy", ())]
    if screen._run.summary is not None:
        raise SystemExit("the run was over before it could be shown; try again")
    return bool(accuracies) and accuracies[-1] > LEARNT and " 0 of 8 right" not in shown(pilot)


async def draw(folder: Path, *, runs: bool = True) -> None:
    """Draw all of them, or only those that take no run."""
    with tempfile.TemporaryDirectory() as temporary:
        home = Path(temporary)
        shutil.copytree(ROOT / "vault", home / "vault")
        workspace = Workspace.open(home / "vault", locations(home), fixed_clock("2026-11-23T09:00"))
        app = StudyApp(workspace, start="decks")
        async with app.run_test(size=SIZE) as pilot:
            await settled(pilot, "Watch LoRA learn")
            await app.workers.wait_for_complete()
            await pilot.pause(0.5)
            await keep(pilot, folder, "decks")
            await pilot.press("enter")
            await settled(pilot, "Hard Prompt Tuning")
            await pilot.press("s")
            await settled(pilot, "What's the difference")
            await pilot.press("space")
            await settled(pilot, "Easy")
            await keep(pilot, folder, "card")
            if not runs:
                return
            await pilot.press("d")
            await until(pilot, lambda: isinstance(app.screen, (DemoScreen, ChooseScreen)), "the demo")
            if isinstance(app.screen, ChooseScreen):  # the card is about several methods
                await pilot.press("down", "enter")
            await until(pilot, lambda: isinstance(app.screen, DemoScreen), "the demo")
            screen = app.screen
            assert isinstance(screen, DemoScreen)
            await pilot.pause(0.5)
            await pilot.press("space")
            await until(pilot, lambda: learning(pilot, screen), "a run that learns")
            await keep(pilot, folder, "demo")
            await until(pilot, lambda: screen._run.summary is not None, "the end of the run")
            await pilot.pause(0.5)
            await pilot.press("v")
            await until(pilot, lambda: isinstance(app.screen, CompareScreen), "the comparison")
            await pilot.press("left")  # from this task to the mean of all
            await pilot.pause(0.5)
            await keep(pilot, folder, "compare")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    asyncio.run(draw(FOLDER))
