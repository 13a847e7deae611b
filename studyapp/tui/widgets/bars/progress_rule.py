"""A rule that fills up as something progresses."""

from __future__ import annotations

from textual.content import Content
from textual.widget import Widget


class ProgressRule(Widget):
    """Shows a share of the whole across its width."""

    DEFAULT_CSS = """
    ProgressRule { height: 1; width: 100%; padding: 0 2; color: $rule; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, hue: str = "good") -> None:
        super().__init__()
        self._hue = hue
        self._share = 0.0

    def show(self, done: float, of: float) -> None:
        """Show that so much is done."""
        share = done / of if of else 0.0
        if share != self._share:
            self._share = share
            self.refresh()

    def render(self) -> Content:
        """Fill the rule; the first step shows, and only completion fills it."""
        width = self.size.width
        full = width if self._share >= 1 else min(width - 1, max(round(self._share * width), int(self._share > 0)))
        return Content.assemble(("━" * full, f"${self._hue}-area"), "─" * (width - full))
