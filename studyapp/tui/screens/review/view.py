"""What a review shows: the card, its answer, the grades, the progress."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Final

from textual.app import ComposeResult
from textual.events import Resize

from studyapp.core.errors import StudyError
from studyapp.core.schedule.days import today
from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.vault import INFERRED_NOTICE, Handle
from studyapp.core.visible import visible
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.review.beside import BesideCard
from studyapp.tui.screens.review.head import ReviewHead
from studyapp.tui.screens.review.offer import CardOffer
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notice, Notices, Passing
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.cards.card_view import CardView
from studyapp.tui.widgets.cards.grade_bar import GradeBar
from studyapp.tui.widgets.parts.blank import BlankColumn, BlankRow
from studyapp.wording.cards import CardTexts, card_texts
from studyapp.wording.numbers import interval_text
from studyapp.wording.reviews import left_out_text

if TYPE_CHECKING:
    from datetime import datetime

    from studyapp.core.notes.cards import CardId
    from studyapp.study.review.custom import CustomStudy
    from studyapp.tui.widgets.cards.type_answer import TypeAnswer

_TALL: Final = 30
"""The fewest rows of a terminal at which a card starts below the top."""
_BESIDES: Final = 10
"""Rows for bars, grades and blank lines."""
_AHEAD: Final = 0.02
"""Seconds after a turn, once it is painted, before the next card's note is parsed."""
_OFFERED: Final = 20.0
"""Seconds for which a demo that was found late is offered."""
_CRAMMED: Final = {Grade.AGAIN: "later", Grade.HARD: "done", Grade.GOOD: "done", Grade.EASY: "done"}
"""The grades' effect where nothing is written."""


