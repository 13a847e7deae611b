from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.session import Screen
from tests.bench.sides import ROOT, Side, checkout, ratio, spend
from tests.bench.vault import Size, figures

BUSY = "import time\nwhile time.process_time() < 0.2: pass\n"


SMALLEST = [
    "fitting --cards 20",
    "latency --rounds 1 --keys 3 --methods hard_prompt",
    "log --grades 1000",
    "parse --notes 20 --rounds 1",
    "plan --cards 50 --kills 1",
    "render --rounds 1 --largest 1000",
    "session --notes 20 --cards 2 --rounds 1",
    "startup --notes 20 --rounds 1 --command-rounds 1",
    "vault --notes 20 --rounds 1 --before none",
    "write --grades 3",
]
"""Every script, with as little as it takes."""
ELSEWHERE = {"demos", "generate", "picture"}
"""Those that measure no time, and have tests of their own or draw pictures."""


def measured(name: str, **took: list[float]) -> Side:
    return Side(name, ROOT, dict(took))


def test_a_ratio_is_that_of_the_rounds_and_not_of_the_medians() -> None:
    before, after = measured("before", known=[10.0, 100.0, 40.0]), measured("after", known=[5.0, 10.0, 8.0])
    assert ratio(after, before, "known") == 0.2
    assert ratio(after, before, "cold") is None


def test_the_last_line_names_each_figure_whatever_was_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.bench.vault.SETTLED", 0)
    size = Size(tmp_path, 3, [measured("before"), measured("after")])
    size.sides[0].note(known=10.0)
    size.after.note(known=2.5, memory=50.0, one_note=4.0)
    found = figures([size])
    wanted = {"first_card_ratio", "known_ratio_10k", "known_ratio_50k", "one_note_ms"}
    assert found.keys() >= wanted | {"memory_mb_10k", "memory_mb_50k", "cold_ratio", "cold_search_ratio"}
    assert (found["known_ratio"], found["known_ratio_3"], found["known_ratio_10k"]) == (0.25, 0.25, None)
    assert (found["memory_mb"], found["one_note_ms"], found["cold_ratio"]) == (50.0, 4.0, None)


@pytest.mark.slow
def test_what_a_process_took_is_that_of_all_that_it_started(tmp_path: Path) -> None:
    """One that outlives its parent too."""
    started = f"import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', {BUSY!r}])\nprint('left')"
    spent = spend([sys.executable, "-c", started], tmp_path, {})
    assert spent.said == "left\n"
    assert spent.processor >= 0.2


def test_a_question_that_fails_ends_the_measuring(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="failed"):
        spend([sys.executable, "-c", "raise SystemExit(3)"], tmp_path, {})


@pytest.mark.slow
@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="there is no repository to take a commit from")
def test_a_commit_is_checked_out_beside_and_gone_afterwards() -> None:
    with checkout("HEAD") as folder:
        assert (folder / "studyapp" / "__init__.py").exists()
        assert folder != ROOT
    assert not folder.exists()


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="there is no repository to take a commit from")
def test_a_commit_that_is_not_there_is_named() -> None:
    with pytest.raises(RuntimeError, match="no commit nowhere"), checkout("nowhere"):
        pass


def test_the_table_counts_as_painted_from_its_last_change_on() -> None:
    screen = Screen(sys.executable, "-c", "pass", home="/nowhere")
    head, table, below = (f"\x1b[{line};1Hword".encode() for line in (2, 6, 20))
    assert screen._take([(1.0, head), (2.0, table), (3.0, below)]) == 2.0
    assert screen._take([(4.0, head), (5.0, table)]) == 4.0
    screen.leave()


@pytest.mark.slow
@pytest.mark.parametrize("words", SMALLEST)
def test_a_script_still_finds_on_the_screen_what_it_waits_for(words: str) -> None:
    command = [sys.executable, "-m", *f"tests.bench.{words}".split()]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "not all was measured" not in done.stdout
    assert json.loads(done.stdout.splitlines()[-1])


def test_every_script_that_measures_is_tried() -> None:
    scripts = {
        file.stem
        for file in (ROOT / "tests" / "bench").glob("*.py")
        if "def main(" in file.read_text(encoding="utf-8")
    }
    assert scripts - ELSEWHERE == {words.split()[0] for words in SMALLEST}
