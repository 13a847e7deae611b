from __future__ import annotations

import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk.stamp import Stamp
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Sm2
from studyapp.core.settings.load import Settings
from studyapp.core.text.note_text import NoteText
from studyapp.core.vault import index as module
from studyapp.core.vault.index import RACY, CardPlace, Count, Index, Parsed, fingerprint
from studyapp.core.vault.sheet import pack, sheet_of, unpack
from studyapp.core.vault.vault import Vault
from studyapp.study.review.queue import build_queue
from tests.bench.generate import notes as made_up
from tests.bench.generate import write_vault
from tests.helpers.strategies import examples

PLAIN = Settings()
NOW = datetime(2026, 1, 15, 12, tzinfo=UTC)
SOURCE = b"#flashcards\n\na::b\n<!--SR:!2026-01-10,3,250-->\n\nc:::d\n"

PIECES = st.sampled_from(
    ["\n", "\n\n", "\r\n", "#flashcards/x", "a", " ", "::", ":::", "\n?\n", "\n??\n", "==b==", "==1;;c==", "==d;;e==",
     "```\n", "\n# H\n", "<!--SR:!2026-01-10,3,250!2000-01-01,1,250-->", "<!--SR:!x,NaN,2-->", "!2026-01-10,3,250",
     " ^id", "<!--SR:!fsrs,2026-01-01T00:00:00.000Z,3,4.5,NaN,2,1,0,0,--->", "\udcff", "😀", "\u2028",
     "<<<<<<<\n>>>>>>>\n"]
)  # fmt: skip
FRONT = st.sampled_from(
    [
        "",
        "---\ntags: flashcards\nn: {a: [1, 2.5, true, null]}\n---\n",
        "---\n1: {2: x}\n---\n",
        "---\na: [\n---\n",
        "---\n",
    ]
)


def texts() -> st.SearchStrategy[bytes]:
    body = st.lists(PIECES, max_size=30).map("".join)
    return st.tuples(FRONT, body).map(lambda both: "".join(both).encode("utf-8", "surrogateescape"))


def entry(path: str, raw: bytes = SOURCE, number: int = 1, of: Settings = PLAIN) -> Parsed:
    return Parsed(
        path, sheet_of(parse_note(path, raw, of)), Stamp(number, len(raw), number, number), of, number + 2 * RACY
    )


def wanted(*entries: Parsed) -> dict[str, tuple[Stamp, Settings]]:
    return {one.path: (one.stamp, one.settings) for one in entries}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / "cache" / "vault.sqlite")


@given(texts(), st.booleans())
def test_a_sheet_that_is_unpacked_is_the_sheet_that_was_packed(raw: bytes, folders: bool) -> None:
    of = Settings(flashcard_tags=("#flashcards", "#x"), convert_folders_to_decks=folders)
    sheet = sheet_of(parse_note("a/b.md", raw, of))
    assert repr(unpack("a/b.md", pack(sheet), {})) == repr(sheet)


def test_real_looking_notes_come_back_as_they_were(index: Index) -> None:
    entries = [entry(path, raw) for path, raw in made_up(60, seed=3)]
    index.store(entries)
    assert index.load(wanted(*entries)) == {one.path: one.sheet for one in entries}


@pytest.mark.parametrize("change", [{"modified": 2}, {"size": 1}, {"inode": 2}, {"changed": 2}])
def test_a_note_of_another_state_of_the_file_is_not_given(index: Index, change: dict[str, int]) -> None:
    one = entry("a.md")
    index.store([one])
    stamp = Stamp(**{"modified": 1, "size": len(SOURCE), "inode": 1, "changed": 1} | change)
    assert index.load({"a.md": (stamp, PLAIN)}) == {}
    assert index.load(wanted(one)) == {"a.md": one.sheet}


def test_a_note_that_was_read_with_other_settings_is_not_given(index: Index) -> None:
    one = entry("a.md")
    index.store([one])
    assert index.load({"a.md": (one.stamp, Settings(single_line_card_separator=";;"))}) == {}
    assert index.load({"a.md": (one.stamp, Settings(theme="light", editor="vi"))}) == {"a.md": one.sheet}


