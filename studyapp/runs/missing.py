"""The jobs on which demos can be compared, and the runs that a comparison still lacks."""

from __future__ import annotations

from collections.abc import Sequence

from demos.catalog import DemoCard
from demos.frame import KnobValue
from studyapp.runs.results import Results, setting_of


def jobs_of(cards: Sequence[DemoCard]) -> list[str]:
    """The jobs on which demos can be compared, in order: those that at least two of them take."""
    found = [str(job) for card in cards for knob in card.knobs if knob.name == "job" for job in knob.choices]
    return [job for job in dict.fromkeys(found) if found.count(job) > 1]


def missing_runs(
    cards: Sequence[DemoCard], jobs: Sequence[str], seeds: range, results: Results
) -> list[tuple[DemoCard, dict[str, KnobValue]]]:
    """The demos, with their default knobs, without a saved result for a job and a seed."""
    kept = {(result.setting, result.seed) for result in results.all()}
    wanted = []
    for job in jobs:
        for card in cards:
            takes = next((knob.choices for knob in card.knobs if knob.name == "job"), ())
            for seed in seeds if job in takes else ():
                seeded = {"seed": seed} if any(knob.name == "seed" for knob in card.knobs) else {}
                knobs = card.settle({"job": job, **seeded})
                if (setting_of(card.name, knobs), seed) not in kept:
                    wanted.append((card, knobs))
    return wanted
