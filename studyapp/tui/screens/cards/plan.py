"""A change of many schedules: its preview, and making it note by note."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from studyapp.charts.plan import due_charts
from studyapp.core.errors import StudyError
from studyapp.core.plural import count
from studyapp.core.schedule.entries import due_date
from studyapp.core.vault.sheet import CardRow
from studyapp.core.visible import visible
from studyapp.core.workspace.groups import EntryGroup
from studyapp.study.plans.changes import PlanOrder
from studyapp.study.plans.plan import CardPlan, plan
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.scrolled import Scrolled, scroll_keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.services.reports import PlanCarried
from studyapp.tui.study import Study
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.drawings.chart import coloured
from studyapp.tui.widgets.drawings.drawn_text import DrawnText
from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.wording.numbers import sentence
from studyapp.wording.plans import turned_back_text
from studyapp.wording.widths import cut

_WIDTH: Final = 62
_HEIGHT: Final = 4
_LARGEST: Final = 4
_NAMED: Final = 8
"""Of what stayed as it was."""


class PlanScreen(Scrolled, Surface, ModalScreen[None]):
    """Shows a plan, carries it out when told to, and shows the progress; it can be interrupted and resumed."""

    SCROLLED = "#plan"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "make", "Change them", id="plan.make"),
        Binding(keys.LEAVE, "leave", "Cancel", id="plan.leave"),
        *scroll_keys("plan"),
    ]

    DEFAULT_CSS = "PlanScreen { align: center middle; }"

    class Planned(FieldMessage):
        """The plan has been worked out."""

        found: CardPlan | None
        why_not: str

    def __init__(
        self,
        study: Study,
        title: str,
        asked: tuple[PlanOrder, Callable[[], Sequence[CardRow]]] | None,
        group: EntryGroup | None = None,
        *,
        may_pass: bool = False,
    ) -> None:
        """Make the page for what is asked, or to finish a group that was interrupted.

        It `may_pass` by itself where nothing would change.
        """
        super().__init__()
        self._study, self._title, self._asked, self._group = study, title, asked, group
        self._going, self._stops, self._may_pass = False, False, may_pass
        self._written = 0
        self._left: list[tuple[str, str]] = []

    def compose(self) -> ComposeResult:
        with Dialog(self._title, id="plan"):
            yield DrawnText(id="plan-what")
            with Vertical(classes="dialog--foot"):
                yield Static("", id="plan-state")
                yield KeyLine()

    def on_mount(self) -> None:
        if self._asked is not None:
            self._say("Working it out …")
            self.run_worker(self._work, thread=True)
        elif self._group is not None:
            self._say(f"{count(len(self._group.notes), 'note')}; those that are done stay done.")

    def _work(self) -> None:
        assert self._asked is not None
        order, rows = self._asked
        try:
            with self._study.writer.quiet():
                found, why = plan(self._study.workspace, order, rows()), ""
        except StudyError as error:
            found, why = None, str(error)
        self.post_message(self.Planned(found, why))

    def on_plan_screen_planned(self, message: Planned) -> None:
        found = message.found
        if found is None:
            self._say(sentence(message.why_not))
        elif not found.cards and self._may_pass:
            self.dismiss()
        elif not found.cards:
            self._say("No card would get another schedule.")
        else:
            self._group = found.group
            self.query_one(DrawnText).show(partial(self._described, found))
            self._say("")
            self.refresh_bindings()

    def _described(self, found: CardPlan, width: int) -> Content:
        now = self._study.workspace.clock()
        notes = count(len(found.group.notes), "note")
        said = f"{count(found.cards, 'card')} of {found.asked:,} would get another schedule, in {notes}."
        parts, width = [Content(said)], min(_WIDTH, width)
        for title, rows in due_charts(found.before, found.after, now.date(), width, _HEIGHT):
            parts += [Content.styled(title, "$quiet"), coloured(rows)]
        before, after = found.overdue
        parts.append(Content(f"overdue: {before:,} now, {after:,} then"))
        if said := turned_back_text(found):
            parts.append(Content.styled(said, "$care"))
        for late in found.newly_overdue[:_LARGEST]:
            name = cut(visible(str(late.id), newlines=False), width - 20)
            parts.append(Content.styled(f"  {name} would be overdue", "$care"))
        for one in found.largest[:_LARGEST]:
            name = cut(visible(str(one.row.id), newlines=False), width - 36)
            days = f"{due_date(one.before, now)} → {due_date(one.after, now)}  {one.days:+,} d"
            parts.append(Content.assemble(f"  {name}  ", (days, "$quiet")))
        return Content("\n").join(parts)

    def _say(self, text: str) -> None:
        self.query_one("#plan-state", Static).update(Content(visible(text)))

    def _say_done(self, done: int) -> None:
        assert self._group is not None
        self._say(f"{done:,} of {count(len(self._group.notes), 'note')} … Esc interrupts")

    # Carrying it out

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Show the key that starts it only where there is something to do."""
        return action != "make" or (self._group is not None and not self._going)

    def action_make(self) -> None:
        if self._group is not None and not self._going:
            self._going, self._written, self._left = True, 0, []
            self.refresh_bindings()
            self._say_done(0)
            self._study.writer.carry(self._group, 0)

    def carried(self, message: PlanCarried) -> None:
        """Continue with the next notes, unless interrupted."""
        if not self._going or self._group is None:
            return
        of = len(self._group.notes)
        self._written += message.written
        self._left += message.left
        if message.why_not:
            self._going = False
            self.refresh_bindings()
            self._say(sentence(message.why_not))
        elif message.done >= of:
            self._end(f"Changed {count(self._written, 'note')}." if self._written else "No note was changed.")
        elif self._stops:
            self._end(f"Interrupted after {message.done:,} of {count(of, 'note')}: the same key finishes it.")
        else:
            self._say_done(message.done)
            self._study.writer.carry(self._group, message.done)

    def _end(self, said: str) -> None:
        """Say what was done; what was left unchanged is listed with the reasons until the page is left."""
        self._study.read_vault()
        said += " Undo reverts all of it." if self._written else ""
        if not self._left:
            self._study.say(said)
            self.dismiss()
            return
        self._going, self._group = False, None
        lines = [f"{cut(visible(what, newlines=False), _WIDTH // 2)}: {visible(why)}" for what, why in self._left]
        more = [f"and {len(lines) - _NAMED:,} more"] if len(lines) > _NAMED else []
        left = Content("\n".join(["Left unchanged:", *lines[:_NAMED], *more]))
        self.query_one(DrawnText).show(lambda _: left)
        self._say(said)
        self.refresh_bindings()

    def action_leave(self) -> None:
        """Interrupt it, or leave without a change."""
        if self._going:
            self._stops = True
        else:
            self.dismiss()
