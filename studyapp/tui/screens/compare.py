"""All methods on one job: accuracy against trained parameters and against seconds, from runs that are kept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Static

from demos.catalog import Catalog, catalog
from studyapp.core.disk.home import expanded
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible
from studyapp.runs.figure import Axis, letters, linear_axis, log_axis, save
from studyapp.runs.frames import DemoFailedError, safe_card
from studyapp.runs.missing import jobs_of, missing_runs
from studyapp.runs.plots import NEWEST, Dot, Strokes, fit, scatter_plot, share_bar
from studyapp.runs.process import DemoRunner, missing
from studyapp.runs.results import Point, Results, ResultsError
from studyapp.runs.run import DemoRun
from studyapp.tui.widgets.dialog import Dialog
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.path_bar import PathBar
from studyapp.tui.widgets.plot import Plot

ALL = "all"
"""The page with every job, as a table."""


class CompareScreen(Screen[None]):
    """Draws the kept runs, and runs what is missing on request."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h,shift+tab", "turn(-1)", "Job", show=False, id="compare.previous"),
        Binding("right,l,tab", "turn(1)", "Next job", id="compare.next"),
        Binding("space", "run", "Run missing", id="compare.run"),
        Binding("plus", "seeds(1)", "Seeds", key_display="+", id="compare.more"),
        Binding("minus", "seeds(-1)", "Fewer", key_display="-", show=False, id="compare.fewer"),
        Binding("p", "save", "Picture", id="compare.save"),
        Binding("escape,q", "leave", "Back", id="compare.leave"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - declared so by Screen

    DEFAULT_CSS = """
    CompareScreen {
        #compare-jobs, #compare-status { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        #compare-plots { height: 1fr; }
        #compare-plots Plot { width: 1fr; height: 100%; }
        #compare-table-box { height: auto; max-height: 14; padding: 0 1; scrollbar-size-vertical: 1; }
        #compare-table { height: auto; width: auto; text-wrap: nowrap; }
        &.-wide #compare-table-box { max-height: 24; }
        &.-all #compare-plots { display: none; }
        &.-all #compare-table-box { height: 1fr; max-height: 100%; }
    }
    """

    job: reactive[str] = reactive("", init=False)
    """The job that is shown, or `all`."""

    seeds: reactive[int] = reactive(1, init=False)
    """How many seeds of each method are wanted."""

    running: reactive[bool] = reactive(False)
    """Whether missing runs are being made."""

    def __init__(self, runner: DemoRunner, results: Results, *, demos: Catalog | None = None, job: str = "") -> None:
        super().__init__()
        self._cards = tuple(safe_card(card) for card in (demos or catalog()).demos)
        self._runner = runner
        self._results = results
        self.jobs = [*jobs_of(self._cards), ALL]
        self.set_reactive(CompareScreen.job, job if job in self.jobs else self.jobs[0])

    def compose(self) -> ComposeResult:
        """The jobs, two plots, the table that names the letters."""
        yield PathBar("Demos", "Compare")
        yield Static(id="compare-jobs")
        with Horizontal(id="compare-plots"):
            yield Plot("Accuracy by numbers trained", id="compare-parameters")
            yield Plot("Accuracy by seconds", id="compare-seconds")
        with VerticalScroll(id="compare-table-box"):
            yield Static(id="compare-table")
        yield Static(id="compare-status")
        yield KeyLine()

    def on_mount(self) -> None:
        """Show what is kept."""
        self._show()
        self._say(missing() or self._lacking())

    def on_resize(self) -> None:
        """Write the table for the width at hand."""
        self._show()

    async def on_unmount(self) -> None:
        """Leave nothing running behind."""
        if self.running:
            await self._runner.stop()

    def watch_job(self) -> None:
        """Show another job."""
        self._show()
        if not self.running:
            self._say(self._lacking())

    def watch_seeds(self) -> None:
        """Say what more seeds would take."""
        self._say(self._lacking())

    def action_turn(self, by: int) -> None:
        """Go to the next job."""
        self.job = self.jobs[(self.jobs.index(self.job) + by) % len(self.jobs)]

    def action_seeds(self, by: int) -> None:
        """Want more or fewer seeds."""
        if not self.running:
            self.seeds = min(max(self.seeds + by, 1), 10)

    def action_run(self) -> None:
        """Run what is missing."""
        if self.running:
            return
        why = missing() or ("a demo is running already" if self._runner.busy else None)
        if why is not None:
            self._say(why)
            return
        self.running = True
        self._complete()

    async def action_leave(self) -> None:
        """Stop; if nothing runs, go back."""
        if self.running:
            self.running = False
            await self._runner.stop()
        elif self.is_attached:
            self.dismiss()

    def action_save(self) -> None:
        """Ask for a file and draw the picture into it."""
        self.app.push_screen(SaveScreen(f"trade-off-{self.job}.svg"), self._save)

    @work(group="demo", exclusive=True)
    async def _complete(self) -> None:
        wanted = missing_runs(self._cards, self._shown_jobs(), range(self.seeds), self._results)
        failed: list[str] = []
        for number, (card, knobs) in enumerate(wanted, 1):
            run = DemoRun(card.name, knobs)
            head = f"{number}/{len(wanted)}  {card.title} on {knobs['job']}, seed {knobs.get('seed', 0)}"
            self._say(f"{head}: starting …")
            try:
                async with aclosing(self._runner.run(card.name, knobs)) as frames:
                    async for frame in frames:
                        run.take(frame)
                        done = share_bar(frame.step / frame.total if frame.total else 1.0, 12)
                        self._say(f"{head} {done:·<12} {frame.scalars.get('accuracy', 0.0):.2f}")
                result = run.result(datetime.now(UTC).astimezone().isoformat(timespec="seconds"))
                if result is not None:
                    self._results.add(result)
            except (DemoFailedError, ResultsError) as error:
                if self.running:
                    failed.append(f"{card.title}: {error}")
            self._show()
            if not self.running:
                break
        stopped = not self.running
        self.running = False
        self._say("stopped; what was run is kept" if stopped else "; ".join(failed) or "complete")

    def _save(self, path: str | None) -> None:
        if not path:
            return
        jobs = {job: found for job in self._shown_jobs() if (found := self._results.points(job, self._cards))}
        try:
            save(expanded(Path(path)), jobs)
        except StudyError as error:
            self._say(visible(str(error), newlines=False))
        else:
            self._say(f"saved {visible(str(expanded(Path(path))), newlines=False)}")

    def _shown_jobs(self) -> Sequence[str]:
        return self.jobs[:-1] if self.job == ALL else [self.job]

    def _lacking(self) -> str:
        count = len(missing_runs(self._cards, self._shown_jobs(), range(self.seeds), self._results))
        seeds = f"{self.seeds} seed{'s' if self.seeds > 1 else ''} of each"
        return f"{count} runs missing, {seeds} · r runs them" if count else f"complete with {seeds}; + for more"

    def _say(self, text: str) -> None:
        if not self.query("#compare-status"):  # left while a run was ending
            return
        self.query_one("#compare-status", Static).update(Content(text), layout=False)

    def _show(self) -> None:
        if not self.query("#compare-status"):
            return
        parts = [(f" {job} ", "reverse bold" if job == self.job else "$quiet") for job in self.jobs]
        self.query_one("#compare-jobs", Static).update(Content.assemble("job ", *parts))
        self.set_class(self.job == ALL, "-all")
        table = self.query_one("#compare-table", Static)
        if self.job == ALL:
            table.update(self._matrix())
            return
        points = self._results.points(self.job, self._cards)
        names = letters(points)
        price: Callable[[Point], float] = lambda point: point.trainable  # noqa: E731  # one of two, side by side
        axis = log_axis(point.trainable for point in points)
        self.query_one("#compare-parameters", Plot).plot(_drawn(points, names, axis, price))
        axis = linear_axis(point.seconds for point in points)
        self.query_one("#compare-seconds", Plot).plot(_drawn(points, names, axis, lambda point: point.seconds))
        table.update(self._table(points, names))

    def _table(self, points: Sequence[Point], names: dict[str, str]) -> Content:
        if not points:
            return Content.styled("nothing was run on this job yet; r runs every method, about a minute", "$quiet")
        wide = self.size.width >= 120
        bar = 20 if wide else 8
        name = min(max([len(f"{p.title} {p.turned}") for p in points] + [16]) + 1, 60 if wide else 30)
        head = f"  {'method':{name}}{'accuracy':{bar + 6}}{'spread' if wide else '':{12 if wide else 0}}"
        head += f"{'trained':>9}{'seconds':>9}{'seeds':>7}"
        lines = [Content.styled(head, "$quiet")]
        for point in points:
            style = "$learn"
            spread = f"{point.lowest:.2f}–{point.highest:.2f}" if wide and point.runs > 1 else ""
            lines.append(
                Content.assemble(
                    (f"{names[point.demo]} ", f"bold {style}"),
                    (fit(f"{point.title} {point.turned}".strip(), name - 1) + " ", ""),
                    (f"{point.accuracy:.2f} ", "bold"),
                    (f"{share_bar(point.accuracy, bar):{bar}} ", style),
                    (f"{spread:{12 if wide else 0}}{point.trainable:>9,}{point.seconds:>9.1f}{point.runs:>7}", ""),
                )
            )
        return Content("\n").join(lines)

    def _matrix(self) -> Content:
        """Write the accuracy of every method, at its defaults, on every job."""
        by_job = {
            job: {p.demo: p for p in self._results.points(job, self._cards) if p.standard} for job in self.jobs[:-1]
        }
        width = 18 if self.size.width >= 120 else 10
        name = max((len(card.title) for card in self._cards), default=6) + 1
        lines = [Content.styled(" " * name + "".join(f"{job:{width}}" for job in by_job) + "trained", "$quiet")]
        for card in self._cards:
            parts = [(f"{card.title:{name}}", "")]
            for found in by_job.values():
                point = found.get(card.name)
                text = f"{point.accuracy:.2f} {share_bar(point.accuracy, width - 6)}" if point else "–"
                parts.append((f"{text:{width}}", "$learn" if point else "$quiet"))
            trained = next((f[card.name].trainable for f in by_job.values() if card.name in f), card.trained)
            parts.append((f"{trained:>7,}" if trained is not None else "      –", ""))
            lines.append(Content.assemble(*parts))
        return Content("\n").join(lines)


class SaveScreen(ModalScreen[str]):
    """Asks where a picture should go."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "leave", "Leave it", id="save.leave")]

    DEFAULT_CSS = """
    SaveScreen { align: center middle; }
    SaveScreen Input, SaveScreen Input:focus { border: none; height: 1; padding: 0; background: $raised; }
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name

    def compose(self) -> ComposeResult:
        """One line for the path."""
        with Dialog("Save as .svg or .png"):
            yield Input(value=self._name, select_on_focus=False)

    def on_input_submitted(self, message: Input.Submitted) -> None:
        """Close with the path."""
        self.dismiss(message.value.strip())

    def action_leave(self) -> None:
        """Close without one."""
        self.dismiss("")


def _drawn(
    points: Sequence[Point], names: dict[str, str], axis: Axis, price: Callable[[Point], float]
) -> Callable[[tuple[int, int]], list[Strokes]]:
    marks = [
        Dot(axis.place(price(p)), p.accuracy, names[p.demo].upper() if p.standard else names[p.demo], NEWEST)
        for p in points
    ]
    return lambda size: scatter_plot(marks, size, axis.ticks, ("0", "1"))
