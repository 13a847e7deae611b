"""All methods side by side: accuracy against trained numbers and against seconds, from shipped and own runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from functools import partial
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from demos.catalog import Catalog, DemoCard, catalog
from demos.frame import KnobValue
from demos.needs import how_to_add_torch
from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.runs.drawn.axes import Axis, numbers_axis, seconds_axis
from studyapp.runs.drawn.legend import NamedMark
from studyapp.runs.drawn.scatter import scatter_plot
from studyapp.runs.images.figure import point_name, trade_off
from studyapp.runs.process.frames import DemoFailedError, safe_card
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.comparison import MEAN, jobs_of, missing_runs, points_on
from studyapp.runs.results.families import short_title
from studyapp.runs.results.known_points import known_points
from studyapp.runs.results.results import Point, Results, ResultsError
from studyapp.study.stats.estimate import in_minutes
from studyapp.tui import keys
from studyapp.tui.host import PASSES
from studyapp.tui.screens.dialogs.save_picture import save_picture
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notice, Passing
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.drawings.plot import Draw, Plot
from studyapp.tui.widgets.methods.compare_rows import CompareRows, Comparison

_MOST_SEEDS: Final = 10
_WORDS: Final = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


class CompareScreen(Surface, Screen[None]):
    """Shows what is known about every method, and makes missing runs on request."""

    AUTO_FOCUS = "CompareRows"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.RIGHT},{keys.PART}", "turn(1)", "Next task", id="compare.next"),
        Binding(f"{keys.LEFT},{keys.PART_BEFORE}", "turn(-1)", "Previous task", show=False, id="compare.previous"),
        Binding(keys.MAIN, "run", "Run", id="compare.run", tooltip="the missing runs"),
        Binding(keys.OTHER, "other_axis", "Axis", id="compare.axis", tooltip="by seconds, or by numbers trained"),
        Binding(keys.NEXT, "seeds(1)", "Seeds", id="compare.more"),
        Binding(keys.BEFORE, "seeds(-1)", "Fewer", show=False, id="compare.fewer"),
        Binding(keys.PICTURE, "save", "Picture", id="compare.save"),
        Binding(keys.LEAVE, "leave", "Back", id="compare.leave"),
    ]

    DEFAULT_CSS = """
    CompareScreen {
        #compare-jobs { height: 1; margin: 0 0 1 0; width: 100%; text-wrap: nowrap; text-overflow: clip; }
        #compare-plots { height: 1fr; }
        #compare-plots Plot { width: 3fr; height: 100%; }
        #compare-plots #compare-seconds { width: 2fr; margin-left: 3; }
        #compare-table { height: auto; max-height: 50%; margin-top: 1; }
        &.-short #compare-table, &.-tiny #compare-table { display: none; }
        &.-tiny #compare-jobs { margin: 0; }
        ProgressRule { visibility: hidden; }
        &.-running ProgressRule { visibility: visible; }
        &.-small #compare-plots Plot, &.-narrow #compare-plots Plot { width: 100%; }
        &.-small, &.-narrow { #compare-plots #compare-seconds { display: none; margin-left: 0; } }
        &.-seconds.-small #compare-numbers, &.-seconds.-narrow #compare-numbers { display: none; }
        &.-seconds #compare-plots #compare-seconds { display: block; }
    }
    """

    job: reactive[str] = reactive("", init=False)
    """The job shown, or `MEAN`."""

    seeds: reactive[int] = reactive(1, init=False)
    """Seeds wanted for each method."""

    running: reactive[bool] = reactive(False)

    def __init__(
        self,
        runner: DemoRunner,
        results: Results,
        *,
        demos: Catalog | None = None,
        job: str = "",
        open_demo: Callable[[str], object] | None = None,
    ) -> None:
        """Begin with a job; with that of the last run here, if it is not a job."""
        super().__init__()
        self._cards = tuple(safe_card(card) for card in (demos or catalog()).demos)
        self._runner = runner
        self._results = results
        self._open_demo = open_demo
        self._names = {"run": "Run"}
        self._said: Timer | None = None
        jobs = jobs_of(self._cards)
        self.jobs = [MEAN, *jobs]
        last = next((run.summary.job for run in reversed(results.all())), MEAN)
        self.set_reactive(CompareScreen.job, next(one for one in (job, last, MEAN) if one in self.jobs))

    def compose(self) -> ComposeResult:
        yield PathBar("Demos", "Compare")
        yield ProgressRule("learn")
        yield Static(id="compare-jobs", classes="page", markup=False)
        with Horizontal(id="compare-plots", classes="page"):
            yield Plot("Accuracy by numbers trained", id="compare-numbers")
            yield Plot("Accuracy by seconds", id="compare-seconds")
        with Horizontal(id="compare-table", classes="page"):
            yield CompareRows()
        yield Passing()
        yield KeyLine(self._names)

    def on_mount(self) -> None:
        self._show()
        if (why := how_to_add_torch()) is not None:
            self._say(why, "warning")
        elif not self._results.all():
            self._say(f"No runs here yet. Space runs all {len(self._wanted())} ({in_minutes(self._takes())}).")

    async def on_unmount(self) -> None:
        if self.running:
            await self._runner.stop()

    def watch_job(self) -> None:
        self._show()

    def watch_running(self) -> None:
        self.set_class(self.running, "-running")

    def on_resize(self) -> None:
        """Show which of two pictures is in front, where only one fits; a table that has come takes the keys."""
        self._show()
        if self.focused is None:
            self.query_one(CompareRows).focus()

    def watch_seeds(self) -> None:
        self._show()
        self._say(f"{count(self.seeds, 'seed')} of each method.")

    # Acting

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer another axis only where one picture fits, and runs only where some are missing."""
        possible = {
            "other_axis": self._one_at_a_time,
            "run": self.running or bool(self._wanted()),
            "choose": self._open_demo is not None,
        }
        return possible.get(action, True) or None

    def action_turn(self, by: int) -> None:
        self.job = self.jobs[(self.jobs.index(self.job) + by) % len(self.jobs)]

    def action_other_axis(self) -> None:
        self.toggle_class("-seconds")
        self._show()

    def action_seeds(self, by: int) -> None:
        if not self.running:
            self.seeds = min(max(self.seeds + by, 1), _MOST_SEEDS)

    async def action_run(self) -> None:
        """Make the missing runs, or stop."""
        if self.running:
            await self._stop()
            return
        why = how_to_add_torch() or ("A demo is running already." if self._runner.busy else None)
        if why is not None:
            self._say(why, "warning")
            return
        self.running = True
        self._complete()

    async def action_leave(self) -> None:
        """Stop the runs; if there are none, go back."""
        if self.running:
            await self._stop()
        elif self.is_attached:
            self.dismiss()

    async def _stop(self) -> None:
        self.running = False
        await self._runner.stop()

    def on_compare_rows_chosen(self, message: CompareRows.Chosen) -> None:
        if self._open_demo is not None and not self.running:
            self._open_demo(message.point.demo)

    def on_click(self, event: Click) -> None:
        place = event.get_content_offset(self.query_one("#compare-jobs"))
        if place is None or place.y:
            return
        start = 0
        for job in self.jobs:
            if start <= place.x < start + len(self._title(job)) + 2:
                self.job = job
            start += len(self._title(job)) + 4

    def action_save(self) -> None:
        """Ask for a file and save the picture to it."""
        jobs = {job: found for job in self._shown_jobs() if (found := self._points(job))}
        save_picture(self, f"trade-off-{self.job}.svg", partial(trade_off, jobs), self._say)

    # Running

    @work(group="demo", exclusive=True)
    async def _complete(self) -> None:
        wanted, failed = self._wanted(), list[str]()
        for number, (card, knobs) in enumerate(wanted, 1):
            try:
                await self._run(card, knobs, number, len(wanted))
            except (DemoFailedError, ResultsError) as error:
                if self.running:
                    failed.append(f"{card.title}: {error}")
            if not self.running:
                break
        stopped, self.running = not self.running, False
        self._show()
        self._progress(0, 1)
        said = "Stopped; finished runs are kept." if stopped else "; ".join(failed) or "All runs are done."
        self._say(visible(said, newlines=False), "warning" if failed else "note")

    async def _run(self, card: DemoCard, knobs: dict[str, KnobValue], number: int, of: int) -> None:
        run = DemoRun(card.name, knobs)
        head = f"{number} of {of}: {short_title(card.title)} on {knobs['job']}, seed {knobs.get('seed', 0)}"
        self._head(head)
        async with aclosing(self._runner.run(card.name, knobs)) as frames:
            async for frame in frames:
                run.take(frame)
                done = frame.step / frame.total if frame.total else 1.0
                self._progress(number - 1 + done, of)
        result = run.result(datetime.now(UTC).astimezone().isoformat(timespec="seconds"))
        if result is not None:
            self._results.add(result)
        self._show()
        self._head(head)

    def _progress(self, done: float, of: float) -> None:
        for rule in self.query(ProgressRule):
            rule.show(done, of)

    # Showing

    @property
    def _one_at_a_time(self) -> bool:
        return self.has_class("-small") or self.has_class("-narrow")

    def _wanted(self) -> list[tuple[DemoCard, dict[str, KnobValue]]]:
        return missing_runs(self._runner.may_run(self._cards), self._shown_jobs(), range(self.seeds), self._results)

    def _takes(self) -> float:
        """Seconds that the missing runs take, as measured elsewhere."""
        points = [point for job in self._shown_jobs() for point in self._points(job)]
        seconds = {(point.demo, point.job): point.seconds for point in points}
        return sum(seconds.get((card.name, str(knobs["job"])), 0.0) for card, knobs in self._wanted())

    def _shown_jobs(self) -> Sequence[str]:
        return self.jobs[1:] if self.job == MEAN else [self.job]

    def _points(self, job: str) -> tuple[Point, ...]:
        return points_on(job, self._cards, self.jobs[1:], self._results)

    def _title(self, job: str) -> str:
        number = len(self.jobs) - 1
        return f"mean of {_WORDS[number] if number < len(_WORDS) else number}" if job == MEAN else job

    def _say(self, text: str, kind: str = "note") -> None:
        """Show a message for a while."""
        if self._said is not None:
            self._said.stop()
        for passing in self.query(Passing):
            passing.show((Notice(text, kind),) if text else ())
            self._said = self.set_timer(PASSES, lambda: self._say("")) if text else None

    def _head(self, running: str = "") -> None:
        for bar in self.query(PathBar):
            if running:
                bar.show(right=Content.styled(running, "$learn"))
                return
            own = len(self._results.all())
            points = (point for job in self.jobs[1:] for point in self._points(job))
            runs = max((point.runs for point in points if not point.own), default=0)
            mine = Content.assemble(("● ", "$learn"), f"your {count(own, 'run')}" if own else "none run here yet")
            theirs = Content.assemble("○ shipped", f", {count(runs, 'seed')} each" if runs else "")
            bar.show(right=Content.assemble(mine, "   ", theirs), short=mine)

    def on_recoloured(self) -> None:
        self._show()

    def _show(self) -> None:
        if not self.query("#compare-jobs"):  # left while a run was ending
            return
        tabs = [
            (f" {self._title(job)} ", ("bold reverse" if self.app.no_color else "bold $strong on $raised"))
            if job == self.job
            else (f" {self._title(job)} ", "$quiet")
            for job in self.jobs
        ]
        parts = [part for tab in tabs for part in (tab, ("  ", ""))]
        self.query_one("#compare-jobs", Static).update(Content.assemble(*parts[:-1]), layout=False)
        points = self._points(self.job)
        by_numbers = numbers_axis(point.trainable for point in points)
        by_seconds = seconds_axis(point.seconds for point in points)
        first, second = ("1 of 2 pictures", "2 of 2 pictures") if self._one_at_a_time else ("", "")
        numbers, seconds = self.query_one("#compare-numbers", Plot), self.query_one("#compare-seconds", Plot)
        numbers.plot(_drawn(points, by_numbers, lambda point: point.trainable), value=first)
        seconds.plot(_drawn(points, by_seconds, lambda point: point.seconds), value=second)
        known = known_points(self._cards, self.jobs[1:], self._results)
        jobs = self.jobs[1:] if self.job == MEAN else []
        self.query_one(CompareRows).show(Comparison(self._title(self.job), points, jobs, known))
        number = len(self._wanted())
        self._names["run"] = "Stop" if self.running else f"Run the missing {number}"
        if not self.running:
            self._head()
        self.refresh_bindings()


def _drawn(points: Sequence[Point], axis: Axis, price: Callable[[Point], float]) -> Draw:
    marks = [
        NamedMark(axis.place(price(point)), point.accuracy, point_name(point), point.own, short_title(point.title))
        for point in points
    ]
    return lambda size: scatter_plot(marks, size, axis.ticks, axis.label)
