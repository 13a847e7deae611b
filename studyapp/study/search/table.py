"""Finds cards in the table of a vault by a query, in an order; and loads what a list shows of them."""

from __future__ import annotations

import json
import sqlite3
import threading
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import compress
from typing import Final, TypeAlias

from studyapp.core.notes.cards import CardId
from studyapp.core.vault.table.filling import QUESTIONS, TEXTS, of_cards
from studyapp.core.vault.table.grams import are_made
from studyapp.core.vault.table.schema import DUE, NOTES, get
from studyapp.core.vault.table.table import VaultTable
from studyapp.study.search.marks import KnownMarks
from studyapp.study.search.rows import SHOWN, WHO, Hit, Known, hit_of, id_of
from studyapp.study.search.sql import EVERY, Condition, part_name
from studyapp.study.search.tree import Named, Node

_PLACE: Final = "note.path, card.id"
_TEXT: Final = "JOIN text ON text.id = card.text"
ORDERS: Final = {
    "place": ("", _PLACE),
    "front": (_TEXT, f"text.front COLLATE NOCASE {{}}, {_PLACE}"),
    "deck": ("JOIN deck ON deck.id = card.deck", f"deck.folded {{}}, {_PLACE}"),
    "due": ("", f"{DUE} {{}} NULLS LAST, {_PLACE}"),
    "interval": ("", f"card.ivl {{}} NULLS LAST, {_PLACE}"),
    "ease": ("", f"card.ease {{}} NULLS LAST, card.d {{}} NULLS LAST, {_PLACE}"),
    "lapses": (
        "LEFT JOIN mark ON mark.id = card.id",
        f"coalesce(card.lapses, mark.lapses) {{}} NULLS LAST, {_PLACE}",
    ),
    "note": ("", f"note.name {{}}, {_PLACE}"),
}
"""The sort orders, as SQL; equal cards are in the order of the notes."""
_SORTED: Final = frozenset({"due"})
"""The indexed orders: their start is available at once."""
_HEAD: Final = 4000
"""Cards at the start of an order that are examined before all others."""
_FEW: Final = 500
"""Cards looked up one by one; if there are more, the whole table is read."""


Numbers: TypeAlias = "array[int]"
"""Card numbers, in order."""
_Place = tuple[object, ...]
"""The newest note in the table, and the state of what is known besides it."""
First = tuple[int, Callable[[Numbers], object]]
"""How many cards are wanted before all have been found, and who takes them."""


