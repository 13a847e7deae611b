"""What every screen is drawn on: the whole terminal, painted without delay and no more of it than changes."""

# ruff: noqa: SLF001 - this is how Textual lays out and paints, done otherwise

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from textual._compositor import ChopsUpdate, Compositor
from textual.events import Mount, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.strip import Strip
from textual.timer import Timer
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.screen import Screen

    _Screen = Screen[Any]
else:
    _Screen = object

_PERIOD: Final = 1 / 120
"""Seconds. Textual paints at once after a pause, but waits for one to two periods before it paints again; a key often
leads to two paints, as what it finds follows the letter itself. With this period all is there within 1/60 s.
"""


def _bars_of(widget: Widget) -> tuple[bool, bool]:
    return widget.show_vertical_scrollbar, widget.show_horizontal_scrollbar


class NearCompositor(Compositor):
    """Asks widgets for the lines near those that change.

    Textual asks each widget that is in sight for all of its lines, even if only a cursor blinks.
    """

    _changes: Sequence[Region] = ()
    """What is painted; everything if it names nothing."""

    def render_partial_update(self) -> ChopsUpdate | None:
        """Paint what has changed."""
        self._changes = tuple(self._dirty_regions)
        try:
            return super().render_partial_update()
        finally:
            self._changes = ()

    def _get_renders(self, crop: Region | None = None) -> Iterable[tuple[Region, Region, list[Strip]]]:
        for widget, (region, clip) in self.visible_widgets.items():
            seen = region.intersection(clip)
            if parts := [part for change in self._changes or (seen,) if (part := seen.intersection(change))]:
                rows = Region.from_union(parts)
                near = Region(seen.x, rows.y, seen.width, rows.height)
                yield region, near, widget.render_lines(near.translate(-region.offset))


class Surface(_Screen):
    """Lays a screen out once for the terminal as it is now, whatever size a message names, and paints it soon.

    A screen that has changed its size tells itself so. Textual lays it out again for that, and a third time for the
    classes of its size; when the terminal changes twice in quick succession, an old size can come last and stay.

    Not a widget by itself, as Textual takes the styles of a class's first widget base.
    """

    _bars: Mapping[Widget, tuple[bool, bool] | None] = {}
    """During a layout: which scrollbars each widget had; None if the widget itself had asked for the layout."""
    _painting: Timer | None = None

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._compositor: Compositor = NearCompositor()

    def action_leave(self) -> Any:  # of a screen that first ends what it does, something to wait for
        """Go back to where this was opened from, without an answer."""
        self.dismiss()

    async def _dispatch_message(self, message: Message) -> None:
        """Lay out for a new size first: then the screen tells itself so, and handlers know the new places."""
        if isinstance(message, Resize) and self.outer_size != self.app.size:
            self._screen_resized(self.app.size)
            return
        await super()._dispatch_message(message)
        if isinstance(message, Mount):
            self.before_layout(self.app.size)

    def _screen_resized(self, _size: Size) -> None:
        if self.outer_size != self.app.size:
            super()._screen_resized(self.app.size)

    def _refresh_layout(self, size: Size | None = None, scroll: bool = False) -> None:
        if size and size != self.outer_size:
            self._fit_to(size)
        widgets = self.walk_children(Widget, with_self=True)
        self._bars = {widget: None if widget._layout_required else _bars_of(widget) for widget in widgets}
        super()._refresh_layout(size, scroll)
        self._ask_no_more()

    def _compositor_refresh(self) -> None:
        self._ask_no_more()
        super()._compositor_refresh()

    def _ask_no_more(self) -> None:
        """Forget the layouts and paints that widgets ask for because this layout changed their size.

        Nothing depends on them, except where a scrollbar has come or gone; and nothing on those of a scrollbar.
        """
        for widget, before in self._bars.items():
            bars = [bar for bar in (widget._vertical_scrollbar, widget._horizontal_scrollbar) if bar is not None]
            for part in [*bars, widget] if before == _bars_of(widget) else bars:
                if part._layout_required:
                    part._layout_required = part._repaint_required = False
        self._bars = {}

    def _fit_to(self, size: Size) -> None:
        """Take on what depends on a size, and forget the layouts and paints that this asks for: they come now."""
        self._take_classes(size)
        if self.is_mounted:
            self.before_layout(size)
        for widget in self.walk_children(Widget, with_self=True):
            widget._layout_required = widget._repaint_required = False
            widget._layout_updates += 1
            widget._clear_arrangement_cache()

    def before_layout(self, size: Size) -> None:
        """Take on what depends on the size of the terminal, before the screen is laid out for it."""

    def _take_classes(self, size: Size) -> None:
        wide, high = self.app.HORIZONTAL_BREAKPOINTS or [], self.app.VERTICAL_BREAKPOINTS or []
        here = self._get_breakpoint_classes(size.width, wide) | self._get_breakpoint_classes(size.height, high)
        self.update_classes({name: name in here for _, name in (*wide, *high)}, animate=False)

    async def _compose(self) -> None:
        """Take the classes of the terminal's size, so that the parts have their styles from the start."""
        self._take_classes(self.app.size)
        await super()._compose()

    @property
    def _update_timer(self) -> Timer:
        """What paints; more often than Textual would."""
        if self._painting is None:
            paint = self._on_timer_update
            self._painting = self.set_interval(_PERIOD, paint, name="screen_update", pause=True)
        return self._painting
