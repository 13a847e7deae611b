"""A card added to a note is read as a card there, and nothing else in the note changes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.disk import replace
from studyapp.core.disk.in_place import OvertakenError
from studyapp.core.edits.append import open_at_end, with_card
from studyapp.core.errors import NoteError
from studyapp.core.log.journal import Journal
from studyapp.core.notes.note import parse_note
from studyapp.core.settings.model import Settings
from studyapp.core.workspace import note_files
from studyapp.core.workspace.store import Store
from tests.helpers import strategies
from tests.helpers.rows import each_row
from tests.helpers.vaults import NOW

TEXT = "how far?\n?\nto six"
SETTINGS = (
    Settings(),
    Settings(convert_folders_to_decks=True),
    Settings(multiline_card_end_marker="+++"),
    Settings(multiline_card_separator="??", multiline_reversed_card_separator="?"),
)
FOLDERS = Settings(convert_folders_to_decks=True)


@each_row(
    "before, added",
    [
        (b"#flashcards", b"\n\nhow far?\n?\nto six"),
        (b"#flashcards\n", b"\nhow far?\n?\nto six\n"),
        (b"#flashcards\n\n", b"how far?\n?\nto six\n"),
        (b"#flashcards\n\n\n\n", b"how far?\n?\nto six\n"),
        (b"#flashcards\n \t", b"\nhow far?\n?\nto six\n"),
        (b"#flashcards\r\n\r\na::b", b"\r\n\r\nhow far?\r\n?\r\nto six"),
        (b"#flashcards\r\n\r\na::b\r\n", b"\r\nhow far?\r\n?\r\nto six\r\n"),
        (b"#flashcards\r\r", b"how far?\r?\rto six\r"),
        (b"#flashcards\nmore\nmore\r", b"\r\nhow far?\n?\nto six\r\n"),
        (b"\xef\xbb\xbf#flashcards \xff\xfe\n", b"\nhow far?\n?\nto six\n"),
        (b"---\ntags: flashcards\n---", b"\n\nhow far?\n?\nto six"),
        (b"#flashcards\n\na\n?\nb\n<!--SR:!2024-01-01,3,250-->", b"\n\nhow far?\n?\nto six"),
        (b"#flashcards\n\n```py\na\n```\n", b"\nhow far?\n?\nto six\n"),
        (b"#flashcards\n\n| a |\n|---|\n| b |", b"\n\nhow far?\n?\nto six"),
    ],
)
def test_a_card_stands_behind_everything_after_a_blank_line_with_the_note_s_own_line_ends(
    before: bytes, added: bytes
) -> None:
    after = with_card("a.md", before, TEXT, Settings())
    assert after == before + added
    old, new = (parse_note("a.md", raw, Settings()).questions for raw in (before, after))
    assert [(card.front, card.back) for card in new[-1].cards] == [("how far?", "to six")]
    assert len(new) == len(old) + 1


def test_an_empty_note_takes_a_card_where_folders_are_decks() -> None:
    after = with_card("deck/a.md", b"", TEXT, FOLDERS)
    assert after == b"how far?\n?\nto six\n"
    assert len(parse_note("deck/a.md", after, FOLDERS).questions) == 1


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "none of the tags #flashcards"),
        (b"prose", "none of the tags #flashcards"),
        (b"#flashcards\n```py\ncode", "a code block that is not closed"),
        (b"#flashcards\n~~~~\ncode\n~~~", "a code block that is not closed"),
        (b"#flashcards\n<!-- not\nclosed", "a comment that is not closed"),
        (b"#flashcards\n%%\nhidden", "a comment that is not closed"),
        (b"#flashcards\n<!-- the plugin\nskips all behind -->\nmore", "not be read as one card"),
        (b"#flashcards\n<<<<<<< a\nb\n=======\nc\n>>>>>>> d", "merge conflicts"),
    ],
)
def test_a_note_where_it_would_be_no_card_is_refused_with_the_reason(raw: bytes, why: str) -> None:
    with pytest.raises(NoteError, match=why):
        with_card("a.md", raw, TEXT, Settings())


def test_a_note_that_the_settings_leave_out_is_refused() -> None:
    with pytest.raises(NoteError, match="this folder is ignored"):
        with_card("old/a.md", b"#flashcards", TEXT, Settings(note_folders_to_ignore=("old",)))
    with pytest.raises(NoteError, match="cards are ignored"):
        with_card("a.md", b"#flashcards #x", TEXT, Settings(flashcard_tags_to_ignore=("#x",)))


@pytest.mark.parametrize("text", ["a :: b\n?\nc", "no separator", "a\n\nb\n?\nc", "a\n?\nb::c"])
def test_a_text_that_would_not_be_one_card_is_refused(text: str) -> None:
    with pytest.raises(NoteError, match="not be read as one card"):
        with_card("a.md", b"#flashcards", text, Settings())


def test_with_an_end_marker_a_card_that_lacks_its_own_is_closed_first() -> None:
    settings = Settings(multiline_card_end_marker="+++")
    after = with_card("a.md", b"#flashcards\n\nq\n?\nlast\n", f"{TEXT}\n+++", settings)
    assert after == b"#flashcards\n\nq\n?\nlast\n\n+++\n\nhow far?\n?\nto six\n+++\n"
    last, new = parse_note("a.md", after, settings).questions
    assert (last.cards[0].back, new.cards[0].back) == ("last", "to six")


@given(strategies.notes(), st.sampled_from(SETTINGS))
def test_whatever_the_note_is_the_card_is_added_or_refused_and_the_rest_stays(raw: bytes, settings: Settings) -> None:
    try:
        after = with_card("deck/a.md", raw, TEXT, settings)
    except NoteError:
        return
    assert after.startswith(raw)
    old, new = (parse_note("deck/a.md", one, settings) for one in (raw, after))
    assert [(q.text, q.entries) for q in new.questions[:-1]] == [(q.text, q.entries) for q in old.questions]
    assert len(new.questions) == len(old.questions) + 1


@given(st.lists(st.sampled_from(["```", "~~~~", "<!-- a", "-->", "%%", "x", "```py", "<!-- a -->", "`` ` ``", ""])))
def test_what_is_closed_by_its_own_end_is_not_open(lines: list[str]) -> None:
    ends = {"a code block": ["```", "~~~~~~~"], "a comment": ["-->", "%%"]}
    what = open_at_end([*lines, ""])
    if what is not None:
        assert any(open_at_end([*lines, "", end]) is None for end in ends[what])


# Through the store


@pytest.fixture
def desk(tmp_path: Path) -> Store:
    (tmp_path / "note.md").write_bytes(b"#flashcards\r\n")
    return Store(tmp_path, Journal(tmp_path / ".studyapp" / "log.jsonl"), lambda _: Settings())


def test_the_store_writes_it_and_undo_takes_it_out(desk: Store) -> None:
    saved = desk.add_card("note.md", TEXT, NOW)
    note = desk.files.root / "note.md"
    assert saved.raw == note.read_bytes() == b"#flashcards\r\n\r\nhow far?\r\n?\r\nto six\r\n"
    desk.undo(saved.action, NOW)
    assert note.read_bytes() == b"#flashcards\r\n"
    desk.redo(desk.journal.find(saved.action.id) or saved.action, NOW)
    assert note.read_bytes() == saved.raw


@pytest.mark.parametrize("path", ["../note.md", "/etc/passwd", "a\0b.md"])
def test_the_store_writes_in_its_vault_only(desk: Store, path: str) -> None:
    with pytest.raises(NoteError, match="not in this vault"):
        desk.add_card(path, TEXT, NOW)


def test_a_note_that_is_gone_or_read_only_is_reported(desk: Store) -> None:
    with pytest.raises(NoteError, match="no longer exists"):
        desk.add_card("other.md", TEXT, NOW)
    (desk.files.root / "note.md").chmod(0o444)
    with pytest.raises(NoteError, match="read-only"):
        desk.add_card("note.md", TEXT, NOW)
    assert (desk.files.root / "note.md").read_bytes() == b"#flashcards\r\n"


def test_what_another_program_writes_in_between_is_kept_and_the_card_stands_behind_it(
    desk: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, calls = desk.files.root / "note.md", []

    def overtaken_once(path: Path, old: bytes, new: bytes) -> None:
        calls.append(new)
        if len(calls) == 1:
            note.write_bytes(old + b"theirs\r\n")
        replace.replace_bytes(path, old, new)

    monkeypatch.setattr(note_files, "replace_bytes", overtaken_once)
    desk.add_card("note.md", TEXT, NOW)
    assert note.read_bytes() == b"#flashcards\r\ntheirs\r\n\r\nhow far?\r\n?\r\nto six\r\n"


def test_a_note_that_is_written_without_end_is_left_alone(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def overtaken(path: Path, old: bytes, new: bytes) -> None:
        raise OvertakenError

    monkeypatch.setattr(note_files, "replace_bytes", overtaken)
    monkeypatch.setattr(note_files, "_PAUSE", 0)
    with pytest.raises(NoteError, match="keeps being written"):
        desk.add_card("note.md", TEXT, NOW)