class SearchIndex:
    """The cards of one vault, for searching; safe to use from several threads."""

    def __init__(self, table: VaultTable) -> None:
        """Take the table of a vault, which follows the notes; one search at a time."""
        self._table = table
        self._asked = 0
        self._searching = False
        self._turning = threading.Lock()
        self._rankings: dict[tuple[str, bool], tuple[_Place, Numbers]] = {}
        self._marks = KnownMarks()
        self._cards_of: Callable[[Named], Iterable[CardId]] = lambda _: ()
        self._named: dict[str, list[CardId]] = {}

    def make_grams(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Build the index for longer words; without it all texts are searched. `go_on` is called now and then."""
        self._table.make_grams(go_on)

    def complete(self, go_on: Callable[[], bool] = lambda: True) -> None:
        """Build what else lists show of cards, if a first look left it out, so that no list waits for it."""
        self._table.fill(QUESTIONS, go_on=go_on)

    # What is known besides the notes

    def mark(self, marks: Mapping[CardId, Known]) -> None:
        """Replace what is known about cards besides their notes."""
        self._marks.of = dict(marks)

    def named_by(self, cards_of: Callable[[Named], Iterable[CardId]]) -> None:
        """Set the function that names the cards that the table cannot find by itself."""
        self._cards_of, self._named = cards_of, {}

    # Asking

    def search(
        self, node: Node, now: datetime, order: str = "place", *, descending: bool = False, first: First | None = None
    ) -> Numbers | None:
        """The numbers of the cards that a query finds, in order; None if another search was begun meanwhile.

        Args:
            node: the query.
            now: aware, in local time.
            order: a key of `ORDERS`.
            descending: the other way round; cards without a value are last in both.
            first: how many of the cards that come first are wanted before all have been found, and who takes them;
                nobody is given any where these are not found at once.
        """
        with self._turning:
            self._asked += 1
            mine = self._asked
            if self._searching:
                self._table.interrupt()
        run = partial(self._run, mine, node, now)
        if first is not None:
            wanted, take = first
            begun = run(partial(self._begin, order=order, wanted=wanted, descending=descending), few=True)
            if begun is not None:
                take(begun)
        return run(partial(self._find, order=order, descending=descending), few=False)

    def _run(
        self, mine: int, node: Node, now: datetime, find: Callable[..., Numbers | None], *, few: bool
    ) -> Numbers | None:
        """The result of `find`, unless another search was begun since `mine`."""
        asked = Condition(now)
        asked.add(node)
        named = self._named_in(asked.named)
        missing = QUESTIONS if self._marks.of or named or asked.of_questions else TEXTS

        def run(newest: int, read: sqlite3.Connection) -> Numbers | None:
            while True:
                with self._turning:
                    self._searching = mine == self._asked
                if not self._searching:
                    return None
                try:
                    marks = self._marks.of
                    self._marks.bring_up(read, newest, named)
                    with read:  # whether trigrams exist, and what they find, belong together
                        read.execute("BEGIN")
                        condition = Condition(now, are_made(read), few)
                        condition.add(node)
                        return find(read, condition, place=(self._table.generation, newest, marks))
                except sqlite3.OperationalError as error:
                    if "interrupted" not in str(error):
                        raise  # an interrupt meant for an earlier search: try again
                finally:
                    with self._turning:  # nothing else on this connection is ever interrupted
                        self._searching = False

        while True:
            generation = self._table.generation
            newest = self._table.ask(lambda read: get(read, NOTES))
            self._table.fill(missing, "note <= ?", (newest,), lambda: mine == self._asked)
            numbers = self._table.search(partial(run, newest))
            if generation == self._table.generation:  # else what was filled is lost
                return numbers

    def _named_in(self, asked: Sequence[Named]) -> dict[str, list[CardId]]:
        """The cards that parts of a query find, by the names of the parts."""
        known = self._named
        for named in asked:
            if (name := part_name(named)) not in known:
                known[name] = list(self._cards_of(named))
        return {name: known[name] for name in map(part_name, asked)}

    def _begin(
        self,
        read: sqlite3.Connection,
        condition: Condition,
        *,
        order: str,
        wanted: int,
        descending: bool,
        place: _Place,
    ) -> Numbers | None:
        """As many cards as are wanted first; None if too few are near the start of the order."""
        head = self._head(read, order, place, descending=descending)
        found = array("q")
        for start in range(0, len(head), _FEW):
            some = head[start : start + _FEW]
            asked = f"SELECT id FROM card WHERE {_among(some)} AND {condition.sql}"  # noqa: S608 - values are bound
            numbers = {number for (number,) in read.execute(asked, (*some, *condition.values))}
            found.extend(number for number in some if number in numbers)
            if len(found) >= wanted:
                return found[:wanted]
            if len(found) * _HEAD < wanted * (start + _FEW):
                return None  # at that rate there are too few
        return None

    def _head(self, read: sqlite3.Connection, order: str, place: _Place, *, descending: bool) -> Numbers:
        """The start of an order; empty if unknown without sorting all cards."""
        known = self._rankings.get((order, descending))
        if known is not None and known[0] == place:
            return known[1][:_HEAD]
        return _sorted(read, order, _HEAD, descending=descending) if order in _SORTED else array("q")

    def _find(
        self, read: sqlite3.Connection, condition: Condition, *, order: str, descending: bool, place: _Place
    ) -> Numbers:
        # The whole table is sorted once, not the matches for each key.
        ranking = self._ranking(read, order, place, descending=descending)
        if condition.sql == EVERY:
            return ranking[:]
        last = max(ranking, default=0)
        beside = f"LEFT {_TEXT}" if condition.beside else ""
        # One row, as another thread would have a turn before each of many.
        asked = f"SELECT group_concat(card.id) FROM card {beside} WHERE card.id <= ? AND {condition.sql}"  # noqa: S608 - values are bound
        (numbers,) = read.execute(asked, (last, *condition.values)).fetchone()
        if numbers is None:
            return array("q")
        if numbers.count(",") + 1 == len(ranking):
            return ranking[:]
        holds = bytearray(last + 1)
        for number in json.loads(f"[{numbers}]"):
            holds[number] = 1
        return array("q", compress(ranking, map(holds.__getitem__, ranking)))

    def _ranking(self, read: sqlite3.Connection, order: str, place: _Place, *, descending: bool) -> Numbers:
        """All cards in an order; recomputed when others have been added."""
        self._rankings = {key: known for key, known in self._rankings.items() if known[0] == place}
        key = (order, descending)
        if key not in self._rankings:
            self._rankings[key] = place, _sorted(read, order, -1, descending=descending)
        return self._rankings[key][1]

    # What a list shows

    def cards(self, numbers: Sequence[int]) -> list[Hit | None]:
        """The list rows of some cards, in the same order; None for one that is gone."""
        marks = self._marks.of

        def shown(some: Sequence[int], read: sqlite3.Connection) -> dict[int, Hit]:
            asked = f"SELECT card.id, card.deck, {SHOWN} {_TEXT} WHERE card.{_among(some)}"
            rows = read.execute(asked, some).fetchall()
            return {number: hit_of(row, self._table.decks(read, deck), marks) for number, deck, *row in rows}

        known: dict[int, Hit] = {}
        for start in range(0, len(numbers), _FEW):
            some = numbers[start : start + _FEW]
            known |= self._table.ask_whole(*of_cards(some), partial(shown, some))
        return [known.get(number) for number in numbers]

    def ids(self, numbers: Sequence[int]) -> list[CardId]:
        """The ids of some cards, in the same order."""
        few = len(numbers) <= _FEW
        which = f"WHERE card.{_among(numbers)}" if few else ""
        asked = f"SELECT card.id, {WHO} {which}"
        rows = self._table.ask_whole(
            *of_cards(numbers), lambda read: read.execute(asked, numbers if few else ()).fetchall()
        )
        known = {number: id_of(row) for number, *row in rows}
        return [known[number] for number in numbers if number in known]

    def count(self) -> int:
        """How many cards there are."""
        asked = "SELECT coalesce(sum(cards), 0) FROM tally"
        return int(self._table.ask(lambda read: read.execute(asked).fetchone()[0]))


def _among(numbers: Sequence[int]) -> str:
    """The condition that a card is one of some."""
    return f"id IN ({', '.join('?' * len(numbers))})"


def _sorted(read: sqlite3.Connection, order: str, most: int, *, descending: bool) -> Numbers:
    """The numbers of the first cards of an order; with -1, of all."""
    more, by = ORDERS[order]
    by = by.format(*["DESC" if descending else "ASC"] * 2)
    asked = f"SELECT card.id FROM card JOIN note ON note.id = card.note {more} ORDER BY {by} LIMIT ?"  # noqa: S608 - names
    return array("q", (number for (number,) in read.execute(asked, (most,))))
