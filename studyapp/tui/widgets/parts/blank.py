"""Containers that show nothing of their own but their background."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical
from textual.geometry import Region
from textual.strip import Strip
from textual.style import Style
from textual.widget import Widget


class Blank:
    """Paints one line as often as needed; for a container without a border.

    Textual would draw and keep each line by itself, again after each change of size. Not a widget by itself, as
    Textual takes the styles of a class's first widget base.
    """

    def render_lines(self, crop: Region) -> list[Strip]:
        assert isinstance(self, Widget)
        around, own = self.background_colors
        line = Strip.blank(crop.width, Style(background=around + own).rich_style)
        for line_filter in self.get_line_filters():
            line = line.apply_filter(line_filter, own)
        return [line] * crop.height


class BlankRow(Blank, Horizontal):
    """Parts side by side."""


class BlankColumn(Blank, Vertical):
    """Parts one below the other."""
