"""`studyapp notes` and `studyapp grade-note`, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studyapp.cli.main import main
from studyapp.core.log.actions import Action
from studyapp.core.workspace.store import Saved, Store
from tests.helpers.vaults import NOW_TEXT, make_vault

DUE = "---\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n#review\n\nOld.\n"


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    return make_vault(tmp_path / "vault", {"a/Due.md": DUE, "New.md": "#review\n", "Other.md": "x\n"})


def said(vault: Path, *given: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> tuple[str, str]:
    assert main([*given, "--vault", str(vault), "--now", NOW_TEXT]) == code
    return capsys.readouterr()


def test_notes_are_listed_due_ones_first(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(vault, "notes", capsys=capsys)
    assert out == "2024-06-10  a/Due.md\nnew         New.md\n"
    assert err == "1 due, 1 new, 2 in all with #review\n"
    found = json.loads(said(vault, "notes", "--json", capsys=capsys)[0])
    schedule = {"due": "2024-06-10", "interval": 4, "ease": 250}
    assert found["due"] == [{"path": "a/Due.md", "tags": ["#review"], "schedule": schedule}]
    assert [note["path"] for note in found["new"]] == ["New.md"]
    assert found["total"] == 2


def test_a_grade_is_written_and_taken_back(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(vault, "grade-note", "a/Due.md", "--grade", "good", "--json", capsys=capsys)[0])
    text = (vault / "a/Due.md").read_text()
    assert found["saved"] is True
    assert f"sr-due: {found['schedule']['due']}\n" in text
    assert text.endswith("---\n#review\n\nOld.\n")
    assert 'Undid "Good" for a whole note, a/Due.md' in said(vault, "undo", capsys=capsys)[0]
    assert (vault / "a/Due.md").read_text() == DUE
    out, _ = said(vault, "grade-note", "New.md", "--grade", "easy", capsys=capsys)
    assert out == "New.md: easy, due 2024-06-19\n"


def test_a_note_that_is_not_reviewed_whole_is_reported(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, err = said(vault, "grade-note", "Other.md", "--grade", "good", capsys=capsys, code=1)
    assert "Other.md is not a note that is reviewed whole" in err
    assert not (vault / ".studyapp").exists()
    with pytest.raises(SystemExit):
        main(["grade-note", "New.md", "--grade", "again"])


@pytest.fixture
def theirs(vault: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The note's schedule after another program has reviewed it, just before a grade is written."""
    newer, save = DUE.replace("2024-06-10", "2025-03-01").replace(": 4", ": 200"), Store.save

    def late(self: Store, action: Action) -> Saved:
        if (vault / "a/Due.md").read_text() == DUE:
            (vault / "a/Due.md").write_text(newer)
        return save(self, action)

    monkeypatch.setattr(Store, "save", late)
    return newer


def test_a_newer_schedule_is_an_error_and_a_grade_by_force_takes_the_place_of_the_one_that_waits(
    vault: Path, theirs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, err = said(vault, "grade-note", "a/Due.md", "--grade", "good", capsys=capsys, code=1)
    assert "waits; the same command with `--force`" in err
    assert (vault / "a/Due.md").read_text() == theirs
    said(vault, "grade-note", "a/Due.md", "--grade", "good", "--force", capsys=capsys)
    assert (vault / "a/Due.md").read_text() != theirs
    said(vault, "undo", capsys=capsys)
    assert (vault / "a/Due.md").read_text() == theirs
    said(vault, "undo", capsys=capsys, code=1)


def test_by_force_the_grade_counts_from_the_newer_schedule(
    vault: Path, theirs: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = said(vault, "grade-note", "a/Due.md", "--grade", "good", "--force", "--json", capsys=capsys)
    assert json.loads(out)["schedule"]["interval"] >= 200
    said(vault, "undo", capsys=capsys)
    assert (vault / "a/Due.md").read_text() == theirs
    said(vault, "undo", capsys=capsys, code=1)
