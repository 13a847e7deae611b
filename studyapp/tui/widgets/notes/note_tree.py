"""A vault's notes as a tree of folders; tens of thousands are no problem."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from msgspec import Struct, field
from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.message import Message

from studyapp.core.notes.outline import upwards
from studyapp.core.text.names import as_compared
from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.parts.folding import Folding, TreeRow, turns
from studyapp.tui.widgets.parts.rows import Parts
from studyapp.wording.widths import cut

_OPEN_AT_FIRST: Final = 60
"""With at most this many notes, all folders start open."""


class _Folder(Struct):
    name: str
    path: str
    folders: dict[str, _Folder] = field(default_factory=dict)
    notes: list[tuple[str, str]] = field(default_factory=list)
    """Name and path."""


class NoteTree(Folding):
    """Lists folders and notes; posts `Chosen` when a note is entered."""

    OPEN_AT_FIRST = False

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "choose", "Read", id="notes.read"),
        *turns("notes", "folder"),
    ]

    DEFAULT_CSS = """
    NoteTree { width: 1fr; }
    """

    class Chosen(FieldMessage):
        """A note was entered."""

        path: str

    class NothingToRead(Message):
        """Enter was pressed where there is no note."""

    def __init__(self) -> None:
        super().__init__()
        self._top = _Folder("", "")

    def show(self, paths: Iterable[str], words: str = "") -> None:
        """Show these notes; with `words`, only those whose path has all of them, with all folders open."""
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
            self.turn(self._all(self._top), open_them=True)
        self.fold()

    def to_first_note(self) -> None:
        """Put the cursor on the first note in sight, if there is one."""
        self.cursor = next((number for number, row in enumerate(self.rows) if row.open is None), self.cursor)

    def reveal(self, path: str) -> None:
        """Put the cursor on a note, and open its folders."""
        self.turn(upwards(path.rpartition("/")[0]), open_them=True)
        self.fold()
        self.select(path)

    def _all(self, folder: _Folder) -> Iterator[str]:
        for inner in folder.folders.values():
            yield inner.path
            yield from self._all(inner)

    def rows_of_tree(self) -> Iterator[TreeRow]:
        """Folders, then the notes beside them."""
        yield from self._below(self._top, 0)

    def _below(self, folder: _Folder, depth: int) -> Iterator[TreeRow]:
        for inner in sorted(folder.folders.values(), key=lambda inner: inner.name.casefold()):
            is_open = self.is_open(inner.path)
            yield TreeRow(inner.name, inner.path, depth, is_open)
            if is_open:
                yield from self._below(inner, depth + 1)
        for name, path in sorted(folder.notes, key=lambda note: note[0].casefold()):
            yield TreeRow(name[:-3], path, depth, None)

    def row_parts(self, number: int, width: int) -> Parts:
        """The marker and the name."""
        row = self.rows[number]
        name = cut(visible(row.name, newlines=False), max(1, width - cell_len(row.label)))
        return [(row.label, "quiet"), (name, "name")]

    def action_choose(self) -> None:
        """Enter what is under the cursor, if anything is."""
        if self.row is None:
            self.post_message(self.NothingToRead())
        super().action_choose()

    def choose(self, row: TreeRow) -> None:
        """Enter a note; open or close a folder."""
        if row.open is None:
            self.post_message(self.Chosen(row.path))
        else:
            self.turn([row.path], open_them=not row.open)
            self.fold()

    def row_clicked(self, number: int, x: int, *, again: bool) -> None:
        """Enter what was clicked on."""
        self.choose(self.rows[number])
