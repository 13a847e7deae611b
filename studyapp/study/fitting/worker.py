"""A process that fits or simulates: it reads one request, reports its stages, and answers, in lines of JSON."""

from __future__ import annotations

import json
import sys
from functools import partial
from typing import Any

from msgspec import convert, to_builtins

from studyapp.study.fitting.decide import Outset, Prospect, decide
from studyapp.study.fitting.fit import FEWEST, Fitting, Request, TellStage, fit_history
from studyapp.study.stats.histories import predicted


def main() -> int:
    """Do the job that the first argument names; each line says a `stage`, what was `found` or `why_not`."""
    do = {"fit": _fit, "decide": _decide}[sys.argv[1]]
    try:
        found = do(json.loads(sys.stdin.buffer.read()), lambda stage: _say(stage=stage))
    except ValueError as error:
        _say(why_not=str(error))
    else:
        _say(found=to_builtins(found))
    return 0


def _fit(given: Any, tell: TellStage) -> Fitting:
    from studyapp.study.fitting.engine import fitted  # noqa: PLC0415 - loaded only where something is fitted

    request = convert(given, Request)
    try:
        return fit_history(request, partial(fitted, relearning_steps=request.relearning_steps), tell)
    except ValueError:
        few = f"{predicted(request.cards):,}, and at least {FEWEST} are needed"
        raise ValueError(f"there are too few reviews to fit anything: {few}") from None


def _decide(given: Any, tell: TellStage) -> list[Prospect]:
    return decide(convert(given, Outset), lambda done, of: tell(f"simulating {done} of {of}"))


def _say(**line: object) -> None:
    sys.stdout.write(f"{json.dumps(line)}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
