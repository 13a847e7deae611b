"""A text that says what a key does, and does it when it is clicked."""

from __future__ import annotations

from textual.widgets import Static


class Act(Static):
    """Runs an action of its screen."""

    def __init__(self, action: str, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._action = action

    async def on_click(self) -> None:
        """Do it."""
        await self.run_action(f"screen.{self._action}")
