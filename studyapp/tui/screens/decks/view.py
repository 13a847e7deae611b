"""The layout of the decks: alone on a small screen; on a larger one beside the next card, a demo, past reviews."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Final

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.events import Resize
from textual.timer import Timer
from textual.widgets import Static

from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.steps import StepsScreen
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notices, Passing
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.decks.deck_tree import DeckTree
from studyapp.tui.widgets.decks.offers import Offers
from studyapp.tui.widgets.decks.today import Today, roomy

if TYPE_CHECKING:
    from studyapp.core.log.ledger_rows import Done
    from studyapp.core.vault.vault import Handle
    from studyapp.runs.results.results import Result
    from studyapp.study.stats.outlook import Outlook
    from studyapp.study.stats.past import Day, Hard
    from studyapp.tui.widgets.parts.side_panel import Facts

DEMO: Final = "lora"
"""The demo on offer: quick, with a telling picture."""
_DECKS: Final = 0.6
"""The share of the room that the decks keep, if they need it."""
_LEAST: Final = 4
"""The lines that they keep of a small room: headings and three decks."""
_OFFERS: Final = 2
"""The lines of the offers, with the blank one above."""
_SHORT: Final = 22
"""The fewest lines of a terminal at which the offers are always shown."""
_LARGE: Final = (160, 50)
"""The fewest columns and rows of a terminal at which there is a third column."""
_BESIDE: Final = {1: 0, 2: 12, 3: 20}
"""The lines of what is beside the decks, by the number of columns."""
_HARDEST: Final = 7
"""The lines of the hardest cards, with the blank one above."""
_YEAR: Final = 110
"""Width of last year's heat map with something beside it."""
_PATIENCE: Final = 0.1
"""Seconds that the cursor rests on a deck before its next card is looked up."""


