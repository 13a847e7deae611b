"""One demo: guess, turn its knobs, watch it learn, see the result."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator, Mapping
from contextlib import aclosing
from datetime import UTC, datetime
from typing import ClassVar, Final, Protocol

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from demos.catalog import SHARED, Catalog, DemoCard, catalog
from demos.frame import Knob, KnobValue
from studyapp.core.settings.model import Settings
from studyapp.core.visible import visible
from studyapp.runs.band import band_of
from studyapp.runs.card import Draft, draft_of, three_of
from studyapp.runs.failure import learned_nothing, reasons
from studyapp.runs.frames import DemoFailedError, safe_card
from studyapp.runs.guess import GuessQuestion, questions
from studyapp.runs.own import TrustError, source_of
from studyapp.runs.plots import EARLIER, Curve
from studyapp.runs.process import DemoRunner, missing
from studyapp.runs.results import Result, Results, ResultsError, shown, turned
from studyapp.runs.run import DemoRun
from studyapp.runs.shipped import shipped_points
from studyapp.tui.host import PASSES
from studyapp.tui.screens.choose import Choice, ChooseScreen
from studyapp.tui.screens.compare import CompareScreen
from studyapp.tui.screens.make_card import MakeCardScreen
from studyapp.tui.screens.source import SourceScreen
from studyapp.tui.screens.trust import TrustScreen
from studyapp.tui.screens.walk import WalkScreen
from studyapp.tui.widgets.demo_page import ENLARGED, DemoPage
from studyapp.tui.widgets.demo_texts import settings_in_words, spoken, task_text
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.knobs import Knobs
from studyapp.tui.widgets.path_bar import PathBar
from studyapp.tui.widgets.progress_rule import ProgressRule
from studyapp.wording.numbers import cut

TICKS: Final = 20
"""A second. Each shows one thing that is new, so that a key never waits for the whole page."""
PROGRESSES: Final = 3
"""Ticks from one move of the first two rows to the next while a demo runs."""
KEPT: Final = 2
"""Earlier runs of this demo whose curves stay in sight."""
OTHERS: Final = {"small": 1, "middle": 3, "large": 8}
"""Curves of other methods, by how much fits on the page."""
NOTHING, DEFAULTS = "nothing", "the defaults"
"""What a run is compared with while it runs, other than another method."""
_AROUND: Final = 4
"""Rows above and below the page, without the idea and the task: two bars, the keys, an empty one."""
_TALL: Final = 30
"""Rows from which there is always room for the idea."""
GUESSES: Final = 4
"""The most answers of a question."""


class CardMaker(Protocol):
    """Knows the vault that cards go into."""

    def text(self, draft: Draft) -> str:
        """Write a card as it would look in a note."""

    def put(self, draft: Draft) -> None:
        """Have the user choose a note, and put the card there."""


class DemoScreen(Screen[None]):
    """Shows one demo before, during and after its runs."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "run", "Run", id="demo.run"),
        *(Binding(f"{n + 1}", f"guess({n})", "Guess", show=False, id=f"demo.guess-{n + 1}") for n in range(GUESSES)),
        Binding("w", "walk", "Walk through", id="demo.walk"),
        Binding("m", "make_card", "Make card", id="demo.card"),
        Binding("v", "compare", "Compare", id="demo.compare"),
        Binding("tab", "turn_page", "Knobs", id="demo.page"),
        Binding("t", "try_next", "Try next", id="demo.next"),
        Binding("c", "source", "Source", id="demo.source"),
        Binding("plus", "enlarge", "Enlarge", key_display="+", id="demo.enlarge"),
        Binding("escape,q", "leave", "Back", id="demo.leave"),
    ]

    AUTO_FOCUS = ""

    DEFAULT_CSS = """
    DemoScreen {
        #demo-task, #demo-idea { height: auto; width: 100%; }
        #demo-idea { color: $quiet; text-wrap: nowrap; text-overflow: ellipsis; }
        #demo-task { text-wrap: nowrap; text-overflow: ellipsis; margin-bottom: 1; max-height: 2; }
        layers: page message;
        #demo-status {
            layer: message; dock: bottom; offset: 0 -1; height: auto; max-height: 4; width: 100%;
            background: $background; display: none;
        }
        #demo-idea.-gone { display: none; }
        &.-tall #demo-idea { margin-top: 1; }
        &.-high #demo-idea { margin-top: 1; }
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
        walk: bool = False,
    ) -> None:
        """Make the screen for one demo.

        Args:
            name: the demo's name.
            knobs: those that do not have their defaults; values may be texts.
            runner: shared by all screens; the app closes it.
            results: where finished runs are kept.
            demos: the catalog to look the name up in; the built-in one if not given.
            cards: takes a card that the person agreed to; None where no vault is open.
            walk: whether it is run at once, to walk through what it trained.

        Raises:
            CatalogError, KnobError: for a name or a knob that does not exist (both are ValueErrors).
        """
        super().__init__()
        self._catalog = demos or catalog()
        self.card: DemoCard = safe_card(self._catalog.get(name))
        self._knobs = self.card.settle(knobs)
        self._runner = runner
        self._second: DemoRunner | None = None
        """Controls what runs beside the main run."""
        self._results = results
        self._cards = cards
        self._to_walk = walk
        self._extra = tuple(self._extra_knobs())
        self._seeds, self._against = 1, NOTHING
        self._questions: tuple[GuessQuestion, ...] = ()
        self._guesses: list[int] = []
        self._run = DemoRun(self.card.name, self._knobs)
        self._place, self._runs = 0, 1
        """The current run, and of how many."""
        self._verdicts: tuple[str, ...] = ()
        self._began = 0.0
        self._ticks, self._pressed, self._gave_way = 0, False, False
        self._names = {"run": "Run"}
        self._message: Timer | None = None

    def _extra_knobs(self) -> Iterator[Knob]:
        """The settings besides the demo's own knobs: several seeds, and a rival run."""
        own = {knob.name for knob in self.card.knobs}
        if "seed" in own and "seeds" not in own:
            words = "runs, each with the next seed; their curves become a band"
            yield Knob("seeds", 1, words, low=1, high=20, choices=(1, 3, 5, 10, 20))
        others = tuple(card.name for card in self._catalog.demos if card.name != self.card.name and not card.own)
        if "against" not in own:
            words = "what runs beside it, on the same curves: a method, or this one at its defaults"
            yield Knob("against", NOTHING, words, choices=(NOTHING, DEFAULTS, *others))

    def compose(self) -> ComposeResult:
        """Progress, title and task; the page; messages; the keys."""
        yield PathBar("Demos", self.card.title)
        yield ProgressRule("learn")
        yield Static(Content(self.card.idea), id="demo-idea", classes="page")
        yield Static(id="demo-task", classes="page")
        knobs = (*self.card.knobs, *self._extra)
        yield DemoPage(self.card, knobs, {**self._knobs, "seeds": 1, "against": NOTHING})
        yield Static(id="demo-status", classes="page")
        yield KeyLine(self._names)

    def on_mount(self) -> None:
        """Keep a worker ready, and show the information before a run."""
        self._runner.prepare(self.card.name)
        self.set_interval(1 / TICKS, self._tick)
        self._page.begin(self._run, self._earlier())
        self._page.set_values(self._knobs)
        self._ask()
        self._show_runs()
        self._show_state()
        self.call_after_refresh(self._settle)
        why = missing()
        if why is not None:
            self.tell(why, "$bad", stays=True)
        if self._to_walk:
            self.call_after_refresh(self.action_run)

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
        """Lay out what depends on the width."""
        self.call_after_refresh(self._settle)

    def _settle(self) -> None:
        """Once the page has its size: fit the task to it, and focus the knobs if they are visible."""
        if not self._is_here():
            return
        lines = self._show_task()
        spare = self.size.height - _AROUND - lines - self._page.least
        roomy = self.size.height >= _TALL or (not self._page.live and spare > 0)
        self.query_one("#demo-idea").set_class(not roomy, "-gone")
        self.call_after_refresh(self._place_message)
        if self._page.has_knobs:
            self.query_one(Knobs).focus(scroll_visible=False)
        else:
            self.set_focus(None)
        self.refresh_bindings()

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

    def _page_is_turned(self) -> bool:
        """Whether the page has two sides at this size, and a run to show on the other."""
        return self._is_here() and self._page.kind != "large" and self._run.last is not None

    async def on_unmount(self) -> None:
        """Stop all runs."""
        await self._stop()
        if self._second is not None:
            await self._second.close()

    # Before

    def on_knobs_changed(self, message: Knobs.Changed) -> None:
        """Apply the knob's value and ask again."""
        match message.name, message.value:
            case "seeds", int(seeds) if "seeds" not in self._knobs:
                self._seeds = seeds
            case "against", str(name) if "against" not in self._knobs:
                self._against = name
            case name, value:
                self._knobs = {**self._knobs, name: value}
                self._ask()
                self._show_task()
        self._page.set_values(self._knobs)
        self._say_knob(self.query_one(Knobs).current)

    def on_knobs_moved(self, message: Knobs.Moved) -> None:
        """Explain the knob."""
        self._say_knob(message.knob)

    def _say_knob(self, knob: Knob) -> None:
        if not self.running:
            domain = knob.domain().removeprefix("a whole number ").removeprefix("a number ")
            text = f"{spoken(knob.name)}: {knob.help}" + (f"; {domain}" if knob.name != "against" else "")
            self.tell(cut(text, self._page.content_size.width))

    def on_knobs_refused(self, message: Knobs.Refused) -> None:
        """Explain why a value was rejected."""
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
        """Run the demo with the current knobs; a current run is stopped."""
        if self.running:
            self.run_worker(self._stop(), group="demo-stop")
            return
        why = missing()
        if why is not None:
            self.tell(why, "$bad", stays=True)
            return
        if self._is_untrusted():
            return
        self.running = True
        self._verdicts = ()
        self._began = time.monotonic()
        self._page.enlarged = ""
        self._page.turn(running=True)
        self.tell("" if self._runner.ready else "starting torch, a second or two …")
        self._show_state()
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
        """Stop the run; if there is none, shrink an enlarged pane, or go back."""
        if self.running:
            await self._stop()
        elif self._page.enlarged:
            self._page.enlarged = ""
            self._settle()
        elif self.is_attached:
            self.dismiss()

    async def _stop(self) -> None:
        await self._runner.stop()
        if self._second is not None:
            await self._second.stop()

    @work(group="demo", exclusive=True)
    async def _watch(self) -> None:
        """Run one seed after another, with the rival beside the first."""
        done: list[DemoRun] = []
        failed = ""
        earlier = self._earlier()
        rival = self._rival()
        beside = asyncio.create_task(self._follow(rival[1])) if rival is not None else None
        first = int(self._knobs.get("seed", 0))
        self._runs = self._seeds if "seed" in self._knobs else 1
        try:
            for place in range(self._runs):
                self._place = place
                knobs = {**self._knobs, "seed": first + place} if "seed" in self._knobs else self._knobs
                self._run = DemoRun(self.card.name, knobs)
                shown = [*earlier, *(Curve(run.curves["accuracy"], "", EARLIER) for run in done)]
                self._page.begin(self._run, shown, rival=rival, again=bool(done))
                await self._frames(self._run)
                if self._run.summary is None:
                    break
                self._keep(self._run, with_verdicts=not done)
                done.append(self._run)
        except DemoFailedError as error:
            failed = str(error)
        finally:
            self.running = False
            if beside is not None:
                if failed and self._second is not None:
                    await self._second.stop()
                with contextlib.suppress(DemoFailedError):
                    await beside
        if not self._is_here():
            return
        if done and self._run.summary is not None:
            self._finish(done)
        else:
            step = f" at step {self._run.last.step}" if self._run.last else ""
            self.tell(
                f"stopped{step}" if failed == "stopped" else failed or "it ended early",
                "$bad" * (failed != "stopped"),
                stays=True,
            )
        self._show_state()
        self._settle()
        self._runner.prepare(self.card.name)

    async def _frames(self, run: DemoRun) -> None:
        """Take a run's frames as they come."""
        async with aclosing(self._runner.run(run.demo, run.knobs)) as frames:
            async for frame in frames:
                before = run.last
                run.take(frame)
                if self._is_here():
                    self._page.take(before)
                if before is None:  # a sign of life at once
                    self.tell("")
                    self._show_progress()

    def _rival(self) -> tuple[str, DemoRun] | None:
        """What to run beside this one, and the name of its curve."""
        if self._against == NOTHING:
            return None
        card = self.card if self._against == DEFAULTS else safe_card(self._catalog.get(self._against))
        same = {name: self._knobs[name] for name in ("job", "seed", "device") if name in self._knobs}
        known = {knob.name for knob in card.knobs}
        try:
            knobs = card.settle({name: value for name, value in same.items() if name in known})
        except ValueError:  # it does not take this job
            self.tell(f"{card.title} does not take this job", "$bad")
            return None
        return (DEFAULTS if card.name == self.card.name else card.title), DemoRun(card.name, knobs)

    async def _follow(self, run: DemoRun) -> None:
        """Run something beside the main run; only its curve is shown."""
        if self._second is None:
            self._second = self._runner.another()
        async with aclosing(self._second.run(run.demo, run.knobs)) as frames:
            async for frame in frames:
                run.take(frame)
                if self._is_here():
                    self._page.rival_moved()
        if run.summary is not None:
            self._keep(run, with_verdicts=False)

    # After

    def _keep(self, run: DemoRun, *, with_verdicts: bool) -> None:
        came = run.summary
        assert came is not None
        if with_verdicts:
            pairs = zip(self._questions, self._guesses, strict=False)
            self._verdicts = tuple(question.verdict(guess, came) for question, guess in pairs)
        verdicts = self._verdicts if with_verdicts else ()
        result = run.result(datetime.now(UTC).astimezone().isoformat(timespec="seconds"), verdicts)
        assert result is not None
        try:
            self._results.add(result)
        except ResultsError as error:
            self.tell(str(error), "$bad", stays=True)

    def _finish(self, done: list[DemoRun]) -> None:
        band = band_of(done)
        self._page.finish([*self._told(done[-1], band.words if band else "")], band)
        self._guesses = []
        self._ask()
        self._show_runs()
        if self._to_walk:
            self._to_walk = False
            self.action_walk()

    def _told(self, run: DemoRun, spread: str) -> Iterator[tuple[str, str, str]]:
        """What to say about a run besides its numbers."""
        for verdict in self._verdicts:
            yield (
                "guess",
                verdict,
                "$good" if verdict.startswith("✓") else "$bad" if verdict.startswith("✗") else "$quiet",
            )
        if learned_nothing(run):
            yield "learned", "nothing: the answers are no better than before", "bold $bad"
            for reason in reasons(self.card, run):
                yield "perhaps", reason, ""
        if spread:
            yield "spread", spread, ""
        elif not turned(self.card, run.knobs):
            job = str(run.knobs.get("job", ""))
            for point in shipped_points(job, [self.card]):
                yield "spread", f"{point.runs} seeds: {point.lowest:.2f} to {point.highest:.2f}", "$quiet"

    def action_make_card(self) -> None:
        """Show the run as a card, and pass it on if the user agrees."""
        came = self._run.summary
        if came is None:
            self.tell("run the demo first: a card is made from a finished run (Space)")
            return
        drafts = (draft_of(self.card, self._run.knobs, came), three_of(self.card, self._run.knobs, came))
        texts = [self._cards.text(one) if self._cards is not None else one.text(Settings()) for one in drafts]

        def answered(chosen: int | None) -> None:
            if chosen is not None and self._cards is not None:
                self._cards.put(drafts[chosen])
            elif chosen is not None:
                self.tell("no vault is open to put the card in")

        self.app.push_screen(MakeCardScreen(*map(visible, texts)), answered)

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
        """Show the source of the demo."""
        self.app.push_screen(SourceScreen((self.card.path, *SHARED.values())))

    def action_compare(self) -> None:
        """Compare all methods on this job."""
        job = str(self._knobs.get("job", ""))
        self.app.push_screen(CompareScreen(self._runner, self._results, demos=self._catalog, job=job))

    def action_try_next(self) -> None:
        """Choose one of the settings worth trying, and set its knob."""
        knobs = {knob.name: knob for knob in self.card.knobs}
        lines = [
            Choice(str(number), f"{spoken(name)} = {shown(knobs[name], value)}", question)
            for number, (name, value, question) in enumerate(self.card.next)
        ]

        def chosen(number: str | None) -> None:
            if number is not None:
                name, value, _ = self.card.next[int(number)]
                if not self._page.has_knobs:
                    self.action_turn_page()
                self.query_one(Knobs).set_value(name, value)

        self.app.push_screen(ChooseScreen("Try next", lines, act="Set this", typing=False), chosen)

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

    # What is shown

    @property
    def _page(self) -> DemoPage:
        return self.query_one(DemoPage)

    def _earlier(self) -> list[Curve]:
        """The curves that stay in sight: the last runs on the same job, of this method and of others."""
        own: dict[str, Curve] = {}
        others: dict[str, Curve] = {}
        for result in reversed(self._results.all()):
            if result.knobs.get("job") != self._knobs.get("job") or len(result.curve) < 2:
                continue
            mine = result.demo == self.card.name
            name = settings_in_words(self.card, result.knobs) if mine else self._title_of(result)
            found, most = (own, KEPT) if mine else (others, OTHERS[self._page.kind])
            if name and name not in found and len(found) < most:
                found[name] = Curve(result.curve, name, EARLIER)
        return [*reversed([*own.values(), *others.values()])]

    def _title_of(self, result: Result) -> str:
        return next((card.title for card in self._catalog.demos if card.name == result.demo), "")

    def _ask(self) -> None:
        self._questions = questions(self.card, self._knobs, self._results.of(self.card.name))
        self._guesses = []
        self._show_question()

    def _show_question(self) -> None:
        asked = min(len(self._guesses), len(self._questions) - 1)
        guess = self._guesses[asked] if asked < len(self._guesses) else None
        many = f"{asked + 1} of {len(self._questions)} · " if len(self._questions) > 1 else ""
        self._page.ask(self._questions[asked], guess, f"{many}{'kept' if guess is not None else 'judged by the run'}")

    def _show_task(self) -> int:
        """Write the task, and return the rows that it takes."""
        text = task_text(str(self._knobs.get("job", "")), self._page.content_size.width)
        self.query_one("#demo-task", Static).update(text)
        return text.plain.count("\n") + 1

    def _show_runs(self) -> None:
        self._page.list_runs(self._results.of(self.card.name), datetime.now(UTC).astimezone())

    def _show_state(self) -> None:
        """Show whether it is ready, running or done, and what Space does now."""
        over = self._run.summary is not None and not self.running
        self._names["run"] = "Stop" if self.running else "Again" if self._run.last is not None else "Run"
        self._names["turn_page"] = "Knobs" if self._page.live else "Curves"
        self._names["leave"] = "Stop" if self.running else "Back"
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
        seed = f"seed {self._place + 1} of {self._runs} · " if self._runs > 1 else ""
        step = Content.assemble(seed, (f"step {frame.step}", "bold $strong"), f" of {frame.total} · {seconds:.1f} s")
        self.query_one(PathBar).show(right=step)
        done = frame.step / frame.total if frame.total else 1.0
        self.query_one(ProgressRule).show(self._place + done, self._runs)

    def _place_message(self) -> None:
        """Put messages where there is room: above the keys, or on a small page above the page."""
        small, styles = self._page.kind == "small", self.query_one("#demo-status").styles
        styles.dock = "top" if small else "bottom"
        styles.offset = (0, self._page.region.y - 1 if small else -1)

    def _is_here(self) -> bool:
        """Whether there is still something to show it on: a run may end while the screen is being left."""
        return bool(self.query("#demo-status"))

    def tell(self, text: str, style: str = "$quiet", *, stays: bool = False) -> None:
        """Show a message above the keys, for a while or until the next one."""
        if not self._is_here():
            return
        if self._message is not None:
            self._message.stop()
        self._message = self.set_timer(PASSES, lambda: self.tell("")) if text and not stays else None
        status = self.query_one("#demo-status", Static)
        status.display = bool(text)
        self._place_message()
        status.update(Content.styled(text, style))
