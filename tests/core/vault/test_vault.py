"""A folder of notes: what is visited, what is read again, how cards are counted."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from studyapp.core.disk.files import open_folder
from studyapp.core.errors import CardNotFoundError, VaultError
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.settings.model import Settings
from studyapp.core.vault.table.rows import NoteRows, rows_of
from studyapp.core.vault.vault import Vault
from tests.helpers.vaults import NOW, SEED, handles_of, make_vault, open_vault


def kinds(vault: Vault) -> list[Kind]:
    return [handle.question.kind for handle in handles_of(vault)]


def test_notes_in_dot_folders_and_other_files_are_left_out(tmp_path: Path) -> None:
    card = "#flashcards\n\na::b\n"
    make_vault(tmp_path, {"a.md": card, "x/b.MD": card, ".trash/c.md": card, "d.txt": card, ".hidden.md": card})
    assert open_vault(tmp_path).paths() == ["a.md", "x/b.MD"]


def test_copies_that_sync_tools_made_are_notes_without_cards(tmp_path: Path) -> None:
    card = "#flashcards\n\na::b\n<!--SR:!2024-06-01,3,250-->\n"
    copies = ["a.sync-conflict-20240601-101010-ABCDEFG.md", "a (Conflicted copy phone 202406011010).md"]
    vault = open_vault(make_vault(tmp_path, dict.fromkeys(["a.md", *copies], card)))
    assert vault.paths() == sorted(["a.md", *copies])
    assert [row.path for row in vault.rows()] == ["a.md"]
    assert not vault.problems


def test_a_link_back_to_a_folder_above_is_walked_once(tmp_path: Path) -> None:
    make_vault(tmp_path, {"x/a.md": "#flashcards\n\na::b\n"})
    (tmp_path / "x" / "up").symlink_to(tmp_path)
    assert open_vault(tmp_path).paths() == ["x/a.md"]


def test_a_second_scan_parses_only_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_vault(tmp_path, {"a.md": "#flashcards\n\na::b\n", "b.md": "#flashcards\n\nc::d\n", "c.md": "gone\n"})
    vault = open_vault(tmp_path)
    parsed: list[str] = []

    def read(path: str, raw: bytes, settings: Settings) -> NoteRows:
        parsed.append(path)
        return rows_of(path, raw, settings)

    monkeypatch.setattr("studyapp.core.vault.scan.note_files.rows_of", read)
    (tmp_path / "b.md").write_text("#flashcards\n\nc::d and more\n")
    (tmp_path / "c.md").unlink()
    vault.scan()
    assert parsed == ["b.md"]
    assert vault.paths() == ["a.md", "b.md"]


def test_a_scan_writes_nothing(tmp_path: Path) -> None:
    make_vault(tmp_path, {"a.md": "#flashcards\n\na::b\n<!--SR:!2024-01-01,1,250!2024-01-02,2,250-->\n"}, {})
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in tmp_path.rglob("*") if path.is_file()}
    open_vault(tmp_path)
    assert before == {p: (p.stat().st_mtime_ns, p.read_bytes()) for p in tmp_path.rglob("*") if p.is_file()}


def test_an_unreadable_note_is_a_finding_and_the_others_are_read(tmp_path: Path) -> None:
    make_vault(tmp_path, {"good.md": "#flashcards\n\na::b\n"})
    (tmp_path / "bad.md").symlink_to(tmp_path / "bad.md")  # a link to itself: nobody can read it, not even root
    (tmp_path / "worse.md").mkdir()
    vault = open_vault(tmp_path)
    assert vault.paths() == ["good.md"]
    assert not [problem for problem in vault.problems if problem.path != "bad.md"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="root reads everything")
def test_a_note_without_permission_is_reported_with_what_to_do(tmp_path: Path) -> None:
    make_vault(tmp_path, {"good.md": "#flashcards\n\na::b\n", "secret.md": "#flashcards\n\na::b\n"})
    (tmp_path / "secret.md").chmod(0)
    vault = open_vault(tmp_path)
    (problem,) = vault.problems
    assert (problem.path, problem.code) == ("secret.md", "unreadable-note")


def test_a_missing_vault_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(VaultError, match="studyapp init"):
        Vault(tmp_path / "nowhere")
    (tmp_path / "file.md").write_text("x")
    with pytest.raises(VaultError, match="not a folder"):
        Vault(tmp_path / "file.md")


def test_a_nested_vault_is_read_with_its_own_settings(tmp_path: Path) -> None:
    note = "#flashcards\n\nfront\n??\nback\n"
    make_vault(tmp_path, {"a.md": note}, {})
    make_vault(
        tmp_path / "inner", {"b.md": note}, {"multilineCardSeparator": "??", "multilineReversedCardSeparator": "?"}
    )
    make_vault(tmp_path / "inner" / "deep", {"c.md": note})
    vault = open_vault(tmp_path)
    assert [(handle.note.path, handle.question.kind) for handle in handles_of(vault)] == [
        ("a.md", Kind.MULTI_REVERSED),
        ("a.md", Kind.MULTI_REVERSED),
        ("inner/b.md", Kind.MULTI_BASIC),
        ("inner/deep/c.md", Kind.MULTI_BASIC),
    ]


@pytest.mark.parametrize("order", [["x", "x/y", "x/y/z"], ["x/y/z", "x/y", "x"]])
def test_a_note_has_the_settings_of_the_innermost_vault_that_it_is_in(tmp_path: Path, order: list[str]) -> None:
    ease = {"": 200, "x": 210, "x/y": 220, "x/y/z": 230}
    for folder, number in ease.items():
        make_vault(tmp_path / folder, {"n.md": "#flashcards\n\na::b\n"}, {"baseEase": number})
    make_vault(tmp_path, {"xx/n.md": "#flashcards\n\na::b\n", "x.md": "#flashcards\n\na::b\n"})
    vault = open_vault(tmp_path)
    vault.nested = {f"{folder}/": vault.nested[f"{folder}/"] for folder in order}
    paths = {"x/n.md": 210, "x/y/n.md": 220, "x/y/z/n.md": 230, "n.md": 200, "xx/n.md": 200, "x.md": 200}
    assert {path: vault.settings_of(path).base_ease for path in paths} == paths


ONE = "#flashcards\n\nq\n??\na\n<!--SR:!2024-01-01,1,250-->\n"
TWO = "#flashcards\n\nq\n??\na\n<!--SR:!2024-01-01,1,250!2024-01-02,2,250-->\n"


@pytest.mark.parametrize(
    ("notes", "plugin", "plain"),
    [
        pytest.param({"a.md": ONE}, None, True, id="one entry each"),
        pytest.param({"a.md": ONE, "b.md": "#flashcards\n\nq\n??\na\n"}, None, True, id="and one never reviewed"),
        pytest.param({"a.md": ONE, "b.md": TWO}, None, False, id="one of them has two"),
        pytest.param({"a.md": "#flashcards\n\nq\n??\na\n"}, None, False, id="none is scheduled"),
        pytest.param({"a.md": ONE}, {}, False, id="the plugin has settings"),
    ],
)
def test_the_notes_show_whether_double_question_marks_are_plain(
    tmp_path: Path, notes: dict[str, str], plugin: dict[str, str] | None, plain: bool
) -> None:
    vault = open_vault(make_vault(tmp_path, notes, plugin))
    assert vault.inferred is plain
    assert vault.settings.multiline_card_separator == ("??" if plain else "?")
    assert (Kind.MULTI_REVERSED in kinds(vault)) is not plain


def test_the_seed_note_has_two_cards_and_one_finding_whether_settings_are_there_or_inferred(tmp_path: Path) -> None:
    for root in (SEED.parent, make_vault(tmp_path, {SEED.name: SEED.read_bytes()})):
        vault = open_vault(root)
        note = vault.note(SEED.name)
        assert note is not None
        assert [(question.kind, len(question.cards)) for question in note.questions] == [
            (Kind.CLOZE, 1),
            (Kind.MULTI_BASIC, 1),
        ]
        assert note.questions[1].cards[0].front.startswith("> [!NOTE]")
        assert [(problem.code, problem.line) for problem in note.problems] == [("orphan-schedule", 53)]


def test_the_seed_note_has_three_cards_with_the_plugins_defaults(tmp_path: Path) -> None:
    vault = open_vault(make_vault(tmp_path, {SEED.name: SEED.read_bytes()}, {}))
    assert kinds(vault) == [Kind.CLOZE, Kind.MULTI_REVERSED, Kind.MULTI_REVERSED]


def test_a_card_in_two_decks_counts_once_above_them(tmp_path: Path) -> None:
    text = "#flashcards/a #flashcards/b\n\none::1\n<!--SR:!2024-06-01,3,250-->\n\ntwo::2\n"
    tree = open_vault(make_vault(tmp_path, {"n.md": text})).decks(NOW)
    flashcards = tree.children["flashcards"]
    assert (tree.due, tree.new, tree.total) == (flashcards.due, flashcards.new, flashcards.total) == (1, 1, 2)
    assert [(deck.path, deck.due, deck.new) for deck in flashcards.children.values()] == [
        ("flashcards/a", 1, 1),
        ("flashcards/b", 1, 1),
    ]


def test_the_histogram_counts_due_days_from_today(tmp_path: Path) -> None:
    text = "#flashcards\n\na:::b\n<!--SR:!2024-06-14,3,250!fsrs,2024-06-17T23:00:00.000Z,5,6,4,2,4,1,0,-->\n\nc::d\n"
    histogram = open_vault(make_vault(tmp_path, {"n.md": text})).histogram(NOW)
    assert dict(histogram) == {-1: 1, 2: 1}


def test_a_card_that_is_not_there_is_said_to_be_missing(tmp_path: Path) -> None:
    vault = open_vault(make_vault(tmp_path, {"n.md": "#flashcards\n\na::b\n"}))
    with pytest.raises(CardNotFoundError, match="no such card"):
        vault.find(CardId("n.md", "0", 1, 1))
    with pytest.raises(CardNotFoundError, match="not in the vault"):
        vault.find(CardId("m.md", "0", 1, 1))


def test_a_nested_vault_shows_for_itself_what_double_question_marks_are(tmp_path: Path) -> None:
    make_vault(tmp_path, {"a.md": TWO}, {})
    for name, text in (("inner", ONE), ("other", TWO)):
        notes = {"n.md": text, ".obsidian/app.json": "{}", ".studyapp/settings.toml": 'nested_settings = "own"\n'}
        make_vault(tmp_path / name, notes)
    vault = open_vault(tmp_path)
    assert vault.inferred
    assert {handle.note.path: handle.question.kind for handle in handles_of(vault)} == {
        "a.md": Kind.MULTI_REVERSED,
        "inner/n.md": Kind.MULTI_BASIC,
        "other/n.md": Kind.MULTI_REVERSED,
    }
    assert vault.settings_of("inner/n.md").multiline_reversed_card_separator == "???"


def test_a_folder_that_cannot_be_read_is_a_finding_until_it_can(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = Vault(make_vault(tmp_path, {"a.md": ONE, "shut/b.md": ONE}))

    def guarded(folder: Path) -> object:
        if folder.name == "shut":
            raise PermissionError(13, "Permission denied")
        return open_folder(folder)

    with monkeypatch.context() as patch:
        patch.setattr("studyapp.core.vault.scan.walk.open_folder", guarded)
        vault.scan()
        vault.scan()
        assert [(problem.code, problem.path) for problem in vault.problems] == [("unreadable-folder", "shut")]
    vault.scan()
    assert not vault.problems
    assert vault.paths() == ["a.md", "shut/b.md"]


def test_a_row_leads_back_to_its_card(tmp_path: Path) -> None:
    text = "#flashcards/x\n\na::b\n\nc:::d\n<!--SR:!2024-06-01,3,250!2024-06-02,4,230-->\n\na::b ^two\n"
    vault = open_vault(make_vault(tmp_path, {"n.md": text}))
    rows = list(vault.rows())
    assert [(row.question.number, row.side, row.question.occurrence, row.line) for row in rows] == [
        (0, 0, 1, 3),
        (1, 0, 1, 5),
        (1, 1, 1, 5),
        (2, 0, 2, 8),
    ]
    for row, handle in zip(rows, handles_of(vault), strict=True):
        assert vault.handle(row.id) == handle
        assert handle.row == row
        assert (row.id, row.schedule, row.decks) == (handle.id, handle.card.schedule, ("flashcards/x",))
    assert list(vault.rows("flashcards")) == rows
    assert not list(vault.rows("flash"))
