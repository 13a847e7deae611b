"""Demos run in a process of their own, with a real worker and a demo that only counts."""

import asyncio
import contextlib
import importlib.util
import json
import math
import os
import signal
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

from demos.frame import Frame, KnobValue
from demos.needs import how_to_add_torch
from demos.worker import Server
from studyapp.runs.process.frames import DemoFailedError
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.process.worker import Worker, _parse
from tests.helpers.tiers import tiered
from tests.helpers.trust import AllTrusted
from tests.runs.conftest import DEMOS

COUNT = (DEMOS / "count.py").read_text()


async def frames(runner: DemoRunner, name: str = "count", **knobs: KnobValue) -> list[Frame]:
    return [frame async for frame in runner.run(name, knobs)]


def gone(pid: int) -> bool:
    """Whether a process has ended; one that only waits to be reaped has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):  # it ended before, or between opening and reading
        return True


async def until(holds: Callable[[], bool], look_again: float = 0.01) -> None:
    while not holds():  # noqa: ASYNC110 - no event tells of what is waited for here
        await asyncio.sleep(look_again)


async def until_gone(pid: int) -> None:
    async with asyncio.timeout(60):
        await until(lambda: gone(pid))


async def until_ready(runner: DemoRunner) -> bool:
    """Wait until the ready worker has done its imports; False if there is none or it died."""
    if runner._standing is None:
        return False
    worker = await asyncio.shield(runner._standing)
    await worker._warm.wait()
    return worker.alive


async def test_a_run_yields_every_frame_from_step_0_to_the_summary(runner: DemoRunner) -> None:
    seen = await frames(runner, steps=3)
    assert [frame.step for frame in seen] == [0, 1, 2, 3]
    assert seen[0].scalars["accuracy"] == 0
    assert seen[-1].summary is not None
    assert seen[-1].summary.kept == "a number"
    assert seen[-1].picture is not None
    assert seen[-1].picture.values == ((1.0, 0.5),)


async def test_text_of_a_demo_cannot_act_on_the_terminal(runner: DemoRunner) -> None:
    assert (await frames(runner, steps=3))[0].samples[0].got == "a␛]0;b"


async def test_a_finished_worker_serves_the_next_run(runner: DemoRunner) -> None:
    await frames(runner, steps=1)
    assert runner.ready
    assert len(await frames(runner, steps=2)) == 3


async def test_what_a_demo_prints_does_not_disturb_its_frames(runner: DemoRunner) -> None:
    assert len(await frames(runner, end="print", steps=3)) == 4


async def test_a_loss_that_became_infinite_arrives_as_a_gap(runner: DemoRunner) -> None:
    assert math.isnan((await frames(runner, end="strange", steps=3))[0].scalars["loss"])


@tiered(
    "end, says",
    [
        ("raise", "RuntimeError: five fingers only"),
        ("memory", "ran out of memory"),
        ("kill", "SIGKILL, perhaps because memory ran out"),
        ("crash", "SIGSEGV: about to fall"),
    ],
)
async def test_each_failure_is_reported_and_the_next_run_works(runner: DemoRunner, end: str, says: str) -> None:
    with pytest.raises(DemoFailedError, match=says):
        await frames(runner, end=end)
    assert len(await frames(runner, steps=1)) == 2


@tiered(
    "name, knobs, says",
    [
        ("cuont", {}, r"there is no demo 'cuont' \(did you mean count"),
        ("count", {"stepps": 3}, "there is no knob 'stepps'"),
        ("count", {"steps": 0}, "steps takes a whole number from 1 to 1e[+]06"),
    ],
)
async def test_an_unknown_demo_or_knob_is_reported(
    runner: DemoRunner, name: str, knobs: dict[str, KnobValue], says: str
) -> None:
    await frames(runner, steps=1)  # a process that is there already need not import torch to look for the demo
    with pytest.raises(DemoFailedError, match=says):
        await frames(runner, name, **knobs)


def test_a_path_is_not_the_name_of_a_demo() -> None:
    (answer,) = Server().answer('{"demo": "../demos/count"}')
    assert answer["error"].startswith("there is no demo '../demos/count'")


async def test_no_module_of_the_folder_that_one_happens_to_be_in_is_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("demos/__init__.py", "studyapp/__init__.py", "json.py", "torch.py", "ctypes.py", "sitecustomize.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"open({str(tmp_path / 'ran')!r}, 'a').write(__name__)\nraise SystemExit\n")
    monkeypatch.chdir(tmp_path)
    runner = DemoRunner([DEMOS], AllTrusted())
    try:
        assert len(await frames(runner, steps=3)) == 4
    finally:
        await runner.close()
    assert not (tmp_path / "ran").exists()


async def test_while_a_demo_runs_another_is_refused_and_the_first_continues(runner: DemoRunner) -> None:
    async with contextlib.aclosing(runner.run("count", {"steps": 3})) as run:
        seen = [await anext(run)]
        assert runner.busy
        with pytest.raises(DemoFailedError, match="running already"):
            await frames(runner)
        assert runner.busy
        seen += [frame async for frame in run]
    assert [frame.step for frame in seen] == [0, 1, 2, 3]
    assert not runner.busy


async def test_while_a_demo_waits_for_its_process_another_is_refused(runner: DemoRunner) -> None:
    first = asyncio.create_task(frames(runner, steps=3))
    await asyncio.sleep(0)  # it has begun, and its process has not
    assert runner.busy
    with pytest.raises(DemoFailedError, match="running already"):
        await frames(runner)
    assert len(await first) == 4


async def test_what_a_demo_says_in_failing_cannot_act_on_the_terminal(tmp_path: Path) -> None:
    text = (DEMOS / "count.py").read_text()
    (tmp_path / "count.py").write_text(
        text.replace("five fingers only", "five\\x1b]0;x\\n\\x07fingers").replace("about to", "\\x1b[2Jabout\\x07 to")
    )
    runner = DemoRunner([tmp_path], AllTrusted())
    try:
        for end in ("raise", "crash"):
            with pytest.raises(DemoFailedError) as failed:
                await frames(runner, end=end)
            assert str(failed.value).isprintable()
            assert "␛" in str(failed.value)
    finally:
        await runner.close()


@pytest.mark.parametrize(
    ("code", "complaints", "says"),
    [
        (3, [], "ended unexpectedly (exit code 3)"),
        (3, ["a\n", "b \n", " \n"], "ended unexpectedly (exit code 3): b"),
        (1, ["\x1b[31mred\x07\n"], "ended unexpectedly (exit code 1): ␛[31mred␇"),
        (1, ["x" * 1000], f"ended unexpectedly (exit code 1): {'x' * 200}"),
        (-9, ["\x1bx"], "was ended by SIGKILL, perhaps because memory ran out: ␛x"),
        (-11, [], "was ended by SIGSEGV"),
        (-999, [], "ended unexpectedly (exit code -999)"),
    ],
)
def test_how_a_process_ended_is_said_in_one_line(
    code: int, complaints: list[str], says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = object.__new__(Worker)
    worker.killed, worker._complaints = False, deque(complaints)
    monkeypatch.setattr(worker, "_process", SimpleNamespace(returncode=code), raising=False)
    assert worker.epitaph() == f"the demo's process {says}"
    worker.killed = True
    assert worker.epitaph() == "stopped"


@pytest.mark.parametrize("line", [b"", b"x", b"[]", b"3", b'"a"', b"{", b"\xff", b"null"])
def test_a_line_that_is_not_a_message_is_an_error(line: bytes) -> None:
    assert "invalid" in _parse(line)["error"]
    assert _parse(b'{"done": true}') == {"done": True}
    assert "invalid" in _parse(b"[" * 100_000)["error"]


async def test_a_process_that_does_not_start_is_reported_and_the_next_run_works(
    runner: DemoRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object, **__: object) -> None:
        raise OSError(12, "Cannot allocate memory")

    with monkeypatch.context() as patch:
        patch.setattr(asyncio, "create_subprocess_exec", refuse)
        with pytest.raises(DemoFailedError, match="failed to start: Cannot allocate memory"):
            await frames(runner)
        assert not runner.busy
    assert len(await frames(runner, steps=1)) == 2


async def test_after_a_wrong_knob_the_same_process_serves_the_next_run(runner: DemoRunner) -> None:
    await frames(runner, steps=1)
    assert runner._standing is not None
    pid = runner._standing.result().pid
    with pytest.raises(DemoFailedError, match="there is no knob"):
        await frames(runner, stepps=1)
    assert runner.ready
    assert runner._standing.result().pid == pid


async def test_a_stop_without_a_run_does_not_stop_the_next_one(runner: DemoRunner) -> None:
    await runner.stop()
    assert len(await frames(runner, steps=1)) == 2


async def test_a_process_that_nobody_needs_any_more_is_ended(runner: DemoRunner) -> None:
    runner.prepare("count")
    assert await until_ready(runner)
    assert runner._standing is not None
    pid = runner._standing.result().pid
    await runner.release()
    assert gone(pid)
    assert not runner.ready
    assert not await until_ready(runner)


async def test_stopping_kills_the_process_and_the_run_ends(runner: DemoRunner) -> None:
    run = runner.run("count", {"steps": 1000, "pause": 0.01})
    await anext(run)
    assert runner._running is not None
    pid = runner._running.pid
    await runner.stop()
    assert gone(pid)
    with pytest.raises(DemoFailedError, match="stopped"):
        [frame async for frame in run]
    assert not runner.busy


async def test_leaving_the_loop_early_kills_the_process(runner: DemoRunner) -> None:
    async with contextlib.aclosing(runner.run("count", {"steps": 1000, "pause": 0.01})) as run:
        await anext(run)
        assert runner._running is not None
        pid = runner._running.pid
    assert gone(pid)
    assert not runner.busy


async def test_cancelling_the_task_that_watches_kills_the_process(runner: DemoRunner) -> None:
    started = asyncio.get_running_loop().create_future()

    async def watch() -> None:
        async for _ in runner.run("count", {"steps": 100000, "pause": 0.01}):
            if not started.done():
                started.set_result(runner._running)

    task = asyncio.create_task(watch())
    pid = (await started).pid
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await until_gone(pid)


async def test_one_worker_stands_ready_and_is_gone_after_closing() -> None:
    runner = DemoRunner([DEMOS], AllTrusted())
    runner.prepare("count")
    runner.prepare("count")
    assert await until_ready(runner)
    assert runner.ready
    assert runner._standing is not None
    pid = runner._standing.result().pid
    await runner.close()
    assert gone(pid)


async def test_a_standing_worker_that_was_killed_is_replaced(runner: DemoRunner) -> None:
    runner.prepare("count")
    await until_ready(runner)
    assert runner._standing is not None
    os.kill(runner._standing.result().pid, signal.SIGKILL)
    await until_gone(runner._standing.result().pid)
    assert len(await frames(runner, steps=1)) == 2


async def test_without_torch_one_line_says_how_to_add_it(runner: DemoRunner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert how_to_add_torch() is not None
    runner.prepare("count")
    assert not await until_ready(runner)
    with pytest.raises(DemoFailedError, match="add it with: studyapp demo --setup"):
        await frames(runner)


APP = """
import asyncio, sys
from pathlib import Path
from studyapp.runs.process.process import DemoRunner
from tests.helpers.trust import AllTrusted

