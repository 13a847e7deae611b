"""What stands above the card of a review: where the card is, what is left, and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from studyapp.core.vault.vault import Handle
from studyapp.tui.screens.beside_card import BesideCard
from studyapp.tui.widgets.card_timer import CardTimer
from studyapp.tui.widgets.path_bar import PathBar
from studyapp.tui.widgets.progress_rule import ProgressRule
from studyapp.wording.cards import path_of
from studyapp.wording.reviews import deck_text

if TYPE_CHECKING:
    from datetime import datetime

    from studyapp.core.log.marks import CardState
    from studyapp.study.review.custom import CustomStudy
    from studyapp.study.review.session import Session


class ReviewHead(BesideCard):
    """Shows the head of a review; a subclass shows the card."""

    _began: datetime
    """When the first card was shown."""
    _ended_at: datetime
    """When the last card was done."""

    def __init__(self, deck: str | None, custom: CustomStudy | None) -> None:
        """Take the deck's path, None for all, and what is studied in place of what is due."""
        super().__init__()
        self.deck = deck
        self.custom = custom
        self._timer: CardTimer | None = None
        self._left, self._left_short = Content(""), Content("")
        """What is left, and a short form of it."""

    def _show_head(self) -> None:
        session = self.session
        if session is None:
            return
        self._show_path(session.current)

    def _show_path(self, handle: Handle | None) -> None:
        """Show where the card is and what is left; a custom study is named, to distinguish it from the day's work."""
        if handle is None and self._timer is not None:
            self._timer.stop()
        study = [self.custom.title] if self.custom is not None else []
        inside = path_of(handle) if handle is not None else []
        way = [deck_text(handle, self.deck), *inside]
        session = self.session
        if session is not None:
            self.query_one(ProgressRule).show(session.graded, session.graded + session.remaining)
            marks = _marks(session.state)
            self._left = Content.assemble(marks, "  " if marks else "", _progress(session))
            self._left_short = Content.assemble((f"{session.remaining:,}", "bold $strong"), " left")
        self.query_one(PathBar).show((self.app.title, *study, *way), inside=len(inside))
        self._show_time()

    def _show_time(self) -> None:
        if self.session is not None and self.session.current is None:
            self.query_one(PathBar).show(
                right=Content(f"finished · {self._ended_at:%H:%M}"), short=Content("finished")
            )
            return
        now = self.study.workspace.clock()
        time = self._timer.text(now) if self._timer is not None else ""
        gap = "   " if self._left and time else ""
        self.query_one(PathBar).show(
            right=Content.assemble(self._left, gap, time),
            short=Content.assemble(self._left_short, " · " if gap else "", time),
        )

    def on_screen_suspend(self) -> None:
        """Pause the timer: what covers the card is not thinking time."""
        if self._timer is not None:
            self._timer.pause(self.study.workspace.clock())

    def on_screen_resume(self) -> None:
        """Return to the card."""
        super().on_screen_resume()
        if self._timer is not None:
            self._timer.go_on(self.study.workspace.clock())

    def _start_timer(self) -> None:
        if self._timer is not None:
            self._timer.start(self.study.workspace.clock())


def _marks(state: CardState) -> Content:
    """The marks of the card shown: flagged, suspended."""
    signs = ["⚑ flagged"] * state.flagged + ["suspended"] * state.suspended
    return Content.styled("  ".join(signs), "$care") if signs else Content("")


def _progress(session: Session) -> Content:
    """What is left."""
    due, new, again = session.counts()
    return Content.assemble(
        (f"{due:,}", "bold $good" if due else ""),
        " due  ",
        (f"{new:,}", "bold $act" if new else ""),
        " new  ",
        (f"{again:,}", "bold $bad" if again else ""),
        " to repeat",
    )
