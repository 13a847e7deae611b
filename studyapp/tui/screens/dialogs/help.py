"""Small screens over another one: its keys, a question, facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import ClassVar, Final

from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.content import Content
from textual.screen import ModalScreen, Screen
from textual.widgets import Static

from studyapp.core.visible import visible
from studyapp.tui import keys
from studyapp.tui.screens.scrolled import Scrolled, scroll_keys
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.drawings.drawn_text import DrawnText
from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.tui.widgets.parts.named_rows import NamedRows
from studyapp.wording.numbers import key_text


class HelpScreen(Scrolled, Surface, ModalScreen[None]):
    """Every key of the screen below, as currently bound."""

    SCROLLED = "#box"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.LEAVE},{keys.OPEN},{keys.HELP}", "dismiss", "Close", id="help.close"),
        *scroll_keys("help"),
    ]

    DEFAULT_CSS = "HelpScreen { align: center middle; }"

    def __init__(
        self, bindings: Iterable[ActiveBinding], first: tuple[str, list[tuple[str, str]]] | None = None
    ) -> None:
        """Make it for the active bindings; a group with its title may stand above them."""
        super().__init__()
        self._first = first
        self._active = [*bindings]

    def compose(self) -> ComposeResult:
        with Dialog("Keys", id="box"):
            groups = grouped(self._active)
            shown = [*([self._first] if self._first is not None else []), *((name, rows) for name, rows, _ in groups)]
            acts: dict[str, list[str]] = {
                name: [f"screen.press({at})" for at in places] for name, _, places in groups
            }
            wide = max((cell_len(keys) for _, rows in shown for keys, _ in rows), default=0)
            for number, (title, rows) in enumerate(shown):
                yield Static(Content.styled(f"\n{title}" if number else title, "bold $quiet"))
                yield NamedRows(rows, "bold $act", wide, acts.get(title, ()))
            yield KeyLine()

    def action_press(self, number: int) -> None:
        """Close, and do what a key does."""
        node, binding, *_ = self._active[number]
        self.dismiss()
        self.app.call_later(self.app.run_action, binding.action, node)


_MOVING: Final = {
    "Scroll Up": "Up",
    "Scroll Down": "Down",
    "Scroll Home": "Top",
    "Scroll End": "End",
    "Page Up": "A page up",
    "Page Down": "A page down",
}
"""Textual's own names for scrolling, in our words."""


def grouped(bindings: Iterable[ActiveBinding]) -> list[tuple[str, list[tuple[str, str]], list[int]]]:
    """Keys and what they do, by where they are bound, with the number of the binding of each row."""
    groups: dict[str, dict[str, list[str]]] = {"Here": {}, "Moving": {}, "Everywhere": {}}
    places: dict[tuple[str, str], int] = {}
    for number, (node, binding, _, _) in enumerate(bindings):
        words = _MOVING.get(binding.description, binding.description if binding.id is not None else "")
        if words and binding.tooltip:
            words = f"{words}: {binding.tooltip}"
        if binding.action == "command_palette":
            words = "Every command"
        if not words:
            continue
        name = "Everywhere" if isinstance(node, App) else "Here" if isinstance(node, Screen) else "Moving"
        if binding.show and name == "Moving":
            name = "Here"
        keys = groups[name].setdefault(words, [])
        places.setdefault((name, words), number)
        key = visible(key_text(binding.key), newlines=False)
        if key not in keys:
            keys.append(key)
    return [
        (name, [(" ".join(keys), words) for words, keys in rows.items()], [places[name, words] for words in rows])
        for name, rows in groups.items()
        if rows
    ]


class AskScreen(Surface, ModalScreen[bool]):
    """A yes-or-no question."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.YES, "agree", "Yes", id="ask.yes"),
        Binding(f"{keys.LEAVE},{keys.NO}", "leave", "No", id="ask.no"),
    ]

    DEFAULT_CSS = "AskScreen { align: center middle; }"

    def __init__(self, title: str, question: str, yes: str, no: str) -> None:
        super().__init__()
        self._title, self._question, self._yes, self._no = title, question, yes, no

    def compose(self) -> ComposeResult:
        with Dialog(self._title, id="box"):
            yield Static(Content(visible(self._question)))
            yield KeyLine({"agree": self._yes, "leave": self._no})

    def action_agree(self) -> None:
        self.dismiss(True)


class FactsScreen(Scrolled, Surface, ModalScreen[None]):
    """Names and values of a card."""

    SCROLLED = "#box"

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(f"{keys.LEAVE},{keys.OPEN},{keys.FACTS}", "dismiss", "Close", id="facts.close"),
        *scroll_keys("facts"),
    ]

    DEFAULT_CSS = "FactsScreen { align: center middle; }"

    def __init__(
        self,
        facts: Sequence[tuple[str, str]],
        parts: Sequence[tuple[str, Callable[[int], Content]]],
    ) -> None:
        """Make it for names with values, and for parts: a heading, and what draws it for a width in cells."""
        super().__init__()
        self._facts, self._parts = facts, parts

    def compose(self) -> ComposeResult:
        with Dialog("This card", id="box"):
            facts = [(name, visible(value, newlines=False)) for name, value in self._facts]
            yield NamedRows(facts, "$quiet", max(cell_len(name) for name, _ in facts))
            for title, draw in self._parts:
                yield Static(Content.styled(f"\n{title}", "bold $quiet"))
                yield DrawnText(draw)
            yield KeyLine()