async def main():
    runner = DemoRunner([Path(sys.argv[1])], AllTrusted())
    async for frame in runner.run("count", {"steps": 1000000, "pause": 0.01}):
        print(runner._running.pid, flush=True)

asyncio.run(main())
"""


def test_killing_the_app_leaves_no_worker() -> None:
    with subprocess.Popen([sys.executable, "-c", APP, DEMOS], stdout=subprocess.PIPE) as app:
        assert app.stdout is not None
        pid = int(app.stdout.readline())
        assert not gone(pid)
        app.kill()
    asyncio.run(until_gone(pid))


def test_a_worker_ends_in_the_middle_of_a_run_when_its_input_ends() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "demos.worker", "--confined"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        assert json.loads(worker.stdout.readline())["ready"] is True
        request = {"demo": "count", "source": COUNT, "knobs": {"steps": 1_000_000, "pause": 0.01}}
        worker.stdin.write(json.dumps(request).encode() + b"\n")
        worker.stdin.flush()
        assert json.loads(worker.stdout.readline())["step"] == 0
        worker.stdin.close()
        assert worker.wait(60) == 0


@pytest.mark.parametrize("line", ["{", "[]", "3", '{"demo": "lora", "knobs": [1]}', '{"demo": 3}', "{}"])
def test_a_strange_request_is_answered_and_the_next_one_served(line: str) -> None:
    server = Server(confined=True)
    assert "error" in next(server.answer(line))
    request = {"demo": "count", "source": COUNT, "knobs": {"steps": 1}}
    assert list(server.answer(json.dumps(request)))[-1] == {"done": True}


def test_only_built_in_demos_are_tried_before_anyone_asks_for_them() -> None:
    tried: list[str] = []

    def module(name: str) -> ModuleType:
        def run(_: object) -> Iterator[None]:
            tried.append(name)
            yield

        made = ModuleType(name)
        vars(made)["run"] = run
        return made

    worker = Server()
    worker._modules = {name: module(name) for name in ("lora", "count")}
    for name in ("lora", "count", "nothing"):
        worker.warm_up(name)
    assert tried == ["lora"]


async def test_a_run_that_waits_for_its_process_is_stopped_too(runner: DemoRunner) -> None:
    async def stop() -> None:
        await until(lambda: runner.busy, 0)
        await runner.stop()

    stopping = asyncio.create_task(stop())
    with pytest.raises(DemoFailedError, match="stopped"):
        await frames(runner, steps=1_000_000, pause=0.01)
    await stopping
    assert not runner.busy
    assert len(await frames(runner)) == 7
