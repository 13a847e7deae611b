"""Cards in a table, found by a query as it is typed, with the card under the cursor beside or below them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace
from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal, Vertical
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from studyapp.core.errors import CardNotFoundError
from studyapp.core.log.ledger_rows import Done
from studyapp.core.plural import count
from studyapp.core.schedule.days import today
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.study.search.know import know
from studyapp.study.search.parse import parse
from studyapp.study.search.table import Numbers, SearchIndex
from studyapp.study.search.tokens import QueryError
from studyapp.study.search.tree import Node, texts_of, with_slips
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.base import StudyScreen
from studyapp.tui.screens.review_side import facts_of
from studyapp.tui.widgets.card_table import COLUMNS, CardTable
from studyapp.tui.widgets.card_view import CardView
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.notices import Notices, Passing
from studyapp.tui.widgets.pane import Pane
from studyapp.tui.widgets.places_bar import PlacesBar
from studyapp.tui.widgets.side_panel import SidePanel
from studyapp.wording.cards import card_texts

_BESIDE: Final = 160
"""Cells from which the card stands beside the table."""
_BELOW: Final = 22
"""Lines from which it stands below it."""
_FACTS: Final = 100
"""Cells from which its schedule stands beside it."""
_TALL: Final = 30
"""Lines from which it does."""
_PATIENCE: Final = 0.06
"""Seconds that a card is under the cursor before it is laid out; who holds a key down passes it by."""


class CardListScreen(StudyScreen):
    """Lists cards; a query narrows them down."""

    AUTO_FOCUS = "#browse-query"

    DEFAULT_CSS = """
    CardListScreen {
        #browse-field { height: 1; margin: 1 0; }
        #browse-field > * { background: $surface; }
        #browse-slash { width: 4; color: $act; text-style: bold; padding: 0 1; }
        #browse-query, #browse-query:focus { border: none; height: 1; padding: 0; width: 1fr; }
        #browse-said { width: auto; max-width: 70%; padding: 0 1; color: $quiet; text-wrap: nowrap; }
        #browse-main { height: 1fr; layout: vertical; }
        #browse-beside { height: 45%; margin-top: 1; layout: horizontal; }
        #browse-shown { width: 1fr; height: 100%; }
        #browse-facts { padding: 0 0 0 4; display: none; }
        #browse-card #card-scroll { padding: 0 1 0 0; }
        #browse-card #card-rule { margin: 0; }
        #browse-main.-beside { layout: horizontal; }
        #browse-main.-beside CardTable { width: 1fr; }
        #browse-main.-beside #browse-beside { height: 100%; width: 42%; margin: 0 0 0 4; layout: vertical; }
        #browse-main.-beside #browse-shown { width: 100%; height: 1fr; }
        #browse-main.-beside #browse-facts { width: 100%; height: 10; padding: 0; }
        #browse-main.-beside #card-rule { margin: 1 0; }
    }
    """

    class Searched(FieldMessage):
        """A search has found cards."""

        numbers: Numbers
        query: str
        stay: bool
        """Whether the cursor stays on its card."""
        whole: bool
        """Whether these are all that were found, or only the first ones."""
        slipped: bool
        """Whether these cards have the words with one letter changed, as none has them as they were typed."""
        texts: frozenset[str]
        """What was looked for in cards, folded."""

    class PastRead(FieldMessage):
        """What was done with a card is known."""

        handle: Handle
        past: Sequence[Done]

    class Known(FieldMessage):
        """What the review logs say of cards is known as it is now."""

    def __init__(self, query: str = "") -> None:
        super().__init__()
        self._query = query
        self._order, self._descending = "due", False
        self._preview: bool | None = None
        """Whether the card is shown; None where the room decides."""
        self._showing: Timer | None = None
        self._shown: Handle | None = None
        """The card that is laid out."""
        self._left = threading.Event()
        self._again = False
        """Whether notes have changed since the look at the logs began that goes on now."""
        self._looking = False
        self._wrong = False
        """Whether what is typed cannot be understood."""
        self._slipped = False

    def compose(self) -> ComposeResult:
        """What is searched for, what that came to, the table, the card, keys."""
        yield PlacesBar("browse")
        with Horizontal(id="browse-field", classes="page"):
            yield Static(Content("/"), id="browse-slash")
            yield Input(
                self._query,
                placeholder="search: words, deck:, is:due, ivl>30 …",
                select_on_focus=False,
                id="browse-query",
            )
            yield Static(id="browse-said", markup=False)
        with Container(id="browse-main", classes="page"):
            yield CardTable(self.index.cards, self.study.workspace.clock)
            with Container(id="browse-beside"):
                with Vertical(id="browse-shown"):
                    yield Pane("Card", id="browse-title")
                    yield CardView(id="browse-card")
                yield SidePanel(id="browse-facts")
        yield Notices()
        yield Passing()
        yield KeyLine()

    @property
    def index(self) -> SearchIndex:
        """Finds cards; the app keeps it while it runs."""
        return self.study.search_index

    @property
    def table(self) -> CardTable:
        """The list."""
        return self.query_one(CardTable)

    def on_mount(self) -> None:
        """Show what is known, and look for what has changed."""
        self._arrange()
        self._search()
        if self.study.vault_read and not self.study.reading:
            self.look()

    def on_unmount(self) -> None:
        """Let go of what goes on in the background."""
        self._left.set()

    def on_resize(self, _event: events.Resize) -> None:
        """Put the card where there is room for it."""
        self._arrange()

    def _arrange(self) -> None:
        beside = self.size.width >= _BESIDE
        self.query_one("#browse-main").set_class(beside, "-beside")
        there = beside or self.size.height >= _BELOW
        self.query_one("#browse-beside").display = there if self._preview is None else self._preview
        self.query_one("#browse-facts").display = self.size.width >= _FACTS and self.size.height >= _TALL

    # What the notes and the logs say now

    def vault_was_read(self) -> None:
        """As then other cards may be found."""
        self.look()

    def notes_changed(self, _paths: Collection[str]) -> None:
        """As above."""
        self.look()

    def note_was_saved(self) -> None:
        """As above."""
        self.look()

    def look(self) -> None:
        """Take in what the review logs say of the cards, on a thread, and search again."""
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
        """Search again, as there may be more to find."""
        self._looking = False
        if self._again:
            self.look()
        self.table.forget()
        self._search(stay=True)

    # Searching

    def on_input_changed(self, message: Input.Changed) -> None:
        """Search for what has been typed so far."""
        self._query = message.value
        self._search()

    def on_input_submitted(self) -> None:
        """Go to the table."""
        self.set_focus(self.table)

    def _search(self, *, stay: bool = False) -> None:
        workspace = self.study.workspace
        day = today(workspace.clock(), workspace.vault.settings.start_of_day)
        try:
            node = parse(self._query, day)
        except QueryError as error:
            self._say_of_search(visible(str(error), newlines=False), wrong=True)
            return
        find = partial(self.index.search, now=workspace.clock(), order=self._order, descending=self._descending)
        lines = 0 if stay else self.size.height
        self.run_worker(partial(self._find, find, node, self._query, lines), thread=True, group="search")

    def _find(self, find: Callable[..., Numbers | None], node: Node, query: str, lines: int) -> None:
        stay, texts = not lines, texts_of(node)

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
        """Show what was found, unless something else has been asked for since."""
        if message.query == self._query:
            table = self.table
            table.is_whole, self._slipped, table.hits = message.whole, message.slipped, message.texts
            table.show(message.numbers, self._order, descending=self._descending, stay=message.stay)
            if message.whole:
                self.say_found()
            self._show_card()

    def say_found(self) -> None:
        """Say how many cards were found, and how many of them are selected."""
        table = self.table
        found, total = count(len(table.numbers), "card"), self.index.count()
        if self._slipped:
            found = f"No cards match; {found} with one letter changed"
        elif 0 < len(table.numbers) < total:
            found = f"{len(table.numbers):,} of {count(total, 'card')}"
        if table.selected:
            found += f", {len(table.selected):,} selected"
        elif not table.numbers:
            found = "No cards match." if total else "There are no cards yet."
        self._say_of_search(found)
        self.show_day()

    def _say_of_search(self, text: str, *, wrong: bool = False) -> None:
        if wrong or self._wrong:
            self.say(text if wrong else "", "warning")
        self._wrong = wrong
        if not wrong:
            self.query_one("#browse-said", Static).update(Content(text))

    def action_search(self) -> None:
        """Go to the line that is typed into."""
        self.set_focus(self.query_one("#browse-query"))

    def action_sort(self, by: int) -> None:
        """Sort by another column."""
        orders = [column.order for column in COLUMNS if column.title]
        self._sort(orders[(orders.index(self._order) + by) % len(orders)], descending=False)

    def action_reverse(self) -> None:
        """Sort the other way round."""
        self._sort(self._order, descending=not self._descending)

    def on_card_table_sort_asked(self, message: CardTable.SortAsked) -> None:
        """Sort by the column that was clicked on; the other way round if it is that one already."""
        same = message.order == self._order
        self._sort(message.order, descending=same and not self._descending)

    def _sort(self, order: str, *, descending: bool) -> None:
        self._order, self._descending = order, descending
        self._search()

    # The card under the cursor

    def on_card_table_moved(self, _message: CardTable.Moved) -> None:
        """Show the card when the cursor stays on it."""
        if self._showing is not None:
            self._showing.stop()
        self._showing = self.set_timer(_PATIENCE, self._show_card)

    def on_card_table_selected(self, _message: CardTable.Selected) -> None:
        """Say how many are selected."""
        self.say_found()

    def _show_card(self) -> None:
        view = self.query_one("#browse-card", CardView)
        if not self.query_one("#browse-beside").display:
            self._shown = None
            return
        handle = self._handle()
        if handle is not None and handle == self._shown:
            return
        self._shown = handle
        where = f"{handle.note.path}:{handle.question.first_line + 1}" if handle is not None else ""
        self.query_one("#browse-title", Pane).show(value=visible(where, newlines=False))
        facts = self.query_one("#browse-facts", SidePanel)
        if handle is None:
            view.clear()
            facts.show(())
            return
        if facts.display:
            self.run_worker(partial(self._read_past, handle), thread=True, exclusive=True, group="past")
        texts = card_texts(handle, self.study.settings_of(handle))
        view.set_class(not texts.in_place, "-asks")
        render = self.study.embeds.renderer(handle.note.path)
        if texts.in_place:
            view.show_front(texts.answer, spans=texts.back.spans, render=render)
        else:
            names = [name for name, _ in texts.footnotes]
            view.show_front(texts.front.text, spans=texts.front.spans, render=render, footnotes=names)
            view.show_answer(texts.answer, spans=texts.back.spans)
            # It would show the answer first; a list is gone through by fronts.
            self.call_after_refresh(view.query_one("#card-scroll").scroll_home, animate=False, force=True)

    def _read_past(self, handle: Handle) -> None:
        with self.study.writer.quiet():
            past = self.study.workspace.history.of(handle.id)
        self.post_message(self.PastRead(handle, past))

    def on_card_list_screen_past_read(self, message: PastRead) -> None:
        """Show its schedule and history, if the card is still in front."""
        if message.handle != self._shown:
            return
        now = self.study.workspace.clock()
        facts = facts_of(message.handle.schedule, message.past, now)
        self.query_one("#browse-facts", SidePanel).show([replace(facts, title="Schedule")])

    def _handle(self) -> Handle | None:
        found = self.table.current
        if found is None:
            return None
        try:
            return self.study.workspace.vault.find(found.id)
        except CardNotFoundError:
            return None

    def action_preview(self) -> None:
        """Show or hide the card."""
        self._preview = not self.query_one("#browse-beside").display
        self._arrange()
        self._show_card()
