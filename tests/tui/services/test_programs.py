from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.tui.app.app import StudyApp
from studyapp.tui.services import programs
from studyapp.tui.services.programs import obsidian_link, opener
from tests.helpers.apps import (
    TWO_CARDS,
    make_app,
    note,
    press,
    running,
    until,
    words,
)

LINK = "obsidian://open?vault=vault&file=Notes.md"


def test_the_address_names_the_vault_by_its_folder_and_the_note_within_it(tmp_path: Path) -> None:
    root = tmp_path / "My vault"
    (root / ".obsidian").mkdir(parents=True)
    assert obsidian_link(root, "a b/C&D #1.md") == "obsidian://open?vault=My%20vault&file=a%20b%2FC%26D%20%231.md"


def test_a_vault_within_the_vault_is_the_one_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "outer/inner/.obsidian").mkdir(parents=True)
    assert obsidian_link(tmp_path / "outer", "inner/x/n.md") == "obsidian://open?vault=inner&file=x%2Fn.md"


def test_a_folder_without_obsidian_s_settings_is_its_own_vault(tmp_path: Path) -> None:
    (tmp_path / ".obsidian").mkdir()  # above what is open: not ours to name
    assert obsidian_link(tmp_path / "plain", "n.md") == "obsidian://open?vault=plain&file=n.md"


@pytest.fixture
def path(tmp_path: Path) -> str:
    for name in ("open", "xdg-open", "wslview"):
        file = tmp_path / name
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    return str(tmp_path)


@pytest.mark.parametrize(
    ("environ", "platform", "name"),
    [
        ({"DISPLAY": ":0"}, "linux", "xdg-open"),
        ({"WAYLAND_DISPLAY": "wayland-0"}, "linux", "xdg-open"),
        ({}, "darwin", "open"),
        ({"WSL_DISTRO_NAME": "Debian"}, "linux", "wslview"),
        ({}, "linux", None),
        ({"DISPLAY": ":10", "SSH_CONNECTION": "1.2.3.4 1 5.6.7.8 22"}, "linux", None),
        ({"SSH_TTY": "/dev/pts/0"}, "darwin", None),
    ],
)
def test_the_desktop_s_own_program_opens_it(
    path: str, environ: dict[str, str], platform: str, name: str | None
) -> None:
    found = opener({**environ, "PATH": path}, platform)
    assert (Path(found).name if found else None) == name


def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    file = tmp_path / "xdg-open"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    monkeypatch.setattr(programs, "opener", lambda _: str(file))


async def test_o_opens_the_card_s_note_with_the_last_grade_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop(tmp_path, monkeypatch, f'cp {tmp_path}/vault/Notes.md {tmp_path}/seen; echo "$1" > {tmp_path}/asked')
    async with running(make_app(tmp_path)) as pilot:
        await pilot.press("space", "3", "o")
        await until(pilot, lambda: (tmp_path / "asked").exists() and (tmp_path / "asked").read_text())
        assert (tmp_path / "asked").read_text() == LINK + "\n"
        assert (tmp_path / "seen").read_bytes() == note(tmp_path)
        assert b"2024-06-10" not in note(tmp_path)
        assert "Opened in Obsidian." in words(pilot)


@pytest.mark.slow
async def test_an_opener_that_fails_is_reported_with_the_address(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop(tmp_path, monkeypatch, "exit 3")
    async with running(make_app(tmp_path)) as pilot:
        await press(pilot, "o")
        await until(pilot, lambda: "ended with exit code 3" in words(pilot))
        assert LINK in words(pilot)


async def test_over_ssh_the_address_is_shown_and_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSH_CONNECTION", "1.2.3.4 1 5.6.7.8 22")
    app: StudyApp = make_app(tmp_path)
    async with running(app) as pilot:
        await press(pilot, "o")
        assert f"Can't open Obsidian here. Link copied: {LINK}" in words(pilot)
        assert app.clipboard == LINK


async def test_in_a_browser_the_address_is_offered_there_and_nothing_opens_here(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desktop(tmp_path, monkeypatch, f"touch {tmp_path}/opened")
    offered: list[str] = []
    monkeypatch.setattr(StudyApp, "is_web", True)
    monkeypatch.setattr(StudyApp, "open_url", lambda _, url: offered.append(url))
    app = make_app(tmp_path, {**TWO_CARDS, "a.png": b"x"})
    async with running(app) as pilot:
        await press(pilot, "o")
        assert offered == [LINK]
        app.programs.file("a.png")
        await pilot.pause()
        assert "a.png is on the other machine" in words(pilot)
    assert offered == [LINK]
    assert not (tmp_path / "opened").exists()
