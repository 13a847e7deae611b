"""Obsidian's list of vaults: read as data, whatever it holds."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studyapp.study.vaults.obsidian import folder_at, lists, vaults_in


def a_list(tmp_path: Path, said: Any) -> Path:
    file = tmp_path / "obsidian.json"
    file.write_bytes(said if isinstance(said, bytes) else json.dumps(said).encode())
    return file


def test_the_vault_that_was_open_last_comes_first_and_folders_that_are_gone_do_not_come(tmp_path: Path) -> None:
    for name in ("old", "new"):
        (tmp_path / name).mkdir()
    said = {
        "vaults": {
            "a": {"path": str(tmp_path / "old"), "ts": 1},
            "b": {"path": str(tmp_path / "new"), "ts": 2, "open": True},
            "c": {"path": str(tmp_path / "gone"), "ts": 3},
            "d": {"path": str(tmp_path / "old")},
        }
    }
    assert vaults_in(a_list(tmp_path, said)) == [tmp_path / "new", tmp_path / "old"]


@pytest.mark.parametrize(
    "said",
    [
        b"",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"vaults": ' * 5_000,
        b'{"vaults": {"a": {"path": "' + b"/" * 2_000_000 + b'"}}}',
        [],
        {"vaults": []},
        {
            "vaults": {
                "a": 1,
                "b": None,
                "c": {"path": 3},
                "d": {"path": ""},
                "e": {"path": "notes"},
                "f": {"path": "/\0"},
            }
        },
        {"vaults": {"a": {"path": "/" + "x" * 3_999}, "b": {"path": "/\ud800"}, "c": {"path": "C:\\x", "ts": "now"}}},
        {"vaults": {"a": {"path": "/dev/null", "ts": 1e400}, "b": {"path": "/dev/tty"}, "c": {"path": "../x"}}},
    ],
)
def test_what_is_no_list_names_no_vault(tmp_path: Path, said: Any) -> None:
    assert vaults_in(a_list(tmp_path, said)) == []


def test_a_list_that_is_not_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "obsidian.json")
    assert vaults_in(tmp_path / "obsidian.json") == []
    assert vaults_in(tmp_path) == []
    assert vaults_in(tmp_path / "gone.json") == []


def test_of_a_list_without_end_only_some_are_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / "notes"
    folder.mkdir()
    said = {"vaults": {str(number): {"path": "/gone"} for number in range(600)} | {"last": {"path": str(folder)}}}
    assert vaults_in(a_list(tmp_path, said)) == []


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["vaults", "path", "ts", "a"]), inner, max_size=3)
    ),
    max_leaves=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(JSON)
def test_any_json_is_read_without_an_error(tmp_path: Path, said: Any) -> None:
    assert all(folder.is_dir() for folder in vaults_in(a_list(tmp_path, {"vaults": said})))


def test_the_lists_of_every_way_to_install_obsidian_are_looked_for(tmp_path: Path) -> None:
    users = tmp_path / "Users"
    (users / "Me").mkdir(parents=True)
    home = Path("/home/me")
    found = [str(file) for file in lists({"WSL_DISTRO_NAME": "Ubuntu"}, home, "linux", users)]
    assert found == [
        "/home/me/.config/obsidian/obsidian.json",
        "/home/me/.var/app/md.obsidian.Obsidian/config/obsidian/obsidian.json",
        "/home/me/snap/obsidian/current/.config/obsidian/obsidian.json",
        f"{users}/Me/AppData/Roaming/obsidian/obsidian.json",
    ]
    assert lists({"XDG_CONFIG_HOME": "/c"}, home, "linux", users)[0] == Path("/c/obsidian/obsidian.json")
    assert lists({"XDG_CONFIG_HOME": "c"}, home, "linux", users)[0] == home / ".config/obsidian/obsidian.json"
    mac = lists({}, Path("/Users/me"), "darwin", users)[0]
    assert mac == Path("/Users/me/Library/Application Support/obsidian/obsidian.json")


def test_a_path_of_windows_is_found_where_wsl_shows_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "is_dir", lambda _: True)
    assert folder_at(r"C:\Users\Me\My Notes") == Path("/mnt/c/Users/Me/My Notes")
    assert folder_at(r"\\wsl$\Ubuntu\home\me\Notes") == Path("/home/me/Notes")
    assert folder_at(r"\\wsl.localhost\Ubuntu-22.04\home\me") == Path("/home/me")
    assert folder_at("/home/me/Notes") == Path("/home/me/Notes")
    assert folder_at("Notes") is None
