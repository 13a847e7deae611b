"""A vault that a stranger made: no command hangs, fails, writes elsewhere, or runs what the vault brought."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studyapp.core.locations import FOLDER
from studyapp.core.settings.load import PLUGIN_DATA, VAULT_FILE
from tests.faults.every_command import NOTE, Place, parsers

pytestmark = pytest.mark.slow

PLACES = (
    *map(Path, ("evil.md", "evil.png", "evil.svg", "evil.mp3", ".gitattributes", ".obsidian/app.json")),
    *(FOLDER / "other.jsonl", VAULT_FILE, Path(".obsidian") / PLUGIN_DATA),
)
"""What a vault holds that is read."""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    made = Place.begin(tmp_path)
    with (made.root / NOTE).open("a") as note:
        note.write("\nwhat is ![[evil.png]] and ![[evil.svg]] and ![[evil.mp3]]?::![[evil]] [[evil]]\n")
    return made


def pipe(path: Path, place: Place) -> None:
    os.mkfifo(path)


def folder(path: Path, place: Place) -> None:
    path.mkdir()


def endless(path: Path, place: Place) -> None:
    path.symlink_to("/dev/zero")


def huge(path: Path, place: Place) -> None:
    with path.open("wb") as file:
        file.truncate(10**12)


def loop(path: Path, place: Place) -> None:
    path.symlink_to(path.name)


def dangling(path: Path, place: Place) -> None:
    path.symlink_to(place.outside / "not there")


ODD = (pipe, folder, endless, huge, loop, dangling)


def test_every_command_is_tried(place: Place) -> None:
    tried = {words[0] for words in place.commands()}
    assert tried == set(parsers())
    assert len(tried) >= 19


def test_a_vault_without_a_trap_survives(place: Place) -> None:
    place.survives()


@pytest.mark.parametrize("make", ODD, ids=lambda make: make.__name__)
def test_what_is_no_plain_file(place: Place, make: Callable[[Path, Place], None]) -> None:
    for name in PLACES:
        path = place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path, place)
    place.survives()


@pytest.mark.parametrize("name", [".obsidian", "self"])
def test_a_folder_that_is_a_link(place: Place, name: str) -> None:
    path = place.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to({"self": "."}.get(name, str(place.outside)))
    place.survives()
