from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import astuple

from studyapp.core.disk.stamp import Stamp
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.vault.scan.fingerprint import fingerprint
from studyapp.core.vault.sheet import Sheet
from studyapp.core.vault.table import table as module
from studyapp.core.vault.table.agenda import CardPlace, Count, counts, first_due
from studyapp.core.vault.table.contents import Contents
from studyapp.core.vault.table.folders import Folder
from studyapp.core.vault.table.intake import RACY, Parsed
from studyapp.core.vault.table.rows import rows_of
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Vault
from studyapp.study.review.queue import build_queue
from tests.bench.generate import notes as made_up
from tests.bench.generate import write_vault
from tests.helpers.sheets import sheet_of
from tests.helpers.strategies import examples
from tests.helpers.tiers import tiered

PLAIN = Settings()
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SOURCE = b"#flashcards\n\na::b\n<!--SR:!2026-01-10,3,250-->\n\nc:::d\n"

PIECES = st.sampled_from(
    ["\n", "\n\n", "\r\n", "#flashcards/x", "a", " ", "::", ":::", "\n?\n", "\n??\n", "==b==", "==1;;c==", "==d;;e==",
     "```\n", "\n# H\n", "<!--SR:!2026-01-10,3,250!2000-01-01,1,250-->", "<!--SR:!x,NaN,2-->", "!2026-01-10,3,250",
     " ^id", "<!--SR:!fsrs,2026-01-01T00:00:00.000Z,3,4.5,NaN,2,1,0,0,--->", "\udcff", "😀", "\u2028", "\0",
     "<<<<<<<\n>>>>>>>\n"]
)  # fmt: skip
FRONT = st.sampled_from(
    [
        "",
        "---\ntags: flashcards\naliases: [one, t\u00eawo]\nn: {a: [1, 2.5, true, null]}\n---\n",
        "---\n1: {2: x}\n---\n",
        "---\na: [\n---\n",
        "---\n",
    ]
)


def texts() -> st.SearchStrategy[bytes]:
    body = st.lists(PIECES, max_size=30).map("".join)
    return st.tuples(FRONT, body).map(lambda both: "".join(both).encode("utf-8", "surrogateescape"))


def entry(path: str, raw: bytes = SOURCE, number: int = 1, of: Settings = PLAIN) -> Parsed:
    rows = rows_of(path, raw, of)
    stamp = Stamp(number, len(raw), number, number)
    return Parsed(path, rows, stamp, fingerprint(of), number + 2 * RACY)


def sheet(path: str, raw: bytes = SOURCE, of: Settings = PLAIN) -> Sheet:
    """What the table should hold."""
    return sheet_of(parse_note(path, raw, of))


def held(table: VaultTable) -> dict[str, Sheet | None]:
    contents = Contents(table)
    return {path: contents.sheet(path) for path in contents.paths()}


def rows_in(table: VaultTable, name: str) -> int:
    """The number of rows that one of its own tables has."""
    count: int = table.ask(lambda read: read.execute(f"SELECT count(*) FROM {name}").fetchone())[0]
    return count


def is_whole(table: VaultTable, now: datetime = NOW) -> None:
    """Check that counts, tally and rows say the same."""
    rows = [row for _, row in Contents(table).numbered()]
    count = [sum(column) for column in zip((0, 0, 0), *map(astuple, counts(table, now).values()), strict=True)]
    due = sum(row.schedule is not None and row.schedule.due is not None and _is_due(row, now) for row in rows)
    assert count == [due, sum(row.is_new for row in rows), len(rows)]
    asked = "SELECT count(*) FROM card JOIN text ON text.id = card.text"
    assert table.ask(lambda read: read.execute(asked).fetchone()) == (len(rows),)
    table.make_grams(lambda: True)
    table.search(lambda read: read.execute("INSERT INTO gram (gram, rank) VALUES ('integrity-check', 1)"))


def _is_due(row: Any, now: datetime) -> bool:
    due = row.schedule.due
    return bool(due <= now) if isinstance(due, datetime) else bool(due <= now.date())


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "cache" / "vault.sqlite"


