"""What the demos share: the same data, the same loop, the same measure, so that only the method differs.

A method is a function from symbols (B, T) to scores (B, T, V), and the tensors that may move:

    setting = prepare(knobs, rate=5e-3)         # base model, frozen; data; device; checksum
    ...                                         # put the method into setting.model
    outcome = yield from learn(setting, trained, scores, look)
    yield setting.finish(outcome, "LoRA", trainable, Kept("A and B", checkpoint.serialise(...)), steps=[...])
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple

import torch
from torch import Tensor
from torch.nn import functional as F

from demos.frame import Frame, KnobError, KnobValue, Picture, RunError, Sample, Summary
from demos.toy import checkpoint
from demos.toy.first_step import FirstStep
from demos.toy.model import ToyLlama
from demos.toy.optimise import AdamW, rate_at
from demos.toy.tasks import JOBS, Data, Job, Split, data, decode
from demos.toy.walker import Walker

BATCH = 64  # strings a step
FRAMES = 50  # a run, about: 10 to 20 a second
MOMENTS = 5  # frames from one measurement of the accuracy to the next
SHOWN = 8  # samples
MEASURED_ON: str = "test"
"""The split of the accuracy and the samples; a search for settings sets this to "validation" instead."""
THREADS = 1  # two gain nothing at this size

Scores = Callable[[Tensor], Tensor]
"""Symbols (B, T) to scores (B, T, V): at each place, for the symbol after it."""
Look = Callable[[], tuple[Mapping[str, float], Picture | None]]
"""The method's own numbers and its own picture, as they are now."""


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that a run starts from."""

    job: Job
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
        """The strings that the accuracy and the samples come from."""
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
            job=self.job.name,
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
        walker = Walker(self.job.name, self.model, outcome.scores or self.model, outcome.put)
        return replace(outcome.frame, summary=summary, trained=walker)


class DivergedError(RunError):
    """The loss is no longer a number; the message says at which step, and what to turn."""


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
    """Symbols that it puts before a string."""


def prepare(knobs: Mapping[str, KnobValue], rate: float | Mapping[str, float] = 0.0, steps: int = 0) -> Setting:
    """Load the base model and draw the data that the shared knobs ask for.

    Args:
        knobs: with `job`, `seed`, `device`; methods that train also have `steps` and `learning_rate`, 0 for the
            job's own.
        rate: the method's own peak learning rate, one for all jobs or one a job.
        steps: the method's own number of steps, where it is not the job's.

    Raises:
        KnobError: if `device` is a GPU and there is none.
        CheckpointError: if the base model's weights cannot be used.
    """
    device = str(knobs["device"])
    if device == "cuda" and not torch.cuda.is_available():
        raise KnobError("device takes cpu here, not 'cuda': torch finds no GPU on this machine")
    torch.set_num_threads(THREADS)
    torch.manual_seed(int(knobs["seed"]))
    job = JOBS[str(knobs["job"])]
    model = checkpoint.load().to(device)
    base = dict(model.state_dict())
    own = rate if isinstance(rate, float) else rate[job.name]
    drawn = data(job, int(knobs["seed"]))
    return Setting(
        job=job,
        data=Data(*(part.to(device) for part in drawn)),
        model=model,
        steps=int(knobs.get("steps", 0)) or steps or job.steps,
        rate=float(knobs.get("learning_rate", 0.0)) or own,
        seed=int(knobs["seed"]),
        device=device,
        base=base,
        checksum=checkpoint.digest(base),
        total=sum(tensor.numel() for tensor in base.values()),
    )


def forced(split: Split) -> Tensor:
    """Give the symbols whose scores are compared with the answers: prompts and all but the last answer, (N, 6+A)."""
    return torch.cat((split.prompts, split.answers[:, :-1]), dim=1)


def answer_scores(scores: Scores, split: Split) -> Tensor:
    """Score the answers' places: (N, A, V)."""
    return scores(forced(split))[:, split.prompts.shape[1] - 1 :]


def loss(scores: Scores, split: Split) -> Tensor:
    """Mean cross-entropy of the answers' symbols, in nats."""
    return F.cross_entropy(answer_scores(scores, split).flatten(0, 1), split.answers.flatten())


