"""The demos without a vault: what `studyapp open studyapp://demo/…` shows."""

from __future__ import annotations

from pathlib import Path

from studyapp.collector import let_go
from studyapp.core.locations import Locations
from studyapp.core.settings.model import Settings
from studyapp.runs.process.own import catalog_of, own_folders
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.results import Results
from studyapp.study.reader.demo_links import DemoChoice
from studyapp.tui.app.base import BaseApp
from studyapp.tui.screens.demos.gallery import DemosScreen
from studyapp.tui.screens.demos.linked import linked_demo


class DemoApp(BaseApp):
    """Shows one demo with the gallery behind it."""

    ENABLE_COMMAND_PALETTE = False

    def __init__(self, choice: DemoChoice, vault: Path | None) -> None:
        """Make the app for what is to be opened; the own demos of a vault count too."""
        super().__init__(Settings())
        self._choice = choice
        self._results = Results(Locations.of_user().demo_results)
        self._catalog = catalog_of(vault)
        self._runner = DemoRunner(own_folders(vault))

    def on_mount(self) -> None:
        """Open the chosen demo; leaving the gallery ends the app."""
        self.push_screen(DemosScreen(self._runner, self._results, demos=self._catalog), lambda _: self.exit())
        self.push_screen(linked_demo(self._choice, self._runner, self._results, self._catalog))
        let_go()

    async def on_unmount(self) -> None:
        await self._runner.close()
