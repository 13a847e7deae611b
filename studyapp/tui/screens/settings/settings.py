"""The settings: what each does, its value, its origin; a change goes into the chosen file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from studyapp.core.errors import SettingsError
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.settings.load import LoadedSettings, load_settings
from studyapp.core.settings.model import PERSONAL
from studyapp.core.settings.write import vault_file, write_in_vault_file, write_setting
from studyapp.core.visible import visible
from studyapp.core.workspace.set_settings import value_in
from studyapp.tui import keys
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.screens.settings.ask_setting import SettingAsker
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notices, Passing
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.settings.setting_rows import SettingRows
from studyapp.wording.numbers import sentence, shorten_path
from studyapp.wording.settings import WORDS, default_text, meaning_text, origin_text

_TABLES: Final = frozenset({"keys", "deck_limits", "searches", "presets", "deck_presets", "exams"})
_AT_ONCE: Final = frozenset({"theme", "keys", "searches"})
"""Settings that apply at once; for the others the vault is reopened when the page is left."""


class SettingsScreen(StudyScreen):
    """Lists the settings; leaving it reopens the vault if needed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.CLEAR, "clear", "Unset", id="settings.clear", tooltip="remove it from the file"),
        Binding(keys.PART, "turn", "Other file", id="settings.other-file", tooltip="your own file, or this vault's"),
        Binding(keys.EDIT, "edit", "Edit the file", id="settings.edit", tooltip="in your editor"),
        Binding(keys.LEAVE, "leave", "Back", id="settings.leave"),
    ]

    DEFAULT_CSS = """
    SettingsScreen {
        #settings-words { height: 2; width: 100%; margin-top: 1; }
    }
    """

    def __init__(self) -> None:
        super().__init__()
        self._in_vault = False
        self._changed: set[str] = set()
        self._loaded: LoadedSettings | None = None

    def compose(self) -> ComposeResult:
        yield PathBar()
        with Vertical(classes="centred"):
            yield SettingRows(classes="page")
            yield Static(id="settings-words", classes="page", markup=False)
        yield Notices()
        yield Passing()
        yield KeyLine()

    def on_mount(self) -> None:
        self._load()
        self.query_one(SettingRows).focus()

    @property
    def _file(self) -> Path:
        vault = self.study.workspace.vault
        return vault.root / VAULT_FILE if self._in_vault else self.study.workspace.locations.settings

    def _load(self) -> LoadedSettings:
        vault = self.study.workspace.vault
        loaded = load_settings(vault.root, user_file=vault.user_file, overrides=vault.overrides)
        self._loaded = loaded.with_plain_question_marks() if vault.inferred else loaded
        self.query_one(SettingRows).show(self._loaded)
        self._show_head()
        self._show_words()
        for problem in self._loaded.problems:
            if problem.path == str(self._file):
                self.say(str(problem), "warning")
                break
        return self._loaded

    def _show_head(self) -> None:
        where = "this vault's file" if self._in_vault else "your own file"
        self.query_one(PathBar).show((self.app.title, "Settings"), Content(f"saved in {where}"))

    def on_rows_moved(self) -> None:
        self._show_words()

    def _show_words(self) -> None:
        name = self.query_one(SettingRows).name_here
        file = shorten_path(visible(str(self._file), newlines=False).split("/"), self.size.width - 6 - len(name), "/")
        usual = f" Default: {default_text(name)}."
        words = Content.assemble(WORDS[name], (usual, "$quiet"), "\n", (f"{name}  {file}", "$quiet"))
        self.query_one("#settings-words", Static).update(words)

    # Changing

    def on_setting_rows_chosen(self, message: SettingRows.Chosen) -> None:
        """Toggle it, or ask for the value."""
        assert self._loaded is not None
        if self._in_vault and message.name in PERSONAL:
            key = self.key_of("settings.other-file")
            self.say(f"A vault's file cannot set this, as it runs a program. {key} changes to your own file.")
            return
        SettingAsker(self.study, self._loaded, self._write).ask(message.name)

    def action_clear(self) -> None:
        """Remove the setting from the file; a value from elsewhere then applies."""
        name = self.query_one(SettingRows).name_here
        if name in _TABLES:
            self.say("Enter shows them one by one.")
        else:
            self._write([name], None)

    def _write(self, key: Sequence[str], value: Any | None) -> None:
        vault, name = self.study.workspace.vault, key[0]
        before = getattr(self._loaded and self._loaded.settings, name)
        in_vault = self._in_vault
        try:  # a preset, an exam or another entry of a table is changed where it stands
            in_vault |= len(key) > 1 and value_in(vault_file(vault.root), key[:2]) is not None
            if in_vault:
                write_in_vault_file(self.study.workspace.place, key, value)
            else:
                write_setting(self.study.workspace.locations.settings, key, value)
        except SettingsError as error:
            self.say(sentence(str(error)), "error")
            return
        loaded = self._load()
        now = getattr(loaded.settings, name)
        if now != before:
            self._changed.add(name)
        if name == "theme":
            self.study.paint(loaded.settings.theme)
        elif name == "keys":
            self.study.take_keys(loaded.settings.keys)
        self._tell(name, value, now, loaded, in_vault=in_vault)

    def _tell(self, name: str, value: Any | None, now: Any, loaded: LoadedSettings, *, in_vault: bool) -> None:
        where = "this vault's file" if in_vault else "your file"
        done = f"Removed from {where}" if value is None else f"Saved in {where}"
        place = loaded.origin[name].place
        if place not in ("default", "vault" if in_vault else "user") and name not in _TABLES:
            done += f", but {origin_text(loaded.origin[name])} has the last word: {meaning_text(name, now)}"
        elif value is None:
            done += f": {meaning_text(name, now)} again"
        if name in self._changed - _AT_ONCE:
            done += "; it takes effect once you leave this page"
        self.say(f"{done}.")

    # Other ways

    def action_turn(self) -> None:
        """Change the other file from now on."""
        self._in_vault = not self._in_vault
        self._load()

    def action_edit(self) -> None:
        if not self._file.exists():
            self.say("This file doesn't exist yet: the first change creates it.")
        elif self.study.programs.edit(str(self._file), 1):
            before = self._loaded
            loaded = self._load()
            self._changed |= {
                name for name in WORDS if before and getattr(before.settings, name) != getattr(loaded.settings, name)
            }
            self.study.paint(loaded.settings.theme)
            self.study.take_keys(loaded.settings.keys)

    def action_leave(self) -> None:
        """Go back; with other settings to the decks, as the vault is reopened."""
        if self._changed - _AT_ONCE:
            self.study.open_vault(self.study.workspace.vault.root)
        else:
            self.dismiss()