class ReviewView(BesideCard):
    """Shows a session; a subclass has the keys."""

    AUTO_FOCUS = ""

    _began: datetime
    """When the first card was shown."""
    _ended_at: datetime
    """When the last card was done."""

    class StreakCounted(FieldMessage):
        """The streak has been counted."""

        days: int

    def __init__(
        self,
        deck: str | None,
        *,
        only: bool = False,
        custom: CustomStudy | None = None,
        first: CardId | None = None,
    ) -> None:
        """Make the screen for a deck, or for all, or for a custom choice in place of what is due.

        If it is the `only` screen, leaving it ends the app. The `first` card begins if the order is a random one.
        """
        super().__init__()
        self.deck = deck
        self.first = first
        self.custom = custom
        self.only = only
        self._early: Handle | None = None
        """The card shown before the notes have been read."""
        self._turned_early = False
        self._texts: CardTexts | None = None
        self.offer = CardOffer(self)
        self._busy = False
        """Whether an undo is under way; a grade given now would hit a different card than the user expects."""
        self._deleting: Handle | None = None
        """The card whose question is being deleted from its note."""
        self._left_out = 0
        self.typing: TypeAnswer | None = None
        """The line for typing an answer; created on first use, as it would delay the first card."""

    @cached_property
    def head(self) -> ReviewHead:
        """What stands above the card."""
        return ReviewHead(self, self.deck, self.custom)

    def compose(self) -> ComposeResult:
        yield PathBar()
        with BlankRow(id="review-body"), BlankColumn(id="review-column"):
            yield ProgressRule()
            yield CardView(alone=True)
            yield GradeBar()
        yield Notices()
        yield Passing()
        yield KeyLine()

    def on_unmount(self) -> None:
        """No card in sight has a demo any more."""
        self.study.demos.none_in_sight()

    def on_screen_suspend(self) -> None:
        """Pause the timer: what covers the card is not thinking time."""
        self.head.timer.pause(self.study.workspace.clock())

    def on_screen_resume(self) -> None:
        """Return to the card."""
        super().on_screen_resume()
        self.head.timer.go_on(self.study.workspace.clock())

    def _show_card(self, *, keep: bool = False) -> None:
        """Show the front of the current card, or that nothing is left; `keep` it if it is already on the screen."""
        session = self.session
        if session is None:
            return
        handle = session.current
        self._look_for_demos(late=keep)
        if len(session.left_out) > self._left_out:
            gone = session.left_out[self._left_out :]
            self._left_out = len(session.left_out)
            self.say(left_out_text(gone), "warning")
        if not keep:
            self.head.timer.start(self.study.workspace.clock())
        if handle is None:
            self._ended_at = self.study.workspace.clock()
        self._show_head()
        card, grades = self.query_one(CardView), self.query_one(GradeBar)
        card.display = grades.display = handle is not None
        for end in self.query_one("#review-column").query_children("#review-done"):
            end.display = handle is None
        self._close_typing()
        if handle is None:
            self._texts = None
            card.clear()
            self._place(new=True)
            self.show_end()
        elif not keep:
            self._show_front(handle)
        self.show_notices()
        self.refresh_bindings()
        self.show_side()

    def _show_head(self) -> None:
        """Show where the card in front is and what is left, or when the last card was done."""
        if (session := self.session) is not None:
            handle = session.current
            self.head.show(handle, session, None if handle is not None else self._ended_at)

    def _show_front(self, handle: Handle) -> None:
        self._texts = card_texts(handle)
        front, render = self._texts.front, self.study.embeds.renderer(handle.note.path, self.key_of("review.picture"))
        names = [name for name, _ in self._texts.footnotes]
        self.query_one(CardView).show_front(
            front.text, spans=front.spans, render=render, footnotes=names, asks=not self._texts.in_place
        )
        self.query_one(GradeBar).ask(self.key_of("review.go-on"))
        self._place(new=True)
        if self.study.workspace.vault.settings.autoplay:
            self.study.sounds.play(handle.card.front, handle.note.path, asked=False)

    def _place(self, *, new: bool = False) -> None:
        """Move a card down where there is much room; turned, it stays there as long as it fits."""
        room = self.size.height - _BESIDES
        card = self.query_one(CardView)
        most = min((room - card.lines) // 3, room // 6) if self.size.height >= _TALL and card.display else 0
        before = card.styles.margin.top
        if (above := max(0, most if new else min(most, before))) != before:
            card.styles.margin = (above, 0, 0, 0)

    def on_resize(self, _event: Resize) -> None:
        """Move the card to its place at the new size, with its facts beside it."""
        self.call_after_refresh(self._place, new=True)
        self.show_side()

    def _close_typing(self) -> None:
        """Give the keys back to the card."""
        if self.typing is not None:
            self.typing.close()
        self.set_focus(self.query_one("#card-scroll"))

    def _show_answer(self) -> None:
        texts = self._texts
        if texts is None:
            return
        self.query_one(CardView).show_answer(texts.answer, spans=texts.back.spans, replace=texts.in_place)
        self._place()
        if self.session is None:
            self._turned_early = True
            self.query_one(GradeBar).say("Reading the notes …")
            return
        self.session.reveal()
        self.offer.appear()
        self._show_grades()
        self.refresh_bindings()
        self.set_timer(_AHEAD, self.session.look_ahead)
        handle = self.session.current
        if handle is not None and self.study.workspace.vault.settings.autoplay:
            self.study.sounds.play(handle.card.back, handle.note.path, asked=False)

    def _show_grades(self) -> None:
        intervals = self._intervals()
        if intervals is None:
            reset, skip = self.key_of("review.reset"), self.key_of("review.skip")
            self.query_one(GradeBar).say(f"This card cannot be graded: {reset} resets it, {skip} skips it.")
            return
        keys = {grade: self.key_of(f"review.{grade}") for grade in Grade}
        self.query_one(GradeBar).offer(keys, intervals)

    def _intervals(self) -> dict[Grade, str] | None:
        session = self.session
        if session is None:
            return None
        if session.changes_nothing:
            return dict(_CRAMMED)
        try:
            previews = session.previews()
        except StudyError as error:
            self.say(str(error), "error")
            return None
        now = self.study.workspace.clock()
        return {grade: interval_text(after, now) for grade, after in previews.items()}

    def _tick(self) -> None:
        """Show how long the card has been in front, and its answer if it is time for that."""
        if not self.is_current:
            return
        self.head.show_time()
        revealed = self.session is None or self.session.current is None or self.session.revealed
        typing = self.typing is not None and self.typing.is_open
        if not revealed and not typing and self.head.timer.wants_answer(self.study.workspace.clock()):
            self._show_answer()

    # The end

    def show_end(self) -> None:
        """Show what was done, and what comes next; the streak follows."""
        from studyapp.tui.widgets.cards.review_end import ReviewEnd

        if not self.query(ReviewEnd):
            self.query_one("#review-column").mount(ReviewEnd())
            self.run_worker(self._count_streak, thread=True, exclusive=True, group="streak")
        end = next(iter(self.query(ReviewEnd)))
        assert self.session is not None
        demo_key = self.key_of("review.demo")
        end.show(self.graded.ended(self.session, self.deck, self._began, self._ended_at, demo_key))
        if not (self.typing is not None and self.typing.is_open):
            self.set_focus(end)

    def _count_streak(self) -> None:
        from studyapp.study.stats.gather import reviews_a_day
        from studyapp.study.stats.past import streak

        workspace = self.study.workspace
        with self.study.writer.quiet():
            calendar = reviews_a_day(workspace)
        day = today(workspace.clock(), workspace.vault.settings.start_of_day)
        self.post_message(self.StreakCounted(streak(calendar, day).current))

    def on_review_view_streak_counted(self, message: StreakCounted) -> None:
        """Show the streak, if the end is still shown."""
        self.graded.streak = message.days
        if self.session is not None and self.session.current is None:
            self.show_end()

    def notices(self) -> Iterable[Notice]:
        """This card's demo, if it has one; on the first card, the other notices too."""
        if self.custom is not None and not self.custom.mode.counts:
            yield Notice("Nothing is written here: the schedules stay as they are.", "warning")
        if self.only and self.study.explain_inferred and not (self.session and self.session.graded):
            yield Notice(INFERRED_NOTICE, "warning")
        if self.only and self.study.explain_nested and not (self.session and self.session.graded):
            yield Notice(self.study.workspace.vault.nested_notice)
        if self.study.unwatched:
            why = visible(self.study.unwatched, newlines=False)
            yield Notice(f"Changes by other programs go unnoticed while you review ({why}).")
        if self.session is not None and self.session.state.suspended:
            yield Notice(f"This card is suspended: no review shows it. {self.key_of('review.suspend')} resumes it.")
        if misnamed := self.offer.misnamed:
            more = f" (and {len(misnamed) - 1} more)" if len(misnamed) > 1 else ""
            yield Notice(f"Demo link: {misnamed[0]}{more}", "warning")

    def demos_are_known(self) -> None:
        """The catalog of demos has been read: the card in front may have one, which is offered with the answer."""
        session = self.session
        if session is not None and not self.offer.demos:
            self._look_for_demos(late=session.current is not None)
            self.show_notices()
            self.refresh_bindings()
            if session.current is None:
                self.show_end()
            elif session.revealed:
                self._offer_late()

    def _offer_late(self) -> None:
        """Offer demos, found after the answer was shown, in the row for messages: above the grades they move them."""
        if self.offer.demos and not self._said and self.query_one(Passing).size.height:
            self.say(self.offer.words.plain, "demo", seconds=_OFFERED)

    def _look_for_demos(self, *, late: bool) -> None:
        """Find those of the card in front; if it was there before, the key line names their key after the others."""
        handle, known = self.in_front, bool(self.offer.demos)
        self.offer.take(handle, () if handle is not None else tuple(choice for choice, _ in self.graded.demos()))
        if not (late and known):
            self.query_one(KeyLine).late = frozenset({"demo"} if late else ())
