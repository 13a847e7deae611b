"""What tests of the demo screens share: an app around one screen, with the demo that only counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from textual.screen import Screen

from demos.catalog import Catalog, load
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.results import Results
from tests.helpers.bare import BareApp
from tests.helpers.trust import AllTrusted

DEMOS = Path(__file__).parent.parent / "data" / "demos"
NARROW, WIDE = (80, 24), (160, 50)

Make = Callable[[DemoRunner, Results, Catalog], Screen[None]]


class Around(BareApp):
    """Shows one screen above an empty one."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, make: Make, folder: Path) -> None:
        super().__init__()
        self.make = make
        self.results = Results(folder / "results.jsonl")
        self.demos = DEMOS
        self.runner = DemoRunner([DEMOS], AllTrusted())

    def on_mount(self) -> None:
        self.push_screen(self.make(self.runner, self.results, load(self.demos)))

    async def on_unmount(self) -> None:
        await self.runner.close()

    def shown(self) -> str:
        """The screen as lines of text."""
        width, height = self.size
        strips = self.screen._compositor.render_strips()
        return "\n".join(strip.text[:width] for strip in strips[:height])
