"""Runs a fit in a separate process, which ends when its result is no longer wanted."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Generator, Iterator
from contextlib import suppress
from typing import Final

from msgspec import Struct, to_builtins

from studyapp.core.disk.installer import how_to_add
from studyapp.core.disk.programs import start_own
from studyapp.core.errors import StudyError
from studyapp.study.fitting.decide import Outset, Prospect
from studyapp.study.fitting.decide_worker import simulated
from studyapp.study.fitting.fit import Fitting, Request
from studyapp.study.fitting.worker import told

HOW_TO_ADD: Final = f"add it with: {how_to_add('fsrs-rs-python>=0.9.3,<0.10')}"


class FitError(StudyError):
    """The fit failed; nothing was changed."""

    title = "Optimiser"


def missing() -> str | None:
    """How to add what a fit needs, in one line, or None if it is installed; it is not imported."""
    if importlib.util.find_spec("fsrs_rs_python") is None:
        return f"fitting parameters needs fsrs-rs-python; {HOW_TO_ADD}"
    return None


def run(request: Request) -> Generator[str | Fitting]:
    """Fit in another process; yields each stage, and finally the result.

    Closing the iterator ends the process.

    Raises:
        FitError: if there is too little to fit, the library is not there, or the process failed.
    """
    if (how := missing()) is not None:
        raise FitError(how)
    for line in _lines("studyapp.study.fitting.worker", request):
        said = told(line)
        if said.why_not:
            raise FitError(said.why_not)
        if said.fit is not None:
            yield said.fit
            return
        yield said.stage
    raise FitError("the process that fits the parameters ended early; try again")


def run_decision(asked: Outset) -> Generator[tuple[int, int] | list[Prospect]]:
    """Simulate in another process: yields the number of finished runs and the total, and finally the result.

    Closing the iterator ends the process.

    Raises:
        FitError: if the process failed.
    """
    for line in _lines("studyapp.study.fitting.decide_worker", asked):
        said = simulated(line)
        if said.found is not None:
            yield said.found
            return
        yield said.done, said.of
    raise FitError("the process that simulates ended early; try again")


def _lines(module: str, asked: Struct) -> Iterator[bytes]:
    """The lines that a module answers; the process ends with the iterator."""
    process = start_own(module, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(to_builtins(asked)).encode())
            process.stdin.close()
        yield from process.stdout
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
