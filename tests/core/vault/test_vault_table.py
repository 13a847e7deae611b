"""A vault whose table is a file: nothing is read twice, and it matches the notes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Collection
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from time import time

import pytest
from msgspec.structs import replace

from studyapp.core.disk.cache import Cache
from studyapp.core.notes.blocks import Kind
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import digest_of
from studyapp.core.vault.changes import read_again
from studyapp.core.vault.scan import note_files, scan
from studyapp.core.vault.scan.walk import Walk
from studyapp.core.vault.sheet import CardRow, QuestionRow
from studyapp.core.vault.table import intake, table
from studyapp.core.vault.table.folders import Folder
from studyapp.core.vault.table.rows import NoteRows, rows_of
from studyapp.core.vault.table.schema import VERSION
from studyapp.core.vault.table.table import VaultTable
from studyapp.core.vault.vault import Vault
from studyapp.study.review.queue import build_queue
from tests.bench.generate import write_vault
from tests.helpers.vaults import make_vault

NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SOURCE = b"#flashcards\n\na::b\n<!--SR:!2026-01-10,3,250-->\n\nc:::d\n"

EVERYTHING = (
    b"---\naliases: [other]\n---\n#flashcards\n\nq\n?\na\n<!--SR:!2026-01-10,3,250-->\n\n"
    b"<!--SR:!2026-01-10,3,250-->\n"
)
"""A note with another name, a question on several lines, and a problem."""


@pytest.fixture
def vault_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(intake, "RACY", 0)  # otherwise what a test has just written is rightly read again
    write_vault(tmp_path / "vault", 12, seed=2)
    return tmp_path / "vault"


class Counting:
    """Counts the notes that are parsed."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.paths: list[str] = []
        monkeypatch.setattr("studyapp.core.vault.scan.note_files.rows_of", self)

    def __call__(self, path: str, raw: bytes, of: Settings) -> NoteRows:
        self.paths.append(path)
        return rows_of(path, raw, of)

    def take(self) -> list[str]:
        paths, self.paths = self.paths, []
        return paths


def opened(folder: Path) -> Vault:
    return Vault(folder, table=VaultTable(folder.parent / "table.sqlite"))


def fresh(folder: Path) -> Vault:
    vault = Vault(folder)
    vault.scan()
    return vault


