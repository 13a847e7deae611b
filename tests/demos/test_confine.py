"""What a demo's process gives up on every system; `tests/runs/process/test_own.py` tries what it may do on Linux."""

from __future__ import annotations

import json
import subprocess
import sys

from demos.confine import SECONDS
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
