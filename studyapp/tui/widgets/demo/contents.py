"""What the panes of a demo's page say, in a given size; where they stand is the page's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from textual.content import Content
from textual.geometry import Size

from demos.catalog import DemoCard
from demos.frame import Knob, KnobValue
from studyapp.runs.drawn.block import block_rows
from studyapp.runs.progress.guess import GuessQuestion
from studyapp.runs.progress.run import DemoRun
from studyapp.tui.widgets.demo.curves import DemoCurves
from studyapp.tui.widgets.demo.gradients import gradients_text
from studyapp.tui.widgets.demo.known import KnownResults, others_text, reached_text, tasks_in_full
from studyapp.tui.widgets.demo.memory import memory_bars, memory_text
from studyapp.tui.widgets.demo.result import result_text
from studyapp.tui.widgets.demo.samples import samples_text, samples_value
from studyapp.tui.widgets.demo.texts import guess_text, next_text, numbers_text
from studyapp.tui.widgets.drawings.plot import coloured_plot

_NOTHING: Final = Content("")


class DemoContents:
    """A demo with its knobs as they are set, its run, and what is known of other runs."""

    def __init__(self, card: DemoCard, knobs: Sequence[Knob], values: Mapping[str, KnobValue]) -> None:
        """Begin without a run, with the knobs of the demo and of the screen, and the values of all."""
        self.card, self.knobs, self.values = card, tuple(knobs), values
        self.curves = DemoCurves(DemoRun(card.name, values))
        self.before: list[str] = []
        """The base model's answer to each input."""
        self.question: tuple[GuessQuestion, int | None] | None = None
        self.told: Sequence[tuple[str, str, str]] = ()
        """What there is to say of a finished run besides its numbers."""
        self.known = KnownResults(card.name, "")

    @property
    def run(self) -> DemoRun:
        """The run that is shown; before the first one, one without frames."""
        return self.curves.run

    @property
    def job(self) -> str:
        """The task that is set."""
        return str(self.values.get("job", ""))

    @property
    def _own(self) -> dict[str, KnobValue]:
        names = {knob.name for knob in self.card.knobs}
        return {name: value for name, value in self.values.items() if name in names}

    # What is trained

    @property
    def trained(self) -> str:
        """How many numbers are trained; empty if the demo does not declare it."""
        trained = self.card.trains(self._own)
        return "" if trained is None else f"{trained:,} numbers" if trained else "nothing"

    def block(self, size: Size, *, marked: bool) -> Content:
        """The drawing of it, with signs too if it is `marked`."""
        drawn = coloured_plot(block_rows(self.card.block, self._own, (size.width, size.height), marked=marked))
        above = min((size.height - len(drawn.split("\n"))) // 2, 1)
        return Content.assemble("\n" * max(0, above), drawn)

    def numbers(self, width: int, *, table: bool, at: str) -> Content:
        """The arithmetic, with what doubling the knob under the cursor costs."""
        came = self.run.summary
        counted = came.trainable if came is not None else None
        return numbers_text(self.card, self._own, counted, width, table=table, at=at)

    def memory(self, size: Size, *, colour: bool) -> Content:
        """The memory that training takes."""
        measured = self.run.first.memory if self.run.first is not None else None
        return memory_text(memory_bars(self.card, self._own, measured), (size.width, size.height), colour=colour)

    # Besides a run

    def guess(self, size: Size) -> Content:
        """The question, and the guess."""
        return _NOTHING if self.question is None else guess_text(*self.question, (size.width, size.height))

    def next(self, size: Size) -> Content:
        """The settings worth trying."""
        return next_text(self.card, size.width)

    def tasks(self, size: Size) -> Content:
        """What each task asks."""
        return tasks_in_full(self.job, size.width)

    def reached(self, size: Size) -> Content:
        """What this method reached on each task."""
        return reached_text(self.known.own, self.job, size.width)

    def others(self, size: Size) -> Content:
        """What each method reached on the task that is set."""
        return others_text(self.known.on_this_task, self.card.name, size.width)

    # Of a run

    def samples(self, size: Size) -> Content:
        """Unseen inputs with their answers."""
        samples = self.run.last.samples if self.run.last else ()
        return samples_text(samples, self.before, (size.width, size.height))

    @property
    def right(self) -> Content:
        """How many of these answers are right."""
        return samples_value(self.run.last.samples if self.run.last else ())

    def gradients(self, size: Size) -> Content:
        """Those of the first step."""
        found = self.run.first.gradients if self.run.first else ()
        return gradients_text(found, (size.width, size.height), untrained=self.card.trained == 0)

    def result(self, size: Size) -> Content:
        """What the run came to; nothing before its end."""
        came = self.run.summary
        return _NOTHING if came is None else result_text(came, self.told, (size.width, size.height))
