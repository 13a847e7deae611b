"""The decks as a tree with their counts in columns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from msgspec import Struct
from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.scroll_view import ScrollView
from textual.strip import Strip

from studyapp.core.vault.decks import Deck
from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage

EVERYTHING: Final = "All decks"
_COLUMNS: Final = (("due", 8), ("new", 8), ("total", 9))
_WIDEST: Final = 96
"""Counts far from their names are hard to read; a wide screen gets a margin instead."""


class Row(Struct, frozen=True):
    """One line of the tree."""

    deck: Deck
    depth: int
    open: bool | None
    """None where there is nothing below."""


class DeckTree(ScrollView, can_focus=True):
    """Lists the decks; `Chosen` says that one was entered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "Review", id="decks.review"),
        Binding("down,j", "move(1)", "Down", show=False, id="decks.down"),
        Binding("up,k", "move(-1)", "Up", show=False, id="decks.up"),
        Binding("left,h", "close", "Close, or go to the deck above", show=False, id="decks.close"),
        Binding("right,l", "open", "Open", show=False, id="decks.open"),
        Binding("home,g", "move(-1000000)", "First", show=False, id="decks.first"),
        Binding("end,G", "move(1000000)", "Last", show=False, id="decks.last"),
        Binding("pagedown,ctrl+f", "page(1)", "A page down", show=False, id="decks.page-down"),
        Binding("pageup,ctrl+b", "page(-1)", "A page up", show=False, id="decks.page-up"),
    ]

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "deck-tree--name",
        "deck-tree--due",
        "deck-tree--new",
        "deck-tree--quiet",
        "deck-tree--cursor",
    }

    DEFAULT_CSS = """
    DeckTree {
        height: 1fr; width: 100%; padding: 0 2; overflow-x: hidden; scrollbar-size-vertical: 1;
        .deck-tree--name { color: $foreground; }
        .deck-tree--due { color: $text-success; text-style: bold; }
        .deck-tree--new { color: $text-primary; }
        .deck-tree--quiet { color: $text-muted; }
        .deck-tree--cursor { background: $panel; text-style: bold; }
        &:nocolor .deck-tree--cursor { text-style: reverse; }
    }
    """

    cursor: reactive[int] = reactive(0)
    """The row under the cursor."""

    class Chosen(FieldMessage):
        """A deck was entered."""

        path: str
        """Empty for all decks."""

    class Resized(FieldMessage):
        """There is more or less room than before, as other widgets take less or more."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Deck("", "")
        self.rows: list[Row] = []
        self._folded: set[str] = set()

    def show(self, tree: Deck) -> None:
        """Show these decks; the cursor stays on its deck, and what was closed stays closed."""
        self.top = tree
        self._lay_out()

    @property
    def selected(self) -> Deck | None:
        """The deck under the cursor."""
        return self.rows[self.cursor].deck if self.cursor < len(self.rows) else None

    def select(self, path: str) -> None:
        """Put the cursor on a deck, if it is in sight."""
        for number, row in enumerate(self.rows):
            if row.deck.path == path:
                self.cursor = number

    def _lay_out(self) -> None:
        selected = self.selected
        top = [self.top] if len(self.top.children) > 1 else []
        self.rows = [Row(deck, 0, None) for deck in top] + list(self._below(self.top, 0))
        self.cursor = min(self.cursor, max(0, len(self.rows) - 1))
        if selected is not None:
            self.select(selected.path)
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + 1)
        self.refresh()

    def _below(self, deck: Deck, depth: int) -> Iterator[Row]:
        for child in sorted(deck.children.values(), key=lambda child: child.name.casefold()):
            is_open = child.path not in self._folded
            yield Row(child, depth, is_open if child.children else None)
            if is_open:
                yield from self._below(child, depth + 1)

    def validate_cursor(self, cursor: int) -> int:
        """Stay on a row."""
        return max(0, min(cursor, len(self.rows) - 1))

    def watch_cursor(self) -> None:
        """Bring the cursor into view; the heading line above the first row comes along."""
        line = self.cursor + 1
        self.scroll_to_region(
            Region(0, line - (line == 1), 1, 1 + (line == 1)), animate=False, immediate=True, x_axis=False
        )
        self.refresh()

    def on_resize(self, _event: Resize) -> None:
        """Lay the columns out for the new width, with the cursor in sight."""
        self.virtual_size = Size(self.scrollable_content_region.width, len(self.rows) + 1)
        self.watch_cursor()
        self.post_message(self.Resized())

    def render_line(self, y: int) -> Strip:
        """One row: marker, name, counts."""
        number = round(self.scroll_offset.y) + y - 1
        width = self.scrollable_content_region.width
        if number >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        parts = self._row_parts(self.rows[number], min(width, _WIDEST)) if number >= 0 else _head(min(width, _WIDEST))
        base = self.rich_style
        if number == self.cursor:
            base += self.get_component_rich_style("deck-tree--cursor", partial=True)
        styled = [
            Segment(text, base + self.get_component_rich_style(f"deck-tree--{part}", partial=True))
            for text, part in parts
        ]
        return Strip(styled).adjust_cell_length(width, base)

    def _row_parts(self, row: Row, width: int) -> list[tuple[str, str]]:
        """Texts of a row with the component class of each."""
        label = "  " * row.depth + {None: "  ", True: "▾ ", False: "▸ "}[row.open]
        name = visible(row.deck.name or EVERYTHING, newlines=False)
        room = max(0, width - sum(size for _, size in _COLUMNS) - cell_len(label))
        if cell_len(name) > room:
            name = set_cell_size(name, max(0, room - 1)).rstrip() + "…"
        parts = [(label, "quiet"), (set_cell_size(name, room), "name")]
        for (kind, size), value in zip(_COLUMNS, (row.deck.due, row.deck.new, row.deck.total), strict=True):
            part = kind if value and kind != "total" else "quiet"
            parts.append(((f"{value:,}" if value else "·").rjust(size), part))
        return parts

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.cursor += rows

    def action_page(self, pages: int) -> None:
        """Move the cursor by what is in sight."""
        self.cursor += pages * max(1, self.scrollable_content_region.height - 1)

    def action_choose(self) -> None:
        """Enter the deck under the cursor."""
        if (deck := self.selected) is not None:
            self.post_message(self.Chosen(deck.path))

    def action_open(self) -> None:
        """Show what is below."""
        self._set_open(open_it=True)

    def action_close(self) -> None:
        """Hide what is below; where nothing is, go to the deck above."""
        row = self.rows[self.cursor] if self.rows else None
        if row is not None and not row.open and row.depth:
            self.select(row.deck.path.rpartition("/")[0])
        else:
            self._set_open(open_it=False)

    def _set_open(self, *, open_it: bool) -> None:
        row = self.rows[self.cursor] if self.rows else None
        if row is None or row.open is None:
            return
        (self._folded.discard if open_it else self._folded.add)(row.deck.path)
        self._lay_out()

    def on_click(self, event: Click) -> None:
        """Select a row; its marker opens and closes it, a second click enters it."""
        place = event.get_content_offset(self)
        if place is None:
            return
        number = round(self.scroll_offset.y) + place.y - 1
        if not 0 <= number < len(self.rows):
            return
        row, again = self.rows[number], self.cursor == number
        self.cursor = number
        if row.open is not None and row.depth * 2 <= place.x < row.depth * 2 + 2:
            self._set_open(open_it=not row.open)
        elif again and event.chain > 1:
            self.action_choose()


def _head(width: int) -> list[tuple[str, str]]:
    return [("".join(name.rjust(size) for name, size in _COLUMNS).rjust(width), "quiet")]
