"""A line to type in."""

from __future__ import annotations

from textual.widgets import Input

from studyapp.tui.widgets.parts.laid_once import LaidOnce


class TypedLine(LaidOnce, Input):
    """Textual's line, but no letter lays the screen out: its room stays as it is, however much is typed."""
