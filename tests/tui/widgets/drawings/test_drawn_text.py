"""A text that is drawn for the width at hand."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.content import Content

from studyapp.tui.widgets.drawings.drawn_text import DrawnText


class OneText(App[None]):
    def compose(self) -> ComposeResult:
        yield DrawnText(lambda width: Content("─" * width + "\n" + "word " * 20), id="text")


async def test_it_is_drawn_and_as_high_as_it_needs_at_every_width() -> None:
    app = OneText()
    async with app.run_test(size=(60, 20)) as pilot:
        for width, lines in ((60, 3), (25, 5), (100, 2)):
            await pilot.resize_terminal(width, 20)
            await pilot.pause()
            shown = [strip.text.rstrip() for strip in app.screen._compositor.render_strips()]
            assert shown[0] == "─" * width
            assert sum(map(bool, shown)) == app.query_one("#text").size.height == lines