def test_another_state_of_the_parser_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = fingerprint(PLAIN)
    fingerprint.cache_clear()
    monkeypatch.setattr(module, "_program", lambda: ("another",))
    try:
        assert fingerprint(PLAIN) != before
    finally:
        fingerprint.cache_clear()


def test_the_fingerprint_looks_at_every_room_that_a_notes_meaning_comes_from() -> None:
    rooms = {one.__module__.split(".")[2] for one in (NoteText, Settings, Sm2, parse_note, sheet_of)}
    assert rooms <= set(module._PARSER)
    core = Path(module.__file__).parents[1]
    assert all(list((core / room).glob("*.py")) for room in module._PARSER)


@pytest.mark.parametrize("clock", ["modified", "changed"])
def test_a_note_that_was_changed_just_before_it_was_read_is_not_kept(index: Index, clock: str) -> None:
    stamp = Stamp(**{"modified": 0, "size": 1, "inode": 1, "changed": 0, clock: 10 * RACY})
    racy = Parsed("a.md", sheet_of(parse_note("a.md", SOURCE, PLAIN)), stamp, PLAIN, 11 * RACY - 1)
    index.store([racy])
    assert index.load(wanted(racy)) == {}
    assert index.first_due(NOW) is None
    later = racy._replace(read_at=11 * RACY)
    index.store([later])
    assert index.load(wanted(later)) == {"a.md": later.sheet}


def test_a_newer_note_replaces_the_older_one_and_its_cards(index: Index) -> None:
    index.store([entry("a.md")])
    newer = entry("a.md", b"#flashcards\n\nx::y\n", number=2)
    index.store([newer])
    assert index.load(wanted(newer)) == {"a.md": newer.sheet}
    assert index.counts(NOW) == {("flashcards",): Count(0, 1, 1)}


def test_forgotten_notes_leave_nothing_behind(index: Index) -> None:
    entries = [entry(f"{name}.md") for name in "abc"]
    index.store(entries)
    index.forget(["a.md", "c.md", "never.md"])
    assert index.paths() == ["b.md"]
    assert index.counts(NOW) == {("flashcards",): Count(1, 2, 3)}


def test_a_file_name_that_is_not_utf_8_is_a_path_like_any_other(index: Index) -> None:
    one = entry("caf\udce9.md")
    index.store([one])
    assert index.paths() == ["caf\udce9.md"]
    assert index.load(wanted(one)) == {"caf\udce9.md": one.sheet}
    assert index.first_due(NOW) == CardPlace("caf\udce9.md", 0, 0)


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=-9)), timezone(timedelta(hours=11))])
@pytest.mark.parametrize("deck", [None, "flashcards/maths", "flashcards/mat", "none"])
def test_first_due_and_counts_agree_with_the_queue_and_the_deck_tree(
    tmp_path: Path, zone: timezone, deck: str | None
) -> None:
    write_vault(tmp_path / "vault", 40, seed=5)
    vault = Vault(tmp_path / "vault")
    vault.scan()
    index = Index(tmp_path / "index.sqlite")
    index.store([Parsed(path, sheet, Stamp(1, 1, 1), PLAIN, 2 * RACY) for path, sheet in vault.sheets.items()])
    now = NOW.astimezone(zone)
    queue = build_queue(vault, now, deck)
    assert bool(queue) == (deck in (None, "flashcards/maths"))
    for skip, row in enumerate(queue[:40]):
        place = index.first_due(now, deck, skip=skip)
        assert place is not None
        assert (place.path, place.question, place.side) == (row.path, row.question.number, row.side)
    assert index.first_due(now, deck, skip=len(queue)) is None
    total = [sum(column) for column in zip(*index.counts(now).values(), strict=True)]
    tree = vault.decks(now)
    assert total == [tree.due, tree.new, tree.total]


@given(st.binary(max_size=200), st.integers(0, 60_000))
@examples(40)
def test_a_damaged_cache_gives_the_truth_or_nothing_and_works_again(
    tmp_path_factory: pytest.TempPathFactory, junk: bytes, place: int
) -> None:
    path = tmp_path_factory.mktemp("damaged") / "x.sqlite"
    entries = [entry(f"{number}.md", raw) for number, (_, raw) in enumerate(made_up(5, seed=1))]
    index = Index(path)
    index.store(entries)
    index.close()
    data = path.read_bytes()
    place = min(place, len(data))
    path.write_bytes(data[:place] + junk + data[place + len(junk) :])
    index = Index(path)
    true = {one.path: one.sheet for one in entries}
    assert index.load(wanted(*entries)).items() <= true.items()
    index.counts(NOW)
    index.first_due(NOW)
    index.store(entries)
    index.store(entries)
    index.load(wanted(*entries))
    index.store(entries)
    assert index.load(wanted(*entries)) == true
    index.close()


