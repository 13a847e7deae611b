"""Reschedules many cards at once: the preview, the change, its undo, and what kills in between leave.

    python -m tests.bench.plan [--cards 10000] [--kills 5]

The cards have a history, as memory is worked out from it. Beside it, on the same bytes, what a program does that
promises less: each note read and written in place. Then the change is made by a process that is killed at random
moments and resumed. The last line is JSON.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import perf_counter, process_time

from studyapp.core.locations import Locations
from studyapp.core.schedule.entries import comment_text
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.groups import begin_group, carry_out, turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from tests.helpers.learner import START, log_lines
from tests.helpers.vaults import locations_of, open_vault

_IN_NOTE = 8
"""Cards of a note."""
_DAYS = 90
_NOW = START.replace(month=4)
_MEANT = 0.85
"""The retention that the cards get, in place of 0.9."""


def write_vault(root: Path, cards: int) -> None:
    """A vault whose cards have been learned for three months, with the log of that."""
    (root / ".obsidian").mkdir(parents=True)
    fronts = [[f"Question {note} {n}" for n in range(_IN_NOTE)] for note in range(-(-cards // _IN_NOTE))]

    def write(entries: dict[str, str]) -> None:
        number = 0
        for note, asked in enumerate(fronts):
            blocks = ["#flashcards/fr"]
            for front in asked:
                comment = f"\n{comment_text([entries[str(number)]])}" if entries else ""
                blocks.append(f"{front}::an answer of a few words{comment}")
                number += 1
            (root / f"n{note:05}.md").write_text("\n\n".join(blocks) + "\n\nSome prose.\n")

    write({})
    ids = [str(row.id) for row in open_vault(root).rows()]
    lines = [*log_lines(ids, days=_DAYS)]
    log = root / ".studyapp/reviews/desk-0123abcd.jsonl"
    log.parent.mkdir(parents=True)
    log.write_text("\n".join(lines) + "\n")
    last = {one["card"]: one["after"] for one in map(json.loads, lines) if one["kind"] == "grade"}
    write({str(number): last[card] for number, card in enumerate(ids)})
    (root / VAULT_FILE).write_text(f'algorithm = "FSRS"\nfsrs_desired_retention = {_MEANT}\n')


def bytes_of(root: Path) -> dict[str, bytes]:
    """Every note."""
    return {path.name: path.read_bytes() for path in root.glob("*.md")}


def measure(root: Path, locations: Locations) -> dict[str, float]:
    """Seconds of preview, change and undo, and of plain writes."""
    desk = Workspace.open(root, locations, lambda: _NOW)
    desk.vault.scan()
    before, took = bytes_of(root), dict[str, float]()
    [*desk.history.since(_NOW)]  # what a start asks of the log
    begun, spent = perf_counter(), process_time()
    found = plan(desk, PlanOrder(PlanKind.RESCHEDULE), desk.vault.rows())
    took |= {"cards": found.cards, "preview_s": perf_counter() - begun, "preview_cpu_s": process_time() - spent}
    told: list[int] = []
    begun = perf_counter()
    begin_group(desk, found.group)
    carry_out(desk, found.group, lambda done, _of: told.append(done))
    took |= {"apply_s": perf_counter() - begun, "told": len(told)}
    after = bytes_of(root)
    begun = perf_counter()
    turn_whole(desk, found.group.id, back=True)
    took["undo_s"] = perf_counter() - begun
    assert bytes_of(root) == before != after
    begun = perf_counter()
    for name, raw in before.items():
        (root / name).read_bytes()
        with (root / name).open("wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
    took["plain_s"] = perf_counter() - begun
    return took


def killed(root: Path, environ: dict[str, str], kills: int, seconds: float) -> int:
    """Make the change in processes that are killed; how many were. Every note is the old or the new one each time."""

    def start(*words: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "studyapp", *words, "--vault", str(root), "--now", _NOW.isoformat()]
        null = subprocess.DEVNULL
        return subprocess.Popen(command, env=environ, stdin=null, stdout=null, stderr=null)

    def run(*words: str) -> bool:
        with start(*words) as process:
            return process.wait() == 0

    before, dice, number = bytes_of(root), random.Random(1), 0
    assert run("plan", "reschedule", "--yes")
    after = bytes_of(root)
    while number < kills:
        assert run("undo")
        assert bytes_of(root) == before
        words: tuple[str, ...] = ("plan", "reschedule", "--yes")
        while number < kills:
            with start(*words) as process:
                try:
                    process.wait(dice.uniform(0.1, 0.5 + seconds))
                except subprocess.TimeoutExpired:
                    process.kill()
                    number += 1
                else:
                    break
            there = bytes_of(root)
            assert all(there[name] in (raw, after[name]) for name, raw in before.items())
            words = words if there == before else ("plan", "resume")
        if not run("plan", "resume") and bytes_of(root) == before:
            assert run("plan", "reschedule", "--yes")
        assert bytes_of(root) == after
    assert run("undo")
    assert bytes_of(root) == before
    return number


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure."""
    parser = argparse.ArgumentParser(description="Measure a change of many schedules.")
    parser.add_argument("--cards", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=5)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as made:
        root, home = Path(made) / "vault", Path(made) / "home"
        write_vault(root, asked.cards)
        environ = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")} | {"HOME": str(home)}
        took = measure(root, locations_of(environ))
        number = killed(root, environ, asked.kills, took["apply_s"]) if asked.kills else 0
    print(f"{'what':40}{'seconds':>9}{'beside plain writes':>22}")
    for name in ("preview_s", "apply_s", "undo_s", "plain_s"):
        print(f"{name.removesuffix('_s'):40}{took[name]:9.2f}{took[name] / took['plain_s']:20.1f} ×")
    print(f"\n{json.dumps({**{name: round(one, 3) for name, one in took.items()}, 'kills': number})}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
