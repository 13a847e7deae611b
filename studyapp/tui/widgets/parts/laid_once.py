"""Widgets that are laid out and painted once for each change."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive
from textual.scrollbar import ScrollBar
from textual.widget import Widget


class BarOnce:
    """A widget whose scrollbar comes or goes with one layout, as Textual's bar asks for more once it has a size.

    Not a widget by itself, as Textual takes the styles of a class's first widget base.
    """

    @property
    def vertical_scrollbar(self) -> ScrollBar:
        """The bar, which is made when it is first needed."""
        assert isinstance(self, Widget)
        return _bar_of(self)


class LaidOnce(BarOnce):
    """A widget that asks for no second layout and paint once it knows its new size, as Textual's own widgets do.

    Nothing depends on them: a scrollbar that comes or goes with a size asks for a layout itself, and the first layout
    paints whatever has changed its place or size. Not a widget by itself, as Textual takes the styles of a class's
    first widget base.
    """

    virtual_size: Reactive[Size] = Reactive(Size(0, 0), repaint=False)


class _Bar(LaidOnce, ScrollBar):
    pass


def _bar_of(widget: Widget) -> ScrollBar:
    bar = widget._vertical_scrollbar  # noqa: SLF001 - as Textual does
    if bar is None:
        bar = _Bar(vertical=True, name="vertical", thickness=widget.scrollbar_size_vertical)
        bar.display = False
        widget._vertical_scrollbar = bar  # noqa: SLF001 - as Textual does
        widget.app._start_widget(widget, bar)  # noqa: SLF001 - as Textual does
    return bar
