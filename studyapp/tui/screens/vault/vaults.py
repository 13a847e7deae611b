"""Which vault to open: recent ones, those that Obsidian knows, or a typed path."""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList

from studyapp.core.disk.home import home
from studyapp.core.errors import StudyError
from studyapp.study.vaults.find import FoundVault, completions, find, has_notes, typed_path
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.dialogs.ask import ask
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.screens.dialogs.help import AskScreen


class VaultsScreen(ChooseScreen[Path]):
    """Closes with a folder; completes a typed path."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.PART, "complete", "Complete", id="vaults.complete"),
    ]

    class Found(FieldMessage):
        """Obsidian's list has been read, and the user's folders searched."""

        vaults: Sequence[FoundVault]

    def __init__(self, recent: Sequence[Path], here: Path, sample: Path) -> None:
        """List recent vaults, the last one first, but not the one that is open; the sample may not be there."""
        self._known = {os.path.realpath(here)}
        self._sample = sample
        self._looked = False
        """Whether all vaults that can be found have been."""
        lines = [self._line(folder, "opened before") for folder in recent if self._is_fresh(folder)]
        super().__init__("Open a vault", lines, act="Open", placeholder="part of a name, or a path such as ~/Notes")

    def _is_fresh(self, folder: Path) -> bool:
        """Whether a vault is not listed yet; then adds it."""
        real = os.path.realpath(folder)
        fresh = real not in self._known
        self._known.add(real)
        return fresh

    def _line(self, folder: Path, remark: str) -> Choice[Path]:
        said = "the sample" if folder == self._sample else remark
        return Choice(folder, folder.name or str(folder), f"{said}  {_short(folder)}".strip())

    def on_mount(self) -> None:
        """Look for vaults on a thread: a folder may be on a slow drive."""
        threading.Thread(target=self._look, name="vaults", daemon=True).start()

    def _look(self) -> None:
        found = find()
        with suppress(RuntimeError):  # the app has ended
            self.post_message(self.Found(found))

    def on_vaults_screen_found(self, message: Found) -> None:
        """List them below those already listed; the cursor stays."""
        self._looked = True
        more = [self._line(one.folder, one.source) for one in message.vaults if self._is_fresh(one.folder)]
        if self._sample.is_dir() and self._is_fresh(self._sample):
            more.append(self._line(self._sample, ""))
        self._lines = (*self._lines, *more)
        options = self.query_one(OptionList)
        at = options.highlighted
        self._list(self.query_one(Input).value)
        if at is not None and at < options.option_count:
            options.highlighted = at

    def found_for(self, typed: str) -> list[Choice[Path]]:
        """Vaults by their name, else folders of the user's own; folders for what starts like a path."""
        path = typed_path(typed)
        known = [] if path else super().found_for(typed)
        if known or not typed.strip():
            return known
        return [Choice(folder, f"{_short(folder)}/") for folder in completions(path or f"~/{typed.strip()}")]

    def why_empty(self, typed: str) -> str:
        """What stands in an empty list."""
        if typed_path(typed):
            return "there is no such folder" if _typed_folder(typed) is None else "Enter opens this folder"
        if not self._looked:
            return "looking for vaults …"
        return super().why_empty(typed) if typed.strip() else "no vaults found: type a folder, such as ~/Notes"

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to complete a path only where there is more of it."""
        typed = "".join(field.value for field in self.query(Input))
        if action == "complete" and typed_path(typed) and not self._found:
            return None
        return super().check_action(action, parameters)

    def takes(self, typed: str) -> bool:
        """Whether Enter opens a folder or, where none is known, begins a path."""
        return not typed or _typed_folder(typed) is not None or super().takes(typed)

    def action_complete(self) -> None:
        """Complete the line with the folder under the cursor; the common part first."""
        field = self.query_one(Input)
        typed = typed_path(field.value)
        if not typed:
            here = self.line_here
            field.value = "~/" if here is None else f"{_short(here.value)}/"
            field.cursor_position = len(field.value)
            return
        names = [f"{_short(folder)}/" for folder in completions(typed)]
        common = os.path.commonprefix(names)  # noqa: RUF071 - the beginning of a name counts too
        here = self.line_here
        field.value = (common or typed) if len(common) > len(typed) or here is None else f"{_short(here.value)}/"
        field.cursor_position = len(field.value)

    def action_choose(self) -> None:
        """Open the typed folder, if it exists; else the one under the cursor; with none, begin a path."""
        typed = self.query_one(Input).value
        folder = _typed_folder(typed)
        if folder is not None:
            self.take(folder)
        elif not typed and self.query_one(OptionList).highlighted is None:
            self.action_complete()
        else:
            super().action_choose()

    def take(self, folder: Path) -> None:
        """Close with a folder; ask first if it does not look like notes, as everything in it would be read."""
        if has_notes(folder):
            self.dismiss(folder)
            return

        question = f"{_short(folder)} has no notes at its top level. Everything below it will be searched."
        dialog = AskScreen("Open this folder?", question, "Open it", "Choose another")
        ask(self.app, dialog, lambda _: self.dismiss(folder))


def _short(folder: Path) -> str:
    """A path as users write it."""
    with suppress(StudyError, ValueError):
        inner = folder.relative_to(home()).as_posix()
        return "~" if inner == "." else f"~/{inner}"
    return str(folder)


def _typed_folder(typed: str) -> Path | None:
    """The typed folder, if it exists."""
    typed = typed_path(typed)
    if not typed.rstrip("/"):
        return None
    with suppress(StudyError, OSError, ValueError):
        folder = Path(str(home()) + typed[1:] if typed[0] == "~" else typed)
        return folder if folder.is_dir() else None
    return None
