"""A run and a comparison as aligned lines of text, to read in a shell."""

from __future__ import annotations

import json
import math
import shutil
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TextIO

from rich.cells import cell_len

from demos.catalog import DemoCard
from demos.frame import Frame, KnobValue
from demos.jobs import JOBS
from studyapp.core.plural import fraction, percent
from studyapp.core.visible import can_rewrite, visible
from studyapp.runs.drawn.pictures import picture_rows
from studyapp.runs.drawn.plots import Curve, line_plot, plain_plot, share_bar
from studyapp.runs.progress.failure import learned_nothing, reasons
from studyapp.runs.progress.memory import size_text
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.results.results import Point, shown
from studyapp.wording.widths import fit

_BAR = 20


class FrameLines:
    """Prints the frames of one run; on a terminal the frames between two measurements share one line."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = can_rewrite(out)
        self._names: list[str] = []
        self._accuracy: float | None = None
        self._open = False

    def begin(self, card: DemoCard, knobs: Mapping[str, KnobValue]) -> None:
        """Print what is about to run."""
        self._line(f"{visible(card.title, newlines=False)}: {visible(card.idea, newlines=False)}")
        self._line(", ".join(f"{knob.name} {shown(knob, knobs[knob.name])}" for knob in card.knobs))
        for text in before_lines(card, knobs):
            self._line(text)
        if self._live:
            self._passing("starting …")

    def show(self, frame: Frame) -> None:
        """Print one frame."""
        fresh = [name for name in frame.scalars if name not in self._names]
        if fresh:
            self._names += fresh
            heads = "".join(f"{fit(name, max(len(name), 8))}  " for name in self._names)
            self._line(f"{'step':>11}  {heads}")
        accuracy = frame.scalars.get("accuracy")
        numbers = "".join(
            f"{frame.scalars[name]:<{max(len(name), 8)}.4f}  "
            if name in frame.scalars
            else " " * (max(len(name), 8) + 2)
            for name in self._names
        )
        bar = share_bar(accuracy or 0.0, _BAR)
        text = f"{frame.step:5}/{frame.total:<5}  {numbers}{bar:{_BAR}}  {frame.caption}".rstrip()
        if self._live and accuracy == self._accuracy and frame.summary is None:
            self._passing(text)
        else:
            self._line(text)
        self._accuracy = accuracy

    def end(self, card: DemoCard, run: DemoRun) -> None:
        """Print the curve, the samples, the method's picture and the result."""
        frame = run.last
        assert frame is not None
        points = run.curves.get("accuracy", [])
        if len(points) > 1:
            self._line("\naccuracy on unseen sentences")
            for text in plain_plot(line_plot([Curve(points)], (60, 8), (0, max(frame.total, 1)), (0, 1))):
                self._line("  " + text)
        self._line("")
        for sample in frame.samples:
            right = sample.got == sample.wanted
            told = f"  {'✓' if right else '✗'} {sample.given} → {sample.got}"
            self._line(told if right else f"{told}   (wanted {sample.wanted})")
        if frame.picture:
            self._line(f"\n{frame.picture.title}")
            for text in plain_plot(picture_rows(frame.picture, (76, 26))):
                self._line("  " + text)
        for text in (*first_step_lines(run), *summary_lines(run), *after_lines(card, run)):
            self._line(text)

    def _line(self, text: str) -> None:
        self._out.write(("\r\033[K" if self._open else "") + text + "\n")
        self._out.flush()
        self._open = False

    def _passing(self, text: str) -> None:
        self._out.write("\r\033[K" + fit(text, shutil.get_terminal_size().columns - 1))
        self._out.flush()
        self._open = True


def before_lines(card: DemoCard, knobs: Mapping[str, KnobValue]) -> Iterator[str]:
    """The task, and how many numbers are trained."""
    job = JOBS.get(str(knobs.get("job", "")))
    if job is not None:
        yield f"task        {job.title}: {job.example.given} → {job.example.answer}"
    worked, trained = card.worked(knobs), card.trains(knobs)
    if trained:
        yield f"to train    {' + '.join(f'{term.name} {term.text}' for term in worked)} = {trained:,}"


def first_step_lines(run: DemoRun) -> Iterator[str]:
    """Which tensors the first step moved, and the memory that a step takes."""
    if run.first is None:
        return
    if run.first.gradients:
        yield "\nthe first step's gradients"
    names = max((cell_len(one.name) for one in run.first.gradients), default=0)
    for one in run.first.gradients:
        yield f"  {fit(one.name, names)}  {one.length:.4f}  {one.why}".rstrip()
    held = run.first.memory
    if held is not None:
        parts = (("weights", held.weights), ("gradients", held.gradients), ("optimiser", held.states))
        yield ""
        told = ", ".join(f"{name} {size_text(size)}" for name, size in (*parts, ("activations", held.activations)))
        yield f"memory      {size_text(held.total)}: {told}"


def after_lines(card: DemoCard, run: DemoRun) -> Iterator[str]:
    """The answer to the demo's question, why nothing was learned if so, and what to try next."""
    if run.summary is not None and run.summary.answer:
        yield f"question    {card.question} {run.summary.answer}"
    if learned_nothing(run):
        yield "learned     nothing: the answers are no better than before"
        yield from (f"perhaps     {reason}" for reason in reasons(card, run))
    for name, value, question in card.next:
        yield f"try next    --{name.replace('_', '-')} {value}: {question}"


def summary_lines(run: DemoRun) -> Iterator[str]:
    """The result of a run, one fact a line."""
    came = run.summary
    if came is None:
        return
    share = came.trainable / came.total if came.total else 0.0
    yield ""
    yield f"accuracy    {fraction(came.before, 3)} → {fraction(came.after, 3)} on {came.job}, in {came.seconds:.1f} s"
    yield f"trained     {came.trainable:,} of {came.total:,} ({percent(share, 2)})"
    yield f"kept        {came.kept}: {came.kept_bytes:,} bytes"
    meant = ", as intended" if came.trainable >= came.total else ""
    state = "unchanged" if came.base_unchanged else f"changed{meant}"
    yield f"base model  {state} (checksum {came.base_checksum})"
    for step in came.steps:
        yield f"afterwards  {step}"


def comparison_lines(job: str, points: Sequence[Point]) -> Iterator[str]:
    """A comparison as a table with bars; full dots were run here, rings came with the program."""
    wide = max([len(point.title) + len(point.turned) + 1 for point in points] + [6])
    yield f"{job}: accuracy on unseen sentences"
    yield f"    {'method':{wide}}  {'accuracy':{_BAR + 5}}  {'spread':11}  {'trained':>9}  {'seconds':>7}  seeds"
    for point in points:
        spread = f"{fraction(point.lowest)}–{fraction(point.highest)}" if point.runs > 1 else ""
        name = fit(f"{point.title} {point.turned}".strip(), wide)
        bar = f"{fraction(point.accuracy)} {share_bar(point.accuracy, _BAR):{_BAR}}"
        sign, numbers = "●" if point.own else "○", f"{point.trainable:>9,}  {point.seconds:>7.1f}  {point.runs:>5}"
        yield f"  {sign} {name}  {bar}  {spread:11}  {numbers}"


def frame_json(frame: Frame, **more: Any) -> str:
    """A frame as one line of JSON; infinite and undefined numbers become null."""
    return json.dumps(_finite({**more, **frame.as_json()}))


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
