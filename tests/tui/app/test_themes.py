"""Every word on the screen stands out from its background, in both themes."""

from __future__ import annotations

from pathlib import Path

import pytest
from rich.color import Color as RichColor
from textual.color import Color
from textual.design import ColorSystem
from textual.geometry import Region
from textual.pilot import Pilot

from studyapp.tui.app import themes
from tests.helpers.apps import (
    make_app,
    press,
    running,
    shown,
    until,
)
from tests.helpers.tiers import tiered

ENOUGH = 4.5
"""WCAG 2.2, 1.4.3: the contrast of text."""

KINDS = ("note", "abstract", "success", "question", "failure", "example", "quote")
CARD = (
    "\n".join(f"> [!{kind}] Title\n> text\n" for kind in KINDS)
    + '\n```python\n# comment\nclass Name(Exception):\n    """text"""\n    return len([1, 2])\n```\n\n'
    "`code` $x^2$ [[Link]] #tag [^1] [text](https://a.b) ~~gone~~ ![[picture.png]]\n\n"
    "| head | b |\n|---|---|\n| cell | c |\n\n- item\n- [ ] task\n\n## Heading\n\n##### Small\n"
)
NOTE = "#flashcards\n\nfront\n?\n" + CARD.replace("\n\n", "\n") + "\n\n==one== and ==two== of <mark>three</mark>\n"


def luminance(colour: Color) -> float:
    """WCAG's relative luminance."""

    def linear(value: int) -> float:
        part = value / 255
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    return 0.2126 * linear(colour.r) + 0.7152 * linear(colour.g) + 0.0722 * linear(colour.b)


def contrast(one: Color, other: Color) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def faint(pilot: Pilot[None], within: Region | None = None) -> dict[str, float]:
    """Words on the screen, or in a part of it, whose contrast is too low."""
    found = {}
    strips = pilot.app.screen._compositor.render_strips()
    if within is not None:
        strips = [strip.crop(within.x, within.right) for strip in strips[within.y : within.bottom]]
    for strip in strips:
        for segment in strip:
            style = segment.style
            if style is None or not any(char.isalnum() for char in segment.text):
                continue
            assert isinstance(style.color, RichColor)
            assert isinstance(style.bgcolor, RichColor)
            shown = contrast(Color.from_rich_color(style.color), Color.from_rich_color(style.bgcolor))
            if shown < ENOUGH:
                found[segment.text.strip()] = round(shown, 2)
    return found


@tiered("theme", [themes.DARK.name, themes.LIGHT.name])
async def test_every_word_stands_out(tmp_path: Path, theme: str) -> None:
    app = make_app(tmp_path, {"Note.md": NOTE}, start="decks", settings={"theme": theme})
    async with running(app, (100, 90)) as pilot:
        assert faint(pilot) == {}
        await press(pilot, "enter")
        await press(pilot, "space")
        for word in ("Title", "picture.png", "class Name", "cell", "Easy"):
            assert word in shown(pilot)
        assert faint(pilot) == {}
        await press(pilot, "3")
        assert "[...]" in shown(pilot)
        assert faint(pilot) == {}
        await press(pilot, "space")
        assert faint(pilot) == {}
        await press(pilot, "3", "space", "3")
        assert "Nothing left" in shown(pilot)
        assert faint(pilot) == {}


SCREENS = {
    "notes": ["n"],
    "reader": ["n", "down", "enter"],
    "browse": ["b"],
    "statistics": ["s"],
    "doctor": ["f"],
    "whole notes": ["c", "up", "enter"],
    "gallery": ["d"],
    "gallery, further down": ["d", "down", "down"],
    "demo": ["d", "enter"],
    "comparison": ["d", "v"],
}


@pytest.mark.slow
@pytest.mark.parametrize("keys", SCREENS.values(), ids=SCREENS)
async def test_every_word_of_every_screen_stands_out(tmp_path: Path, keys: list[str]) -> None:
    whole = "---\ntags: [review]\nsr-due: 2024-06-10\nsr-interval: 4\nsr-ease: 250\n---\n\nwords\n"
    notes = {"Note.md": NOTE, "Whole.md": whole, "Bad.md": "#flashcards\n\nx::y\n<!--SR:oops-->\n"}
    app = make_app(tmp_path, notes, start="decks", settings={"theme": themes.LIGHT.name})
    async with running(app, (130, 40)) as pilot:
        await until(pilot, lambda: app.whole_notes is not None)
        for key in keys:
            await press(pilot, key)
            await until(pilot, lambda: not app.reading and not getattr(app.screen, "examining", False))
        await pilot.pause()
        assert faint(pilot) == {}
        app.paint(themes.DARK.name)
        await pilot.pause()
        assert faint(pilot) == {}


@pytest.mark.slow
@pytest.mark.parametrize("theme", [themes.DARK.name, themes.LIGHT.name])
async def test_the_line_that_is_chosen_stands_out_in_a_list(tmp_path: Path, theme: str) -> None:
    app = make_app(tmp_path, {"Note.md": NOTE}, start="decks", settings={"theme": theme})
    async with running(app, (100, 30)) as pilot:
        await press(pilot, "c")
        box = pilot.app.screen.query_one("#choose").region
        found = faint(pilot, box)
        assert found == {}


def test_the_colours_of_only_one_theme_are_worked_out_at_the_start(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ColorSystem] = []
    generate = ColorSystem.generate

    def counted(system: ColorSystem) -> dict[str, str]:
        made.append(system)
        return generate(system)

    monkeypatch.setattr(ColorSystem, "generate", counted)
    assert make_app(tmp_path, {"a.md": "#flashcards\n\na::b\n"}).theme_variables["background"]
    assert len(made) == 1
