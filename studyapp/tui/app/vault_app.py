"""The app's vault: what screens and services may ask of it."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property, partial
from typing import TYPE_CHECKING

from studyapp.core.log.marks import CardState
from studyapp.core.settings.model import Settings
from studyapp.core.vault.decks import Deck
from studyapp.core.vault.vault import Handle
from studyapp.core.workspace.workspace import Workspace
from studyapp.tui.app.base import BaseApp
from studyapp.tui.app.late import is_going
from studyapp.tui.host import PASSES
from studyapp.tui.messages import Unwritten
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.services.writer import Writer

if TYPE_CHECKING:
    from studyapp.core.notes.cards import CardId
    from studyapp.study.review.catch_up import CaughtUp
    from studyapp.study.review.custom import CustomStudy
    from studyapp.study.review.session import Session
    from studyapp.study.search.table import SearchIndex
    from studyapp.study.whole_notes.notes import WholeNotes
    from studyapp.tui.study import Rescheduling


class VaultApp(BaseApp):
    """Knows the vault and the writer; reads nothing and hears of nothing by itself."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__(workspace.vault.settings)
        self.workspace = workspace
        workspace.find = self._find
        alone = partial(workspace.locations.alone, workspace.vault.root)
        store, journal = lambda: workspace.store, lambda: workspace.journal
        self.writer = Writer(store, journal, workspace.clock, self.post_message, alone)
        self.knows_log = workspace.knows_log
        """Whether what the review log says is known here."""
        if self.knows_log:
            self.writer.take_up()
        self.standing: Unwritten = self.writer.standing
        self.vault_read = False
        """Whether the notes have been read at least once."""
        self.reading = False
        """Whether the notes are being read now; the vault belongs to that thread until it is done."""
        self.log_progress = ""
        """How much of the review log has been read, where that takes long."""
        self.failure: str | None = None
        """Why what was asked for is not possible."""
        self.top_deck: Deck | None = None
        """The decks with their counts; its own are those of the whole vault."""
        self.seconds_a_card = 0.0
        self.offer: Rescheduling | None = None
        self.whole_notes: WholeNotes | None = None
        """The notes that are reviewed whole, once they have been looked for."""

    @cached_property
    def search_index(self) -> SearchIndex:
        """Finds cards; the only one, since each searches the table in its own way."""
        from studyapp.study.search.table import SearchIndex

        return SearchIndex(self.workspace.vault.table)

    def _find(self, query: str) -> list[CardId]:
        """The cards that a search finds, for an exam."""
        from studyapp.core.schedule.days import today
        from studyapp.study.search.know import know
        from studyapp.study.search.parse import parse

        now = self.workspace.clock()
        node = parse(query, today(now, self.workspace.vault.settings.start_of_day))
        with self.writer.quiet():
            know(self.search_index, self.workspace)
        while (numbers := self.search_index.search(node, now)) is None:  # another search was begun meanwhile
            pass
        return self.search_index.ids(numbers)

    # The screens that are open

    @property
    def study_screens(self) -> list[StudyScreen]:
        """Those that hear of what the app learns; not those that are being made or removed, which have no widgets."""
        screens = [screen for screen in self.screen_stack if isinstance(screen, StudyScreen) and screen.hears]
        return [screen for screen in screens if screen.is_mounted and not is_going(screen)]

    def say(self, text: str, kind: str = "note", *, seconds: float = PASSES) -> None:
        """Show a message on the screen in front for a while."""
        if isinstance(front := self.in_front, StudyScreen):
            front.say(text, kind, seconds=seconds)

    def fail(self, why: str) -> None:
        """End, as what was asked for is not possible."""
        self.failure = why
        self.exit(return_code=1)

    def write_all(self) -> None:
        """Wait until every grade is in its note: another program is about to open it."""
        self.writer.flush()

    # What is known of the notes

    @property
    def reading_progress(self) -> str:
        """What is being read, and how much of it has been read so far where that is known."""
        if not self.knows_log:
            return f"Reading the review log … {self.log_progress}".rstrip()
        vault = self.workspace.vault
        notes = f"{vault.count:,} of {vault.files:,}" if vault.files else ""
        return f"Reading the notes … {notes}".rstrip()

    @property
    def may_begin(self) -> bool:
        """Whether a review can begin with the notes that have been read so far, while the others still are.

        Not where it has to be inferred from all of them what `??` means.
        """
        vault = self.workspace.vault
        return self.vault_read or (self.knows_log and bool(vault.count) and not vault.may_infer)

    def has_deck(self, path: str | None) -> bool:
        """Whether there is a deck of that path; there always are all decks."""
        return path is None or next(self.workspace.vault.rows(path), None) is not None

    def settings_of(self, handle: Handle) -> Settings:
        """The settings that hold for a card."""
        return self.workspace.vault.settings_of(handle.note.path)

    def decks(self) -> Deck:
        """The tree of decks with what each has for today."""
        from studyapp.study.review.today import decks_of

        return decks_of(self.workspace, self.writer.quiet())

    def state_of(self, handle: Handle) -> CardState:
        """What is known of a card besides its note; what was done just now is waited for."""
        self.writer.flush()
        with self.writer.quiet():
            return self.workspace.history.states().of(handle.id)

    # Reviews

    def session(self, deck: str | None, first: CardId | None = None) -> Session:
        """Begin a review; `first` may begin where the order is random."""
        from studyapp.study.review.today import begin

        with self.writer.quiet():
            return begin(self.workspace, deck, first=first)

    def custom(self, study: CustomStudy) -> Session:
        """Begin a review of what the user chose."""
        from studyapp.study.review.custom import custom_session

        with self.writer.quiet():
            return custom_session(self.workspace, study)

    def follow_changes(
        self, session: Session, deck: str | None, paths: Collection[str] | None, *, joining: bool
    ) -> CaughtUp:
        """Take into a review that notes have changed; only where cards are `joining` it new ones are looked for."""
        if not joining:
            from studyapp.study.review.catch_up import catch_up

            return catch_up(session)
        from studyapp.study.review.today import follow_changes

        with self.writer.quiet():
            return follow_changes(self.workspace, session, deck, paths)
