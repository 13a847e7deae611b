"""Cards in a table, found by a query as it is typed, with the current card beside or below."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace
from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.content import Content
from textual.geometry import Size
from textual.timer import Timer
from textual.widgets import Input, Static

from studyapp.core.errors import CardNotFoundError
from studyapp.core.plural import count
from studyapp.core.schedule.days import today
from studyapp.core.vault.decks import paths_of
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.study.search.know import know
from studyapp.study.search.parse import parse_query
from studyapp.study.search.table import Numbers, SearchIndex
from studyapp.study.search.tokens import QueryError
from studyapp.study.search.tree import Node, searched_texts, with_slips
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.screens.review.facts import facts_of
from studyapp.tui.widgets.bars.key_line import KeyLine
from studyapp.tui.widgets.bars.notices import Notices, Passing
from studyapp.tui.widgets.bars.places_bar import PlacesBar
from studyapp.tui.widgets.cards.card_preview import CardPreview
from studyapp.tui.widgets.cards.card_table import COLUMNS, CardTable
from studyapp.tui.widgets.parts.act import Act
from studyapp.tui.widgets.parts.blank import BlankColumn, BlankRow
from studyapp.tui.widgets.parts.typed_line import TypedLine
from studyapp.wording.cards import card_texts

_BESIDE: Final = 160
"""The fewest columns at which the card is shown beside the table."""
_BELOW: Final = 22
"""The fewest rows at which it is shown below it."""
_FACTS: Final = 100
"""The fewest columns at which its schedule is shown beside it."""
_TALL: Final = 30
"""The fewest rows at which its schedule is shown."""
_PATIENCE: Final = 0.06
"""Seconds that the cursor rests on a card before it is drawn; a held key passes it by."""
_MISSING: Final = 0.25
"""Seconds between two searches while not all notes have been read."""
_NO_MATCH: Final = "No cards match."


class CardListScreen(StudyScreen):
    """Lists cards; a query narrows them down."""

    AUTO_FOCUS = "#browse-query"

    DEFAULT_CSS = """
    CardListScreen {
        #browse-field { height: 1; margin: 1 0; }
        #browse-field > * { background: $surface; }
        #browse-slash { width: 4; color: $act; text-style: bold; padding: 0 1; }
        #browse-query, #browse-query:focus { border: none; height: 1; padding: 0; width: 1fr; }
        #browse-said {
            width: auto; max-width: 70%; padding: 0 1; color: $quiet; text-align: right; text-wrap: nowrap;
        }
        #browse-main { height: 1fr; }
        #browse-main.-beside { layout: horizontal; }
        #browse-main.-beside CardTable { width: 1fr; }
    }
    """

    class Searched(FieldMessage):
        """A search has found cards."""

        numbers: Numbers
        query: str
        stay: bool
        """Whether the cursor stays on its card."""
        whole: bool
        """Whether these are all cards found, or only the first."""
        slipped: bool
        """Whether these cards have the words with one letter changed, as none has them as typed."""
        texts: frozenset[str]
        """The search words, folded."""

    class Known(FieldMessage):
        """The review logs have been read for what they say about cards."""

    def __init__(self) -> None:
        super().__init__()
        self._query = ""
        self._order, self._descending = "due", False
        self._previews: bool | None = None
        """Whether the card is shown; None if the size decides."""
        self._showing: Timer | None = None
        self._missing: Timer | None = None
        """What searches again while notes are missing."""
        self._shown: Handle | None = None
        self._drawn = False
        """Whether the room for the card shows it, or that there is none."""
        self._left = threading.Event()
        self._again = False
        """Whether notes have changed since the logs were last read."""
        self._looking = False
        self._wrong = False
        self._slipped = False

    def compose(self) -> ComposeResult:
        yield PlacesBar("browse")
        with BlankRow(id="browse-field", classes="page"):
            yield Act("search", Content("/"), id="browse-slash")
            yield TypedLine(
                placeholder="search: words, deck:, is:due, ivl>30 …",
                select_on_focus=False,
                id="browse-query",
            )
            yield Static(id="browse-said", markup=False)
        with BlankColumn(id="browse-main", classes="page"):
            yield CardTable(self.index.cards, self.study.workspace.clock)
            yield CardPreview()
        yield Notices()
        yield Passing()
        yield KeyLine()

    @property
    def index(self) -> SearchIndex:
        """Finds cards; kept while the app runs."""
        return self.study.search_index

    @property
    def table(self) -> CardTable:
        """The list."""
        return self.query_one(CardTable)

    @property
    def preview(self) -> CardPreview:
        """The card under the cursor."""
        return self.query_one(CardPreview)

    def on_mount(self) -> None:
        self.show_day()
        self._fit_decks()
        self._search()
        if self.study.vault_read and not self.study.reading:
            self.look()

    def on_unmount(self) -> None:
        self._left.set()

    def before_layout(self, size: Size) -> None:
        """Put the card where there is room for it."""
        beside = size.width >= _BESIDE
        self.query_one("#browse-main").set_class(beside, "-beside")
        preview, there = self.preview, beside or size.height >= _BELOW
        preview.set_class(beside, "-narrow")
        preview.display = there if self._previews is None else self._previews
        preview.has_facts = size.width >= _FACTS and size.height >= _TALL

    # Updates from the notes and the logs

    def vault_was_read(self) -> None:
        """Search again, as other cards may match now."""
        self._fit_decks()
        self.look()

    def _fit_decks(self) -> None:
        if (tree := self.study.top_deck) is not None:
            names = {visible(path.rpartition("/")[2], newlines=False) for path in paths_of(tree)}
            self.table.fit_decks(max(map(cell_len, names), default=0))

    def cards_changed(self) -> None:
        """Search again, as other cards may match now."""
        self.look()

    def look(self) -> None:
        """Read on a thread what the review logs say about the cards, and search again."""
        self._again = self._looking
        if not self._looking:
            self._looking = True
            self.run_worker(self._look, thread=True, group="look")

    def _look(self) -> None:
        with self.study.writer.quiet():
            know(self.index, self.study.workspace)
        self.post_message(self.Known())
        for make in (self.index.make_grams, self.index.complete):
            make(lambda: not self._left.is_set())

    def on_card_list_screen_known(self) -> None:
        """Search again, as more cards may match."""
        self._looking = False
        if self._again:
            self.look()
        self.table.forget()
        self._search(stay=True)

    # Searching

    def on_input_changed(self, message: Input.Changed) -> None:
        self._query = message.value
        self._search()

    def on_input_submitted(self) -> None:
        self.set_focus(self.table)

    def _search(self, *, stay: bool = False) -> None:
        workspace = self.study.workspace
        day = today(workspace.clock(), workspace.vault.settings.start_of_day)
        try:
            node = parse_query(self._query, day)
        except QueryError as error:
            self._wrong = True
            self.say(visible(str(error), newlines=False), "warning")
            return
        if self._wrong:  # the table gets its lines back now, not once more when all cards have been found
            self._wrong = False
            self.say("")
        find = partial(self.index.search, now=workspace.clock(), order=self._order, descending=self._descending)
        lines = 0 if stay else self.size.height
        self.run_worker(partial(self._find, find, node, self._query, lines), thread=True, group="search")

    def _find(self, find: Callable[..., Numbers | None], node: Node, query: str, lines: int) -> None:
        stay, texts = not lines, searched_texts(node)

        def begin(numbers: Numbers) -> None:
            nonlocal stay
            self.post_message(self.Searched(numbers, query, stay, whole=False, slipped=False, texts=texts))
            stay = True

        numbers, slipped = find(node, first=(lines, begin) if lines else None), False
        if numbers is not None and not numbers and (other := with_slips(node)) is not None:
            numbers = find(other)
            slipped = bool(numbers)
        if numbers is not None:
            self.post_message(self.Searched(numbers, query, stay, whole=True, slipped=slipped, texts=texts))

    def on_card_list_screen_searched(self, message: Searched) -> None:
        """Show the cards found, unless another search has started."""
        if message.query == self._query:
            table = self.table
            table.is_whole, self._slipped, table.hits = message.whole, message.slipped, message.texts
            table.show(message.numbers, self._order, descending=self._descending, stay=message.stay)
            if message.whole:
                self.say_found()
                self._search_until_whole()
            self.call_after_refresh(self._show_card)  # the table need not wait for it

    def _search_until_whole(self) -> None:
        """Search again in a moment while notes are missing: no message says when those that were lost are back."""
        if self._missing is not None:
            self._missing.stop()
            self._missing = None
        if not self.study.workspace.vault.is_whole:
            self._missing = self.set_timer(_MISSING, partial(self._search, stay=True))

    def say_found(self) -> None:
        """Show how many cards were found, and how many are selected."""
        table = self.table
        found, total = count(len(table.numbers), "card"), self.index.count()
        if self._slipped:
            found = f"No exact match; {found} with one letter changed"
        elif 0 < len(table.numbers) < total:
            found = f"{len(table.numbers):,} of {count(total, 'card')}"
        if table.selected:
            found += f", {len(table.selected):,} selected"
        elif not table.numbers:
            found = _NO_MATCH if total else "There are no cards yet."
            if not self.study.workspace.vault.is_whole:
                found = self.study.reading_progress
        said = self.query_one("#browse-said", Static)
        # Room for any number and for none, so that the page need not be laid out for each letter.
        room = min(max(cell_len(f"{total:,} of {count(total, 'card')}"), len(_NO_MATCH)), self.size.width // 3)
        said.styles.min_width = room + 2
        said.update(Content(found), layout=max(room, cell_len(found)) != said.content_size.width)

    def action_search(self) -> None:
        self.set_focus(self.query_one("#browse-query"))

    def action_sort(self, by: int) -> None:
        """Sort by another column."""
        orders = [*dict.fromkeys(column.order for column in COLUMNS if column.title)]
        self._sort(orders[(orders.index(self._order) + by) % len(orders)], descending=False)

    def action_reverse(self) -> None:
        self._sort(self._order, descending=not self._descending)

    def on_card_table_sort_asked(self, message: CardTable.SortAsked) -> None:
        """Sort by the clicked column; a second click reverses the order."""
        same = message.order == self._order
        self._sort(message.order, descending=same and not self._descending)

    def _sort(self, order: str, *, descending: bool) -> None:
        self._order, self._descending = order, descending
        self._search()

    # The card under the cursor

    def on_rows_moved(self) -> None:
        """Draw the card when the cursor rests on it."""
        if self._showing is not None:
            self._showing.stop()
        self._showing = self.set_timer(_PATIENCE, self._show_card)

    def on_card_table_selected(self, _message: CardTable.Selected) -> None:
        self.say_found()

    def on_descendant_focus(self, _event: events.DescendantFocus) -> None:
        """Draw the card again if it has pictures: their key is named only where letters are keys."""
        if self.pictures()[1]:
            self._drawn = False
            self._show_card()

    def _show_card(self) -> None:
        preview = self.preview
        if not preview.display:
            self._shown, self._drawn = None, False
            return
        handle = self.handle()
        if self._drawn and handle == self._shown:
            return
        self._shown, self._drawn = handle, True
        if handle is None:
            preview.clear()
            return
        if preview.has_facts:
            self.read_past(handle)
        texts = card_texts(handle)
        render = self.study.embeds.renderer(handle.note.path, self.key_of("browse.picture"))
        preview.show(f"{handle.note.path}:{handle.question.first_line + 1}", texts, render)

    def on_study_screen_past_read(self, message: StudyScreen.PastRead) -> None:
        """Show its schedule and history, if the card is still in front."""
        if message.handle != self._shown:
            return
        now = self.study.workspace.clock()
        facts = facts_of(message.handle.schedule, message.past, now)
        self.preview.show_facts(replace(facts, title="Schedule"))

    def pictures(self) -> tuple[str, Sequence[str]]:
        """Those of the card that is drawn."""
        shown = self._shown
        return ("", ()) if shown is None else (shown.note.path, self.preview.pictures)

    def handle(self) -> Handle | None:
        """The card under the cursor, if it still exists."""
        found = self.table.current
        if found is None:
            return None
        try:
            return self.study.workspace.vault.find(found.id)
        except CardNotFoundError:
            return None

    def action_preview(self) -> None:
        """Show or hide the card."""
        self._previews = not self.preview.display
        self.before_layout(self.app.size)
        self._show_card()
