"""A text that says what a key does, and does it when it is clicked."""

from __future__ import annotations

from typing import Final

from textual.content import Content
from textual.style import Style
from textual.widgets import Static


def acting(text: Content, action: str) -> Content:
    """A text that runs an action where it is clicked; its widget has no `auto_links`."""
    return text.stylize(Style.from_meta({"@click": action}))


_EMPTY: Final = Content("")


class Acts(Static):
    """Has parts that are `acting`."""

    def __init__(self, text: Content = _EMPTY, *, id: str | None = None, classes: str = "") -> None:
        super().__init__(text, id=id, classes=classes, markup=False)
        self.auto_links = False


class Act(Static):
    """Runs an action of its screen."""

    def __init__(self, action: str, text: Content = _EMPTY, *, id: str | None = None) -> None:
        super().__init__(text, id=id, markup=False)
        self._action = action

    async def on_click(self) -> None:
        await self.run_action(f"screen.{self._action}")
