"""Shows a demo of the user's own, to be read before it may run."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from studyapp.core.visible import visible
from studyapp.runs.process.own import MEANS, Trust, TrustError
from studyapp.tui import keys
from studyapp.tui.screens.demos.source import SourceScreen
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.path_bar import PathBar
from studyapp.tui.widgets.demo.source_text import SourceText


class TrustScreen(SourceScreen):
    """Shows an own demo's source and what trust means; one key trusts these bytes."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.TRUST, "trust", "Trust it and run", id="trust.trust"),
    ]

    DEFAULT_CSS = """
    TrustScreen { #trust-means { height: auto; color: $care; margin-top: 1; } }
    """

    def __init__(self, path: Path, source: bytes, trust: Trust, then: Callable[[], None]) -> None:
        """Make it for a file, whose bytes are shown and trusted, and what to do then."""
        super().__init__([path])
        self._source = source
        self._trust = trust
        self._then = then

    def compose(self) -> ComposeResult:
        yield PathBar()
        said = f"This demo did not come with the program, and has not run yet. {MEANS}"
        yield Static(Content(said), id="trust-means", classes="page")
        with VerticalScroll(id="source-scroll", classes="page", can_focus=False):
            yield SourceText(id="source")
        yield KeyLine()

    def source_of(self, path: Path) -> bytes:
        """The bytes that would be trusted."""
        return self._source

    def action_trust(self) -> None:
        try:
            self._trust.give(self._source, self._paths[0])
        except TrustError as error:
            self.notify(visible(str(error)), severity="error")
            return
        self.dismiss()
        self._then()
