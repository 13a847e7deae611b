"""What every run starts from and ends with: one base model, the same data, a checksum at both ends."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor

from demos.frame import Frame, KnobError, KnobValue, Summary
from demos.jobs import JOBS
from demos.toy import checkpoint
from demos.toy.data import Data, Split, data
from demos.toy.measure import Scores
from demos.toy.model import ToyLlama
from demos.toy.walker import Walker

MEASURED_ON: str = "test"
"""The split of the accuracy and the samples; a search for settings sets this to "validation" instead."""
THREADS = 1  # two gain nothing at this size


class Kept(NamedTuple):
    """What remains of a run when the training is over."""

    words: str
    content: bytes
    """The file that one would store: `checkpoint.serialise(...)` for tensors."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a run ended."""

    before: float
    """Held-out exact match at step 0."""
    after: float
    """Held-out exact match after the last step."""
    frame: Frame
    """The last moment, not shown yet."""
    scores: Scores | None = None
    """The method as it is now; None if it is the model alone."""
    put: Sequence[int] = ()
    """Symbols that it puts before a sentence."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that a run starts from."""

    job: str
    data: Data
    model: ToyLlama
    """The base model; frozen, and the method's to put modules into."""
    steps: int
    rate: float
    """Peak learning rate."""
    seed: int
    device: str
    base: Mapping[str, Tensor]
    """The base model's own tensors, wherever a method moves the modules that hold them."""
    checksum: str
    total: int
    """Numbers in the base model."""
    began: float = field(default_factory=time.perf_counter)

    @property
    def held_out(self) -> Split:
        """The sentences that the accuracy and the samples come from."""
        return self.data.validation if MEASURED_ON == "validation" else self.data.test

    def finish(
        self,
        outcome: Outcome,
        method: str,
        trainable: int,
        kept: Kept,
        steps: Iterable[str] = (),
        *,
        answer: str = "",
    ) -> Frame:
        """Make the last frame of a run: what it came to, and whether the base model is what it was.

        Args:
            outcome: where the training ended.
            method: its title.
            trainable: numbers that were trained.
            kept: what remains.
            steps: what was done after the training.
            answer: of the method's `ANSWERS`, the one that the run gives.
        """
        summary = Summary(
            method=method,
            job=self.job,
            before=outcome.before,
            after=outcome.after,
            trainable=trainable,
            total=self.total,
            kept=kept.words,
            kept_bytes=len(kept.content),
            seconds=time.perf_counter() - self.began,
            base_unchanged=checkpoint.digest(self.base) == self.checksum,
            base_checksum=self.checksum[:16],
            steps=tuple(steps),
            answer=answer,
        )
        walker = Walker(self.job, self.model, outcome.scores or self.model, outcome.put)
        return replace(outcome.frame, summary=summary, trained=walker)


def prepare(
    knobs: Mapping[str, KnobValue], rate: float | Mapping[str, float] = 0.0, steps: int | Mapping[str, int] = 0
) -> Setting:
    """Load the base model and draw the data that the shared knobs ask for.

    Args:
        knobs: with `job`, `seed`, `device`; methods that train also have `steps` and `learning_rate`, 0 for the
            method's own.
        rate: the method's own peak learning rate, one for all jobs or one a job.
        steps: the method's own number of steps, for all jobs or for those where it is not the job's.

    Raises:
        KnobError: if `device` is a GPU and there is none.
        CheckpointError: if the base model's weights cannot be used.
    """
    device, job, seed = str(knobs["device"]), str(knobs["job"]), int(knobs["seed"])
    if device == "cuda" and not torch.cuda.is_available():
        raise KnobError("device takes cpu here, not 'cuda': torch finds no GPU on this machine")
    torch.set_num_threads(THREADS)
    torch.manual_seed(seed)
    own = steps if isinstance(steps, int) else steps.get(job, 0)
    model = checkpoint.load().to(device)
    base = dict(model.state_dict())
    return Setting(
        job=job,
        data=Data(*(part.to(device) for part in data(job, seed))),
        model=model,
        steps=int(knobs.get("steps", 0)) or own or JOBS[job].steps,
        rate=float(knobs.get("learning_rate", 0.0)) or (rate if isinstance(rate, float) else rate[job]),
        seed=seed,
        device=device,
        base=base,
        checksum=checkpoint.digest(base),
        total=sum(tensor.numel() for tensor in base.values()),
    )