@pytest.fixture
def table(path: Path) -> VaultTable:
    return VaultTable(path)


@given(texts(), st.booleans())
def test_what_is_taken_out_is_what_was_put_in(raw: bytes, folders: bool) -> None:
    of = Settings(flashcard_tags=("#flashcards", "#x"), convert_folders_to_decks=folders)
    table = VaultTable()
    table.put([entry("a/b.md", raw, of=of)])
    assert repr(held(table)) == repr({"a/b.md": sheet("a/b.md", raw, of)})
    is_whole(table)


def test_real_looking_notes_come_back_as_they_were(table: VaultTable) -> None:
    notes = list(made_up(60, seed=3))
    table.put([entry(path, raw) for path, raw in notes])
    assert held(table) == {path: sheet(path, raw) for path, raw in notes}
    is_whole(table)


@pytest.mark.parametrize("change", [{"modified": 2}, {"size": 1}, {"inode": 2}, {"changed": 2}])
def test_a_note_of_another_state_of_the_file_is_not_as_it_was_read(table: VaultTable, change: dict[str, int]) -> None:
    one = entry("a.md")
    table.put([one])
    stamp = Stamp(**{"modified": 1, "size": len(SOURCE), "inode": 1, "changed": 1} | change)
    assert not table.is_as_read("a.md", stamp, one.settings)
    assert one.stamp is not None
    assert table.is_as_read("a.md", one.stamp, one.settings)


def test_a_note_that_was_read_with_other_settings_is_not_as_it_was_read(table: VaultTable) -> None:
    one = entry("a.md")
    table.put([one])
    assert one.stamp is not None
    assert not table.is_as_read("a.md", one.stamp, fingerprint(Settings(single_line_card_separator=";;")))
    assert table.is_as_read("a.md", one.stamp, fingerprint(Settings(theme="light", editor="vi")))


@pytest.mark.parametrize("clock", ["modified", "changed"])
def test_a_note_that_was_changed_just_before_it_was_read_is_read_again_by_the_next_run(
    path: Path, clock: str
) -> None:
    stamp = Stamp(**{"modified": 0, "size": 1, "inode": 1, "changed": 0, clock: 10 * RACY})
    racy = entry("a.md")._replace(stamp=stamp, read_at=11 * RACY - 1)
    table = VaultTable(path)
    table.put([racy])
    assert table.is_as_read("a.md", stamp, racy.settings)
    assert not VaultTable(path).is_as_read("a.md", stamp, racy.settings)
    found = [Folder.of("", ["a.md"], [[(0, *stamp)]])]
    assert table.stale(found, racy.settings) == []
    assert VaultTable(path).stale(found, racy.settings) == ["a.md"]
    table.put([racy._replace(read_at=11 * RACY)])
    assert VaultTable(path).is_as_read("a.md", stamp, racy.settings)


def test_a_newer_note_replaces_the_older_one_and_its_cards(table: VaultTable) -> None:
    table.put([entry("a.md")])
    table.put([entry("a.md", b"#flashcards\n\nx::y\n", number=2)])
    assert held(table) == {"a.md": sheet("a.md", b"#flashcards\n\nx::y\n")}
    assert counts(table, NOW) == {("flashcards",): Count(0, 1, 1)}


def test_no_number_is_given_twice_and_a_note_that_is_the_same_keeps_its_numbers(table: VaultTable) -> None:
    def numbers() -> set[int]:
        return {number for number, _ in Contents(table).numbered()}

    table.put([entry("a.md"), entry("b.md")])
    first = numbers()
    table.put([entry("b.md", number=2)])
    assert numbers() == first
    table.forget(["b.md"])
    kept = numbers()
    table.put([entry("b.md", b"#flashcards\n\nx::y\n")])
    assert numbers() - kept
    assert not (numbers() - kept) & first


