"""The demos of the app that is open: which belong to a card, the worker that stands ready, the screens."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from studyapp.core.vault.vault import Handle
from studyapp.runs.named import offer_of
from studyapp.study.reader.demo_links import DemoChoice, DemoLinkError, DemoOffer, choice_of_link

if TYPE_CHECKING:
    from demos.catalog import Catalog
    from studyapp.runs.process import DemoRunner
    from studyapp.runs.results import Results
    from studyapp.tui.app.app import StudyApp


class DemoDesk:
    """Makes what the demos need when it is first asked for: most days begin with cards."""

    def __init__(self, app: StudyApp) -> None:
        """Make it for one app; `close` it before the app's loop ends."""
        self._app = app
        self.catalog: Catalog | None = None
        """None until the declarations have been read."""
        self._runner: DemoRunner | None = None
        self._results: Results | None = None
        self._ending: list[asyncio.Task[None]] = []
        """Workers on their way out."""

    async def close(self) -> None:
        """Leave no worker behind."""
        await asyncio.gather(*self._ending)
        if self._runner is not None:
            await self._runner.close()

    def of(self, handle: Handle) -> DemoOffer:
        """The demos that belong to a card, and what names one in vain."""
        return DemoOffer() if self.catalog is None else offer_of(handle, self.catalog)

    def in_sight(self, name: str) -> None:
        """Have a worker stand ready for the demo of the card in front."""
        self._tools()[0].prepare(name)

    def none_in_sight(self) -> None:
        """Let the worker go that stands ready."""
        if self._runner is not None and not self._runner.busy:
            self._ending.append(asyncio.create_task(self._runner.release()))

    def show(self, choice: DemoChoice, note: str | None = None) -> None:
        """Open a demo; leaving it comes back to the screen that is in front now, and to the card of that note."""
        from studyapp.tui.screens.demo import DemoScreen  # noqa: PLC0415 - not before it is asked for
        from studyapp.tui.services.drafts import VaultCards  # noqa: PLC0415 - as above

        cards = VaultCards(self._app, note)
        self._app.push_screen(DemoScreen(choice.name, choice.knobs, *self._tools(), cards=cards))

    def follow(self, link: str) -> str | None:
        """Open the demo that a link of a note names; why not, in words, where that is not possible."""
        if self.catalog is None:
            return "the demos are still being looked for; try again in a moment"
        try:
            self.show(choice_of_link(link, self.catalog))
        except DemoLinkError as error:
            return str(error)
        return None

    def show_gallery(self) -> None:
        """Open the list of all demos."""
        from studyapp.tui.screens.demos import DemosScreen  # noqa: PLC0415 - as above
        from studyapp.tui.services.drafts import VaultCards  # noqa: PLC0415 - as above

        self._app.push_screen(DemosScreen(*self._tools(), cards=VaultCards(self._app)))

    def tell(self, text: str, *, wrong: bool = False) -> None:
        """Say what became of a card that was made of a run, on the screen in front."""
        from studyapp.tui.screens.base import StudyScreen  # noqa: PLC0415 - as above
        from studyapp.tui.screens.demo import DemoScreen  # noqa: PLC0415 - as above

        screen = self._app.in_front
        if isinstance(screen, DemoScreen):
            screen.tell(text, "$text-error" if wrong else "$text-success")
        elif isinstance(screen, StudyScreen):
            screen.say(text[:1].upper() + text[1:] + ".", "warning" if wrong else "note")

    def _tools(self) -> tuple[DemoRunner, Results]:
        if self._runner is None or self._results is None:
            from studyapp.runs.process import DemoRunner  # noqa: PLC0415 - not before a card has a demo
            from studyapp.runs.results import Results  # noqa: PLC0415 - as above

            self._runner, self._results = DemoRunner(), Results(self._app.workspace.locations.demo_results)
        return self._runner, self._results
