"""Results of runs, saved in a small file, one a line, so that comparisons grow with use."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import mean, median
from typing import Any

from demos.catalog import DemoCard
from demos.frame import Knob, KnobValue, Summary
from studyapp.core.disk.files import open_handle, read_file
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible
from studyapp.runs.process.frames import read_summary

VERSION = 1
"""Of a line's format; lines of another version are left alone and not shown."""


class ResultsError(StudyError):
    """The file of results cannot be written; the run is still on the screen."""


@dataclass(frozen=True, slots=True)
class Result:
    """One finished run."""

    demo: str
    knobs: Mapping[str, KnobValue]
    """Every knob, including those at their defaults."""
    summary: Summary
    when: str = ""
    """ISO 8601, with the offset."""
    curve: tuple[tuple[int, float], ...] = ()
    """Step and held-out accuracy, in the order of the steps."""
    guesses: tuple[str, ...] = ()
    """The guess before the run and whether it was right, in words."""

    @property
    def setting(self) -> Setting:
        """Everything but the seed: runs of one setting are averaged."""
        return setting_of(self.demo, self.knobs)

    @property
    def seed(self) -> int:
        """The seed of the run; 0 for a demo without one."""
        return int(self.knobs.get("seed", 0))


Setting = tuple[str, tuple[tuple[str, KnobValue], ...]]


def setting_of(demo: str, knobs: Mapping[str, KnobValue]) -> Setting:
    """Name a demo with all its knobs but the seed."""
    return demo, tuple(sorted((name, value) for name, value in knobs.items() if name != "seed"))


@dataclass(frozen=True, slots=True)
class Point:
    """Runs of one setting on one job: a point of the comparison."""

    demo: str
    title: str
    job: str
    turned: str = ""
    """The non-default knobs, in words."""
    runs: int = 1
    trainable: int = 0
    accuracy: float = 0.0
    """The median over the seeds."""
    lowest: float = 0.0
    highest: float = 0.0
    seconds: float = 0.0
    failed: int = 0
    """How many of the runs learned next to nothing of what the others did."""
    kept_bytes: int = 0
    own: bool = True
    """Whether they were run here; others were measured for this version."""

    @property
    def standard(self) -> bool:
        """Whether every knob is at its default."""
        return not self.turned


class Results:
    """The saved runs of one file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._seen: tuple[int, int] | None = None
        self._kept: tuple[Result, ...] = ()

    def all(self) -> tuple[Result, ...]:
        """Every run, oldest first; unreadable lines are skipped, and stay in the file."""
        try:
            state = self.path.stat()
            if (state.st_mtime_ns, state.st_size) != self._seen:
                lines = read_file(self.path).split(b"\n")
                self._kept = tuple(result for line in lines if (result := _read(line)) is not None)
                self._seen = (state.st_mtime_ns, state.st_size)
        except OSError:
            self._kept, self._seen = (), None
        return self._kept

    def add(self, result: Result) -> None:
        """Append a run; ResultsError if the file cannot be written."""
        line = json.dumps({"v": VERSION, **asdict(result)}) + "\n"
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle = open_handle(self.path, flags=os.O_RDWR | os.O_APPEND | os.O_CREAT, mode=0o644)
            with os.fdopen(handle, "r+b", buffering=0) as file:
                end = file.seek(0, os.SEEK_END)
                torn = end > 0 and os.pread(handle, 1, end - 1) != b"\n"  # a line that was cut off stays a line
                file.write((b"\n" if torn else b"") + line.encode())
        except OSError as error:
            raise ResultsError(f"can't save the result: {self.path}: {error.strerror}") from None

    def of(self, demo: str, job: str | None = None) -> tuple[Result, ...]:
        """The runs of one demo, newest first."""
        return tuple(
            result for result in reversed(self.all()) if result.demo == demo and job in (None, result.summary.job)
        )

    def points(self, job: str, cards: Sequence[DemoCard]) -> tuple[Point, ...]:
        """A point for each setting run on a job, in the order of the demos, defaults first.

        A seed that was run twice counts once, as last run. Runs of demos that no longer exist are left out.
        """
        by_setting: dict[Setting, dict[int, Result]] = {}
        for result in self.all():
            if result.summary.job == job:
                by_setting.setdefault(result.setting, {})[result.seed] = result
        rank = {card.name: place for place, card in enumerate(cards)}
        found = [
            point_of([*runs.values()], cards[rank[demo]]) for (demo, _), runs in by_setting.items() if demo in rank
        ]
        return tuple(sorted(found, key=lambda point: (rank[point.demo], point.turned != "", point.turned)))


def point_of(runs: Sequence[Result], card: DemoCard) -> Point:
    """The point of some runs of one setting, the last run last."""
    last = runs[-1]
    accuracies = [run.summary.after for run in runs]
    return Point(
        demo=card.name,
        title=card.title,
        job=last.summary.job,
        turned=turned(card, last.knobs),
        runs=len(runs),
        trainable=last.summary.trainable,
        accuracy=median(accuracies),
        lowest=min(accuracies),
        highest=max(accuracies),
        seconds=mean(run.summary.seconds for run in runs),
        kept_bytes=last.summary.kept_bytes,
    )


def turned(card: DemoCard, knobs: Mapping[str, KnobValue]) -> str:
    """The non-default knobs, such as `rank 8`, without the job, the seed and the device."""
    aside = ("job", "seed", "device")
    changed = [
        f"{knob.name} {shown(knob, knobs[knob.name])}"
        for knob in card.knobs
        if knob.name not in aside and knobs.get(knob.name, knob.default) != knob.default
    ]
    return ", ".join(changed)


def shown(knob: Knob, value: KnobValue) -> str:
    """A knob's value as text; a 0 that stands for the demo's own choice, as its help says, is `auto`."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value == 0 and "; 0 is the" in knob.help:
        return "auto"
    return f"{value:g}" if isinstance(value, float) else visible(str(value), newlines=False)


def _read(line: bytes) -> Result | None:
    if not line.strip():
        return None
    try:
        value: dict[str, Any] = json.loads(line)
        if value["v"] != VERSION:
            return None
        knobs = {_word(name): _knob(knob) for name, knob in value["knobs"].items()}
        return Result(
            demo=_word(value["demo"]),
            knobs=knobs,
            summary=read_summary(value["summary"]),
            when=_word(value.get("when", "")),
            curve=tuple((int(step), float(accuracy)) for step, accuracy in value.get("curve", ())),
            guesses=tuple(_word(guess) for guess in value.get("guesses", ())),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _word(value: Any) -> str:
    return visible(str(value), newlines=False)


def _knob(value: Any) -> KnobValue:
    if isinstance(value, bool | int | float):
        return value
    return _word(value)
