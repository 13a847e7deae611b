"""A fit of the FSRS parameters: its result, and whether to use them."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studyapp.charts.fitting import calibration, intervals, measures
from studyapp.core.visible import visible
from studyapp.study.fitting.fit import Fitting
from studyapp.study.fitting.run import run_fit
from studyapp.study.fitting.scope import Scope, changes_of, request_of, scope_of
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.scrolled import Scrolled, scroll_keys
from studyapp.tui.screens.settings.decide import DecideScreen
from studyapp.tui.screens.settings.worked_out import WorkedOutScreen
from studyapp.tui.study import Study
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.drawings.chart import coloured
from studyapp.tui.widgets.drawings.drawn_text import DrawnText
from studyapp.tui.widgets.parts.dialog import Dialog

_WIDTH: Final = 60
_HEIGHT: Final = 8
_INTERVALS: Final = 4


class OptimiseScreen(Scrolled, WorkedOutScreen):
    """Fits in a separate process, which Esc ends; Enter uses the parameters."""

    SCROLLED = "#optimise"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "take", "Use them", id="optimise.take"),
        Binding(keys.PART, "decide", "Which retention", id="optimise.decide"),
        Binding(keys.LEAVE, "leave", "Cancel", id="optimise.leave"),
        *scroll_keys("optimise"),
    ]

    STATE = "#optimise-state"

    class Found(FieldMessage):
        """The result."""

        scope: Scope
        fit: Fitting

    def __init__(self, study: Study, deck: str | None) -> None:
        """Make the page for a deck, or for all cards that have no parameters of a preset."""
        super().__init__()
        self._study, self._deck = study, deck
        self._found: tuple[Scope, Fitting] | None = None

    def compose(self) -> ComposeResult:
        with Dialog(f"Optimise: {self._deck or 'all cards'}", id="optimise"):
            yield DrawnText(id="optimise-found")
            yield Static("", id="optimise-state")
            yield KeyLine()

    def work(self) -> Generator[Message]:
        """Start the fit."""
        with self._study.writer.quiet():
            scope = scope_of(self._study.workspace, self._deck)
            request, _ = request_of(self._study.workspace, scope)
        with closing(run_fit(request)) as going:
            for said in going:
                yield self.Found(scope, said) if isinstance(said, Fitting) else self.Told(said)

    def on_optimise_screen_found(self, message: Found) -> None:
        """Show the result, and whether it is worth using."""
        scope, fit = self._found = message.scope, message.fit
        self.refresh_bindings()
        self.query_one(DrawnText).show(partial(_described, scope, fit))
        where = f"the preset {scope.preset}" if scope.preset else "the vault's settings"
        said = (
            f"Keep the current parameters: {fit.against}."
            if fit.against
            else f"They are better than the current ones. Enter puts them into {where}; undo removes them."
        )
        self.query_one("#optimise-state", Static).update(Content(f"\n{visible(said, newlines=False)}"))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show the key that takes the parameters only where they are better."""
        return action != "take" or (self._found is not None and not self._found[1].against)

    def action_take(self) -> None:
        if self._found is None:
            return
        scope, fit = self._found
        changes = changes_of(scope, list(fit.parameters))
        self._study.writer.set_settings(changes, f"the parameters of FSRS for {scope.name}")

    def action_decide(self) -> None:
        """Show the cost and benefit of each desired retention, in place of this."""
        self.action_leave()
        self._study.push_screen(DecideScreen(self._study, self._deck))


def _described(scope: Scope, fit: Fitting, width: int) -> Content:
    """What the fit found, for a width in cells."""
    return Content("\n").join(
        [
            Content(f"Fitted to {fit.reviews:,} reviews: {visible(scope.name, newlines=False)}."),
            Content.styled(f"\nOn the latest {fit.held_out:,}, left out of the fit; smaller is better", "$quiet"),
            coloured(measures(fit)),
            Content.styled("\nHow often cards were remembered (up) against the prediction (across)", "$quiet"),
            coloured(calibration(fit.bins, min(_WIDTH, width), _HEIGHT)),
            Content.styled("\nWhen typical cards come back", "$quiet"),
            coloured(intervals(scope.parameters, fit, _INTERVALS)),
        ]
    )
