"""The protocol between a demo and what shows it: builtins only, so that no side needs the other's libraries.

A demo module has these names at its top level, each a literal, so that `demos.catalog` can read them without
running the file (and so without importing torch):

    TITLE: str               "LoRA"
    METHOD: tuple[str, ...]  the headings, note titles and aliases that the demo belongs to
    IDEA: str                one line: what is trained, and why that may be enough
    PAPER: str               authors, year, title, link
    BLOCK: str               a drawing of the block, at most 60 columns by 12 lines; trained parts stand in ⟦ ⟧
    QUESTION: str            asked before the run, and answered by it
    KNOBS: tuple[Knob, ...]  written out with literal arguments; `*USUAL` (job, steps, seed …) comes first

It may have these, and a screen shows more of it then:

    COUNT    ((name, formula[, setting]), …)   what is trained, for `demos.arithmetic`: ("A and B", "2 · rank · d")
    ANSWERS  ("layer 1", …)                    what can be guessed; the summary names the one that the run gives
    NEXT     ((knob, value, question), …)      what to try after a run, at most three
    START    str                               why it starts where it starts, in a line
    TWICE    str                               what doubling something costs, where COUNT cannot say it

In a drawing `W[d × rank]` is a matrix of that shape, drawn in proportion, and `{rank}` a number. A line of a drawing
or of `START` that begins with `form=direct:` stands only for that setting.

And one function, `run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]`. The first frame has step 0 and is
yielded before any update; the last one carries the `Summary`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal, Protocol

KnobValue = int | float | str | bool


class RunError(Exception):
    """A demo cannot start or go on, through no fault of its knobs; the message says why and what to do."""


class KnobError(ValueError):
    """A knob that the demo does not have, or a value that it does not take; the message says what it takes."""


class WalkError(ValueError):
    """A string that cannot be sent through a model; the message says what can."""


@dataclass(frozen=True, slots=True)
class Knob:
    """One thing to turn before a run."""

    name: str
    default: KnobValue
    help: str
    low: float | None = None
    """Smallest value of a number, inclusive."""
    high: float | None = None
    """Largest value of a number, inclusive."""
    choices: tuple[KnobValue, ...] = ()
    """The values offered; for a text the only ones allowed, for a number the steps that a screen offers."""

    def value(self, given: object) -> KnobValue:
        """Turn what a user, a link or a command line gave into a value of this knob's type.

        Raises:
            KnobError: if it is of another type, out of range, or no choice.
        """
        kind = type(self.default)
        text = str(given).strip()
        if kind in (int, float) and (not text.isascii() or "_" in text):  # `int` reads the digits of every script
            raise KnobError(f"{self.name} takes {self.domain()}, in the digits 0 to 9, not {text[:40]!r}")
        try:
            if kind is bool:
                value: KnobValue = {"true": True, "1": True, "yes": True, "on": True,
                                    "false": False, "0": False, "no": False, "off": False}[text.lower()]  # fmt: skip
            elif kind is int:
                value = int(text)
            elif kind is float:
                value = float(text)
            else:
                value = text
        except (KeyError, ValueError):
            raise KnobError(f"{self.name} takes {self.domain()}, not {text[:40]!r}") from None
        if not isinstance(value, str) and not self._inside(value):
            raise KnobError(f"{self.name} takes {self.domain()}, not {text[:40]!r}")
        if kind is str and self.choices and value not in self.choices:
            raise KnobError(f"{self.name} takes {self.domain()}, not {text[:40]!r}")
        return value

    def _inside(self, value: float) -> bool:
        low = -math.inf if self.low is None else self.low
        high = math.inf if self.high is None else self.high
        return math.isfinite(value) and low <= value <= high

    def domain(self) -> str:
        """The values that the knob takes, in words."""
        if isinstance(self.default, bool):
            return "yes or no"
        if isinstance(self.default, str):
            return "one of " + ", ".join(map(str, self.choices)) if self.choices else "a word"
        kind = "a whole number" if isinstance(self.default, int) else "a number"
        ends = ("from", self.low), ("to", self.high)
        return " ".join((kind, *(f"{word} {end:g}" for word, end in ends if end is not None)))


USUAL = (
    Knob("job", "elicit", "what to adapt to", choices=("elicit", "compose", "teach", "classify")),
    Knob("steps", 0, "training steps; 0 is the method's own number", low=0, high=2000),
    Knob("seed", 0, "draws the data, the batches and the start", low=0, high=9999),
    Knob("learning_rate", 0.0, "peak learning rate; 0 is the method's own", low=0, high=1),
    Knob("device", "cpu", "where it runs", choices=("cpu", "cuda")),
)
"""What every training can be asked for; a demo writes `*USUAL` in its knobs."""


def settle(knobs: tuple[Knob, ...], given: Mapping[str, object]) -> dict[str, KnobValue]:
    """Every knob with its value: the one given, else the default.

    Raises:
        KnobError: for a name that is not a knob, or a value that the knob does not take.
    """
    known = {knob.name: knob for knob in knobs}
    for name in given:
        if name not in known:
            raise KnobError(f"there is no knob {str(name)[:40]!r}; there are {', '.join(known)}")
    return {knob.name: knob.value(given[knob.name]) if knob.name in given else knob.default for knob in knobs}


@dataclass(frozen=True, slots=True)
class Sample:
    """One held-out input, what the model should say, and what it says now."""

    given: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True)
class Picture:
    """The one picture that belongs to the method, as numbers with names."""

    kind: Literal["bars", "columns", "heat", "lines", "words"]
    title: str
    values: tuple[tuple[float, ...], ...] = ()
    """Rows of numbers: one row for bars; a row a group for columns, a series for lines; the cells of a heat map."""
    rows: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    """For `words`: lines of text, as they stand."""


@dataclass(frozen=True, slots=True)
class Gradient:
    """What the first step's gradient is for some tensors of one name."""

    name: str
    length: float
    why: str = ""
    """What stops it, where it is 0."""


