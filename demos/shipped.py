"""What runs of the demos came to over many seeds: what the README's table, the note's figure and the app show.

`python -m tests.bench.demos --seeds 20 --write` makes the file again. It needs no torch to read.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path

PATH = Path(__file__).parent / "figures" / "results.json"


@dataclass(frozen=True, slots=True)
class Figures:
    """What a method came to on a job, with its default knobs and one seed after the other."""

    before: float
    """Held-out exact match before the first step, 0 to 1; the median, as the others that are no extremes."""
    median: float
    worst: float
    best: float
    failures: int
    """Runs that ended more than a tenth below the median."""
    trained: int
    kept_bytes: int
    seconds: float
    """Processor time of one core."""
    seeds: int


@dataclass(frozen=True, slots=True)
class Shipped:
    """The whole file."""

    machine: str
    """On which machine and with which torch the seconds were measured."""
    jobs: Mapping[str, Mapping[str, Figures]]
    """By job, then by the name of the demo."""

    def text(self) -> str:
        """Write the file, a line a method, so that two versions can be compared."""
        lines = [f'{{"machine": {json.dumps(self.machine)}, "jobs": {{']
        for number, (job, methods) in enumerate(self.jobs.items()):
            rows = [f'  "{name}": {json.dumps(asdict(own))}' for name, own in methods.items()]
            lines.append(f'"{job}": {{\n' + ",\n".join(rows) + "\n}" + "," * (number < len(self.jobs) - 1))
        return "\n".join((*lines, "}}", ""))

    def digest(self) -> str:
        """What tells these results from others, so that a picture can say what it was drawn from."""
        return sha256(self.text().encode()).hexdigest()


@functools.cache
def shipped(path: Path = PATH) -> Shipped:
    """Read the file."""
    raw = json.loads(path.read_text("utf-8"))
    jobs = {job: {name: Figures(**own) for name, own in methods.items()} for job, methods in raw["jobs"].items()}
    return Shipped(raw["machine"], jobs)
