"""A review: one card after the other, its answer, four grades."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, cast

from textual.binding import Binding, BindingType

from studyapp.core.disk.files import read_note
from studyapp.core.errors import NoteError, StudyError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.marks import Mark
from studyapp.core.schedule.entries import Grade
from studyapp.tui import keys
from studyapp.tui.screens.base import open_keys, step_keys
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.review.ways import ReviewWays
from studyapp.tui.widgets.cards.card_view import CardView
from studyapp.tui.widgets.cards.grade_bar import GradeBar
from studyapp.wording.numbers import large_text, sentence
from studyapp.wording.reviews import (
    deletion_question,
    leech_text,
    what_text,
    where_text,
)

if TYPE_CHECKING:
    from studyapp.core.vault.vault import Handle
    from studyapp.core.workspace.store import Saved
    from studyapp.study.review.custom import CramSession
    from studyapp.study.review.session import Session
    from studyapp.tui.widgets.cards.type_answer import TypeAnswer


def as_cram(session: Session | None) -> CramSession | None:
    """The review, if it is one that changes nothing."""
    return cast("CramSession", session) if session is not None and session.changes_nothing else None


class ReviewScreen(ReviewWays):
    """Turns keys into the session's actions; holds no rule of its own."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.MAIN},{keys.OPEN}", "go_on", "Show the answer; then Good", show=False, id="review.go-on"),
        Binding(keys.NUMBERS[0], "grade('again')", "Again", show=False, id="review.again"),
        Binding(keys.NUMBERS[1], "grade('hard')", "Hard", show=False, id="review.hard"),
        Binding(keys.NUMBERS[2], "grade('good')", "Good", show=False, id="review.good"),
        Binding(keys.NUMBERS[3], "grade('easy')", "Easy", show=False, id="review.easy"),
        *step_keys("review", "the last step, even yesterday's"),
        *open_keys("review"),
        Binding(keys.SKIP, "skip", "Skip", id="review.skip", tooltip="to the end of the review"),
        Binding(keys.BURY, "bury", "Bury", id="review.bury", tooltip="until tomorrow, with its siblings"),
        Binding(keys.DEMOS, "demo", "Demo", id="review.demo", tooltip="run what the card teaches"),
        Binding(keys.NOTES, "note", "Note", id="review.note", tooltip="read the note at this place"),
        Binding(keys.PICTURE, "picture", "Picture", id="review.picture", tooltip="open it in your viewer"),
        Binding(keys.FACTS, "facts", "Facts", id="review.facts", tooltip="schedule, history, place"),
        Binding(keys.TYPE, "type", "Type", id="review.type", tooltip="the answer, to see the difference"),
        Binding(keys.RESET, "reset", "Reset", id="review.reset", tooltip="reset the card to new; asks first"),
        Binding(keys.SUSPEND, "suspend", "Suspend", show=False, id="review.suspend", tooltip="until z resumes it"),
        Binding(keys.FLAG, "flag", "Flag", show=False, id="review.flag", tooltip="mark to find again, or unmark"),
        Binding(keys.DELETE, "delete", "Delete", show=False, id="review.delete", tooltip="from its note; asks first"),
        Binding(
            keys.COPY, "copy", "Copy", show=False, id="review.copy", tooltip="the answer, its code, the whole card"
        ),
        Binding(keys.PLAY, "play", "Play", show=False, id="review.play", tooltip="the sounds of the card"),
        Binding(keys.QUIT, "leave", "Leave", id="review.leave"),
        Binding(keys.BACK, "dismiss", "Back", id="review.back", tooltip="to the decks"),
    ]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        session, here = self.session, self.in_front is not None
        match action:
            case "go_on":
                possible = here or self._early is not None or (session is None and self.study.may_begin)
            case "reset" | "bury" | "delete":
                possible = here and as_cram(session) is None
            case "copy":
                possible = self._texts is not None
            case "play" | "suspend" | "flag" | "skip" | "edit" | "facts" | "obsidian" | "note":
                possible = here
            case "type":
                possible = here and session is not None and not session.revealed
            case "grade":
                possible = here and session is not None and session.revealed
            case "picture":
                possible = self._texts is not None and bool(self.query_one(CardView).pictures)
            case "demo":
                possible = bool(self.offer.demos)
            case "dismiss":
                possible = not self.only
            case _:
                possible = True
        return True if possible else None

    def action_go_on(self) -> None:
        """Show the answer; if it is shown, grade Good. While reading, start with the cards found so far."""
        if self.session is None and self._early is None:
            if self.is_mounted:  # the keys of the screen before may come sooner
                self.begin_early()
        elif self.session is not None and self.session.revealed:
            self.action_grade(Grade.GOOD)
        else:
            self._show_answer()

    async def action_type(self) -> None:
        """Let the answer be typed; for a card with clozes, each of them."""
        if self.typing is None:
            from studyapp.tui.widgets.cards.type_answer import TypeAnswer

            self.typing = TypeAnswer()
            await self.query_one("#review-column").mount(self.typing, after=self.query_one(CardView))
        if self._texts is not None and self.session is not None and not self.session.revealed:
            self.typing.ask(self._texts.hints)
            self.query_one(GradeBar).say("Enter compares it with the answer, Esc leaves it.")

    def on_type_answer_typed(self, message: TypeAnswer.Typed) -> None:
        """Show the answer, and how the typed text differs."""
        from studyapp.study.review.answers import compare_answer

        if self._texts is None or self.typing is None:
            return
        wanted = self._texts.answers
        self.set_focus(self.query_one("#card-scroll"))  # first, as the grades name the keys that can be pressed
        self._show_answer()
        self.typing.show(
            [compare_answer(answer, typed) for answer, typed in zip(wanted, message.answers, strict=True)]
        )

    def on_type_answer_cancelled(self, _message: TypeAnswer.Cancelled) -> None:
        """Restore the usual meaning of the keys."""
        self._close_typing()
        self.query_one(GradeBar).ask(self.key_of("review.go-on"))

    def on_grade_bar_chosen(self, message: GradeBar.Chosen) -> None:
        if message.grade is not None:
            self.action_grade(message.grade)
        elif self._texts is not None:
            self._show_answer()

    def action_grade(self, grade: str) -> None:
        """Grade the card; the next one appears while the note is written."""
        session = self.session
        if session is None or session.current is None or not session.revealed or self._busy:
            return
        if (cram := as_cram(session)) is not None:
            handle = session.current
            cram.answer(Grade(grade))
            self._go_on(Grade(grade), handle)
            return
        handle = session.current
        try:
            action = session.grade(Grade(grade))
        except StudyError as error:
            self.say(str(error), "error")
            return
        self.study.writer.save(action)
        self._go_on(Grade(grade), handle)
        path = action.card.path
        if leech := leech_text(action, self.key_of("review.undo")):
            self.say(leech, "warning")
        elif large := large_text(path, self.study.workspace.vault.size_of(path)):
            self.say(large)

    def _go_on(self, grade: Grade, handle: Handle) -> None:
        self.graded.add(grade, handle)
        self.say("")
        self._show_card()

    def action_skip(self) -> None:
        if self.session is not None and not self._busy:
            only = self.session.remaining == 1
            self.session.skip()
            self.say("This is the only card left." if only else "")
            self._show_card()

    def action_bury(self) -> None:
        """Bury the card and its siblings until tomorrow."""
        if self.session is not None and self.session.current is not None and not self._busy:
            siblings = len(self.session.current.question.cards) > 1
            self._save_and_go_on(self.session.bury())
            self.say("Buried until tomorrow, with its siblings." if siblings else "Buried until tomorrow.")

    def action_suspend(self) -> None:
        """Suspend the card; a suspended one is resumed and stays."""
        session = self.session
        if session is None or session.current is None or self._busy:
            return
        if self.state_of(session.current).suspended:
            self.study.writer.save(session.mark(Mark.SUSPENDED, ""))
            self._show_head()
            self.show_notices()
            self.say("Resumed: reviews show it again.")
            return
        self._save_and_go_on(session.suspend())
        self.say(f"Suspended: no review shows it until it is resumed. {self.key_of('review.undo')} undoes that.")

    def action_flag(self) -> None:
        """Flag the card, to find it again, or unflag it."""
        session = self.session
        if session is None or session.current is None or self._busy:
            return
        flagged = self.state_of(session.current).flagged
        self.study.writer.save(session.mark(Mark.FLAG, "" if flagged else "1"))
        self._show_head()
        self.say("Flag removed." if flagged else "Flagged.")

    def _save_and_go_on(self, action: Action) -> None:
        self.study.writer.save(action)
        self._show_card()

    def action_undo(self) -> None:
        """Undo the last grade or reset, even of an earlier day."""
        if (cram := as_cram(self.session)) is not None:
            self._go_back(cram)
        elif not self._busy:
            self._busy = True
            self.study.writer.undo()

    def _go_back(self, cram: CramSession) -> None:
        """Go back a card; nothing was written, so this undoes nothing else."""
        grade = cram.back()
        if grade is None:
            self.say("Nothing to go back to.")
            return
        if cram.current is not None:
            self.graded.remove(grade, cram.current.id)
        self._show_card()
        self.say(f"Back: {grade} did not count.")

    def action_redo(self) -> None:
        if as_cram(self.session) is not None:
            self.say("Nothing is written here, so there is nothing to redo.")
        elif not self._busy:
            self._busy = True
            self.study.writer.redo()

    def action_reset(self) -> None:
        """Reset the card to new, after asking."""
        session = self.session
        if session is None or session.current is None or self._busy:
            return
        if session.current.card.schedule is None and session.current.id not in session.fresh:
            self.say("This card is already new.")
            return
        asked = session.current.id

        def answered(_yes: bool) -> None:
            if session.current is None or session.current.id != asked:
                return
            action = session.reset()
            if action is not None:
                self.study.writer.save(action)
                self.say("Reset to new.")
            self._show_card()

        question = "Reset this card to new? Past reviews stay in the log."
        from studyapp.tui.screens.dialogs.help import AskScreen

        ask(self.app, AskScreen("Reset", question, "Reset it", "Keep it"), answered)

    def action_delete(self) -> None:
        """Delete the question from its note, after showing what goes and asking."""
        from studyapp.core.edits.delete import deletion
        from studyapp.core.edits.identity import Seen, Uncertain

        session = self.session
        if session is None or session.current is None or self._busy:
            return
        handle, path = session.current, session.current.note.path
        seen = Seen.of(handle.note, handle.question, handle.card)
        try:
            raw = read_note(self.study.workspace.vault.root / path)
            found = deletion(path, raw, seen, self.study.settings_of(handle))
        except NoteError as error:
            found = Uncertain(str(error))
        if isinstance(found, Uncertain):
            self.say(f"The question wasn't deleted: {found.why}.", "warning")
            return

        def answered(_yes: bool) -> None:
            if session.current is not None and session.current.id == handle.id:
                self._busy, self._deleting = True, handle
                self.study.writer.delete(seen)

        from studyapp.tui.screens.dialogs.help import AskScreen

        ask(self.app, AskScreen("Delete", deletion_question(found, path), "Delete it", "Keep it"), answered)

    # What the writer reports

    def note_was_saved(self) -> None:
        """Include the last card in what comes next."""
        if self.session is not None and self.session.current is None:
            self.show_end()

    def deleted(self, saved: Saved) -> bool:
        """Go on to the next card."""
        handle, self._deleting = self._deleting, None
        if self.session is None or handle is None:
            return False
        self._busy = False
        self.session.deleted(saved, handle)
        self._show_card()
        self.say(f"Deleted from {saved.action.card.path}. {self.key_of('review.undo')} undoes that.")
        return True

    def undone(self, saved: Saved) -> bool:
        """Show the card whose grade was undone."""
        self._busy = False
        session = self.session
        if session is None:
            return False
        session.taken_back(saved)
        action = saved.action
        if action.kind is ActionKind.GRADE:
            self.graded.remove(action.grade, action.card)
        of_a_card = action.kind in (ActionKind.GRADE, ActionKind.RESET)
        gone = of_a_card and self.study.workspace.vault.row(action.card) is None
        where = f" of a card{where_text(action)} that no longer exists" if gone else ""
        self._show_card()
        self.say(f"Undid {what_text(action)}{where}.")
        return True

    def gave(self, action: Action) -> Session | None:
        """This review, if the card's schedule was given here."""
        return self.session if self.session is not None and action.card in self.session.fresh else None

    def withdrawn(self, action: Action) -> None:
        """Take in that a grade does not count."""
        if (session := self.gave(action)) is None:
            return
        session.withdrawn(action)
        self.graded.remove(action.grade, action.card)
        self._show_head()
        self.say("The newer schedule stays; yours does not count.")

    def redone(self, saved: Saved) -> bool:
        """Show the card after the one whose grade was redone."""
        self._busy = False
        session = self.session
        if session is None:
            return False
        session.done_again(saved)
        action = saved.action
        if action.kind is ActionKind.GRADE and action.grade is not None:
            self.graded.add(action.grade, self.study.workspace.vault.handle(action.card))
        self._show_card()
        self.say(f"Redid {what_text(action)}.")
        return True

    def not_done(self, why: str) -> None:
        """Say why there was no undo, or no deletion."""
        self._busy, self._deleting = False, None
        self.say(sentence(why), "warning")
