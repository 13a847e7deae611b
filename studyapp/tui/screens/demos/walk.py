"""One forward pass, step by step: one sentence through the base model and through what a run trained."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import ClassVar, Final

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.timer import Timer
from textual.widgets import Static

from demos.catalog import DemoCard
from demos.frame import KnobValue
from demos.jobs import JOBS
from studyapp.core.plural import percent
from studyapp.core.visible import visible
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.process.walk import DemoWalk, Pass
from studyapp.runs.walk.walk_plots import added_rows, answer_rows, layers_rows, map_rows, said_rows, stream_rows
from studyapp.runs.walk.walk_steps import View, WalkStep, steps_of
from studyapp.runs.walk.walk_words import said
from studyapp.tui import keys
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.prompt import PromptScreen
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.demo.walk_texts import rail, sentences, steps_line, what_is_asked
from studyapp.tui.widgets.drawings.plot import Plot
from studyapp.tui.widgets.parts.pane import Pane
from studyapp.tui.widgets.parts.rows import cursor_bar

_PACE: Final = 1.2
"""Seconds a step in playback."""
_ENLARGED: Final = ("walk-trained", "walk-base", "walk-added", "walk-trained-answers", "walk-base-answers")
"""The panes that can be enlarged, in the order of the key."""

_SAID: Final = 3
"""The most lines of what is said about a step."""
_OF_WALK: Final = frozenset({"step", "symbol", "head", "word", "enlarge", "play", "end"})
"""What needs a walk."""


class WalkScreen(Surface, Screen[None]):
    """Shows one step at a time; keys choose the step, the symbol, the head and the sentence."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.RIGHT, "step(1)", "Next step", id="walk.next"),
        Binding(keys.LEFT, "step(-1)", "Back", id="walk.before"),
        Binding(keys.MAIN, "play", "Play", id="walk.play"),
        Binding(keys.DOWN, "symbol(-1)", "Token", key_display="↑↓", id="walk.down"),
        Binding(keys.UP, "symbol(1)", "Token", show=False, id="walk.up"),
        Binding(keys.PART, "head(1)", "Head", id="walk.head"),
        Binding(keys.PART_BEFORE, "head(-1)", "Head", show=False, id="walk.head-before"),
        Binding(keys.OTHER, "other", "Other sentence", id="walk.other"),
        Binding(keys.TYPE, "type", "Type one", id="walk.type"),
        Binding(keys.NEXT, "word(1)", "Next word", id="walk.word", tooltip="ask for the next word of the answer"),
        Binding(keys.BEFORE, "word(-1)", "Previous word", show=False, id="walk.word-before"),
        Binding(keys.ENLARGE, "enlarge", "Enlarge", id="walk.enlarge"),
        Binding(f"{keys.LEAVE},{keys.WALK}", "leave", "Back", id="walk.leave"),
        Binding(keys.TOP, "end(0)", "First step", show=False, id="walk.first"),
        Binding(keys.END, "end(-1)", "Last step", show=False, id="walk.last"),
    ]

    VERTICAL_BREAKPOINTS = [(0, "-short"), (34, "-high"), (50, "-tall")]  # noqa: RUF012 - declared so by Screen

    DEFAULT_CSS = """
    WalkScreen {
        #walk-task { height: 1; }
        #walk-line { height: 1; text-wrap: nowrap; text-overflow: clip; }
        #walk-body { height: 1fr; }
        #walk-rail { width: 36; margin-right: 4; height: auto; display: none; }
        #walk-maps { height: auto; margin-top: 1; }
        #walk-sides { width: 1fr; height: auto; }
        #walk-words { height: auto; max-height: 3; margin-top: 1; }
        Plot { width: 1fr; height: 10; }
        #walk-base { margin-right: 3; }
        #walk-added { height: 4; margin-top: 1; display: none; }
        #walk-answers { height: 1fr; margin-top: 1; }
        #walk-answers Plot { height: 1fr; max-height: 11; min-height: 2; }
        #walk-base-answers, #walk-trained-answers { margin-right: 3; }
        #walk-said { display: none; }
        &.-short #walk-task { display: none; }
        &.-middle, &.-large {
            #walk-line { display: none; }
            #walk-rail { display: block; }
        }
        &.-narrow #walk-maps, &.-small #walk-maps { margin-top: 0; }
        &.-narrow #walk-words, &.-small #walk-words { margin-top: 0; height: 3; }
        &.-high, &.-tall {
            #walk-task { margin-top: 1; }
            Plot { height: 11; }
            #walk-words { height: 3; margin-top: 1; }
            &.-narrow #walk-maps, &.-small #walk-maps { margin-top: 1; }
            &.-middle #walk-added, &.-large #walk-added { display: block; height: 4; }
        }
        &.-large #walk-said { display: block; }
        &.-large.-tall {
            #walk-sides { layout: vertical; }
            #walk-base { margin: 0 0 1 0; }
            #walk-added { height: 9; }
        }
        &.-waits { #walk-maps, #walk-added, #walk-answers { display: none; } }
        &.-alone { #walk-trained, #walk-trained-answers { display: none; } }
        &.-one {
            Plot, #walk-answers, #walk-maps, #walk-rail, #walk-words { display: none; }
            Plot.-large { display: block; height: 1fr; max-height: 100%; margin: 1 0 0 0; }
            #walk-maps.-holds, #walk-answers.-holds { display: block; height: 1fr; }
            #walk-sides { height: 1fr; }
        }
    }
    """

    def __init__(
        self,
        runner: DemoRunner,
        card: DemoCard,
        job: str,
        ran: Mapping[str, KnobValue] | None,
        offered: Sequence[str] = (),
    ) -> None:
        """Make it for the knobs of a run, whose training the runner still has; without, for the base model alone.

        The offered sentences are those to choose from.
        """
        super().__init__()
        self._runner, self._card, self._ran = runner, card, ran
        self._job = job if job in JOBS else next(iter(JOBS))
        self._offered = [_sentence(text) for text in offered]
        self._text = ""
        self._walk: DemoWalk | None = None
        self._steps: tuple[WalkStep, ...] = ()
        self._at, self._back = 0, 0
        self._after = 0
        """How many words of the answer are given."""
        self._head: int | None = None
        self._large = -1
        self._playing: Timer | None = None
        self.examining = True
        """Whether the first sentence is still being computed."""
        self.set_class(ran is None, "-alone")
        self.add_class("-waits")

    def compose(self) -> ComposeResult:
        """The path, the task, the steps; the attention; what happens, in words; what is added; the answer so far."""
        yield PathBar("Demos", self._card.title, "One forward pass")
        yield ProgressRule("learn")
        yield Static(id="walk-task", classes="page")
        yield Static(id="walk-line", classes="page")
        with Vertical(id="walk-body", classes="page"):
            with Horizontal(id="walk-maps"):
                yield Pane("From sentence to answer", id="walk-rail")
                with Horizontal(id="walk-sides"):
                    yield Plot("Base", id="walk-base")
                    yield Plot(f"With {self._card.title}", id="walk-trained")
            yield Static(id="walk-words")
            yield Plot("What is added", id="walk-added")
            with Horizontal(id="walk-answers"):
                yield Plot("Base", id="walk-base-answers")
                yield Plot(f"With {self._card.title}", id="walk-trained-answers")
                yield Plot("Word by word", id="walk-said")
        yield KeyLine()

    def on_mount(self) -> None:
        if self._offered:
            self._text = self._offered[0]
        self._words("sending a sentence through …")
        self._ask()

    @work(exclusive=True)
    async def _ask(self) -> None:
        try:
            ran = None if self._ran is None else (self._card.name, self._ran)
            walk = await self._runner.walk(self._text, self._job, ran, self._after)
        except DemoFailedError as error:
            self._words(str(error), "$bad")
            return
        finally:
            self.examining = False
        first = self._walk is None
        self._walk, self._steps, self._after = walk, steps_of(walk), walk.after
        if first:
            self.remove_class("-waits")
            self._at = 2  # the first attention
        self._back = min(self._back, self._longest - 1)
        self._show()

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer other sentences only where there are some, and heads where attention is shown."""
        if action == "other":
            return len(self._offered) > 1
        if self._walk is None and action in _OF_WALK:
            return False
        return action != "head" or (self._walk is not None and self._step.kind == "attention")

    def action_step(self, by: int) -> None:
        self._go(self._at + by)

    def action_end(self, step: int) -> None:
        self._go(step % max(len(self._steps), 1))

    def action_symbol(self, by: int) -> None:
        """Look at the previous or next symbol; the first follows the last."""
        if self._walk is not None:
            self._back = (self._back + by) % self._longest
            self._show()

    def action_head(self, by: int) -> None:
        """Show another head of the attention; their mean follows the last one."""
        if self._walk is not None:
            count = self._walk.base.heads
            at = ((count if self._head is None else self._head) + by) % (count + 1)
            self._head = None if at == count else at
            self._show()

    def action_word(self, by: int) -> None:
        """Ask for another word of the answer, given those before it; the first follows the last."""
        if self._walk is not None:
            self._after = (self._walk.after + by) % len(self._walk.wanted)
            self._ask()

    def action_other(self) -> None:
        """Take the next of the offered sentences."""
        if self._offered:
            self._after = 0
            at = self._offered.index(self._text) if self._text in self._offered else -1
            self._text = self._offered[(at + 1) % len(self._offered)]
            self._ask()

    def action_type(self) -> None:

        def typed(text: str) -> None:
            self._text, self._after = text, 0
            self._ask()

        question = "Which sentence should it run?"
        wrong = "" if self._walk is None else " ".join(self._walk.given)
        dialog = PromptScreen(
            "Another sentence", question, wrong, lambda text: "" if text.strip() else "type a sentence"
        )
        ask(self.app, dialog, typed)

    def action_enlarge(self) -> None:
        """Enlarge one pane to the whole page, then the next, then show all again."""
        shown = [name for name in _ENLARGED if self._ran is not None or "trained" not in name]
        self._large = self._large + 1 if self._large + 1 < len(shown) else -1
        self._lay_out("" if self._large < 0 else shown[self._large])

    def action_play(self) -> None:
        if self._playing is not None:
            self._playing.stop()
            self._playing = None
        elif self._steps:
            self._go((self._at + 1) % len(self._steps))
            self._playing = self.set_interval(_PACE, self._play_on)

    def action_leave(self) -> None:
        """Show all panes again, or go back."""
        if self._large >= 0:
            self._large = -1
            self._lay_out("")
        else:
            self.dismiss()

    def _play_on(self) -> None:
        self._go(self._at + 1)
        if self._at == len(self._steps) - 1:
            self.action_play()

    def _go(self, step: int) -> None:
        if 0 <= step < len(self._steps):
            self._at = step
            self._show()

    # What is shown

    @property
    def _step(self) -> WalkStep:
        return self._steps[self._at]

    @property
    def _longest(self) -> int:
        assert self._walk is not None
        return len((self._walk.trained or self._walk.base).places)

    def on_recoloured(self) -> None:
        """Draw what looks different without colour."""
        self._show()

    def on_resize(self) -> None:
        if self._walk is not None:
            self.call_after_refresh(self._show)

    def _lay_out(self, large: str) -> None:
        self.set_class(bool(large), "-one")
        for name in _ENLARGED:
            self.query_one(f"#{name}").set_class(name == large, "-large")
        for holder, held in (("#walk-maps", ("walk-trained", "walk-base")), ("#walk-answers", _ENLARGED[3:])):
            self.query_one(holder).set_class(large in held, "-holds")
        self._show()

    def _words(self, text: str, style: str = "") -> None:
        words = self.query_one("#walk-words", Static)
        words.update(Content.styled(sentences(visible(text), words.content_size.width, _SAID), style))

    def _show(self) -> None:
        walk = self._walk
        if walk is None or not self.is_attached:
            return
        view = View(walk, self._step, self._card.title, self._back, self._head)
        word = (
            f" · word {walk.after + 1} of {len(walk.wanted)}" if self.has_class("-short") else ""
        )  # no room for the task
        number = Content.assemble(
            (view.step.name, "bold $strong"), (f"  {self._at + 1} of {len(self._steps)}{word}", "$quiet")
        )
        self.query_one(PathBar).show(right=number)
        self.query_one(ProgressRule).show(self._at + 1, len(self._steps))
        self.query_one("#walk-task", Static).update(what_is_asked(walk, JOBS[self._job].title))
        line = self.query_one("#walk-line", Static)
        line.update(steps_line(self._steps, self._at, line.content_size.width))
        self.query_one("#walk-rail", Pane).show(rail(view, self._steps, cursor_bar(plain=self.app.no_color)))
        self._words(said(view))
        head = "mean of the heads" if self._head is None else f"head {self._head + 1} of {walk.base.heads}"
        looks = head if view.step.kind == "attention" else ""
        self._map("#walk-base", "Base", view, walk.base, looks)
        if walk.trained is not None:
            share = view.share(walk.trained)
            to = Content.styled(percent(share), "bold $learn") if share is not None else looks
            self._map("#walk-trained", f"With {view.title}", view, walk.trained, to)
        added = self.query_one("#walk-added", Plot)
        if self.has_class("-large") and self.has_class("-tall"):
            added.plot(lambda size: stream_rows(view, size), name=f"The stream at {view.symbol}", value="by size")
        else:
            name = "The embedding" if view.step.stage == 0 else f"What {view.step.name} adds"
            name = (
                name if view.step.kind in ("attention", "MLP", "tokens", "embeddings") else "What the last MLP adds"
            )
            numbers = f"{len(walk.base.stream[0][0])} numbers, dark to bright by size"
            added.plot(lambda size: added_rows(view, size), name=f"{name} at {view.symbol}", value=numbers)
        self._answers("#walk-base-answers", "Base answers now", view, walk.base)
        if walk.trained is not None:
            self._answers("#walk-trained-answers", f"With {view.title}", view, walk.trained)
        self.query_one("#walk-said", Plot).plot(lambda size: said_rows(view, size))
        self.refresh_bindings()

    def _map(self, at: str, name: str, view: View, seen: Pass, value: Content | str) -> None:
        every = self.has_class("-large") and self.has_class("-tall") and view.step.kind == "attention"
        rows = layers_rows if every else map_rows
        self.query_one(at, Plot).plot(lambda size: rows(view, seen, size), name=name, value=value)

    def _answers(self, at: str, name: str, view: View, seen: Pass) -> None:
        likely, walk = seen.likely[view.step.stage], view.walk
        best = walk.candidates[max(range(len(likely)), key=likely.__getitem__)]
        right = best == walk.asked
        value = Content.styled(f"{best} {'✓' if right else '✗'}", "$good" if right else "$bad")
        self.query_one(at, Plot).plot(lambda size: answer_rows(view, seen, size), name=name, value=value)


def _sentence(asked: str) -> str:
    """The sentence at the end of a model's input, without the words and examples before it."""
    return re.split("[;:]", asked.strip().removesuffix(">"))[-1].strip()