class DecksView(StepsScreen):
    """The page; a subclass provides the decks and the keys."""

    DEFAULT_CSS = """
    DecksView {
        #decks-page { height: 1fr; width: 100%; align-horizontal: center; }
        #decks-page > .page { max-width: 120; }
        &.-large.-high #decks-page > .page { max-width: 192; }
        #decks-empty { height: auto; width: 100%; }
        &.-tiny Today { margin: 0; max-height: 1; }
        #decks-top, #decks-below { height: auto; width: 100%; }
        #decks-below { display: none; }
        #decks-left { width: 5fr; height: 100%; }
        #decks-top > SidePanel { width: 4fr; padding: 0 0 0 4; }
        &.-large.-high #decks-left, &.-large.-high #decks-top > SidePanel { width: 1fr; }
        #decks-hardest { width: 100%; padding: 1 0 0 0; }
        #decks-back { width: 1fr; }
    }
    """

    class NextFound(FieldMessage):
        """The card that a review of a deck would start with; None if nothing is left."""

        deck: str | None
        handle: Handle | None
        past: Sequence[Done]

    class LookedBack(FieldMessage):
        """Past reviews and runs have been looked up."""

        days: Mapping[date, Day]
        hardest: Sequence[tuple[str, Hard]]
        run: Result | None

    def __init__(self) -> None:
        super().__init__()
        self.outlook: Outlook | None = None
        self.next: Handle | None = None
        """The card shown as the next one, which a review starts with."""
        self._asking: Timer | None = None
        self._columns = 1
        self._back: DecksView.LookedBack | None = None

    def compose(self) -> ComposeResult:
        yield PlacesBar("decks")
        with Vertical(id="decks-page"):
            yield Today()
            with Horizontal(id="decks-top", classes="page"), Vertical(id="decks-left"):
                yield DeckTree()
            yield Static(id="decks-empty", classes="page", markup=False)
            yield Horizontal(id="decks-below", classes="page")
            yield Offers()
        yield Notices()
        yield Passing()
        yield KeyLine()

    @property
    def deck(self) -> str | None:
        """The deck under the cursor; None for all."""
        selected = self.query_one(DeckTree).selected
        return selected.path or None if selected is not None else None

    # Layout

    def on_resize(self, _event: Resize) -> None:
        self.call_after_refresh(self.fit)

    def on_recoloured(self) -> None:
        self.fit()
        self.look_beside()

    @on(Notices.Resized)
    def _lines_changed(self) -> None:
        """The messages have taken the lines they need."""
        self.call_after_refresh(self.fit)

    def fit(self) -> None:
        """Give the decks their lines; the outlook takes as much of the rest as it can use."""
        tree, offers, top = self.query_one(DeckTree), self.query_one(Offers), self.query_one("#decks-top")
        today = self.query_one(Today)
        top.display = tree.display
        columns = self._open_columns()
        room = self.query_one("#decks-page").size.height - today.outer_size.height - today.styles.margin.height
        rows = len(tree.rows) + tree.HEAD
        hardest = _HARDEST if columns == max(_BESIDE) and self._back and self._back.hardest else 0
        wanted = max(rows + hardest, _BESIDE[columns])
        with_offers = columns < max(_BESIDE) and (room - wanted >= _OFFERS or self.size.height >= _SHORT)
        room -= _OFFERS * with_offers
        kept = min(wanted, max(_LEAST, math.ceil(room * _DECKS)))
        taken = self._fit_outlook(room - kept if tree.display else 0, columns) if self.outlook is not None else 0
        # Until the content below is known, the decks leave room for it, so that nothing moves when it comes.
        lines = min(wanted, room - taken) if self.outlook is not None else kept
        offers.display = with_offers and tree.display and self.outlook is not None
        top.styles.height = max(1, lines)
        tree.styles.height = max(1, min(rows, lines - hardest))

    def _fit_outlook(self, room: int, columns: int) -> int:
        from studyapp.tui.widgets.decks.outlook import OutlookView

        below, width = self.query_one("#decks-below"), self.query_one(Today).size.width
        view = below.query_one(OutlookView)
        beside = columns == max(_BESIDE)
        taken = view.fit(room, _YEAR if beside else width)
        view.styles.width = _YEAR if beside else "1fr"
        below.display, below.styles.height = taken > 0, taken
        return taken

    def _open_columns(self) -> int:
        """Show what fits beside the decks, and hide the rest; returns the number of columns."""
        size = self.size
        there = self.query_one(DeckTree).display and roomy(size)
        columns = 1 if not there else 3 if size.width >= _LARGE[0] and size.height >= _LARGE[1] else 2
        if columns != self._columns:
            self._columns = columns
            from studyapp.tui.widgets.parts.side_panel import SidePanel

            wanted = {
                "decks-next": ("#decks-top", 2),
                "decks-demo": ("#decks-top", 3),
                "decks-hardest": ("#decks-left", 3),
                "decks-back": ("#decks-below", 3),
            }
            for name, (parent, least) in wanted.items():
                found = self.query(f"#{name}")
                if found:
                    found.first().display = columns >= least
                elif columns >= least:
                    self.query_one(parent).mount(SidePanel(id=name))
            self.look_beside()
        return columns

    # Beside the decks

    def look_beside(self) -> None:
        """Look up what is beside the decks; hidden, it costs nothing."""
        self.look_for_next()
        if self._columns == max(_BESIDE) and self.study.vault_read:
            self.run_worker(self._look_back, thread=True, exclusive=True, group="back")

    def look_for_next(self) -> None:
        """Look up the next card of the deck under the cursor once the cursor rests there."""
        if self._asking is not None:
            self._asking.stop()
        if self._columns > 1:
            self._asking = self.set_timer(_PATIENCE, self._ask_for_next)

    def _ask_for_next(self) -> None:
        if self.study.vault_read and not self.study.reading:
            self.run_worker(partial(self._find_next, self.deck), thread=True, exclusive=True, group="next")

    def _find_next(self, deck: str | None) -> None:
        from studyapp.study.review.today import next_card

        workspace = self.study.workspace
        with self.study.writer.quiet():
            handle = next_card(workspace, deck)
            past = workspace.history.of(handle.id) if handle is not None else []
        self.post_message(self.NextFound(deck, handle, past))

    def _look_back(self) -> None:
        from studyapp.runs.results.results import Results
        from studyapp.study.stats.gather import last_days, most_forgotten
        from studyapp.tui.render.front import shown_front
        from studyapp.tui.screens.decks.beside import HARDEST, LOOKED_BACK
        from studyapp.wording.cards import LISTED

        workspace = self.study.workspace
        with self.study.writer.quiet():
            days, forgotten = last_days(workspace, LOOKED_BACK), most_forgotten(workspace, HARDEST)
        handles = [(workspace.vault.handle(row.id), one) for row, one in forgotten]
        hardest = [(shown_front(handle, LISTED), one) for handle, one in handles if handle]
        last = next(iter(Results(workspace.locations.demo_results).of(DEMO)), None)
        self.post_message(self.LookedBack(days, hardest, last))

    def on_decks_view_next_found(self, message: NextFound) -> None:
        if message.deck != self.deck or not self.is_attached:
            return
        from studyapp.tui.render import COLOUR, PLAIN
        from studyapp.tui.screens.decks.beside import card_ahead
        from studyapp.tui.widgets.parts.side_panel import Facts
        from studyapp.wording.cards import card_texts

        self.next = handle = message.handle
        if handle is None:
            facts = Facts("Next card", [("", "Nothing left here for today.")])
        else:
            texts = card_texts(handle)
            day, palette = self.study.workspace.clock().date(), PLAIN if self.app.no_color else COLOUR
            facts = card_ahead(handle, texts, message.past, day, palette, self.bound_to("decks.review"))
        self._show_beside("decks-next", facts)

    def on_decks_view_looked_back(self, message: LookedBack) -> None:
        """Show it beside the decks and below them."""
        self._back = message
        self.show_back()
        self.fit()

    def show_back(self) -> None:
        """Show past reviews, hard cards, problems and a demo, as far as they are known."""
        if self._back is None or self._columns < max(_BESIDE) or not self.is_attached:
            return
        from studyapp.tui.screens.decks.beside import a_demo, hardest_cards, last_reviews, own_notes, problems

        day = self.study.workspace.clock().date()
        ever = self.outlook is not None and bool(self.outlook.calendar)
        doctor, demos = (self.bound_to(name) for name in ("decks.doctor", "place.demos"))
        self._show_beside("decks-hardest", *[hardest_cards(self._back.hardest)] * bool(self._back.hardest))
        self._show_beside(
            "decks-back",
            last_reviews(
                self._back.days, day, self.bound_to("place.stats"), ever=ever, colours=not self.app.no_color
            ),
            own_notes(self.key_of("app.vaults"), self.bound_to("app.vaults"))
            if self.study.workspace.is_trial
            else problems(self.study.problems, self.key_of("decks.doctor"), doctor),
        )
        catalog = self.study.demos.catalog
        card = next((one for one in catalog.demos if one.name == DEMO), None) if catalog is not None else None
        if card is not None:
            colours = not self.app.no_color
            shown = a_demo(card, self._back.run, self.key_of("place.demos"), demos, colours=colours)
            self._show_beside("decks-demo", shown)

    def _show_beside(self, name: str, *facts: Facts) -> None:
        from studyapp.tui.widgets.parts.side_panel import SidePanel

        for panel in self.query(f"#{name}").results(SidePanel):
            panel.show(facts)
