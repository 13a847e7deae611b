"""What stands above the card of a review: where the card is, what is left, and the time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.bars.progress_rule import ProgressRule
from studyapp.tui.widgets.cards.card_timer import CardTimer
from studyapp.wording.cards import path_of
from studyapp.wording.reviews import deck_text

if TYPE_CHECKING:
    from datetime import datetime

    from studyapp.core.log.marks import CardState
    from studyapp.core.vault.vault import Handle
    from studyapp.study.review.custom import CustomStudy
    from studyapp.study.review.session import Session


class ReviewHead:
    """Shows it on the screen of a review; the settings of the timer in it are those of the screen's vault."""

    def __init__(self, screen: StudyScreen, deck: str | None, custom: CustomStudy | None) -> None:
        """Begin without a card; a custom choice is named, to distinguish it from the day's work."""
        settings = screen.study.workspace.vault.settings
        self._screen, self._deck, self._custom = screen, deck, custom
        self.timer = CardTimer(settings.away_after, settings.reveal_after)
        self._ended_at: datetime | None = None
        self._left, self._left_short = Content(""), Content("")
        """What is left, and a short form of it."""

    def show(self, handle: Handle | None, session: Session | None, ended_at: datetime | None = None) -> None:
        """Show where a card is and what is left, or when the last card was done.

        Until the notes have been read there is no session.
        """
        self._ended_at = ended_at
        if handle is None:
            self.timer.stop()
        study = [self._custom.title] if self._custom is not None else []
        inside = path_of(handle) if handle is not None else []
        way = [deck_text(handle, self._deck), *inside]
        if session is not None:
            self._screen.query_one(ProgressRule).show(session.graded, session.graded + session.remaining)
            marks = _marks(session.state)
            self._left = Content.assemble(marks, "  " if marks else "", _progress(session))
            self._left_short = Content.assemble((f"{session.remaining:,}", "bold $strong"), " left")
        self._screen.query_one(PathBar).show((self._screen.app.title, *study, *way), inside=len(inside))
        self.show_time()

    def show_time(self) -> None:
        """Show how long the card has been in front, or when the last one was done."""
        bar = self._screen.query_one(PathBar)
        if self._ended_at is not None:
            bar.show(right=Content(f"finished · {self._ended_at:%H:%M}"), short=Content("finished"))
            return
        time = self.timer.text(self._screen.study.workspace.clock())
        gap = "   " if self._left and time else ""
        bar.show(
            right=Content.assemble(self._left, gap, time),
            short=Content.assemble(self._left_short, " · " if gap else "", time),
        )


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
