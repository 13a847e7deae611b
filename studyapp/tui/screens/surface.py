"""What every screen is drawn on: the whole terminal, painted without delay and no more of it than changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from textual._compositor import ChopsUpdate, Compositor
from textual.geometry import Region, Size
from textual.screen import Screen
from textual.strip import Strip
from textual.timer import Timer

_PERIOD: Final = 1 / 120
"""Seconds. Textual paints at once after a pause, but waits for one to two periods before it paints again; a key often
leads to two paints, as what it finds follows the letter itself. With this period all is there within 1/60 s.
"""


class FullSize:
    """Lays a screen out for the terminal as it is now, whatever size a message names.

    A screen that has changed its size tells itself so. When the terminal changes twice in quick succession, that old
    size can come last and stay, or the two sizes follow each other for ever.
    """

    def _screen_resized(self, _size: Size) -> None:
        assert isinstance(self, Screen)
        Screen._screen_resized(self, self.app.size)  # noqa: SLF001 - what this overrides

    async def _compose(self) -> None:
        """Take the classes of the terminal's size, so that the parts have their styles from the start.

        Textual gives a new screen these classes only after its first layout, which is then painted for a moment.
        """
        assert isinstance(self, Screen)
        (width, height), app = self.app.size, self.app
        here = self._get_breakpoint_classes(width, app.HORIZONTAL_BREAKPOINTS or [])
        self.add_class(*here, *self._get_breakpoint_classes(height, app.VERTICAL_BREAKPOINTS or []))
        await Screen._compose(self)  # noqa: SLF001 - what this overrides


class QuickPaint:
    """Paints a screen more often than Textual would; see `_PERIOD`."""

    _painting: Timer | None = None

    @property
    def _update_timer(self) -> Timer:
        """What paints."""
        assert isinstance(self, Screen)
        if self._painting is None:
            paint = self._on_timer_update
            self._painting = self.set_interval(_PERIOD, paint, name="screen_update", pause=True)
        return self._painting


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


class SparePaint:
    """Paints a screen by its `NearCompositor`."""

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._compositor: Compositor = NearCompositor()


class Surface(FullSize, QuickPaint, SparePaint):
    """All of them. Not a widget by itself, as Textual takes the styles of a class's first widget base."""
