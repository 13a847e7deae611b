"""Runs one after the other, with a rival beside the first."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping, Sequence

from demos.frame import Frame, KnobValue, Summary
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.progress.run import DemoRun
from studyapp.runs.progress.series import Series

SUMMARY = Summary("Counting", "", 0.0, 1.0, 0, 0, "nothing", 0, 0.0, True, "")


class Runner(DemoRunner):
    """Runs every demo in two frames, apart from those that fail or end early."""

    def __init__(self) -> None:
        super().__init__([])
        self.closed = 0

    def another(self) -> Runner:
        return Runner()

    async def run(self, name: str, knobs: Mapping[str, KnobValue]) -> AsyncGenerator[Frame, None]:
        yield Frame(0, 1, "", {"accuracy": 0.0})
        if name == "fails":
            raise DemoFailedError("stopped")
        if name != "ends early":
            yield Frame(1, 1, "", {"accuracy": 1.0}, summary=SUMMARY)

    async def close(self) -> None:
        self.closed += 1


class Seen:
    """Notes what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []

    def begins(self, run: DemoRun, done: Sequence[DemoRun]) -> None:
        self.told.append(f"{run.demo} after {len(done)}")

    def moved(self, before: Frame | None) -> None:
        self.told.append("first point" if before is None else "point")

    def rival_moved(self) -> None:
        self.told.append("rival")

    def ended(self, run: DemoRun, *, first: bool) -> None:
        self.told.append(f"{run.demo} over{', the first' * first}")

    def stands_still(self) -> None:
        self.told.append("still")


def runs(*names: str) -> list[DemoRun]:
    return [DemoRun(name, {}) for name in names]


async def test_runs_follow_each_other_and_the_first_is_told_from_the_rest() -> None:
    series, seen = Series(Runner(), DemoRun("a", {})), Seen()
    assert await series.go(runs("a", "b"), None, seen) == ""
    one, two = (["first point", "point", f"{name} over"] for name in "ab")
    assert seen.told == ["a after 0", *one[:2], "a over, the first", "b after 1", *two, "still"]
    assert (series.place, series.count, len(series.done), series.run.demo) == (1, 2, 2, "b")
    assert series.second is None


async def test_a_run_that_fails_or_ends_early_is_the_last_and_not_kept() -> None:
    for name, why in (("fails", "stopped"), ("ends early", "it ended early")):
        series, seen = Series(Runner(), DemoRun("a", {})), Seen()
        assert await series.go(runs("a", name, "never"), None, seen) == why
        assert seen.told[-3:] == [f"{name} after 1", "first point", "still"]
        assert [run.demo for run in series.done] == ["a"]


async def test_a_rival_runs_in_a_process_of_its_own_which_is_closed_with_the_series() -> None:
    series, seen = Series(Runner(), DemoRun("a", {})), Seen()
    await series.go(runs("a"), DemoRun("rival", {}), seen)
    assert seen.told.count("rival") == 2
    assert "rival over" in seen.told
    assert isinstance(series.second, Runner)
    await series.close()
    assert series.second.closed == 1
