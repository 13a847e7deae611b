"""A method of a person's own, (IA)³, held to what is expected of those that come with the program."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from demos.catalog import HERE, load
from demos.toy import checkpoint
from studyapp.runs.process.process import DemoRunner
from tests.data.own_demos import ia3
from tests.helpers.trust import AllTrusted

OWN = Path(ia3.__file__).parent


def test_it_is_read_without_being_run_and_found_by_its_names() -> None:
    catalog = load(HERE, OWN)
    assert [card.name for card in catalog.find_all(["IA3", "## (IA)³"])] == ["ia3"]
    assert catalog.get("ia3").own
    assert not catalog.broken


def test_it_starts_as_exactly_the_base_and_trains_what_its_formula_says() -> None:
    base, model = checkpoint.load(), checkpoint.load()
    scaled = ia3.insert(model, inside=True)
    tokens = torch.arange(6)[None]
    assert torch.equal(model(tokens), base(tokens))
    count = sum(module.scale.numel() for module in scaled.values())
    assert count == 3 * (64 + 64 + 176)


@pytest.mark.slow
async def test_it_runs_in_the_worker_and_leaves_the_base_as_it_was() -> None:
    runner = DemoRunner([OWN], AllTrusted())
    try:
        seen = [frame async for frame in runner.run("ia3", {"steps": 3})]
    finally:
        await runner.close()
    came = seen[-1].summary
    assert came is not None
    assert came.trainable == 912
    assert came.base_unchanged


@pytest.mark.slow
async def test_it_learns() -> None:
    runner = DemoRunner([OWN], AllTrusted())
    try:
        seen = [frame async for frame in runner.run("ia3", {})]
    finally:
        await runner.close()
    assert seen[-1].scalars["accuracy"] > 0.9
