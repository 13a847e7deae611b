"""Which paths are notes of a vault, whatever a log says."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.disk.place import Place, files_in, is_note, path_within
from studyapp.core.errors import NoteError


@pytest.mark.parametrize("path", ["a.md", "a/b.MD", "a b/ü: c.md", "x..md", "\udcff.md"])
def test_a_path_of_a_note_is_one(path: str) -> None:
    assert is_note(path)


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".md",
        "a.txt",
        "/a.md",
        "../a.md",
        "a/../../b.md",
        ".git/a.md",
        "a/.b/c.md",
        "a\0.md",
        "\ud800.md",
        "a.md/",
    ],
)
def test_any_other_path_is_refused(path: str, tmp_path: Path) -> None:
    assert not is_note(path)
    with pytest.raises(NoteError):
        Place.of(tmp_path).note(path)


@pytest.mark.parametrize("target", ["../out.md", ".git/config", ".git/x.md", "plain.txt", "../vault2/a.md"])
def test_only_a_note_of_the_vault_is_linked_to(tmp_path: Path, target: str) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (vault / "link.md").symlink_to(target)
    with pytest.raises(NoteError, match="link"):
        Place.of(vault).note("link.md")


def test_a_link_to_a_note_of_the_vault_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "note.md").touch()
    (tmp_path / "link.md").symlink_to("note.md")
    assert Place.of(tmp_path).note("link.md") == tmp_path / "link.md"


def test_a_folder_through_a_link_that_leads_out_holds_no_note(tmp_path: Path) -> None:
    vault, other = tmp_path / "vault", tmp_path / "other"
    vault.mkdir()
    other.mkdir()
    (other / "a.md").touch()
    (vault / "folder").symlink_to(other)
    with pytest.raises(NoteError, match="link"):
        Place.of(vault).note("folder/a.md")


def test_another_folder_in_its_place_is_not_the_one_that_was_opened(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    place = Place.of(vault)
    found = [place.is_there]
    vault.rename(tmp_path / "away")
    found.append(place.is_there)
    vault.mkdir()
    found.append(place.is_there)
    with pytest.raises(NoteError, match="drive"):
        place.note("a.md")
    vault.rmdir()
    (tmp_path / "away").rename(vault)
    assert [*found, place.is_there] == [True, False, False, True]


def test_a_file_behind_a_link_out_of_the_vault_is_not_given(tmp_path: Path) -> None:
    vault = tmp_path / "vault"
    vault.mkdir()
    (tmp_path / "secret.png").write_bytes(b"x")
    (vault / "in.png").write_bytes(b"x")
    (vault / "out.png").symlink_to(tmp_path / "secret.png")
    (vault / "loop").symlink_to(vault / "loop")
    assert path_within(vault, "in.png") == (vault / "in.png").resolve()
    assert path_within(vault, "out.png") is None
    assert path_within(vault, "../secret.png") is None
    assert path_within(vault, "loop/x") in {
        None,
        vault.resolve() / "loop/x",
    }  # Python 3.13 leaves it: it opens nothing
    assert path_within(vault, "nul\0") is None


def test_the_files_of_a_vault_are_those_outside_folders_with_a_dot(tmp_path: Path) -> None:
    for path in ("a.md", "b/c.png", "b/.d/e.md", ".obsidian/app.json", ".hidden"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("x")
    assert sorted(files_in(tmp_path)) == [".hidden", "a.md", "b/c.png"]