def test_forgotten_notes_leave_nothing_behind_for_long(table: VaultTable, monkeypatch: pytest.MonkeyPatch) -> None:
    table.put([entry(f"{name}.md") for name in "abc"])
    table.forget(["a.md", "c.md", "never.md"])
    assert list(held(table)) == ["b.md"]
    assert counts(table, NOW) == {("flashcards",): Count(1, 2, 3)}
    table.forget(["b.md"])
    table.forget_past()
    assert len(Contents(table).past_since(0)) == 9
    monkeypatch.setattr(module, "_PAST", -10)
    table.forget_past()
    for name in ("note", "past", "question", "card", "tally"):
        assert rows_in(table, name) == 0


def test_a_file_name_that_is_not_utf_8_is_a_path_like_any_other(table: VaultTable) -> None:
    table.put([entry("caf\udce9.md")])
    assert held(table) == {"caf\udce9.md": sheet("caf\udce9.md")}
    assert first_due(table, NOW) == CardPlace("caf\udce9.md", 0, 0)


@tiered("zone", [UTC, timezone(timedelta(hours=-9)), timezone(timedelta(hours=11))])
@pytest.mark.parametrize("deck", [None, "flashcards/maths", "flashcards/mat", "none"])
def test_first_due_and_counts_agree_with_the_queue_and_the_deck_tree(
    tmp_path: Path, zone: timezone, deck: str | None
) -> None:
    write_vault(tmp_path / "vault", 40, seed=5)
    vault = Vault(tmp_path / "vault")
    vault.scan()
    now = NOW.astimezone(zone)
    queue = build_queue(vault, now, deck)
    assert bool(queue) == (deck in (None, "flashcards/maths"))
    for skip, row in enumerate(queue[:40]):
        place = first_due(vault.table, now, deck, skip=skip)
        assert place is not None
        assert (place.path, place.question, place.side) == (row.path, row.question.number, row.side)
    assert first_due(vault.table, now, deck, skip=len(queue)) is None
    is_whole(vault.table, now)


@given(st.binary(max_size=200), st.integers(0, 120_000))
@examples(40)
def test_a_damaged_file_gives_the_truth_once_the_notes_have_been_looked_at(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, place: int
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "x.sqlite"
    notes = dict(made_up(5, seed=1))
    table = VaultTable(path)
    table.put([entry(*note) for note in notes.items()])
    table.close()
    data = path.read_bytes()
    place = min(place, len(data))
    path.write_bytes(data[:place] + junk + data[place + len(junk) :])
    table = VaultTable(path)
    table.check()
    true = {path: sheet(path, raw) for path, raw in notes.items()}
    assert held(table).items() <= true.items()
    is_whole(table)
    table.put([entry(*note) for note in notes.items()])
    assert held(table) == true
    is_whole(table)
    table.close()


@pytest.mark.parametrize(
    "junk", [b"", b"not a database, but long enough to be looked at" * 40, b"SQLite format 3\0" + bytes(84)]
)
def test_a_file_that_is_not_a_database_is_made_again(path: Path, junk: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(junk)
    table = VaultTable(path)
    table.put([entry("a.md")])
    assert held(table) == {"a.md": sheet("a.md")}
    table.close()
    assert held(VaultTable(path)) == {"a.md": sheet("a.md")}


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE card SET day = day + 1000 WHERE note = (SELECT id FROM note WHERE path = ?)",
        "UPDATE text SET folded = 'x' WHERE id IN (SELECT text FROM card JOIN note ON note.id = note WHERE path = ?)",
        "UPDATE note SET tags = '/x/' WHERE path = ?",
    ],
)
def test_a_row_that_was_changed_from_outside_is_not_believed(path: Path, change: str) -> None:
    table = VaultTable(path)
    table.put([entry("a.md"), entry("b.md")])
    table.check()
    table.close()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(change, (b"a.md",))
    connection.close()
    table = VaultTable(path)
    table.check()
    assert list(held(table)) == ["b.md"]
    is_whole(table)


