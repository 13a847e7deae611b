"""Reads the vault at first, when notes change, and when a new day begins."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from textual.message import Message

from studyapp.collector import let_go
from studyapp.core.errors import Problem, Severity, StudyError
from studyapp.core.plural import count
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.day_watch import DayWatch
from studyapp.study.stats.estimate import seconds_a_card
from studyapp.tui.app.preload import BEGINS
from studyapp.tui.app.vault_app import VaultApp
from studyapp.tui.messages import KeysChecked, LineageTraced, LogRead, ReadFailed, VaultRead
from studyapp.tui.services.watcher import FilesChanged, FolderSeen, NotWatched, Watcher

if TYPE_CHECKING:
    from studyapp.core.disk.stamp import Stamp
    from studyapp.core.workspace.renames import Undecided

_LOOK = 1.0
"""Seconds between two checks of the clock: a timer set for midnight would miss a computer that sleeps."""
_WRITES = 1.0
"""Seconds within which a program that has emptied a note writes its new text."""
_MANY = 50
"""If at least this many notes changed, all are checked, on a thread."""


class Reading(VaultApp):
    """Reads the notes, and tells the screens what it finds."""

    def __init__(self, workspace: Workspace, *, counts: bool) -> None:
        """Read nothing yet; the decks are counted with the notes, unless only a review is shown."""
        super().__init__(workspace)
        self._counts = counts
        self.problems: list[Problem] = []
        self.key_problems: list[Problem] = []
        self.unwatched = ""
        """Why changes made by other programs are not noticed."""
        self.is_away = False
        """Whether the vault's folder is gone, so that what is shown was read before."""
        self.explain_inferred = False
        """Whether this run reports that `??` was taken as the plain separator; once for each vault."""
        self.explain_nested = False
        """Whether this run reports which folders have their own settings; once for each answer."""
        self.undecided: list[Undecided] = []
        """Edited cards that could be one of several."""
        self.watcher = Watcher(workspace.place, self._pass_on, workspace.vault.missed)
        self._late: list[tuple[str, bytes]] = []
        """Notes that were written while the vault was being read."""
        self._heard: list[FilesChanged] = []
        """What changed while the vault was being read."""
        self._days = DayWatch(workspace.vault, workspace.clock)
        self._read_again = False
        """Whether a new day has begun since the current reading started."""
        self._paints_first = False
        """Whether the first reading waits until the first screen is painted."""

    def on_mount(self) -> None:
        """Read once the first screen is painted, and check the clock from now on."""
        self._paints_first = True
        self.call_after_refresh(self.read_vault)
        self.set_interval(_LOOK, self.look_at_the_day)

    def push_screen(self, screen: Any, *given: Any, **named: Any) -> Any:
        """Open a screen, and wait no longer for the one behind it: it may never be painted now."""
        if self._paints_first:
            self.read_vault()
        return super().push_screen(screen, *given, **named)

    def read_vault(self) -> None:
        """Read new and changed notes on a thread, and tell the screens when done."""
        self._paints_first = False
        if self.reading:
            return
        let_go()
        self.reading = True
        threading.Thread(target=self._read, name="reader", daemon=True).start()

    def _read(self) -> None:
        vault = self.workspace.vault
        message: Message
        try:
            if not self.knows_log:
                self.workspace.read_log(self._tell_of_log)
                self.post_message(LogRead())
            self.writer.flush()  # no note is written while the settings of nested vaults are being looked up
            if self.workspace.place.is_there:  # else all notes would seem to be deleted
                vault.scan()
            import_module(BEGINS)  # here, where it delays no key
            if not self._counts:
                self._learn_pace()  # not before the first card, which does not show it
            # A review alone shows no decks, and its first card should not wait for their counts.
            message = VaultRead(self.decks() if self._counts else None)
        except Exception as error:  # noqa: BLE001 - it is raised again where it ends the app and is shown
            message = ReadFailed(error)
        with suppress(RuntimeError):  # the app has ended
            self.post_message(message)

    def _tell_of_log(self, done: int, of: int) -> None:
        self.log_progress = f"{100 * done // max(of, 1)} %"

    def on_log_read(self, _message: LogRead) -> None:
        """Show what waits in the log, and tidy it up."""
        self.knows_log = True
        self.writer.take_up()
        self.standing = self.writer.standing
        self.begin_with_log()
        for screen in self.study_screens:
            screen.show_notices()
        self.refresh_bindings()

    def begin_with_log(self) -> None:
        """Tidy up what a crash left in the review log, which has been read, and learn the pace, if it is shown."""
        if self.workspace.journal.problems:
            self.writer.tidy()
        if self._counts:
            self._learn_pace()

    def _learn_pace(self) -> None:
        with self.writer.quiet() as journal:
            self.seconds_a_card = seconds_a_card(journal.latest())

    def on_read_failed(self, message: ReadFailed) -> None:
        """End the app with the error, or with its message where such an error is expected."""
        if not isinstance(message.error, StudyError):
            raise message.error
        self.fail(str(message.error))

    def on_vault_read(self, message: VaultRead) -> None:
        """The thread no longer uses the vault."""
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
            self.begin_the_rest()
        self.files_may_differ()
        for screen in self.study_screens:
            screen.vault_was_read()
        self.trace()
        self._take_what_came_meanwhile()

    def begin_the_rest(self) -> None:
        """After the first reading, start what the first card does not need."""
        if not self.is_headless:
            self.watcher.start()
        if self.standing.waiting:
            self.writer.retry(asked=False)
        if self.workspace.vault.settings.keys:
            threading.Thread(target=self._check_keys, name="keys", daemon=True).start()

    def _take_what_came_meanwhile(self) -> None:
        if self._read_again:
            self._read_again = False
            self.read_vault()
        heard, self._heard = self._heard, []
        for one in heard:
            self.on_files_changed(one)

    def take(self, path: str, raw: bytes | None) -> None:
        """Update the vault with a note's new bytes; None means that the note was not written."""
        if raw is None:
            return
        if self.reading:
            self._late.append((path, raw))
        else:
            self.workspace.vault.take(path, raw)

    # Changes while the app runs

    def look_at_the_day(self) -> None:
        """Tell every screen when a new day begins, and count what is due on it."""
        if not self._days.another():
            return
        for screen in self.study_screens:
            screen.day_began()
        self._read_once_more()

    def _read_once_more(self) -> None:
        """Read the notes; if they are just being read, again after that."""
        self._read_again = self.reading
        self.read_vault()

    def _pass_on(self, message: Message) -> None:
        """Post what the watcher heard, once the write under way has been reported: it may be about that write.

        Taken for another program's, it would have the whole review looked through.
        """
        self.writer.finish_job()
        self.post_message(message)

    def on_files_changed(self, message: FilesChanged) -> None:
        """Take in what other programs did to notes."""
        vault = self.workspace.vault
        if self.reading:
            self._heard.append(message)
            return
        if len(message.notes) > _MANY or any(map(vault.is_folder, message.others)):
            self.read_vault()
        else:
            if message.others:
                self.files_may_differ()
            self._read_some(message.notes)

    def _read_some(self, notes: Iterable[str], emptied: Mapping[str, Stamp] | None = None) -> None:
        """Read notes that may have changed; see `read_again`."""
        from studyapp.core.vault.changes import read_again

        vault = self.workspace.vault
        changes = read_again(vault, notes, emptied or {})
        if changes.emptied:
            self.set_timer(_WRITES, partial(self._look_at_emptied, changes.emptied))
        if changes:
            self.files_may_differ()
            self.problems = self._all_problems()
            for screen in self.study_screens:
                screen.notes_changed(changes.paths)
                screen.show_notices()
            if changes.lost_cards(vault):
                self.trace()

    def _look_at_emptied(self, emptied: Mapping[str, Stamp]) -> None:
        """Take in that notes have stayed empty: no other change will say so."""
        if self.reading:
            self._heard.append(FilesChanged(frozenset(emptied), frozenset()))
        else:
            self._read_some(emptied, emptied)

    def files_may_differ(self) -> None:
        """Files of the vault may have come, changed or gone."""

    def on_not_watched(self, message: NotWatched) -> None:
        """Report what that means."""
        self.unwatched = message.why
        self.problems = self._all_problems()
        for screen in self.study_screens:
            screen.show_notices()

    def on_folder_seen(self, message: FolderSeen) -> None:
        """Report that the vault's folder is gone; once it is back, write what waits for it, and read it again."""
        self.is_away = not message.is_there
        for screen in self.study_screens:
            screen.show_notices()
        if message.is_there:
            self.writer.retry(asked=False)
            self._read_once_more()

    # What is wrong, or may surprise

    def _all_problems(self) -> list[Problem]:
        found = [*self.workspace.vault.problems, *self.workspace.journal.problems, *self.key_problems]
        if self.workspace.vault.settings.on_grade:
            from studyapp.core.workspace.hook import hook_problems

            found += hook_problems(self.workspace.vault.loaded)
        if self.unwatched:
            root = str(self.workspace.vault.root)
            what = f"changes made by other programs are not noticed ({self.unwatched})"
            remedy = (
                "They are found when you return to the decks; on Linux fs.inotify.max_user_watches may be too low"
            )
            found.append(Problem("not-watched", root, None, what, remedy, Severity.NOTE))
        return found

    def _check_keys(self) -> None:
        from studyapp.tui.app.keymap import find_problems

        loaded = self.workspace.vault.loaded
        found = find_problems(loaded.settings.keys, loaded.origin["keys"], type(self))
        with suppress(RuntimeError):  # the app has ended
            self.post_message(KeysChecked(found))

    def on_keys_checked(self, message: KeysChecked) -> None:
        """Report what is wrong with the configured keys."""
        self.key_problems = message.problems
        self.problems += message.problems
        for screen in self.study_screens:
            screen.show_notices()
        if message.problems:
            more = len(message.problems) - 1
            others = f" {count(more, 'more is', 'more are')} listed by `studyapp settings`." if more else ""
            self.say(f"{message.problems[0]}{others}", "warning")
        self.refresh_bindings()

    def _explain_settings(self) -> None:
        """Let screens report, once for each vault, which settings notes are read with, where that may surprise."""
        vault = self.workspace.vault
        if vault.inferred and not self.explain_inferred:
            self.explain_inferred = self.tell_once("inferred")
        if vault.nested_notice and not self.explain_nested:
            self.explain_nested = self.tell_once(vault.nested_notice)

    def tell_once(self, what: str) -> bool:
        """Whether this is the first call about `what` for this vault; remembers that it was called."""
        told = self.workspace.locations.remembered().get("told")
        told = told if isinstance(told, list) else []
        name = f"{what} {self.workspace.vault.root}"
        if name in told:
            return False
        self.workspace.locations.remember(told=[*told, name])
        return True

    # Which card is which

    def trace(self) -> None:
        """Find, on a thread, cards that were edited or moved while the app was closed."""
        threading.Thread(target=self._trace, name="lineage", daemon=True).start()

    def _trace(self) -> None:
        from studyapp.core.workspace.renames import trace

        message: Message
        try:
            with self.writer.quiet():
                message = LineageTraced(trace(self.workspace.vault, self.workspace.history, self.workspace.clock()))
        except StudyError:  # the vault or its log cannot be read now: the next reading looks again
            return
        except Exception as error:  # noqa: BLE001 - as in `_read`
            message = ReadFailed(error)
        with suppress(RuntimeError):  # the app has ended
            self.post_message(message)

    def on_lineage_traced(self, message: LineageTraced) -> None:
        """Log the certain matches; the others are asked about when the user wants."""
        if message.lineage.moves:
            self.writer.move(message.lineage.moves)
        self.undecided = message.lineage.undecided
        self.show_undecided()

    def show_undecided(self) -> None:
        """Show how many cards need an answer."""
        for screen in self.study_screens:
            screen.show_notices()
        self.refresh_bindings()
