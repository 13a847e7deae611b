"""Every screen follows the terminal's size."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any, Literal

import pytest
from textual._compositor import Compositor
from textual.css.stylesheet import Stylesheet
from textual.events import Callback, Resize
from textual.geometry import Region, Size
from textual.pilot import Pilot
from textual.screen import Screen
from textual.strip import Strip
from textual.widget import Widget

from studyapp.tui import screens
from studyapp.tui.screens.surface import NearCompositor, Surface
from tests.helpers.apps import app_of, idle, make_app, press, running, until
from tests.helpers.tiers import tiered


def subclasses(kind: type[Screen[object]]) -> list[type[Screen[object]]]:
    return [found for child in kind.__subclasses__() for found in (child, *subclasses(child))]


def test_every_screen_follows_the_terminal() -> None:
    for module in walk_packages(screens.__path__, f"{screens.__name__}."):
        import_module(module.name)
    ours = [kind for kind in subclasses(Screen) if kind.__module__.startswith("studyapp.")]
    assert len(ours) > 20
    assert [kind.__name__ for kind in ours if not issubclass(kind, Surface)] == []


@pytest.mark.parametrize("key", ["s", pytest.param("d", marks=pytest.mark.slow)])
async def test_a_screen_is_laid_out_for_its_size_from_the_start(
    tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def noted(screen: Screen[object], size: Size | None = None, scroll: bool = False) -> None:
        laid.append({"-narrow", "-short"} <= screen.classes)
        refresh(screen, size, scroll)

    laid: list[bool] = []
    refresh = Screen._refresh_layout
    monkeypatch.setattr(Screen, "_refresh_layout", noted)
    async with running(make_app(tmp_path, start="decks"), (60, 20)) as pilot:
        await press(pilot, key)
    assert len(laid) > 1
    assert all(laid)


def shows(pilot: Pilot[None]) -> list[str]:
    """The widgets in front by name, with their places."""
    found = pilot.app.screen._compositor.visible_widgets
    return sorted(f"{widget!r} {region}" for widget, (region, _) in found.items())


SIZES = [(118, 39), (80, 24), (200, 60), (120, 40)]
AT_MOST = {
    ("enter", "space"): 4,
    ("n",): 3,
    ("n", "down", "enter"): 3,
    ("b", "escape"): 3,
    ("s",): 3,
    ("f",): 3,
    ("comma",): 3,
    ("d",): 3,
    ("d", "v"): 3,
    (): 3,
}
"""Keys that lead to a screen, and how often it is laid out for a new size: again only for what needs its places."""


@tiered("keys", [*AT_MOST], quick=[("n",)])
async def test_a_new_size_lays_the_screen_in_front_out_and_no_hidden_one(
    tmp_path: Path, keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def noted(compositor: Compositor, screen: Widget, size: Size) -> object:
        laid.append(screen)
        return reflow(compositor, screen, size)

    laid: list[Widget] = []
    reflow = Compositor.reflow
    async with running(make_app(tmp_path, start="decks"), (120, 40)) as pilot:
        app = app_of(pilot)
        await until(pilot, lambda: app.whole_notes is not None)
        await press(pilot, *keys)
        await app.workers.wait_for_complete()
        monkeypatch.setattr(Compositor, "reflow", noted)
        for size in SIZES:
            laid.clear()
            await pilot.resize_terminal(*size)
            await until(pilot, lambda size: app.screen.size == size, Size(*size))
            assert set(laid) == {app.screen}
            assert len(laid) <= AT_MOST[keys]
        await app.workers.wait_for_complete()
        await idle(pilot)
        places = shows(pilot)
        app.screen.refresh(layout=True)
        for widget in app.screen.walk_children(Widget):
            widget.refresh(layout=True)
        await idle(pilot)
        assert shows(pilot) == places, "no layout was forgotten that something depended on"


@pytest.mark.slow
@pytest.mark.parametrize("keys", [(), ("b",), ("s",), ("question_mark",)])
async def test_a_part_is_painted_as_textual_would_but_only_its_lines_are_asked_for(
    tmp_path: Path, keys: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def painted(region: Region) -> str:
        compositor._dirty_regions = {region}
        update = compositor.render_partial_update()
        assert update is not None
        return update.render_segments(pilot.app.console)

    def noted(widget: Widget, crop: Region) -> list[Strip]:
        asked.append(crop.height)
        return render_lines(widget, crop)

    asked: list[int] = []
    render_lines = Widget.render_lines
    async with running(make_app(tmp_path, start="decks")) as pilot:
        await press(pilot, *keys)
        compositor = pilot.app.screen._compositor
        for region in (Region(0, 0, 80, 1), Region(3, 5, 20, 1), Region(10, 2, 60, 9), Region(0, 0, 80, 23)):
            monkeypatch.setattr(Widget, "render_lines", noted)
            asked.clear()
            ours = painted(region)
            assert ours
            assert max(asked) <= region.height
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(NearCompositor, "_get_renders", Compositor._get_renders)
                assert ours == painted(region)


@pytest.mark.slow
@pytest.mark.timeout(30)  # two sizes that follow each other leave the app no rest
@pytest.mark.parametrize("start", ["decks", "review"])
async def test_sizes_in_quick_succession_leave_the_last_one(
    tmp_path: Path, start: Literal["decks", "review"]
) -> None:
    async with running(make_app(tmp_path, start=start)) as pilot:
        screen = pilot.app.screen
        for height in (30, 40, 24):
            screen.post_message(Resize(Size(80, height), Size(80, height)))
            screen.post_message(Callback(callback=lambda: None))
        await idle(pilot)
        assert screen.size == pilot.app.size == Size(80, 24)


NOTE = "#flashcards\n\n" + "\n\n".join(
    f"Question {number}\n?\n" + "\n".join(f"- line {line}" for line in range(1 + number % 4)) for number in range(6)
)
"""Answers of different heights."""


KEYS = ["space", "3", "space", "3", "space"]


@tiered("size", [(80, 24), (120, 40)])
async def test_a_key_lays_a_review_out_once(
    tmp_path: Path, size: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    laid: list[str] = []
    lay = Screen._refresh_layout

    def count(screen: Screen[Any], *given: Any, **named: Any) -> None:
        laid.append(key)
        lay(screen, *given, **named)

    async with running(make_app(tmp_path, {"Note.md": NOTE}), size) as pilot:
        monkeypatch.setattr(Screen, "_refresh_layout", count)
        for number, key in enumerate(KEYS):
            await press(pilot, key)
            assert len(laid) <= number + 1, laid


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_a_key_paints_a_review_once_and_styles_nothing(tmp_path: Path, size: tuple[int, int]) -> None:
    done: list[str] = []

    def paint(compositor: Compositor, **_: Any) -> None:
        if compositor._dirty_regions:
            done.append(f"{key} paints")
        compositor._dirty_regions.clear()

    def style(_: Stylesheet, nodes: Iterable[Any], **__: Any) -> None:
        done.append(f"{key} styles {[*nodes]}")

    async with running(make_app(tmp_path, {"Note.md": NOTE}), size) as pilot:
        key = ""
        await until(pilot, lambda: pilot.app.focused is not None and bool(pilot.app.screen.query("#card-back")))
        await idle(pilot)
        with pytest.MonkeyPatch.context() as patch:  # before `running` takes its own away
            patch.setattr(Compositor, "render_update", paint)
            patch.setattr(Stylesheet, "update_nodes", style)
            for key in KEYS:
                await press(pilot, key)
        assert done == [f"{key} paints" for key in KEYS]
