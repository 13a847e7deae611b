"""A review of whole notes: read one after another, each is graded hard, good or easy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.plural import count
from studyapp.core.schedule.entries import Grade, days_until
from studyapp.core.workspace.store import Saved
from studyapp.study.whole_notes.notes import WholeNotes
from studyapp.study.whole_notes.rules import GRADES, WholeNote
from studyapp.study.whole_notes.session import NoteSession
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.base import StudyScreen, open_keys, step_keys
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notice, Notices, Passing
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.cards.card_view import CardView
from studyapp.tui.widgets.cards.grade_bar import GradeBar
from studyapp.tui.widgets.parts.blank import BlankColumn, BlankRow
from studyapp.wording.copies import Copy, bare, codes
from studyapp.wording.numbers import days_text, interval_text, sentence
from studyapp.wording.reviews import what_text, where_text


class WholeNotesScreen(StudyScreen):
    """Turns keys into the actions of the whole-note session."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.MAIN, "go_on", "Read on", show=False, id="whole-notes.go-on"),
        Binding(keys.NUMBERS[1], "grade('hard')", "Hard", show=False, id="whole-notes.hard"),
        Binding(keys.NUMBERS[2], "grade('good')", "Good", show=False, id="whole-notes.good"),
        Binding(keys.NUMBERS[3], "grade('easy')", "Easy", show=False, id="whole-notes.easy"),
        Binding(keys.LISTS, "list", "List", id="whole-notes.list", tooltip="what is due and new; choose another"),
        Binding(keys.SKIP, "skip", "Skip", id="whole-notes.skip", tooltip="to the end of the review"),
        *step_keys("whole-notes"),
        Binding(keys.NOTES, "note", "Read", id="whole-notes.note", tooltip="in the reader, with its links"),
        *open_keys("whole-notes"),
        Binding(keys.PICTURE, "picture", "Picture", id="whole-notes.picture", tooltip="open it in your viewer"),
        Binding(keys.COPY, "copy", "Copy", show=False, id="whole-notes.copy", tooltip="its code, the whole note"),
        Binding(keys.LEAVE, "leave", "Back", id="whole-notes.leave"),
    ]

    AUTO_FOCUS = "#card-scroll"

    DEFAULT_CSS = """
    WholeNotesScreen {
        #whole-done { padding: 2 2; height: 1fr; width: 100%; }
    }
    """

    class Ready(FieldMessage):
        """The notes and their links have been read."""

    def __init__(self, whole: WholeNotes) -> None:
        super().__init__()
        self.whole = whole
        self.session: NoteSession | None = None
        self._busy = False
        """Whether an undo is under way; a grade given now would hit a different note than the user expects."""

    def compose(self) -> ComposeResult:
        yield PathBar()
        with BlankRow(id="review-body"), BlankColumn(id="review-column"):
            yield ProgressRule()
            yield CardView(alone=True)
            yield Static(id="whole-done", markup=False)
            yield GradeBar()
        yield Notices()
        yield Passing()
        yield KeyLine()

    def on_mount(self) -> None:
        """Start when the notes have been read."""
        self.query_one("#whole-done").display = False
        self.query_one(PathBar).show((self.app.title, "Whole notes"))
        self.query_one(GradeBar).say("Reading the notes …")
        self.run_worker(partial(self._read, self.study.workspace.vault.paths()), thread=True)

    def _read(self, paths: list[str]) -> None:
        self.study.writer.flush()  # a note graded a moment ago must not come up again
        self.whole.read(paths)
        self.whole.weigh()
        self.post_message(self.Ready())

    def on_whole_notes_screen_ready(self) -> None:
        self.session = NoteSession(self.whole, self.study.standing.notes)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        here = self.session is not None and self.session.current is not None
        if action == "picture":
            return True if here and self.query_one(CardView).pictures else None
        with_note = action in ("go_on", "grade", "list", "skip", "note", "edit", "copy", "obsidian")
        return None if with_note and not here else True

    def day_began(self) -> None:
        """Let the new day's notes join."""
        if self.session is None:
            return
        if self.session.look_again(self.study.standing.notes):
            self._show()
        else:
            self._show_head()

    # What is shown

    def _show_head(self) -> None:
        """Show what is left, and what depends on the day."""
        session = self.session
        if session is None:
            return
        due, new = session.counts()
        left = Content.assemble(
            (f"{due:,} due", "$good" if due else "$quiet"),
            "  ",
            (f"{new:,} new", "$act" if new else "$quiet"),
        )
        self.query_one(ProgressRule).show(session.graded, session.graded + due + new)
        if session.current is None:
            self.query_one(PathBar).show((self.app.title, "Whole notes"), left)
            self.query_one(GradeBar).say("")
            return
        parts = session.current.path.removesuffix(".md").split("/")
        right = Content.assemble(left, f"   {self._when(session.current)}")
        self.query_one(PathBar).show((self.app.title, "Whole notes", *parts), right, left, inside=len(parts))
        now = self.study.workspace.clock()
        intervals = {grade: interval_text(after, now) for grade, after in session.previews().items()}
        keys = {grade: self.key_of(f"whole-notes.{grade}") for grade in GRADES}
        self.query_one(GradeBar).offer(keys, intervals)

    def _show(self) -> None:
        session = self.session
        if session is None:
            return
        self._show_head()
        note = session.current
        view, done = self.query_one(CardView), self.query_one("#whole-done", Static)
        view.display, done.display = note is not None, note is None
        if note is None:
            view.clear()
            graded = f"\n{count(session.graded, 'note was', 'notes were')} graded." if session.graded else ""
            done.update(Content.assemble(("No notes left to review.", "bold"), graded))
        else:
            view.show_front(
                session.text, render=self.study.embeds.renderer(note.path, self.key_of("whole-notes.picture"))
            )
        self.show_notices()
        self.refresh_bindings()

    def _when(self, note: WholeNote) -> str:
        days = None if note.schedule is None else days_until(note.schedule, self.study.workspace.clock())
        return "new" if days is None else f"due {days_text(days)}"

    def notices(self) -> Iterable[Notice]:
        """Only the result of each step."""
        return ()

    # Keys

    def action_go_on(self) -> None:
        self.query_one("#card-scroll").scroll_page_down(animate=False)

    def on_grade_bar_chosen(self, message: GradeBar.Chosen) -> None:
        if message.grade is not None:
            self.action_grade(message.grade)

    def action_grade(self, grade: str) -> None:
        """Grade the note; the next one appears while it is written."""
        session = self.session
        if session is None or self._busy or (action := session.grade(Grade(grade))) is None:
            return
        self.study.writer.save(action)
        self.say("")
        self._show()

    def action_skip(self) -> None:
        if self.session is not None and not self._busy:
            only = len(self.session.notes()) == 1
            self.session.skip()
            self.say("This is the only note left." if only else "")
            self._show()

    def action_list(self) -> None:
        session = self.session
        if session is None or self._busy:
            return

        def chosen(path: str) -> None:
            session.choose(path)
            self._show()

        lines = [Choice(note.path, note.path.removesuffix(".md"), self._when(note)) for note in session.notes()]
        ask(self.app, ChooseScreen("Which note?", lines, act="Read it"), chosen)

    def action_note(self) -> None:
        """Open the note in the reader, with its links; leaving it returns here."""
        if self.session is not None and self.session.current is not None:
            self.study.go.notes(self.session.current.path)

    def action_edit(self) -> None:
        """Open the note in the editor; afterwards it is read again."""
        if self.session is None or self.session.current is None or self._busy:
            return
        if self.study.programs.edit(self.session.current.path, 1):
            self.session.reload()
            self._show()

    def action_obsidian(self) -> None:
        if self.session is not None and self.session.current is not None:
            self.study.programs.obsidian(self.session.current.path)

    def pictures(self) -> tuple[str, Sequence[str]]:
        """Those of the note in front."""
        if self.session is None or self.session.current is None:
            return "", ()
        return self.session.current.path, self.query_one(CardView).pictures

    def copies(self) -> Sequence[Copy]:
        """The code of the note, and all of it as shown here."""
        if self.session is None or self.session.current is None:
            return ()
        text = self.session.text
        found = [*codes(text.split("\n")), Copy("the whole note", bare(text))]
        return [copy for copy in found if copy.text]

    def action_undo(self) -> None:
        """Undo the last step, even of an earlier day."""
        if not self._busy:
            self._busy = True
            self.study.writer.undo()

    def action_redo(self) -> None:
        if not self._busy:
            self._busy = True
            self.study.writer.redo()

    # What the writer reports

    def undone(self, saved: Saved) -> bool:
        """Show the note whose grade was undone."""
        if self.session is not None and saved.action.kind is ActionKind.NOTE:
            self.session.taken_back(saved)
        self._tell("Undid", saved)
        return False

    def withdrawn(self, action: Action) -> None:
        """Take in that a grade does not count."""
        if self.session is not None and action.kind is ActionKind.NOTE:
            self.session.withdrawn(action.card.path)
            self._show()
            self.say("The newer schedule stays; yours does not count.")

    def redone(self, saved: Saved) -> bool:
        """Show the note after the one whose grade was redone."""
        if self.session is not None and saved.action.kind is ActionKind.NOTE:
            self.session.done_again(saved)
        self._tell("Redid", saved)
        return False

    def _tell(self, done: str, saved: Saved) -> None:
        self._busy = False
        self._show()
        self.say(f"{done} {what_text(saved.action)}{where_text(saved.action)}.")

    def not_done(self, why: str) -> None:
        """Say why there was no undo."""
        self._busy = False
        self.say(sentence(why), "warning")
