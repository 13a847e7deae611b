"""The gallery: every method with what it trains, and how its last run went."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.screen import Screen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from demos.catalog import TOTAL, Catalog, DemoCard, catalog
from studyapp.core.visible import visible
from studyapp.runs.frames import safe_card
from studyapp.runs.plots import fit, share_bar
from studyapp.runs.process import DemoRunner, missing
from studyapp.runs.results import Results, turned
from studyapp.tui.screens.base import to_places
from studyapp.tui.screens.compare import CompareScreen
from studyapp.tui.screens.demo import CardMaker, DemoScreen
from studyapp.tui.widgets.block import block_picture, share_line
from studyapp.tui.widgets.demo_texts import runs_text
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.places_bar import PlacesBar

_FACTS = 66
"""Columns of the facts beside the list, where there is room."""
_WIDE = 120
"""Columns from which on there is."""


class DemosScreen(Screen[None]):
    """Lists the demos with the facts of one; it is opened, or all are compared."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *to_places("demos"),
        Binding("enter", "open", "Open", id="demos.open"),
        Binding("j", "move(1)", "Down", show=False, id="demos.down"),
        Binding("k", "move(-1)", "Up", show=False, id="demos.up"),
        Binding("v", "compare", "Compare", id="demos.compare"),
        Binding("escape,q", "leave", "Back", id="demos.leave"),
    ]

    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (_WIDE, "-wide")]  # noqa: RUF012 - declared so by Screen

    DEFAULT_CSS = """
    DemosScreen {
        #demos-head { height: auto; color: $quiet; margin: 1 0; }
        #demos-body { height: 1fr; }
        #demos-list { width: 1fr; height: 1fr; border: none; padding: 0; }
        #demos-list > .option-list--option-highlighted { background: $raised; color: $foreground; text-style: none; }
        #demos-facts { width: 66; height: 1fr; border-left: solid $rule; padding: 0 2; }
        #demos-facts Static { height: auto; margin-bottom: 1; }
        #demos-block { text-wrap: nowrap; text-overflow: clip; }
        &.-narrow {
            #demos-body { layout: vertical; }
            #demos-list { height: auto; max-height: 60%; }
            #demos-facts { width: 100%; border-left: none; border-top: solid $rule; padding: 0 1; }
            #demos-facts Static { margin-bottom: 0; }
        }
    }
    """

    def __init__(
        self,
        runner: DemoRunner,
        results: Results,
        *,
        demos: Catalog | None = None,
        cards: CardMaker | None = None,
    ) -> None:
        super().__init__()
        self._catalog = demos or catalog()
        self.cards = tuple(safe_card(card) for card in self._catalog.demos)
        self._runner = runner
        self._results = results
        self._card_maker = cards
        self._marked = ""

    def compose(self) -> ComposeResult:
        """The list, and beside or below it the facts of the one under the cursor."""
        yield PlacesBar("demos")
        yield Static(id="demos-head", classes="page")
        with Horizontal(id="demos-body"):
            yield OptionList(id="demos-list", markup=False)
            with VerticalScroll(id="demos-facts", can_focus=False):
                yield Static(id="demos-idea")
                yield Static(id="demos-block")
                yield Static(id="demos-share")
                yield Static(id="demos-paper")
                yield Static(id="demos-runs")
        yield KeyLine()

    def on_mount(self) -> None:
        """List the demos."""
        why = missing()
        head = f"One toy model of {TOTAL:,} numbers, eleven ways to adapt it. Enter opens one."
        self.query_one("#demos-head", Static).update(Content(why or head))
        self.query_one(OptionList).focus()
        self._list()

    def on_screen_resume(self) -> None:
        """Show what was run meanwhile."""
        self._list()

    def on_resize(self) -> None:
        """Write the lines for the width at hand."""
        self._list()

    def on_option_list_option_selected(self, message: OptionList.OptionSelected) -> None:
        """Open the demo."""
        name = message.option.id or ""
        self.app.push_screen(
            DemoScreen(name, {}, self._runner, self._results, demos=self._catalog, cards=self._card_maker)
        )

    def on_option_list_option_highlighted(self, message: OptionList.OptionHighlighted) -> None:
        """Show the facts of the demo under the cursor."""
        card = next((card for card in self.cards if card.name == message.option.id), None)
        if card is not None:
            self._mark(card)
            self._show(card)

    def action_open(self) -> None:
        """Open the demo under the cursor."""
        self.query_one(OptionList).action_select()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        demos = self.query_one(OptionList)
        demos.action_cursor_down() if by > 0 else demos.action_cursor_up()

    def action_compare(self) -> None:
        """Compare all methods."""
        self.app.push_screen(CompareScreen(self._runner, self._results, demos=self._catalog))

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss()

    def _list(self) -> None:
        demos = self.query_one(OptionList)
        at = demos.highlighted
        demos.clear_options()
        demos.add_options([Option(self._entry(card, self._width()), id=card.name) for card in self.cards])
        for broken in self._catalog.broken:
            why = visible(f"{broken.name}: {broken.why}", newlines=False)
            demos.add_option(Option(Content.styled(f"{why}", "$bad"), disabled=True))
        if self.cards:
            demos.highlighted = at or 0

    def _mark(self, here: DemoCard) -> None:
        """Put a mark before the demo under the cursor, so that it is seen without colour."""
        demos = self.query_one(OptionList)
        for card in self.cards:
            if card.name in (here.name, self._marked):
                demos.replace_option_prompt(card.name, self._entry(card, self._width(), here=card is here))
        self._marked = here.name

    @property
    def _narrow(self) -> bool:
        return self.size.width < _WIDE

    def _width(self) -> int:
        return max(self.size.width - (0 if self._narrow else _FACTS) - 4, 40)

    def _entry(self, card: DemoCard, width: int, *, here: bool = False) -> Content:
        """Write the title with its figures, and where there is room what is trained."""
        last = next(iter(self._results.of(card.name)), None)
        trained = card.trained if last is None else last.summary.trainable
        came = ""
        if last is not None:
            after = last.summary.after
            came = f"{last.summary.job:9}{last.summary.before:.2f} → {after:.2f} {share_bar(after, 8):8}"
        count = f"{trained:>9,} trained" if trained is not None else ""
        head = Content.assemble(
            (fit(("▸ " if here else "  ") + card.title, max(width - 18 - 31, 16)) + " ", "bold"),
            (f"{count:18}", ""),
            (f"{came:30}".rstrip(), "$good"),
        )
        if self._narrow:  # the idea stands below the list
            return head
        return Content.assemble(head, "\n", (fit(f"    {card.idea}", width), "$quiet"))

    def _show(self, card: DemoCard) -> None:
        results = self._results.of(card.name)
        self.query_one("#demos-idea", Static).update(Content(card.idea if self._narrow else ""))
        self.query_one("#demos-idea").display = self._narrow
        self.query_one("#demos-block", Static).update(block_picture(card.block))
        last = next(iter(results), None)
        trained, total = (last.summary.trainable, last.summary.total) if last else (card.trained, TOTAL)
        remark = turned(card, last.knobs) if last else ""
        width = max(self.query_one("#demos-facts").content_size.width - 1, 40)
        self.query_one("#demos-share", Static).update(share_line(trained, total, width, remark and f"({remark})"))
        self.query_one("#demos-paper", Static).update(Content.styled(card.paper, "$quiet"))
        self.query_one("#demos-runs", Static).update(runs_text(card, results))
