"""One demo: guess, turn its knobs, watch it learn, see the result."""

from __future__ import annotations

import time
from collections.abc import Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import ClassVar, Protocol

from rich.cells import cell_len
from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widgets import Static

from demos.catalog import TOTAL, Catalog, DemoCard, catalog
from demos.frame import KnobValue
from studyapp.core.settings.load import Settings
from studyapp.core.visible import visible
from studyapp.runs.card import Draft, draft_of
from studyapp.runs.frames import DemoFailedError, safe_card
from studyapp.runs.guess import GuessQuestion, questions
from studyapp.runs.own import TrustError, source_of
from studyapp.runs.plots import share_bar
from studyapp.runs.process import DemoRunner, missing
from studyapp.runs.results import Result, Results, ResultsError, setting_of, turned
from studyapp.runs.run import DemoRun
from studyapp.tui.screens.compare import CompareScreen
from studyapp.tui.screens.make_card import MakeCardScreen
from studyapp.tui.screens.source import SHARED, SourceScreen
from studyapp.tui.screens.trust import TrustScreen
from studyapp.tui.screens.walk import WalkScreen
from studyapp.tui.widgets.block import block_picture, share_line
from studyapp.tui.widgets.demo_live import DemoLive
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.knobs import Knobs
from studyapp.tui.widgets.path_bar import PathBar

PROGRESSES = 8
"""A second: how often the line at the bottom moves while a demo runs."""


class CardMaker(Protocol):
    """Knows the vault that cards go into."""

    def text(self, draft: Draft) -> str:
        """Write a card as it would stand in a note."""

    def put(self, draft: Draft) -> None:
        """Have the person choose a note, and put the card there."""


