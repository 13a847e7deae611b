"""The app: owns the vault, the writer and the demos' runner, and tells the screens what it learns."""

from __future__ import annotations

import asyncio
import signal
import sys
import threading
from collections.abc import Collection
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.message import Message
from textual.screen import Screen

from studyapp.collector import let_go
from studyapp.core.errors import Problem, Severity, StudyError
from studyapp.core.log.journal import Action, ActionKind
from studyapp.core.log.marks import CardState
from studyapp.core.settings.load import Settings
from studyapp.core.vault.decks import Deck
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.reader.demo_links import DemoChoice
from studyapp.study.review.day_watch import DayWatch
from studyapp.study.stats.estimate import seconds_a_card
from studyapp.tui.app.base import BaseApp
from studyapp.tui.app.navigation import ScreenOpener
from studyapp.tui.host import PASSES
from studyapp.tui.messages import (
    DemosRead,
    KeysChecked,
    LibraryRead,
    LineageTraced,
    PictureDrawn,
    ReadFailed,
    Standing,
    Unsaved,
    VaultRead,
)
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.services.demos import DemoDesk
from studyapp.tui.services.embeds import Shelf
from studyapp.tui.services.outside import Outside
from studyapp.tui.services.watcher import FilesChanged, NotWatched, Watcher
from studyapp.tui.services.writer import (
    CardAdded,
    CardRefused,
    Deleted,
    Mended,
    NewerFound,
    NotDone,
    NoteSaved,
    Redone,
    Reported,
    Retried,
    SaveFailed,
    Undone,
    Writer,
    farewell,
)
from studyapp.wording.numbers import count, sentence

if TYPE_CHECKING:
    from studyapp.core.workspace.renames import Undecided
    from studyapp.study.review.catch_up import CaughtUp
    from studyapp.study.review.custom import CustomStudy
    from studyapp.study.review.session import Session
    from studyapp.study.search.table import SearchIndex
    from studyapp.study.whole_notes.notes import NoteDesk

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_SMALLEST: Final = Size(60, 20)
"""Cells in which every screen shows what matters."""
_READ: Final = 4.0
"""Seconds in which a short sentence is read."""
_LOOK = 1.0
"""Seconds between two looks at the clock: a timer set for midnight would not know of a computer that sleeps."""
_MANY = 50
"""Notes from which on all are looked at, on a thread, where some were changed."""


