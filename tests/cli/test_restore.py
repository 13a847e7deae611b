"""`studyapp restore`, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studyapp.cli.main import main
from tests.helpers.vaults import NOW_TEXT, make_vault

COMMENT = "<!--SR:!2024-06-10,3,250-->"
NOTE = f"#flashcards\n\nFrance::Paris\n{COMMENT}\n\nSpain::Madrid\n"
WHOLE = "---\ntags: [review]\n---\n\n" + NOTE
DAY = NOW_TEXT[:10]


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A note with a graded card."""
    for name in ("DATA", "STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    return make_vault(tmp_path / "vault", {"A.md": NOTE})


def said(vault: Path, *words: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> tuple[str, str]:
    assert main([words[0], "--vault", str(vault), "--now", NOW_TEXT, *words[1:]]) == code
    return capsys.readouterr()


def grade(vault: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """Grade the first card; the note as it is then."""
    assert main(["cards", str(vault / "A.md"), "--json"]) == 0
    card = json.loads(capsys.readouterr().out)["questions"][0]["cards"][0]["id"]
    said(vault, "grade", card, "--grade", "good", capsys=capsys)
    graded = (vault / "A.md").read_text()
    assert COMMENT not in graded
    return graded


def test_the_days_are_listed_with_their_notes(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "no backups" in said(vault, "restore", capsys=capsys, code=1)[1]
    grade(vault, capsys)
    assert said(vault, "restore", capsys=capsys)[0] == f"{DAY}\n  A.md\n"
    listed = json.loads(said(vault, "restore", "--json", capsys=capsys)[0])
    assert listed == {"days": [{"day": DAY, "notes": ["A.md"]}]}


def test_what_would_change_is_shown_and_written_only_on_request(
    vault: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    graded = grade(vault, capsys)
    for words in ((DAY,), (DAY, "A.md"), (DAY, "--json")):
        out, _ = said(vault, "restore", *words, capsys=capsys)
        assert f"+{COMMENT}" in out
        assert (vault / "A.md").read_text() == graded
    out, _ = said(vault, "restore", DAY, "--yes", capsys=capsys)
    assert "Restored 1 note." in out
    assert (vault / "A.md").read_text() == NOTE
    assert "Nothing would change" in said(vault, "restore", DAY, "--yes", capsys=capsys)[0]
    assert f"the restore of {DAY}" in said(vault, "undo", capsys=capsys)[0]
    assert (vault / "A.md").read_text() == graded
    said(vault, "undo", capsys=capsys)
    assert (vault / "A.md").read_text() == NOTE


def test_scripts_hear_what_was_saved_and_what_is_left(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grade(vault, capsys)
    (vault / "A.md").write_text("#flashcards\n\nItaly::Rome\n")
    answer = json.loads(said(vault, "restore", DAY, "--yes", "--json", capsys=capsys, code=1)[0])
    (note,) = answer["notes"]
    assert (answer["day"], note["path"], note["saved"]) == (DAY, "A.md", False)
    assert COMMENT in note["left"][0]
    assert (vault / "A.md").read_text() == "#flashcards\n\nItaly::Rome\n"


def test_a_day_or_a_note_that_is_not_there_is_refused(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grade(vault, capsys)
    assert "no backup of 2020-01-01" in said(vault, "restore", "2020-01-01", capsys=capsys, code=1)[1]
    assert "no backup of B.md" in said(vault, "restore", DAY, "B.md", capsys=capsys, code=1)[1]


def test_the_grade_of_the_whole_note_stays(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (vault / "A.md").write_text(WHOLE)
    grade(vault, capsys)
    said(vault, "grade-note", "A.md", "--grade", "good", capsys=capsys)
    graded = (vault / "A.md").read_text()
    assert "sr-due" in graded
    said(vault, "restore", DAY, "--yes", capsys=capsys)
    front, _, text = (vault / "A.md").read_text().partition("\n\n")
    assert front == graded.partition("\n\n")[0]
    assert text == NOTE
