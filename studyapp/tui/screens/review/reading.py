"""A review while notes are read: how it begins, which cards join it, and what changes on the one in front."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from textual.timer import Timer

from studyapp.core.errors import DeckNotFoundError
from studyapp.core.plural import count
from studyapp.tui.screens.review.view import ReviewView
from studyapp.tui.widgets.cards.grade_bar import GradeBar

if TYPE_CHECKING:
    from studyapp.study.review.catch_up import CaughtUp
    from studyapp.study.review.session import Session


class ReviewReading(ReviewView):
    """Begins a review as soon as there is a card, and keeps it up with the vault."""

    _new_day = False
    """Whether a new day has begun whose cards have not joined yet."""
    _progress: Timer | None = None

    def on_mount(self) -> None:
        """Start at once, or when the notes have been read."""
        self.set_interval(1.0, self._tick)
        self.call_after_refresh(self._take_focus)  # styles are looked at again for that, which can wait
        if self.study.vault_read:
            self._begin()
            return
        if self.custom is None:
            self._early = self.study.workspace.first_card(self.deck)
        if self._early is None:
            self.begin_early()
            if self.session is None:
                self._show_progress()
                self._progress = self.set_interval(0.25, self._show_progress)
        else:
            self.head.timer.start(self.study.workspace.clock())
            self._show_front(self._early)
            self.head.show(self._early, None)

    def _take_focus(self) -> None:
        """Give the keys to the card, unless something else has them."""
        if self.focused is None:
            self.set_focus(self.query_one("#card-scroll"))

    def _show_progress(self) -> None:
        """Show how far the reading is, and that a review can start with what has been found."""
        key = self.key_of("review.go-on")
        begin = f"  {key}: start with what is there" if self.custom is None and self.study.may_begin else ""
        self.query_one(GradeBar).say(f"{self.study.reading_progress}{begin}")
        self.refresh_bindings()

    def begin_early(self) -> None:
        """Start with the cards found so far; the others join when they have been read."""
        if self.session is None and self._early is None and self.custom is None and self.study.may_begin:
            self._begin()

    def vault_was_read(self) -> None:
        """Start, if that had to wait; else take in what is new."""
        if self.session is None:
            self._begin()
        else:
            self._follow_changes(None)

    def day_began(self) -> None:
        """Say so when its cards join."""
        self._new_day = True

    def notes_changed(self, paths: Collection[str]) -> None:
        """Let cards join the review, and refresh the current one."""
        if self.session is not None:
            self._follow_changes(paths)

    def _follow_changes(self, paths: Collection[str] | None) -> None:
        session = self.session
        if session is None:
            return
        revealed = session.revealed
        found = self._caught_up(session, paths)
        if found.changed or found.moved_on:
            self._show_card()
        else:
            self._show_head()
            if session.current is None:
                self.show_end()
            elif revealed:
                self._show_grades()
        new_day, self._new_day = self._new_day, False
        if found.changed:
            if revealed:
                self._show_answer()
            self.say("This card was changed in its note; this is the new text.")
        elif found.gone and not found.moved_on:
            self.say(f"{count(found.gone, 'card')} dropped: deleted or reviewed elsewhere.")
        elif new_day and found.came:
            self.say(f"A new day has begun: {count(found.came, 'more card', 'more cards')} to review.")

    def _caught_up(self, session: Session, paths: Collection[str] | None) -> CaughtUp:
        """What changed notes did to the review; new cards join one of what is due."""
        if self.custom is not None:
            from studyapp.study.review.catch_up import catch_up

            return catch_up(session)
        from studyapp.study.review.today import follow_changes

        with self.study.writer.quiet():
            return follow_changes(self.study.workspace, session, self.deck, paths)

    def _made(self) -> Session:
        """A new review."""
        with self.study.writer.quiet():
            if self.custom is not None:
                from studyapp.study.review.custom import custom_session

                return custom_session(self.study.workspace, self.custom)
            from studyapp.study.review.today import begin

            return begin(self.study.workspace, self.deck, first=self.first)

    def _begin(self) -> None:
        if self._progress is not None:
            self._progress.stop()
        if (
            self.deck is not None
            and self.study.vault_read
            and self.only
            and not self.study.workspace.vault.has_deck(self.deck)
        ):
            self.study.fail(str(DeckNotFoundError(self.deck)))
            return
        note = self.custom.note if self.custom is not None else None
        if self.only and note is not None and self.study.workspace.vault.note(note) is None:
            self.study.fail(self.study.workspace.vault.no_note(note))
            return
        self.session = self._made()
        self._began = self._ended_at = self.study.workspace.clock()
        early, current = self._early, self.session.current
        same = early is not None and current is not None and (early.id, early.note) == (current.id, current.note)
        self._show_card(keep=same)
        if same and self._turned_early:
            self.session.reveal()
            self._show_grades()
            self._offer_late()
            self.refresh_bindings()
        else:
            # All due dates of the vault are counted once; the first turn should not have to wait for that.
            self.call_after_refresh(self._intervals)
