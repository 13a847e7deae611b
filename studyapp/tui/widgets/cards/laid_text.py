"""A rendered text whose words can be selected without the drawing around them."""

from __future__ import annotations

from textual.selection import Selection
from textual.widgets import Static

from studyapp.tui.render import Rendered
from studyapp.tui.render.copied import copied
from studyapp.tui.render.lines import Line


class LaidText(Static):
    """Shows lines as they are: none is wrapped, none is read as markup."""

    DEFAULT_CSS = """
    LaidText { height: auto; width: 100%; text-wrap: nowrap; text-overflow: clip; }
    """

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)
        self._lines: list[Line] = []

    def lay(self, rendered: Rendered) -> None:
        """Show another text."""
        self._lines = rendered.lines
        self.update(rendered.content)

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """The selected words, and what ends them."""
        return copied(self._lines, selection), "\n"


class Unselected(Static):
    """A frame line, which is not selected with the text."""

    ALLOW_SELECT = False
