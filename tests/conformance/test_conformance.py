"""The product against everything that was recorded from the plugin, by the data set's own judge."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JUDGE = ROOT.parent / "shared" / "conformance" / "judge.py"

DEVIATIONS = {
    "review-8e99273126": "two equal questions: the plugin writes both answers under the first; ours have one each",
    "review-a66e2b7db6": "the plugin deletes the surplus schedules of another question than the one answered",
}
"""Cases where the judge wants what the plugin does, and that is not what the person meant; why, for each."""


@pytest.mark.skipif(not JUDGE.exists(), reason="the conformance data is not beside this checkout")
@pytest.mark.parametrize(
    ("kind", "deviations"), [("parse", set()), ("sm2", set()), ("fsrs", set()), ("review", set(DEVIATIONS))]
)
def test_every_recorded_case_is_as_the_plugin_does_it_or_safer(kind: str, deviations: set[str]) -> None:
    command = [sys.executable, str(JUDGE), "--kind", kind, "--show", "20", "--"]
    command += [sys.executable, "-m", "tests.conformance.adapter"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", check=False)
    assert done.returncode in (0, 1), done.stderr
    *wrong, verdict = done.stdout.splitlines()
    assert {json.loads(line)["case"]["id"] for line in wrong} == deviations
    counts = re.match(r"\w+: \d+ agree, \d+ safer, (\d+) wrong of (\d+)", verdict)
    assert counts is not None, verdict
    assert int(counts[1]) == len(deviations)
    assert int(counts[2]) > 200
