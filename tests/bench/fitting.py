"""How well parameters are fitted to a learner whose true ones are known, and how long that takes.

`python -m tests.bench.fitting [--cards N]`: a simulated year, fitted; the loss of the default, the fitted and the
true parameters on its last fifth, which the fit has not seen; then two years with the fitted ones, in which as much
should be recalled as was asked for.
"""

from __future__ import annotations

import argparse
import json
from time import perf_counter

from studyapp.core.schedule.fsrs import WEIGHTS, FsrsParameters
from studyapp.study.fitting.engine import fitted
from studyapp.study.fitting.fit import HELD_OUT
from studyapp.study.fitting.measure import measure, predict
from studyapp.study.stats.histories import CardHistory, before_day, split_day
from tests.helpers.learner import LASTING, TRUE, histories_of

_DAYS = 365
_LEARNERS = {"loses sooner": TRUE, "keeps longer": LASTING}
"""Than the default parameters say."""
_SEEDS = (1, 2)


def recalled(cards: tuple[CardHistory, ...], since: int) -> float:
    """The share of reviews that were passed, from that review of each card on: its first intervals are short."""
    passed = [
        answer.grade != "again"
        for one in cards
        for number, answer in enumerate(one.answers)
        if answer.elapsed and number >= since
    ]
    return sum(passed) / len(passed)


def year(cards: int, seed: int, true: tuple[float, ...], meant: float = 0.9) -> dict[str, float]:
    """One learner."""
    history = histories_of(cards, days=_DAYS, seed=seed, true=true)
    day = split_day(history, HELD_OUT)
    begun = perf_counter()
    earlier = fitted(before_day(history, day), 0)
    seconds = perf_counter() - begun
    losses = {
        name: measure(predict(history, weights, day)).log_loss
        for name, weights in (("default", WEIGHTS), ("fitted", earlier), ("true", true))
    }
    own = FsrsParameters(meant, weights=fitted(history, 0), learning_steps=(), relearning_steps=())
    plain = FsrsParameters(meant, learning_steps=(), relearning_steps=())
    seen = {
        name: recalled(histories_of(cards, days=2 * _DAYS, seed=seed + 100, true=true, parameters=one), 2)
        for name, one in (("default", plain), ("fitted", own))
    }
    return {
        "reviews": sum(answer.elapsed > 0 for one in before_day(history, day) for answer in one.answers),
        "seconds": seconds,
        **{f"loss_{name}": loss for name, loss in losses.items()},
        "retention_default": seen["default"],
        "retention_fitted": seen["fitted"],
        "retention_error": abs(seen["fitted"] - meant),
    }


def main() -> None:
    """Print a table, and a line of JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=1000)
    cards = parser.parse_args().cards
    found = [(learner, year(cards, seed, true)) for learner, true in _LEARNERS.items() for seed in _SEEDS]
    rows = [row for _, row in found]
    names = list(rows[0])
    print("  ".join(["learner".ljust(12), *(name.rjust(max(9, len(name))) for name in names)]))
    for learner, row in found:
        print("  ".join([learner.ljust(12), *(f"{row[name]:.4g}".rjust(max(9, len(name))) for name in names)]))
    means = {name: sum(row[name] for row in rows) / len(rows) for name in names}
    told = ("reviews", "seconds", "loss_default", "loss_fitted", "loss_true", "retention_error")
    print(json.dumps({name: round(means[name], 5) for name in told}))


if __name__ == "__main__":
    main()
