"""How often the screen of a review is laid out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from textual.screen import Screen

from tests.helpers.apps import make_app, press, running
from tests.helpers.tiers import tiered

NOTE = "#flashcards\n\n" + "\n\n".join(
    f"Question {number}\n?\n" + "\n".join(f"- line {line}" for line in range(1 + number % 4)) for number in range(6)
)
"""Answers of different heights."""


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
        keys = ["space", "3", "space", "3", "space"]
        for number, key in enumerate(keys):
            await press(pilot, key)
            assert len(laid) <= number + 1, laid
