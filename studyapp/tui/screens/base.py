"""What all screens of a vault share: the app behind them, notices, passing messages."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Final, cast

from textual.actions import SkipAction
from textual.binding import Binding
from textual.events import Mount, ScreenResume
from textual.message import Message
from textual.screen import Screen
from textual.timer import Timer

from studyapp.core.disk.files import read_note
from studyapp.core.errors import NoteError
from studyapp.tui import keys
from studyapp.tui.host import PASSES
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.surface import Surface
from studyapp.tui.study import Aim, Study
from studyapp.tui.widgets.bars.notices import Notice, Notices, Passing, standing_notices
from studyapp.tui.widgets.bars.places_bar import PlacesBar, going
from studyapp.wording.numbers import date_text, key_text

if TYPE_CHECKING:
    from studyapp.core.log.actions import Action
    from studyapp.core.log.ledger_rows import Done
    from studyapp.core.vault.vault import Handle
    from studyapp.core.workspace.store import Saved
    from studyapp.study.doctor.repair import Repaired
    from studyapp.study.review.session import Session
    from studyapp.tui.widgets.cards.card_view import CardView
    from studyapp.wording.cards import CardTexts
    from studyapp.wording.copies import Copy


class StudyScreen(Surface, Screen[None]):
    """A screen with notices, told what the app learns."""

    class PastRead(FieldMessage):
        """A card's history has been looked up."""

        handle: Handle
        past: Sequence[Done]

    def __init__(self) -> None:
        super().__init__()
        self._said: tuple[Notice, ...] = ()
        self._said_timer: Timer | None = None
        self._came_up = False
        """Whether it has been in front before."""
        self._keys: dict[str, str] | None = None
        """The keys bound now, by their bindings' ids, if they have been looked up."""
        self._keys_of: Mapping[str, str] = {}
        """The user's own keys at that time."""
        self.hears = False
        """Whether the app can tell it what it learns: until it has widgets it hears nothing, then asks once."""

    async def _dispatch_message(self, message: Message) -> None:
        """Handle a message.

        When a screen comes to the front Textual has it reapply all styles, even if its widgets have just received
        theirs.
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
        """What the current position is about."""
        return Aim()

    def notices(self) -> Iterable[Notice]:
        """What this screen shows permanently."""
        return ()

    def cards_changed(self) -> None:
        """Cards may differ, for one of the reasons below."""

    def vault_was_read(self) -> None:
        """The notes have been read, or read again."""
        self.cards_changed()

    def notes_changed(self, paths: Collection[str]) -> None:
        """Other programs saved, created, renamed or deleted those notes; the vault is up to date."""
        self.cards_changed()

    def day_began(self) -> None:
        """A new day has begun. The notes are read again next, so their display need not be updated here."""
        self.show_day()

    def show_day(self) -> None:
        """Show the date, where the places are shown."""
        now = self.study.workspace.clock()
        for bar in self.query(PlacesBar):
            bar.show(date_text(now), date_text(now, short=True))

    def library_was_read(self) -> None:
        """The vault's files and aliases are known: cards show what they embed."""
        self.picture_was_drawn()

    def picture_was_drawn(self) -> None:
        """A picture has been decoded, or could not be: cards show it."""
        from studyapp.tui.widgets.cards.card_view import CardView

        for view in self.query(CardView):
            view.draw_again()

    def demos_are_known(self) -> None:
        """The catalog of demos has been read."""

    def note_was_saved(self) -> None:
        """A grade or reset is in its note; the vault is up to date."""
        self.cards_changed()

    def gave(self, action: Action) -> Session | None:
        """The review that an action belongs to, if this screen shows it."""
        return None

    def withdrawn(self, action: Action) -> None:
        """An action does not count: its note's newer schedule does."""

    def deleted(self, saved: Saved) -> bool:
        """A question was deleted from its note; True if this screen has updated the vault."""
        return False

    def undone(self, saved: Saved) -> bool:
        """An action was undone; True if this screen has updated the vault."""
        return False

    def redone(self, saved: Saved) -> bool:
        """An action was redone; True if this screen has updated the vault."""
        return False

    def mended(self, repaired: Sequence[Repaired]) -> None:
        """Notes were repaired, or some could not be."""

    def not_done(self, why: str) -> None:
        """An undo, a redo or a deletion was impossible."""

    def show_notices(self) -> None:
        """Update the notices."""
        if not self.is_mounted:
            return
        found = standing_notices(self.study.standing, self.key_of("app.retry"), is_away=self.study.is_away)
        found += self.notices()
        for widget in self.query_children(Notices):
            widget.show(found)
        for passing in self.query_children(Passing):
            passing.show(self._said)

    def say(self, text: str, kind: str = "note", *, seconds: float = PASSES) -> None:
        """Show a message for a while; an empty text removes it."""
        if self._said_timer is not None:
            self._said_timer.stop()
            self._said_timer = None
        if text:
            self._said_timer = self.set_timer(seconds, lambda: self.say(""))
        elif not self._said:
            return
        self._said = (Notice(text, kind),) if text else ()
        self.show_notices()

    def unsay(self, text: str) -> None:
        """Remove a message, if it is the one shown."""
        if any(notice.text == text for notice in self._said):
            self.say("")

    def read_past(self, handle: Handle) -> None:
        """Look up a card's history on a thread, instead of another's."""
        self.run_worker(partial(self._read_past, handle), thread=True, exclusive=True, group="past")

    def _read_past(self, handle: Handle) -> None:
        with self.study.writer.quiet():
            past = self.study.workspace.history.of(handle.id)
        self.post_message(self.PastRead(handle, past))

    def pictures(self) -> tuple[str, Sequence[str]]:
        """The path of the note here, and the pictures that can be opened, as they are named in it."""
        return "", ()

    def action_picture(self) -> None:
        """Open the picture, or the one chosen of several, in the desktop's viewer."""
        from studyapp.tui.screens.dialogs.outside import open_picture

        note, targets = self.pictures()
        if targets:
            open_picture(self.study, note, targets)

    def on_card_view_picture_chosen(self, message: CardView.PictureChosen) -> None:
        from studyapp.tui.screens.dialogs.outside import open_picture

        open_picture(self.study, self.pictures()[0], [message.target])

    def copies(self) -> Sequence[Copy]:
        """What can be copied here, by key."""
        return ()

    def copies_of(self, handle: Handle, texts: CardTexts, *, revealed: bool) -> Sequence[Copy]:
        """What can be copied from a card; as its note has it, if the note is still the one it was read from."""
        from studyapp.core.text.note_text import NoteText, digest_of
        from studyapp.wording.copies import copies_of_card

        lines: Sequence[str] = ()
        with suppress(NoteError):
            raw = read_note(self.study.workspace.vault.root / handle.note.path)
            lines = NoteText(raw).lines if digest_of(raw) == handle.note.digest else ()
        return copies_of_card(handle.question, texts, lines, revealed=revealed)

    def action_copy(self) -> None:
        """Copy the mouse selection, or else ask what to copy."""
        from studyapp.tui.services.clipboard import copy

        if self.get_selected_text():
            self.action_copy_text()
            return
        copies = self.copies()
        if not copies:
            self.say("There is nothing to copy here.")
            return
        from studyapp.tui.screens.dialogs.ask import ask
        from studyapp.tui.screens.dialogs.copying import CopyScreen

        ask(self.study, CopyScreen(copies), lambda part: copy(self.study, part.text, part.name))

    def action_copy_text(self) -> None:
        """Copy the mouse selection."""
        from studyapp.tui.services.clipboard import copy

        if not (text := self.get_selected_text()):
            raise SkipAction  # the key may mean something else
        copy(self.study, text, "what is selected")
        self.clear_selection()

    def key_of(self, binding_id: str) -> str:
        """The key bound to an action now, as users write it; empty if there is none."""
        return key_text(self.bound_to(binding_id))

    def bound_to(self, binding_id: str) -> str:
        """The name of the key bound to an action now; empty if there is none."""
        chosen = self.app._keymap  # noqa: SLF001 - the user's keys, which may change while another screen is in front
        if self._keys is None or chosen is not self._keys_of:
            self._keys, self._keys_of = keys.keys_bound(self), chosen
        return self._keys.get(binding_id, "")

    def refresh_bindings(self) -> None:
        """Show what the keys can do now, and look them up again when they are next needed."""
        self._keys = None
        super().refresh_bindings()


