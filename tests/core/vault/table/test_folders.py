"""A folder's digest saves comparing its notes, and never hides one that has changed."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk.stamp import Stamp
from studyapp.core.settings.model import Settings
from studyapp.core.vault.scan.fingerprint import fingerprint
from studyapp.core.vault.table import folders
from studyapp.core.vault.table.folders import Folder
from studyapp.core.vault.table.intake import RACY, Parsed
from studyapp.core.vault.table.repair import repair_table
from studyapp.core.vault.table.rows import rows_of
from studyapp.core.vault.table.schema import clear
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Vault
from tests.helpers.vaults import make_vault

PLAIN = Settings()
PRINT = fingerprint(PLAIN)
STAMP = Stamp(1, 2, 3, 4)
NOTE = "#flashcards\n\na::b\n"
FOLDERS = [Folder.of("", ["r.md"], [[(0, *STAMP)]]), Folder.of("x/", ["a.md", "b.md"], [[(0, *STAMP)] * 2])]
FOLDERS.append(Folder.of("x0/", ["c.md"], [[(0, *STAMP)]]))
ALL = ["r.md", "x/a.md", "x/b.md", "x0/c.md"]


def entry(path: str, stamp: Stamp | None = STAMP, raw: str = NOTE) -> Parsed:
    return Parsed(path, rows_of(path, raw.encode(), PLAIN), stamp, PRINT, 9 * RACY)


def digests(table: VaultTable) -> list[str]:
    return table.ask(
        lambda read: [path.decode() for (path,) in read.execute("SELECT path FROM folder ORDER BY path")]
    )


def known() -> VaultTable:
    """A table that has found all its notes unchanged."""
    table = VaultTable()
    table.put(list(map(entry, ALL)))
    assert table.stale(FOLDERS, PRINT) == []
    assert digests(table) == ["", "x/", "x0/"]
    return table


def changed(table: VaultTable, work: Callable[[sqlite3.Connection], Any]) -> None:
    table._change(work)


def test_a_look_at_unchanged_folders_reads_no_row_of_a_note(monkeypatch: pytest.MonkeyPatch) -> None:
    table = known()
    monkeypatch.setattr(Folder, "notes", lambda _folder: pytest.fail("compared one by one"))
    assert table.stale(FOLDERS, PRINT) == []
    assert digests(table) == ["", "x/", "x0/"]


@pytest.mark.parametrize("part", range(4))
def test_every_part_of_a_stamp_shows_which_note_has_changed(part: int) -> None:
    other = Stamp(*(value + (place == part) for place, value in enumerate(STAMP)))
    now = Folder.of("x/", ["a.md", "b.md"], [[(0, *STAMP), (0, *other)]])
    table = known()
    assert table.stale([FOLDERS[0], now, FOLDERS[2]], PRINT) == ["x/b.md"]
    assert table.stale(FOLDERS, PRINT) == []


def test_new_renamed_and_swapped_notes_are_seen() -> None:
    table = known()
    one, two = (0, *STAMP), (0, 5, 6, 7, 8)
    assert table.stale([Folder.of("x/", ["a.md", "b.md", "c.md"], [[one] * 3])], PRINT) == ["x/c.md"]
    assert table.stale([Folder.of("x/", ["a.md", "d.md"], [[one] * 2])], PRINT) == ["x/d.md"]
    table.put([entry("x/b.md", Stamp(*two[1:]))])
    assert table.stale([Folder.of("x/", ["a.md", "b.md"], [[one, two]])], PRINT) == []
    assert table.stale([Folder.of("x/", ["a.md", "b.md"], [[two, one]])], PRINT) == ["x/a.md", "x/b.md"]


def test_other_settings_make_every_note_stale() -> None:
    assert known().stale(FOLDERS, fingerprint(Settings(single_line_card_separator=";;"))) == ALL


CHANGES: dict[str, Callable[[VaultTable], None]] = {
    "replaced": lambda table: table.put([entry("x/a.md", raw=NOTE + "\nc::d\n")]),
    "read again, unchanged": lambda table: table.put([entry("x/a.md", Stamp(2, 2, 2, 2))]),
    "of an unknown file": lambda table: table.put([entry("x/a.md", None)]),
    "of another file": lambda table: table.is_now("x/a.md", Stamp(2, 2, 2, 2)),
    "removed": lambda table: table.forget(["x/a.md"]),
    "not among those there": lambda table: table.forget_others(set(ALL) - {"x/a.md"}),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_row_that_changes_takes_the_digest_of_its_folder_with_it(change: Callable[[VaultTable], None]) -> None:
    table = known()
    change(table)
    assert digests(table) == ["", "x0/"]


@pytest.mark.parametrize("change", [clear, repair_table])
def test_a_table_that_is_emptied_or_repaired_keeps_no_digest(change: Callable[[sqlite3.Connection], None]) -> None:
    table = known()
    changed(table, change)
    assert digests(table) == []


@given(st.lists(st.tuples(st.sampled_from(["put", "is_now", "forget", "look"]), st.sampled_from(ALL), st.booleans())))
def test_whatever_happened_a_note_is_stale_unless_its_row_is_of_its_file(steps: list[tuple[str, str, bool]]) -> None:
    table = VaultTable()
    for kind, path, is_other in steps:
        stamp = Stamp(5, 5, 5, 5) if is_other else STAMP
        if kind == "put":
            table.put([entry(path, stamp)])
        elif kind == "is_now":
            table.is_now(path, stamp)
        elif kind == "forget":
            table.forget([path])
        rows = dict(table.ask(lambda read: read.execute("SELECT path, stamp FROM note").fetchall()))
        assert table.stale(FOLDERS, PRINT) == [one for one in ALL if rows.get(one.encode()) != str(STAMP)]


def test_a_folder_with_a_row_that_only_this_run_trusts_has_no_digest() -> None:
    table = known()
    racy = Stamp(8 * RACY + 1, 2, 3, 4)
    table.put([entry("x/a.md", racy)])
    found = [FOLDERS[0], Folder.of("x/", ["a.md", "b.md"], [[(0, *racy), (0, *STAMP)]]), FOLDERS[2]]
    assert table.stale(found, PRINT) == []
    assert digests(table) == ["", "x0/"]


def test_a_row_that_changes_between_comparing_and_keeping_leaves_no_digest(monkeypatch: pytest.MonkeyPatch) -> None:
    table = known()
    table.put([entry("x/a.md", Stamp(2, 2, 2, 2))])
    table.is_now("x/a.md", STAMP)
    changed(table, lambda write: write.execute("UPDATE note SET run = 0"))
    keep = folders.keep

    def late(write: sqlite3.Connection, *of: Any) -> None:
        write.execute("UPDATE note SET stamp = '' WHERE path = ?", (b"x/a.md",))
        keep(write, *of)

    monkeypatch.setattr(folders, "keep", late)
    assert table.stale(FOLDERS, PRINT) == []
    assert digests(table) == ["", "x0/"]


def test_a_note_whose_reading_failed_for_a_moment_comes_back_though_its_folder_is_the_same(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"x/a.md": NOTE, "x/b.md": NOTE})
    for name in ("a", "b"):
        os.utime(root / f"x/{name}.md", ns=(1, 1))
    vault = Vault(root)
    vault.scan()
    changed(vault.table, lambda write: write.execute("UPDATE note SET run = 0"))
    vault.scan()
    assert digests(vault.table) == ["", "x/"]
    vault.forget("x/a.md")
    vault.scan()
    assert vault.paths() == ["x/a.md", "x/b.md"]


def test_folders_whose_names_hold_broken_letters_are_known_too(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"caf\udce9/a\udcff.md": NOTE, "caf\udce9/in/b.md": NOTE})
    vault = Vault(root)
    vault.scan()
    changed(vault.table, lambda write: write.execute("UPDATE note SET run = 0"))
    vault.scan()
    found = vault.table.ask(lambda read: [path for (path,) in read.execute("SELECT path FROM folder ORDER BY path")])
    assert len(found) == 3
    assert len(vault.paths()) == 2


def test_a_start_after_a_first_reading_compares_no_notes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyapp.core.vault.scan.scan.MANY", 1)
    monkeypatch.setattr("studyapp.core.vault.table.intake.RACY", -RACY)  # as if the notes had been written long ago
    root = make_vault(tmp_path / "vault", dict.fromkeys(ALL, NOTE))
    first = Vault(root, table=VaultTable(tmp_path / "table"))
    first.scan()
    first.table.close()
    monkeypatch.setattr(Folder, "notes", lambda _folder: pytest.fail("compared one by one"))
    Vault(root, table=VaultTable(tmp_path / "table")).scan()
