"""The notes, to read: a tree, a note with its outline, links to follow, backlinks."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.events import DescendantFocus
from textual.geometry import Size
from textual.timer import Timer
from textual.widgets import Input

from studyapp.core.errors import StudyError
from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.study.reader.library import mark_text
from studyapp.study.reader.passages import paragraph
from studyapp.study.reader.trail import Stop
from studyapp.tui import keys
from studyapp.tui.screens.base import to_places
from studyapp.tui.screens.notes.note import NoteScreen
from studyapp.tui.study import Aim
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notices, Passing
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.notes.note_tree import NoteTree
from studyapp.tui.widgets.notes.note_view import NoteView
from studyapp.tui.widgets.parts.pane import Pane
from studyapp.tui.widgets.parts.typed_line import TypedLine

_WIDE: Final = 100
"""The fewest columns at which tree and note are side by side."""
_TREE: Final = 34
"""Cells of the tree beside a note."""
_GAP: Final = 3
_PATIENCE: Final = 0.08
"""Seconds that the tree's cursor rests on a note before it is shown."""


class NotesScreen(NoteScreen):
    """Reads notes; leaving it returns to where it was opened from."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.TRAIL_BACK},backspace,alt+left", "go(-1)", "Back", id="notes.go-back"),
        Binding(f"{keys.TRAIL_ON},alt+right", "go(1)", "Forward", show=False, id="notes.go-forward"),
        Binding(keys.SEARCH, "search", "Search", id="notes.search", tooltip="in the note; in the tree, for a note"),
        *to_places("notes"),
        Binding(keys.NEXT, "found(1)", "Next match", show=False, id="notes.next-found"),
        Binding(keys.BEFORE, "found(-1)", "Previous match", show=False, id="notes.found-before"),
        Binding(keys.CONTENTS, "outline", "Contents", id="notes.outline", tooltip="the headings of this note"),
        Binding(keys.BACKLINKS, "backlinks", "Backlinks", id="notes.backlinks", tooltip="what links here"),
        Binding(keys.STUDY, "review", "Study", id="notes.review", tooltip="just the cards of this note"),
        Binding(keys.LISTS, "tree", "Tree", id="notes.tree", tooltip="go to the tree of notes, or back"),
        Binding(
            keys.COPY,
            "copy",
            "Copy",
            show=False,
            id="notes.copy",
            tooltip="code or a card in sight, or the whole note",
        ),
        Binding(keys.EDIT, "edit", "Edit", id="notes.edit", tooltip="the note, in your editor"),
        Binding(
            keys.OUTSIDE, "outside", "Open", id="notes.outside", tooltip="the note in Obsidian, or the file of a link"
        ),
        Binding(keys.PICTURE, "picture", "Picture", show=False, id="notes.picture", tooltip="open it in your viewer"),
        Binding("down", "results", "To the match", show=False, id="notes.results"),
        Binding(keys.QUIT, "leave", "Back", show=False, id="notes.leave"),
        Binding(keys.BACK, "leave_search", "Back", id="notes.close-search"),
    ]

    DEFAULT_CSS = """
    NotesScreen {
        #notes-body { height: 1fr; margin-top: 1; }
        #notes-reader { width: 1fr; height: 1fr; }
        #notes-search, #notes-search:focus { border: none; height: 1; padding: 0 2; background: $surface; }
    }
    """

    def __init__(self, path: str | None = None, line: int = 0) -> None:
        """Begin with a line of a note, from 0, or with the tree."""
        super().__init__()
        self._wanted = Stop(path, line) if path is not None else None
        self._tree_asked = False
        self._peeking: Timer | None = None

    def compose(self) -> ComposeResult:
        yield PlacesBar("notes")
        with Horizontal(id="notes-body", classes="page"):
            yield NoteTree()
            with Vertical(id="notes-reader"):
                yield Pane(id="notes-title")
                yield NoteView()
        yield TypedLine(id="notes-search", placeholder="search; Enter goes to the match, Esc closes")
        yield Notices()
        yield Passing()
        yield KeyLine()

    def on_mount(self) -> None:
        """Show the frame at once; files and aliases are read on a thread."""
        self.query_one("#notes-search").display = False
        self.show_day()
        self.query_one("#notes-title", Pane).show(name="Reading the notes …")
        if self.study.vault_read:
            self.study.embeds.read()

    def vault_was_read(self) -> None:
        """Read the files and aliases, unless they are being read again already."""
        if self.study.embeds.library is None:
            self.study.embeds.read()

    def library_was_read(self) -> None:
        """Show the tree, and the requested note; what is there already stays, as its files are now."""
        first, self._library = self._library is None, self.study.embeds.library
        tree, search = self.query_one(NoteTree), self.query_one("#notes-search", Input)
        typed = search.value if search.display and self._searches_tree() else ""
        tree.show(self.study.workspace.vault.paths(), typed)
        wanted, self._wanted = self._wanted, None
        if first and wanted is not None:
            self.open_note(wanted.path, wanted.line)
        elif self._note is not None:
            self._show(self._note.path, self.query_one(NoteView).show_again)
        elif first:
            tree.focus()
            self._show_head()
            if self.size.width >= _WIDE:  # a folder has nothing to show beside it
                tree.to_first_note()
            tree.watch_cursor()

    def picture_was_drawn(self) -> None:
        """Show it."""
        self.query_one(NoteView).draw_again()

    # What is shown

    def before_layout(self, size: Size) -> None:
        """Tree and note side by side, or one of them."""
        wide, reading = size.width >= _WIDE, self._note is not None
        tree = self.query_one(NoteTree)
        tree.display = wide or self._tree_asked or not reading
        self.query_one("#notes-reader").display = wide or (reading and not self._tree_asked)
        tree.styles.width = _TREE if wide else "1fr"
        tree.styles.margin = (0, _GAP if wide else 0, 0, 0)

    def aim(self) -> Aim:
        """The current note, and the paragraph of the link under the cursor."""
        if self._note is None:
            return Aim()
        line, path, text = self.query_one(NoteView).current_line, self._note.path, ""
        if line is not None and self._library is not None:
            with suppress(StudyError):  # it can no longer be read
                text = paragraph(self._library.read(path).lines, line)
        return Aim(note=path, text=text)

    def read(self, path: str) -> None:
        """Go to a note found by its name."""
        if self._library is None:
            self._wanted = Stop(path, 0)
        else:
            self.open_note(path)

    def open_note(self, path: str, line: int | None = None) -> None:
        """Go to a note, and remember the way."""
        stop = Stop(path, line or 0)
        top = self.query_one(NoteView).top
        if self.show_stop(stop):
            self._trail.leave(top)
            self._trail.go_on(stop)
            self._show_head()
            self.refresh_bindings()

    def on_rows_moved(self) -> None:
        """Show the note beside the tree, where there is room, when the cursor rests on it."""
        tree = self.query_one(NoteTree)
        if self._peeking is not None:
            self._peeking.stop()
        if self.size.width >= _WIDE and tree.has_focus and tree.row is not None and tree.row.open is None:
            self._peeking = self.set_timer(_PATIENCE, partial(self._peek, tree.row.path))

    def _peek(self, path: str) -> None:
        tree = self.query_one(NoteTree)
        here = tree.row is not None and tree.row.path == path
        if here and tree.has_focus and (self._note is None or self._note.path != path):
            self.show_stop(Stop(path, 0), aside=True)

    def on_descendant_focus(self, event: DescendantFocus) -> None:
        """Give the keys to the note once it is entered."""
        if isinstance(event.widget, NoteView):
            self._tree_asked = False

    def show_stop(self, stop: Stop, *, aside: bool = False) -> bool:
        """Show a note; `aside` leaves the keys to the tree."""
        view = self.query_one(NoteView)
        if not self._show(stop.path, partial(view.show, line=stop.line or None)):
            return False
        self._tree_asked = aside
        self.before_layout(self.app.size)
        if aside:
            self.refresh_bindings()
            return True
        self.query_one(NoteTree).reveal(stop.path)
        self.query_one("#notes-search").display = False
        view.focus()
        return True

    def _show(self, path: str, show: Callable[..., None]) -> bool:
        """Read a note, and have its text shown; returns whether that was possible."""
        library = self._library
        if library is None:
            return False
        try:
            reading = library.read(path)
        except StudyError as error:
            self.say(str(error), "warning")
            return False
        self._note = reading.note
        marks = library.marks_of(reading.note, self.study.workspace.clock())
        show(
            reading.passages,
            render=self.study.embeds.renderer(path, self.key_of("notes.picture")),
            marks={line: mark_text(cards) for line, cards in marks.items()},
        )
        self._show_head()
        return True

    def _show_head(self) -> None:
        title, note = self.query_one("#notes-title", Pane), self._note
        if note is None:
            title.show(name="No note is open", value="")
            return
        *folders, name = [visible(part, newlines=False) for part in note.path[:-3].split("/")]
        cards = sum(len(question.cards) for question in note.questions)
        where = [*(["/".join(folders)] if folders else []), *([count(cards, "card")] if cards else [])]
        title.show(name=name, value=" · ".join(where))

    def on_note_tree_chosen(self, message: NoteTree.Chosen) -> None:
        self.open_note(message.path)

    def on_note_tree_nothing_to_read(self) -> None:
        """Say why nothing opens."""
        self.say("There is no note to read." if self._library is not None else "The notes are still being read.")

    # Searching

    def action_search(self) -> None:
        """Ask what to look for: in the note, or among the notes of the tree."""
        search = self.query_one("#notes-search", Input)
        search.display = True
        search.value = ""
        search.focus()

    def on_input_changed(self, message: Input.Changed) -> None:
        if self._searches_tree():
            self.query_one(NoteTree).show(self.study.workspace.vault.paths(), message.value)
        else:
            found = self.query_one(NoteView).search(message.value)
            self.say((count(found, "place") if found else "Not in this note.") if message.value else "")

    def on_input_submitted(self) -> None:
        """Go to the match in the note; in the tree, read the best match."""
        from studyapp.tui.screens.notes.switcher import finder_of

        search = self.query_one("#notes-search", Input)
        search.display = False
        if not self._searches_tree():
            self.query_one(NoteView).focus()
            return
        tree = self.query_one(NoteTree)
        tree.focus()
        found = finder_of(self.study.workspace.vault).find(search.value, 1) if search.value.strip() else []
        if found:
            tree.show(self.study.workspace.vault.paths())
            self.open_note(found[0].path)

    def action_results(self) -> None:
        if isinstance(self.focused, Input):
            (self.query_one(NoteTree) if self._searches_tree() else self.query_one(NoteView)).focus()

    def _searches_tree(self) -> bool:
        return self._note is None or self._tree_asked

    def action_found(self, step: int) -> None:
        self.query_one(NoteView).next_found(step)

    # Others

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what needs a note only where there is one; while typing, letters are text."""
        if isinstance(self.focused, Input) and action not in ("leave_search", "results"):
            return None
        needs_note = action in ("outline", "backlinks", "review", "edit", "outside", "go", "found", "tree", "copy")
        if action == "picture":
            return True if self.pictures()[1] else None
        return None if needs_note and self._note is None else True

    def action_tree(self) -> None:
        """Go to the tree, or back to the note."""
        tree, view = self.query_one(NoteTree), self.query_one(NoteView)
        if tree.has_focus and self._note is not None:
            self._tree_asked = False
            self.before_layout(self.app.size)
            view.focus()
        else:
            self._tree_asked = True
            self.before_layout(self.app.size)
            tree.focus()

    def action_leave_search(self) -> None:
        """Close the search; else leave."""
        search = self.query_one("#notes-search")
        if search.display:
            search.display = False
            (self.query_one(NoteTree) if self._searches_tree() else self.query_one(NoteView)).focus()
        else:
            self.dismiss()
