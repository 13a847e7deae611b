"""Sounds of cards: played by the user's program, in turn, and only files of the vault."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.settings.load import load_settings
from studyapp.tui.app.app import StudyApp
from studyapp.tui.services.sounds import player
from tests.helpers.apps import make_app, press, running, shown, until

CARD = "#flashcards\n\nHear ![[one.mp3]] ![[two.mp3]]::Word ![[three.ogg]]\n"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A player that records what it gets."""
    program, log = tmp_path / "mpv", tmp_path / "played"
    program.write_text(f'#!/bin/sh\nfor last; do :; done\necho "$last" >> {shlex.quote(str(log))}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    monkeypatch.delenv("SSH_CONNECTION", raising=False)
    return log


def played(log: Path) -> list[str]:
    return [Path(line).name for line in log.read_text().splitlines()] if log.exists() else []


NOTES: dict[str, str | bytes] = {"n.md": CARD, "s/one.mp3": b"1", "two.mp3": b"2", "three.ogg": b"3"}


async def test_p_plays_the_sounds_of_the_side_that_is_shown(tmp_path: Path, machine: Path) -> None:
    app = make_app(tmp_path, NOTES, start="review")
    async with running(app) as pilot:
        await press(pilot, "P")
        await until(pilot, lambda: played(machine) == ["one.mp3", "two.mp3"])
        await press(pilot, "space", "P")
        await until(pilot, lambda: played(machine) == ["one.mp3", "two.mp3", "three.ogg"])


async def test_sounds_play_by_themselves_if_the_user_wants_it(tmp_path: Path, machine: Path) -> None:
    app = make_app(tmp_path, NOTES, start="review", settings={"autoplay": "true"})
    async with running(app) as pilot:
        await until(pilot, lambda: played(machine) == ["one.mp3", "two.mp3"])
        await press(pilot, "space")
        await until(pilot, lambda: played(machine)[-1:] == ["three.ogg"])


async def test_a_sound_that_came_while_the_app_runs_is_played(tmp_path: Path, machine: Path) -> None:
    app = make_app(tmp_path, NOTES, start="review")
    (tmp_path / "vault" / "two.mp3").unlink()
    async with running(app) as pilot:
        await press(pilot, "P")
        await until(pilot, lambda: "There is no sound two.mp3" in shown(pilot))
        (tmp_path / "vault" / "two.mp3").write_bytes(b"2")
        await press(pilot, "P")
        await until(pilot, lambda: played(machine) == ["one.mp3", "one.mp3", "two.mp3"])


@pytest.mark.slow
async def test_the_user_is_told_why_nothing_plays(
    tmp_path: Path, machine: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes: dict[str, str | bytes] = {
        "a.md": "#flashcards\n\nsilent::x\n",
        "b.md": "#flashcards\n\n![[gone.mp3]]::x\n",
    }
    app = make_app(tmp_path, notes, start="review")
    async with running(app) as pilot:
        await press(pilot, "P")
        await until(pilot, lambda: "This card has no sound." in shown(pilot))
        await press(pilot, "s", "P")
        await until(pilot, lambda: "There is no sound gone.mp3" in shown(pilot))
        monkeypatch.setenv("SSH_CONNECTION", "x")
        await press(pilot, "P")
        await until(pilot, lambda: "the other machine" in shown(pilot))
        monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
        await press(pilot, "P")
        await until(pilot, lambda: "No player was found" in shown(pilot))
    assert played(machine) == []


def test_the_player_is_the_users_or_the_first_that_is_there(machine: Path, tmp_path: Path) -> None:
    assert player("my player --soft", {}) == ["my", "player", "--soft"]
    assert player("'", {}) is None
    found = player("", {"PATH": str(tmp_path)})
    assert found == [str(tmp_path / "mpv"), "--no-video", "--no-terminal", "--"]


def test_no_vault_names_the_player_or_lets_it_play(tmp_path: Path) -> None:
    (tmp_path / VAULT_FILE).parent.mkdir()
    (tmp_path / VAULT_FILE).write_text('player = "touch harmed"\nautoplay = true\n')
    loaded = load_settings(tmp_path, user_file=tmp_path / "none.toml", overrides={})
    assert (loaded.settings.player, loaded.settings.autoplay) == ("", False)
    assert len(loaded.problems) == 2


@pytest.mark.slow
@pytest.mark.parametrize("elsewhere", ["browser", "ssh"])
async def test_where_the_user_is_elsewhere_it_plays_only_by_a_player_of_their_settings(
    tmp_path: Path, machine: Path, monkeypatch: pytest.MonkeyPatch, elsewhere: str
) -> None:
    if elsewhere == "ssh":
        monkeypatch.setenv("SSH_CONNECTION", "1.2.3.4 1 5.6.7.8 22")
    else:
        monkeypatch.setattr(StudyApp, "is_web", True)
    async with running(make_app(tmp_path, NOTES, start="review")) as pilot:
        await press(pilot, "P")
        assert "It would play on the other machine" in shown(pilot)
    assert played(machine) == []
    named = make_app(tmp_path, NOTES, start="review", settings={"player": str(tmp_path / "mpv")})
    async with running(named) as pilot:
        await press(pilot, "P")
        await until(pilot, lambda: played(machine) == ["one.mp3", "two.mp3"])
