"""The facts that are shown beside a card where there is room for them."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Final

from textual.timer import Timer

from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.screens.review.graded import Graded

if TYPE_CHECKING:
    from studyapp.core.vault.vault import Handle
    from studyapp.study.review.session import Session

_SIDE: Final = 140
"""The fewest columns at which there is room beside the card."""
_PATIENCE: Final = 0.08
"""Seconds that a card is in front before its facts are looked up; cards skipped quickly cost nothing."""


class BesideCard(StudyScreen):
    """Shows the facts of a session's current card beside it."""

    def __init__(self) -> None:
        super().__init__()
        self.session: Session | None = None
        self.side_wanted = True
        """Whether the user wants the card's facts beside it, where there is room."""
        self._side_timer: Timer | None = None

    @cached_property
    def graded(self) -> Graded:
        """The grades given so far."""
        return Graded(self.study)

    @property
    def in_front(self) -> Handle | None:
        """The session's card; None before it has begun, and where nothing is left."""
        return None if self.session is None else self.session.current

    @property
    def has_side(self) -> bool:
        """Whether there is room beside the card."""
        return self.size.width >= _SIDE

    @property
    def shows_side(self) -> bool:
        """Whether the card's facts are shown beside it, or are about to be."""
        return self.has_side and self.side_wanted

    def on_recoloured(self) -> None:
        self.show_side()

    def show_side(self) -> None:
        """Show the card's facts beside it once it has been in front for a moment; their room is kept until then."""
        if self._side_timer is not None:
            self._side_timer.stop()
        there = self.shows_side and (self.session is None or self.in_front is not None)
        body = self.query_one("#review-body")
        panels = body.query_children("SidePanel")
        for panel in panels:
            panel.display = there
        body.set_class(there and not panels, "-panel-comes")
        if there:
            self._side_timer = self.set_timer(_PATIENCE, self._look_up)

    def _look_up(self) -> None:
        if (handle := self.in_front) is not None:
            self.read_past(handle)

    def _own_of(self, handle: Handle) -> list[tuple[str, str]]:
        """The preset, and what makes the schedule differ from the plugin's; nothing if it is the plugin's."""
        from studyapp.wording.history import preset_facts

        vault, decks = self.study.workspace.vault, handle.question.decks
        around, settings = vault.settings_of(handle.note.path), vault.settings_for(handle.note.path, decks)
        found = preset_facts(settings, around, decks)
        return found if around.preset_of(decks) or found[-1][0] == "unlike the plugin" else []

    async def on_study_screen_past_read(self, message: StudyScreen.PastRead) -> None:
        """Show it beside the card, if that is still in front."""
        from studyapp.tui.screens.review.facts import facts_of, outline_facts, session_facts
        from studyapp.tui.widgets.parts.side_panel import SidePanel

        session, handle = self.session, message.handle
        if session is None or session.current != handle or not self.shows_side:
            return
        if not self.query(SidePanel):
            body = self.query_one("#review-body")
            with self.app.batch_update():
                await body.mount(SidePanel())
                body.remove_class("-panel-comes")
        schedule = session.fresh.get(handle.id, handle.card.schedule)
        self.query_one(SidePanel).show(
            [
                facts_of(schedule, message.past, self.study.workspace.clock(), self._own_of(handle)),
                session_facts(
                    self.graded.grades,
                    session.graded,
                    session.graded + session.remaining,
                    colours=not self.app.no_color,
                ),
                outline_facts(handle),
            ]
        )
