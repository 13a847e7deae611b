"""A table of any number of cards: only the lines in sight are loaded and drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import ClassVar, Final

from msgspec import Struct
from textual.binding import Binding, BindingType

from studyapp.core.text.folded import places_of
from studyapp.core.visible import visible
from studyapp.study.search.rows import Hit
from studyapp.tui import keys
from studyapp.tui.messages import FieldMessage
from studyapp.tui.render.formulas.one_line import with_formulas
from studyapp.tui.widgets.parts.rows import Parts, Rows, moves
from studyapp.wording.cards import first_words
from studyapp.wording.numbers import span_text
from studyapp.wording.widths import fit, fit_right

_LOW: Final = 200
"""Ease in per cent below which a card counts as hard."""
AROUND: Final = 60
"""Lines loaded at a time."""
DECK: Final = 16
"""The most cells of the column of decks."""
_DECK_HEAD: Final = 7
"""Those of its heading, with an arrow and the cell after it."""


class Column(Struct, frozen=True):
    """A column of the table."""

    order: str
    """The key that it sorts by."""
    title: str
    width: int
    """Its width; 0 for the column that takes the rest."""
    least: int
    """The least width of the table at which it is shown."""
    most: int = 1000
    """Width up to which it is shown."""


COLUMNS: Final = (
    Column("front", "front", 0, 0),
    Column("deck", "deck", DECK, 86),
    Column("note", "note", 24, 130),
    Column("due", "due", 11, 0),
    Column("interval", "ivl", 8, 0, most=85),
    Column("interval", "interval", 11, 86),
    Column("ease", "ease", 8, 70),
    Column("lapses", "lapses", 9, 86),
)


class CardTable(Rows[int]):
    """Lists cards by their numbers; reports which is under the cursor and which are selected."""

    HEAD = 1
    HEAD_STAYS = True

    BINDINGS: ClassVar[list[BindingType]] = [
        *moves("browse"),
        Binding(keys.MAIN, "select", "Select", id="browse.select", tooltip="select or deselect this card"),
        Binding(keys.ALL, "select_all", "All", show=False, id="browse.select-all", tooltip="select all or none"),
    ]

    DEFAULT_CSS = "CardTable { width: 100%; }"
    ENTER = "screen.preview"

    class Selected(FieldMessage):
        """The selection changed."""

    class SortAsked(FieldMessage):
        """A column's heading was clicked."""

        order: str

    def __init__(self, load: Callable[[Sequence[int]], list[Hit | None]], now: Callable[[], datetime]) -> None:
        super().__init__()
        self._load, self._now = load, now
        self.numbers: Sequence[int] = []
        self.is_whole = True
        """Whether the search is complete; until then only the first cards found are listed."""
        self.selected: set[int] = set()
        self.sorted: tuple[str, bool] = ("due", False)
        self._deck = DECK
        self.hits: frozenset[str] = frozenset()
        """The search words, folded; they are highlighted."""
        self._page: dict[int, Hit | None] = {}
        self._last_sight: tuple[object, ...] = ()
        """What was in sight when cards were last shown."""

    def fit_decks(self, longest: int) -> None:
        """Make the column of decks as wide as the longest name needs, as far as there is room."""
        self._deck = min(DECK, max(longest + 1, _DECK_HEAD))

    def show(self, numbers: Sequence[int], order: str, *, descending: bool, stay: bool = False) -> None:
        """Show these cards in that order; with `stay` the cursor stays on its card."""
        here = self.number
        if bool(numbers) != bool(self.numbers):
            self.refresh_bindings()
        self.numbers, self.sorted = numbers, (order, descending)
        if self.selected and self.is_whole:
            self.selected &= set(numbers)
        self._page = {number: found for number, found in self._page.items() if stay and found is not None}
        place = 0
        if stay and here is not None:
            # A card that was put into the table again has another number; then its neighbours are near it.
            try:
                place = numbers.index(here)
            except ValueError:
                place = min(self.cursor, max(0, len(numbers) - 1))
        self.make_room()
        moved = place != self.cursor
        self.cursor = place
        if not moved:
            self.watch_cursor()
        sight = self._sight()
        if sight != self._last_sight or (numbers and not stay):
            self.refresh()
        self._last_sight = sight

    def _sight(self) -> tuple[object, ...]:
        """All that decides what the rows in sight show, but for the cards themselves."""
        top, height = round(self.scroll_offset.y), self.scrollable_content_region.height
        numbers = tuple(self.numbers[top : top + height])
        marked = (self.cursor, self.hits, self.selected.intersection(numbers)) if numbers else ()
        return self.size, top, numbers, self.sorted, marked

    @property
    def count(self) -> int:
        """How many cards are listed."""
        return len(self.numbers)

    @property
    def number(self) -> int | None:
        """The number of the card under the cursor."""
        return self.numbers[self.cursor] if self.cursor < len(self.numbers) else None

    @property
    def current(self) -> Hit | None:
        """The card under the cursor."""
        return self._at(self.cursor) if self.cursor < len(self.numbers) else None

    @property
    def chosen(self) -> list[int]:
        """The selected cards in their order; if none is selected, the one under the cursor."""
        if self.selected:
            return [number for number in self.numbers if number in self.selected]
        return [] if self.number is None else [self.number]

    def forget(self) -> None:
        """Load what is in sight again."""
        self._page = {}
        self.refresh()

    def _at(self, line: int) -> Hit | None:
        number = self.numbers[line]
        if number not in self._page:
            start = max(0, line - AROUND // 2)
            numbers = self.numbers[start : start + AROUND]
            if len(self._page) > 20 * AROUND:
                self._page = {}
            self._page.update(zip(numbers, self._load(numbers), strict=True))
        return self._page[number]

    # Cursor and selection

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to select only where there are cards."""
        if action in ("select", "select_all") and not self.numbers:
            return None
        return True if self.is_whole or action != "select_all" else None

    def action_select(self) -> None:
        """Select or deselect the card under the cursor, and move to the next."""
        if self.number is not None:
            self.selected ^= {self.number}
            self.cursor += 1
            self.refresh()
            self.post_message(self.Selected())

    def action_select_all(self) -> None:
        everything = set(self.numbers)
        self.selected = set() if self.selected == everything else everything
        self.refresh()
        self.post_message(self.Selected())

    def head_clicked(self, x: int) -> None:
        """Sort by a column."""
        at = 2
        for column, width in self._columns(self.scrollable_content_region.width - 1):
            if at <= x < at + width and column.title:
                self.post_message(self.SortAsked(column.order))
            at += width

    # Drawing

    def _columns(self, width: int) -> list[tuple[Column, int]]:
        there = [column for column in COLUMNS if column.least <= width <= column.most]
        widths = [self._deck if column.order == "deck" else column.width for column in there]
        left = max(0, width - 2 - sum(widths))
        return [(column, wide or left) for column, wide in zip(there, widths, strict=True)]

    def head_parts(self, width: int) -> Parts:
        """The headings, with an arrow on the sort column."""
        order, descending = self.sorted
        parts = [("  ", "quiet")]
        for column, wide in self._columns(width - 1):
            arrow = (" ↓" if descending else " ↑") if column.order == order and column.title else ""
            parts.append((_fit(column.title + arrow, wide, right=column.width in range(1, 12)), "quiet"))
        return parts

    def row_parts(self, number: int, width: int) -> Parts:
        """Whether a card is selected, and its cells."""
        found = self._at(number)
        parts = [("●" if self.numbers[number] in self.selected else " ", "mark")]
        if found is None:
            return [*parts, ("… (changed just now)", "quiet")]
        now = self._now()
        for column, wide in self._columns(width):
            text, part = _cell(found, column.order, now)
            mark, look = _mark(found) if column.order == "front" else ("", "")
            shown = _fit(text, wide - len(mark), right=column.width in range(1, 12))
            parts += self._marked(shown) if part == "name" and self.hits else [(shown, part)]
            parts += [(mark, look)] * bool(mark)
        return parts

    def _marked(self, text: str) -> Parts:
        """A front with the search words highlighted."""
        parts: Parts = []
        end = 0
        for start, stop in places_of(self.hits, text):
            parts += [(text[end:start], "name"), (text[start:stop], "hit")]
            end = stop
        return [*parts, (text[end:], "name")]


def _cell(found: Hit, name: str, now: datetime) -> tuple[str, str]:
    """The text of a cell and its component class."""
    match name:
        case "front":
            return visible(first_words(with_formulas(found.front)), newlines=False), "name"
        case "deck":
            return visible(found.decks[0].rpartition("/")[2] if found.decks else "", newlines=False), "quiet"
        case "note":
            return visible(found.id.path.removesuffix(".md"), newlines=False), "quiet"
        case "due":
            return _due(found, now)
        case "interval":
            return ("" if found.interval is None else span_text(found.interval)), "quiet"
        case "ease":
            if found.ease is not None:
                return f"{found.ease:g} %", "care" if found.ease < _LOW else "quiet"
            return ("" if found.difficulty is None else f"D {found.difficulty:.1f}"), "quiet"
    return ("" if not found.lapses else str(found.lapses)), "quiet"


def _mark(found: Hit) -> tuple[str, str]:
    """The word beside a front for what the log knows of the card, and its component class."""
    marks = found.marks
    words = (("leech", marks.leech), ("susp.", marks.suspended), ("buried", marks.buried), ("flag", marks.flagged))
    said = next((f"{word} " for word, holds in words if holds), "")
    return said, "bad" if marks.leech else "mark" if marks.flagged else "quiet"


def _due(found: Hit, now: datetime) -> tuple[str, str]:
    if found.is_new:
        return "new", "act"
    if found.due is None:
        return "never", "quiet"
    day = found.due.date() if found.by_day else found.due.astimezone(now.tzinfo).date()
    days = (day - now.date()).days
    waits = found.due <= now if not found.by_day else days <= 0
    if days < 0:
        return f"{span_text(-days)} late", "care"
    text = {0: "today", 1: "tomorrow"}.get(days) or span_text(days)
    return text, "good" if waits else ""


def _fit(text: str, wide: int, *, right: bool) -> str:
    """Cut or pad to a width; a cell keeps one column free at its end, or at its start."""
    return " " + fit_right(text, wide - 1) if right else fit(text, wide - 1) + " "
