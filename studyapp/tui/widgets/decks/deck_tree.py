"""The decks as a tree, with their counts in columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len, set_cell_size
from textual.binding import Binding, BindingType

from studyapp.core.vault.decks import Deck
from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.parts.folding import Folding, TreeRow, turns
from studyapp.tui.widgets.parts.rows import Parts
from studyapp.wording.widths import cut

EVERYTHING: Final = "All decks"
_COLUMNS: Final = (("due", 8), ("new", 8), ("total", 9))
"""The counts with their widths; where these would cut a name the columns move closer."""
_LOOKS: Final = {"due": "good", "new": "act"}
_TITLE: Final = "Decks"


class DeckTree(Folding):
    """Lists the decks; posts `Chosen` when one is entered."""

    HEAD = 1
    OPEN_AT_FIRST = True

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "choose", "Review", id="decks.review"),
        *turns("decks", "deck"),
    ]

    DEFAULT_CSS = "DeckTree { width: 100%; }"

    class Chosen(FieldMessage):
        """A deck was entered."""

        path: str
        """Empty for all decks."""

    def __init__(self) -> None:
        super().__init__()
        self.top = Deck("", "")
        self._decks: dict[str, Deck] = {}
        """The decks in the tree, by path."""
        self._longest = 0
        """Cells of the longest name with what precedes it."""

    def show(self, tree: Deck) -> None:
        """Show these decks; the cursor stays on its deck, and closed branches stay closed."""
        self.top = tree
        self.fold()

    def fold(self) -> None:
        """Show what is open."""
        super().fold()
        names = (cell_len(row.label) + cell_len(visible(row.name, newlines=False)) for row in self.rows)
        self._longest = max(names, default=0)

    @property
    def selected(self) -> Deck | None:
        """The deck under the cursor."""
        return self._decks[self.row.path] if self.row is not None else None

    def rows_of_tree(self) -> Iterator[TreeRow]:
        """All decks, where there are several, then each with its subdecks."""
        self._decks = {}
        if len(self.top.children) > 1:
            self._decks[self.top.path] = self.top
            yield TreeRow(self.top.name or EVERYTHING, self.top.path, 0, None)
        yield from self._below(self.top, 0)

    def _below(self, deck: Deck, depth: int) -> Iterator[TreeRow]:
        for child in sorted(deck.children.values(), key=lambda child: child.name.casefold()):
            self._decks[child.path] = child
            is_open = self.is_open(child.path)
            yield TreeRow(child.name, child.path, depth, is_open if child.children else None)
            if is_open:
                yield from self._below(child, depth + 1)

    def head_parts(self, width: int) -> Parts:
        """The names of the columns."""
        names = "".join(name.rjust(size) for name, size in self._columns(width))
        rule = "─" * max(0, width - len(_TITLE) - len(names) - 3)
        return [(_TITLE, "title"), (f" {rule} ", "rule"), (f"{names} ", "quiet")]

    def _columns(self, width: int) -> Sequence[tuple[str, int]]:
        """The counts with their widths."""
        if self._longest + sum(size for _, size in _COLUMNS) + 1 <= width:
            return _COLUMNS
        most = (self.top.due, self.top.new, self.top.total)
        return [(name, 2 + max(len(name), len(f"{n:,}"))) for (name, _), n in zip(_COLUMNS, most, strict=True)]

    def row_parts(self, number: int, width: int) -> Parts:
        """Marker, name, counts."""
        row = self.rows[number]
        deck = self._decks[row.path]
        columns = self._columns(width)
        room = max(0, width - sum(size for _, size in columns) - cell_len(row.label) - 1)
        name = cut(visible(row.name, newlines=False), room)
        parts = [(row.label, "quiet"), (set_cell_size(name, room), "name")]
        for (kind, size), value in zip(columns, (deck.due, deck.new, deck.total), strict=True):
            look = _LOOKS.get(kind, "quiet") if value else "quiet"
            parts.append(((f"{value:,}" if value else "·").rjust(size), look))
        return [*parts, (" ", "")]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer a review only where there are cards."""
        return super().check_action(action, parameters) if self.display or action != "choose" else None

    def action_choose(self) -> None:
        """Enter the deck under the cursor; all decks while none is known yet, so that no key is lost."""
        if self.row is None:
            self.post_message(self.Chosen(""))
        super().action_choose()

    def choose(self, row: TreeRow) -> None:
        """Enter a deck."""
        self.post_message(self.Chosen(row.path))

    def row_clicked(self, number: int, x: int, *, again: bool) -> None:
        """Open or close a deck by its marker; a second click enters it."""
        row = self.rows[number]
        if row.open is not None and row.depth * 2 <= x < row.depth * 2 + 2:
            self.turn([row.path], open_them=not row.open)
            self.fold()
        elif again:
            self.action_choose()
