"""The demos without a vault: what `studyapp open studyapp://demo/…` shows."""

from __future__ import annotations

from studyapp.core.locations import Locations
from studyapp.core.settings.load import Settings
from studyapp.runs.process import DemoRunner
from studyapp.runs.results import Results
from studyapp.study.reader.demo_links import DemoChoice
from studyapp.tui.app.base import BaseApp
from studyapp.tui.screens.demo import DemoScreen
from studyapp.tui.screens.demos import DemosScreen


class DemoApp(BaseApp):
    """Shows one demo, and behind it the gallery."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, choice: DemoChoice | None = None, results: Results | None = None) -> None:
        super().__init__(Settings())
        self._choice = choice
        self._results = results or Results(Locations.of_user().demo_results)
        self._runner = DemoRunner()

    def on_mount(self) -> None:
        """Open the demo that was named; leaving the gallery ends the app."""
        self.push_screen(DemosScreen(self._runner, self._results), lambda _: self.exit())
        if self._choice is not None:
            self.push_screen(DemoScreen(self._choice.name, self._choice.knobs, self._runner, self._results))

    async def on_unmount(self) -> None:
        """Leave no worker behind."""
        await self._runner.close()
