"""Actions on the note in front: follow its links, find its backlinks, study, copy and edit it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from studyapp.core.errors import StudyError
from studyapp.core.notes.links import Link
from studyapp.core.text.spoken import one_line
from studyapp.core.visible import visible
from studyapp.study.reader.demo_links import SCHEME
from studyapp.study.reader.library import Library
from studyapp.study.reader.trail import Stop, Trail
from studyapp.study.reader.web import is_web
from studyapp.study.review.custom import CustomStudy, Mode
from studyapp.tui.messages import FieldMessage
from studyapp.tui.render import Anchor
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.outside import STILL_READING, open_address, open_picture
from studyapp.tui.widgets.notes.note_view import NoteView
from studyapp.wording.copies import Copy, copies_of_note
from studyapp.wording.numbers import sentence

if TYPE_CHECKING:
    from studyapp.core.notes.note import Note

_GO: Final = "Go there"


class NoteScreen(StudyScreen):
    """Has one note in front, and remembers the way to it; subclasses show it."""

    class Linked(FieldMessage):
        """What links to a note has been found."""

        path: str
        links: list[tuple[str, Link]]

    def __init__(self) -> None:
        super().__init__()
        self._library: Library | None = None
        self._note: Note | None = None
        self._trail = Trail()

    def show_stop(self, stop: Stop) -> bool:
        """Show a note at a line; returns whether that was possible."""
        raise NotImplementedError

    def open_note(self, path: str, line: int | None = None) -> None:
        """Go to a note, and remember the way."""
        raise NotImplementedError

    # Following

    def on_note_view_followed(self, message: NoteView.Followed) -> None:
        self._follow(message.anchor)

    def _follow(self, anchor: Anchor) -> None:
        if anchor.kind == "web":
            self._follow_address(anchor.target)
            return
        library, note = self._library, self._note
        if library is None or note is None:
            return
        if anchor.kind == "image":
            open_picture(self.study, note.path, [anchor.target])
            return
        found = library.follow(anchor.target, note.path)
        shown = visible(anchor.target, newlines=False)
        if found is None and not self.study.embeds.are_known:
            self.say(STILL_READING)
            return
        if found is None:
            self.say(f"There is no note {shown} in the vault.", "warning")
            return
        target, line = found
        if not target.is_note:
            self.study.programs.file(target.path)
        elif target.path == note.path and line is not None:
            self._trail.leave(self.query_one(NoteView).top)
            self._trail.go_on(Stop(note.path, line))
            self.query_one(NoteView).go_to(line)
        else:
            self.open_note(target.path, line)
            if "#" in anchor.target and line is None:
                self.say(f"{shown}: the note has no such place.", "warning")

    def _follow_address(self, address: str) -> None:
        scheme = address.partition(":")[0].lower()
        if scheme == SCHEME:
            if (why := self.study.go.demo_of_link(address)) is not None:
                self.say(sentence(why), "warning")
        elif scheme == "obsidian":
            self.study.programs.address(address, "Opened in Obsidian.")
        elif is_web(address):
            open_address(self.study, address)
        else:
            self.say(f"Links that start with {visible(scheme, newlines=False)[:20]}: can't be opened.", "warning")

    def action_go(self, step: int) -> None:
        """Go back or forward on the way through the notes."""
        self._trail.leave(self.query_one(NoteView).top)
        if (stop := self._trail.turn(step)) is not None:
            self.show_stop(stop)
        else:
            self.say("Nothing to go back to." if step < 0 else "Nothing to go forward to.")

    def action_outline(self) -> None:
        note = self._note
        if note is None or not note.headings:
            self.say("This note has no headings.")
            return

        lines = [
            Choice(heading.line, f"{'  ' * (heading.level - 1)}{one_line(heading.text)}") for heading in note.headings
        ]
        ask(self.app, ChooseScreen("Contents", lines, act=_GO), self.query_one(NoteView).go_to)

    def action_backlinks(self) -> None:
        note, library = self._note, self._library
        if note is None or library is None:
            return
        self.say("Looking for links to this note …")

        def look() -> None:
            links = library.backlinks(note.path)
            with suppress(RuntimeError):  # the app has ended
                self.post_message(self.Linked(note.path, links))

        threading.Thread(target=look, name="backlinks", daemon=True).start()

    def on_note_screen_linked(self, message: Linked) -> None:
        """Choose one of the notes that link here."""
        if self._note is None or message.path != self._note.path:
            return
        if not message.links:
            self.say("No other note links here.")
            return
        self.say("")

        lines = [
            Choice((source, link.line), visible(source[:-3], newlines=False), f"line {link.line + 1}")
            for source, link in message.links
        ]
        ask(self.app, ChooseScreen("What links here", lines, act=_GO), lambda place: self.open_note(*place))

    # Acting

    def action_review(self) -> None:
        """Review only this note's cards: what is due and new; if nothing is, all of them, without writing."""
        note = self._note
        if note is None:
            return
        if not note.questions:
            self.say("This note has no cards.")
            return
        now = self.study.workspace.clock()
        marks = [mark for marks in Library.marks_of(note, now).values() for mark in marks]
        mode = Mode.ALL_DUE if any(mark.due or mark.new for mark in marks) else Mode.CRAM
        self.study.go.review(custom=CustomStudy(mode, note=note.path))

    def pictures(self) -> tuple[str, Sequence[str]]:
        """The one under the cursor, else those in sight, else those of the whole note."""
        return (self._note.path, self.query_one(NoteView).pictures) if self._note is not None else ("", ())

    def copies(self) -> Sequence[Copy]:
        """The code and the cards in sight, and the whole note."""
        if self._note is None or self._library is None:
            return ()
        view = self.query_one(NoteView)
        try:
            page = self._library.read(self._note.path)
        except StudyError as error:
            self.say(str(error), "warning")
            return ()
        return copies_of_note(page.note, page.lines, view.top, view.bottom)

    def action_edit(self) -> None:
        """Open the note in the editor at the lines in sight."""
        if self._note is not None:
            line = self.query_one(NoteView).top
            if self.study.programs.edit(self._note.path, line + 1):
                self._trail.leave(line)
                self.show_stop(Stop(self._note.path, line))
                self.study.read_vault()

    def action_outside(self) -> None:
        """Open the file that the link under the cursor means, or this note in Obsidian."""
        anchor, note, library = self.query_one(NoteView).current_link, self._note, self._library
        if note is None or library is None:
            return
        found = library.follow(anchor.target, note.path) if anchor is not None and anchor.kind != "web" else None
        if found is not None and not found[0].is_note:
            self.study.programs.file(found[0].path)
        else:
            self.study.programs.obsidian(note.path)
