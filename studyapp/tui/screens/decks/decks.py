"""The decks of the vault, today's work, and what the user has to know."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.timer import Timer

from studyapp.core.errors import CardNotFoundError
from studyapp.core.plural import count
from studyapp.core.vault.vault import INFERRED_NOTICE
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.base import plan_key, step_keys, to_places
from studyapp.tui.screens.decks.today import DecksToday
from studyapp.tui.screens.decks.view import DEMO
from studyapp.tui.study import Aim
from studyapp.tui.widgets.bars.notices import Notice
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from studyapp.tui.widgets.decks.today import Today
from studyapp.wording.reviews import is_of_one_card, what_text, where_text

if TYPE_CHECKING:
    from studyapp.core.log.actions import Action
    from studyapp.core.notes.cards import CardId
    from studyapp.core.vault.decks import Deck
    from studyapp.study.review.custom import CustomStudy
    from studyapp.study.stats.outlook import Outlook
    from studyapp.study.whole_notes.notes import WholeNotes


class DecksScreen(DecksToday):
    """The start of the day."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *to_places("decks"),
        Binding(
            keys.STUDY, "custom", "Custom", id="decks.custom", tooltip="ahead, new only, cram, by words, whole notes"
        ),
        *step_keys("decks"),
        Binding(
            keys.PROBLEMS,
            "doctor",
            "Problems",
            id="decks.doctor",
            tooltip="what is wrong or surprising in your notes",
        ),
        plan_key("decks"),
        Binding(
            keys.OPTIMISE, "optimise", "Optimise", show=False, id="decks.optimise", tooltip="fit FSRS to your reviews"
        ),
        Binding(keys.SEARCH, "find", "Find a card", id="decks.find", tooltip="in all notes"),
        Binding(
            keys.IDENTIFY,
            "who",
            "Which card",
            show=False,
            id="decks.who",
            tooltip="match an edited card with its history",
        ),
        Binding(keys.RELOAD, "read", "Reload", show=False, id="decks.read", tooltip="read changed notes"),
        Binding(keys.QUIT, "app.quit", "Quit", id="decks.quit"),
    ]

    AUTO_FOCUS = "DeckTree"

    class LookedAhead(FieldMessage):
        """Streak, calendar and forecast are ready."""

        outlook: Outlook
        exams: Sequence[str]
        """What each exam requires, in a line."""

    class NotesFound(FieldMessage):
        """The notes that are reviewed whole are known."""

        whole: WholeNotes

    def __init__(self) -> None:
        super().__init__()
        self._wanted: str | CustomStudy | None = None
        """The review to start as soon as the notes have been read."""
        self._reading: Timer | None = None
        self._stale = False
        """Whether a card has changed since the current reading began."""
        self._early: Deck | None = None
        """The decks as last read, until they have been read again."""
        self._found_in = 1
        """How many notes had been read when the decks were last shown; see `_show_what_is_found`."""

    def on_mount(self) -> None:
        """Show the frame at once; the counts follow."""
        self.show_day()
        self.query_one("#decks-empty").display = False
        if self.study.top_deck is None:
            self._early = self.study.workspace.vault.first_decks(self.study.workspace.clock())
            if self._early is not None:
                self.query_one(DeckTree).show(self._early)
            self._show_progress()
            self._reading = self.set_interval(0.25, self._show_progress)
        self.show_counts()

    def on_screen_resume(self) -> None:
        """Look for notes that other programs have changed."""
        super().on_screen_resume()
        if self.study.vault_read:
            self.show_counts()
            self.study.read_vault()

    def notices(self) -> Iterable[Notice]:
        """The cards that need an answer; and, once, how `??` was taken and which folders have their own settings."""
        if self.study.undecided:
            number, key = count(len(self.study.undecided), "edited card"), self.key_of("decks.who")
            yield Notice(f"{number} could now be any of several. {key} asks which.", "warning")
        if self.study.explain_inferred:
            yield Notice(INFERRED_NOTICE, "warning")
        if self.study.explain_nested:
            yield Notice(self.study.workspace.vault.nested_notice)

    def vault_was_read(self) -> None:
        """Show the counts, and start the review requested in the meantime."""
        if self._reading is not None:
            self._reading.stop()
            self._reading = None
        self.show_counts()
        self.show_notices()
        self.refresh_bindings()
        self.run_worker(self._look_ahead, thread=True, exclusive=True, group="outlook")
        paths = self.study.workspace.vault.paths()
        self.run_worker(partial(self._look_for_notes, paths), thread=True, exclusive=True, group="notes")
        if self.study.offered is not None:
            from studyapp.tui.screens.cards.ask_plan import open_offer

            offer, self.study.offered = self.study.offered, None
            open_offer(self.study, offer)
        elif self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            self._review(wanted)
        elif self._stale:
            self._count_again()

    def notes_changed(self, _paths: Collection[str]) -> None:
        """Count again; if another screen is in front, wait until this one is again."""
        if self.is_current:
            self._count_again()

    def _look_ahead(self) -> None:
        from studyapp.study.stats.gather import look_ahead, reviews_a_day

        with self.study.writer.quiet():
            calendar, suspended = reviews_a_day(self.study.workspace), self.study.workspace.states.suspended
            exams = self._exam_lines() if self.study.workspace.vault.settings.exams else ()
        self.post_message(self.LookedAhead(look_ahead(self.study.workspace, calendar, suspended), exams))

    def _look_for_notes(self, paths: list[str]) -> None:
        from studyapp.study.whole_notes.notes import WholeNotes

        whole = self.study.whole_notes or WholeNotes(self.study.workspace.vault, self.study.workspace.clock)
        whole.read(paths)
        self.post_message(self.NotesFound(whole))

    def on_decks_screen_notes_found(self, message: NotesFound) -> None:
        """Show how many are waiting, if any."""
        self.study.whole_notes = message.whole
        self._show_today()
        self.refresh_bindings()

    async def on_decks_screen_looked_ahead(self, message: LookedAhead) -> None:
        """Show it below the decks, if there are any."""
        from studyapp.tui.widgets.decks.outlook import OutlookView

        if not self.is_attached:
            return  # it was left in the meantime
        if not self.query(OutlookView):
            await self.query_one("#decks-below").mount(OutlookView(), before=0)
        self.query_one(OutlookView).outlook = self.outlook = message.outlook
        self._exams = message.exams
        self._show_today()
        self.fit()

    def on_rows_moved(self) -> None:
        """Name the deck that a review would cover, and its next card."""
        self.query_one(Today).of_deck(self.deck_name)
        self.look_for_next()

    @on(Today.Begun)
    def _begin(self) -> None:
        """Review the deck under the cursor."""
        self.query_one(DeckTree).action_choose()

    def _show_progress(self) -> None:
        if self.study.top_deck is None:
            self._show_what_is_found()
            reading = self.study.reading_progress
            if self._early is None:
                self.query_one(Today).show(Content.styled(reading, "$quiet"))
            else:
                self.query_one(Today).show(self._today(self._early), (reading,))

    def _show_what_is_found(self) -> None:
        """While reading an unknown vault, show the decks so far each time the number of notes doubles."""
        vault = self.study.workspace.vault
        if self._early is None and self.study.may_begin and vault.count >= 2 * self._found_in:
            self._found_in = vault.count
            found = vault.decks(self.study.workspace.clock())
            if found.total:
                self.query_one(DeckTree).show(found)

    def on_deck_tree_chosen(self, message: DeckTree.Chosen) -> None:
        """Start a review, now or when the notes have been read."""
        if self.study.top_deck is not None and not self.study.top_deck.total:
            return
        if self.study.reading and (self._early is not None or self.study.vault_read):
            self._wanted = message.path
            self.say("Still reading the notes. The review starts when that is done.")
        else:
            self._review(message.path)

    def _review(self, what: str | CustomStudy) -> None:
        if isinstance(what, str):
            first = self.next.id if self.next is not None and (what or None) == self.deck else None
            self.study.go.review(what or None, first=first)
        else:
            self.study.go.review(what.deck, what)

    def action_plan(self) -> None:
        """Change the schedules of the deck under the cursor, after a preview."""
        from studyapp.tui.screens.cards.ask_plan import ask_plan

        if self.study.reading:
            self.say("Still reading the notes. Try again in a moment.")
            return
        deck, vault = self.deck, self.study.workspace.vault
        ask_plan(self.study, deck or "all decks", lambda: [*vault.rows(deck)], deck=deck)

    def action_optimise(self) -> None:
        """Fit FSRS parameters to the reviews of the deck under the cursor."""
        from studyapp.tui.screens.settings.optimise import OptimiseScreen

        if self.study.reading:
            self.say("Still reading the notes. Try again in a moment.")
        else:
            self.study.push_screen(OptimiseScreen(self.study, self.deck))

    def action_custom(self) -> None:
        """Choose what to study besides what is due, in the deck under the cursor."""
        from studyapp.tui.screens.review.custom_study import CustomChoice

        if self.study.reading:
            self.say("Still reading the notes. Try again in a moment.")
            return
        deck = self.deck
        # Returning here looks for changed notes first; the review starts when that is done.
        study = partial(self.call_after_refresh, self._study)
        CustomChoice(self.study, deck, study).ask()

    def _study(self, chosen: CustomStudy) -> None:
        if self.study.reading:
            self._wanted = chosen
        else:
            self._review(chosen)

    def action_doctor(self) -> None:
        self.study.go.doctor(self.study.key_problems)

    def action_find(self) -> None:
        """List every card, with a search."""
        self.app.push_screen(self.study.go.place("browse", self.aim()))

    def aim(self) -> Aim:
        """The deck under the cursor, and the demo on offer."""
        return Aim(deck=self.deck, demo=DEMO)

    def action_who(self) -> None:
        """Ask which card an edited one is now."""
        from studyapp.tui.screens.decks.which_card import ask_which

        ask_which(self.study)

    def action_read(self) -> None:
        """Look for notes that other programs have changed."""
        self.say("Reading what has changed …")
        self.study.read_vault()

    # Undo

    def words_for(self, action: Action) -> str:
        """A description of an action, with its card's front."""
        where = f" for {self._card_text(action.card)}" if is_of_one_card(action) else where_text(action)
        return f"{what_text(action)}{where}"

    def after_step(self, *, asked: bool) -> None:
        """Count what is due now."""
        if asked:
            self._count_again()

    def _card_text(self, card: CardId) -> str:
        from studyapp.tui.render.front import shown_front

        vault = self.study.workspace.vault
        if not card.hash:  # it was done to the note as a whole
            return card.path
        try:
            handle = vault.find(card)
        except CardNotFoundError:  # its text has changed since, or the notes have not been read yet
            return f"a card in {card.path}"
        return f"“{shown_front(handle)}” in {card.path}"

    def _count_again(self) -> None:
        self._stale = self.study.reading
        if not self._stale:
            self.study.read_vault()
