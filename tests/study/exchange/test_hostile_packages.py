"""Packages made to harm: whatever their tables hold, they are refused, or come in as cards and nothing else."""

from __future__ import annotations

import json
import sqlite3
import zipfile
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from studyapp.core.errors import StudyError
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.anki import package as reading
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.reading.sources import opened_source
from tests.helpers.packages import changed
from tests.helpers.strategies import examples
from tests.helpers.vaults import NOW, ROOT, make_vault, workspace

OLD = ROOT / "tests/data/anki/old.apkg"
COLUMNS = (
    *(f"cards.{name}" for name in ("nid", "did", "ord", "type", "queue", "due", "ivl", "factor", "reps", "lapses")),
    *("cards.left", "cards.odue", "cards.odid", "cards.flags", "cards.data", "notes.guid", "notes.mid", "notes.mod"),
    *("notes.tags", "notes.flds", "revlog.id", "revlog.cid", "revlog.ease", "revlog.ivl", "revlog.factor"),
    *("revlog.time", "revlog.type", "col.crt", "col.conf", "col.ver", "col.models", "col.decks"),
)
VALUES = st.one_of(
    st.sampled_from([None, -1, 0, 1, 3, 2**31, 2**53, -(2**63), 2**63 - 1, 1e308, float("inf"), 0.5, b"\xff", b""]),
    st.sampled_from(["", "x", "\x00", "{}", "[]", "null", "9" * 400, '{"s": 1e999, "d": 5}', '{"s": 3, "d": "x"}']),
    st.sampled_from(["[" * 9999, '{"s": 3, "d": 5, "lrt": 1e300}', '{"s": NaN, "d": 5}', "../../x", "a\nb\x1b[31m"]),
    st.sampled_from(
        [
            "\ufdd30\ufdd3\x1f\ufdd399\ufdd3",
            "\ufdd07\ufdd1x\ufdd2\x1fy",
            "<script>alert(1)</script>q\x1f<img src=x onerror=alert(1)>",
            "<%* tp.system %>\x1f```dataviewjs\nx\n```",
            "{{c1::" * 50 + "\x1fy",
            "{{c99999999999999999999::x}}\x1fy",
            "<ul>" * 500 + "x\x1f" + "<blockquote>" * 500 + "y",
            "a\x1f---\nb\n<!--SR:!2024-01-01,3,250-->",
            "```\x1f~~~",
        ]
    ),
)


def bring(vault: Workspace, file: Path) -> ImportPlan | None:
    try:
        with opened_source(file) as source:
            planned = plan_import(vault, source, "In")
            bring_in(vault, source, planned)
    except StudyError:
        return None
    return planned


@pytest.mark.slow
@examples(180)
@example(column="cards.ivl", values=[1 << 53])
@example(column="cards.reps", values=[1 << 53])
@example(column="cards.factor", values=[1 << 61])
@given(column=st.sampled_from(COLUMNS), values=st.lists(VALUES, min_size=1, max_size=4))
def test_odd_values_are_refused_or_harmless(
    tmp_path_factory: pytest.TempPathFactory, column: str, values: list[Any]
) -> None:
    folder = tmp_path_factory.mktemp("hostile")
    with zipfile.ZipFile(OLD) as package:
        members = {name: package.read(name) for name in package.namelist()}
    (folder / "db").write_bytes(members["collection.anki21"])
    table, name = column.split(".")
    with closing(sqlite3.connect(folder / "db")) as connection, connection:
        for number, row in enumerate(connection.execute(f"SELECT rowid FROM {table}").fetchall()):
            try:
                connection.execute(
                    f"UPDATE {table} SET {name} = ? WHERE rowid = ?", (values[number % len(values)], row[0])
                )
            except sqlite3.Error:
                continue
    with zipfile.ZipFile(folder / "x.apkg", "w") as target:
        for member, data in (members | {"collection.anki21": (folder / "db").read_bytes()}).items():
            target.writestr(member, data)
    root = make_vault(folder / "vault", {"mine.md": "#flashcards\n\na::b\n"})
    vault = workspace(root, folder / "home", NOW.replace(year=2027))
    planned = bring(vault, folder / "x.apkg")
    assert (root / "mine.md").read_text() == "#flashcards\n\na::b\n"
    made = [path.relative_to(root) for path in root.rglob("*") if path.is_file() and path.name != "mine.md"]
    assert {path.parts[0] for path in made} <= {"In", ".studyapp", ".obsidian"}
    assert {path.name for path in folder.iterdir()} == {"db", "x.apkg", "vault", "home"}
    again = workspace(root, folder / "home", NOW.replace(year=2027))
    assert len(list(again.vault.rows())) == 1 + (planned.cards if planned is not None else 0)
    assert again.history.problems == []
    list(again.history.reviews())
    dict(again.history.states())
    assert again.vault.problems == []


