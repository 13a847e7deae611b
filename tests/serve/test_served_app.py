"""Which keys the page shows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.events import AppBlur

from studyapp.core.workspace.workspace import Workspace
from studyapp.serve.served_app import ServedApp
from studyapp.tui.widgets.bars.key_line import KeyLine
from tests.helpers.apps import TWO_CARDS, press, running
from tests.helpers.vaults import NOW, locations, make_vault

pytestmark = pytest.mark.usefixtures("no_worker")

PHONE = (42, 38)


def served_app(folder: Path, keys: str = "") -> ServedApp:
    root = make_vault(folder / "vault", TWO_CARDS)
    if keys:
        (root / ".studyapp").mkdir()
        (folder / "home").mkdir()
        (folder / "home/settings.toml").write_text(keys)
    return ServedApp(Workspace.open(root, locations(folder / "home"), lambda: NOW))


def names(app: ServedApp, row: str) -> list[str]:
    given: Any = app.keys()[row]
    return [name for _, name, _ in given]


async def test_a_review_has_large_keys_for_the_answer_and_the_grades(tmp_path: Path) -> None:
    app = served_app(tmp_path)
    async with running(app, PHONE) as pilot:
        assert names(app, "main") == ["▲", "▼", "Review"]
        assert "Undo" in names(app, "more")
        await press(pilot, "enter")
        assert names(app, "main") == ["Show the answer"]
        assert names(app, "more")[:2] == ["Back", "Undo"], "seen without a swipe"
        await press(pilot, "space")
        assert app.keys()["main"] == [
            ("1", "Again", "again"),
            ("2", "Hard", "hard"),
            ("3", "Good", "good"),
            ("4", "Easy", "easy"),
        ]


async def test_keys_of_your_own_are_those_that_are_sent(tmp_path: Path) -> None:
    app = served_app(tmp_path, '[keys]\n"review.go-on" = "f8"\n"review.good" = "f9"\n')
    async with running(app, PHONE) as pilot:
        await press(pilot, "enter", "f8")
        main: Any = app.keys()["main"]
        assert ("f9", "Good", "good") in main


async def test_a_page_is_told_of_the_keys_even_if_their_line_comes_late(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[object] = []
    monkeypatch.setattr(ServedApp, "is_web", True)
    monkeypatch.setattr(ServedApp, "on_key_line_changed", lambda _app, message: told.append(message))
    async with running(served_app(tmp_path), PHONE) as pilot:
        told.clear()
        await pilot.app.screen.mount(KeyLine())
        await pilot.pause()
        assert told


async def test_the_app_keeps_the_focus_as_the_keys_of_the_page_are_outside_its_terminal(tmp_path: Path) -> None:
    app = served_app(tmp_path)
    async with running(app, PHONE) as pilot:
        app.post_message(AppBlur())
        await pilot.pause()
        assert names(app, "main") == ["▲", "▼", "Review"]


@pytest.mark.slow
async def test_a_phones_keyboard_comes_where_you_write_and_not_for_a_list(tmp_path: Path) -> None:
    app = served_app(tmp_path)
    async with running(app, PHONE) as pilot:
        assert app.keys()["typing"] is False
        await press(pilot, "ctrl+p")
        assert app.keys()["typing"] is False
        assert names(app, "main") == ["▲", "▼", "Run"]
        await press(pilot, "escape", "a")
        assert app.keys()["typing"] is True
        assert names(app, "main") == ["Add", "Note"]
        await press(pilot, "escape", "enter", "t")
        assert app.keys()["typing"] is True


async def test_the_keys_of_the_page_stand_for_the_line_of_keys_where_there_is_little_room(tmp_path: Path) -> None:
    app = served_app(tmp_path)
    async with running(app, PHONE) as pilot:
        assert not app.screen.query_one("KeyLine").display
        await pilot.resize_terminal(100, 40)
        await pilot.pause()
        assert app.screen.query_one("KeyLine").display
