"""Names and their values, in any width."""

from __future__ import annotations

from textual.app import ComposeResult

from studyapp.tui.widgets.parts.named_rows import NamedRows
from tests.helpers.bare import BareApp


class OneTable(BareApp):
    def compose(self) -> ComposeResult:
        yield NamedRows([("note", "one two three four"), ("漢字", "a" * 30)], "$quiet", 4)

    def lines(self) -> list[str]:
        strips = self.screen._compositor.render_strips()
        return [strip.text.rstrip() for strip in strips if strip.text.strip()]


async def test_a_long_text_continues_below_its_beginning_at_every_width() -> None:
    app = OneTable()
    async with app.run_test(size=(20, 10)) as pilot:
        await pilot.pause()
        assert app.lines() == [
            "note  one two three",
            "      four",
            "漢字  " + "a" * 14,
            "      " + "a" * 14,
            "      aa",
        ]
        await pilot.resize_terminal(40, 10)
        await pilot.pause()
        assert app.lines() == ["note  one two three four", "漢字  " + "a" * 30]
