"""A widget that is laid out and painted once for each change."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive


class LaidOnce:
    """A widget that asks for no second layout and paint once it knows its new size, as Textual's own widgets do.

    Nothing depends on them: a scrollbar that comes or goes with a size asks for a layout itself, and the first layout
    paints whatever has changed its place or size. Not a widget by itself, as Textual takes the styles of a class's
    first widget base.
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)
