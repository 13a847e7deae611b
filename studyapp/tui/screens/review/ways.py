"""Where the card of a review leads: its note, an editor, its demo, its facts, and what comes after the review."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.review.reading import ReviewReading
from studyapp.tui.study import Aim
from studyapp.tui.widgets.cards.card_view import CardView
from studyapp.wording.reviews import card_facts

if TYPE_CHECKING:
    from studyapp.core.log.marks import CardState
    from studyapp.core.vault.vault import Handle
    from studyapp.wording.copies import Copy


class ReviewWays(ReviewReading):
    """Opens what belongs to a card; a subclass has the keys."""

    def state_of(self, handle: Handle) -> CardState:
        """What is known about a card besides its note; waits for actions that are being written."""
        self.study.writer.flush()
        with self.study.writer.quiet():
            return self.study.workspace.history.states().of(handle.id)

    def action_edit(self) -> None:
        """Open the note at this card; afterwards the card is read again."""
        session = self.session
        if session is None or session.current is None or self._busy:
            return
        revealed, left_out = session.revealed, len(session.left_out)
        if not self.study.programs.edit(session.current.note.path, session.current.question.first_line + 1):
            return
        session.reload()
        self._show_card()
        if revealed and session.current is not None and len(session.left_out) == left_out:  # it is the same card
            self._show_answer()

    def aim(self) -> Aim:
        """The note of the card."""
        handle = self.in_front
        return Aim() if handle is None else Aim(note=handle.note.path, line=handle.question.first_line)

    def pictures(self) -> tuple[str, Sequence[str]]:
        """Those of the sides that are shown."""
        handle = self.session.current if self.session is not None else self._early
        return ("", ()) if handle is None else (handle.note.path, self.query_one(CardView).pictures)

    def action_note(self) -> None:
        """Read the note at this card; leaving it returns here."""
        if (handle := self.in_front) is not None:
            self.study.go.notes(handle.note.path, handle.question.first_line)

    def action_play(self) -> None:
        """Play the sounds of the side shown."""
        if self.session is not None and (handle := self.session.current) is not None:
            text = handle.card.back if self.session.revealed else handle.card.front
            self.study.sounds.play(text, handle.note.path)

    def action_obsidian(self) -> None:
        if (handle := self.in_front) is not None:
            self.study.programs.obsidian(handle.note.path)

    def action_demo(self) -> None:
        """Run this card's demo, or one chosen of several; leaving it returns here."""
        handle, demos = self.in_front, self.offer.demos
        note = handle.note.path if handle is not None else None
        if len(demos) == 1:
            self.study.go.demo(demos[0], note)
            return
        from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen

        lines = [
            Choice(demo, demo.title, ", ".join(f"{name} {value}" for name, value in demo.knobs.items()))
            for demo in demos
        ]
        dialog = ChooseScreen("Which demo?", lines, act="Open it", typing=False)
        ask(self.app, dialog, lambda demo: self.study.go.demo(demo, note))

    def copies(self) -> Sequence[Copy]:
        """The answer, if it is shown, the question, their code, the whole card."""
        handle = self.session.current if self.session is not None else self._early
        if handle is None or self._texts is None:
            return ()
        revealed = self.session.revealed if self.session is not None else self._turned_early
        return self.copies_of(handle, self._texts, revealed=revealed)

    def action_facts(self) -> None:
        session = self.session
        if session is None or session.current is None:
            return
        if self.has_side:
            self.side_wanted = not self.side_wanted
            self.show_side()
            return
        handle, now = session.current, self.study.workspace.clock()
        schedule = session.fresh.get(handle.id, handle.card.schedule)
        facts = card_facts(handle, schedule, now, self.state_of(handle))
        with self.study.writer.quiet():
            past = self.study.workspace.history.of(handle.id)
        from studyapp.tui.screens.review.course import course_screen

        vault = self.study.workspace.vault
        self.app.push_screen(course_screen(vault, session, handle, schedule, facts, past, now))

    def action_leave(self) -> None:
        """Go back to the decks; end the app if there are none behind."""
        if self.only:
            self.app.exit(return_code=0)
        else:
            self.dismiss()

    def action_more(self) -> None:
        from studyapp.tui.screens.review.custom_study import CustomChoice

        CustomChoice(self.study, self.deck, lambda chosen: self.study.go.review(chosen.deck, chosen)).ask()

    def action_statistics(self) -> None:
        self.study.push_screen(self.study.go.place("stats", Aim(deck=self.deck)))
