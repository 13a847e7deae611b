"""The page of one demo: what is trained, knobs, guess, curves, samples, gradients, memory, the result."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from textual.app import ComposeResult
from textual.containers import Container
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widgets import Static

from demos.catalog import DemoCard
from demos.frame import Frame, Knob, KnobValue
from studyapp.core.visible import visible
from studyapp.runs.drawn.pictures import picture_rows
from studyapp.runs.drawn.plots import Curve
from studyapp.runs.progress.band import Band
from studyapp.runs.progress.beside import Rival
from studyapp.runs.progress.guess import GuessQuestion
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.known_points import KnownPoints
from studyapp.runs.results.results import Result
from studyapp.tui.keys import key_of
from studyapp.tui.widgets.demo.contents import DemoContents
from studyapp.tui.widgets.demo.curves import DemoCurves
from studyapp.tui.widgets.demo.knobs import Knobs
from studyapp.tui.widgets.demo.known import KnownResults, known_value, looks_text
from studyapp.tui.widgets.demo.layout import Places, Wanted, kind_of, places, right_of
from studyapp.tui.widgets.demo.texts import runs_text
from studyapp.tui.widgets.drawings.plot import Plot
from studyapp.tui.widgets.parts.act import acting
from studyapp.tui.widgets.parts.pane import Pane

ENLARGED: Final = ("accuracy", "samples", "picture", "gradients", "loss", "memory", "result", "trained")
"""The panes that can be enlarged, in the order in which a key goes through them."""
_UNBOUND: Final = 999
"""Rows of a pane that may be as high as it wants."""


def _rows(text: Content) -> int:
    return text.plain.count("\n") + 1


class DemoPage(Container):
    """Shows a demo before, during and after its runs, with the panes that fit."""

    DEFAULT_CSS = """
    DemoPage {
        height: 1fr; width: 100%;
        & > * { position: absolute; display: none; text-wrap: nowrap; text-overflow: clip; }
    }
    """

    enlarged: reactive[str] = reactive("", init=False)
    """The enlarged pane, which fills the page."""

    def __init__(self, card: DemoCard, knobs: Sequence[Knob], values: Mapping[str, KnobValue]) -> None:
        """Make the page, with the knobs of the demo and of the screen, and the values of all."""
        super().__init__(id="demo-page", classes="page")
        self._says = DemoContents(card, knobs, values)
        self._live = self._over = False
        self._asking = False
        """Whether knobs were turned since the run: then the next guess replaces the result."""
        self._due: list[Callable[[], None]] = []
        self._places: Places = {}
        """Where the panes that are shown have been put."""
        self._placed: Wanted | None = None
        """The rows that panes had when they were last placed."""

    def compose(self) -> ComposeResult:
        """Every pane; the size and the state of the run decide which are visible."""
        yield Pane("What is trained", self._block, id="trained")
        yield Static(id="numbers", markup=False)
        yield Knobs(self._says.knobs, self._says.values, id="knobs")
        yield Pane("Your guess", self._says.guess, id="guess")
        yield Plot("Accuracy, unseen", "how much of what it never saw it answers right, as it learns", id="accuracy")
        yield Pane("Samples", self._says.samples, id="samples")
        yield Plot("Inside the method", "what the trained parts do, step by step", id="picture")
        yield Pane("First step's gradients", self._says.gradients, id="gradients")
        yield Plot("Loss", "how far off its answers are, as it learns", id="loss")
        yield Pane("Memory to train", self._memory, id="memory")
        yield Pane("Result", self._says.result, id="result")
        yield Pane("Try next", self._says.next, id="next")
        yield Pane("Your runs", id="runs")
        yield Pane("What the tasks ask", self._says.tasks, id="tasks")
        yield Pane("Results with its defaults", self._says.reached, id="reached")
        yield Pane("All methods on this task", self._says.others, id="others")
        yield Pane("What a run shows", lambda size: looks_text(size.width), id="looks")

    def on_mount(self) -> None:
        key = visible(key_of(self.screen, "demo.next"), newlines=False)
        self.query_one("#next", Pane).show(value=acting(Content.styled(key, "bold $act"), "screen.try_next"))

    def on_resize(self) -> None:
        self.lay_out()

    def watch_enlarged(self) -> None:
        self.lay_out()
        self._show_all()

    # The layout

    @property
    def kind(self) -> str:
        """Small, middle or large: how much fits side by side."""
        return kind_of(self.content_size.width, self.content_size.height)

    @property
    def has_knobs(self) -> bool:
        """Whether the knobs are on the page."""
        return self.shows("knobs")

    @property
    def is_placed(self) -> bool:
        """Whether the panes have their places: before that none is on the page."""
        return bool(self._places)

    def shows(self, name: str) -> bool:
        """Whether a pane is on the page."""
        return bool(self.query_one(f"#{name}").display)

    @property
    def least(self) -> int:
        """Rows of the information before a run on a small page."""
        wanted = self._wanted(self._numbers(self._column))
        return wanted.knobs + wanted.numbers + wanted.guess + 1

    @property
    def _column(self) -> int:
        """Width of the column with the arithmetic and the guess before a run."""
        width = self.content_size.width
        return {"small": width, "middle": (width - 4) * 3 // 5, "large": (width - 8) // 3}[self.kind]

    def _wanted(self, numbers: Content) -> Wanted:
        width, says = self.content_size.width, self._says
        third = Size((width - 8) // 3, _UNBOUND)
        beside = third if self._live or self.kind == "large" else Size(right_of(width), _UNBOUND)
        return Wanted(
            knobs=len(says.knobs) + 1,
            numbers=_rows(numbers),
            guess=self._guess_rows(),
            result=1 + (_rows(says.result(third)) if says.run.summary is not None else 0),
            memory=1 + _rows(self._memory(beside)),
            next=1 + _rows(says.next(third)),
            **self._told_before(third),
        )

    def _guess_rows(self) -> int:
        width = (self.content_size.width - 8) // 3 if self._live else self._column
        return 1 + _rows(self._says.guess(Size(width, _UNBOUND)))

    def _told_before(self, size: Size) -> dict[str, int]:
        """Rows of what is told before the first run."""
        reached, others = len(self._says.known.own), len(self._says.known.on_this_task)
        found = {"reached": 1 + reached if reached else 0}
        if self._fresh and self.kind == "large":
            found |= {"tasks": 1 + _rows(self._says.tasks(size)), "looks": 1 + _rows(looks_text(size.width))}
            found["others"] = 1 + others if others > 1 else 0
        return found

    @property
    def _fresh(self) -> bool:
        """Whether nothing has run yet on this page."""
        return self._says.run.last is None and not self._live

    def lay_out(self) -> None:
        """Place every pane."""
        width, height = self.content_size
        if width < 4 or height < 2:
            return
        numbers = self._numbers(self._column)
        wanted = self._placed = self._wanted(numbers)
        self.query_one("#numbers", Static).update(numbers, layout=False)  # its place is set below
        over = self._over and not (self._asking and self.kind == "large")
        found = places(
            (width, height), wanted, running=self._live, over=over, fresh=self._fresh, enlarged=self.enlarged
        )
        if self._fresh and not self._says.curves.earlier:
            found = {name: place for name, place in found.items() if name != "accuracy"}
        if found == self._places:
            return
        self._places = found
        for pane in self.children:
            place = found.get(pane.id or "")
            pane.display = place is not None and (pane.id != "next" or bool(self._says.card.next))
            if place is not None:
                pane.styles.offset = (place.x, place.y)
                pane.styles.width, pane.styles.height = place.width, place.height

    # Before a run

    def set_values(self, values: Mapping[str, KnobValue]) -> None:
        """Apply the knobs' values: drawing, arithmetic and memory follow."""
        self._says.values = values
        self._asking = self._over
        self.lay_out()
        self.query_one("#trained", Pane).renew(value=self._says.trained)
        self.query_one("#memory", Pane).renew()
        if self._says.job != self._says.known.job:
            self._tell_known(self._says.known.points)

    def on_knobs_reached(self) -> None:
        """Show what doubling this knob costs."""
        text = self._numbers(self._column)
        if self._placed is not None and _rows(text) == self._placed.numbers:
            self.query_one("#numbers", Static).update(text, layout=False)
        else:
            self.lay_out()

    def ask(self, question: GuessQuestion | None, guess: int | None, value: str) -> None:
        """Show a question, and the guess."""
        self._says.question = None if question is None else (question, guess)
        self.query_one("#guess", Pane).renew(value=value)
        if self._placed is None or self._guess_rows() != self._placed.guess:
            self.lay_out()

    def list_runs(self, results: Sequence[Result], now: datetime) -> None:
        """List the kept runs, newest first."""
        key = visible(key_of(self.screen, "demo.run"), newlines=False)
        self.query_one("#runs", Pane).show(
            lambda size: (
                runs_text(self._says.card, results, now, (size.width, size.height))
                if results
                else Content.styled(
                    "this is the first one" if self._live else f"none yet · {key} starts one", "$quiet"
                )
            )
        )

    def know(self, known: KnownPoints) -> None:
        """Tell what came of runs with default knobs, here or elsewhere."""
        self._tell_known(known)
        self.lay_out()

    def _tell_known(self, points: KnownPoints) -> None:
        known = self._says.known = KnownResults(self._says.card.name, self._says.job, points)
        self.query_one("#reached", Pane).show(value=known_value(known.own.values()))
        self.query_one("#others", Pane).show(value=known_value(known.on_this_task))
        self.query_one("#tasks", Pane).refresh()

    def _block(self, size: Size) -> Content:
        return self._says.block(size, marked=self.app.no_color)

    def _numbers(self, width: int) -> Content:
        return self._says.numbers(width, table=self.kind != "small", at=self.query_one(Knobs).current.name)

    def _memory(self, size: Size) -> Content:
        return self._says.memory(size, colour=not self.app.no_color)

    # During a run and after it

    def begin(
        self, run: DemoRun, earlier: Iterable[Curve], *, rival: Rival | None = None, again: bool = False
    ) -> None:
        """Show a run from now on, to which frames are added before each `take`, among curves that stay in sight.

        It may be one more seed of the run before it, `again`.
        """
        says = self._says
        says.curves = DemoCurves(run, tuple(earlier), rival, says.curves.band if again else None)
        self._due.clear()
        self._over = self._asking = False
        if not again:
            says.told, says.before = (), []
        self.lay_out()
        self._show_all()

    def turn(self, *, running: bool) -> None:
        """Show the curves, or the information before a run."""
        self._live = running
        self.query_one("#runs", Pane).refresh()
        self.lay_out()
        self._show_all()

    @property
    def live(self) -> bool:
        """Whether the curves are shown."""
        return self._live

    def take(self, before: Frame | None) -> None:
        """Show the run's last frame soon; at once if there was none before it."""
        frame = self._says.run.last
        assert frame is not None
        if before is None:
            self._says.before = [sample.got for sample in frame.samples]
        if before is None or frame.summary is not None:
            self._show_all()
            return
        news = [self._show_loss]
        news += [self._show_accuracy] if frame.scalars.get("accuracy") != before.scalars.get("accuracy") else []
        news += [self._show_samples] if frame.samples != before.samples else []
        news += [self._show_picture] if frame.picture != before.picture else []
        news += [self._show_first] if frame.gradients or frame.memory else []
        self.soon(news)

    def rival_moved(self) -> None:
        """The run beside this one has a new point."""
        self.soon([self._show_accuracy])

    def soon(self, shows: Iterable[Callable[[], None]]) -> None:
        """Show some panes, one after another."""
        self._due += [show for show in shows if show not in self._due]

    def finish(self, told: Sequence[tuple[str, str, str]], band: Band | None) -> None:
        """Show the result of the run, with what else there is to say, as in `told`, and the band of its seeds."""
        self._says.told, self._says.curves.band, self._over = told, band, True
        self.lay_out()
        self._show_all()

    def show_next(self) -> None:
        """Show one of the panes that have something new."""
        if self._due and self.is_attached:
            self._due.pop(0)()

    def _show_all(self) -> None:
        if not self.is_attached:
            return
        self._due.clear()
        for show in (
            self._show_accuracy,
            self._show_samples,
            self._show_picture,
            self._show_first,
            self._show_loss,
            self._show_result,
        ):
            show()
        self.query_one("#trained", Pane).show(value=self._says.trained)

    def _show_accuracy(self) -> None:
        draw, value = self._says.curves.accuracy(live=self._live)
        self.query_one("#accuracy", Plot).plot(draw, value=value)

    def _show_loss(self) -> None:
        draw, value = self._says.curves.loss(live=self._live)
        self.query_one("#loss", Plot).plot(draw, value=value)

    def _show_samples(self) -> None:
        self.query_one("#samples", Pane).show(value=self._says.right)

    def _show_picture(self) -> None:
        frame = self._says.run.last
        picture = frame.picture if frame else None
        plot = self.query_one("#picture", Plot)
        if frame is None or picture is None:
            plot.plot(None, value="")
            return
        own = next(((n, value) for n, value in frame.scalars.items() if n not in ("loss", "accuracy")), None)
        value = Content.assemble((f"{own[0]} ", "$quiet"), (f"{own[1]:.3g}", "$learn")) if own else ""
        plot.plot(lambda size: picture_rows(picture, size), name=picture.title, value=value)

    def _show_first(self) -> None:
        self.query_one("#gradients", Pane).refresh()
        self.query_one("#memory", Pane).refresh()

    def _show_result(self) -> None:
        self.query_one("#result", Pane).refresh()
