"""A walk through the screens in many sizes and all themes: every word stands out, and every screen has one frame."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.pilot import Pilot

from demos.catalog import load
from demos.frame import Summary
from studyapp.runs.results import Result, Results
from studyapp.tui.app import themes
from studyapp.tui.app.app import StudyApp
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.pane import Pane
from studyapp.tui.widgets.path_bar import PathBar
from studyapp.tui.widgets.places_bar import PlacesBar
from studyapp.tui.widgets.rows import Rows
from tests.helpers.apps import make_app, press, running, until
from tests.helpers.tiers import tiered
from tests.tui.app.test_themes import NOTE, faint

SIZES = [(60, 20), (80, 24), (120, 40), (200, 60)]
WHOLE = "---\ntags: [review]\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n\nwords of a whole note\n"
NOTES = {
    "Note.md": NOTE,
    "Deep/Soft.md": "#flashcards/deck\n\n# Prefix Tuning\n\nWhat?::This.\n<!--SR:!2024-06-10,4,250-->\n\na::b\n",
    "Whole.md": WHOLE,
    "Bad.md": "#flashcards\n\nx::y\n<!--SR:oops-->\n",
}
QUICK = {
    "decks": [],
    "answer": ["enter", "space"],
    "browse": ["b", "enter"],
}
SLOW = {
    "question": ["enter"],
    "facts": ["enter", "i"],
    "keys": ["question_mark"],
    "end": ["enter", *["space", "1", "space", "4", "space", "4"] * 3],
    "commands": ["ctrl+p"],
    "lists": ["b", "escape", "l"],
    "hits": ["b", "a", "enter"],
    "charts below": ["s", "G"],
    "what to study": ["c"],
    "notes": ["n"],
    "reader": ["n", "down", "enter"],
    "statistics": ["s"],
    "problems": ["f"],
    "mending": ["f", "m"],
    "whole notes": ["c", "up", "enter"],
    "settings": ["comma"],
    "gallery": ["d"],
    "gallery further down": ["d", "down", "down", "down"],
    "gallery after a run": ["d", "down"],
    "demo": ["d", "enter"],
    "source": ["d", "enter", "c"],
    "walk through": ["d", "enter", "w"],
    "comparison": ["d", "v"],
    "comparison of a task": ["d", "v", "tab", "down"],
    "comparison by seconds": ["d", "v", "x"],
    "comparison after a run": ["d", "v"],
    "problem": ["f", "down"],
    "kind of problems closed": ["f", "left"],
    "link": ["n", "down", "enter", "tab"],
}
RUN = Result(
    "lora",
    load().get("lora").settle({"job": "teach"}),
    Summary("LoRA", "teach", 0.0, 0.91, 14_784, 155_456, "A and B", 60_000, 8.0, True, "cafe"),
    "2026-01-01T00:00:00+00:00",
    tuple((step, step / 400) for step in range(0, 400, 20)),
)
"""Kept where a state's name says that something was run."""
SMALL = {"facts", "keys", "what to study", "commands", "lists"}
"""Those that open over another screen, whose keys are in their own box."""
WALK = [
    *(pytest.param(keys, name, size, id=f"{name}-{size[0]}") for name, keys in QUICK.items() for size in SIZES[1:3]),
    *(
        pytest.param(keys, name, size, id=f"{name}-{size[0]}", marks=pytest.mark.slow)
        for name, keys in (QUICK | SLOW).items()
        for size in SIZES
        if name in SLOW or size not in SIZES[1:3]
    ),
]


async def at_rest(pilot: Pilot[None]) -> None:
    app = pilot.app
    assert isinstance(app, StudyApp)
    await until(pilot, lambda: not app.reading and not getattr(app.screen, "examining", False))
    await pilot.pause(0.05)


@tiered("keys, name, size", WALK)
async def test_every_word_stands_out_and_every_screen_has_one_frame(
    tmp_path: Path, keys: list[str], name: str, size: tuple[int, int]
) -> None:
    app = make_app(tmp_path, NOTES, start="decks", settings={"theme": themes.DARK.name})
    if name.endswith("after a run"):
        Results(app.workspace.locations.demo_results).add(RUN)
    async with running(app, size) as pilot:
        await until(pilot, lambda: app.whole_notes is not None)
        for key in keys:
            await press(pilot, key)
            await at_rest(pilot)
        screen, (width, height) = app.screen, size
        for theme in themes.NAMES:
            app.paint(theme)
            await pilot.pause()
            if theme != themes.PLAIN:
                assert faint(pilot) == {}, theme
            strips = screen._compositor.render_strips()
            assert {strip.cell_length for strip in strips} == {width}
            if name in SMALL:
                continue
            line, head = screen.query_one(KeyLine), screen.query_one("PlacesBar, PathBar")
            assert line.region.y == height - 1
            assert isinstance(head, PlacesBar | PathBar)
            assert (head.region.y, head.region.width) == (0, width)
            assert strips[-1].text.rstrip().endswith(("Back", "Quit", "Leave it", "Leave", "Close"))
            assert " ? Keys " in strips[-1].text or " F1 Keys " in strips[-1].text or name == "mending"
            drawn = "\n".join(strip.text for strip in strips)
            assert drawn.count("▸" if theme == themes.PLAIN else "▎") >= len(screen.query(Rows)) * bool(
                isinstance(screen.focused, Rows)
            )
            for pane in screen.query(Pane):
                in_sight = pane.is_on_screen and screen.find_widget(pane).visible_region
                assert not in_sight or pane._title in drawn
