"""A tree with branches that open and close."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from msgspec import Struct
from textual.binding import Binding

from studyapp.tui import keys
from studyapp.tui.widgets.parts.rows import Rows, moves

_MARKERS: Final = {None: "  ", True: "▾ ", False: "▸ "}


class TreeRow(Struct, frozen=True):
    """One line of a tree."""

    name: str
    path: str
    depth: int
    open: bool | None
    """None for a leaf."""

    @property
    def label(self) -> str:
        """What precedes the name."""
        return "  " * self.depth + _MARKERS[self.open]


def turns(place: str, above: str) -> Iterator[Binding]:
    """The keys that move the cursor and open and close branches."""
    down, up, *others = moves(place)
    yield from (down, up)
    yield Binding(keys.LEFT, "close", f"Close, or go to the {above} above", show=False, id=f"{place}.close")
    yield Binding(keys.RIGHT, "open", "Open", show=False, id=f"{place}.open")
    yield from others


class Folding(Rows[TreeRow]):
    """Rows of a tree, each with a path; open and closed branches stay so when the tree is updated."""

    OPEN_AT_FIRST: ClassVar[bool]

    def __init__(self) -> None:
        super().__init__()
        self._turned: dict[str, bool] = {}
        """Open or closed, by path; the other branches are as at first."""

    def rows_of_tree(self) -> Iterable[TreeRow]:
        """The rows in sight with the open branches."""
        raise NotImplementedError

    def choose(self, row: TreeRow) -> None:
        """Enter a row."""
        raise NotImplementedError

    def is_open(self, path: str) -> bool:
        """Whether a branch is open."""
        return self._turned.get(path, self.OPEN_AT_FIRST)

    def turn(self, paths: Iterable[str], *, open_them: bool) -> None:
        """Open or close branches; `fold` shows it."""
        self._turned |= dict.fromkeys(paths, open_them)

    def fold(self) -> None:
        """Show what is open; the cursor stays on its row if that still exists."""
        here = self.row
        self.rows = list(self.rows_of_tree())
        self.cursor = min(self.cursor, len(self.rows) - 1)
        if here is not None:
            self.select(here.path)
        self.lay_out()

    def select(self, path: str) -> None:
        """Put the cursor on a row, if it exists."""
        self.cursor = next((number for number, row in enumerate(self.rows) if row.path == path), self.cursor)

    def action_choose(self) -> None:
        if (row := self.row) is not None:
            self.choose(row)

    def action_open(self) -> None:
        self._set_open(open_it=True)

    def action_close(self) -> None:
        """Close the branch; on a leaf, go up."""
        row = self.row
        if row is not None and not row.open and row.depth:
            self.select(row.path.rpartition("/")[0])
        else:
            self._set_open(open_it=False)

    def _set_open(self, *, open_it: bool) -> None:
        row = self.row
        if row is not None and row.open is not None:
            self.turn([row.path], open_them=open_it)
            self.fold()
