"""What the screens of a vault have in common: the app behind them, notices, a message that passes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TYPE_CHECKING, Final, cast

from textual.actions import SkipAction
from textual.binding import Binding
from textual.events import Mount, ScreenResume
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from studyapp.tui.host import PASSES
from studyapp.tui.study import Aim, Study
from studyapp.tui.widgets.notices import Notice, Notices, Passing, standing_notices
from studyapp.tui.widgets.places_bar import PlacesBar, going
from studyapp.wording.numbers import date_text, key_text

if TYPE_CHECKING:
    from studyapp.core.log.actions import Action
    from studyapp.core.workspace.store import Saved
    from studyapp.study.doctor.repair import Treated
    from studyapp.study.review.session import Session
    from studyapp.wording.copies import Copy


class StudyScreen(Screen[None]):
    """A screen with a line of notices, that hears of what the app learns."""

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[Notice, ...] = ()
        self._said_timer: Timer | None = None
        self._came_up = False
        """Whether it was in front before."""
        self.hears = False
        """Whether it can be told what the app learns: before, it has no widgets, and asks once it has them."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message.

        Coming to the front, Textual has a screen apply all its styles, also one whose widgets have just got theirs.
        """
        if isinstance(message, ScreenResume):
            message.refresh_styles = self._came_up
            self._came_up = True
        self.hears |= isinstance(message, Mount)
        await super()._dispatch_message(message)

    @property
    def study(self) -> Study:
        """The app, with its vault."""
        return cast("Study", self.app)

    def on_screen_resume(self) -> None:
        """Catch up with what happened while another screen was in front."""
        self.show_notices()

    def aim(self) -> Aim:
        """What one is at here."""
        return Aim()

    def notices(self) -> Iterable[Notice]:
        """What this screen has to say all the time."""
        return ()

    def vault_was_read(self) -> None:
        """The notes have been read, or read again."""

    def notes_changed(self, paths: Collection[str]) -> None:
        """Those notes were saved, made, renamed or deleted by another program, and the vault knows it."""

    def day_began(self) -> None:
        """Another day has begun. The notes are read again next, so what is shown of them need not be seen to here."""
        self.show_day()

    def show_day(self) -> None:
        """Say which day it is, where the places are shown."""
        now = self.study.workspace.clock()
        for bar in self.query(PlacesBar):
            bar.show(date_text(now), date_text(now, short=True))

    def library_was_read(self) -> None:
        """The files and aliases of the vault are known."""

    def picture_was_drawn(self) -> None:
        """A picture has been decoded, or cannot be."""

    def demos_are_known(self) -> None:
        """The catalog of demos has been read."""

    def note_was_saved(self) -> None:
        """A grade or reset is in its note, and the vault knows it."""

    def gave(self, action: Action) -> Session | None:
        """The review that an action was done in, if this screen shows it."""
        return None

    def withdrawn(self, action: Action) -> None:
        """An action does not count: the newer schedule of its note does."""

    def deleted(self, saved: Saved) -> bool:
        """A question was taken out of its note; True if this screen has brought the vault up to date."""
        return False

    def undone(self, saved: Saved) -> bool:
        """Something was taken back; True if this screen has brought the vault up to date."""
        return False

    def redone(self, saved: Saved) -> bool:
        """Something was done again; True if this screen has brought the vault up to date."""
        return False

    def mended(self, treated: Sequence[Treated]) -> None:
        """Repairs of notes were made, or some could not be made."""

    def not_done(self, why: str) -> None:
        """An undo, a redo or a deletion was not possible."""

    def show_notices(self) -> None:
        """Bring the notices up to date."""
        if not self.is_mounted:
            return
        found = standing_notices(self.study.standing, self.key_of("app.retry"))
        found += self.notices()
        for widget in self.query(Notices):
            widget.show(found)
        for passing in self.query(Passing):
            passing.show(self._said)

    def say(self, text: str, kind: str = "note", *, seconds: float = PASSES) -> None:
        """Show a message for a while; an empty text takes it away."""
        if self._said_timer is not None:
            self._said_timer.stop()
            self._said_timer = None
        if text:
            self._said_timer = self.set_timer(seconds, lambda: self.say(""))
        self._said = (Notice(text, kind),) if text else ()
        self.show_notices()

    def copies(self) -> Sequence[Copy]:
        """What can be copied by key of what is in front."""
        return ()

    def action_copy(self) -> None:
        """Copy what the mouse selected, else the part that is chosen of what is in front."""
        from studyapp.tui.services.clipboard import copy

        if self.get_selected_text():
            self.action_copy_text()
            return
        copies = self.copies()
        if not copies:
            self.say("There is nothing to copy here.")
            return
        from studyapp.tui.screens.copying import CopyScreen, chosen

        self.study.push_screen(
            CopyScreen(copies), chosen(copies, lambda part: copy(self.study, part.text, part.name))
        )

    def action_copy_text(self) -> None:
        """Copy what the mouse selected."""
        from studyapp.tui.services.clipboard import copy

        if not (text := self.get_selected_text()):
            raise SkipAction  # the key may mean something else
        copy(self.study, text, "what is selected")
        self.clear_selection()

    def key_of(self, binding_id: str) -> str:
        """The key that is bound to something now, as a person knows it; empty if none is."""
        return key_text(key) if (key := self.bound_to(binding_id)) else ""

    def bound_to(self, binding_id: str) -> str:
        """The name of the key that is bound to something now; empty if none is."""
        for bindings in self._binding_chain:
            for key, binding in bindings[1]:
                if binding.id == binding_id:
                    return key
        return ""


LEAVE: Final = Binding("escape,q", "leave", "Back", id="screen.leave")
_PLACES: Final = (
    Binding("n", going("notes"), "Notes", show=False, id="place.notes", tooltip="read them, follow their links"),
    Binding("b", going("browse"), "Browse", show=False, id="place.browse", tooltip="every card, with a search"),
    Binding("d", going("demos"), "Demos", show=False, id="place.demos", tooltip="watch the methods learn"),
    Binding("s", going("stats"), "Statistics", show=False, id="place.stats", tooltip="of the deck under the cursor"),
)


def to_places(here: str) -> tuple[Binding, ...]:
    """The keys that lead from one place to the others."""
    return tuple(binding for binding in _PLACES if binding.action != going(here))
