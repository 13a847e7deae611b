"""Walks as a worker tells them: checked before they are shown."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest

from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.process.walk import read_walk
from tests.helpers.rows import each_row


def side() -> dict[str, Any]:
    """A model of one layer and two heads that reads three symbols, behind a prefix of one key."""
    row = [0.1, 0.2, 0.3, 0.4]
    return {
        "places": ["<b>", "a", ">"],
        "put": [False, False, False],
        "stream": [[[0.0, 1.0]] * 3, [[1.0, 1.0]] * 3, [[1.0, 3.0]] * 3],
        "attention": [[[row] * 3, [row[::-1]] * 3]],
        "keys": ["P1", "<b>", "a", ">"],
        "beside": [[[[0.5, 0.5]] * 3, [[1.0, 0.0]] * 3]],
        "gates": [[0.5, -0.5]],
        "changes": [[], [["q", [2.0] * 3, [1.0] * 3]], [], [["output layer", [4.0], [1.0]]]],
        "likely": [[0.9, 0.1]] * 3,
        "says": ["a"],
    }


def walk() -> dict[str, Any]:
    return {"given": ["a"], "wanted": ["b"], "candidates": ["a", "b"], "base": side(), "trained": side()}


def test_a_walk_answers_what_a_screen_asks() -> None:
    told = read_walk(walk()).trained
    assert told is not None
    assert told.before == 1
    assert told.trained_keys() == (True, False, False, False)
    assert told.shares(0, 1)[0] == (0.4, 0.3, 0.2, 0.1)
    assert told.shares(0, None)[0] == pytest.approx((0.25,) * 4)
    assert told.shares_beside(0, 1)[0] == (0.5, 0.0)
    assert told.added(0, 0) == (0.0, 1.0)
    assert told.added(2, 0) == (0.0, 2.0)
    assert told.changes[1][0].share(2) == 0.5
    assert told.changes[3][0].share(2) == 0.25


SPOILT: list[Callable[[dict[str, Any]], object]] = [
    lambda told: told.pop("base"),
    lambda told: told.update(wanted=[]),
    lambda told: told.update(candidates="ab"),
    lambda told: told["trained"].update(keys=["a"]),
    lambda told: told["trained"].update(put=[]),
    lambda told: told["trained"]["stream"].pop(),
    lambda told: told["trained"]["stream"][0].pop(),
    lambda told: told["trained"]["stream"][1][0].append(1.0),
    lambda told: told["trained"].update(attention=[]),
    lambda told: told["trained"]["attention"][0][0][0].pop(),
    lambda told: told["trained"].update(gates=[[]]),
    lambda told: told["trained"]["changes"][1][0][2].pop(),
    lambda told: told["trained"]["likely"][0].append(1.0),
    lambda told: told["trained"]["likely"].__setitem__(0, [float("nan"), 0.0]),
    lambda told: told["trained"]["likely"].__setitem__(0, [None, 0.0]),
    lambda told: told["base"].update(places=[]),
    lambda told: told["base"].update(stream={}),
]


@each_row("spoil", SPOILT)
def test_parts_that_do_not_fit_together_are_not_a_walk(spoil: Callable[[dict[str, Any]], object]) -> None:
    told = copy.deepcopy(walk())
    spoil(told)
    with pytest.raises(DemoFailedError, match="invalid walk"):
        read_walk(told)


def test_names_cannot_act_on_the_terminal() -> None:
    told = walk()
    told["candidates"] = ["\x1b[2J", "b"]
    assert read_walk(told).candidates[0] == "␛[2J"


@pytest.mark.slow
async def test_a_run_is_walked_through_until_another_one_follows() -> None:
    runner = DemoRunner([])
    ran = ("lora", {"steps": 1, "rank": 1})
    try:
        alone = await runner.walk("", "elicit", None)
        assert alone.trained is None
        with pytest.raises(DemoFailedError, match="is gone"):
            await runner.walk("", "elicit", ran)
        _ = [frame async for frame in runner.run(*ran)]
        first = await runner.walk("", "elicit", ran)
        assert first.trained is not None
        assert first.base == alone.base
        with pytest.raises(DemoFailedError, match="such as"):
            await runner.walk("nonsense", "elicit", ran)
        _ = [frame async for frame in runner.run("lora", {"steps": 1, "rank": 2})]
        with pytest.raises(DemoFailedError, match="is gone"):
            await runner.walk("", "elicit", ran)
    finally:
        await runner.close()