class StudyApp(BaseApp):
    """Opens a vault on its decks, or straight in a review."""

    CSS_PATH = "app.tcss"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("w", "retry", "Write again", id="app.retry"),
    ]

    def __init__(
        self,
        workspace: Workspace,
        deck: str | None = None,
        start: Literal["decks", "review"] = "decks",
        demo: DemoChoice | None = None,
        custom: CustomStudy | None = None,
    ) -> None:
        """Make the app for a vault that was opened; its notes are read once the first screen is painted.

        Args:
            workspace: the vault and what belongs to it.
            deck: the deck to review; None for all.
            start: the first screen.
            demo: the demo to open above it.
            custom: what a review is of in place of what is due.
        """
        super().__init__(workspace.vault.settings)
        self.workspace = workspace
        self._deck = deck
        self._start = start
        self._demo = demo
        self._custom = custom
        alone = partial(workspace.locations.alone, workspace.vault.root)
        self.writer = Writer(lambda: workspace.store, workspace.journal, workspace.clock, self.post_message, alone)
        self.standing: Standing = self.writer.standing
        self.vault_read = False
        """Whether the notes have been read at least once."""
        self.reading = False
        """Whether the notes are being read now; the vault belongs to that thread until it is done."""
        self.top_deck: Deck | None = None
        """The decks with their counts; its own are those of the whole vault."""
        self.problems: list[Problem] = []
        self.key_problems: list[Problem] = []
        self.unwatched = ""
        """Why changes made elsewhere are not heard of."""
        self.seconds_a_card = 0.0
        self.explain_inferred = False
        """Whether this run says that `??` was taken as the plain separator; one run does, once for each vault."""
        self.explain_nested = False
        """Whether this run says which folders are read with which settings; one run does, for each answer."""
        self.search_index: SearchIndex | None = None
        """The table of cards that can be searched, once it was asked for."""
        self.note_desk: NoteDesk | None = None
        """The notes that are reviewed whole, once they have been looked for."""
        self.failure: str | None = None
        """Why what was asked for is not possible."""
        self._late: list[tuple[str, bytes]] = []
        """Notes that were written while the vault was being read."""
        self.go = ScreenOpener(self)
        self.demos = DemoDesk(self)
        self.shelf = Shelf(self)
        self.undecided: list[Undecided] = []
        """Cards that may be one of several since their notes were edited."""
        self.outside = Outside(self)
        self.watcher = Watcher(workspace.vault.root, self.post_message)
        self._heard: list[FilesChanged] = []
        """What changed while the vault was being read."""
        self._days = DayWatch(workspace.vault, workspace.clock)
        self._is_small = False
        self._read_again = False
        """Whether another day has begun since the reading began that goes on now."""

    # Beginning and end

    def get_default_screen(self) -> Screen[None]:
        """The first screen."""
        if self._start == "decks":
            return self.go.decks()
        return self.go.only_review(self._deck, self._custom)

    def on_mount(self) -> None:
        """Start the writer and the reading; what was asked for before a signal ended the app is still done."""
        self.writer.start()
        if self.workspace.journal.problems:
            self.writer.tidy()
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, partial(self._end_by, number))
        with self.writer.quiet() as journal:
            self.seconds_a_card = seconds_a_card(journal.latest())
        if self._demo is not None:
            self.go.demo(self._demo)
        self.call_after_refresh(self.read_vault)
        self.set_interval(_LOOK, self.look_at_the_day)

    def on_resize(self, event: Resize) -> None:
        """Say politely, once, that a terminal is too small for everything to be seen."""
        small = event.size.width < _SMALLEST.width or event.size.height < _SMALLEST.height
        if small and not self._is_small and isinstance(front := self.in_front, StudyScreen):
            here, needed = (f"{size.width}×{size.height}" for size in (event.size, _SMALLEST))
            front.say(f"{here} is small: {needed} shows all.", seconds=_READ)
        self._is_small = small

    def _end_by(self, number: signal.Signals) -> None:
        self.writer.flush()
        self.exit(return_code=128 + number)

    async def on_unmount(self) -> None:
        """Leave no grade unwritten and no worker behind."""
        self.watcher.stop()
        self.shelf.close()
        await self.demos.close()
        self.writer.close()

    def run_to_exit_code(self) -> int:
        """Run until the person leaves, finish writing, and say what could not be saved.

        Returns:
            0; 1 if what was asked for was not possible or a grade is lost; 128 + n after signal n.
        """
        left: list[Unsaved] = []
        try:
            self.run()
        finally:
            left = self.writer.close()
            if not self.reading:
                self.workspace.vault.keep()
            for line in farewell(left):
                sys.stderr.write(f"{line}\n")  # the screen is gone: this is the last place to say it
        if self.failure is not None:
            sys.stderr.write(f"studyapp: {visible(self.failure)}\n")
        return 1 if left or self.failure is not None else self.return_code or 0

    def say(self, text: str, kind: str = "note", *, seconds: float = PASSES) -> None:
        """Show a message on the screen in front for a while."""
        if isinstance(front := self.in_front, StudyScreen):
            front.say(text, kind, seconds=seconds)

    def write_all(self) -> None:
        """Wait until every grade is in its note: another program is about to open it."""
        self.writer.flush()

    def fail(self, why: str) -> None:
        """End, as what was asked for is not possible."""
        self.failure = why
        self.exit(return_code=1)

    # Reading

    def read_vault(self) -> None:
        """Read notes that are new or have changed, on a thread of its own; screens hear of it when it is done."""
        if self.reading:
            return
        let_go()
        self.reading = True
        threading.Thread(target=self._read, name="reader", daemon=True).start()

    def _read(self) -> None:
        self.writer.flush()  # no note is written while the settings of nested vaults are being found
        vault = self.workspace.vault
        message: Message
        try:
            vault.scan()
            # A review alone shows no decks, and its first card should not wait for their counts.
            message = VaultRead(self.decks() if self._start == "decks" else None)
        except Exception as error:  # noqa: BLE001 - it is raised again where it ends the app and is shown
            message = ReadFailed(error)
        with suppress(RuntimeError):  # the app has ended meanwhile
            self.post_message(message)

    def on_read_failed(self, message: ReadFailed) -> None:
        """End the app with the error."""
        raise message.error

    def on_vault_read(self, message: VaultRead) -> None:
        """The vault is ours again."""
        self.reading = False
        first, self.vault_read = not self.vault_read, True
        self.top_deck = message.decks
        late, self._late = self._late, []
        for path, raw in late:
            self.workspace.vault.take(path, raw)
        self.problems = self._all_problems()
        self._explain_settings()
        if self.workspace.vault.strays:
            self.writer.tidy(self.workspace.vault.strays)
        if first:
            if not self.is_headless:
                self.watcher.start()
            if self.standing.waiting:
                self.writer.retry(asked=False)
            threading.Thread(target=self._read_demos, name="demos", daemon=True).start()
            if self.workspace.vault.settings.keys:
                threading.Thread(target=self._check_keys, name="keys", daemon=True).start()
        for screen in self._study_screens():
            screen.vault_was_read()
        self.trace()
        self._take_what_came_meanwhile()

    def _take_what_came_meanwhile(self) -> None:
        if self._read_again:
            self._read_again = False
            self.read_vault()
        heard, self._heard = self._heard, []
        for one in heard:
            self.on_files_changed(one)

    def _explain_settings(self) -> None:
        """Let screens say, once for each vault, which settings notes are read with where that may surprise."""
        vault = self.workspace.vault
        if vault.inferred and not self.explain_inferred:
            self.explain_inferred = self.tell_once("inferred")
        if vault.nested_notice and not self.explain_nested:
            self.explain_nested = self.tell_once(vault.nested_notice)

    def look_at_the_day(self) -> None:
        """Let every screen know when another day has begun, and count what is due on it."""
        if not self._days.another():
            return
        for screen in self._study_screens():
            screen.day_began()
        self._read_again = self.reading
        self.read_vault()

    def on_files_changed(self, message: FilesChanged) -> None:
        """Take in what other programs did to notes."""
        from studyapp.core.vault.changes import catch_up

        vault = self.workspace.vault
        if self.reading:
            self._heard.append(message)
        elif len(message.notes) > _MANY or any(map(vault.is_folder, message.others)):
            self.read_vault()
        elif changes := catch_up(vault, message.notes):
            self.problems = self._all_problems()
            for screen in self._study_screens():
                screen.notes_changed(changes.paths)
                screen.show_notices()
            if changes.lost_cards(vault):
                self.trace()

    def on_not_watched(self, message: NotWatched) -> None:
        """Say what that means."""
        self.unwatched = message.why
        self.problems = self._all_problems()
        for screen in self._study_screens():
            screen.show_notices()

    def _all_problems(self) -> list[Problem]:
        found = [*self.workspace.vault.problems, *self.workspace.journal.problems, *self.key_problems]
        if self.unwatched:
            root = str(self.workspace.vault.root)
            what = f"changes that other programs make are not heard of ({self.unwatched})"
            remedy = (
                "They are found when you come back to the decks; on Linux fs.inotify.max_user_watches may be too low"
            )
            found.append(Problem("not-watched", root, None, what, remedy, Severity.NOTE))
        return found

    def _check_keys(self) -> None:
        from studyapp.tui.app.keymap import find_problems

        loaded = self.workspace.vault.loaded
        found = find_problems(loaded.settings.keys, loaded.origin["keys"], type(self))
        with suppress(RuntimeError):  # the app has ended meanwhile
            self.post_message(KeysChecked(found))

    def on_keys_checked(self, message: KeysChecked) -> None:
        """Say what is wrong with the keys of the settings."""
        self.key_problems = message.problems
        self.problems += message.problems
        for screen in self._study_screens():
            screen.show_notices()
        if message.problems and isinstance(front := self.in_front, StudyScreen):
            more = len(message.problems) - 1
            others = f" {count(more, 'more is', 'more are')} listed by `studyapp settings`." if more else ""
            front.say(f"{message.problems[0]}{others}", "warning")
        self.refresh_bindings()

    @property
    def reading_progress(self) -> str:
        """How many notes have been read so far, of how many; empty as long as that is not known."""
        vault = self.workspace.vault
        return f"{len(vault.sheets):,} of {vault.files:,}" if vault.files else ""

    @property
    def may_begin(self) -> bool:
        """Whether a review can begin with the notes that have been read so far, while the others still are.

        Not where it has to be inferred from all of them what `??` means.
        """
        vault = self.workspace.vault
        return self.vault_read or (bool(vault.sheets) and not vault.may_infer)

    def has_deck(self, path: str | None) -> bool:
        """Whether there is a deck of that path; there always are all decks."""
        return path is None or next(self.workspace.vault.rows(path), None) is not None

    def decks(self) -> Deck:
        """The tree of decks with what each has for today."""
        from studyapp.study.review.today import decks_of

        return decks_of(self.workspace, self.writer.quiet())

    def session(self, deck: str | None) -> Session:
        """Begin a review."""
        from studyapp.study.review.today import begin

        with self.writer.quiet():
            return begin(self.workspace, deck)

    def catch_up(
        self, session: Session, deck: str | None, paths: Collection[str] | None, *, joining: bool
    ) -> CaughtUp:
        """Take into a review that notes have changed; only where cards are `joining` it new ones are looked for."""
        if not joining:
            from studyapp.study.review.catch_up import catch_up

            return catch_up(session)
        from studyapp.study.review.today import follow_changes

        with self.writer.quiet():
            return follow_changes(self.workspace, session, deck, paths)

    def state_of(self, handle: Handle) -> CardState:
        """What is known of a card besides its note; what was done just now is waited for."""
        self.writer.flush()
        with self.writer.quiet():
            return self.workspace.history.states().of(handle.id)

    def custom(self, study: CustomStudy) -> Session:
        """Begin a review of what the user chose."""
        from studyapp.study.review.custom import custom_session

        with self.writer.quiet():
            return custom_session(self.workspace, study)

    def settings_of(self, handle: Handle) -> Settings:
        """The settings that hold for a card."""
        return self.workspace.vault.settings_of(handle.note.path)

    def tell_once(self, what: str) -> bool:
        """Whether something has not been told about this vault before; from now on it has."""
        told = self.workspace.locations.remembered().get("told")
        told = told if isinstance(told, list) else []
        name = f"{what} {self.workspace.vault.root}"
        if name in told:
            return False
        self.workspace.locations.remember(told=[*told, name])
        return True

    # Writing

    def on_note_saved(self, message: NoteSaved) -> None:
        """Bring the vault up to date with the note's new bytes."""
        self._hear(message)
        self._take(message.saved.action.card.path, message.saved.raw)
        for screen in self._study_screens():
            screen.note_was_saved()

    def on_save_failed(self, message: SaveFailed) -> None:
        """Say so, for as long as it is so."""
        self._hear(message)

    def on_newer_found(self, message: NewerFound) -> None:
        """Ask which schedule counts: the newer one of the note is never overwritten without a word."""
        from studyapp.tui.screens.newer import Answer, NewerScreen
        from studyapp.wording.reviews import newer_text

        self._hear(message)
        action, newer = message.action, message.newer

        def answered(answer: Answer | None) -> None:
            screens = self._study_screens()
            if answer is Answer.THEIRS:
                self.writer.answer(action, None)
                for screen in screens:
                    screen.withdrawn(action)
            elif answer is Answer.MINE and (again := self._on_newer(action, newer)) is not None:
                self.writer.answer(action, again)

        self.push_screen(NewerScreen(newer_text(action, newer, self.workspace.clock())), answered)

    def _on_newer(self, action: Action, newer: str) -> Action | None:
        """An action once more, on the newer schedule of its card; None, and the reason is said, if it cannot be."""
        try:
            if action.kind is ActionKind.NOTE:
                from studyapp.study.whole_notes.notes import NoteDesk

                desk = self.note_desk or NoteDesk(self.workspace.vault, self.workspace.clock)
                return desk.on_newer(action, newer)
            gave = (screen.gave(action) for screen in self._study_screens())
            session = next((one for one in gave if one is not None), None)
            if session is None:
                from studyapp.study.review.today import begin_with

                with self.writer.quiet():
                    session = begin_with(self.workspace, ())
            return session.on_newer(action, newer)
        except StudyError as error:
            if isinstance(front := self.in_front, StudyScreen):
                front.say(str(error), "error")
            return None

    def on_deleted(self, message: Deleted) -> None:
        """Let the review go on without the question."""
        self._hear(message)
        if not any(screen.deleted(message.saved) for screen in self._study_screens()):
            self._take(message.saved.action.card.path, message.saved.raw)

    def on_undone(self, message: Undone) -> None:
        """Let the review go back to the card."""
        self._hear(message)
        if not any(screen.undone(message.saved) for screen in self._study_screens()):
            self._take(message.saved.action.card.path, message.saved.raw)

    def on_redone(self, message: Redone) -> None:
        """Let the review go on from the card."""
        self._hear(message)
        if not any(screen.redone(message.saved) for screen in self._study_screens()):
            self._take(message.saved.action.card.path, message.saved.raw)

    def on_mended(self, message: Mended) -> None:
        """Bring the vault up to date with the notes' new bytes."""
        self._hear(message)
        for treated in message.treated:
            self._take(treated.repair.path, treated.raw)
        for screen in self._study_screens():
            screen.mended(message.treated)

    def on_not_done(self, message: NotDone) -> None:
        """Say why."""
        self._hear(message)
        for screen in self._study_screens():
            screen.not_done(message.why)

    def on_retried(self, message: Retried) -> None:
        """Report the result."""
        self._hear(message)
        left = len(message.standing.waiting) + len(message.standing.unsaved)
        if message.asked and isinstance(front := self.in_front, StudyScreen):
            done = "Everything is written." if not left else f"{count(left, 'grade')} could not be written yet."
            front.say(done, "warning" if left else "note")

    def _hear(self, message: Reported) -> None:
        if message.standing == self.standing:
            return  # nothing on the screen speaks of anything else
        self.standing = message.standing
        for screen in self._study_screens():
            screen.show_notices()
        self.refresh_bindings()

    def _take(self, path: str, raw: bytes | None) -> None:
        if raw is None:
            return
        if self.reading:
            self._late.append((path, raw))
        else:
            self.workspace.vault.take(path, raw)

    def _study_screens(self) -> list[StudyScreen]:
        return [screen for screen in self.screen_stack if isinstance(screen, StudyScreen)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to write again only where something waits."""
        return not (action == "retry" and self.standing == Standing())

    def action_retry(self) -> None:
        """Try everything once more that is not in its note."""
        self.writer.retry()

    # Who cards are

    def trace(self) -> None:
        """Look on a thread for cards that were edited or moved while nobody looked."""
        threading.Thread(target=self._trace, name="lineage", daemon=True).start()

    def _trace(self) -> None:
        from studyapp.core.workspace.renames import trace

        with self.writer.quiet():
            lineage = trace(self.workspace.vault, self.workspace.history, self.workspace.clock())
        with suppress(RuntimeError):  # the app has ended meanwhile
            self.post_message(LineageTraced(lineage))

    def on_lineage_traced(self, message: LineageTraced) -> None:
        """Log what is certain; what is not is asked when the person wants to be."""
        if message.lineage.moves:
            self.writer.move(message.lineage.moves)
        self.undecided = message.lineage.undecided
        self.show_undecided()

    def show_undecided(self) -> None:
        """Say how many cards are to be asked about."""
        for screen in self._study_screens():
            screen.show_notices()
        self.refresh_bindings()

    # What texts embed

    def on_library_read(self, message: LibraryRead) -> None:
        """Pictures and embedded notes can be shown from now on."""
        self.shelf.library = message.library
        for screen in self._study_screens():
            screen.library_was_read()

    def on_picture_drawn(self, _message: PictureDrawn) -> None:
        """Show it where it is in sight."""
        for screen in self._study_screens():
            screen.picture_was_drawn()

    # Demos

    def _read_demos(self) -> None:
        import studyapp.tui.screens.review  # noqa: F401 - so that the first card need not wait for it
        from demos.catalog import catalog

        with suppress(RuntimeError):  # the app has ended meanwhile
            self.post_message(DemosRead(catalog()))

    def on_demos_read(self, message: DemosRead) -> None:
        """Cards may have demos from now on."""
        self.demos.catalog = message.catalog
        for screen in self._study_screens():
            screen.demos_are_known()

    def on_card_added(self, message: CardAdded) -> None:
        """Bring the vault up to date, and say where the card is."""
        self._hear(message)
        self._take(message.note, message.raw)
        self._tell_of_card(f"the card stands at the end of {visible(message.note, newlines=False)}")

    def on_card_refused(self, message: CardRefused) -> None:
        """Say why there is no new card."""
        self._hear(message)
        self._tell_of_card(visible(message.why, newlines=False), wrong=True)

    def _tell_of_card(self, text: str, *, wrong: bool = False) -> None:
        from studyapp.tui.screens.demo import DemoScreen

        if isinstance(self.in_front, DemoScreen):
            self.in_front.tell(text, "$text-error" if wrong else "$text-success")
        else:
            self.say(sentence(text), "warning" if wrong else "note")
