"""A fit runs in a process of its own, which ends when it is no longer wanted."""

from __future__ import annotations

import subprocess
from typing import Any

import pytest

from studyapp.core.disk.programs import start_own
from studyapp.core.schedule.fsrs import WEIGHTS
from studyapp.study.fitting.fit import Fitting, Request
from studyapp.study.fitting.run import FitError, how_to_add_fsrs, run_fit
from tests.helpers.learner import histories_of


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[subprocess.Popen[bytes]]:
    begun: list[subprocess.Popen[bytes]] = []

    def start(*words: str, **options: Any) -> subprocess.Popen[bytes]:
        begun.append(start_own(*words, **options))
        return begun[-1]

    monkeypatch.setattr("studyapp.study.fitting.run.start_own", start)
    return begun


def test_it_tells_what_it_does_and_then_what_came_of_it(started: list[subprocess.Popen[bytes]]) -> None:
    *stages, found = run_fit(Request(histories_of(60), WEIGHTS))
    assert stages == ["fitting to the earlier reviews", "measuring on the later reviews", "fitting to all reviews"]
    assert isinstance(found, Fitting)
    assert len(found.parameters) == len(WEIGHTS)
    assert started[0].returncode is not None


def test_who_does_not_wait_for_it_ends_its_process(started: list[subprocess.Popen[bytes]]) -> None:
    going = run_fit(Request(histories_of(60), WEIGHTS))
    next(going)
    going.close()
    assert started[0].returncode is not None


def test_too_few_reviews_are_an_error_to_see() -> None:
    with pytest.raises(FitError, match="too few reviews to fit anything: 0, and at least 400"):
        [*run_fit(Request((), WEIGHTS))]


def test_a_process_that_dies_is_an_error_to_see(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(*_words: str, **options: Any) -> subprocess.Popen[bytes]:
        return start_own("studyapp.no_such_module", **options)

    monkeypatch.setattr("studyapp.study.fitting.run.start_own", start)
    with pytest.raises(FitError, match="ended early"):
        [*run_fit(Request(histories_of(5), WEIGHTS))]


def test_without_the_library_it_is_said_how_to_add_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)
    assert "pip install 'fsrs-rs-python" in str(how_to_add_fsrs())
    with pytest.raises(FitError, match="fsrs-rs-python"):
        [*run_fit(Request((), WEIGHTS))]
