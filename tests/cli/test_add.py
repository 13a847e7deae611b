"""`studyapp add`: a card goes where it belongs, is reported, and can be taken back."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from studyapp.cli import add as command
from studyapp.cli.main import main
from tests.helpers.vaults import NOW_TEXT, make_vault

NOTES: dict[str, str | bytes] = {
    "A.md": "#flashcards/a\n\nFrance::Paris\n\nItaly::Rome\n",
    "B.md": "---\ntags: [flashcards/a, x]\n---\nSpain::Madrid",
    "C.md": b"#flashcards/a/below\r\n\r\nGreece::Athens\r\n",
    "Plain.md": "no cards\n",
}


class Shell:
    """Adds cards to one vault and reads the output."""

    def __init__(self, vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.vault, self.capsys = vault, capsys

    def __call__(self, *words: str, name: str = "add", code: int = 0) -> tuple[str, str]:
        assert main([name, "--vault", str(self.vault), "--now", NOW_TEXT, *words]) == code
        return self.capsys.readouterr()

    def bytes_of(self, note: str) -> bytes:
        return (self.vault / note).read_bytes()


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    for name in ("DATA", "STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    return Shell(make_vault(tmp_path / "vault", NOTES), capsys)


def test_a_card_goes_to_the_end_of_the_note_with_most_cards_of_the_deck_and_undo_takes_it_out(shell: Shell) -> None:
    before = shell.bytes_of("A.md")
    out, err = shell("Portugal", "Lisbon", "--deck", "flashcards/a")
    assert out == "Added to A.md:7, in flashcards/a:\n\n    Portugal::Lisbon\n"
    assert err == ""
    assert shell.bytes_of("A.md") == before + b"\nPortugal::Lisbon\n"
    assert "Undid adding a card" in shell(name="undo")[0]
    assert shell.bytes_of("A.md") == before
    shell(name="redo")
    assert shell.bytes_of("A.md") == before + b"\nPortugal::Lisbon\n"


def test_the_notes_line_ends_and_its_missing_last_one_are_kept(shell: Shell) -> None:
    before = shell.bytes_of("C.md")
    shell("a", "b\n\nc", "--note", "C")
    assert shell.bytes_of("C.md") == before + b"\r\na\r\n?\r\nb\r\n<br>\r\nc\r\n"
    before = shell.bytes_of("B.md")
    shell("a", "b", "--note", "B.md", "--both-ways")
    assert shell.bytes_of("B.md") == before + b"\n\na:::b"


def test_a_card_for_a_deck_that_has_only_subdecks_goes_into_one_of_them_without_a_tag(shell: Shell) -> None:
    before = shell.bytes_of("A.md")
    assert shell("Portugal", "Lisbon", "--deck", "flashcards")[0].startswith("Added to A.md:7, in flashcards/a:")
    assert shell.bytes_of("A.md") == before + b"\nPortugal::Lisbon\n"


def test_a_deck_that_the_note_does_not_have_becomes_a_tag_of_the_question(shell: Shell) -> None:
    said = json.loads(shell("The ==sun== is hot.", "--note", "A.md", "--deck", "flashcards/sky", "--json")[0])
    assert (said["decks"], said["type"], said["added"]) == (["flashcards/sky"], "cloze", True)
    assert shell.bytes_of("A.md").endswith(b"\n#flashcards/sky The ==sun== is hot.\n")
    assert said["lines"] == [7, 7]


@pytest.mark.parametrize(
    ("typed", "written"),
    [("Peru\tLima\n", "Peru::Lima"), ("Peru\n?\nLima\n", "Peru\n?\nLima"), ("==Lima== in Peru", "==Lima== in Peru")],
)
def test_a_card_is_read_from_standard_input_and_from_the_clipboard(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, typed: str, written: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    shell("--note", "A.md")
    assert shell.bytes_of("A.md").decode().endswith(f"\n\n{written}\n")
    shell(name="undo")
    monkeypatch.setattr(command, "_clipboard", lambda: typed)
    shell("--note", "A.md", "--from-clipboard")
    assert shell.bytes_of("A.md").decode().endswith(f"\n\n{written}\n")


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        (b"Peru\tLima\r\n", b"\n\nPeru::Lima\n"),
        (b"Peru\r\n?\r\nLima\r\n", b"\n\nPeru\n?\nLima\n"),
        (b"==Lima==\ris in\r==Peru==\r", b"\n\n==Lima==\nis in\n==Peru==\n"),
    ],
)
def test_lines_from_other_systems_end_as_those_of_the_note(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, typed: bytes, written: bytes
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8", "replace", newline="\n"))
    shell("--note", "A.md")
    assert shell.bytes_of("A.md").endswith(written)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        (b"\xff\xfe\tLima", "not UTF-8 text"),
        (b"Pe\0ru\tLima", "holds a NUL"),
        (b"Peru\t" + b"x" * 65_532, "65,536 characters at most"),
        (b"Peru\t" + b"x" * 900_000, "65,536 characters at most"),
        (b"", "this isn't a card"),
        (b"==1000000;;Lima== is in Peru", "would make too many"),
        (b"#a==b== Lima", "its clozes are in its tag"),
    ],
)
def test_input_that_is_not_a_card_or_more_than_one_can_hold_adds_nothing(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, typed: bytes, why: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(typed), "utf-8", "replace", newline="\n"))
    before = shell.bytes_of("A.md")
    assert why in shell("--note", "A.md", code=2)[1]
    assert shell.bytes_of("A.md") == before


def test_the_clipboard_is_what_the_first_program_that_is_there_prints(
    shell: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    program = tmp_path / "xclip"
    program.write_text("#!/bin/sh\nprintf 'Peru\\tLima'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", ":0")
    shell("--note", "A.md", "--from-clipboard")
    assert shell.bytes_of("A.md").endswith(b"\nPeru::Lima\n")
    program.write_text("#!/bin/sh\nprintf '\\377'\n")
    assert "not UTF-8 text" in shell("--note", "A.md", "--from-clipboard", code=2)[1]
    monkeypatch.setattr(command, "_SECONDS", 0.2)
    program.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    assert "can't read the clipboard" in shell("--note", "A.md", "--from-clipboard", code=1)[1]
    program.unlink()
    assert "can't read the clipboard" in shell("--note", "A.md", "--from-clipboard", code=1)[1]


def test_the_user_is_told_that_a_front_exists_already(shell: Shell) -> None:
    _, err = shell("  FRANCE", "Lyon", "--note", "B.md")
    assert "a card with this front already exists: A.md:" in err
    assert "`studyapp undo` removes the new one" in err
    assert "already" not in shell("Fran", "x", "--note", "B.md")[1]


def test_a_dry_run_shows_it_and_writes_nothing(shell: Shell) -> None:
    before = {path: path.read_bytes() for path in shell.vault.rglob("*") if path.is_file()}
    assert shell("a", "b", "--note", "A.md", "--dry-run")[0].startswith("Would be added to A.md:7")
    assert json.loads(shell("a", "b", "--note", "A.md", "--dry-run", "--json")[0])["added"] is False
    assert before == {path: path.read_bytes() for path in shell.vault.rglob("*") if path.is_file()}


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("a", "b"), 2, "name a note or a deck"),
        (("a", "b", "--note", "Nowhere.md"), 1, "there is no note 'Nowhere.md'"),
        (("a", "b", "--note", "Else/plain"), 1, "there is no note 'Else/plain'; did you mean 'Plain.md'?"),
        (("a", "b", "--deck", "flashcards/none"), 2, "no note has cards in the deck"),
        (("a", "b", "--note", "Plain.md"), 1, "none of the tags"),
        (("a", "--note", "A.md"), 2, "no back, no separator and no cloze"),
        (("a", " ", "--note", "A.md"), 2, "a side is empty"),
        (("x" * 70_000, "b", "--note", "A.md"), 2, "65,536 characters"),
        (("a", "b", "--note", "A.md", "--deck", "two words"), 1, "cannot be in the deck two words"),
    ],
)
def test_what_is_wrong_is_reported_and_nothing_is_written(
    shell: Shell, words: tuple[str, ...], code: int, why: str
) -> None:
    before = {path: path.read_bytes() for path in shell.vault.rglob("*") if path.is_file()}
    assert why in shell(*words, code=code)[1]
    assert before == {path: path.read_bytes() for path in shell.vault.rglob("*") if path.is_file()}
