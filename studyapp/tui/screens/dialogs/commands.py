"""Every command of the screen below, one a row, with its key at the right; typing narrows them down."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from textual.app import SystemCommand
from textual.content import Content

from studyapp.core.visible import visible
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.widgets.dialog import inner_width
from studyapp.tui.widgets.rows import cursor_bar
from studyapp.wording.widths import cut

_BAR: Final = 2
"""Cells of the cursor's bar."""


class CommandsScreen(ChooseScreen):
    """Closes with the number of the chosen command."""

    def __init__(self, commands: Sequence[SystemCommand]) -> None:
        """Make the screen, for sorted commands."""
        lines = [Choice(str(number), one.title, one.help) for number, one in enumerate(commands)]
        super().__init__("Every command", lines, act="Run", placeholder="type a part of its name")

    def _written(self, line: Choice, *, here: bool) -> Content:
        width = inner_width(self.app.size.width) - _BAR
        name = cut(visible(line.text, newlines=False), width)
        room = width - Content(name).cell_length - 2
        remark = cut(visible(line.remark, newlines=False), room) if room > 0 else ""
        gap = " " * max(0, width - Content(name).cell_length - Content(remark).cell_length)
        bar = (cursor_bar(plain=self.app.no_color) if here else " ", "$act")
        return Content.assemble(bar, " ", (name, "bold $strong" if here else ""), gap, (remark, "$quiet"))
