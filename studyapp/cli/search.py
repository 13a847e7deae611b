"""`studyapp search`: the cards that match a query, for users and scripts."""

from __future__ import annotations

import sys
from typing import Any, Final

from studyapp.cli.output import print_json
from studyapp.core.notes.cards import CardId
from studyapp.core.plural import count
from studyapp.core.schedule.days import today
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.search.know import know
from studyapp.study.search.parse import parse_query
from studyapp.study.search.rows import Hit
from studyapp.study.search.table import ORDERS, SearchIndex
from studyapp.wording.cards import first_words

SORTS: Final = tuple(ORDERS)
_TURN: Final = 500
"""Cards looked up at a time."""


def search(workspace: Workspace, query: str, order: str, *, descending: bool, as_json: bool) -> int:
    """List the cards that match a query."""
    found = _hits(workspace, query, order, descending=descending)
    if as_json:
        cards = [_card_json(one) for one in found]
        print_json({"vault": str(workspace.vault.root), "query": query, "cards": cards})
        return 0
    for one in found:
        due = "new" if one.is_new else "never" if one.due is None else _day(one, workspace)
        words = visible(first_words(one.front), newlines=False)
        sys.stdout.write(f"{due:<10}  {visible(str(one.id), newlines=False)}  {words}\n")
    sys.stderr.write(f"{count(len(found), 'card')}\n")
    return 0


def ids_of(workspace: Workspace, query: str) -> list[CardId]:
    """The cards that match a query, in the order of their notes; QueryError if the query is invalid."""
    return [one.id for one in _hits(workspace, query, SORTS[0], descending=False)]


def _hits(workspace: Workspace, query: str, order: str, *, descending: bool) -> list[Hit]:
    vault, now = workspace.vault, workspace.clock()
    node = parse_query(query, today(now, vault.settings.start_of_day))
    index = SearchIndex(vault.table)
    know(index, workspace)
    numbers = index.search(node, now, order, descending=descending) or ()
    return [
        one
        for start in range(0, len(numbers), _TURN)
        for one in index.cards(numbers[start : start + _TURN])
        if one is not None
    ]


def _day(one: Hit, workspace: Workspace) -> str:
    assert one.due is not None
    day = one.due if one.by_day else one.due.astimezone(workspace.clock().tzinfo)
    return day.date().isoformat()


def _card_json(one: Hit) -> dict[str, Any]:
    due = None if one.due is None else one.due.date().isoformat() if one.by_day else one.due.isoformat()
    return {
        "id": str(one.id),
        "path": one.id.path,
        "line": one.line,
        "front": one.front,
        "decks": list(one.decks),
        "new": one.is_new,
        "learning": one.learning,
        "due": due,
        "interval": one.interval,
        "ease": one.ease,
        "stability": one.stability,
        "difficulty": one.difficulty,
        "lapses": one.lapses,
        "suspended": one.marks.suspended,
        "buried": one.marks.buried,
        "flagged": one.marks.flagged,
        "leech": one.marks.leech,
    }
