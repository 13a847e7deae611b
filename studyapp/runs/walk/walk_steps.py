"""The steps of a walk through one forward pass: their names, their shapes, and where trained parts act."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, NamedTuple

from demos.shape import TOY
from studyapp.runs.process.walk import DemoWalk, Pass

_KINDS: Final = {"attention": "att", "MLP": "mlp"}


class WalkStep(NamedTuple):
    """One step from the symbols to the answer."""

    kind: str
    """`tokens`, `embeddings`, `attention`, `MLP`, `logits` or `answer`."""
    layer: int = 0
    stage: int = 0
    """The stage of the stream after it, see `demos.toy.walker`."""

    @property
    def name(self) -> str:
        """Its name."""
        return f"layer {self.layer + 1} {self.kind}" if self.kind in _KINDS else self.kind

    @property
    def short(self) -> str:
        """Its name where there is little room."""
        return f"{self.layer + 1} {_KINDS[self.kind]}" if self.kind in _KINDS else self.kind.replace("dings", "")


def steps_of(walk: DemoWalk) -> tuple[WalkStep, ...]:
    """All steps, in order."""
    layers = range(walk.base.layers)
    halves = [
        WalkStep(kind, layer, 1 + 2 * layer + half)
        for layer in layers
        for half, kind in enumerate(("attention", "MLP"))
    ]
    last = walk.stages - 1
    return (
        WalkStep("tokens"),
        WalkStep("embeddings"),
        *halves,
        WalkStep("logits", 0, last),
        WalkStep("answer", 0, last),
    )


@dataclass(frozen=True, slots=True)
class View:
    """What a walk looks at."""

    walk: DemoWalk
    step: WalkStep
    title: str
    """The method's name in a sentence."""
    back: int = 0
    """How many symbols before the last one."""
    head: int | None = None
    """One head of the attention; None for their mean."""

    def place(self, seen: Pass) -> int:
        """The position of the symbol in a model, counted from the first; a method may add some before it."""
        return max(0, len(seen.places) - 1 - self.back)

    @property
    def symbol(self) -> str:
        """The symbol looked at."""
        seen = self.walk.trained or self.walk.base
        return seen.places[self.place(seen)]

    def share(self, seen: Pass) -> float | None:
        """How much of the symbol's attention goes to what the method added; None where that does not apply."""
        if self.step.kind != "attention" or not any(seen.trained_keys()):
            return None
        row = seen.shares(self.step.layer, self.head)[self.place(seen)]
        return sum(share for share, brought in zip(row, seen.trained_keys(), strict=True) if brought)


def shape_of(step: WalkStep, seen: Pass) -> str:
    """The shape of a step's numbers or keys."""
    places, width = len(seen.places), len(seen.stream[0][0])
    beside = len(seen.beside[step.layer][0][0]) if seen.beside[step.layer] else 0
    extra = seen.before or beside
    match step.kind:
        case "tokens":
            return f"{places}"
        case "embeddings":
            return f"{places} × {width}"
        case "attention":
            return f"{extra}+{places} keys" if extra else f"{places} keys"
        case "MLP":
            return f"{places} × {TOY.hidden}"
        case "logits":
            return f"{TOY.vocabulary}"
        case _:
            return seen.says[0] if seen.says else ""


def acts(step: WalkStep, seen: Pass | None) -> bool:
    """Whether trained parts act in a step."""
    if seen is None:
        return False
    match step.kind:
        case "tokens" | "embeddings":
            return any(seen.put) or (step.kind == "embeddings" and bool(seen.changes[0]))
        case "attention":
            return bool(seen.changes[step.stage]) or seen.before > 0 or bool(seen.beside[step.layer])
        case "MLP":
            return bool(seen.changes[step.stage])
        case "logits":
            return bool(seen.changes[-1])
        case _:
            return False