@pytest.mark.parametrize(
    "deck", ["../../out", "/etc/x", "a\x00b", "x\ny", ".hidden", "::", "con", "a" * 400, "[[x]]#^|"]
)
def test_a_deck_of_any_name_is_a_note_below_the_folder(tmp_path: Path, deck: str) -> None:
    decks = json.dumps(json.dumps({"1": {"id": 1, "name": deck}})).strip('"').replace("'", "''")
    sql = "UPDATE cards SET did = 1; UPDATE col SET decks = json('{}')".format(
        decks.encode().decode("unicode_escape")
    )
    root = make_vault(tmp_path / "vault", {})
    vault = workspace(root, tmp_path / "home", NOW.replace(year=2027))
    planned = bring(vault, changed(OLD, tmp_path / "x.apkg", sql))
    assert planned is not None
    assert {path.name for path in tmp_path.iterdir()} <= {"vault", "home", "x.apkg", "x.db"}
    (note,) = (root / "In").rglob("*.md")
    assert note.stem.lower() not in ("con", "nul")
    assert not any(part.startswith(".") or set(part) & set("\x00\n\\:#^[]|") for part in note.relative_to(root).parts)


@pytest.mark.parametrize(
    "sql",
    [
        """ALTER TABLE notes RENAME TO n; CREATE VIEW notes AS WITH RECURSIVE r(i) AS (SELECT 1 UNION ALL
        SELECT i + 1 FROM r) SELECT n.* FROM n, r""",
        "ALTER TABLE revlog RENAME TO r; CREATE VIEW revlog AS SELECT * FROM r",
        "DROP TABLE cards; CREATE VIRTUAL TABLE cards USING fts4(id)",
    ],
)
def test_a_package_whose_tables_are_none_is_refused_before_they_are_read(tmp_path: Path, sql: str) -> None:
    made = changed(OLD, tmp_path / "x.apkg", sql)
    with pytest.raises(StudyError, match="is not a plain table"), opened_source(made):
        pass


def test_a_package_whose_tables_are_empty_is_refused(tmp_path: Path) -> None:
    made = changed(OLD, tmp_path / "x.apkg", "DELETE FROM col")
    with pytest.raises(StudyError, match="not a readable Anki package"), opened_source(made):
        pass


def test_a_value_that_is_made_to_fill_memory_is_refused(tmp_path: Path) -> None:
    sql = "ALTER TABLE notes DROP COLUMN flds; ALTER TABLE notes ADD COLUMN flds AS (zeroblob(900000000))"
    with pytest.raises(StudyError, match="too big"), opened_source(changed(OLD, tmp_path / "x.apkg", sql)):
        pass


@pytest.mark.parametrize(
    "column", ["AS (printf('%.*c', 20000, 'x'))", f"DEFAULT '{'x' * 60_000}'"], ids=["worked out", "default"]
)
def test_rows_that_together_are_larger_than_the_file_are_refused(tmp_path: Path, column: str) -> None:
    sql = f"ALTER TABLE notes DROP COLUMN flds; ALTER TABLE notes ADD COLUMN flds {column}"
    with pytest.raises(StudyError, match="more than its file"), opened_source(changed(OLD, tmp_path / "x.apkg", sql)):
        pass


@pytest.mark.parametrize("order", [7, -1])
def test_a_card_that_its_note_type_has_not_is_named_and_changes_no_other(tmp_path: Path, order: int) -> None:
    vault = workspace(make_vault(tmp_path / "vault", {}), tmp_path / "home", NOW.replace(year=2027))
    sql = (
        f"INSERT INTO cards SELECT id + 7, nid, did, {order}, mod, usn, type, queue, due, ivl, factor, reps, lapses, "
    )
    more = (
        f"{sql}left, odue, odid, flags, data FROM cards WHERE nid IN (SELECT id FROM notes WHERE flds LIKE 'What%')"
    )
    alone = f"UPDATE cards SET ord = {order} WHERE nid IN (SELECT id FROM notes WHERE flds LIKE 'two%')"
    planned = bring(vault, changed(OLD, tmp_path / "x.apkg", f"{more};{alone}"))
    assert planned is not None
    assert (planned.cards, [one.why for one in planned.left_out]) == (21, ["its note type has no such card"])
    assert not any("several templates" in loss for loss in planned.losses)


def test_a_packed_bomb_is_refused_before_it_fills_memory_or_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    zstd = pytest.importorskip("backports.zstd")
    bomb = zstd.compress(bytes(50_000_000))
    monkeypatch.setattr(reading, "_LARGEST", 3_000_000)
    monkeypatch.setattr(reading, "_LARGEST_LIST", 3_000_000)
    with zipfile.ZipFile(ROOT / "tests/data/anki/new.apkg") as package:
        members = {name: package.read(name) for name in package.namelist()}
    for name in ("collection.anki21b", "media"):
        with zipfile.ZipFile(tmp_path / "x.apkg", "w") as target:
            for member, data in (members | {name: bomb}).items():
                target.writestr(member, data)
        with pytest.raises(StudyError, match=r"room|unpacks to more"), opened_source(tmp_path / "x.apkg"):
            pass
