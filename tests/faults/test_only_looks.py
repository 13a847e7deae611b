"""Looking at a vault writes nothing into it: no file is opened for writing, and no time of a file changes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from studyapp.core.vault.scan.note_files import MANY
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Vault
from tests.bench.generate import write_vault
from tests.faults.inotify import Watch
from tests.faults.small_vault import NOTES, write_notes
from tests.helpers.apps import make_app, press, running
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW_TEXT, make_vault

pytestmark = [
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks Linux what happens to files"),
    pytest.mark.usefixtures("no_worker"),
]

COMMANDS = [
    ["due"],
    ["due", "--json"],
    ["cards"],
    ["search", "tag:x OR one"],
    ["stats"],
    ["doctor"],
    ["doctor", "--json"],
    ["notes"],
    ["settings"],
    ["restore"],
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = make_vault(tmp_path / "vault", {}, plugin={})
    write_notes(root)
    (root / "Broken.md").write_bytes(b"---\na: [\n---\n#flashcards\n\nx::y\n<!--SR:!oops-->\n\xff")
    return root


def times(root: Path) -> dict[str, tuple[int, int, int]]:
    """The times at which files were changed, and their sizes."""
    found = {path: path.lstat() for path in [root, *root.rglob("*")]}
    return {str(path): (status.st_mtime_ns, status.st_ctime_ns, status.st_size) for path, status in found.items()}


def test_what_would_be_seen_is_seen(root: Path) -> None:
    with Watch(root) as watch:
        with (root / "A.md").open("r+b"):
            pass
        (root / "B.md").touch()
        (root / "new.md").write_bytes(b"")
        (root / "folder" / "Größe.md").rename(root / "folder" / "other.md")
    changes = {path for path, _ in watch.changes}
    assert changes >= {"A.md", "B.md", "new.md", "folder/Größe.md", "folder/other.md"}


def test_a_scan_opens_notes_for_reading_only(root: Path, tmp_path: Path) -> None:
    before = times(root)
    with Watch(root) as watch:
        for _ in range(2):  # with a new index, and with one that has it all
            Vault(root, table=VaultTable(tmp_path / "index.sqlite")).scan()
    assert not watch.changes
    assert watch.opened >= {*NOTES, "Broken.md"}
    assert times(root) == before


@pytest.mark.slow
def test_a_scan_of_a_large_vault_with_processes_opens_notes_for_reading_only(tmp_path: Path) -> None:
    write_vault(tmp_path / "vault", MANY + 50, seed=1)
    with Watch(tmp_path / "vault") as watch:
        Vault(tmp_path / "vault").scan()
    assert not watch.changes


@tiered("words", COMMANDS, ids=" ".join, quick=2)
def test_a_command_that_looks_changes_nothing(root: Path, tmp_path: Path, words: list[str]) -> None:
    environ = {name: value for name, value in os.environ.items() if not name.startswith("XDG_")}
    environ |= {"HOME": str(tmp_path / "home")}
    command = [sys.executable, "-m", "studyapp", *words, "--vault", str(root), "--now", NOW_TEXT]
    before = times(root)
    with Watch(root) as watch:
        done = subprocess.run(
            command, env=environ, capture_output=True, text=True, stdin=subprocess.DEVNULL, check=False
        )
    assert done.returncode in (0, 1), done.stderr
    assert "usage:" not in done.stderr
    assert not watch.changes
    assert times(root) == before


async def test_opening_every_screen_and_leaving_without_a_grade_changes_nothing(root: Path, tmp_path: Path) -> None:
    before = times(root)
    app = make_app(tmp_path, {}, start="decks")
    with Watch(root) as watch:
        async with running(app) as pilot:
            for key in ("f", "b", "s", "n"):
                await press(pilot, key)
                await press(pilot, "escape")
            await press(pilot, "enter", "space", "s", "i", "escape", "q")
    assert not watch.changes
    assert times(root) == before
