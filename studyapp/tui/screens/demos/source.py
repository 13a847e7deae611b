"""The source of a demo, as it runs, and of what all demos share."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.screen import Screen

from demos.catalog import HERE
from studyapp.core.disk.files import read_file
from studyapp.tui import keys
from studyapp.tui.screens.scrolled import Scrolled, line_keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.demo.source_text import SourceText


class SourceScreen(Scrolled, Surface, Screen[None]):
    """Shows Python files with syntax colours, one after another."""

    SCROLLED = "#source-scroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.MAIN},{keys.PAGE_DOWN}", "page(1)", "Page", id="source.page"),
        Binding(keys.PART, "turn(1)", "Next file", id="source.next"),
        Binding(keys.PART_BEFORE, "turn(-1)", "Previous file", show=False, id="source.before"),
        Binding(keys.TOP, "end(False)", "Top", id="source.top"),
        Binding(keys.END, "end(True)", "End", id="source.end"),
        Binding(f"{keys.BACK},{keys.SOURCE},{keys.QUIT}", "dismiss", "Back", id="source.back"),
        *line_keys("source"),
        Binding(keys.PAGE_UP, "page(-1)", "Page up", show=False, id="source.page-up"),
    ]

    DEFAULT_CSS = """
    SourceScreen { #source-scroll { height: 1fr; margin-top: 1; } }
    """

    def __init__(self, paths: Sequence[Path]) -> None:
        super().__init__()
        self._paths = tuple(paths)
        self._at = 0

    def compose(self) -> ComposeResult:
        yield PathBar()
        with VerticalScroll(id="source-scroll", classes="page", can_focus=False):
            yield SourceText(id="source")
        yield KeyLine()

    def on_mount(self) -> None:
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer another file only where there is one."""
        return action != "turn" or len(self._paths) > 1

    def action_turn(self, by: int) -> None:
        """Show the next file; the first follows the last."""
        self._at = (self._at + by) % len(self._paths)
        self._show()
        self.action_end(bottom=False)

    def _show(self) -> None:
        path = self._paths[self._at]
        inside = path.is_relative_to(HERE.parent)
        count = Content.styled(f"file {self._at + 1} of {len(self._paths)}" * (len(self._paths) > 1), "$quiet")
        self.query_one(PathBar).show(("Demos", str(path.relative_to(HERE.parent) if inside else path)), count)
        try:
            source = self.source_of(path)
        except OSError as error:
            source = f"# Can't read the file: {error.strerror}".encode()
        self.query_one(SourceText).show(source)

    def source_of(self, path: Path) -> bytes:
        """The bytes of the current file.

        Raises:
            OSError: if it cannot be read.
        """
        return read_file(path)
