"""The demos of the open app: which belong to a card, and the worker that is ready."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from demos.catalog import Catalog
    from studyapp.core.vault.vault import Handle
    from studyapp.runs.process.process import DemoRunner
    from studyapp.runs.results.results import Results
    from studyapp.study.reader.demo_links import DemoOffer
    from studyapp.tui.host import Host


class Demos:
    """Creates what the demos need on first use: most days begin with cards."""

    def __init__(self, host: Host) -> None:
        """Make it for one app; `close` it before the app's loop ends."""
        self._host = host
        self.catalog: Catalog | None = None
        """None until the declarations have been read."""
        self._runner: DemoRunner | None = None
        self._results: Results | None = None
        self._ending: list[asyncio.Task[None]] = []
        """Workers that are shutting down."""

    async def close(self) -> None:
        """Leave no worker running."""
        await asyncio.gather(*self._ending)
        if self._runner is not None:
            await self._runner.close()

    def of(self, handle: Handle) -> DemoOffer | None:
        """A card's demos, and its links to demos that don't exist; None until the catalog has been read."""
        if self.catalog is None:
            return None
        from studyapp.runs.cards.card_demos import offer_of

        return offer_of(handle, self.catalog)

    def in_sight(self, name: str) -> None:
        """Keep a worker ready for the demo of the card in front."""
        self.tools()[0].prepare(name)

    def none_in_sight(self) -> None:
        """Stop the worker that is ready."""
        if self._runner is not None and not self._runner.busy:
            self._ending.append(asyncio.create_task(self._runner.release()))

    def tools(self) -> tuple[DemoRunner, Results]:
        """What runs demos, and what stores their results."""
        if self._runner is None or self._results is None:
            from studyapp.runs.process.own import own_folders
            from studyapp.runs.process.process import DemoRunner
            from studyapp.runs.results.results import Results

            workspace = self._host.workspace
            self._runner = DemoRunner(own_folders(workspace.vault.root))
            self._results = Results(workspace.locations.demo_results)
        return self._runner, self._results
