"""What all demo tests share: one thread, and little data."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import TYPE_CHECKING

import pytest

from demos.frame import Frame

if TYPE_CHECKING:
    from demos.toy.data import Split

FramesOf = Callable[..., list[Frame]]


@pytest.fixture(autouse=True)
def one_thread() -> None:
    """Tests run beside each other; torch is left alone where a test does without it."""
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


@pytest.fixture
def little_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """128 sentences to learn from and 40 held out, so that a run of few steps takes a fraction of a second."""
    from demos.toy import setting  # only the tests that ask for it need torch
    from demos.toy.data import data as whole

    monkeypatch.setattr(setting, "data", lambda job, seed: whole(job, seed, train=128, held_out=40))


@pytest.fixture
def few_examples(monkeypatch: pytest.MonkeyPatch) -> None:
    """As many in a prompt as are reported, before few questions."""
    from demos import in_context  # only the tests that ask for it need torch

    monkeypatch.setattr(in_context, "LONGEST", 3)
    monkeypatch.setattr(in_context, "COMPARED", 37)


def few(count: int = 20, job: str = "elicit") -> Split:
    """Some questions of a job with their answers."""
    from demos.toy.data import data

    return data(job, 5, train=1, held_out=count).test


@pytest.fixture
def frames_of(little_data: None) -> FramesOf:
    """Run a demo's `run` to its end, three steps long unless told otherwise."""

    def frames(run: Callable[..., Iterator[Frame]], **knobs: object) -> list[Frame]:
        return list(run({"steps": 3, **knobs}))

    return frames


@cache
def _run_once(run: Callable[..., Iterator[Frame]], knobs: tuple[tuple[str, object], ...]) -> list[Frame]:
    return list(run({"steps": 3, **dict(knobs)}))


@pytest.fixture
def shared_frames(little_data: None) -> FramesOf:
    """The frames of the same run, made once for all tests that only look at it."""

    def frames(run: Callable[..., Iterator[Frame]], **knobs: object) -> list[Frame]:
        return _run_once(run, tuple(sorted(knobs.items())))

    return frames
