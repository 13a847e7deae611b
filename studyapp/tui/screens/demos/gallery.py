"""The gallery: every method with what it trains, its accuracy on each task, and how its last run went."""

from __future__ import annotations

from typing import ClassVar, Final

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.geometry import Size
from textual.screen import Screen
from textual.widgets import Static

from demos.catalog import TOTAL, Catalog, DemoCard, catalog
from demos.needs import how_to_add_torch
from studyapp.core.visible import visible
from studyapp.runs.drawn.block import block_rows
from studyapp.runs.drawn.plots import Curve, line_plot
from studyapp.runs.process.frames import safe_card
from studyapp.runs.process.own import TrustError, source_of
from studyapp.runs.process.process import DemoRunner
from studyapp.runs.results.comparison import jobs_of
from studyapp.runs.results.families import short_title
from studyapp.runs.results.known_points import known_points
from studyapp.runs.results.results import Result, Results, turned
from studyapp.tui import keys
from studyapp.tui.screens.base import to_places
from studyapp.tui.screens.demos.compare import CompareScreen
from studyapp.tui.screens.demos.demo import CardMaker, DemoScreen
from studyapp.tui.screens.surface import Surface
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.drawings.plot import Plot, coloured_plot
from studyapp.tui.widgets.methods.method_cards import COLUMNS, MethodCards
from studyapp.tui.widgets.methods.method_facts import (
    abilities,
    head_of,
    method_facts,
    tasks_text,
    trained_bar,
    wrapped,
)
from studyapp.tui.widgets.methods.method_rows import MethodRows, Methods
from studyapp.tui.widgets.methods.rates import rate_text
from studyapp.tui.widgets.parts.act import Acts, acting
from studyapp.tui.widgets.parts.pane import Pane

_WIDE: Final = 100
_ROOMY: Final = 112
"""The fewest columns at which names and facts both have all the room they can use."""
_FACTS: Final = 42
"""Width of the facts beside the list."""
_CLOSE: Final = 37
"""The same with fewer columns: names in the list come first."""
_LARGE: Final = 160
_HIGH: Final = 50
_MOST_CARDS: Final = COLUMNS * 4 - 1
"""Cards that fit side by side, with the words after them."""
_LESSON: Final = "In so few steps, prompts select skills; weight changes teach."


