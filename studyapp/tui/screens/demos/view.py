"""What the screen of a demo shows around its page: how far a run is, the task, messages."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Mapping
from typing import Final

from textual.app import ComposeResult
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from demos.catalog import Catalog, DemoCard
from demos.frame import KnobValue
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.beside import Beside
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.progress.series import Series
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.demo.knobs import Knobs
from studyapp.tui.widgets.demo.page import ENLARGED, DemoPage
from studyapp.tui.widgets.demo.status import DemoStatus
from studyapp.tui.widgets.demo.texts import task_text

TICKS: Final = 20
"""A second. Each shows one thing that is new, so that a key never waits for the whole page."""
PROGRESSES: Final = 3
"""Ticks from one move of the first two rows to the next while a demo runs."""
_AROUND: Final = 3
"""Rows above and below a small page, without the idea and the task: two bars and the keys."""
_TALL: Final = 30
"""The fewest rows at which there is always room for the idea."""


class DemoView(Surface, Screen[None]):
    """Draws a demo's screen; a subclass takes its keys and runs the demo."""

    AUTO_FOCUS = "Knobs"

    DEFAULT_CSS = """
    DemoView {
        #demo-task, #demo-idea { height: auto; width: 100%; }
        #demo-idea { color: $quiet; }
        #demo-task { text-wrap: nowrap; text-overflow: ellipsis; max-height: 3; }
        layers: page message;
        #demo-idea.-gone { display: none; }
        &.-tall, &.-high {
            #demo-idea { margin-top: 1; }
            #demo-task { margin-bottom: 1; }
        }
    }
    """

    running: reactive[bool] = reactive(False)

    def __init__(self, card: DemoCard, knobs: Mapping[str, KnobValue], runner: DemoRunner, demos: Catalog) -> None:
        super().__init__()
        self.card = card
        self._knobs = dict(knobs)
        self._beside = Beside(card, demos)
        self._series = Series(runner, DemoRun(card.name, knobs))
        self._began = 0.0
        self._ticks, self._pressed, self._gave_way = 0, False, False
        self._names = {"run": "Run"}
        self._task_said = Content("")

    def compose(self) -> ComposeResult:
        """Progress, title and task; the page; messages; the keys."""
        yield PathBar("Demos", self.card.title)
        yield ProgressRule("learn")
        yield Static(Content(self.card.idea), id="demo-idea", classes="page")
        yield Static(id="demo-task", classes="page")
        knobs = (*self.card.knobs, *self._beside.knobs)
        yield DemoPage(self.card, knobs, {**self._beside.values(), **self._knobs})
        yield DemoStatus(classes="page")
        yield KeyLine(self._names)

    def on_mount(self) -> None:
        self.set_interval(1 / TICKS, self._tick)

    def watch_running(self, running: bool) -> None:
        if running:
            self._began = time.monotonic()

    def on_key(self) -> None:
        """Show first what the key does."""
        self._pressed = True

    def _tick(self) -> None:
        """Show one thing that is new; every other tick at least, however fast the keys come."""
        self._gave_way = self._pressed and not self._gave_way
        self._pressed = False
        if self._gave_way:
            return
        self._ticks += 1
        if self._ticks % PROGRESSES:
            self._page.show_next()
        else:
            self._show_progress()

    def on_resize(self) -> None:
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """Once the page has its size: fit the task to it, and focus the knobs if they are visible."""
        if not self._is_here():
            return
        lines = self._show_task()
        spare = self.size.height - _AROUND - lines - self._page.least
        idea = len(textwrap.wrap(self.card.idea, max(self._page.content_size.width, 1)))
        roomy = self.size.height >= _TALL or (not self._page.live and spare >= idea)
        self.query_one("#demo-idea").set_class(not roomy, "-gone")
        self.call_after_refresh(self._place_message)
        if self._page.has_knobs:
            self.query_one(Knobs).focus(scroll_visible=False)
        elif self._page.is_placed:
            self.set_focus(None)
        self.refresh_bindings()

    def _page_is_turned(self) -> bool:
        """Whether the page has two sides at this size, and a run to show on the other."""
        return self._is_here() and self._page.kind != "large" and self._run.last is not None

    def action_turn_page(self) -> None:
        """Show the knobs instead of the curves, or back, where both do not fit."""
        self._page.enlarged = ""
        self._page.turn(running=not self._page.live)
        self._show_state()
        self._settle()

    def action_enlarge(self) -> None:
        """Enlarge one pane to the whole page, then the next."""
        shown = [name for name in ENLARGED if name == self._page.enlarged or self._page.shows(name)]
        place = shown.index(self._page.enlarged) + 1 if self._page.enlarged in shown else 0
        everything = [name for name in ENLARGED if name != "result" or self._run.summary is not None]
        if self._page.enlarged:
            place = everything.index(self._page.enlarged) + 1
            self._page.enlarged = everything[place] if place < len(everything) else ""
        else:
            self._page.enlarged = shown[0] if shown else everything[0]
        self._settle()

    @property
    def _page(self) -> DemoPage:
        return self.query_one(DemoPage)

    @property
    def _run(self) -> DemoRun:
        return self._series.run

    def _show_task(self) -> int:
        """Write the task, and return the rows that it takes."""
        text = task_text(str(self._knobs.get("job", "")), self._page.content_size.width)
        task = self.query_one("#demo-task", Static)
        rows = text.plain.count("\n") + 1
        if not text.is_same(self._task_said):
            self._task_said = text
            task.update(text, layout=rows != task.size.height)
        return rows

    def _show_state(self) -> None:
        """Show whether it is ready, running or done, and what Space does now."""
        over = self._run.summary is not None and not self.running
        self._names["run"] = "Stop" if self.running else "Again" if self._run.last is not None else "Run"
        self._names["turn_page"] = "Knobs" if self._page.live else "Curves"
        self._names["leave"] = "Stop" if self.running else "Back"
        if self.query_one(Knobs).typing is not None:
            self._names |= {"type": "Set it", "leave": "Cancel"}
        else:
            self._names.pop("type", None)
        if not self.running:
            seconds = self._run.summary.seconds if self._run.summary else 0.0
            right = Content.assemble(("done", "$good"), f" in {seconds:.1f} s") if over else Content("ready")
            self.query_one(PathBar).show(right=right)
            self.query_one(ProgressRule).show(over, 1)
        self.query_one(KeyLine).refresh()
        self.refresh_bindings()

    def _show_progress(self) -> None:
        frame = self._run.last
        if frame is None or not self.running or not self._is_here():
            return
        seconds = time.monotonic() - self._began
        seed = f"seed {self._series.place + 1} of {self._series.count} · " if self._series.count > 1 else ""
        step = Content.assemble(seed, (f"step {frame.step}", "bold $strong"), f" of {frame.total} · {seconds:.1f} s")
        self.query_one(PathBar).show(right=step)
        done = frame.step / frame.total if frame.total else 1.0
        self.query_one(ProgressRule).show(self._series.place + done, self._series.count)

    def _place_message(self) -> None:
        """Put messages where there is room: above the keys, or on a small page above the page."""
        self.query_one(DemoStatus).place(self._page.region.y if self._page.kind == "small" else None)

    def _is_here(self) -> bool:
        """Whether there is still something to show it on: a run may end while the screen is being left."""
        return bool(self.query(DemoStatus))

    def tell(self, text: str, style: str = "$quiet", *, stays: bool = False) -> None:
        """Show a message above the keys, for a while or until the next one."""
        if not self._is_here():
            return
        self._place_message()
        self.query_one(DemoStatus).tell(text, style, stays=stays)
