"""Settings of all tests, however they were started."""

from __future__ import annotations

import gc
import os
import re
import shutil
import signal
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from tests.helpers.strategies import FULL

QUICK = 10
"""Examples of a property in the quick profile."""

settings.register_profile(
    "full", deadline=None, derandomize=True, database=None, max_examples=FULL, suppress_health_check=list(HealthCheck)
)
settings.register_profile("quick", settings.get_profile("full"), max_examples=QUICK)
settings.load_profile("quick")

LONGEST = 100
"""Characters of a value in a test's name: names go to each worker and back, and into the environment."""

SLOW = 1800
"""Seconds after which a slow test fails; the others have the limit in `pyproject.toml`."""

MOST_OPEN = 400
"""Open files of a worker after which garbage ones are closed; `select` takes no more than 1,024."""

MEMORY = Path("/dev/shm")
"""Where Linux keeps files in memory: what is synced there costs nothing."""

ROOM = 2**30
"""Bytes that must be free there; the quick set writes about a third of that."""

TESTS = Path(__file__).parent
REFERENCE = TESTS / "demos" / "reference"

# Each worker and each process that a test starts reads what the first of them has compiled.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False


def pytest_configure(config: pytest.Config) -> None:
    """Handle Ctrl-C again: a script's background job starts ignoring it, and so do its children."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if config.getoption("hypothesis_profile", None) in {None, "quick"}:
        _draw_no_constants()
    if "not slow" in config.option.markexpr:
        _write_into_memory()


def _draw_no_constants() -> None:
    """Keep Hypothesis from looking for constants to draw in the source of every module that is there.

    In a fresh clone that takes each worker three seconds. Ten examples hardly draw one of thousands, and which ones
    would depend on the modules that the tests before have imported. The full profile draws them.
    """
    providers = vars(import_module("hypothesis.internal.conjecture.providers"))
    providers["_get_local_constants"] = lambda: providers["_local_constants"]


def _write_into_memory() -> None:
    """Let the folders of tests be in memory if it has room; those of slow tests are on the disk, as notes are.

    Not where nothing there may run, as in a container: tests write programs.
    """
    with suppress(OSError):
        runs = not os.statvfs(MEMORY).f_flag & os.ST_NOEXEC
        if runs and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM:
            os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", os.fspath(MEMORY))


@pytest.fixture(autouse=True, scope="session")
def _home_of_no_user(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test sees, searches or changes what belongs to the person who runs it."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("XDG_")]:
            patch.delenv(name)
        patch.setenv("HOME", str(tmp_path_factory.mktemp("home")))
        yield


@pytest.fixture(autouse=True, scope="session")
def _no_wait_for_a_pipe() -> Iterator[None]:
    """Opening a pipe in a way that waits for its other end fails at once, not when the test's time is up."""
    open_, stat_ = os.open, os.stat

    def opened(path: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        if not flags & (os.O_NONBLOCK | os.O_RDWR):
            with suppress(OSError):
                assert not stat.S_ISFIFO(stat_(path, dir_fd=dir_fd).st_mode), f"{path!r} is a pipe: this would wait"
        return open_(path, flags, mode, dir_fd=dir_fd)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "open", opened)
        yield


_number = count(1)


@pytest.fixture
def tmp_path(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of the test's own; pytest's looks for a free number among the folders of all tests before."""
    name = re.sub(r"\W", "_", request.node.name)[:30]
    return tmp_path_factory.mktemp(f"{name}{next(_number)}", numbered=False)


@pytest.fixture
def no_worker(monkeypatch: pytest.MonkeyPatch) -> None:
    """No demo worker is kept ready: it would import torch."""
    monkeypatch.setattr("studyapp.runs.process.process.DemoRunner.prepare", lambda *_: None)


def pytest_collection(session: pytest.Session) -> None:
    """Let each worker compile a share of the tests, instead of all of them compiling everything at once."""
    gc.disable()  # nearly all that is made now stays
    worker: dict[str, str | int] | None = getattr(session.config, "workerinput", None)
    if worker is None or session.config.args != session.config.getini("testpaths"):
        return
    files = sorted(file for file in TESTS.rglob("test_*.py") if REFERENCE not in file.parents)
    for file in files[int(str(worker["workerid"]).removeprefix("gw")) :: int(worker["workercount"])]:
        with suppress(Exception, pytest.skip.Exception):  # it is imported again, and the error is reported then
            import_module(".".join(file.relative_to(TESTS.parent).with_suffix("").parts))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave out the demos' references where none is to run: each worker would import torch for them."""
    return True if collection_path == REFERENCE and "not reference" in config.option.markexpr else None


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name a long value by its beginning."""
    if isinstance(val, str | bytes) and len(val) > LONGEST:
        return f"{val[:LONGEST]!r} of {len(val)}"
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give slow tests more time."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ("slow", "reference")):
            item.add_marker(pytest.mark.timeout(SLOW))


def pytest_collection_finish() -> None:
    """Exempt from the garbage collector what stays to the end: the tests, and all that they import."""
    gc.freeze()
    gc.set_threshold(20_000, 50, 100)
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown() -> None:
    """Close the files of garbage objects: the app exempts what exists from collection, and garbage with it."""
    lowest_free = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest_free)
    if lowest_free > MOST_OPEN:
        gc.unfreeze()
        gc.collect()
        gc.freeze()


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Collect the last garbage once: pytest then does so five times, each a quarter of a second for each worker."""
    gc.collect()
    gc.freeze()


def pytest_xdist_auto_num_workers() -> int:
    """One more than the processors: a test with an app waits for some of its time."""
    return (os.cpu_count() or 1) + 1
