from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import gc, sys
import studyapp.__main__
from studyapp.cli import due, main as cli
before = gc.isenabled()
seen = []
due.due = lambda options: seen.append(gc.isenabled()) or 0
cli.main(["due"])
print(before, *seen)
"""


def test_the_collector_waits_for_the_start_and_continues_with_the_command() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]