@torch.no_grad()
def exact_match(scores: Scores, split: Split) -> float:
    """Share of the strings whose greedy answer is right in every symbol, 0 to 1.

    One pass is enough: the greedy answer is the wanted one exactly if the wanted symbol has the highest score at
    every place after the wanted symbols before it.
    """
    right = (answer_scores(scores, split).argmax(-1) == split.answers).all(1)  # (N,)
    return int(right.sum()) / len(right)


@torch.no_grad()
def greedy(scores: Scores, prompts: Tensor, length: int) -> Tensor:
    """Answer with the best next symbol, one after the other: (N, T) to (N, length)."""
    tokens = prompts
    for _ in range(length):
        tokens = torch.cat((tokens, scores(tokens)[:, -1].argmax(-1, keepdim=True)), dim=1)
    return tokens[:, prompts.shape[1] :]


def samples(scores: Scores, split: Split, count: int = SHOWN) -> tuple[Sample, ...]:
    """Ask for the first strings of a split, and show what the model answers."""
    asked = Split(split.prompts[:count], split.answers[:count])
    got = greedy(scores, asked.prompts, asked.answers.shape[1])
    rows = zip(asked.prompts.tolist(), asked.answers.tolist(), got.tolist(), strict=True)
    return tuple(Sample(decode(prompt[1:]), decode(wanted), decode(answer)) for prompt, wanted, answer in rows)


def batches(setting: Setting, size: int = BATCH) -> Generator[Tensor]:
    """Draw which strings to learn from, row numbers (64,), without end: equal seeds draw alike for every method."""
    generator = torch.Generator().manual_seed(setting.seed)
    while True:
        order = torch.randperm(len(setting.data.train.prompts), generator=generator).to(setting.device)
        yield from torch.split(order[: len(order) - len(order) % size], size)


def learn(
    setting: Setting,
    trained: Mapping[str, Tensor],
    scores: Scores,
    look: Look = lambda: ({}, None),
    *,
    error: Callable[[Tensor], Tensor] | None = None,
    still: str = "",
) -> Generator[Frame, None, Outcome]:
    """Train, and show about fifty moments of it; step 0 is shown before anything has moved.

    The accuracy is that of the last measurement: at step 0, at every fifth moment, and at the end.

    Args:
        setting: what `prepare` gave.
        trained: the tensors that move, by name.
        scores: the method; the loss and the accuracy are read from its scores.
        look: the method's own numbers and picture.
        error: the loss of some rows of the training strings, where that can be had without `scores`.
        still: what stops the tensors that have no gradient in the first step.

    Raises:
        DivergedError: if the loss is no longer a number.
    """
    steps, train, held_out = setting.steps, setting.data.train, setting.held_out
    every = max(1, round(steps / FRAMES))
    optimiser, drawn = AdamW(trained.values()), batches(setting)
    error = error or (lambda rows: loss(scores, Split(train.prompts[rows], train.answers[rows])))
    rows = next(drawn)
    with torch.no_grad():
        recent = error(rows).item()
    before = accuracy = exact_match(scores, held_out)
    asked = samples(scores, held_out)

    def moment(step: int) -> Frame:
        numbers, picture = look()
        caption = "before the first step" if step == 0 else f"step {step} of {steps}"
        return Frame(step, steps, caption, {"loss": recent, "accuracy": accuracy, **numbers}, asked, picture)

    yield moment(0)
    first = FirstStep(setting.base, trained, still)
    for step in range(1, steps + 1):
        with first.forward():
            wrong = error(rows)
        if not torch.isfinite(wrong):
            remedy = f"choose a smaller learning rate than {setting.rate:g}"
            raise DivergedError(f"the loss is no longer a number at step {step} of {steps}: {remedy}")
        wrong.backward()  # type: ignore[no-untyped-call]  # torch has no annotation there
        first.backward(optimiser)
        optimiser.step(rate_at(step, steps, setting.rate))
        rows = next(drawn)
        if step % every and step != steps:
            continue
        recent = wrong.item()
        if step % (every * MOMENTS) == 0 or step == steps:
            accuracy = exact_match(scores, held_out)
            asked = samples(scores, held_out)
        if step != steps:
            yield first.told(moment(step))
    return Outcome(before, accuracy, first.told(moment(steps)), scores)
