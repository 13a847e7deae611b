"""Rows under a cursor: any number of them; only those in sight are drawn.

The cursor looks the same everywhere: a bar in the first column, a bold name, and a raised row while the list has the
focus.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import ClassVar, Final, Generic, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage

Parts = list[tuple[str, str]]
"""The texts of a line, each with its look; a `name` is bold under the cursor."""
_LOOKS: Final = {
    **{look: f"color: ${look};" for look in ("quiet", "rule", "faint", "act", "care", "bad")},
    **{look: f"color: ${look};" for look in ("learn", "learn-2", "learn-area")},
    "good": "color: $good; text-style: bold;",
    "mark": "color: $care; text-style: bold;",
    "hit": "color: $learn; text-style: underline;",
    "title": "text-style: bold;",
    "here": "color: $strong; text-style: bold;",
}
Listed = TypeVar("Listed")
_BAR: Final = 1
"""Cells before each row, for the cursor's bar."""


def cursor_bar(*, plain: bool) -> str:
    """What stands before the row under the cursor."""
    return "▸" if plain else "▎"


def moves(place: str) -> Iterator[Binding]:
    """The keys that move the cursor; their names begin with that of the place."""
    yield Binding(keys.DOWN, "move(1)", "Down", show=False, id=f"{place}.down")
    yield Binding(keys.UP, "move(-1)", "Up", show=False, id=f"{place}.up")
    yield Binding(keys.TOP, "first", "First", show=False, id=f"{place}.first")
    yield Binding(keys.END, "last", "Last", show=False, id=f"{place}.last")
    yield Binding(keys.PAGE_DOWN, "page(1)", "A page down", show=False, id=f"{place}.page-down")
    yield Binding(keys.PAGE_UP, "page(-1)", "A page up", show=False, id=f"{place}.page-up")


