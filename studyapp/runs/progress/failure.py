"""Whether a run learned nothing, and the likely reasons."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from demos.catalog import DemoCard
from demos.frame import KnobValue
from studyapp.runs.progress.run import DemoRun

_MORE: Final = 0.05
"""The least gain in accuracy that counts as learning."""
_FEW: Final = 60
"""Few steps for any job."""
_FELL: Final = 0.8
"""The final loss, as a share of the first, below which the loss has clearly fallen."""

_ROSE: Final = 1.5
_STAYED: Final = 0.3
"""The highest loss, and how far the loss went up and down, as shares of the first: batches differ too."""


def learned_nothing(run: DemoRun) -> bool:
    """Whether a run is over with answers no better than the base model's."""
    came = run.summary
    return came is not None and came.after < 0.5 and came.after - came.before < _MORE


def reasons(card: DemoCard, run: DemoRun) -> Iterator[str]:
    """Why a run may have learned nothing, the likeliest reason first: rate, length, seed, or the method itself."""
    losses = [value for _, value in run.curves.get("loss", ()) if math.isfinite(value)]
    knobs = run.knobs
    first, last = (losses[0], losses[-1]) if losses else (0.0, 0.0)
    fell = last < first * _FELL
    rate = float(knobs.get("learning_rate", 0) or 0)
    if rate and losses and not fell:
        yield f"the rate {rate:g} may be {_wrong(losses)}: 0 means the method's own"
    if _short(run, knobs):
        yield f"{run.last.total if run.last else 0} steps may be too few: 0 means as many as the job needs"
    elif fell and card.trained != 0:
        yield f"the loss fell from {first:.2f} to {last:.2f}, but whole answers need more: try more steps"
    if "seed" in knobs and card.trained:
        yield "another seed may start better: try a few"
    yield "the method may not teach this within the budget: compare it with others"


def _wrong(losses: Sequence[float]) -> str:
    """How a rate may be wrong: the loss rises with one too high, and stays with one too low."""
    first, most, least = losses[0], max(losses), min(losses)
    if most > first * _ROSE:
        return "too high"
    return "too low" if most - least < first * _STAYED else "too low or too high"


def _short(run: DemoRun, knobs: Mapping[str, KnobValue]) -> bool:
    return bool(knobs.get("steps")) and run.last is not None and run.last.total < _FEW
