"""One demo: guess, turn its knobs, watch it learn, see what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Footer, Static

from demos.catalog import TOTAL, Catalog, DemoCard, catalog
from demos.frame import Frame, KnobValue
from studyapp.demo.card import card_text
from studyapp.demo.frames import DemoFailedError, safe_card
from studyapp.demo.guess import Question, questions
from studyapp.demo.plots import Points, Row, line_plot, picture_rows, share_bar
from studyapp.demo.process import DemoRunner, missing
from studyapp.demo.record import Run
from studyapp.demo.results import Result, Results, ResultsError, setting_of, turned
from studyapp.tui.screens.compare import CompareScreen
from studyapp.tui.screens.make_card import MakeCardScreen
from studyapp.tui.screens.source import SourceScreen
from studyapp.tui.widgets.block import block_picture, share_line
from studyapp.tui.widgets.demo_texts import after_text, runs_text, samples_text, samples_title
from studyapp.tui.widgets.knobs import Knobs
from studyapp.tui.widgets.plot import Plot

PAINTS = 12
"""A second, at most, while a demo runs: as many as its frames, and few enough that keys never wait."""


_EARLIER = ("a", "b")
"""The letters of the last runs in the plot of the accuracy."""


class DemoScreen(Screen[None]):
    """Shows one demo before, during and after its runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,r", "run", "Run", id="demo.run"),
        Binding("escape,q", "leave", "Stop/back", id="demo.leave"),
        *(Binding(f"{n + 1}", f"guess({n})", "Guess", show=False, id=f"demo.guess-{n + 1}") for n in range(4)),
        Binding("tab", "turn_page", "Page", id="demo.page"),
        Binding("c", "source", "Source", id="demo.source"),
        Binding("m", "make_card", "Card", id="demo.card"),
        Binding("v", "compare", "Compare", id="demo.compare"),
        Binding("pagedown", "read(1)", "Read on", show=False, id="demo.read-on"),
        Binding("pageup", "read(-1)", "Read back", show=False, id="demo.read-back"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012  # declared so by Screen

    DEFAULT_CSS = """
    DemoScreen {
        #demo-head { height: auto; max-height: 3; padding: 0 1; }
        #demo-body { height: 1fr; }
        #demo-before { width: 64; height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; }
        #demo-block { height: auto; text-wrap: nowrap; text-overflow: clip; margin-bottom: 1; }
        #demo-question, #demo-share, #demo-paper { height: auto; }
        #demo-question { margin-top: 1; }
        #demo-paper { margin-top: 1; color: $text-muted; }
        #demo-live { width: 1fr; height: 1fr; layout: grid; grid-size: 2; grid-rows: 2fr 2fr 3fr; }
        #demo-samples-box, #demo-after {
            border: round $surface-lighten-2; border-title-color: $text; padding: 0 1; scrollbar-size-vertical: 1;
        }
        #demo-samples, #demo-result, #demo-runs { height: auto; }
        #demo-samples { text-wrap: nowrap; text-overflow: clip; }
        #demo-runs { margin-top: 1; }
        #demo-after { column-span: 2; }
        #demo-status { height: 1; padding: 0 1; text-wrap: nowrap; text-overflow: ellipsis; }
        &.-narrow {
            #demo-before { width: 100%; }
            #demo-block { margin-bottom: 0; }
            #demo-question { margin-top: 0; }
            Knobs { border: none; padding: 0; }
            #demo-live { grid-rows: 1fr 1fr; }
            #demo-after { column-span: 1; display: none; }
            &.-after #demo-after { display: block; }
            &.-after #demo-loss { display: none; }
            &.-knobs #demo-live { display: none; }
            &.-curves #demo-before { display: none; }
        }
    }
    """

    running: reactive[bool] = reactive(False)
    """Whether the demo runs."""

    def __init__(
        self,
        name: str,
        knobs: Mapping[str, KnobValue],
        runner: DemoRunner,
        results: Results,
        *,
        demos: Catalog | None = None,
        on_make_card: Callable[[str], None] | None = None,
    ) -> None:
        """Make the screen for one demo.

        Args:
            name: the demo's name.
            knobs: those that do not have their defaults; values may be texts.
            runner: shared by all screens; the app closes it.
            results: where finished runs are kept.
            demos: the catalog to look the name up in; the built-in one if not given.
            on_make_card: takes the text of a card that the person agreed to, and has it written into a note.

        Raises:
            CatalogError, KnobError: for a name or a knob that does not exist (both are ValueErrors).
        """
        super().__init__()
        self._catalog = demos or catalog()
        self.card: DemoCard = safe_card(self._catalog.get(name))
        self._knobs = self.card.settle(knobs)
        self._runner = runner
        self._results = results
        self._on_make_card = on_make_card
        self._questions: tuple[Question, ...] = ()
        self._guesses: list[int] = []
        self._run = Run(self.card.name, self._knobs)
        self._verdicts: tuple[str, ...] = ()
        self._kept: Result | None = None
        self._dirty = True
        self._began = 0.0
        self.add_class("-knobs")

    def compose(self) -> ComposeResult:
        """The idea; the block, the knobs and the question; the curves, the samples, the picture, what came of it."""
        yield Static(id="demo-head")
        with Horizontal(id="demo-body"):
            with VerticalScroll(id="demo-before", can_focus=False):
                yield Static(block_picture(self.card.block), id="demo-block")
                yield Static(id="demo-share")
                yield Knobs(self.card.knobs, self._knobs, id="demo-knobs")
                yield Static(id="demo-question")
                yield Static(Content(self.card.paper), id="demo-paper")
            with Container(id="demo-live"):
                yield Plot(id="demo-accuracy", title="accuracy on unseen strings")
                with Vertical(id="demo-samples-box") as box:
                    box.border_title = "samples"
                    yield Static(id="demo-samples")
                yield Plot(id="demo-loss", title="loss")
                yield Plot(id="demo-picture", title="the method's own picture")
                with VerticalScroll(id="demo-after", can_focus=False) as after:
                    after.border_title = "what came of it"
                    yield Static(id="demo-result")
                    yield Static(id="demo-runs")
        yield Static(id="demo-status")
        yield Footer()

    def on_mount(self) -> None:
        """Have a worker stand ready, and show what is known before a run."""
        self._runner.prepare(self.card.name)
        self.set_interval(1 / PAINTS, self._paint)
        self.query_one(Knobs).focus()
        self._ask()
        self._show_runs()
        self._show_head()
        self._say(missing() or "Space runs it; arrows turn the knobs, Enter types a value; 1 to 4 guess")

    def on_resize(self) -> None:
        """Lay out what depends on the width."""
        self.call_after_refresh(self._show_share)
        self.call_after_refresh(self._show_result)

    async def on_unmount(self) -> None:
        """Leave nothing running behind."""
        await self._runner.stop()

    # Before

    def on_knobs_changed(self, message: Knobs.Changed) -> None:
        """Take the knob's value and ask anew."""
        self._knobs = {**self._knobs, message.name: message.value}
        self._ask()
        self._show_head()

    def on_knobs_moved(self, message: Knobs.Moved) -> None:
        """Say what the knob is for."""
        if not self.running:
            self._say(f"{message.knob.name}: {message.knob.help}; {message.knob.domain()}. Enter types a value.")

    def on_knobs_refused(self, message: Knobs.Refused) -> None:
        """Say why a value was not taken."""
        self._say(message.why, "$text-error")

    def action_guess(self, answer: int) -> None:
        """Take a guess; the next question follows, and after the last one all can be guessed again."""
        if self.running or not self._questions:
            return
        asked = len(self._guesses) % len(self._questions)
        if answer < len(self._questions[asked].answers):
            self._guesses = [*(self._guesses if asked else []), answer]
            self._show_question()

    # During

    def action_run(self) -> None:
        """Run the demo with the knobs as they are."""
        if self.running:
            return
        why = missing()
        if why is not None:
            self._say(why, "$text-error")
            return
        self.running = True
        self._run = Run(self.card.name, self._knobs)
        self._verdicts, self._kept = (), None
        self._began = time.monotonic()
        self._show_page(curves=True)
        self.remove_class("-after")
        self._say("starting …" if self._runner.ready else "starting torch, a second or two …")
        self._dirty = True
        self._paint()
        self._watch()

    async def action_leave(self) -> None:
        """Stop the run; if nothing runs, go back."""
        if self.running:
            await self._runner.stop()
        elif self.is_attached:
            self.dismiss()

    @work(group="demo", exclusive=True)
    async def _watch(self) -> None:
        run, failed = self._run, ""
        try:
            async with aclosing(self._runner.run(run.demo, run.knobs)) as frames:
                async for frame in frames:
                    run.take(frame)
                    self._dirty = True
        except DemoFailedError as error:
            failed = str(error)
        finally:
            self.running = False
        if not self._is_here():
            return
        if run.summary is not None:
            self._finish(run)
        else:
            step = f" at step {run.last.step}" if run.last else ""
            self._say(f"stopped{step}; Space runs it again" if failed == "stopped" else failed or "it ended early")
        self._dirty = True
        self._paint()
        self._runner.prepare(self.card.name)

    def _paint(self) -> None:
        """Show what came since the last time; called some times a second, so that frames never crowd out keys."""
        if not self._dirty or not self._is_here():
            return
        self._dirty = False
        run, frame = self._run, self._run.last
        if self.running and frame is not None:
            self._show_progress(frame)
        accuracy, names = self._accuracies()
        self.query_one("#demo-accuracy", Plot).show(accuracy, subtitle=names)
        losses = run.curves.get("loss", [])
        span = max(frame.total if frame else 1, 1)
        top = max((value for _, value in losses if value - value == 0), default=1.0)
        now = f"{losses[-1][1]:.3f}" if losses else ""
        self.query_one("#demo-loss", Plot).show(
            lambda size: line_plot([losses], size, (0, span), (0, top or 1.0)), subtitle=now
        )
        if frame is not None:
            self._show_frame(frame)

    def _show_frame(self, frame: Frame) -> None:
        samples = self.query_one("#demo-samples", Static)
        text = samples_text(frame.samples, self.query_one("#demo-samples-box").content_size.width)
        samples.update(text, layout=len(frame.samples) != samples.size.height)
        self.query_one("#demo-samples-box").border_title = Content(samples_title(frame.samples)).markup
        picture = frame.picture
        if picture is not None:
            own = {name: value for name, value in frame.scalars.items() if name not in ("loss", "accuracy")}
            self.query_one("#demo-picture", Plot).show(
                lambda size: picture_rows(picture, size),
                picture.title,
                "  ".join(f"{name} {value:.3g}" for name, value in own.items()),
            )

    def _accuracies(self) -> tuple[Callable[[tuple[int, int]], list[Row]], str]:
        """Give the plot of this run's accuracy above those of the last runs on the same job, and their names."""
        job = self._run.knobs.get("job")
        before = [r for r in self._results.of(self.card.name) if r.knobs.get("job") == job and len(r.curve) > 1]
        before = [r for r in before if r != self._kept][: len(_EARLIER)]
        points = self._run.curves.get("accuracy", [])
        series: list[Points] = [*(result.curve for result in reversed(before)), points]
        tips = [*reversed(_EARLIER[: len(before)]), "●"]
        span = max([self._run.last.total if self._run.last else 1, *(r.curve[-1][0] for r in before)])

        def draw(size: tuple[int, int]) -> list[Row]:
            newest = len(series) - 1
            rows = line_plot(series, size, (0, max(span, 1)), (0, 1), tips)
            return [[c._replace(owner=newest - c.owner if c.owner >= 0 else c.owner) for c in row] for row in rows]

        names = [
            f"{tip} {turned(self.card, r.knobs) or 'defaults'}" for tip, r in zip(_EARLIER, before, strict=False)
        ]
        now = [f"● {points[-1][1]:.2f}"] if points else []
        return draw, "  ".join([*now, *names])

    # After

    def _finish(self, run: Run) -> None:
        came = run.summary
        assert came is not None
        pairs = zip(self._questions, self._guesses, strict=False)
        self._verdicts = tuple(question.verdict(guess, came) for question, guess in pairs)
        result = run.result(datetime.now(UTC).astimezone().isoformat(timespec="seconds"), self._verdicts)
        assert result is not None
        self._kept = result
        self._say("done; Space runs it again, m makes a card of it, v compares the methods")
        try:
            self._results.add(result)
        except ResultsError as error:
            self._say(str(error), "$text-error")
        self.add_class("-after")
        self.call_after_refresh(self._show_result)
        self._guesses = []
        self._ask()
        self._show_runs()
        self._show_share()

    def action_make_card(self) -> None:
        """Show the run as a card, and hand it on if the person agrees."""
        came = self._run.summary
        if came is None:
            self._say("a card is made of a finished run; Space runs it")
            return
        text = card_text(self.card, self._run.knobs, came)

        def answered(yes: bool | None) -> None:
            if yes and self._on_make_card is not None:
                self._on_make_card(text)
            elif yes:
                self._say("no vault is open that the card could go into")

        self.app.push_screen(MakeCardScreen(text), answered)

    def action_source(self) -> None:
        """Show the source that runs."""
        self.app.push_screen(SourceScreen(self.card.path))

    def action_compare(self) -> None:
        """Compare all methods on this job."""
        job = str(self._knobs.get("job", ""))
        self.app.push_screen(CompareScreen(self._runner, self._results, demos=self._catalog, job=job))

    def action_turn_page(self) -> None:
        """Show the knobs instead of the curves, or the other way round, where there is no room for both."""
        self._show_page(curves=not self.has_class("-curves"))

    def action_read(self, by: int) -> None:
        """Scroll what came of the run, or the page before it."""
        shown = "#demo-before" if self.has_class("-narrow") and self.has_class("-knobs") else "#demo-after"
        self.query_one(shown).scroll_relative(y=4 * by, animate=False)

    # What is shown

    def _show_page(self, *, curves: bool) -> None:
        self.set_class(curves, "-curves")
        self.set_class(not curves, "-knobs")
        if not curves or self.has_class("-wide"):
            self.query_one(Knobs).focus()

    def _ask(self) -> None:
        self._questions = questions(self._knobs, self.card.knobs, self._results.of(self.card.name))
        self._guesses = []
        self._show_question()
        self._show_share()

    def _show_head(self) -> None:
        self.query_one("#demo-head", Static).update(
            Content.assemble((self.card.title, "bold"), ("  ", ""), (self.card.idea, "$text-muted"))
        )

    def _show_question(self) -> None:
        asked = min(len(self._guesses), len(self._questions) - 1)
        question = self._questions[asked]
        guess = self._guesses[asked] if asked < len(self._guesses) else None
        parts = [(f"{self.card.question}\n", "italic"), (f"{question.text}\n", "")]
        for index, answer in enumerate(question.answers):
            chosen = index == guess
            parts.append((f"{'   ' if index else ''}{index + 1}", "bold $text-accent"))
            parts.append((f" {answer}{' ◂' if chosen else ''}", "bold reverse" if chosen else ""))
        self.query_one("#demo-question", Static).update(Content.assemble(*parts))

    def _show_share(self) -> None:
        """Show how much is trained: as counted in a run with these knobs, else at the defaults."""
        width = self.query_one("#demo-before").content_size.width - 1
        setting = setting_of(self.card.name, self._knobs)
        same = next((r.summary for r in self._results.of(self.card.name) if r.setting == setting), None)
        defaults = not turned(self.card, self._knobs)
        trained = same.trainable if same else self.card.trained
        remark = "" if same or defaults or trained is None else "at the defaults"
        total = same.total if same else TOTAL
        self.query_one("#demo-share", Static).update(share_line(trained, total, width, remark))

    def _show_result(self) -> None:
        came = self._run.summary
        if came is not None and self._is_here():
            width = self.query_one("#demo-after").scrollable_content_region.width
            self.query_one("#demo-result", Static).update(after_text(came, width, self._verdicts))

    def _show_runs(self) -> None:
        self.query_one("#demo-runs", Static).update(runs_text(self.card, self._results.of(self.card.name)))

    def _show_progress(self, frame: Frame) -> None:
        share = frame.step / frame.total if frame.total else 1.0
        seconds = time.monotonic() - self._began
        bar = share_bar(share, 20)
        self._say(f"{frame.step:>4}/{frame.total} {bar:·<20} {seconds:4.1f} s  {frame.caption}")

    def _is_here(self) -> bool:
        """Whether there is still something to show it on: a run may end while the screen is being left."""
        return bool(self.query("#demo-status"))

    def _say(self, text: str, style: str = "") -> None:
        self.query_one("#demo-status", Static).update(Content.styled(text, style), layout=False)