def test_what_a_run_has_left_in_order_is_not_checked_again(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = VaultTable(path)
    table.check()
    table.put([entry("a.md")])
    table.close()
    monkeypatch.setattr(module, "repair_table", lambda _: pytest.fail("it is checked"))
    table = VaultTable(path)
    table.check()
    assert list(held(table)) == ["a.md"]


@pytest.mark.slow
def test_what_ends_without_letting_go_is_in_order(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = """
        import sys
        from pathlib import Path
        from tests.core.vault.table.test_table import entry
        from studyapp.core.vault.table.table import VaultTable
        table = VaultTable(Path(sys.argv[1]))
        table.check()
        table.put([entry("a.md")])
    """
    subprocess.run([sys.executable, "-c", dedent(program), path], check=True, cwd=Path(__file__).parents[3])
    monkeypatch.setattr(module, "repair_table", lambda _: pytest.fail("it is checked"))
    table = VaultTable(path)
    table.check()
    assert list(held(table)) == ["a.md"]


def test_a_file_that_others_could_write_is_not_read(path: Path) -> None:
    table = VaultTable(path)
    table.put([entry("a.md")])
    table.close()
    path.chmod(0o666)
    assert held(VaultTable(path)) == {}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_symbolic_link_in_the_place_of_the_file_is_replaced_and_what_it_points_at_untouched(path: Path) -> None:
    path.parent.mkdir()
    precious = path.parent / "precious"
    precious.write_bytes(b"years of notes")
    path.symlink_to(precious)
    table = VaultTable(path)
    table.put([entry("a.md")])
    assert held(table) == {"a.md": sheet("a.md")}
    assert precious.read_bytes() == b"years of notes"


def test_where_there_can_be_no_file_all_is_kept_in_memory(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    table = VaultTable(tmp_path / "file" / "x.sqlite")
    table.put([entry("a.md")])
    assert held(table) == {"a.md": sheet("a.md")}
    is_whole(table)
    table.forget(["a.md"])
    assert held(table) == {}
    table.close()


def test_while_another_program_writes_reading_and_writing_go_on_in_memory(path: Path, monkeypatch: Any) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    table = VaultTable(path)
    table.put([entry("a.md")])
    numbers = [number for number, _ in Contents(table).numbered()]
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM note")
    table.put([entry("b.md")])
    assert list(held(table)) == ["a.md", "b.md"]
    assert [number for number, row in Contents(table).numbered() if row.path == "a.md"] == numbers
    is_whole(table)
    other.execute("ROLLBACK")
    other.close()


def delete(path: Path) -> None:
    for file in path.parent.iterdir():
        file.unlink()


def put_another(path: Path) -> None:
    delete(path)
    VaultTable(path).put([entry("another.md")])


def open_to_others(path: Path) -> None:
    path.chmod(0o666)


@pytest.mark.parametrize("change", [delete, put_another, open_to_others])
def test_what_becomes_of_the_file_takes_nothing_from_who_has_it_open(
    path: Path, change: Callable[[Path], None]
) -> None:
    table = VaultTable(path)
    table.put([entry("a.md"), entry("b.md")])
    numbers = [number for number, _ in Contents(table).numbered()]
    change(path)
    paths = table.search(lambda read: read.execute("SELECT path FROM note ORDER BY path").fetchall())
    assert paths == [(b"a.md",), (b"b.md",)]
    table.put([entry("c.md")])
    assert list(held(table)) == ["a.md", "b.md", "c.md"]
    assert [number for number, _ in Contents(table).numbered()][: len(numbers)] == numbers
    is_whole(table)


@pytest.mark.slow
def test_programs_that_share_a_file_neither_fail_nor_lose_notes(path: Path) -> None:
    program = dedent("""
        import sys
        from pathlib import Path
        from tests.core.vault.table.test_table import entry, held, sheet
        from studyapp.core.vault.table.table import VaultTable
        table = VaultTable(Path(sys.argv[1]))
        for number in range(25):
            ours = f"{sys.argv[2]}{number}.md"
            table.put([entry(ours), entry("shared.md")])
            assert held(table)[ours] == sheet(ours)
            table.forget([f"{sys.argv[2]}{number - 1}.md", "shared.md"])
        assert table._path
    """)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, path, name], stderr=subprocess.PIPE, cwd=Path(__file__).parents[3]
        )
        for name in "abc"
    ]
    said = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    table = VaultTable(path)
    assert {"a24.md", "b24.md", "c24.md"} <= held(table).keys()
    is_whole(table)
