"""The app's vault: what screens and services may ask of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import Deck
from studyapp.core.vault.vault import Handle
from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.base import BaseApp
from studyapp.tui.app.late_errors import is_going
from studyapp.tui.host import PASSES
from studyapp.tui.messages import Unwritten
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.services.writer import Writer

if TYPE_CHECKING:
    from studyapp.core.notes.cards import CardId
    from studyapp.study.search.table import SearchIndex
    from studyapp.study.whole_notes.notes import WholeNotes
    from studyapp.tui.study import LastLooks, Rescheduling


class VaultApp(BaseApp):
    """Holds the vault and the writer; starts no reading itself."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.vault.settings)
        self.workspace = workspace
        workspace.find = self._find
        self.writer = Writer(workspace, self.post_message)
        self.knows_log = workspace.knows_log
        if self.knows_log:
            self.writer.take_up()
        self.standing: Unwritten = self.writer.standing
        self.vault_read = False
        """Whether the notes have been read at least once."""
        self.reading = False
        """Whether the notes are being read; until that is done the vault belongs to the reading thread."""
        self.log_progress = ""
        """How much of the review log has been read, where that takes long."""
        self.failure: str | None = None
        """Why the request is impossible."""
        self.top_deck: Deck | None = None
        """The decks with their counts; the root holds those of the whole vault."""
        self.seconds_a_card = 0.0
        self.offer: Rescheduling | LastLooks | None = None
        self.offered: Rescheduling | LastLooks | None = None
        self.whole_notes: WholeNotes | None = None
        """The notes that are reviewed whole, once they have been looked up."""

    @cached_property
    def search_index(self) -> SearchIndex:
        """Finds cards; there is one for the whole app, since each searches the table in its own way."""
        from studyapp.study.search.table import SearchIndex

        return SearchIndex(self.workspace.vault.table)

    def _find(self, query: str) -> list[CardId]:
        """The cards that a search finds, for an exam."""
        from studyapp.core.schedule.days import today
        from studyapp.study.search.know import know
        from studyapp.study.search.parse import parse_query

        now = self.workspace.clock()
        node = parse_query(query, today(now, self.workspace.vault.settings.start_of_day))
        with self.writer.quiet():
            know(self.search_index, self.workspace)
        while (numbers := self.search_index.search(node, now)) is None:  # another search has started
            pass
        return self.search_index.ids(numbers)

    # The open screens

    @property
    def study_screens(self) -> list[StudyScreen]:
        """The screens that hear the app's news; not those being opened or removed, which have no widgets."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, StudyScreen) and screen.hears]
        return [screen for screen in screens if screen.is_mounted and not is_going(screen)]

    def say(self, text: str, kind: str = "note", *, seconds: float = PASSES) -> None:
        """Show a message on the screen in front for a while."""
        if isinstance(front := self.in_front, StudyScreen):
            front.say(text, kind, seconds=seconds)

    def fail(self, why: str) -> None:
        """End the app with an error."""
        self.failure = why
        self.exit(return_code=1)

    def write_all(self) -> None:
        """Wait until every grade is in its note: another program is about to open it."""
        self.writer.flush()

    # What is known about the notes

    @property
    def reading_progress(self) -> str:
        """What is being read, and how far, if known."""
        if not self.knows_log:
            return f"Reading the review log … {self.log_progress}".rstrip()
        vault = self.workspace.vault
        notes = f"{vault.count:,} of {vault.files:,}" if vault.files else ""
        return f"Reading the notes … {notes}".rstrip()

    @property
    def may_begin(self) -> bool:
        """Whether a review can begin with the notes read so far.

        Not where the meaning of `??` must be inferred from all of them.
        """
        vault = self.workspace.vault
        return self.vault_read or (self.knows_log and bool(vault.count) and not vault.may_infer)

    def settings_of(self, handle: Handle) -> Settings:
        """The settings that apply to a card."""
        return self.workspace.vault.settings_of(handle.note.path)

    def decks(self) -> Deck:
        """The tree of decks with today's counts."""
        from studyapp.study.review.today import decks_of

        return decks_of(self.workspace, self.writer.quiet())
