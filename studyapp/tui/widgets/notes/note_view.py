"""A note on the screen, with a cursor on its links, and a search."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType
from textual.events import Click

from studyapp.core.text.names import word_places
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.render import Anchor, Spot
from studyapp.tui.widgets.notes.note_page import NotePage

_FOLLOWED: Final = frozenset({"note", "web", "image", "embed"})


class NoteView(NotePage):
    """Shows one note; posts `Followed` when a link is chosen."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.DOWN, "scroll_lines(1)", "Down", show=False, id="note.down"),
        Binding(keys.UP, "scroll_lines(-1)", "Up", show=False, id="note.up"),
        Binding(f"{keys.PAGE_DOWN},{keys.MAIN}", "page(1)", "A page down", show=False, id="note.page-down"),
        Binding(keys.PAGE_UP, "page(-1)", "A page up", show=False, id="note.page-up"),
        Binding(keys.TOP, "scroll_lines(-10000000)", "Top", show=False, id="note.top"),
        Binding(keys.END, "scroll_lines(10000000)", "End", show=False, id="note.end"),
        Binding(keys.PART, "next_link(1)", "Next link", id="note.next-link"),
        Binding(keys.PART_BEFORE, "next_link(-1)", "Previous link", show=False, id="note.link-before"),
        Binding(keys.OPEN, "follow", "Follow", id="note.follow"),
    ]

    class Followed(FieldMessage):
        """A link was chosen."""

        anchor: Anchor

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "note-view--link",
        "note-view--found",
        "note-view--here",
    }

    DEFAULT_CSS = """
    NoteView {
        .note-view--link { background: $raised; color: $strong; text-style: bold underline; }
        .note-view--found { color: $learn; text-style: underline; }
        .note-view--here { background: $learn-marked; color: $strong; text-style: bold underline; }
        &:nocolor .note-view--link { text-style: reverse; }
        &:nocolor .note-view--found { text-style: underline; }
        &:nocolor .note-view--here { text-style: reverse; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._link: int | None = None
        """The number of the link that the cursor is on."""
        self._words = ""
        self._found: list[tuple[int, int, int]] = []
        self._found_at = -1

    def unmark(self) -> None:
        """Leave the links, and end the search."""
        self._link, self._words = None, ""

    def lay_out(self) -> None:
        """The matches are found again once all is laid out."""
        self._found = []
        super().lay_out()

    def all_laid(self) -> None:
        """Search again for the same words."""
        if self._words:
            self.search(self._words, keep=True)
        super().all_laid()

    def marked_on(self, row: int) -> Iterator[tuple[int, int, str]]:
        """The matches of the search, then the link under the cursor."""
        for number, (line, start, end) in enumerate(self._found):
            if line == row:
                yield start, end, "note-view--here" if number == self._found_at else "note-view--found"
        for place in self._laid.places_on(row) if self._link is not None else ():
            if place.anchor.number == self._link:
                yield place.start, place.end, "note-view--link"

    # Links

    @property
    def links(self) -> list[Spot]:
        """The first piece of each link."""
        return self._laid.first_places(_FOLLOWED)

    @property
    def current_link(self) -> Anchor | None:
        """The link under the cursor."""
        return next((place.anchor for place in self.links if place.anchor.number == self._link), None)

    @property
    def pictures(self) -> list[str]:
        """The picture under the cursor, else those in sight, else all that have been laid out, each named once."""
        if (link := self.current_link) is not None and link.kind == "image":
            return [link.target]
        top = round(self.scroll_offset.y)
        lines = range(top, top + self.scrollable_content_region.height)
        every = [place for place in self._laid.places if place.anchor.kind == "image"]
        seen = [place for place in every if place.line in lines]
        return [*dict.fromkeys(place.anchor.target for place in seen or every)]

    @property
    def current_line(self) -> int | None:
        """The source line of the link under the cursor."""
        link = next((place for place in self.links if place.anchor.number == self._link), None)
        return None if link is None else self._laid.source_at(link.line)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to go to links where there are any, and to follow the one under the cursor."""
        if action == "next_link" and self._is_laid:
            return True if any(place.anchor.kind in _FOLLOWED for place in self._laid.places) else None
        return None if action == "follow" and self._link is None else True

    def action_next_link(self, step: int) -> None:
        """Go to the next link, from the one under the cursor or from the lines in sight."""
        links = self.links
        if not links:
            return
        numbers = [place.anchor.number for place in links]
        if self._link in numbers:
            place = (numbers.index(self._link) + step) % len(links)
        else:
            top = round(self.scroll_offset.y)
            place = next((number for number, link in enumerate(links) if link.line >= top), 0)
            place = place if step > 0 else place - 1
        self._link = numbers[place]
        self._show_row(links[place].line)
        self.refresh()
        self.refresh_bindings()

    def action_follow(self) -> None:
        if (anchor := self.current_link) is not None:
            self.post_message(self.Followed(anchor))

    def on_click(self, event: Click) -> None:
        place = event.get_content_offset(self)
        if place is None or self.text_selection is not None:
            return
        row, cell = round(self.scroll_offset.y) + place.y, place.x - self.margin
        for piece in self._laid.places_on(row):
            if piece.anchor.kind in _FOLLOWED and piece.start <= cell < piece.end:
                self._link = piece.anchor.number
                self.refresh()
                self.post_message(self.Followed(piece.anchor))
                return

    # Searching

    def search(self, words: str, *, keep: bool = False) -> int:
        """Search the displayed text for words and go to the first match below; returns the number of matches."""
        self._words = words
        self._found = []
        for row, line in enumerate(self._laid.lines if words else ()):
            text = "".join(part for part, _ in line)
            for start, end in word_places(words, text):
                self._found.append((row, cell_len(text[:start]), cell_len(text[:end])))
        top = round(self.scroll_offset.y)
        if not keep:
            self._found_at = next((n for n, (row, _, _) in enumerate(self._found) if row >= top), 0) - 1
            self.next_found(1)
        self.refresh()
        return len(self._found)

    def next_found(self, step: int) -> None:
        """Go to the next match, or the previous one."""
        if self._found:
            self._found_at = (self._found_at + step) % len(self._found)
            self._show_row(self._found[self._found_at][0])
            self.refresh()
