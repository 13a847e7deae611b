"""A line to type in."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.widgets import Input


class TypedLine(Input):
    """Textual's line, but no letter lays the screen out: its room stays as it is, however much is typed."""

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