class Rows(ScrollView, Generic[Listed], can_focus=True):
    """A list with a cursor; subclasses decide what a row shows, and what choosing it means."""

    class Moved(FieldMessage):
        """The cursor is on another row, or another row is under it."""

    HEAD: ClassVar[int] = 0
    """Lines of the head, above the first row."""
    HEAD_STAYS: ClassVar[bool] = False
    """Whether the head stays in sight while the rows scroll."""

    ENTER: ClassVar[str] = "choose"

    COMPONENT_CLASSES: ClassVar[set[str]] = {"rows--cursor", "rows--name", *(f"rows--{look}" for look in _LOOKS)}

    DEFAULT_CSS = f"""
    Rows {{
        height: 1fr; overflow-x: hidden; scrollbar-size-vertical: 1;
        &:focus .rows--cursor {{ background: $raised; }}
        {" ".join(f".rows--{look} {{ {style} }}" for look, style in _LOOKS.items())}
    }}
    """

    cursor: reactive[int] = reactive(0, repaint=False)
    _drawn = 0
    """The row that was last drawn as the one under the cursor."""

    def __init__(self, rows: Sequence[Listed] = (), *, id: str | None = None, classes: str = "") -> None:
        super().__init__(id=id, classes=classes)
        self.rows: Sequence[Listed] = rows

    # What the rows are

    @property
    def count(self) -> int:
        """How many rows there are."""
        return len(self.rows)

    @property
    def row(self) -> Listed | None:
        """The row under the cursor."""
        return self.rows[self.cursor] if self.cursor < len(self.rows) else None

    def head_parts(self, width: int) -> Parts:
        """What the head says."""
        raise NotImplementedError

    def row_parts(self, number: int, width: int) -> Parts:
        """The text of a row, in the width beside the cursor's bar; a row that the cursor skips has the full width."""
        raise NotImplementedError

    def stops_at(self, number: int) -> bool:
        """Whether the cursor may stop on a row; it skips the others, such as the names of groups."""
        return True

    def head_clicked(self, x: int) -> None:
        """The head was clicked."""

    def row_clicked(self, number: int, x: int, *, again: bool) -> None:
        """A row was clicked, and the cursor is on it; a second click enters it."""
        if again:
            self.run_worker(self.run_action(self.ENTER))

    def lay_out(self) -> None:
        """Make room for all rows, and redraw them."""
        self.make_room()
        self.refresh()

    def make_room(self) -> None:
        """Make room for all rows; the page is laid out anew only where a scrollbar comes or goes, and then once."""
        width, height = self.container_size
        rows = self.count + self.HEAD
        size = Size(width - (self.styles.scrollbar_size_vertical if rows > height else 0), rows)
        if self.styles.is_auto_height:
            self.virtual_size = size
        elif size != self.virtual_size:
            self.set_reactive(Rows.virtual_size, size)
            self._scroll_update(size)

    # The cursor

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a row where it may stop."""
        cursor = max(0, min(cursor, self.count - 1))
        onwards, back = range(cursor, self.count), range(cursor, -1, -1)
        tried = chain(back, onwards) if cursor < self.cursor else chain(onwards, back)
        return next((number for number in tried if self.stops_at(number)), cursor) if self.count else 0

    def watch_cursor(self) -> None:
        """Scroll the cursor into view, with the heading above it, and report where it is."""
        first = self.cursor
        while first > 0 and not self.stops_at(first - 1):
            first -= 1
        above = self.cursor - first + (self.HEAD if self.HEAD_STAYS or not first else 0)
        line, top = self.cursor + self.HEAD, round(self.scroll_offset.y)
        height = max(above + 1, self.scrollable_content_region.height)
        target = min(max(top, line - height + 1), line - above)
        if target != top:
            self.scroll_to(y=target, animate=False, immediate=True, force=True)
            self.refresh()
        else:
            for number in (self._drawn, self.cursor):
                self.refresh_row(number)
        self._drawn = self.cursor
        self.post_message(self.Moved())

    def refresh_row(self, number: int) -> None:
        """Draw one row again, if it is in sight."""
        y, width, height = number + self.HEAD - round(self.scroll_offset.y), *self.scrollable_content_region.size
        if 0 <= y < height:
            self.refresh(Region(0, y, width, 1))

    def action_move(self, rows: int) -> None:
        self.cursor += rows

    def action_first(self) -> None:
        self.cursor = 0

    def action_last(self) -> None:
        self.cursor = self.count - 1

    def action_page(self, pages: int) -> None:
        """Move the cursor by a page, less one row."""
        head = self.HEAD if self.HEAD_STAYS else 0
        self.cursor += pages * max(1, self.scrollable_content_region.height - head - 1)

    def on_resize(self, _event: Resize) -> None:
        """Lay the rows out for the new width, with the cursor in sight."""
        self.lay_out()
        self.watch_cursor()

    def on_click(self, event: Click) -> None:
        place = event.get_content_offset(self)
        if place is None:
            return
        number = self._row_at(place.y)
        if number < 0:
            self.head_clicked(place.x)
        elif number < self.count and self.stops_at(number):
            again = event.chain > 1 and number == self.cursor
            self.cursor = number
            self.row_clicked(number, place.x - _BAR, again=again)

    # Drawing

    def render_line(self, y: int) -> Strip:
        """The head, or one row."""
        number, width, base = self._row_at(y), self.scrollable_content_region.width, self.rich_style
        if number >= self.count:
            return Strip.blank(width, base)
        if number < 0:
            return self._strip(self.head_parts(width), base).adjust_cell_length(width, base)
        if not self.stops_at(number):
            return self._strip(self.row_parts(number, width), base).adjust_cell_length(width, base)
        parts, here = self.row_parts(number, width - _BAR), number == self.cursor
        if here:
            base += self.get_component_rich_style("rows--cursor", partial=True)
        bar = (cursor_bar(plain=self.app.no_color), "act") if here else (" " * _BAR, "")
        return self._strip([bar, *parts], base, here=here).adjust_cell_length(width, base)

    def _strip(self, parts: Parts, base: Style, *, here: bool = False) -> Strip:
        looks = {"name": "here"} if here else {}
        return Strip(
            [
                Segment(text, base + self.get_component_rich_style(f"rows--{looks.get(look, look)}", partial=True))
                if look
                else Segment(text, base)
                for text, look in parts
            ]
        )

    def _row_at(self, y: int) -> int:
        """The number of the row on a line in sight; negative for the head."""
        return -1 if self.HEAD_STAYS and y < self.HEAD else round(self.scroll_offset.y) + y - self.HEAD
