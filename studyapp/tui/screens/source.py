"""The source of a demo, as it runs."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.highlight import highlight
from textual.screen import Screen
from textual.widgets import Static

from studyapp.core.disk.files import read_file
from studyapp.core.visible import visible
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.path_bar import PathBar


class SourceScreen(Screen[None]):
    """Shows one Python file with its syntax coloured, to be read from the top."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,c,q", "dismiss", "Back", id="source.back"),
        Binding("j,down", "scroll(1)", "Down", show=False, id="source.down"),
        Binding("k,up", "scroll(-1)", "Up", show=False, id="source.up"),
        Binding("space,pagedown", "page(1)", "Page", show=False, id="source.page"),
        Binding("b,pageup", "page(-1)", "Page up", show=False, id="source.page-up"),
        Binding("g,home", "end(False)", "Top", show=False, id="source.top"),
        Binding("G,end", "end(True)", "End", show=False, id="source.end"),
    ]

    DEFAULT_CSS = """
    SourceScreen { #source-scroll { height: 1fr; margin-top: 1; } }
    SourceScreen { #source { width: auto; height: auto; } }
    """

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def compose(self) -> ComposeResult:
        """The path, the source, the keys."""
        yield PathBar("Demos", visible(self._path.name, newlines=False))
        with VerticalScroll(id="source-scroll", classes="page", can_focus=False):
            yield Static(self._source(), id="source")
        yield KeyLine()

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one("#source-scroll").scroll_relative(y=by, animate=False)

    def action_page(self, by: int) -> None:
        """Scroll by pages."""
        scroll = self.query_one("#source-scroll")
        scroll.scroll_relative(y=by * max(scroll.size.height - 2, 1), animate=False)

    def action_end(self, bottom: bool) -> None:
        """Go to the first or the last line."""
        scroll = self.query_one("#source-scroll")
        if bottom:
            scroll.scroll_end(animate=False)
        else:
            scroll.scroll_home(animate=False)

    def _source(self) -> Content:
        try:
            text = visible(read_file(self._path).decode("utf-8", "replace"))
        except OSError as error:
            return Content(f"The file cannot be read: {error.strerror}")
        lines = highlight(text.rstrip("\n"), language="python").split("\n")
        wide = len(str(len(lines)))
        numbered = (Content.assemble((f"{number:>{wide}}  ", "$quiet"), line) for number, line in enumerate(lines, 1))
        return Content("\n").join(numbered)
