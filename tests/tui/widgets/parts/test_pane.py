"""A part of a page under its title rule."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from textual.app import App
from textual.content import Content

from studyapp.tui.widgets.parts.pane import Pane


class PaneApp(App[None]):
    """One pane."""

    def compose(self) -> Iterator[Pane]:
        yield Pane("Card")


async def test_only_another_body_lays_the_page_out_again(monkeypatch: pytest.MonkeyPatch) -> None:
    async with PaneApp().run_test() as pilot:
        pane = pilot.app.query_one(Pane)
        asked: list[bool] = []

        def refresh(*, layout: bool = False) -> Pane:
            asked.append(layout)
            return pane

        monkeypatch.setattr(pane, "refresh", refresh)
        pane.show(value="Note.md:3")
        pane.show(name="Another card")
        pane.show(Content("two\nlines"))
        assert asked == [False, False, True]
