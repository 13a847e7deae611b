from __future__ import annotations

import json
from pathlib import Path

import pytest

from studyapp.study.vaults.find import completions, find, has_notes, typed_path
from tests.helpers.rows import each_row


@pytest.fixture
def person(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)
    return home


def vault(folder: Path) -> Path:
    (folder / ".obsidian").mkdir(parents=True)
    return folder


def test_vaults_of_obsidian_come_first_and_each_vault_once(person: Path, tmp_path: Path) -> None:
    listed, near = vault(tmp_path / "far" / "Listed"), vault(person / "Documents" / "Near")
    vault(near / "Inner")
    vault(person / "a" / "b" / "c" / "Deep")
    vault(person / ".hidden" / "Vault")
    (person / "link").symlink_to(listed)
    file = person / ".config/obsidian/obsidian.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps({"vaults": {"x": {"path": str(listed)}, "y": {"path": str(near)}}}))
    assert [(one.folder, one.source) for one in find()] == [(listed, "in Obsidian"), (near, "in Obsidian")]
    file.unlink()
    assert [one.folder for one in find()] == [near]


def test_a_typed_path_is_completed_by_folders_only(person: Path) -> None:
    for name in ("Notes", "notebook", "News", ".secret"):
        (person / name).mkdir()
    (person / "Note.md").touch()
    assert [folder.name for folder in completions("~/no")] == ["notebook", "Notes"]
    assert [folder.name for folder in completions(f"{person}/N")] == ["News", "Notes", "notebook"]
    assert [folder.name for folder in completions("~")] == ["News", "notebook", "Notes"]
    assert [folder.name for folder in completions("~/.s")] == [".secret"]
    assert completions("Notes") == completions("/\0") == completions("/nowhere/x") == []


def test_a_folder_with_a_note_or_that_is_a_vault_looks_like_notes(tmp_path: Path) -> None:
    assert not has_notes(tmp_path)
    assert not has_notes(tmp_path / "gone")
    (tmp_path / "A.MD").touch()
    assert has_notes(tmp_path)
    assert has_notes(vault(tmp_path / "empty"))


@each_row(
    "typed, path",
    [
        (" ~/Notes ", "~/Notes"),
        ("'/home/me/My Notes' ", "/home/me/My Notes"),
        ('"/home/me/It\'s mine"', "/home/me/It's mine"),
        (r"/home/me/My\ Notes\ \(old\)", "/home/me/My Notes (old)"),
        ("file:///home/me/My%20Notes", "/home/me/My Notes"),
        (r"/home/a\b", r"/home/a\b"),
        ("Notes", ""),
        ("'", ""),
    ],
)
def test_a_folder_may_be_dropped_on_the_terminal(typed: str, path: str) -> None:
    assert typed_path(typed) == path
