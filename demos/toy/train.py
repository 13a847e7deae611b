"""The training loop of every method that takes steps, so that only the method differs from one demo to the next.

    setting = prepare(knobs, RATES)                               # the base model, frozen, and the data
    ...                                                           # the method puts its own numbers into the model
    outcome = yield from learn(setting, trained, scores, look)    # this file
    yield setting.finish(outcome, TITLE, count, kept, after)      # the last frame, with what the run came to

A step takes 32 sentences, asks how surprised the method is by the right answers (the loss), lets torch work out how
that would change with each trained number (the gradients), and moves each number a little against its gradient. What
`first` does is look at the first of these steps, for the screen: it changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping

import torch
from torch import Tensor

from demos.frame import Frame, Picture, RunError
from demos.toy.first_step import FirstStep
from demos.toy.measure import Scores, exact_match, loss, samples
from demos.toy.optimise import AdamW, rate_at
from demos.toy.setting import Kept, Outcome, Setting, prepare

__all__ = ["Kept", "learn", "prepare"]  # what a demo that trains needs

BATCH = 32  # sentences a step
FRAMES = 50  # a run, about: 10 to 20 a second
MOMENTS = 5  # frames from one measurement of the accuracy to the next

Look = Callable[[], tuple[Mapping[str, float], Picture | None]]
"""The method's own numbers and its own picture, as they are now."""


class DivergedError(RunError):
    """The loss is no longer a number; the message says at which step, and what to turn."""


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
        error: the loss of some rows of the training sentences, where that can be had without `scores`.
        still: what stops the tensors that have no gradient in the first step.

    Raises:
        DivergedError: if the loss is no longer a number.
    """
    steps, train, held_out = setting.steps, setting.data.train, setting.held_out
    every = max(1, round(steps / FRAMES))
    optimiser, drawn = AdamW(trained.values()), batches(setting)
    error = error or (lambda rows: loss(scores, train.rows(rows)))
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
            wrong = error(rows)  # how far the answers are from the right ones
        if not torch.isfinite(wrong):
            remedy = f"choose a smaller learning rate than {setting.rate:g}"
            raise DivergedError(f"the loss is no longer a number at step {step} of {steps}: {remedy}")
        wrong.backward()
        first.backward(optimiser)
        optimiser.step(rate_at(step, steps, setting.rate))  # moves the numbers, forgets the gradients
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


def batches(setting: Setting) -> Generator[Tensor]:
    """Draw which sentences to learn from, row numbers (32,), without end: equal seeds draw alike for every method."""
    generator = torch.Generator().manual_seed(setting.seed)
    while True:
        order = torch.randperm(len(setting.data.train.tokens), generator=generator).to(setting.device)
        yield from torch.split(order[: len(order) - len(order) % BATCH], BATCH)
