"""What a demo's process gives up on every system; `tests/runs/process/test_own.py` tries what it may do on Linux."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from demos.confine import SECONDS
from tests.helpers.attacks import attacking
from tests.helpers.vaults import ROOT

CONFINED = """
import json, resource
from demos.confine import confine
confine()
limits = ("CPU", "FSIZE", "CORE", "NOFILE")
print(json.dumps({name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}")) for name in limits}))
"""


def test_time_files_and_handles_are_limited() -> None:
    command = [sys.executable, "-c", CONFINED]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    limits = {name: most for name, (_, most) in json.loads(done.stdout).items()}
    assert limits == {"CPU": SECONDS, "FSIZE": 0, "CORE": 0, "NOFILE": 256}


COMPILER = """
import ctypes.util
from demos.confine import confine
confine()
print(ctypes.util.find_library("of-nobody"))
"""


def test_a_library_is_looked_for_without_a_compiler_which_would_write_a_file(tmp_path: Path) -> None:
    """Torch for graphics cards looks for one as it is imported."""
    (tmp_path / "gcc").symlink_to(sys.executable)
    environment = {**os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    command = [sys.executable, "-c", COMPILER]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=True)
    assert done.stdout == b"None\n"


OPTIMISER = """
from demos.confine import confine
confine()
import torch
weight = torch.ones(2, requires_grad=True)
optimiser = torch.optim.Adam([weight])
weight.sum().backward()
optimiser.step()
print(bool((weight < 1).all()))
"""


@pytest.mark.slow
def test_the_optimisers_of_torch_work() -> None:
    pytest.importorskip("torch")
    done = subprocess.run([sys.executable, "-c", OPTIMISER], cwd=ROOT, capture_output=True, check=True)
    assert done.stdout == b"True\n"


OLDEST = """
import ctypes
load = ctypes.CDLL

class Oldest:
    def __init__(self, *given, **named):
        self.real = load(*given, **named)
        self.prctl = self.real.prctl

    def syscall(self, number, *given):
        return 1 if given == (None, 0, 1) else self.real.syscall(number, *given)

ctypes.CDLL = Oldest
from demos.confine import confine
confine()
ctypes.CDLL = load
"""
"""The first version of Landlock, which came with Linux 5.13, whatever this kernel has."""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux holds a process to that")
def test_the_oldest_linux_that_is_named_is_enough(tmp_path: Path) -> None:
    assert "Linux 5.13 or later it can read only Python" in " ".join((ROOT / "demos/README.md").read_text().split())
    log = tmp_path / "vault.jsonl"
    log.write_text("a grade\n")
    program = "\n".join([OLDEST, *attacking(log), "print(*done)"])
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True)
    assert done.stdout.split() == []
    assert log.read_text() == "a grade\n"
