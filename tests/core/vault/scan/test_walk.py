"""A walk finds the notes of a folder, whatever else is in it."""

from __future__ import annotations

import os
from pathlib import Path
from shutil import rmtree

from studyapp.core.disk.stamp import Stamp
from studyapp.core.vault.scan.walk import Walk
from tests.helpers.vaults import make_vault


def test_notes_are_files_and_folders_may_be_called_like_notes(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"b.md": "b", "A.MD": "a", "folder.md/in.md": "c", "z/a.md": "d"})
    make_vault(root, {"picture.png": "", ".hidden/x.md": "", "z/.x.md": "", "md": ""})
    os.mkfifo(root / "pipe.md")
    (root / "nowhere.md").symlink_to("gone.md")
    (root / "circle.md").symlink_to("circle.md")
    (root / "link.md").symlink_to("b.md")
    (root / "up").symlink_to(".")
    walk = Walk(root)
    found = dict(note for folder in walk.folders() for note in folder.notes())
    assert list(found) == ["A.MD", "b.md", "link.md", "folder.md/in.md", "z/a.md"]
    assert found == {path: str(Stamp.of((root / path).stat())) for path in found}
    assert list(walk.unreadable) == ["circle.md"]


def test_a_folder_that_is_deleted_meanwhile_is_no_problem(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"a.md": "a", "x/b.md": "b"})
    walk = Walk(root)
    folders = walk.folders()
    next(folders)
    rmtree(root / "x")
    assert not list(folders)
    assert not walk.unreadable


def test_a_vault_that_is_deleted_meanwhile_is_one(tmp_path: Path) -> None:
    walk = Walk(make_vault(tmp_path / "vault", {"a.md": "a"}))
    rmtree(walk.root)
    assert not list(walk.folders())
    assert list(walk.unreadable) == [""]