@pytest.mark.parametrize(
    "junk", [b"", b"not a database, but long enough to be looked at" * 40, b"SQLite format 3\0" + bytes(84)]
)
def test_a_file_that_is_no_database_is_made_anew(tmp_path: Path, junk: bytes) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(junk)
    one = entry("a.md")
    index = Index(path)
    index.store([one])
    assert index.load(wanted(one)) == {"a.md": one.sheet}


def test_a_database_of_another_version_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE note (something)")
        connection.execute("PRAGMA user_version = 999")
    connection.close()
    one = entry("a.md")
    index = Index(path)
    index.store([one])
    assert index.load(wanted(one)) == {"a.md": one.sheet}


def test_a_row_that_was_changed_from_outside_is_not_believed(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    one = entry("a.md")
    index = Index(path)
    index.store([one])
    index.close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE note SET data = replace(data, 'flashcards', 'elsewhere!')")
    connection.close()
    index = Index(path)
    assert index.load(wanted(one)) == {}
    index.store([one])
    assert index.load(wanted(one)) == {"a.md": one.sheet}


def test_a_file_that_others_could_write_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    one = entry("a.md")
    index = Index(path)
    index.store([one])
    index.close()
    path.chmod(0o666)
    index = Index(path)
    assert index.load(wanted(one)) == {}
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_symbolic_link_in_the_place_of_the_cache_is_replaced_and_what_it_points_at_untouched(
    tmp_path: Path,
) -> None:
    precious = tmp_path / "precious"
    precious.write_bytes(b"years of notes")
    (tmp_path / "x.sqlite").symlink_to(precious)
    one = entry("a.md")
    index = Index(tmp_path / "x.sqlite")
    index.store([one])
    assert index.load(wanted(one)) == {"a.md": one.sheet}
    assert precious.read_bytes() == b"years of notes"


def test_where_there_can_be_no_cache_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    one = entry("a.md")
    index = Index(tmp_path / "file" / "x.sqlite")
    index.store([one])
    index.forget(["a.md"])
    assert (index.load(wanted(one)), index.paths(), index.counts(NOW), index.first_due(NOW)) == ({}, [], {}, None)
    index.close()


def test_while_another_program_writes_reading_goes_on_and_writing_is_given_up(
    tmp_path: Path, monkeypatch: Any
) -> None:
    path = tmp_path / "x.sqlite"
    one, two = entry("a.md"), entry("b.md")
    monkeypatch.setattr(module, "PATIENCE", 0.01)
    index = Index(path)
    index.store([one])
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    other.execute("DELETE FROM note")
    index.store([two])
    assert index.load(wanted(one, two)) == {"a.md": one.sheet}
    other.execute("ROLLBACK")
    other.close()
    index.store([two])
    assert index.load(wanted(one, two)) == {"a.md": one.sheet, "b.md": two.sheet}


def test_programs_that_share_a_cache_neither_fail_nor_lose_notes(tmp_path: Path) -> None:
    program = dedent("""
        import sys
        from pathlib import Path
        from tests.core.vault.test_index import entry, wanted
        from studyapp.core.vault.index import Index
        index = Index(Path(sys.argv[1]))
        for number in range(25):
            ours = entry(f"{sys.argv[2]}{number}.md")
            index.store([ours, entry("shared.md")])
            assert index.load(wanted(ours)) == {ours.path: ours.sheet}
            index.forget([f"{sys.argv[2]}{number - 1}.md", "shared.md"])
    """)
    path = tmp_path / "x.sqlite"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", program, path, name], stderr=subprocess.PIPE, cwd=Path(__file__).parents[3]
        )
        for name in "abc"
    ]
    said = [process.communicate()[1].decode() for process in running]
    assert [process.returncode for process in running] == [0, 0, 0], said
    assert set(Index(path).paths()) >= {"a24.md", "b24.md", "c24.md"}
