"""What the writer reports: grades that have or have not reached their notes, and what was undone."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType

from studyapp.core.errors import StudyError
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.app.reading import Reading
from studyapp.tui.messages import Unwritten
from studyapp.tui.services.reports import (
    CardAdded,
    CardRefused,
    Deleted,
    GroupTurned,
    GroupTurning,
    Mended,
    NewerFound,
    NotDone,
    NoteSaved,
    PlanCarried,
    Redone,
    Reported,
    Retried,
    Undone,
)
from studyapp.wording.numbers import sentence


class Writing(Reading):
    """Updates the vault and the screens with what the writer did."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.RETRY, "retry", "Retry writing", id="app.retry"),
    ]

    def on_note_saved(self, message: NoteSaved) -> None:
        """Update the vault with the note's new bytes."""
        self.take(message.saved.action.card.path, message.saved.raw)
        for screen in self.study_screens:
            screen.note_was_saved()

    def on_retried(self, message: Retried) -> None:
        left = len(message.standing.waiting) + len(message.standing.unsaved)
        if message.asked:
            done = "Everything is saved." if not left else f"{count(left, 'grade')} could not be saved yet."
            self.say(done, "warning" if left else "note")

    @on(Reported)
    def _hear(self, message: Reported) -> None:
        """Show what has not reached its note, after whatever the writer did."""
        if message.standing == self.standing:
            return  # nothing else on the screen says so
        self.standing = message.standing
        for screen in self.study_screens:
            screen.show_notices()
        self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to write again only where something waits."""
        return not (action == "retry" and self.standing == Unwritten())

    def action_retry(self) -> None:
        """Retry everything that has not reached its note."""
        self.writer.retry()

    # A newer schedule

    def on_newer_found(self, message: NewerFound) -> None:
        """Ask which schedule counts: a newer one in the note is never overwritten silently."""
        from studyapp.tui.screens.dialogs.newer import NewerScreen
        from studyapp.wording.reviews import newer_text

        action, newer = message.action, message.newer

        def answered(counts: bool | None) -> None:
            screens = self.study_screens
            if counts is False:
                self.writer.answer(action, None)
                for screen in screens:
                    screen.withdrawn(action)
            elif counts and (again := self._on_newer(action, newer)) is not None:
                self.writer.answer(action, again)

        self.push_screen(NewerScreen(sentence(newer_text(action, newer, self.workspace.clock()))), answered)

    def _on_newer(self, action: Action, newer: str) -> Action | None:
        """The action redone on the newer schedule of its card; None, with the reason shown, if that is impossible."""
        try:
            if action.kind is ActionKind.NOTE:
                from studyapp.study.whole_notes.notes import WholeNotes

                whole = self.whole_notes or WholeNotes(self.workspace.vault, self.workspace.clock)
                return whole.on_newer(action, newer)
            gave = (screen.gave(action) for screen in self.study_screens)
            session = next((one for one in gave if one is not None), None)
            if session is None:
                from studyapp.study.review.today import begin_with

                with self.writer.quiet():
                    session = begin_with(self.workspace, ())
            return session.on_newer(action, newer)
        except StudyError as error:
            self.say(str(error), "error")
            return None

    # Whole questions, undo, repairs, new cards

    def on_deleted(self, message: Deleted) -> None:
        """Continue the review without the question."""
        if not any(screen.deleted(message.saved) for screen in self.study_screens):
            self.take(message.saved.action.card.path, message.saved.raw)

    def on_undone(self, message: Undone) -> None:
        """Return the review to the card."""
        if not any(screen.undone(message.saved) for screen in self.study_screens):
            self.take(message.saved.action.card.path, message.saved.raw)

    def on_redone(self, message: Redone) -> None:
        """Move the review on from the card."""
        if not any(screen.redone(message.saved) for screen in self.study_screens):
            self.take(message.saved.action.card.path, message.saved.raw)

    def on_group_turning(self, message: GroupTurning) -> None:
        done = f"{message.done:,} of {count(message.of, 'note')}" if message.of else count(message.done, "note")
        self.say(f"{'Undoing' if message.back else 'Redoing'}: {done} …")

    def on_group_turned(self, message: GroupTurned) -> None:
        """Take in all notes that were written, and report which were left unchanged."""
        from studyapp.core.workspace.groups import forget

        for saved in message.saved:
            self.take(saved.action.card.path, saved.raw)
        if message.back:
            forget(self.workspace, message.group)
        if any(saved.action.kind is ActionKind.IMPORT for saved in message.saved):
            self.read_vault()  # its notes are gone
        if message.left and message.saved:
            path, why = message.left[0]
            text = f"{count(len(message.left), 'note')} left unchanged: {path}: {why}"
            self.notify(visible(text, newlines=False), severity="warning", markup=False)

    def on_plan_carried(self, message: PlanCarried) -> None:
        """Let the page of the change continue."""
        for screen in self.screen_stack:
            if (carried := getattr(screen, "carried", None)) is not None:
                carried(message)

    def on_not_done(self, message: NotDone) -> None:
        for screen in self.study_screens:
            screen.not_done(message.why)

    def on_mended(self, message: Mended) -> None:
        """Update the vault with the notes' new bytes."""
        for repaired in message.repaired:
            self.take(repaired.repair.path, repaired.raw)
        for screen in self.study_screens:
            screen.mended(message.repaired)

    def on_card_added(self, message: CardAdded) -> None:
        """Update the vault, and say where the cards are."""
        note = message.saved.action.card.path
        self.take(note, message.saved.raw)
        self._tell_of_card(f"{count(message.cards, 'card')} added to the end of {visible(note, newlines=False)}")

    def on_card_refused(self, message: CardRefused) -> None:
        """Say why there is no new card."""
        self._tell_of_card(visible(message.why, newlines=False), wrong=True)

    def _tell_of_card(self, text: str, *, wrong: bool = False) -> None:
        from studyapp.tui.screens.demos.demo import DemoScreen
        from studyapp.tui.screens.notes.add_card import AddCardScreen

        if isinstance(self.in_front, (DemoScreen, AddCardScreen)):
            self.in_front.tell(text, "$bad" if wrong else "$good")
        else:
            self.say(sentence(text), "warning" if wrong else "note")
