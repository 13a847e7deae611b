"""A widget that is laid out once for each change."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive


class LaidOnce:
    """A widget that asks for no second layout once it knows its new size, as Textual's own widgets do.

    Nothing depends on the second one: a scrollbar that comes or goes with a size asks for it itself. Not a widget by
    itself, as Textual takes the styles of a class's first widget base.
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0))