class DemoScreen(Screen[None]):
    """Shows one demo before, during and after its runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "run", "Run", id="demo.run"),
        Binding("escape,q", "leave", "Back", id="demo.leave"),
        *(Binding(f"{n + 1}", f"guess({n})", "Guess", show=False, id=f"demo.guess-{n + 1}") for n in range(4)),
        Binding("tab", "turn_page", "Page", id="demo.page"),
        Binding("w", "walk", "Walk through", id="demo.walk"),
        Binding("c", "source", "Source", id="demo.source"),
        Binding("m", "make_card", "Make card", id="demo.card"),
        Binding("v", "compare", "Compare", id="demo.compare"),
        Binding("pagedown", "read(1)", "Read on", show=False, id="demo.read-on"),
        Binding("pageup", "read(-1)", "Read back", show=False, id="demo.read-back"),
    ]

    AUTO_FOCUS = ""  # the knobs are focused without scrolling the block away

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (120, "-wide")]  # noqa: RUF012 - declared so by Screen

    DEFAULT_CSS = """
    DemoScreen {
        #demo-head { height: auto; max-height: 3; }
        #demo-body { height: 1fr; }
        #demo-before { width: 64; height: 1fr; scrollbar-size-vertical: 1; padding: 0 1; }
        #demo-block { height: auto; text-wrap: nowrap; text-overflow: clip; margin-bottom: 1; }
        #demo-question, #demo-share, #demo-paper { height: auto; }
        #demo-question { margin-top: 1; }
        #demo-paper { margin-top: 1; color: $quiet; }
        #demo-status { height: 1; padding: 0 1; }
        #demo-status.-long { height: auto; max-height: 4; }
        &.-narrow {
            #demo-before { width: 100%; }
            #demo-block { margin-bottom: 0; }
            #demo-question, #demo-paper { margin-top: 0; }
            Knobs { border: none; padding: 0; }
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
        cards: CardMaker | None = None,
    ) -> None:
        """Make the screen for one demo.

        Args:
            name: the demo's name.
            knobs: those that do not have their defaults; values may be texts.
            runner: shared by all screens; the app closes it.
            results: where finished runs are kept.
            demos: the catalog to look the name up in; the built-in one if not given.
            cards: takes a card that the person agreed to; None where no vault is open.

        Raises:
            CatalogError, KnobError: for a name or a knob that does not exist (both are ValueErrors).
        """
        super().__init__()
        self._catalog = demos or catalog()
        self.card: DemoCard = safe_card(self._catalog.get(name))
        self._knobs = self.card.settle(knobs)
        self._runner = runner
        self._results = results
        self._cards = cards
        self._questions: tuple[GuessQuestion, ...] = ()
        self._guesses: list[int] = []
        self._run = DemoRun(self.card.name, self._knobs)
        self._verdicts: tuple[str, ...] = ()
        self._began = 0.0
        self.add_class("-knobs")

    def compose(self) -> ComposeResult:
        """The idea; the block, the knobs and the question; the curves, the samples, the picture, the result."""
        yield PathBar("Demos", self.card.title)
        yield Static(id="demo-head", classes="page")
        with Horizontal(id="demo-body"):
            with VerticalScroll(id="demo-before", can_focus=False):
                yield Static(block_picture(self.card.block, self._knobs, (60, 9)), id="demo-block")
                yield Static(id="demo-share")
                yield Knobs(self.card.knobs, self._knobs, id="demo-knobs")
                yield Static(id="demo-question")
                yield Static(Content(self.card.paper), id="demo-paper")
            yield DemoLive(self.card, id="demo-live")
        yield Static(id="demo-status")
        yield KeyLine()

    def on_mount(self) -> None:
        """Have a worker stand ready, and show what is known before a run."""
        self._runner.prepare(self.card.name)
        self.set_interval(1 / PROGRESSES, self._show_progress)
        self.query_one(Knobs).focus(scroll_visible=False)
        self._ask()
        self._show_runs()
        self._live.begin(self._run, self._earlier())
        self._show_head()
        self.tell(missing() or "Space runs it; arrows turn the knobs, Enter types a value; 1 to 4 guess")

    def on_resize(self) -> None:
        """Lay out what depends on the width."""
        self.call_after_refresh(self._show_share)
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to turn the page only where there is one: knobs and curves stand side by side on a wide screen."""
        return not (action == "turn_page" and self.has_class("-wide"))

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
            domain = message.knob.domain().removeprefix("a whole number ").removeprefix("a number ")
            text = f"{message.knob.name}: {message.knob.help}; {domain}"
            more = ". Enter types a value"
            self.tell(text + (more if cell_len(text + more) < self.size.width - 1 else ""))

    def on_knobs_refused(self, message: Knobs.Refused) -> None:
        """Say why a value was not taken."""
        self.tell(message.why, "$bad")

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
            self.tell(why, "$bad")
            return
        if self._is_untrusted():
            return
        self.running = True
        self._run = DemoRun(self.card.name, self._knobs)
        self._verdicts = ()
        self._began = time.monotonic()
        self._show_page(curves=True)
        self.tell("starting …" if self._runner.ready else "starting torch, a second or two …")
        self._live.begin(self._run, self._earlier())
        self._watch()

    def _is_untrusted(self) -> bool:
        """Whether the demo may not run yet; then its source is shown, to be trusted."""
        if not self.card.own:
            return False
        try:
            source = source_of(self.card)
        except TrustError as error:
            self.tell(visible(str(error), newlines=False), "$bad")
            return True
        if self._runner.trust.holds(source):
            return False
        self.app.push_screen(TrustScreen(self.card.path, source, self._runner.trust, self.action_run))
        return True

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
                    before = run.last
                    run.take(frame)
                    if self._is_here():
                        self._live.take(before)
                    if before is None:  # a sign of life at once
                        self._show_progress()
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
            self.tell(f"stopped{step}; Space runs it again" if failed == "stopped" else failed or "it ended early")
        self._runner.prepare(self.card.name)

    # After

    def _finish(self, run: DemoRun) -> None:
        came = run.summary
        assert came is not None
        pairs = zip(self._questions, self._guesses, strict=False)
        self._verdicts = tuple(question.verdict(guess, came) for question, guess in pairs)
        result = run.result(datetime.now(UTC).astimezone().isoformat(timespec="seconds"), self._verdicts)
        assert result is not None
        self.tell("done; Space runs it again, m makes a card of it, v compares the methods")
        try:
            self._results.add(result)
        except ResultsError as error:
            self.tell(str(error), "$bad")
        self._live.finish(self._verdicts)
        self._guesses = []
        self._ask()
        self._show_runs()
        self._show_share()

    def action_make_card(self) -> None:
        """Show the run as a card, and hand it on if the person agrees."""
        came = self._run.summary
        if came is None:
            self.tell("a card is made of a finished run; Space runs it")
            return
        draft = draft_of(self.card, self._run.knobs, came)
        text = self._cards.text(draft) if self._cards is not None else draft.text(Settings())

        def answered(yes: bool | None) -> None:
            if yes and self._cards is not None:
                self._cards.put(draft)
            elif yes:
                self.tell("no vault is open that the card could go into")

        self.app.push_screen(MakeCardScreen(visible(text)), answered)

    def action_walk(self) -> None:
        """Send a string through what was trained, step by step; before a run through the base model."""
        if self.running:
            return
        done = self._run.summary is not None
        offered = [sample.given for sample in self._run.last.samples] if done and self._run.last else []
        knobs = self._run.knobs if done else self._knobs
        job = str(knobs.get("job", ""))
        self.app.push_screen(WalkScreen(self._runner, self.card, job, knobs if done else None, offered))

    def action_source(self) -> None:
        """Show the source that runs."""
        self.app.push_screen(SourceScreen((self.card.path, *SHARED)))

    def action_compare(self) -> None:
        """Compare all methods on this job."""
        job = str(self._knobs.get("job", ""))
        self.app.push_screen(CompareScreen(self._runner, self._results, demos=self._catalog, job=job))

    def action_turn_page(self) -> None:
        """Show the knobs instead of the curves, or the other way round, where there is no room for both."""
        self._show_page(curves=not self.has_class("-curves"))

    def action_read(self, by: int) -> None:
        """Scroll what came of the run, or the page before it."""
        if self.has_class("-narrow") and self.has_class("-knobs"):
            self.query_one("#demo-before").scroll_relative(y=4 * by, animate=False)
        else:
            self._live.read(by)

    # What is shown

    @property
    def _live(self) -> DemoLive:
        return self.query_one(DemoLive)

    def _earlier(self) -> list[Result]:
        """Give the kept runs on the same job, newest first."""
        job = self._knobs.get("job")
        return [result for result in self._results.of(self.card.name) if result.knobs.get("job") == job]

    def _show_page(self, *, curves: bool) -> None:
        self.set_class(curves, "-curves")
        self.set_class(not curves, "-knobs")
        if not curves or self.has_class("-wide"):
            self.query_one(Knobs).focus(scroll_visible=False)

    def _ask(self) -> None:
        self._questions = questions(self._knobs, self.card.knobs, self._results.of(self.card.name))
        self._guesses = []
        self._show_question()
        self._show_share()

    def _show_head(self) -> None:
        self.query_one("#demo-head", Static).update(Content(self.card.idea))

    def _show_question(self) -> None:
        asked = min(len(self._guesses), len(self._questions) - 1)
        question = self._questions[asked]
        guess = self._guesses[asked] if asked < len(self._guesses) else None
        parts = [("try this    ", "$quiet"), (f"{self.card.question}\n", "italic")]
        parts += [("your guess  ", "$quiet"), (f"{question.text}\n  ", "")]
        for index, answer in enumerate(question.answers):
            chosen = index == guess
            parts.append((f"{'   ' if index else ''}{index + 1}", "bold $act"))
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

    def _show_runs(self) -> None:
        self._live.list_runs(self._results.of(self.card.name))

    def _show_progress(self) -> None:
        frame = self._run.last
        if frame is None or not self.running or not self._is_here():
            return
        share = frame.step / frame.total if frame.total else 1.0
        seconds = time.monotonic() - self._began
        bar = share_bar(share, 20)
        self.tell(f"{frame.step:>4}/{frame.total} {bar:·<20} {seconds:4.1f} s  {frame.caption}")

    def _is_here(self) -> bool:
        """Whether there is still something to show it on: a run may end while the screen is being left."""
        return bool(self.query("#demo-status"))

    def tell(self, text: str, style: str = "") -> None:
        """Show a message at the bottom, if that is there."""
        if not self._is_here():
            return
        status = self.query_one("#demo-status", Static)
        status.set_class(cell_len(text) > self.app.size.width - 2, "-long")
        status.update(Content.styled(text, style), layout=False)
