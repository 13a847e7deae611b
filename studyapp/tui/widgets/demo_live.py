"""A run while it goes on and when it is over: curves, samples, the method's own picture, the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from textual.app import ComposeResult
from textual.containers import Container, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from demos.catalog import DemoCard
from demos.frame import Frame
from studyapp.runs.pictures import picture_rows
from studyapp.runs.plots import EARLIER, Curve, line_plot
from studyapp.runs.results import Result, turned
from studyapp.runs.run import DemoRun
from studyapp.tui.widgets.demo_texts import after_text, runs_text, samples_text, samples_title
from studyapp.tui.widgets.plot import Plot

TICKS = 20
"""A second. Each shows one panel that has something new, so that a key never waits for the whole page."""

SMALL = 90
"""Columns below which four panels share the room, the last taking the place of the loss when a run is over."""

KEPT = 2
"""The last runs whose accuracies stay in sight."""


class DemoLive(Container):
    """Shows the run that goes on, with the accuracies of the runs before it."""

    DEFAULT_CSS = """
    DemoLive {
        width: 1fr; height: 1fr; layout: grid; grid-size: 2; grid-gutter: 0 3; grid-rows: 2fr 2fr 3fr;
        #demo-samples-box, #demo-after {
            border: round $rule; border-title-color: $foreground; padding: 0 1; scrollbar-size-vertical: 1;
        }
        #demo-samples, #demo-result, #demo-runs { height: auto; }
        #demo-samples { text-wrap: nowrap; text-overflow: clip; }
        #demo-runs { margin-top: 1; }
        #demo-after { column-span: 2; scrollbar-gutter: stable; }
        &.-small {
            grid-rows: 1fr 1fr;
            #demo-after { column-span: 1; display: none; }
            &.-over #demo-after { display: block; }
            &.-over #demo-loss { display: none; }
        }
    }
    """

    def __init__(self, card: DemoCard, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._card = card
        self._run = DemoRun(card.name, {})
        self._before: Sequence[Result] = ()
        self._verdicts: tuple[str, ...] = ()
        self._due: list[Callable[[], None]] = []

    def compose(self) -> ComposeResult:
        """Four panels, and the fifth for the result."""
        yield Plot("Accuracy on unseen strings", id="demo-accuracy")
        with Vertical(id="demo-samples-box") as box:
            box.border_title = "samples"
            yield Static(id="demo-samples")
        yield Plot("Loss", id="demo-loss")
        yield Plot("Inside the method", id="demo-picture")
        with VerticalScroll(id="demo-after", can_focus=False) as after:
            after.border_title = "result"
            yield Static(id="demo-result")
            yield Static(id="demo-runs")

    def on_mount(self) -> None:
        """Start the clock."""
        self.set_interval(1 / TICKS, self._tick)

    def on_resize(self) -> None:
        """Take fewer panels where there is little room, and wrap again what is wrapped for the width."""
        self.set_class(self.size.width < SMALL, "-small")
        self.call_after_refresh(self._show_result)

    def begin(self, run: DemoRun, before: Iterable[Result]) -> None:
        """Show a run from now on.

        Args:
            run: to which the frames are added before `take` is called.
            before: earlier runs on the same job, newest first.
        """
        self._run = run
        self._before = [result for result in before if len(result.curve) > 1][:KEPT]
        self._verdicts = ()
        self.remove_class("-over")
        self._due.clear()
        self._show_accuracy()
        self._show_loss()

    def take(self, before: Frame | None) -> None:
        """Show what the run's last frame brought, soon; at once if it is the first.

        Args:
            before: the frame before it.
        """
        frame = self._run.last
        assert frame is not None
        if before is None or frame.summary is not None:
            self._due = [self._show_loss, self._show_accuracy, self._show_samples, self._show_picture]
            while self._due:
                self._tick()
            return
        news = [self._show_loss]
        news += [self._show_accuracy] if frame.scalars.get("accuracy") != before.scalars.get("accuracy") else []
        news += [self._show_samples] if frame.samples != before.samples else []
        news += [self._show_picture] if frame.picture != before.picture else []
        self._due += [show for show in news if show not in self._due]

    def finish(self, verdicts: tuple[str, ...]) -> None:
        """Show what came of the run, and how the guesses fared."""
        self._verdicts = verdicts
        self.add_class("-over")
        self.call_after_refresh(self._show_result)

    def list_runs(self, results: Sequence[Result]) -> None:
        """List the kept runs, newest first."""
        self.query_one("#demo-runs", Static).update(runs_text(self._card, results))

    def read(self, by: int) -> None:
        """Scroll the result."""
        self.query_one("#demo-after").scroll_relative(y=4 * by, animate=False)

    def _tick(self) -> None:
        if self._due and self.is_attached:
            self._due.pop(0)()

    def _show_loss(self) -> None:
        losses = self._run.curves.get("loss", [])
        top = max((value for _, value in losses if value - value == 0), default=1.0)
        now = f"{losses[-1][1]:.3f}" if losses else ""
        span = self._span()
        self.query_one("#demo-loss", Plot).plot(
            lambda size: line_plot([Curve(losses)], size, (0, span), (0, top or 1.0)), value=now
        )

    def _show_accuracy(self) -> None:
        """Plot this run's accuracy above those of the last runs, each with its name at its end."""
        before = self._before
        points = self._run.curves.get("accuracy", [])
        curves = [
            *(Curve(r.curve, turned(self._card, r.knobs) or "defaults", EARLIER) for r in reversed(before)),
            Curve(points),
        ]
        span = max([self._span(), *(result.curve[-1][0] for result in before)])
        self.query_one("#demo-accuracy", Plot).plot(
            lambda size: line_plot(curves, size, (0, span), (0, 1)),
            value=Content.styled(f"{points[-1][1]:.2f}", "$learn") if points else "",
        )

    def _show_samples(self) -> None:
        frame = self._run.last
        if frame is None:
            return
        box, samples = self.query_one("#demo-samples-box"), self.query_one("#demo-samples", Static)
        text = samples_text(frame.samples, box.content_size.width)
        samples.update(text, layout=len(frame.samples) != samples.size.height)
        box.border_title = Content(samples_title(frame.samples)).markup

    def _show_picture(self) -> None:
        frame = self._run.last
        picture = frame.picture if frame else None
        if frame is None or picture is None:
            return
        own = {name: value for name, value in frame.scalars.items() if name not in ("loss", "accuracy")}
        self.query_one("#demo-picture", Plot).plot(
            lambda size: picture_rows(picture, size),
            name=picture.title,
            value="  ".join(f"{name} {value:.3g}" for name, value in own.items()),
        )

    def _show_result(self) -> None:
        came = self._run.summary
        if came is not None and self.is_attached:
            width = self.query_one("#demo-after").scrollable_content_region.width
            self.query_one("#demo-result", Static).update(after_text(came, width, self._verdicts))

    def _span(self) -> int:
        return max(self._run.last.total if self._run.last else 1, 1)
