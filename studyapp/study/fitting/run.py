"""Runs a fit or a simulation in a separate process, which ends when its result is no longer wanted."""

from __future__ import annotations

import importlib.util
import json
import subprocess
from collections.abc import Generator
from contextlib import suppress
from typing import Final, TypeVar

from msgspec import Struct, convert, to_builtins

from studyapp.core.disk.installer import how_to_add
from studyapp.core.disk.programs import start_own
from studyapp.core.errors import StudyError
from studyapp.study.fitting.decide import Outset, Prospect
from studyapp.study.fitting.fit import Fitting, Request

T = TypeVar("T")
HOW_TO_ADD: Final = f"add it with: {how_to_add('fsrs-rs-python>=0.9.3,<0.10')}"


class FitError(StudyError):
    """The fit failed; nothing was changed."""


def how_to_add_fsrs() -> str | None:
    """How to add what a fit needs, in a line; None if it is there. It is not imported."""
    if importlib.util.find_spec("fsrs_rs_python") is None:
        return f"fitting parameters needs fsrs-rs-python; {HOW_TO_ADD}"
    return None


def run_fit(request: Request) -> Generator[str | Fitting]:
    """Fit in another process; yields each stage, and finally the result.

    Closing the iterator ends the process.

    Raises:
        FitError: if there is too little to fit, the library is not there, or the process failed.
    """
    if (how := how_to_add_fsrs()) is not None:
        raise FitError(how)
    yield from _answers("fit", request, Fitting)


def run_decision(asked: Outset) -> Generator[str | list[Prospect]]:
    """Simulate in another process; see `run_fit`."""
    return _answers("decide", asked, list[Prospect])


def _answers(job: str, asked: Struct, answer: type[T]) -> Generator[str | T]:
    """What the worker says; its process ends with the iterator."""
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    process = start_own("studyapp.study.fitting.worker", job, **streams)
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        with suppress(BrokenPipeError):
            process.stdin.write(json.dumps(to_builtins(asked)).encode())
            process.stdin.close()
        for line in process.stdout:
            said = json.loads(line)
            if "why_not" in said:
                raise FitError(said["why_not"])
            if "found" in said:
                yield convert(said["found"], answer)
                return
            yield said["stage"]
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
    raise FitError("the process that works this out ended early; try again")
