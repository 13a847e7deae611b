"""Every command of the screen below, one a row, with its key at the right; typing narrows them down."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

from textual.content import Content

from studyapp.core.text.names import as_compared
from studyapp.core.visible import visible
from studyapp.tui.screens.dialogs.choose import Choice, ChooseScreen
from studyapp.tui.widgets.parts.dialog import inner_width
from studyapp.tui.widgets.parts.rows import cursor_bar
from studyapp.wording.widths import cut

_BAR: Final = 2
"""Cells of the cursor's bar."""
_ABOUT: Final = 12
"""The fewest cells in which something is said between a name and its key."""


AppCommand = Choice[Callable[[], Any]]
"""Something that can be done here: what does it, its name, its key or what stands in its place, and more words."""


class CommandsScreen(ChooseScreen[Callable[[], Any]]):
    """Closes with what does the chosen command."""

    def __init__(self, commands: Sequence[AppCommand]) -> None:
        """Make it for sorted commands."""
        self._before = max((len(one.text) for one in commands if one.about), default=0) + 2
        """The cells before what each is about."""
        super().__init__("Every command", commands, act="Run", placeholder="type a part of its name")

    def found_for(self, typed: str) -> list[AppCommand]:
        """Those whose names contain all of the words, then those that are about them."""
        found, words = super().found_for(typed), as_compared(typed).split()
        rest = (line for line in self._lines if line not in found)
        found += [one for one in rest if all(word in as_compared(f"{one.text} {one.about}") for word in words)]
        return found

    def _written(self, line: AppCommand, *, here: bool) -> Content:
        width = inner_width(self.app.size.width) - _BAR
        name = cut(visible(line.text, newlines=False), width)
        room = width - Content(name).cell_length - 2
        remark = cut(visible(line.remark, newlines=False), room) if room > 0 else ""
        between = width - Content(name).cell_length - Content(remark).cell_length
        behind = " " * max(2, self._before - Content(name).cell_length)
        free = between - len(behind) - 2
        about = behind + cut(visible(line.about, newlines=False), free) if line.about and free >= _ABOUT else ""
        gap = " " * max(0, between - Content(about).cell_length)
        bar = (cursor_bar(plain=self.app.no_color) if here else " ", "$act")
        return Content.assemble(
            bar, " ", (name, "bold $strong" if here else ""), (about, "$quiet"), gap, (remark, "$quiet")
        )
