"""What can be set besides a demo's own knobs: how many seeds it runs with, and what runs beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from demos.catalog import Catalog, DemoCard
from demos.frame import Knob, KnobValue
from studyapp.runs.process.frames import safe_card
from studyapp.runs.progress.run import DemoRun

NOTHING: Final = "nothing"
DEFAULTS: Final = "the defaults"
"""What a run is compared with while it runs, other than another method."""
_SHARED: Final = ("job", "seed", "device")
"""Knobs that a rival has from the run."""


class Rival(NamedTuple):
    """A run beside the one that is shown."""

    name: str
    """What its curve is called."""
    run: DemoRun


class RivalError(Exception):
    """The rival cannot run; the message says why."""


class Beside:
    """The seeds and the rival of one demo, as they are set."""

    def __init__(self, card: DemoCard, demos: Catalog) -> None:
        """Begin with one seed and no rival."""
        self._card, self._demos = card, demos
        self.seeds = 1
        self._against = NOTHING
        self.knobs: tuple[Knob, ...] = tuple(self._knobs())
        """Those of the two that the demo does not have itself."""

    def _knobs(self) -> Iterator[Knob]:
        own = {knob.name for knob in self._card.knobs}
        if "seed" in own and "seeds" not in own:
            words = "runs, each with the next seed; their curves become a band"
            yield Knob("seeds", 1, words, low=1, high=20, choices=(1, 3, 5, 10, 20))
        others = tuple(card.name for card in self._demos.demos if card.name != self._card.name and not card.own)
        if "against" not in own:
            words = "what runs beside it, on the same curves: a method, or this one at its defaults"
            yield Knob("against", NOTHING, words, choices=(NOTHING, DEFAULTS, *others))

    def values(self) -> dict[str, KnobValue]:
        """What is set."""
        return {"seeds": self.seeds, "against": self._against}

    def take(self, name: str, value: KnobValue) -> bool:
        """Set one of the two; whether it is one."""
        if name not in {knob.name for knob in self.knobs}:
            return False
        if name == "seeds":
            self.seeds = int(value)
        else:
            self._against = str(value)
        return True

    def runs(self, knobs: Mapping[str, KnobValue]) -> list[DemoRun]:
        """The runs to come, each with the next seed; KnobError if the demo has too few seeds."""
        if "seed" not in knobs:
            return [DemoRun(self._card.name, knobs)]
        seeds = range(int(knobs["seed"]), int(knobs["seed"]) + self.seeds)
        return [DemoRun(self._card.name, self._card.settle({**knobs, "seed": seed})) for seed in seeds]

    def rival(self, knobs: Mapping[str, KnobValue]) -> Rival | None:
        """What is to run beside a run with these knobs, if anything.

        Raises:
            RivalError: if it does not take the run's job.
        """
        if self._against == NOTHING:
            return None
        card = self._card if self._against == DEFAULTS else safe_card(self._demos.get(self._against))
        known = {knob.name for knob in card.knobs}
        try:
            settled = card.settle({name: knobs[name] for name in _SHARED if name in knobs and name in known})
        except ValueError:
            raise RivalError(f"{card.title} does not take this job") from None
        return Rival(DEFAULTS if card.name == self._card.name else card.title, DemoRun(card.name, settled))