LEAVE: Final = Binding(keys.LEAVE, "leave", "Back", id="screen.leave")


def open_keys(screen: str) -> tuple[Binding, ...]:
    """The keys that open the note in other programs, with ids that begin with a screen's name."""
    return (
        Binding(keys.EDIT, "edit", "Edit", id=f"{screen}.edit", tooltip="the note, in your editor"),
        Binding(
            keys.OUTSIDE, "obsidian", "Obsidian", show=False, id=f"{screen}.obsidian", tooltip="open the note there"
        ),
    )


def step_keys(screen: str, last: str = "the last step") -> tuple[Binding, ...]:
    """The keys that undo and redo, with ids that begin with a screen's name."""
    return (
        Binding(keys.UNDO, "undo", "Undo", id=f"{screen}.undo", tooltip=last),
        Binding(keys.REDO, "redo", "Redo", show=False, id=f"{screen}.redo", tooltip="what was undone"),
    )


def plan_key(screen: str) -> Binding:
    """The key that changes many schedules at once, with an id that begins with a screen's name."""
    return Binding(
        keys.MOVE_DAYS,
        "plan",
        "Move due days",
        show=False,
        id=f"{screen}.plan",
        tooltip="postpone, holiday, exam, convert …",
    )


_PLACES: Final = (
    Binding(
        keys.NOTES, going("notes"), "Notes", show=False, id="place.notes", tooltip="read them, follow their links"
    ),
    Binding(
        keys.BROWSE, going("browse"), "Browse", show=False, id="place.browse", tooltip="every card, with a search"
    ),
    Binding(keys.DEMOS, going("demos"), "Demos", show=False, id="place.demos", tooltip="watch the methods learn"),
    Binding(
        keys.STATISTICS,
        going("stats"),
        "Statistics",
        show=False,
        id="place.stats",
        tooltip="of the deck under the cursor",
    ),
)


def to_places(here: str) -> tuple[Binding, ...]:
    """The keys that lead from one place to the others."""
    return tuple(binding for binding in _PLACES if binding.action != going(here))
