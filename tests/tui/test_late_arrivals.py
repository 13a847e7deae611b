"""What arrives late fills room that was left for it: nothing moves."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest
from textual._compositor import Compositor

from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.decks.decks import DecksScreen
from studyapp.tui.widgets.parts.side_panel import SidePanel
from tests.helpers.apps import make_app, press, running, shown, until
from tests.helpers.tiers import tiered
from tests.helpers.vaults import ROOT


def moved(before: str, after: str) -> list[str]:
    """The lines with a cell that has changed, except where notes were still being read."""
    lines = list(zip(before.split("\n"), after.split("\n"), strict=True))
    return [
        f"{old}\n{new}"
        for old, new in lines
        if "Reading the notes …" not in old
        and any(sign not in (" ", now) for sign, now in zip(old, new.ljust(len(old)), strict=False))
    ]


@tiered("size", [(80, 24), (60, 20), (120, 40), (160, 50)])
@tiered(
    "start, keys, late",
    [
        ("review", (), "on_demos_read"),
        ("review", (), "on_vault_read"),
        ("review", ("space",), "on_demos_read"),
        ("review", ("space",), "on_vault_read"),
        ("review", ("i",), "on_demos_read"),
        ("decks", (), "on_vault_read"),
        ("decks", (), "on_demos_read"),
        ("decks", ("n",), "on_library_read"),
        ("decks", ("n", "down", "enter"), "on_demos_read"),
        ("decks", ("b",), "on_demos_read"),
        ("decks", ("s",), "on_demos_read"),
    ],
)
async def test_nothing_moves_when_something_comes_late(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    start: Literal["decks", "review"],
    keys: tuple[str, ...],
    late: str,
    size: tuple[int, int],
) -> None:
    shutil.copytree(ROOT / "vault", tmp_path / "vault")
    make_app(tmp_path, {}).workspace.vault.scan()
    app = make_app(tmp_path, {}, start=start)
    held: list[Any] = []
    take: Callable[[StudyApp, Any], None] = getattr(StudyApp, late)
    monkeypatch.setattr(StudyApp, late, lambda _, message: held.append(message))
    async with app.run_test(size=size) as pilot:
        if late != "on_vault_read":
            await until(pilot, lambda: app.vault_read and not app.reading)
        await press(pilot, *keys)
        await until(pilot, lambda: bool(held))
        before = shown(pilot)
        take(app, held[0])
        await until(pilot, lambda: True)
        assert moved(before, shown(pilot)) == []


@tiered("size", [(160, 50), (80, 24), (120, 40)])
async def test_the_numbers_of_the_day_stay_when_the_past_is_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    shutil.copytree(ROOT / "vault", tmp_path / "vault")
    app = make_app(tmp_path, {}, start="decks")
    held: list[Any] = []
    take = DecksScreen.on_decks_screen_looked_ahead
    monkeypatch.setattr(DecksScreen, "on_decks_screen_looked_ahead", lambda _, message: held.append(message))
    async with running(app, size) as pilot:
        assert isinstance(app.screen, DecksScreen)
        await until(pilot, lambda: bool(held))
        before = shown(pilot)
        assert "of them late" not in before
        await take(app.screen, held[0])
        await until(pilot, lambda: True)
        assert ("of them late" in shown(pilot)) == (size[0] >= 100)
        assert moved(before, shown(pilot)) == []


@tiered("size", [(160, 50), (80, 24), (200, 60)])
async def test_the_first_card_stays_where_it_is_painted_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    shutil.copytree(ROOT / "vault", tmp_path / "vault")
    make_app(tmp_path, {}).workspace.vault.scan()
    app = make_app(tmp_path, {})
    places: list[tuple[int, int]] = []
    paint = Compositor.render_update

    def painted(screen: Compositor, **how: Any) -> object:
        lines = [strip.text for strip in screen.render_strips()]
        places.extend((number, at) for number, line in enumerate(lines) if (at := line.find("Space show")) >= 0)
        return paint(screen, **how)

    monkeypatch.setattr(Compositor, "render_update", painted)
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: app.vault_read and not app.reading and app.demos.catalog is not None)
        if size[0] >= 140:
            await until(pilot, lambda: bool(app.screen.query(SidePanel)))
        await until(pilot, lambda: True)
    assert len(set(places)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (60, 20), (120, 40), (160, 50)])
async def test_a_demo_that_is_found_once_the_answer_is_shown_is_named_at_once_and_moves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    app = make_app(tmp_path, {"Note.md": "---\ndemo: lora\n---\n#flashcards\n\nWhat?::This.\n\nThen?::That.\n"})
    held: list[Any] = []
    take = StudyApp.on_demos_read
    monkeypatch.setattr(StudyApp, "on_demos_read", lambda _, message: held.append(message))
    async with running(app, size) as pilot:
        await press(pilot, "space")
        await until(pilot, lambda: bool(held))
        before = shown(pilot)
        assert "LoRA" not in before
        take(app, held[0])
        await until(pilot, lambda: "▶ d Watch LoRA learn" in shown(pilot))
        assert moved(before, shown(pilot)) == []
        assert ("d Demo" in shown(pilot)) == (size[0] >= 120)
        await press(pilot, "3")
        assert "LoRA" not in shown(pilot)
        await press(pilot, "space")
        assert "▶ d Watch LoRA learn" in shown(pilot)