@dataclass(frozen=True, slots=True)
class Memory:
    """What a training step holds, in bytes."""

    weights: int
    """The base model's and those that are trained beside it."""
    gradients: int
    states: int
    """What the optimiser remembers of each trained number."""
    activations: int
    """What the forward pass keeps for the backward pass."""

    @property
    def total(self) -> int:
        """All of it."""
        return self.weights + self.gradients + self.states + self.activations


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to."""

    method: str
    job: str
    before: float
    """Held-out exact match before the first step, 0 to 1."""
    after: float
    """Held-out exact match after the last step, 0 to 1."""
    trainable: int
    """Numbers that were trained."""
    total: int
    """Numbers in the base model."""
    kept: str
    """What is kept afterwards, in words."""
    kept_bytes: int
    seconds: float
    base_unchanged: bool
    """Whether the base model's weights have the checksum they had before."""
    base_checksum: str
    steps: tuple[str, ...] = ()
    """What is done after training, such as merging, one line each, with the number that shows it."""
    answer: str = ""
    """Which of the demo's `ANSWERS` the run gives; empty where it gives none."""


class Walkable(Protocol):
    """A model that strings can be sent through."""

    def walk(self, text: str, after: int = 0) -> dict[str, Any]:
        """Everything that happens to one string, after so many right symbols of its answer.

        Raises:
            WalkError: for a string that makes no sense here.
        """


@dataclass(frozen=True, slots=True)
class Frame:
    """One moment of a run; the last one has what was trained."""

    step: int
    total: int
    caption: str
    scalars: Mapping[str, float] = field(default_factory=dict)
    """Live numbers: `loss`, `accuracy` (held-out exact match, 0 to 1), and the method's own."""
    samples: tuple[Sample, ...] = ()
    picture: Picture | None = None
    summary: Summary | None = None
    gradients: tuple[Gradient, ...] = ()
    """Of the first step; sent once, after it."""
    memory: Memory | None = None
    """Measured in the first step; sent once, after it."""
    trained: Walkable | None = field(default=None, repr=False, compare=False)
    """What the run came to, for strings to be sent through; it stays in the process."""

    def as_json(self) -> dict[str, Any]:
        """Make the frame an object for one line of JSON.

        It always has step, total, caption and scalars; the rest only where there is some.
        """
        whole = asdict(replace(self, trained=None))
        always = ("step", "total", "caption", "scalars")
        return {key: value for key, value in whole.items() if key in always or value not in (None, ())}


class Demo(Protocol):
    """What runs of a demo's module; the rest is read without running it."""

    def run(self, knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
        """Run the demo; stopping is no longer asking for frames."""
        ...
