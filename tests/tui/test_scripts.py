"""Names and cards in any script leave every row whole, at any size."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.tui.app import themes
from studyapp.tui.app.app import StudyApp
from tests.helpers.apps import make_app, press, running, shown, until
from tests.tui.test_walk import at_rest, beyond

NAMES = {
    "long": "a very long title that does not end " * 4,
    "CJK": "参数高效微调方法与提示词微调以及前缀微调的比较研究" * 2,
    "emoji": "🧠 memory 👩‍👩‍👧‍👦 family 🇩🇪 flag ❤️ heart 👍🏽 " * 2,
    "right to left": "שלום עולם كيف حالك " * 4,
    "combining": "e\u0301a\u0308o\u0302 ก็ที่นี่ नमस्ते " * 5,
}
WAYS = {
    "decks": [],
    "answer": ["enter", "space"],
    "browse": ["b", "enter"],
    "notes": ["n"],
    "reader": ["n", "down", "enter"],
    "statistics of a deck": ["s", "slash"],
    "switcher": ["ctrl+o"],
    "problems": ["f"],
    "what to study": ["c"],
}
SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("script", NAMES)
async def test_names_in_any_script_leave_every_row_whole(tmp_path: Path, script: str, size: tuple[int, int]) -> None:
    name = NAMES[script].strip()
    deck = "".join(char for char in name if char.isalpha() or char.isdigit())[:80]
    text = f"#flashcards/{deck}\n\n# {name}\n\n{name}::{name}\n<!--SR:!2024-06-10,4,250-->\n\nx::y\n<!--SR:oops-->\n"
    notes = {f"{name[:60].strip()}.md": text}
    for way, keys in WAYS.items():
        await look(make_app(tmp_path / way, notes, start="decks", settings={"theme": themes.DARK.name}), keys, size)


async def look(app: StudyApp, keys: list[str], size: tuple[int, int]) -> None:
    async with running(app, size) as pilot:
        await until(pilot, lambda: app.whole_notes is not None)
        for key in keys:
            await press(pilot, key)
            await at_rest(pilot)
        strips = app.screen._compositor.render_strips()
        assert {strip.cell_length for strip in strips} == {size[0]}, (keys, shown(pilot))
        assert beyond(app.screen) == [], (keys, shown(pilot))
