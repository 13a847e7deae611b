"""The settings as rows: the name of each, its value, and where that comes from."""

from __future__ import annotations

from typing import ClassVar, Final

from rich.cells import cell_len
from textual.binding import Binding, BindingType

from studyapp.core.settings.load import DEFAULT, LoadedSettings
from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves
from studyapp.wording.settings import GROUPS, meaning_text, origin_text, title_of
from studyapp.wording.widths import cut

_ORIGIN: Final = 12
"""Width of a value's origin."""
_TITLE: Final = 38
"""Width of a setting's name, if there is room for it."""
_ROOM: Final = 90
_LONGEST: Final = 200
"""Characters of a value that are considered."""


class SettingRows(Rows[tuple[str, bool]]):
    """Lists the settings in groups; posts `Chosen` when one is entered."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.OPEN},{keys.MAIN}", "choose", "Change", id="settings.change"),
        *moves("settings"),
    ]

    DEFAULT_CSS = "SettingRows { width: 100%; margin-top: 1; }"

    class Chosen(FieldMessage):
        """A setting was entered."""

        name: str

    def __init__(self, *, classes: str = "") -> None:
        super().__init__(classes=classes)
        self._loaded: LoadedSettings | None = None
        self.rows = [
            entry
            for group, names in GROUPS.items()
            for entry in (("", True), (group, True), *((name, False) for name in names))
        ][1:]
        """Names of groups and settings, and whether it is a group; a group follows an empty row."""

    def show(self, loaded: LoadedSettings) -> None:
        """Show the current values."""
        self._loaded = loaded
        self.lay_out()
        self.cursor = self.validate_cursor(self.cursor)

    @property
    def name_here(self) -> str:
        """The setting under the cursor."""
        name, is_group = self.rows[self.cursor]
        return "theme" if is_group else name

    def stops_at(self, number: int) -> bool:
        """Only settings: the cursor skips the names of groups."""
        return not self.rows[number][1]

    def row_parts(self, number: int, width: int) -> Parts:
        """The name of a group, or a setting with its value and origin."""
        name, is_group = self.rows[number]
        if is_group:
            return [(name, "title"), (f" {'─' * (width - len(name) - 1)}" if name else "", "rule")]
        assert self._loaded is not None
        origin = self._loaded.origin[name]
        wide = _TITLE if width >= _ROOM else _TITLE - 8
        room = max(1, width - wide - _ORIGIN - 3)
        value = cut(
            visible(meaning_text(name, getattr(self._loaded.settings, name))[:_LONGEST], newlines=False), room
        )
        value += " " * (room - cell_len(value))
        look = "quiet" if origin == DEFAULT else "title"
        said = cut(visible(origin_text(origin), newlines=False), _ORIGIN)
        return [
            (cut(f"  {title_of(name)}", wide).ljust(wide), "name"),
            (f" {value} ", look),
            (f" {said}", "quiet"),
        ]

    def action_choose(self) -> None:
        self.post_message(self.Chosen(self.name_here))
