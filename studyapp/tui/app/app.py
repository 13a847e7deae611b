"""The app: its first screen, its end, and the services beside vault and writer."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Final, Literal

from msgspec.structs import replace
from textual.binding import Binding, BindingType
from textual.events import Resize
from textual.geometry import Size
from textual.screen import Screen

from studyapp.core.log.actions import ActionKind
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.tui import keys
from studyapp.tui.app.navigation import ScreenOpener
from studyapp.tui.app.preload import import_the_rest
from studyapp.tui.app.writing import Writing
from studyapp.tui.messages import DemosRead, LibraryRead, PictureDrawn, ThreadFailed, Unsaved, farewell
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.services.demos import Demos
from studyapp.tui.services.embeds import Embeds
from studyapp.tui.services.reports import Redone, SettingsSet, Undone
from studyapp.tui.study import Aim

if TYPE_CHECKING:
    from studyapp.study.reader.demo_links import DemoChoice
    from studyapp.study.review.custom import CustomStudy
    from studyapp.tui.screens.dialogs.commands import AppCommand
    from studyapp.tui.services.programs import Programs
    from studyapp.tui.services.sounds import Sounds

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)
_DEEPEST: Final = 2
"""The most screens that may be open, counting the decks but no dialogs, for the keys that switch places."""


class StudyApp(Writing):
    """Opens a vault on its decks, or straight into a review."""

    SMALLEST: ClassVar[Size] = Size(60, 20)
    """The smallest size, in cells, at which every screen shows what matters."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "switcher", "Go to a note", show=False, id="app.switcher", tooltip="by its name"),
        Binding(keys.ADD, "add_card", "Add a card", show=False, id="app.add-card", tooltip="to a note"),
        Binding(keys.SETTINGS, "settings", "Settings", show=False, id="app.settings"),
        Binding(keys.VAULTS, "vaults", "Open a vault", show=False, id="app.vaults", tooltip="another one"),
    ]

    def __init__(
        self,
        workspace: Workspace,
        deck: str | None = None,
        start: Literal["decks", "review"] = "decks",
        demo: DemoChoice | None = None,
        custom: CustomStudy | None = None,
    ) -> None:
        """Make the app for an open vault; its notes are read once the first screen is painted.

        A `demo` is opened above the first screen. A review is of a deck, or of a custom choice in place of what is
        due.
        """
        super().__init__(workspace, counts=start == "decks")
        self._deck = deck
        self._start = start
        self._demo = demo
        self._custom = custom
        self.go = ScreenOpener(self)
        self.demos = Demos(self)
        self.embeds = Embeds(self)
        self._small = ""
        """What was said of the terminal's size; empty if it is large enough."""
        self._next: Path | None = None
        """The vault to open after this one."""

    @cached_property
    def programs(self) -> Programs:
        """Opens files in other programs."""
        from studyapp.tui.services.programs import Programs

        return Programs(self)

    @cached_property
    def sounds(self) -> Sounds:
        """Plays the sounds of cards."""
        from studyapp.tui.services.sounds import Sounds

        return Sounds(self)

    # Beginning and end

    def get_default_screen(self) -> Screen[None]:
        """The first screen."""
        if self._start == "decks":
            return self.go.decks()
        return self.go.only_review(self._deck, self._custom)

    def on_mount(self) -> None:
        """Start the writer and the reader; what was requested before a signal ended the app is still done."""
        self.title = self.workspace.vault.root.name or str(self.workspace.vault.root)
        self.writer.start()
        if self.knows_log:
            self.begin_with_log()
        if not self.is_headless:
            loop = asyncio.get_running_loop()
            for number in _SIGNALS:
                loop.add_signal_handler(number, partial(self._end_by, number))
        if self._start == "decks" and self._is_first:
            self.go.first()
        if self._demo is not None:
            self.go.demo(self._demo)

    @property
    def _is_first(self) -> bool:
        """Whether this is the trial vault and nothing has been done in it yet."""
        if not (self.knows_log and self.workspace.is_trial):
            return False
        with self.writer.quiet() as journal:
            return next(journal.latest(), None) is None

    def on_resize(self, event: Resize) -> None:
        """Say that the terminal is too small to show everything, for as long as it is."""
        said, self._small = self._small, ""
        if event.size.width < self.SMALLEST.width or event.size.height < self.SMALLEST.height:
            here, needed = (f"{size.width}×{size.height}" for size in (event.size, self.SMALLEST))
            self._small = f"{here} is small: {needed} shows all."
        if self._small and self._small != said:
            self.say(self._small)
        elif said and not self._small and isinstance(self.in_front, StudyScreen):
            self.in_front.unsay(said)

    def _end_by(self, number: signal.Signals) -> None:
        self.writer.flush()
        self.exit(return_code=128 + number)

    async def on_unmount(self) -> None:
        """Leave no grade unwritten and no worker running."""
        self.watcher.stop()
        self.embeds.close()
        await self.demos.close()
        self.writer.close()

    def run_to_exit_code(self) -> int:
        """Run until the user leaves, finish writing, and report what could not be saved.

        Returns:
            0; 1 if what was asked for was not possible or a grade is lost; 128 + n after signal n.
        """
        left: list[Unsaved] = []
        threading.excepthook = self._hear_of_failure
        try:
            self.run()
        finally:
            threading.excepthook = threading.__excepthook__
            left = self.writer.close()
            for line in farewell(left):
                sys.stderr.write(f"{line}\n")  # the screen is gone: this is the last place to report it
        if self.failure is not None:
            sys.stderr.write(f"studyapp: {visible(self.failure)}\n")
        if left or self.failure is not None:
            return 1
        return self._again() if self._next is not None else self.return_code or 0

    def _hear_of_failure(self, failed: threading.ExceptHookArgs) -> None:
        with suppress(RuntimeError):  # the app has ended
            self.post_message(ThreadFailed(failed.thread.name if failed.thread else "?", failed.exc_value))

    def on_thread_failed(self, message: ThreadFailed) -> None:
        """Say that a task in the background failed: nothing else would show it."""
        what = f"{type(message.error).__name__}: {message.error}"
        self.say(visible(f"A task in the background ({message.name}) failed: {what}", newlines=False), "error")

    def open_vault(self, root: Path) -> None:
        """Open another vault, or this one with other settings, on its decks; report it where that is impossible."""
        try:
            os.scandir(root).close()
        except OSError as error:
            self.say(f"Can't open {root}: {error.strerror}.", "warning")
            return
        self._next = root
        self.exit()

    def on_undone(self, message: Undone | Redone) -> None:
        """Reopen the vault if its settings have changed."""
        if message.saved.action.kind is ActionKind.SETTING:
            self.open_vault(self.workspace.vault.root)

    def on_settings_set(self, message: SettingsSet) -> None:
        """Reopen the vault with its new settings, or report why that failed."""
        if message.why_not:
            self.offer = None
            self.say(visible(message.why_not, newlines=False), "error")
        else:
            self.open_vault(self.workspace.vault.root)

    on_redone = on_undone

    def _again(self) -> int:
        """Run for the next vault."""
        assert self._next is not None
        here = self.workspace
        workspace = Workspace.open(self._next, here.locations, here.clock, here.vault.overrides, later=True)
        here.locations.remember_vault(self._next)
        app = type(self)(workspace)
        app.offered = self.offer
        return app.run_to_exit_code()

    def action_switcher(self) -> None:
        if self.vault_read:
            self.go.switcher()
        else:
            self.say("Still reading the notes. Try again in a moment.")

    def action_add_card(self) -> None:
        """Add a card to the current note or deck."""
        if not self.vault_read:
            self.say("Still reading the notes. Try again in a moment.")
        elif isinstance(self.in_front, StudyScreen):
            aim, marked = self.in_front.aim(), self.in_front.get_selected_text()
            self.go.add_card(replace(aim, text=marked.strip("\n")) if marked else aim)

    def action_vaults(self) -> None:
        self.go.vaults()

    def commands(self, screen: Screen[object]) -> Iterator[AppCommand]:
        """Add recent vaults to the commands."""
        from studyapp.tui.screens.dialogs.commands import AppCommand

        yield from super().commands(screen)
        for folder in self.workspace.locations.recent_vaults():
            if folder != self.workspace.vault.root:
                name, where = (visible(text, newlines=False) for text in (folder.name, str(folder)))
                yield AppCommand(partial(self.open_vault, folder), f"Open the vault {name}", where)

    # Settings

    def action_settings(self) -> None:
        from studyapp.tui.screens.settings.settings import SettingsScreen

        if not isinstance(self.in_front, SettingsScreen):
            self.go.settings()

    def listed_keys(self) -> Sequence[tuple[str, tuple[str, ...], str]]:
        """Every configurable binding: its id, its default keys, what it does."""
        from studyapp.tui.app.keymap import listed

        return listed(StudyApp)

    def wrong_key(self, name: str, keys: str) -> str:
        """What is wrong with keys for a binding; empty if they are valid."""
        from studyapp.tui.app.keymap import find_problems

        loaded = self.workspace.vault.loaded
        problems = find_problems({**loaded.settings.keys, name: keys}, loaded.origin["keys"], StudyApp)
        return next((f"{one.message}. {one.remedy}" for one in problems if f'"{name}"' in one.message), "")

    # Places

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer other places where leaving them leads to the decks."""
        if action == "place":
            deep = sum(not screen.is_modal for screen in self.screen_stack)
            return True if self._start == "decks" and deep <= _DEEPEST else None
        return super().check_action(action, parameters)

    def action_place(self, name: str) -> None:
        """Go to another place; the decks stay behind it."""
        front = self.in_front
        screen = self.go.place(name, front.aim() if isinstance(front, StudyScreen) else Aim())
        if len(self.screen_stack) == 1:
            self.push_screen(screen)
        else:
            self.switch_screen(screen)

    # Pictures and demos

    def on_library_read(self, message: LibraryRead) -> None:
        """Pictures and embedded notes can be shown from now on."""
        self.embeds.take(message.library)
        for screen in self.study_screens:
            screen.library_was_read()

    def files_may_differ(self) -> None:
        """Look again for the files that cards and notes embed."""
        self.embeds.read_again()

    def on_picture_drawn(self, _message: PictureDrawn) -> None:
        for screen in self.study_screens:
            screen.picture_was_drawn()

    def begin_the_rest(self) -> None:
        """Import what comes next, and look for demos."""
        super().begin_the_rest()
        threading.Thread(target=self._read_demos, name="demos", daemon=True).start()

    def _read_demos(self) -> None:
        from studyapp.runs.process.own import catalog_of

        import_the_rest()
        with suppress(RuntimeError):  # the app has ended
            self.post_message(DemosRead(catalog_of(self.workspace.vault.root)))

    def on_demos_read(self, message: DemosRead) -> None:
        """Cards may have demos from now on."""
        self.demos.catalog = message.catalog
        for screen in self.study_screens:
            screen.demos_are_known()
