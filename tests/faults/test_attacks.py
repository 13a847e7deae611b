"""A vault that a stranger made: no command hangs, fails, writes elsewhere, or runs what the vault brought."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest

from studyapp.cli.git import ATTRIBUTES
from studyapp.core.locations import FOLDER
from studyapp.core.settings.files import PLUGIN_DATA, VAULT_FILE
from tests.faults.every_command import NOTE, Place, parsers
from tests.helpers.vaults import locations_of

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


def leading_out(path: Path, place: Place) -> None:
    path.symlink_to(place.outside / ("secret.md" if path.suffix == ".md" else "secret.txt"))


Make = Callable[[Path, Place], None]
ODD = (pipe, folder, endless, huge, loop, dangling)


def test_every_command_is_tried(place: Place) -> None:
    tried = {words[0] for words in place.commands()}
    assert tried == set(parsers())
    assert len(tried) >= 19


def test_a_vault_without_a_trap_survives_every_command_in_a_process_of_its_own(place: Place) -> None:
    before = place.state()
    for words in place.commands():
        place.run(words)
    place.opens()
    place.check(before)


@pytest.mark.parametrize("make", [*ODD, leading_out], ids=lambda make: make.__name__)
def test_anything_but_a_plain_file(place: Place, make: Make) -> None:
    for name in PLACES:
        path = place.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        make(path, place)
    place.survives()


@pytest.mark.parametrize("make", [*ODD, leading_out], ids=lambda make: make.__name__)
def test_a_log_of_this_device_that_is_not_a_file_is_reported(place: Place, make: Make) -> None:
    log = place.own_log
    log.parent.mkdir(parents=True, exist_ok=True)
    make(log, place)
    done = place.survives()
    graded = next(one for one in done if one.words[0] == "grade")
    assert graded.code == 0, graded
    found = next(one for one in done if one.words[0] == "doctor" and "--json" in one.words)
    assert str(log) in found.out


@pytest.mark.parametrize("make", [pipe, folder, endless, loop], ids=lambda make: make.__name__)
def test_odd_files_in_the_folders_of_the_user(place: Place, make: Make) -> None:
    place.run(["due", str(place.root)])
    locations, day = locations_of(place.environment()), date(2024, 6, 15)
    days = [locations.backups(place.root) / f"{day + timedelta(days=number)}.jsonl" for number in range(3)]
    caches = locations.caches(place.root)
    parts = [Path(f"{cache}{part}") for cache in caches for part in ("", "-wal", "-shm", "-journal")]
    locks = {locations.state / "locks" / cache.stem.partition(".")[0] for cache in caches}
    for path in (*days, *parts, *locks, locations.state / "state.json", locations.settings, locations.demo_results):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        make(path, place)
    place.survives()


@pytest.mark.parametrize("name", ["folder", ".studyapp", ".studyapp/reviews", ".obsidian", "self", "up"])
def test_a_folder_that_is_a_link(place: Place, name: str) -> None:
    path = place.root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to({"self": ".", "up": ".."}.get(name, str(place.outside)))
    place.survives()


MODULES = (
    *("studyapp/__init__.py", "studyapp/__main__.py", "demos/__init__.py", "demos/worker.py", "PIL/__init__.py"),
    *("json.py", "resvg_py/__init__.py", "torch/__init__.py", "msgspec.py", "yaml.py", "sqlite3.py", "argparse.py"),
    *("sitecustomize.py", "usercustomize.py", "textual/__init__.py", "watchfiles.py", "encodings/idna.py"),
)


def test_planted_modules_and_programs_are_never_run(place: Place) -> None:
    place.plant(*MODULES)
    place.survives(apart=True)


def test_planted_modules_where_the_app_is_started_as_a_module(place: Place) -> None:
    """But for `studyapp`, which Python would run before anything of ours."""
    place.options = ()
    place.plant(*(name for name in MODULES if not name.startswith("studyapp")))
    place.survives(apart=True)


def test_a_repository_that_would_run_what_it_brings(place: Place) -> None:
    subprocess.run(["git", "init", "-q", str(place.root)], check=True)
    hook = place.root / "hook.sh"
    hook.write_text(f"#!/bin/sh\n: > '{place.marker}'\n")
    hook.chmod(0o755)
    keys = (
        "core.fsmonitor",
        "core.pager",
        "core.editor",
        "core.sshCommand",
        "diff.external",
        "merge.studyapp.driver",
    )
    for key in (
        *keys,
        "core.askPass",
        "pager.config",
        "pager.grep",
        "alias.config",
        "filter.x.clean",
        "filter.x.smudge",
    ):
        subprocess.run(["git", "-C", str(place.root), "config", key, str(hook)], check=True)
    lines = ("*.md filter=x diff=x", *ATTRIBUTES)
    (place.root / ".gitattributes").write_text("".join(f"{line}\n" for line in lines))
    place.survives(apart=True)
