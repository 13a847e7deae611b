"""A process that fits: it reads one request, reports its stages, and answers, in lines of JSON."""

from __future__ import annotations

import json
import sys
from functools import partial

from msgspec import Struct, convert, to_builtins

from studyapp.study.fitting.fit import FEWEST, Fitting, Request, fit
from studyapp.study.stats.histories import predicted


class Told(Struct, frozen=True):
    """One line of the answer."""

    stage: str = ""
    """The current stage."""
    fit: Fitting | None = None
    """The result."""
    why_not: str = ""
    """Why there is no result."""


def told(line: bytes) -> Told:
    """Read one line."""
    return convert(json.loads(line), Told)


def main() -> int:
    """Fit what standard input asks for."""
    from studyapp.study.fitting.engine import fitted  # noqa: PLC0415 - loaded only in this process

    request = convert(json.loads(sys.stdin.buffer.read()), Request)
    do = partial(fitted, relearning_steps=request.relearning_steps)
    try:
        _say(Told(fit=fit(request, do, lambda stage: _say(Told(stage=stage)))))
    except ValueError:
        few = f"{predicted(request.cards):,}, and at least {FEWEST} are needed"
        _say(Told(why_not=f"there are too few reviews to fit anything: {few}"))
    return 0


def _say(one: Told) -> None:
    sys.stdout.write(f"{json.dumps(to_builtins(one))}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
