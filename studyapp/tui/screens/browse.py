"""Every card in a table, found by a query as it is typed, with the card beside or below it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterable
from functools import partial
from typing import ClassVar, Final

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Input, Static

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import CardNotFoundError
from studyapp.core.log.journal import Action
from studyapp.core.log.marks import Mark, marking
from studyapp.core.schedule.days import today
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.core.workspace.store import Saved
from studyapp.study.review.custom import CustomStudy, Mode
from studyapp.study.review.session import LeftOut
from studyapp.study.review.today import begin_with
from studyapp.study.search.parse import QueryError, describe, parse
from studyapp.study.search.refresh import know, refresh
from studyapp.study.search.table import SearchIndex
from studyapp.tui.messages import FieldMessage
from studyapp.tui.screens.base import LEAVE, StudyScreen
from studyapp.tui.screens.choose import ChooseScreen, Line
from studyapp.tui.screens.help import AskScreen, HelpScreen
from studyapp.tui.widgets.card_table import COLUMNS, CardTable
from studyapp.tui.widgets.card_view import CardView
from studyapp.tui.widgets.key_line import KeyLine
from studyapp.tui.widgets.notices import Notices
from studyapp.tui.widgets.split_line import SplitLine
from studyapp.wording.cards import card_texts
from studyapp.wording.numbers import count
from studyapp.wording.reviews import what_text, where_text

_BESIDE: Final = 120
"""Cells from which the card stands beside the table."""
_BELOW: Final = 22
"""Lines from which it stands below it."""
_PATIENCE: Final = 0.06
"""Seconds that a card is under the cursor before it is laid out; who holds a key down passes it by."""
_TURNS: Final = 10
"""Turns of filling the table after which it is searched again."""
_MOST_ASKED: Final = 10_000
"""Cards whose marks decide whether a mark is set or taken away."""
LISTS: Final = (
    ("is:due", "Due", "what waits for a review"),
    ("is:leech", "Leeches", "forgotten again and again"),
    ("is:suspended", "Suspended", "not shown until they are resumed"),
    ("is:buried", "Buried", "out of sight until another day"),
    ("is:flagged", "Flagged", "marked to be found again"),
    ("is:new", "New", "never reviewed"),
    ("is:learn", "Learning", "without an interval yet, or forgotten"),
    ("reviewed:today", "Reviewed today", "graded since the day began"),
    ("due<0", "Overdue", "due before today"),
)


class BrowseScreen(StudyScreen):
    """Lists cards; a query narrows them down, keys act on those that are selected."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash", "search", "Search", id="browse.search"),
        Binding("s", "sort(1)", "Sort", id="browse.sort", tooltip="by the next column"),
        Binding("S", "reverse", "Reverse", show=False, id="browse.reverse", tooltip="the order"),
        Binding("l", "lists", "Lists", id="browse.lists", tooltip="due, leeches, suspended, flagged …"),
        Binding("c", "cram", "Cram", id="browse.cram", tooltip="what is selected, else all that is listed"),
        Binding("e", "edit", "Edit", id="browse.edit", tooltip="the note, in your editor"),
        Binding("n", "note", "Note", show=False, id="browse.note", tooltip="read it at the card"),
        Binding("o", "obsidian", "Obsidian", show=False, id="browse.obsidian", tooltip="open the note there"),
        Binding("z", "mark('suspended')", "Suspend", id="browse.suspend", tooltip="or resume"),
        Binding("f", "mark('flag')", "Flag", id="browse.flag", tooltip="or take the flag away"),
        Binding("r", "reset", "Reset", id="browse.reset", tooltip="reset cards to new; asks first"),
        Binding("p", "preview", "Preview", show=False, id="browse.preview", tooltip="show or hide the card"),
        Binding("u", "undo", "Undo", id="browse.undo", tooltip="take the last step back"),
        Binding("ctrl+r", "redo", "Redo", show=False, id="browse.redo", tooltip="do it again"),
        Binding("question_mark,f1", "help", "Help", id="browse.help", tooltip="how to search, and every key"),
        LEAVE,
    ]

    AUTO_FOCUS = "#browse-query"

    DEFAULT_CSS = """
    BrowseScreen {
        #browse-head { margin: 0; }
        #browse-query, #browse-query:focus { border: none; height: 1; padding: 0; margin: 0 2; background: $panel; }
        #browse-said { height: 1; padding: 0 2; color: $text-muted; text-wrap: nowrap; text-overflow: ellipsis; }
        #browse-said.-wrong { color: $text-warning; }
        #browse-main { height: 1fr; layout: vertical; }
        #browse-card { height: 40%; border-top: solid $surface-lighten-2; }
        #browse-card #card-scroll { padding: 0 1 0 2; }
        #browse-card #card-rule { margin: 0; }
        #browse-main.-beside { layout: horizontal; }
        #browse-main.-beside CardTable { width: 1fr; }
        #browse-main.-beside #browse-card { height: 100%; width: 42%; border-top: none; }
        #browse-main.-beside #browse-card { border-left: solid $surface-lighten-2; }
        #browse-main.-beside #card-rule { margin: 1 0; }
    }
    """

    class Searched(FieldMessage):
        """A search has found cards."""

        numbers: list[int]
        query: str
        stay: bool
        """Whether the cursor stays on its card."""

    class Filled(FieldMessage):
        """The table holds some notes more."""

        done: int
        all: int

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
        """Whether notes have changed since the filling began that goes on now."""
        self._filling = False
        self._asked = 0
        """How many undos and redos are on their way."""
        self._batches: list[int] = []
        """How many actions each step of this visit was made of; one undo takes all of them back."""

    def compose(self) -> ComposeResult:
        """What is searched for, what that came to, the table, the card, keys."""
        yield SplitLine(id="browse-head")
        yield Input(
            self._query,
            placeholder="search: words, deck:, is:due, ivl>30 …",
            select_on_focus=False,
            id="browse-query",
        )
        yield Static(id="browse-said", markup=False)
        with Container(id="browse-main"):
            yield CardTable(self.index.cards, self.study.workspace.clock)
            yield CardView(id="browse-card")
        yield Notices()
        yield KeyLine()

    @property
    def index(self) -> SearchIndex:
        """The table of cards; the app keeps it while it runs."""
        if self.study.search_index is None:
            workspace = self.study.workspace
            self.study.search_index = SearchIndex(workspace.locations.search(workspace.vault.root))
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
            self._fill()

    def on_unmount(self) -> None:
        """Let the filling go."""
        self._left.set()

    def on_resize(self, _event: events.Resize) -> None:
        """Put the card where there is room for it."""
        self._arrange()

    def _arrange(self) -> None:
        beside = self.size.width >= _BESIDE
        self.query_one("#browse-main").set_class(beside, "-beside")
        there = beside or self.size.height >= _BELOW
        self.query_one("#browse-card").display = there if self._preview is None else self._preview

    # Filling the table

    def vault_was_read(self) -> None:
        """Bring the table up to the notes."""
        self._fill()

    def notes_changed(self, _paths: Collection[str]) -> None:
        """As above."""
        self._fill()

    def note_was_saved(self) -> None:
        """As above."""
        self._fill()

    def _fill(self) -> None:
        self._again = self._filling
        if not self._filling:
            self._filling = True
            self.run_worker(self._fill_now, thread=True, group="fill")

    def _fill_now(self) -> None:
        workspace, index = self.study.workspace, self.index
        turns = 0

        def progress(done: int, of: int) -> bool:
            nonlocal turns
            turns += 1
            if turns % _TURNS == 0:
                self.post_message(self.Filled(done, of))
            return not self._left.is_set()

        refresh(index, workspace.vault, progress)
        with self.study.writer.quiet():
            know(index, workspace)
        self.post_message(self.Filled(0, 0))

    def on_browse_screen_filled(self, message: Filled) -> None:
        """Search again, as there may be more to find."""
        if not message.all:
            self._filling = False
            if self._again:
                self._fill()
        self._show_head(f"looking at the notes … {message.done:,} of {message.all:,}" if message.all else "")
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
        find = partial(self.index.search, node, workspace.clock(), self._order, descending=self._descending)
        self.run_worker(partial(self._find, find, self._query, stay), thread=True, group="search")

    def _find(self, find: Callable[[], list[int] | None], query: str, stay: bool) -> None:
        numbers = find()
        if numbers is not None:
            self.post_message(self.Searched(numbers, query, stay))

    def on_browse_screen_searched(self, message: Searched) -> None:
        """Show what was found, unless something else has been asked for since."""
        if message.query == self._query:
            self.table.show(message.numbers, self._order, descending=self._descending, stay=message.stay)
            self._say_found()
            self._show_card()

    def _say_found(self) -> None:
        table = self.table
        found = count(len(table.numbers), "card")
        if table.selected:
            found += f", {len(table.selected):,} selected"
        elif not table.numbers:
            found = "No cards match." if self.index.count() else "There are no cards yet."
        self._say_of_search(found)
        self._show_head()

    def _say_of_search(self, text: str, *, wrong: bool = False) -> None:
        said = self.query_one("#browse-said", Static)
        said.set_class(wrong, "-wrong")
        said.update(Content(text))

    def _show_head(self, progress: str = "") -> None:
        title = next(column.title for column in COLUMNS if column.order == self._order)
        arrow = "↓" if self._descending else "↑"
        right = progress or f"by {title} {arrow}"
        self.query_one("#browse-head", SplitLine).show(
            Content.styled("Browse", "bold"), Content.styled(right, "$text-muted")
        )

    # The card under the cursor

    def on_card_table_moved(self, _message: CardTable.Moved) -> None:
        """Show the card when the cursor stays on it."""
        if self._showing is not None:
            self._showing.stop()
        self._showing = self.set_timer(_PATIENCE, self._show_card)

    def on_card_table_selected(self, _message: CardTable.Selected) -> None:
        """Say how many are selected."""
        self._say_found()

    def _show_card(self) -> None:
        view = self.query_one("#browse-card", CardView)
        if not view.display:
            self._shown = None
            return
        handle = self._handle()
        if handle is not None and handle == self._shown:
            return
        self._shown = handle
        if handle is None:
            view.clear()
            return
        texts = card_texts(handle, self.study.settings_of(handle))
        render = self.study.shelf.renderer(handle.note.path)
        if texts.in_place:
            view.show_front(texts.back.text, spans=texts.back.spans, render=render)
        else:
            view.show_front(texts.front.text, spans=texts.front.spans, render=render)
            view.show_answer(texts.back.text, spans=texts.back.spans)
            # It would show the answer first; a list is gone through by fronts.
            self.call_after_refresh(view.query_one("#card-scroll").scroll_home, animate=False, force=True)

    def _handle(self) -> Handle | None:
        found = self.table.current
        if found is None:
            return None
        try:
            return self.study.workspace.vault.find(found.id)
        except CardNotFoundError:
            return None

    # Keys

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Letters are text while a query is typed."""
        typing = isinstance(self.focused, Input)
        if action in ("leave", "help"):
            return True
        return None if typing else True

    def on_key(self, event: events.Key) -> None:
        """Let arrows lead out of the line that is typed into, and back."""
        if isinstance(self.focused, Input) and event.key in ("down", "pagedown", "up", "pageup"):
            event.stop()
            self.set_focus(self.table)

    def action_search(self) -> None:
        """Go to the line that is typed into."""
        self.set_focus(self.query_one("#browse-query"))

    def action_leave(self) -> None:
        """Go from the query to the table, and from there back to the decks."""
        if isinstance(self.focused, Input):
            self.set_focus(self.table)
        elif self.table.selected:
            self.table.selected = set()
            self.table.refresh()
            self._say_found()
        else:
            self.dismiss()

    def action_preview(self) -> None:
        """Show or hide the card."""
        self._preview = not self.query_one("#browse-card").display
        self._arrange()
        self._show_card()

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

    def action_lists(self) -> None:
        """Choose one of the usual lists."""

        def chosen(query: str | None) -> None:
            if query is not None:
                self.query_one("#browse-query", Input).value = query
                self.set_focus(self.table)

        lines = [Line(query, name, f"{query}: {words}") for query, name, words in LISTS]
        self.app.push_screen(ChooseScreen("which list?", lines, keys="Enter: list it   Esc: leave it"), chosen)

    def action_cram(self) -> None:
        """Ask the cards that are selected, else all that are listed; nothing is written."""
        table = self.table
        numbers = table.chosen if table.selected else table.numbers
        if not numbers:
            self.say("No cards to cram.")
        elif self.study.reading:
            self.say("Still reading the notes. Try again in a moment.")
        else:
            study = CustomStudy(Mode.CRAM, cards=frozenset(self.index.ids(numbers)))
            self.study.go.review(custom=study)

    def action_edit(self) -> None:
        """Edit the note at the card, and read it again."""
        found = self.table.current
        if found is not None and self.study.outside.edit(found.id.path, found.line):
            self.study.read_vault()

    def action_note(self) -> None:
        """Read the note at the card; leaving it comes back here."""
        found = self.table.current
        if found is not None:
            self.study.go.notes(found.id.path, found.line - 1)

    def action_obsidian(self) -> None:
        """Show the note in Obsidian."""
        found = self.table.current
        if found is not None:
            self.study.outside.obsidian(found.id.path)

    def action_help(self) -> None:
        """Show how to search, and every key."""
        self.app.push_screen(HelpScreen(self.active_bindings.values(), first=("Search", describe())))

    # Changing cards

    def _chosen(self) -> list[Handle]:
        """The cards to act on, as far as they are still there."""
        handles = []
        for card in self.index.ids(self.table.chosen):
            try:
                handles.append(self.study.workspace.vault.find(card))
            except CardNotFoundError:
                continue
        return handles

    def action_reset(self) -> None:
        """Let cards begin again, after a question."""
        if self.study.reading:
            self.say("Still reading the notes. Try again in a moment.")
            return
        handles = [handle for handle in self._chosen() if handle.card.schedule is not None]
        if not handles:
            self.say("There is nothing to reset: new cards have no schedule.")
            return
        cards = count(len(handles), "card")

        def answered(yes: bool | None) -> None:
            if yes:
                self._act(self._resets(handles))

        question = f"Reset {cards} to new? Past reviews stay in the log."
        self.app.push_screen(AskScreen("Reset", question, "reset", "leave it"), answered)

    def action_mark(self, name: str) -> None:
        """Suspend or flag cards; where all of them are, take that away."""
        if self.study.reading:
            self.say("Still reading the notes. Try again in a moment.")
            return
        mark = Mark(name)
        numbers = self.table.chosen
        handles = self._chosen()
        if not handles:
            self.say("No card is selected.")
            return
        found = [one.marks for one in self.index.cards(numbers[:_MOST_ASKED]) if one is not None]
        has = all(marks.suspended if mark is Mark.SUSPENDED else marks.flagged for marks in found)
        first = handles[0]
        seen = Seen.of(first.note, first.question, first.card)
        cards = [handle.id for handle in handles]
        self._act([marking(seen, self.study.workspace.clock(), cards, mark, "" if has else "1")])
        done = {
            (Mark.SUSPENDED, False): "Suspended",
            (Mark.SUSPENDED, True): "Resumed",
            (Mark.FLAG, False): "Flagged",
            (Mark.FLAG, True): "Not flagged any more",
        }[mark, has]
        self.say(f"{done}: {count(len(cards), 'card')}. {self.key_of('browse.undo')} takes it back.")

    def _resets(self, handles: Iterable[Handle]) -> list[Action]:
        """Let cards begin again that are still what they were when that was asked for, and say how many that are."""
        with self.study.writer.quiet():
            session = begin_with(self.study.workspace, ())
        made: list[Action] = []
        stay: list[LeftOut] = []
        for handle in handles:
            if (left_out := session.take(handle.row)) is not None:
                stay.append(left_out)
            elif (action := session.reset()) is not None:
                made.append(action)
        said = (
            f"Begins again: {count(len(made), 'card')}. {self.key_of('browse.undo')} takes it back." if made else ""
        )
        if stay:
            said = f"{said} {count(len(stay), 'card stays', 'cards stay')} as it is: {stay[0].why}.".strip()
        self.say(said, "warning" if stay else "note")
        return made

    def _act(self, actions: Iterable[Action]) -> None:
        """Give actions to the writer, as one step."""
        made = list(actions)
        for action in made:
            self.study.writer.save(action)
        self._batches.append(len(made))

    def action_undo(self) -> None:
        """Take the last step back."""
        self._repeat(self.study.writer.undo, self._batches.pop() if self._batches else 1)

    def action_redo(self) -> None:
        """Do again what was taken back."""
        self._repeat(self.study.writer.redo, 1)

    def _repeat(self, step: Callable[[], None], times: int) -> None:
        for _ in range(times):
            self._asked += 1
            step()

    def undone(self, saved: Saved) -> bool:
        """Say so, and look at the note again."""
        self._heard("Undid", saved)
        return False

    def redone(self, saved: Saved) -> bool:
        """As above."""
        self._heard("Redid", saved)
        return False

    def not_done(self, why: str) -> None:
        """Say why there was no undo."""
        if self._asked:
            self._asked -= 1
            self.say(why[:1].upper() + why[1:], "warning")

    def _heard(self, what: str, saved: Saved) -> None:
        if self._asked:
            self._asked -= 1
            self.say(f"{what} {what_text(saved.action)}{where_text(saved.action)}.")
        self.call_later(self._fill)  # the app takes the note's new bytes first
