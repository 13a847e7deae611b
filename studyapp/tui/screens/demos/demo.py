"""One demo: guess, turn its knobs, watch it learn, see the result."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar, Final, Protocol

from textual import work
from textual.binding import Binding, BindingType

from demos.catalog import SHARED, Catalog, catalog
from demos.frame import Frame, Knob, KnobError, KnobValue
from demos.needs import how_to_add_torch
from studyapp.core.settings.model import Settings
from studyapp.core.visible import visible
from studyapp.runs.cards.draft import Draft, draft_of, three_of
from studyapp.runs.drawn.plots import EARLIER, Curve
from studyapp.runs.process.frames import safe_card
from studyapp.runs.process.own import TrustError, source_of
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.band import band_of
from studyapp.runs.progress.beside import Rival, RivalError
from studyapp.runs.progress.guess import Guesses, questions
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.comparison import jobs_of
from studyapp.runs.results.known_points import known_points
from studyapp.runs.results.results import Results, ResultsError, shown
from studyapp.tui import keys
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.make_card import MakeCardScreen
from studyapp.tui.screens.demos.source import SourceScreen
from studyapp.tui.screens.demos.trust import TrustScreen
from studyapp.tui.screens.demos.view import DemoView
from studyapp.tui.screens.demos.walk import WalkScreen
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.widgets.demo.knobs import Knobs
from studyapp.tui.widgets.demo.texts import spoken_name
from studyapp.tui.widgets.demo.told import earlier_curves, told

OTHERS: Final = {"small": 1, "middle": 3, "large": 8}
"""Curves of other methods, by how much fits on the page."""
GUESSES: Final = 4
"""The most answers of a question."""


class CardMaker(Protocol):
    """Knows the vault that cards go into."""

    def text(self, draft: Draft) -> str:
        """Write a card as it would look in a note."""

    def put(self, draft: Draft) -> None:
        """Have the user choose a note, and put the card there."""


class DemoScreen(DemoView):
    """Shows one demo before, during and after its runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.MAIN, "run", "Run", id="demo.run"),
        *(
            Binding(keys.NUMBERS[n], f"guess({n})", "Guess", show=False, id=f"demo.guess-{n + 1}")
            for n in range(GUESSES)
        ),
        Binding(keys.WALK, "walk", "Walk through", id="demo.walk"),
        Binding(keys.MAKE_CARD, "make_card", "Make card", id="demo.card"),
        Binding(keys.COMPARE, "compare", "Compare", id="demo.compare"),
        Binding(keys.PART, "turn_page", "Knobs", id="demo.page"),
        Binding(keys.LISTS, "try_next", "Try next", id="demo.next"),
        Binding(keys.SOURCE, "source", "Source", id="demo.source"),
        Binding(keys.ENLARGE, "enlarge", "Enlarge", id="demo.enlarge"),
        Binding(keys.LEAVE, "leave", "Back", id="demo.leave"),
    ]

    def __init__(
        self,
        name: str,
        knobs: Mapping[str, KnobValue],
        runner: DemoRunner,
        results: Results,
        *,
        demos: Catalog | None = None,
        cards: CardMaker | None = None,
        walk: bool = False,
    ) -> None:
        """Make the screen for one demo of a catalog, or of the built-in one.

        Knobs that are not given have their defaults; values may be texts. A `walk` runs it at once, to walk through
        what it trained. Where no vault is open nothing takes its cards.

        Raises:
            CatalogError, KnobError: for a name or a knob that does not exist (both are ValueErrors).
        """
        self._catalog = demos or catalog()
        card = safe_card(self._catalog.get(name))
        super().__init__(card, card.settle(knobs), runner, self._catalog)
        self._runner = runner
        self._results = results
        self._cards = cards
        self._to_walk = walk
        self._guesses = Guesses()
        self._curves: list[Curve] = []
        """Of earlier runs."""
        self._rival: Rival | None = None
        self._verdicts: tuple[str, ...] = ()

    def on_mount(self) -> None:
        """Keep a worker ready, and show the information before a run."""
        self._runner.prepare(self.card.name)
        self._page.begin(self._run, self._earlier())
        self._page.set_values(self._knobs)
        self._ask()
        self._show_runs()
        self._show_state()
        self.call_after_refresh(self._settle)
        why = how_to_add_torch()
        if why is not None:
            self.tell(why, "$bad", stays=True)
        if self._to_walk:
            self.call_after_refresh(self.action_run)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what exists: a card of a finished run, hidden knobs."""
        if action == "turn_page":
            return self._page_is_turned() and not self.running
        if action == "make_card":
            return self._run.summary is not None or None
        if action == "walk":
            return not self.running
        if action == "try_next":
            return bool(self.card.next) and not self.running
        if action == "enlarge":
            return self._is_here()
        return True

    async def on_unmount(self) -> None:
        await self._series.close()

    # Before

    def on_knobs_changed(self, message: Knobs.Changed) -> None:
        """Apply the knob's value and ask again."""
        if not self._beside.take(message.name, message.value):
            self._knobs = {**self._knobs, message.name: message.value}
            self._ask()
            self._show_task()
        self._page.set_values(self._knobs)
        self._say_knob(self.query_one(Knobs).current)

    def on_knobs_typing(self) -> None:
        """Name the keys that are left while a value is typed."""
        self._show_state()

    def on_knobs_reached(self, message: Knobs.Reached) -> None:
        self._say_knob(message.knob)

    def _say_knob(self, knob: Knob) -> None:
        if not self.running:
            domain = knob.domain().removeprefix("a whole number ").removeprefix("a number ")
            text = f"{spoken_name(knob.name)}: {knob.help}" + (f"; {domain}" if knob.name != "against" else "")
            self.tell(text)

    def on_knobs_refused(self, message: Knobs.Refused) -> None:
        self.tell(message.why, "$bad")

    def action_guess(self, answer: int) -> None:
        """Take a guess; the next question follows, and after the last one all can be guessed again."""
        if not self.running and self._guesses.take(answer):
            self._page.ask(*self._guesses.current())

    # During

    def action_run(self) -> None:
        """Run the demo with the current knobs; a current run is stopped."""
        if self.running:
            self.run_worker(self._series.stop(), group="demo-stop")
            return
        why = how_to_add_torch()
        if why is not None:
            self.tell(why, "$bad", stays=True)
            return
        if self._is_untrusted():
            return
        try:
            runs = self._beside.runs(self._knobs)
        except KnobError as error:
            self.tell(str(error), "$bad", stays=True)
            return
        self.running = True
        self._verdicts = ()
        self._page.enlarged = ""
        self._page.turn(running=True)
        self.tell("" if self._runner.ready else "starting torch, a second or two …")
        self._show_state()
        self._watch(runs)

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
        """Stop the run; if there is none, shrink an enlarged pane, or go back."""
        if self.running:
            await self._series.stop()
        elif self._page.enlarged:
            self._page.enlarged = ""
            self._settle()
        elif self.is_attached:
            self.dismiss()

    @work(group="demo", exclusive=True)
    async def _watch(self, runs: Sequence[DemoRun]) -> None:
        """Run one seed after another, with the rival beside the first."""
        self._curves = self._earlier()
        try:
            self._rival = self._beside.rival(self._knobs)
        except RivalError as error:
            self._rival = None
            self.tell(str(error), "$bad")
        rival = self._rival.run if self._rival else None
        why = await self._series.go(runs, rival, self)
        if not self._is_here():
            return
        if why:
            step = f" at step {self._run.last.step}" if self._run.last else ""
            self.tell(f"stopped{step}" if why == "stopped" else why, "$bad" * (why != "stopped"), stays=True)
        else:
            self._finish(self._series.done)
        self._show_state()
        self._settle()
        self._runner.prepare(self.card.name)

    def begins(self, run: DemoRun, done: Sequence[DemoRun]) -> None:
        """Show a run from its beginning, with the curves of the seeds before it."""
        shown = [*self._curves, *(Curve(other.curves["accuracy"], "", EARLIER) for other in done)]
        self._page.begin(run, shown, rival=self._rival, again=bool(done))

    def moved(self, before: Frame | None) -> None:
        """Show what the run's last frame brought."""
        if self._is_here():
            self._page.take(before)
        if before is None:  # a sign of life at once
            self.tell("")
            self._show_progress()

    def rival_moved(self) -> None:
        """Show the rival's new point."""
        if self._is_here():
            self._page.rival_moved()

    def stands_still(self) -> None:
        """Take keys again."""
        self.running = False

    def ended(self, run: DemoRun, *, first: bool) -> None:
        """Keep what a run came to; the first one judges the guesses."""
        assert run.summary is not None
        if first:
            self._verdicts = self._guesses.verdicts(run.summary)
        result = run.result(
            datetime.now(UTC).astimezone().isoformat(timespec="seconds"), self._verdicts if first else ()
        )
        assert result is not None
        try:
            self._results.add(result)
        except ResultsError as error:
            self.tell(str(error), "$bad", stays=True)

    # After

    def _finish(self, done: Sequence[DemoRun]) -> None:
        band = band_of(done)
        self._page.finish([*told(self.card, done[-1], self._verdicts, band.words if band else "")], band)
        self._ask()
        self._show_runs()
        if self._to_walk:
            self._to_walk = False
            self.action_walk()

    def action_make_card(self) -> None:
        """Show the run as a card, and pass it on if the user agrees."""
        came = self._run.summary
        if came is None:
            self.tell("run the demo first: a card is made from a finished run (Space)")
            return
        drafts = (draft_of(self.card, self._run.knobs, came), three_of(self.card, self._run.knobs, came))
        texts = [self._cards.text(one) if self._cards is not None else one.text(Settings()) for one in drafts]

        def answered(chosen: int) -> None:
            if self._cards is not None:
                self._cards.put(drafts[chosen])
            else:
                self.tell("no vault is open to put the card in")

        ask(self.app, MakeCardScreen(*map(visible, texts)), answered)

    def action_walk(self) -> None:
        """Send a string through what was trained, step by step; before a run, through the base model."""
        if self.running:
            return
        done = self._run.summary is not None
        offered = [sample.given for sample in self._run.last.samples] if done and self._run.last else []
        knobs = self._run.knobs if done else self._knobs
        job = str(knobs.get("job", ""))
        self.app.push_screen(WalkScreen(self._runner, self.card, job, knobs if done else None, offered))

    def action_source(self) -> None:
        self.app.push_screen(SourceScreen((self.card.path, *SHARED.values())))

    def action_compare(self) -> None:
        job = str(self._knobs.get("job", ""))
        self.app.push_screen(CompareScreen(self._runner, self._results, demos=self._catalog, job=job))

    def action_try_next(self) -> None:
        """Choose one of the settings worth trying, and set its knob."""
        knobs = {knob.name: knob for knob in self.card.knobs}
        lines = [
            Choice((name, value), f"{spoken_name(name)} = {shown(knobs[name], value)}", question)
            for name, value, question in self.card.next
        ]

        def chosen(change: tuple[str, KnobValue]) -> None:
            if not self._page.has_knobs:
                self.action_turn_page()
            self.query_one(Knobs).set_value(*change)

        ask(self.app, ChooseScreen("Try next", lines, act="Set this", typing=False), chosen)

    # What is shown

    def _earlier(self) -> list[Curve]:
        return earlier_curves(self.card, self._knobs, self._results.all(), self._catalog, OTHERS[self._page.kind])

    def _ask(self) -> None:
        self._guesses.ask(questions(self.card, self._knobs, self._results.of(self.card.name)))
        self._page.ask(*self._guesses.current())

    def _show_runs(self) -> None:
        self._page.list_runs(self._results.of(self.card.name), datetime.now(UTC).astimezone())
        cards = tuple(safe_card(card) for card in self._catalog.demos)
        self._page.know(known_points(cards, jobs_of(cards), self._results))
