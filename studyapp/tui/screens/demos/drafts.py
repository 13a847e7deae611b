"""Cards made from runs, for the notes of the open vault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from demos.headings import plain_name
from studyapp.runs.cards.draft import Draft
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.study import Study


class VaultCards:
    """Writes drafts to the vault's settings, and puts them where the user says."""

    def __init__(self, app: Study, note: str | None = None) -> None:
        """Make it for one visit to the demos, from the card of a note, which is offered first."""
        self._app = app
        self._note = note

    def text(self, draft: Draft) -> str:
        """Write the card as it will most likely look in its note."""
        settings = self._app.workspace.vault
        return draft.text(settings.settings_of(self._note) if self._note else settings.settings)

    def put(self, draft: Draft) -> None:
        """Ask for a note and put the card there; the app reports the outcome."""

        def chosen(note: str) -> None:
            settings = self._app.workspace.vault.settings_of(note)
            self._app.writer.add_card(note, *draft.texts(settings))

        ask(self._app, ChooseScreen("Which note?", [*self._lines(draft)], act="Put the card at its end"), chosen)

    def _lines(self, draft: Draft) -> Iterator[Choice[str]]:
        """The notes: the one the user came from, the demo's own, those with cards, the others."""
        names = draft.demo.answers_to()
        vault = self._app.workspace.vault
        paths, with_cards = vault.paths(), vault.paths_with_cards()

        def rank(path: str) -> tuple[int, str]:
            if path == self._note:
                return 0, path
            about = plain_name(PurePosixPath(path).stem) in names
            return (1 if about else 2 if path in with_cards else 3), path

        for path in sorted(paths, key=rank):
            remark = "the note of the card in review" if path == self._note else ""
            yield Choice(path, path.removesuffix(".md"), remark or ("" if path in with_cards else "no cards yet"))
