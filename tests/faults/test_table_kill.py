"""A vault's table is whole wherever its filling is killed, and whatever another program writes into it."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studyapp.core.disk.cache import SEAL
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Vault
from studyapp.study.search.parse import parse_query
from studyapp.study.search.table import SearchIndex
from tests.bench.generate import notes, write_vault

pytestmark = pytest.mark.slow

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
READING = """
import sys
from pathlib import Path
from studyapp.core.vault.scan import note_files, scan
from studyapp.core.vault.table import filling, grams
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Vault

def telling(name):
    work = getattr(VaultTable, name)
    def told(self, *given, **more):
        print("a turn", flush=True)
        return work(self, *given, **more)
    return told

VaultTable.put, VaultTable._change = telling("put"), telling("_change")
scan.TOGETHER, scan.MANY, note_files.TOGETHER, grams._A_TURN, filling._A_TURN = 16, 50, 8, 100, 8
opened = Vault(Path(sys.argv[1]), table=VaultTable(Path(sys.argv[2])))
while True:
    opened.scan()
    opened.table.make_grams(lambda: True)
    opened.table.fill()
    if len(sys.argv) < 4:
        break
"""


@contextmanager
def reading(vault: Path, path: Path, *more: str) -> Iterator[subprocess.Popen[str]]:
    """A program that reads a vault, reports each turn, and is killed in the end."""
    command = [sys.executable, "-c", READING, str(vault), str(path), *more]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        yield process
        process.kill()


def turns(process: subprocess.Popen[str], number: int) -> None:
    """Wait for that many turns, or until there are no more."""
    assert process.stdout is not None
    for _ in range(number):
        process.stdout.readline()


def is_right(root: Path, path: Path) -> None:
    """Check that what the table says after a look at the notes is what the notes say, and that it is in order."""
    table = VaultTable(path)
    found, truth = Vault(root, table=table), Vault(root)
    for vault in (found, truth):
        vault.scan()
        vault.table.fill()
    assert list(found.rows()) == list(truth.rows())
    assert found.counts(NOW) == truth.counts(NOW)
    for overdue in (False, True):
        shown = found.line(found.due_numbers(NOW, overdue=overdue))
        assert list(shown) == list(truth.line(truth.due_numbers(NOW, overdue=overdue)))
    assert list(found.line(found.new_numbers())) == list(truth.line(truth.new_numbers()))
    assert texts(found) == texts(truth)
    found.table.make_grams(lambda: True)
    found.table.search(lambda read: read.execute("INSERT INTO gram (gram, rank) VALUES ('integrity-check', 1)"))
    assert table.ask(lambda read: read.execute("PRAGMA integrity_check").fetchall()) == [("ok",)]
    table.close()


def texts(vault: Vault) -> list[tuple[object, ...]]:
    """What searches look into, card by card; every text is that of a card."""
    asked = (
        "SELECT note.path, front, folded FROM card JOIN note ON note.id = card.note JOIN text ON text.id = card.text"
        " ORDER BY note.path, card.id"
    )
    found = vault.table.ask(lambda read: read.execute(asked).fetchall())
    stray = "SELECT count(*) FROM text WHERE id NOT IN (SELECT text FROM card)"
    assert vault.table.ask(lambda read: read.execute(stray).fetchone()) == (0,)
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_first_reading_that_is_killed_continues_where_it_was(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    write_vault(tmp_path / "vault", 300, seed=seed)
    path = tmp_path / "cache" / "table.sqlite"
    known = 0
    for _ in range(4):
        with reading(tmp_path / "vault", path) as process:
            turns(process, dice.randint(1, 60))
        table = VaultTable(path)
        count = Vault(tmp_path / "vault", table=table).count
        assert count >= known, "what was read is lost"
        known = count
        table.close()
    is_right(tmp_path / "vault", path)


@pytest.mark.parametrize("seed", range(4))
def test_updates_that_are_killed_leave_the_table_in_order(tmp_path: Path, seed: int) -> None:
    dice, root = random.Random(seed), tmp_path / "vault"
    write_vault(root, 80, seed=seed)
    path = tmp_path / "cache" / "table.sqlite"
    is_right(root, path)
    others = list(notes(80, seed=seed + 100))
    for _ in range(3):
        with reading(root, path, "on and on") as process:
            for _ in range(dice.randint(1, 30)):
                for name, raw in dice.sample(others, 5):
                    file = root / name
                    file.unlink() if file.exists() and dice.random() < 0.3 else file.write_bytes(raw)
                turns(process, 1)
        is_right(root, path)


def test_programs_that_read_one_vault_at_a_time_all_know_it(tmp_path: Path) -> None:
    root, path = tmp_path / "vault", tmp_path / "cache" / "table.sqlite"
    write_vault(root, 200, seed=7)
    dice, others = random.Random(7), list(notes(200, seed=8))
    with reading(root, path, "on") as one, reading(root, path, "on") as two:
        for turn in range(40):
            name, raw = dice.choice(others)
            (root / name).write_bytes(raw)
            turns(one, turn < 20)
            turns(two, 1)
            if turn == 20:
                one.kill()
        is_right(root, path)
        assert two.poll() is None
    is_right(root, path)


@pytest.mark.parametrize("seed", range(6))
def test_damage_while_the_table_is_open_is_no_error_whatever_is_asked(tmp_path: Path, seed: int) -> None:
    dice, root, path = random.Random(seed), tmp_path / "vault", tmp_path / "cache" / "table.sqlite"
    write_vault(root, 60, seed=seed)
    table = VaultTable(path)
    vault, index = Vault(root, table=table), SearchIndex(table)
    vault.scan()
    index.make_grams()
    for _ in range(6):
        for file in (path, Path(f"{path}-wal")):
            damage(file, dice)
        vault.refresh(dice.choice(vault.paths()))  # so that no connection trusts the pages that it has kept
        vault.counts(NOW)
        list(vault.line(vault.due_numbers(NOW, overdue=dice.random() < 0.5)))
        for query in ("re:a.*b", "ba", "bacodi", "is:due -deck:maths", "note:the tag:x", "type:cloze ivl>3"):
            numbers = index.search(parse_query(query, NOW.date()), NOW, dice.choice(("place", "due", "front")))
            index.cards(numbers or [])
        list(vault.rows())
    table.close()
    Path(f"{path}{SEAL}").unlink(missing_ok=True)  # damage is not a file that was left in order
    is_right(root, path)


def damage(file: Path, dice: random.Random) -> None:
    """Overwrite a few places of a file with anything."""
    if size := file.stat().st_size if file.exists() else 0:
        with file.open("r+b") as handle:
            for _ in range(dice.randint(1, 4)):
                handle.seek(dice.randrange(size))
                handle.write(dice.randbytes(dice.choice((1, 20, 5000))))
