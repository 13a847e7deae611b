"""One file of results: what the gallery, the comparison, pictures and tables show comes from it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.screen import Screen

from demos.catalog import Catalog, catalog
from demos.figures import tradeoff
from demos.jobs import JOBS
from demos.shipped import PATH, Shipped, shipped
from studyapp.core.plural import fraction
from studyapp.runs.images.figure import trade_off
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.known_points import shipped_points
from studyapp.runs.results.results import Results
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.gallery import DemosScreen
from tests.bench import demos as bench
from tests.helpers.apps import until
from tests.helpers.demos import WIDE, Around, Make


def gallery(runner: DemoRunner, results: Results, _: Catalog) -> Screen[None]:
    return DemosScreen(runner, results)


def comparison(runner: DemoRunner, results: Results, _: Catalog) -> Screen[None]:
    return CompareScreen(runner, results, job="teach")


def words(picture: bytes) -> list[str]:
    """The texts of a picture, in their order."""
    return re.findall(r">([^<>]+)</text>", picture.decode())


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shipped]:
    """A copy of the results in which LoRA reaches .67 at what it is to be taught."""
    table = json.loads(PATH.read_text("utf-8"))
    table["jobs"]["teach"]["lora"]["median"] = 0.67
    (tmp_path / "results.json").write_text(json.dumps(table))
    copy = shipped(tmp_path / "results.json")
    monkeypatch.setattr("studyapp.runs.results.known_points.shipped", lambda _path: copy)
    yield copy
    shipped.cache_clear()


@pytest.mark.slow
@pytest.mark.parametrize("make", [gallery, comparison])
async def test_a_number_that_changes_in_the_file_changes_on_the_screens(
    tmp_path: Path, changed: Shipped, make: Make
) -> None:
    app = Around(make, tmp_path)
    async with app.run_test(size=WIDE) as pilot:
        await until(pilot, lambda: ".67" in app.shown())


def test_it_changes_in_the_picture_the_figure_and_the_table_too(changed: Shipped) -> None:
    points = {"teach": shipped_points("teach", catalog().demos)}
    assert "0.67" in words(trade_off(points))
    assert {spot.name: spot.y for spot in tradeoff.spots(changed.jobs["teach"], "trained")}["lora"] == 0.67
    before, after = (list(bench.report(table.jobs)) for table in (shipped(), changed))
    assert [".67 (" in row for row in after] == ["| LoRA |" in row for row in after]
    assert [one for one, other in zip(before, after, strict=True) if one != other] == [
        row for row in before if "| LoRA |" in row
    ]


@pytest.mark.parametrize("job", JOBS)
def test_a_saved_picture_has_the_numbers_of_the_results(job: str) -> None:
    points = shipped_points(job, catalog().demos)
    told = words(trade_off({job: points}))
    for card in catalog().demos:
        own, at = shipped().jobs[job][card.name], len(told) - told[::-1].index(card.title) - 1
        assert told[at + 1 : at + 5] == [fraction(own.median), f"{own.trained:,}", f"{own.seconds:.1f}", "20"]