def test_a_vault_that_was_read_before_is_not_parsed_again_save_the_note_that_changed(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed = Counting(monkeypatch)
    first = opened(vault_folder)
    first.scan()
    assert 8 <= len(parsed.take()) <= 12  # the bytes of the others show that they have no cards
    again = opened(vault_folder)
    again.scan()
    assert parsed.take() == []
    assert list(again.rows()) == list(fresh(vault_folder).rows())
    parsed.take()
    changed = first.paths()[3]
    (vault_folder / changed).write_bytes(SOURCE)
    third = opened(vault_folder)
    third.scan()
    assert parsed.take() == [changed]
    assert list(third.rows()) == list(fresh(vault_folder).rows())


def without_place(row: CardRow) -> QuestionRow:
    """A card's question, whatever its note."""
    return replace(row.question, path="", digest="", number=0)


def test_deleted_and_renamed_notes_leave_the_table(vault_folder: Path) -> None:
    first = opened(vault_folder)
    first.scan()
    gone, moved = first.paths()[:2]
    then = [without_place(row) for row in first.rows(paths=[moved])]
    (vault_folder / gone).unlink()
    (vault_folder / moved).rename(vault_folder / "Moved.md")
    again = opened(vault_folder)
    again.scan()
    assert again.paths() == fresh(vault_folder).paths()
    assert "Moved.md" in again.paths()
    assert [without_place(row) for row in again.rows(paths=["Moved.md"])] == then
    assert again.counts(NOW) == fresh(vault_folder).counts(NOW)


def test_the_first_due_card_of_the_table_is_the_first_of_the_queue(vault_folder: Path) -> None:
    first = opened(vault_folder)
    assert first.first_due(NOW) is None
    first.scan()
    handle = opened(vault_folder).first_due(NOW)
    assert handle is not None
    assert handle.id == build_queue(first, NOW)[0].id


def test_a_card_of_a_note_that_changed_is_not_shown_first(vault_folder: Path) -> None:
    first = opened(vault_folder)
    first.scan()
    queue = build_queue(first, NOW)
    path = queue[0].path
    (vault_folder / path).write_bytes(b"nothing\n")
    handle = opened(vault_folder).first_due(NOW)
    assert handle is not None
    assert handle.id == next(one.id for one in queue if one.path != path)


def test_what_a_review_wrote_is_known_to_the_next_run(vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = opened(vault_folder)
    vault.scan()
    path = min(vault.paths())
    (vault_folder / path).write_bytes(SOURCE)
    vault.refresh(path)
    parsed = Counting(monkeypatch)
    opened(vault_folder).scan()
    assert parsed.take() == []


def test_cards_in_line_stay_what_they_were_while_their_note_is_read_again(vault_folder: Path) -> None:
    vault = opened(vault_folder)
    vault.scan()
    line = build_queue(vault, NOW)
    before = list(line)
    path = before[0].path
    (vault_folder / path).write_bytes(SOURCE)
    vault.scan()
    assert list(line) == before
    assert list(build_queue(vault, NOW)) != before


def test_cards_in_line_outlast_a_week_of_sleep(vault_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = opened(vault_folder)
    vault.scan()
    line = build_queue(vault, NOW)
    before = list(line)
    (vault_folder / before[0].path).write_bytes(SOURCE)
    vault.scan()
    monkeypatch.setattr(table, "time", lambda: time() + 7 * 86400)
    vault.scan()
    assert list(line) == before


def test_all_is_read_again_whenever_the_table_is_lost(vault_folder: Path) -> None:
    vault = opened(vault_folder)
    vault.scan()
    expected = list(vault.rows())
    for _ in range(2):  # a new file, then none
        vault.table.close()
        (vault_folder.parent / "table.sqlite").write_bytes(b"something else" * 4000)
        assert list(vault.rows()) == expected
        vault.refresh(expected[0].path)
        assert vault.counts(NOW) == fresh(vault_folder).counts(NOW)


def test_a_thread_that_finds_damage_waits_until_the_notes_are_read_again(vault_folder: Path) -> None:
    vault = opened(vault_folder)
    vault.scan()
    expected, table = vault.paths(), vault.table
    refill, other_waits = table.refill, threading.Event()

    def refilling() -> None:
        if threading.current_thread() is other:
            assert other_waits.wait(60)
        else:
            other_waits.set()
        refill()

    def first_met(_read: sqlite3.Connection) -> None:
        if not table._losses:
            raise sqlite3.DatabaseError

    def then_met(read: sqlite3.Connection) -> list[str]:
        if not other.ident:
            other.start()
            while not table._losses:
                other.join(0.001)
            raise sqlite3.DatabaseError
        return [path.decode() for (path,) in read.execute("SELECT path FROM note ORDER BY path")]

    table.refill = refilling
    other = threading.Thread(target=table.search, args=(first_met,))
    assert table.ask(then_met) == expected
    other.join()


@pytest.mark.parametrize(
    "ask",
    [
        Vault.paths,
        Vault.paths_with_cards,
        Vault.latest,
        Vault.modified,
        Vault.aliases,
        Vault.problems_of_notes,
        lambda vault: vault.paths_of(digest_of(EVERYTHING)),
        lambda vault: vault.paths_with([row.question.hash for row in fresh(vault.root).rows()]),
        lambda vault: vault.numbers_of_entries(Kind.MULTI_BASIC),
    ],
)
def test_a_path_that_is_damaged_while_it_is_open_is_read_again(
    vault_folder: Path, ask: Callable[[Vault], Collection[object]]
) -> None:
    (vault_folder / "everything.md").write_bytes(EVERYTHING)
    vault = opened(vault_folder)
    vault.scan()
    with closing(sqlite3.connect(vault_folder.parent / "table.sqlite")) as connection, connection:
        connection.execute("UPDATE note SET path = CAST(path AS TEXT)")
    expected = ask(fresh(vault_folder))
    assert expected
    assert ask(vault) == expected


def make_theirs(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE theirs (x)")


def test_a_note_that_is_deleted_once_it_is_listed_is_gone_and_no_problem(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = Walk.folders

    def then_deleted(walk: Walk) -> list[Folder]:
        found = list(folders(walk))
        gone.unlink()
        return found

    vault = opened(vault_folder)
    gone = vault_folder / "gone.md"
    gone.write_bytes(SOURCE)
    with monkeypatch.context() as patch:
        patch.setattr(Walk, "folders", then_deleted)
        vault.scan()
    assert vault.refresh("gone.md") is None
    assert not vault.knows("gone.md")
    assert not vault.unreadable


@pytest.mark.parametrize("first", ["ask", "search"])
def test_a_newer_version_that_takes_the_file_keeps_it_and_takes_nothing(vault_folder: Path, first: str) -> None:
    vault = opened(vault_folder)
    vault.scan()
    expected = list(vault.rows())
    newer = Cache(vault_folder.parent / "table.sqlite", VERSION + 1, make_theirs)
    newer.attempt(lambda write: write.execute("INSERT INTO theirs VALUES (1)"))
    count = getattr(vault.table, first)(lambda read: read.execute("SELECT count(*) FROM card").fetchone())
    assert count == (len(expected),)
    assert list(vault.rows()) == expected
    newer.close()
    assert newer.attempt(lambda read: read.execute("SELECT x FROM theirs").fetchall()) == [(1,)]


def with_settings(folder: Path, **settings: str) -> Vault:
    vault = Vault(folder, overrides=settings, table=VaultTable(folder.parent / "table.sqlite"))
    vault.scan()
    return vault


def test_who_reads_with_other_settings_takes_nothing_from_a_program_that_is_open(vault_folder: Path) -> None:
    (vault_folder / "more.md").write_text("#flashcards\n\na;;b\n\nc::d\n")
    one = with_settings(vault_folder)
    queue = build_queue(one, NOW)
    before, counts = list(one.rows()), one.counts(NOW)
    other = with_settings(vault_folder, single_line_card_separator=";;")
    assert [row.path for row in other.rows()].count("more.md") == 1
    assert list(other.rows()) != before
    same = with_settings(vault_folder)
    for vault in (one, same):
        vault.scan()
        assert list(vault.rows()) == before
        assert vault.counts(NOW) == counts
    assert [row.path for row in queue] == [row.path for row in build_queue(one, NOW)]
    assert len(list(queue)) == len(queue)


def test_other_settings_replace_what_was_read_when_no_program_is_open(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_settings(vault_folder).table.close()
    with_settings(vault_folder, single_line_card_separator=";;").table.close()
    parsed = Counting(monkeypatch)
    with_settings(vault_folder, single_line_card_separator=";;")
    assert not parsed.take()


def test_what_question_marks_are_is_not_asked_again_of_every_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake, "RACY", 0)
    note = "#flashcards\n\nq\n??\na\n<!--SR:!2024-01-01,1,250-->\n"
    root = make_vault(tmp_path / "vault", {"a.md": note, "b.md": note})
    parsed = Counting(monkeypatch)
    for expected in (["a.md", "b.md"] * 2, []):
        vault = opened(root)
        vault.scan()
        assert parsed.take() == expected
        assert vault.inferred
    (root / "a.md").write_text(note.replace("-->", "!2024-01-01,1,250-->"))
    again = opened(root)
    again.scan()
    assert not again.inferred
    assert again.counts(NOW) == fresh(root).counts(NOW)


def test_what_another_program_has_read_first_is_news_all_the_same(vault_folder: Path) -> None:
    (vault_folder / "changed.md").write_bytes(SOURCE)
    (vault_folder / "gone.md").write_bytes(SOURCE)
    one, other = with_settings(vault_folder), with_settings(vault_folder)
    before = one.sheet("changed.md")
    for path, raw in (("changed.md", b"#flashcards\n\nx::y\n"), ("came.md", SOURCE)):
        (vault_folder / path).write_bytes(raw)
    (vault_folder / "gone.md").unlink()
    paths = ["changed.md", "came.md", "gone.md", one.paths()[0]]
    assert read_again(other, paths)
    changes = read_again(one, paths)
    assert (changes.came, list(changes.changed), list(changes.gone)) == (["came.md"], ["changed.md"], ["gone.md"])
    assert changes.changed["changed.md"].cards == before.cards if before else False
    assert changes.lost_cards(one)
    assert not read_again(one, paths[:2])


def test_of_two_programs_that_open_a_vault_for_the_first_time_one_reads_it(
    vault_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scan, "MANY", 5)
    monkeypatch.setattr(scan, "TOGETHER", 4)
    monkeypatch.setattr(note_files, "TOGETHER", 4)
    parsed = Counting(monkeypatch)
    waits = threading.Event()
    told: list[tuple[int, int]] = []
    other = opened(vault_folder)

    def tell(done: int, of: int) -> None:
        told.append((done, of))
        waits.set()

    scanning = threading.Thread(target=other.scan, args=(tell,))

    def begun(_done: int, _of: int) -> None:
        if scanning.ident is None:
            scanning.start()
            waits.wait(60)

    opened(vault_folder).scan(begun)
    scanning.join()
    paths = parsed.take()
    assert len(paths) == len(set(paths))
    assert told[0][1] == 12
    assert list(other.rows()) == list(fresh(vault_folder).rows())
