"""The notes of a vault as a tree of folders; tens of thousands of them are no trouble."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from msgspec import Struct, field
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studyapp.core.text.names import as_compared
from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage

_OPEN_AT_FIRST: Final = 60
"""Notes up to which all folders are open in the beginning."""


class _Folder(Struct):
    name: str
    path: str
    folders: dict[str, _Folder] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Name and path."""


class Row(Struct, frozen=True):
    """One line of the tree."""

    name: str
    path: str
    depth: int
    open: bool | None
    """None for a note."""


class NoteTree(ScrollView, can_focus=True):
    """Lists folders and notes; `Chosen` says that a note was entered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Read", id="notes.read"),
        Binding("down,j", "move(1)", "Down", show=False, id="notes.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="notes.up"),
        Binding("left,h", "close", "Close, or go to the folder above", show=False, id="notes.close"),
        Binding("right,l", "open", "Open", show=False, id="notes.open"),
        Binding("home,g", "move(-10000000)", "First", show=False, id="notes.first"),
        Binding("end,G", "move(10000000)", "Last", show=False, id="notes.last"),
        Binding("pagedown,ctrl+f", "page(1)", "A page down", show=False, id="notes.page-down"),
        Binding("pageup,ctrl+b", "page(-1)", "A page up", show=False, id="notes.page-up"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {"note-tree--note", "note-tree--folder", "note-tree--cursor"}

    DEFAULT_CSS = """
    NoteTree {
        height: 1fr; width: 32; padding: 0 1; overflow-x: hidden; scrollbar-size-vertical: 1;
        .note-tree--note { color: $foreground; }
        .note-tree--folder { color: $text-primary; text-style: bold; }
        .note-tree--cursor { background: $panel; text-style: bold; }
        &:nocolor .note-tree--cursor { text-style: reverse; }
    }
    """

    cursor: reactive[int] = reactive(0)
    """The row under the cursor."""

    class Chosen(FieldMessage):
        """A note was entered."""

        path: str

    def __init__(self) -> None:
        super().__init__()
        self._top = _Folder("", "")
        self._open: set[str] = set()
        self.rows: list[Row] = []

    def show(self, paths: Iterable[str], words: str = "") -> None:
        """Show these notes; with `words`, those of them whose path has all, and every folder of theirs."""
        wanted = as_compared(words).split()
        fitting = [path for path in paths if all(word in as_compared(path) for word in wanted)]
        self._top = _Folder("", "")
        for path in fitting:
            *folders, name = path.split("/")
            folder = self._top
            for part in folders:
                below = f"{folder.path}/{part}" if folder.path else part
                folder = folder.folders.setdefault(part, _Folder(part, below))
            folder.notes.append((name, path))
        if wanted or len(fitting) <= _OPEN_AT_FIRST:
            self._open |= set(self._all(self._top))
        self._lay_out()

    def select(self, path: str) -> None:
        """Put the cursor on a note, and open the folders that it is in."""
        parts = path.split("/")[:-1]
        self._open |= {"/".join(parts[:length]) for length in range(1, len(parts) + 1)}
        self._lay_out()
        self.cursor = next((number for number, row in enumerate(self.rows) if row.path == path), self.cursor)

    def _all(self, folder: _Folder) -> Iterator[str]:
        for inner in folder.folders.values():
            yield inner.path
            yield from self._all(inner)

    def _lay_out(self) -> None:
        self.rows = list(self._below(self._top, 0))
        self.cursor = max(0, min(self.cursor, len(self.rows) - 1))
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows))
        self.refresh()

    def _below(self, folder: _Folder, depth: int) -> Iterator[Row]:
        for inner in sorted(folder.folders.values(), key=lambda inner: inner.name.casefold()):
            is_open = inner.path in self._open
            yield Row(inner.name, inner.path, depth, is_open)
            if is_open:
                yield from self._below(inner, depth + 1)
        for name, path in sorted(folder.notes, key=lambda note: note[0].casefold()):
            yield Row(name[:-3], path, depth, None)

    def validate_cursor(self, cursor: int) -> int:
        """Stay on a row."""
        return max(0, min(cursor, len(self.rows) - 1))

    def watch_cursor(self) -> None:
        """Bring the cursor into view."""
        self.scroll_to_region(Region(0, self.cursor, 1, 1), animate=False, immediate=True, x_axis=False)
        self.refresh()

    def on_resize(self, _event: Resize) -> None:
        """Follow the width."""
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows))

    def render_line(self, y: int) -> Strip:
        """One row: what opens it, and its name."""
        number, width = round(self.scroll_offset.y) + y, self.scrollable_content_region.width
        base = self.rich_style
        if number >= len(self.rows):
            return Strip.blank(width, base)
        row = self.rows[number]
        if number == self.cursor:
            base += self.get_component_rich_style("note-tree--cursor", partial=True)
        label = "  " * row.depth + {None: "  ", True: "▾ ", False: "▸ "}[row.open]
        name, room = visible(row.name, newlines=False), max(1, width - cell_len(label))
        if cell_len(name) > room:
            name = set_cell_size(name, room - 1).rstrip() + "…"
        part = "note" if row.open is None else "folder"
        style = base + self.get_component_rich_style(f"note-tree--{part}", partial=True)
        return Strip([Segment(label, base), Segment(name, style)]).adjust_cell_length(width, base)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in sight."""
        self.cursor += pages * max(1, self.scrollable_content_region.height - 1)

    def action_choose(self) -> None:
        """Enter a note; open or close a folder."""
        if not self.rows:
            return
        row = self.rows[self.cursor]
        if row.open is None:
            self.post_message(self.Chosen(row.path))
        else:
            self._set_open(open_it=not row.open)

    def action_open(self) -> None:
        """Show what is in a folder."""
        self._set_open(open_it=True)

    def action_close(self) -> None:
        """Hide what is in a folder; within one, go up to it."""
        row = self.rows[self.cursor] if self.rows else None
        if row is not None and not row.open and row.depth:
            above = row.path.rpartition("/")[0]
            self.cursor = next((number for number, other in enumerate(self.rows) if other.path == above), self.cursor)
        else:
            self._set_open(open_it=False)

    def _set_open(self, *, open_it: bool) -> None:
        row = self.rows[self.cursor] if self.rows else None
        if row is not None and row.open is not None:
            (self._open.add if open_it else self._open.discard)(row.path)
            self._lay_out()

    def on_click(self, event: Click) -> None:
        """Enter what was clicked on."""
        place = event.get_content_offset(self)
        if place is not None and 0 <= (number := round(self.scroll_offset.y) + place.y) < len(self.rows):
            self.cursor = number
            self.action_choose()
