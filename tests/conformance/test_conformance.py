"""The product against everything that was recorded from the plugin, by the data set's own judge."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.tiers import tiered

ROOT = Path(__file__).parents[2]
JUDGE = ROOT.parent / "shared" / "conformance" / "judge.py"


@pytest.mark.skipif(not JUDGE.exists(), reason="the conformance data is not beside this checkout")
@tiered("kind", ["review", "parse", "sm2", "fsrs"])
def test_every_recorded_case_is_as_the_plugin_does_it_or_safer(kind: str) -> None:
    command = [sys.executable, str(JUDGE), "--kind", kind, "--show", "20", "--"]
    command += [sys.executable, "-m", "tests.conformance.adapter"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = re.fullmatch(r"\w+: \d+ agree, \d+ safer, 0 wrong of (\d+) .*", done.stdout.strip())
    assert counts is not None, done.stdout
    assert int(counts[1]) > 200