class DemosScreen(Surface, Screen[None]):
    """Lists the demos with the facts of one; opens it, or compares all."""

    BINDINGS: ClassVar[list[BindingType]] = [
        *to_places("demos"),
        Binding(keys.MAIN, "run", "Run", id="demos.run", tooltip="open it and run it with its defaults"),
        Binding(keys.COMPARE, "compare", "Compare", id="demos.compare"),
        Binding(keys.TRUST, "withdraw", "Revoke trust", id="demos.withdraw", tooltip="it asks again before it runs"),
        Binding(keys.LEAVE, "leave", "Back", id="demos.leave"),
    ]

    DEFAULT_CSS = """
    DemosScreen {
        #demos-body { height: 1fr; margin-top: 1; }
        #demos-left { width: 1fr; height: 100%; }
        #demos-facts { width: 42; height: 100%; margin-left: 3; }
        #demos-tasks, #demos-block, #demos-last, #demos-more, #demos-trained { margin-top: 1; }
        #demos-block, #demos-trained, #demos-more { height: auto; text-wrap: nowrap; text-overflow: clip; }
        #demos-last { max-height: 12; }
        #demos-lesson { height: auto; color: $quiet; margin: 1 0 0 0; }
        &.-tall #demos-lesson, &.-high #demos-lesson { margin-bottom: 1; }
        MethodCards { margin-top: 1; }
        &.-small, &.-narrow {
            #demos-body { layout: vertical; }
            #demos-left { width: 100%; height: auto; }
            #demos-facts { width: 100%; height: 1fr; margin: 1 0 0 0; }
            #demos-tasks, #demos-block, #demos-trained, #demos-last { display: none; }
            #demos-more { margin-top: 0; }
        }
        &.-short #demos-tasks, &.-tiny #demos-tasks { display: none; }
        &.-short #demos-last, &.-tiny #demos-last { display: none; }
        &.-tiny #demos-facts, &.-tiny #demos-lesson, &.-short.-narrow #demos-lesson { display: none; }
        #demos-last.-none, #demos-block.-wide { display: none; }
        &.-middle.-close #demos-facts { width: 37; }
        &.-cards #demos-body, &.-cards #demos-lesson { display: none; }
        MethodCards { display: none; }
        &.-cards MethodCards { display: block; layout: grid; }
    }
    """

    def __init__(
        self,
        runner: DemoRunner,
        results: Results,
        *,
        demos: Catalog | None = None,
        cards: CardMaker | None = None,
        at: str | None = None,
    ) -> None:
        """Begin at a demo, if there is one of that name."""
        super().__init__()
        self._catalog = demos or catalog()
        self.cards = tuple(safe_card(card) for card in self._catalog.demos)
        self._runner = runner
        self._results = results
        self._card_maker = cards
        self._here = next((card for card in self.cards if card.name == at), None)
        self._methods = Methods(self.cards, self._catalog.broken, _jobs(self.cards), {}, {})

    def compose(self) -> ComposeResult:
        """The list, and beside or below it the facts of the current one; or all of them as cards."""
        yield PlacesBar("demos")
        with Horizontal(id="demos-body", classes="page"):
            with Vertical(id="demos-left"):
                yield MethodRows()
                yield Pane("What the tasks ask", id="demos-tasks")
            with Vertical(id="demos-facts"):
                yield Pane(id="demos-about")
                yield Static(id="demos-block", markup=False)
                yield Static(id="demos-trained", markup=False)
                yield Plot("Last run", id="demos-last")
                yield Static(id="demos-more", markup=False)
        yield MethodCards(self._words(Content("\n")))
        yield Acts(self._words(Content("  ")), id="demos-lesson", classes="page")
        yield KeyLine()

    async def on_mount(self) -> None:
        self.query_one(PlacesBar).show(f"{len(self.cards)} methods, one toy of {TOTAL:,} numbers", "")
        self.query_one("#demos-tasks", Pane).show(lambda size: tasks_text(self._methods.jobs, size.width))
        await self._list()
        self._focus()

    async def on_screen_resume(self) -> None:
        """Show what has run in the meantime."""
        await self._list()

    def before_layout(self, size: Size) -> None:
        """Show cards if they fit, else the list."""
        roomy = size.width >= _LARGE and size.height >= _HIGH
        cards = roomy and len(self.cards) <= _MOST_CARDS and not self._catalog.broken
        changed = cards != self.has_class("-cards")
        self.set_class(cards, "-cards")
        self.set_class(size.width < _ROOMY, "-close")
        if changed:
            self._focus()

    def on_resize(self) -> None:
        self._show()

    def on_recoloured(self) -> None:
        self._show()

    def on_method_rows_chosen(self, message: MethodRows.Chosen) -> None:
        """Open the demo."""
        self._open(message.card)

    def on_rows_moved(self) -> None:
        """Show the facts of the demo under the cursor."""
        if (card := self._shown.card) is not None and card != self._here:
            self._here = card
            self._show()
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to revoke trust only where there is some."""
        here = self._here
        return action != "withdraw" or (here is not None and here.own and bool(self._runner.may_run([here])))

    def action_run(self) -> None:
        """Open the demo under the cursor, and run it."""
        if self._here is not None:
            screen = self._open(self._here)
            screen.call_after_refresh(screen.action_run)

    def action_compare(self) -> None:
        """Compare all methods."""
        self.app.push_screen(
            CompareScreen(self._runner, self._results, demos=self._catalog, open_demo=self._open_named)
        )

    def action_withdraw(self) -> None:
        """Stop trusting the demo under the cursor."""
        assert self._here is not None
        try:
            self._runner.trust.withdraw(source_of(self._here), self._here.path)
        except TrustError as error:
            self.notify(visible(str(error)), severity="error")
        else:
            self.notify(f"{self._here.title} is no longer trusted; it asks before it runs again.")
        self.refresh_bindings()

    def _open_named(self, name: str) -> None:
        self._open(next(card for card in self.cards if card.name == name))

    def _open(self, card: DemoCard) -> DemoScreen:
        screen = DemoScreen(card.name, {}, self._runner, self._results, demos=self._catalog, cards=self._card_maker)
        self.app.push_screen(screen)
        return screen

    def _focus(self) -> None:
        """Focus what is shown, with the cursor of what was shown before."""
        self._shown.focus()
        if self._here is not None:
            self._shown.select(self._here.name)

    @property
    def _shown(self) -> MethodRows | MethodCards:
        return self.query_one(MethodCards) if self.has_class("-cards") else self.query_one(MethodRows)

    async def _list(self) -> None:
        known = known_points(self.cards, self._methods.jobs, self._results)
        curves = {card.name: last.curve for card in self.cards if (last := self._last(card)) is not None}
        self._methods = Methods(self.cards, self._catalog.broken, self._methods.jobs, known, curves)
        self.query_one(MethodRows).show(self._methods)
        await self.query_one(MethodCards).show(self._methods)
        self._show()

    def _last(self, card: DemoCard) -> Result | None:
        return next(iter(self._results.of(card.name)), None)

    def _show(self) -> None:
        card = self._here
        if card is None:
            return
        known, wide = self._methods.known.get(card.name, {}), self.size.width >= _WIDE
        self.query_one("#demos-about", Pane).show(
            lambda size: Content("\n").join(wrapped(card.idea, size.width)),
            name=short_title(card.title),
            value=head_of(card, known, wide=wide),
        )
        block = self.query_one("#demos-block", Static)
        room = _CLOSE if self.has_class("-close") else _FACTS
        drawn = coloured_plot(block_rows(card.block, card.settle({}), (room, 9), marked=self.app.no_color))
        block.update(drawn)
        block.set_class(max(line.cell_length for line in drawn.split("\n")) > room, "-wide")
        self.query_one("#demos-trained", Static).update(trained_bar(card, known, 12))
        last = self._last(card)
        plot = self.query_one("#demos-last", Plot)
        plot.set_class(last is None or len(last.curve) < 2, "-none")
        if last is not None and len(last.curve) > 1:
            span = last.curve[-1][0] or 1
            plot.plot(
                lambda size: line_plot([Curve(last.curve)], size, (0, span), (0, 1)),
                value=Content.assemble((_run_text(card, last), "$quiet"), (" " + _came(last), "bold $learn")),
            )
        more = self.query_one("#demos-more", Static)
        width = max(more.content_size.width, 24)
        lines = [*method_facts(card, self._methods.jobs, known, width)]
        if not wide:
            lines = [_last_run(card, last), abilities(self._methods.jobs, known)]
        elif last is None:
            lines = [_last_run(card, last), *lines]
        more.update(Content("\n").join(lines))

    def _words(self, gap: Content) -> Content:
        if (why := how_to_add_torch()) is not None:
            return Content.styled(why, "$care")
        key = visible(keys.key_of(self, "demos.compare"), newlines=False)
        way = Content.assemble((key, "bold $act"), (" shows it.", "$quiet"))
        return Content.assemble((_LESSON, "bold $strong"), gap, acting(way, "screen.compare"))


def _jobs(cards: tuple[DemoCard, ...]) -> list[str]:
    """The tasks with results: those that several methods take, else those of the only method."""
    return jobs_of(cards) or list(
        dict.fromkeys(str(job) for card in cards for knob in card.knobs if knob.name == "job" for job in knob.choices)
    )


def _came(last: Result) -> str:
    return rate_text(last.summary.after)


def _run_text(card: DemoCard, last: Result) -> str:
    return ", ".join(filter(None, (last.summary.job, turned(card, last.knobs))))


def _last_run(card: DemoCard, last: Result | None) -> Content:
    if last is None:
        return Content.styled("last run  none yet; Space makes one", "$quiet")
    return Content.assemble(
        ("last run ", "$quiet"), (_came(last), "bold $learn"), (f"  {_run_text(card, last)}", "$quiet")
    )
