"""The cost and benefit of each desired retention, and setting one."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from studyapp.charts.decision import NOW, NUMBERS, decision_curve
from studyapp.core.settings.model import Algorithm
from studyapp.study.fitting.decide import Outset, Prospect
from studyapp.study.fitting.habits import outset_of
from studyapp.study.fitting.run import run_decision
from studyapp.study.fitting.scope import Scope, changes_of, scope_of
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.settings.worked_out import WorkedOutScreen
from studyapp.tui.study import Rescheduling, Study
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.drawings.chart import coloured
from studyapp.tui.widgets.drawings.drawn_text import DrawnText
from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.tui.widgets.settings.prospect_rows import ProspectRows
from studyapp.wording.retention import NOT_FSRS, pace_text

_WIDTH: Final = 62
_OTHERS: Final = 20
"""Lines of the page apart from the curve."""
_HEIGHT: Final = 10
_DAYS: Final = 365
_HERE: Final = "○"


class DecideScreen(WorkedOutScreen):
    """Simulates in a separate process, which Esc ends; Enter sets the retention under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "take", "Set this", id="decide.take"),
        Binding(keys.PART, "turn", "Another curve", id="decide.curve"),
        Binding(keys.LEAVE, "leave", "Cancel", id="decide.leave"),
    ]

    STATE = "#decide-state"

    class Decided(FieldMessage):
        """The result."""

        scope: Scope
        asked: Outset
        found: Sequence[Prospect]

    def __init__(self, study: Study, deck: str | None, preset: str | None = None) -> None:
        """Make the page for a deck, for a preset, or for all cards that have no parameters of a preset."""
        super().__init__()
        self._study, self._deck, self._preset = study, deck, preset
        self._decided: DecideScreen.Decided | None = None
        self._curve = 0

    def compose(self) -> ComposeResult:
        with Dialog(f"Help me decide: {self._preset or self._deck or 'all cards'}", id="decide"):
            yield DrawnText(id="decide-curve")
            yield ProspectRows()
            yield Static("", id="decide-state")
            yield KeyLine()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs the result once it has come."""
        return None if action in ("take", "turn") and self._decided is None else True

    def work(self) -> Generator[Message]:
        """Simulate."""
        with self._study.writer.quiet():
            scope = scope_of(self._study.workspace, self._deck, self._preset)
            asked = outset_of(self._study.workspace, scope, _DAYS)
        with closing(run_decision(asked)) as going:
            for said in going:
                if isinstance(said, list):
                    yield self.Decided(scope, asked, said)
                else:
                    yield self.Told(said)

    def on_decide_screen_decided(self, message: Decided) -> None:
        """Show the result, with the cursor on the current retention."""
        self._decided = message
        asked = message.asked
        self.query_one(ProspectRows).show(message.found, asked.present)
        said = f"{_DAYS} days, {pace_text(asked)}. {NOW} {100 * asked.present:g} % is set."
        if message.scope.settings.algorithm is not Algorithm.FSRS:
            said += f" {NOT_FSRS}."
        self.say(said)
        self._show()
        self.refresh_bindings()

    def on_resize(self) -> None:
        self._show()

    def on_rows_moved(self) -> None:
        """Mark the retention under the cursor on the curve."""
        self._show()

    def _show(self) -> None:
        if self._decided is None:
            return
        found = self._decided.found
        now = self._decided.asked.present
        number = [*NUMBERS][self._curve]
        marked = {found[self.query_one(ProspectRows).cursor].retention: _HERE, now: NOW}
        height = max(4, min(_HEIGHT, self.size.height - _OTHERS))
        title = Content.styled(f"{number}, by desired retention", "$quiet")

        def drawn(width: int) -> Content:
            curve = decision_curve(found, number, marked, min(width, _WIDTH), height)
            return Content("\n").join([title, coloured(curve)])

        self.query_one(DrawnText).show(drawn)

    def action_turn(self) -> None:
        self._curve = (self._curve + 1) % len(NUMBERS)
        self._show()

    def action_take(self) -> None:
        """Ask when the retention under the cursor should take effect, and set it."""
        if self._decided is None:
            return
        scope, one = self._decided.scope, self._decided.found[self.query_one(ProspectRows).cursor]
        if one.retention == self._decided.asked.present:
            self.dismiss()
            return

        lines = [Choice(False, "From the next reviews on", "undo reverts it")]
        if scope.settings.algorithm is Algorithm.FSRS:
            lines.append(Choice(True, "And reschedule the cards now", "after a look at what that does"))
        title = f"Desired retention {100 * one.retention:g} %"
        dialog = ChooseScreen(title, lines, act="Set it", typing=False)
        ask(self._study, dialog, lambda reschedules: self._set(scope, one.retention, reschedules=reschedules))

    def _set(self, scope: Scope, retention: float, *, reschedules: bool) -> None:
        """Set it; the vault is then reopened."""
        self._study.offer = Rescheduling(self._deck, self._preset) if reschedules else None
        changes = changes_of(scope, retention, "fsrs_desired_retention")
        what = f"the desired retention for {scope.name}"
        self._study.writer.set_settings(changes, what)
