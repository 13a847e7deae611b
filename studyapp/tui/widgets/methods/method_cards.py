"""The methods as cards, four in a row, for a large screen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

from demos.catalog import DemoCard
from studyapp.runs.drawn.block import block_rows
from studyapp.runs.drawn.plots import Curve, line_plot
from studyapp.runs.results.families import families, short_title
from studyapp.tui import keys
from studyapp.tui.widgets.drawings.plot import coloured_plot
from studyapp.tui.widgets.methods.method_facts import result_bars, tasks_text, trained_bar, wrapped
from studyapp.tui.widgets.methods.method_rows import MethodRows, Methods
from studyapp.tui.widgets.parts.act import Acts

COLUMNS: Final = 4
_LEAST_PLOT: Final = 4
_GUTTER: Final = 2
_PADDING: Final = 2
"""Cells at each side of the words after the last card."""


class MethodCard(Widget):
    """One method in a box: its idea, its last run, what it reaches on each task."""

    DEFAULT_CSS = """
    MethodCard {
        height: 1fr; border: round $rule; padding: 0 1; text-wrap: nowrap; text-overflow: clip;
        border-title-color: $foreground; border-title-style: bold;
        border-subtitle-color: $quiet; border-subtitle-style: none;
        &.-here { border: round $act; border-title-color: $strong; }
        &.-here:nocolor { border: double $act; }
    }
    """

    def __init__(self, card: DemoCard, family: str, methods: Methods) -> None:
        super().__init__()
        self.card = card
        self.border_title = Content(short_title(card.title)).markup
        self.border_subtitle = Content(family.lower()).markup
        self._methods = methods

    def render(self) -> Content:
        """Draw for the current size: spare height goes to the curve."""
        width, height = self.content_size
        methods, card = self._methods, self.card
        known = methods.known.get(card.name, {})
        idea = wrapped(card.idea, width)
        below = [*result_bars(methods.jobs, known, width), Content(""), trained_bar(card, known, 6)]
        room = max(0, height - len(idea) - len(below) - 2)
        curve = methods.curves.get(card.name, ())
        if room < _LEAST_PLOT:
            shown = [Content("")] * room
        elif curve:
            last = curve[-1][0] or 1
            shown = coloured_plot(line_plot([Curve(curve)], (width, room), (0, last), (0, 1))).split("\n")
        else:
            shown = self._drawing(width, room)
        return Content("\n").join([*idea, Content(""), *shown, Content(""), *below])

    def _drawing(self, width: int, height: int) -> list[Content]:
        """The drawing of a method not run yet, if it fits."""
        card, marked = self.card, self.app.no_color
        drawn = coloured_plot(block_rows(card.block, card.settle({}), (width, height), marked=marked)).split("\n")
        wide = max(line.cell_length for line in drawn)
        if wide > width or len(drawn) > height:
            drawn = []
        margin = Content(" " * ((width - wide) // 2))
        above = (height - len(drawn)) // 2
        below = height - above - len(drawn)
        return [*[Content("")] * above, *(margin + line for line in drawn), *[Content("")] * below]


class MethodCards(Container, can_focus=True):
    """All of them; the cursor moves in rows and columns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(keys.OPEN, "choose", "Open", id="demos.open"),
        Binding(keys.LEFT, "move(-1)", "Before", show=False, id="demos.left"),
        Binding(keys.RIGHT, "move(1)", "Next", show=False, id="demos.right"),
        Binding(keys.UP, f"move({-COLUMNS})", "Up", show=False, id="demos.up"),
        Binding(keys.DOWN, f"move({COLUMNS})", "Down", show=False, id="demos.down"),
        Binding(keys.TOP, "move(-1000)", "First", show=False, id="demos.first"),
        Binding(keys.END, "move(1000)", "Last", show=False, id="demos.last"),
    ]

    DEFAULT_CSS = """
    MethodCards {
        layout: grid; grid-size: 4; grid-gutter: 0 2; height: 1fr;
        Static { padding: 0 2; height: auto; }
    }
    """

    cursor: reactive[int] = reactive(0, init=False)

    def __init__(self, words: Content) -> None:
        """Make the cards; `words` follow the last one, with what the tasks ask."""
        super().__init__(classes="page")
        self._methods = Methods((), (), (), {}, {})
        self._words = words

    def compose(self) -> ComposeResult:
        """A card for each method, then the conclusion."""
        for family in families(self._methods.cards):
            yield from (MethodCard(card, family.name, self._methods) for card in family.cards)
        yield Acts(self._told())

    def on_resize(self) -> None:
        """Break the words after the last card for its new width."""
        self.query_one(Acts).update(self._told())

    def _told(self) -> Content:
        width = (self.size.width - (COLUMNS - 1) * _GUTTER) // COLUMNS - 2 * _PADDING
        return Content("\n\n").join([self._words, tasks_text(self._methods.jobs, width)])

    async def show(self, methods: Methods) -> None:
        """Show these methods; the cursor stays on its own."""
        if methods != self._methods:
            self._methods = methods
            await self.recompose()
        self.watch_cursor()

    @property
    def cards(self) -> Sequence[MethodCard]:
        """The methods in the order shown."""
        return [*self.query(MethodCard)]

    @property
    def card(self) -> DemoCard | None:
        """The method under the cursor."""
        return self.cards[self.cursor].card if self.cursor < len(self.cards) else None

    def validate_cursor(self, cursor: int) -> int:
        """Keep the cursor on a card."""
        return max(0, min(cursor, len(self.cards) - 1))

    def watch_cursor(self) -> None:
        """Mark the card, and report it."""
        for number, card in enumerate(self.cards):
            card.set_class(number == self.cursor, "-here")
        self.post_message(MethodRows.Moved())

    def select(self, name: str) -> None:
        """Put the cursor on a method."""
        self.cursor = next((n for n, one in enumerate(self.cards) if one.card.name == name), self.cursor)

    def action_move(self, by: int) -> None:
        """Move the cursor, if there is a card in that direction."""
        if abs(by) != COLUMNS or 0 <= self.cursor + by < len(self.cards):
            self.cursor += by

    def action_choose(self) -> None:
        if (card := self.card) is not None:
            self.post_message(MethodRows.Chosen(card))

    def on_click(self, event: Click) -> None:
        """Go to the clicked card; a second click enters it."""
        for number, card in enumerate(self.cards):
            if card.region.contains(event.screen_x, event.screen_y):
                again = event.chain > 1 and number == self.cursor
                self.cursor = number
                if again:
                    self.action_choose()
