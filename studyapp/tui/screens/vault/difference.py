"""A preview of what fixing would change."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from studyapp.core.plural import count
from studyapp.core.visible import visible
from studyapp.study.doctor.repair import Repair
from studyapp.tui import keys
from studyapp.tui.screens.scrolled import Scrolled, scroll_keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.path_bar import PathBar

_STYLES = {"+": "$good", "-": "$bad", "@": "$act"}


class DifferenceScreen(Scrolled, Surface, Screen[bool]):
    """Shows the difference of each note; closes with True to fix them."""

    SCROLLED = "#difference-scroll"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.YES},{keys.OPEN}", "mend", "Fix", id="difference.mend"),
        Binding(f"{keys.LEAVE},{keys.NO}", "leave", "Cancel", id="difference.leave"),
        *scroll_keys("difference"),
    ]

    DEFAULT_CSS = """
    DifferenceScreen {
        #difference-scroll { height: 1fr; }
    }
    """

    def __init__(self, repairs: Sequence[Repair]) -> None:
        super().__init__()
        self._repairs = tuple(repairs)

    def compose(self) -> ComposeResult:
        yield PathBar()
        with Container(classes="centred"), VerticalScroll(id="difference-scroll", classes="page"):
            yield Static(Content("\n").join(_written(one) for one in self._repairs), id="difference")
        yield KeyLine()

    def on_mount(self) -> None:
        fixes = sum(len(one.fixes) for one in self._repairs)
        notes = count(len(self._repairs), "note")
        said = Content(f"{count(fixes, 'problem')} in {notes}")
        self.query_one(PathBar).show((self.app.title, "Problems in your notes", "Fix these?"), said)

    def action_mend(self) -> None:
        self.dismiss(True)


def _written(repair: Repair) -> Content:
    """A note's difference without its first two lines, which only name it."""
    name = Content.styled(visible(repair.path, newlines=False), "bold")
    lines = [(visible(line, newlines=False), _STYLES.get(line[:1], "")) for line in repair.difference[2:]]
    return Content("\n").join([name, *(Content.styled(*line) for line in lines), Content("")])
