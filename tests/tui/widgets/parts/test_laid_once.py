"""How often the screen of a review is laid out and painted."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen

from tests.helpers.apps import idle, make_app, press, running, until
from tests.helpers.tiers import tiered

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
