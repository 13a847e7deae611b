"""Opens the screens. No screen imports another, and none is imported before it is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from studyapp.tui.study import Aim

if TYPE_CHECKING:
    from textual.screen import Screen

    from studyapp.core.errors import Problem
    from studyapp.core.notes.cards import CardId
    from studyapp.study.reader.demo_links import DemoChoice
    from studyapp.study.review.custom import CustomStudy
    from studyapp.tui.study import Study


class ScreenOpener:
    """Opens screens above the current one."""

    def __init__(self, study: Study) -> None:
        self._study = study

    def decks(self) -> Screen[None]:
        """A screen of the decks."""
        from studyapp.tui.screens.decks.decks import DecksScreen

        return DecksScreen()

    def only_review(self, deck: str | None, custom: CustomStudy | None) -> Screen[None]:
        """A review that ends the app when it is left."""
        from studyapp.tui.screens.review.review import ReviewScreen

        return ReviewScreen(deck, only=True, custom=custom)

    def review(
        self, deck: str | None = None, custom: CustomStudy | None = None, *, first: CardId | None = None
    ) -> None:
        """Review what is due in a deck, or a custom choice; `first` is the opening card where the order is random."""
        from studyapp.tui.screens.review.review import ReviewScreen

        self._study.push_screen(ReviewScreen(deck, custom=custom, first=first))

    def place(self, name: str, aim: Aim) -> Screen[None]:
        """One of the places, with what the previous screen was about."""
        match name:
            case "notes":
                from studyapp.tui.screens.notes.notes import NotesScreen

                return NotesScreen(aim.note, aim.line)
            case "browse":
                from studyapp.tui.screens.cards.browse import BrowseScreen

                return BrowseScreen()
            case "demos":
                from studyapp.tui.screens.demos.drafts import VaultCards
                from studyapp.tui.screens.demos.gallery import DemosScreen

                demos = self._study.demos
                cards = VaultCards(self._study)
                return DemosScreen(*demos.tools(), demos=demos.catalog, cards=cards, at=aim.demo)
            case _:
                from studyapp.tui.screens.stats import StatsScreen

                return StatsScreen(aim.deck)

    def notes(self, path: str, line: int = 0) -> None:
        """Read a note at a 0-based line."""
        self._study.push_screen(self.place("notes", Aim(note=path, line=line)))

    def whole_notes(self) -> None:
        """Review the due whole notes, once they are known."""
        from studyapp.tui.screens.review.whole_notes import WholeNotesScreen

        if self._study.whole_notes is not None:
            self._study.push_screen(WholeNotesScreen(self._study.whole_notes))

    def doctor(self, key_problems: Sequence[Problem]) -> None:
        """What is wrong in the vault."""
        from studyapp.tui.screens.vault.doctor import DoctorScreen

        self._study.push_screen(DoctorScreen(key_problems))

    def demo(self, choice: DemoChoice, note: str | None = None) -> None:
        """A demo; cards made from its runs are offered first to the note the user came from."""
        from studyapp.runs.process.own import catalog_of
        from studyapp.tui.screens.demos.drafts import VaultCards
        from studyapp.tui.screens.demos.linked import linked_demo

        demos, cards = self._study.demos, VaultCards(self._study, note)
        known = demos.catalog or catalog_of(self._study.workspace.vault.root)
        self._study.push_screen(linked_demo(choice, *demos.tools(), known, cards))

    def demo_of_link(self, link: str) -> str | None:
        """The demo that a link names; the reason, in words, where that is impossible."""
        if self._study.demos.catalog is None:
            return "still looking for the demos; try again in a moment"
        from studyapp.study.reader.demo_links import DemoLinkError, choice_of_link

        try:
            self.demo(choice_of_link(link, self._study.demos.catalog))
        except DemoLinkError as error:
            return str(error)
        return None

    def switcher(self) -> None:
        """A note, found by typing part of its name; opened in the current reader, if there is one."""
        from studyapp.tui.screens.dialogs.ask import ask
        from studyapp.tui.screens.notes.notes import NotesScreen
        from studyapp.tui.screens.notes.switcher import SwitcherScreen, finder_of

        front = self._study.in_front
        read = front.read if isinstance(front, NotesScreen) else self.notes
        ask(self._study, SwitcherScreen(finder_of(self._study.workspace.vault)), read)

    def add_card(self, aim: Aim) -> None:
        """A new card, for the current note or deck."""
        from studyapp.tui.screens.notes.add_card import AddCardScreen

        self._study.push_screen(AddCardScreen(aim))

    def first(self) -> None:
        """The welcome page."""
        from studyapp.tui.screens.vault.first import FirstScreen

        self._study.push_screen(FirstScreen())

    def vaults(self) -> None:
        """Another vault, to open in place of this one; recent vaults come first."""
        from studyapp.tui.screens.dialogs.ask import ask
        from studyapp.tui.screens.vault.vaults import VaultsScreen

        here, places = self._study.workspace, self._study.workspace.locations
        dialog = VaultsScreen(places.recent_vaults(), here.vault.root, places.trial_vault)
        ask(self._study, dialog, self._study.open_vault)

    def settings(self) -> None:
        """The settings."""
        from studyapp.tui.screens.settings.settings import SettingsScreen

        self._study.push_screen(SettingsScreen())
