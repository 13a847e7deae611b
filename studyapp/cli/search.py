"""`studyapp search`: the cards that match a query, for users and scripts."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime
from typing import Any

from studyapp.cli.opening import open_vault
from studyapp.cli.output import print_json
from studyapp.core.errors import MisuseError
from studyapp.core.plural import count
from studyapp.core.schedule.days import today
from studyapp.core.visible import visible
from studyapp.study.search.know import know
from studyapp.study.search.parse import parse_query
from studyapp.study.search.rows import Hit
from studyapp.study.search.table import ORDERS, SearchIndex
from studyapp.wording.cards import first_words


def search(options: argparse.Namespace) -> int:
    """List the cards that match a query."""
    if options.sort not in ORDERS:
        raise MisuseError(f"can't sort by {options.sort!r}; sort by {', '.join(ORDERS)}")
    workspace = open_vault(options)
    vault, now = workspace.vault, workspace.clock()
    node = parse_query(options.query, today(now, vault.settings.start_of_day))
    index = SearchIndex(vault.table)
    know(index, workspace)
    numbers = index.search(node, now, options.sort, descending=options.reverse) or ()
    found = [one for one in index.cards(numbers) if one is not None]
    if options.json:
        cards = [_card_json(one) for one in found]
        print_json({"vault": str(vault.root), "query": options.query, "cards": cards})
        return 0
    for one in found:
        due = "new" if one.is_new else "never" if one.due is None else _day(one, now)
        words = visible(first_words(one.front), newlines=False)
        sys.stdout.write(f"{due:<10}  {visible(str(one.id), newlines=False)}  {words}\n")
    sys.stderr.write(f"{count(len(found), 'card')}\n")
    return 0


def _day(one: Hit, now: datetime) -> str:
    assert one.due is not None
    day = one.due if one.by_day else one.due.astimezone(now.tzinfo)
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
