"""`studyapp due`: how many cards are due and new, deck by deck."""

from __future__ import annotations

import argparse
import math

from studyapp.cli.due_line import due_line
from studyapp.cli.opening import open_vault
from studyapp.cli.output import print_json, print_problems, print_table, say_notices
from studyapp.core.errors import DeckNotFoundError
from studyapp.core.schedule.objects import schedule_json
from studyapp.core.text.names import as_known
from studyapp.core.vault.decks import Deck, those_in
from studyapp.core.visible import visible
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import decks_of, queue_of
from studyapp.study.stats.estimate import seconds_a_card


def due(options: argparse.Namespace) -> int:
    """Show how many cards are due and new, deck by deck; or in one line, from the user's template."""
    workspace, deck = open_vault(options), options.deck
    vault, now = workspace.vault, workspace.clock()
    tree = decks_of(workspace)
    decks = _all_decks(tree)
    if deck is not None:
        deck = as_known(deck, [found.path for found in decks])
        if not deck or deck not in {found.path for found in decks}:
            raise DeckNotFoundError(deck)
        decks = [found for found in decks if those_in((found.path,), deck)]
    whole = tree if deck is None else decks[0]
    if options.format is not None:
        print(due_line(options.format, due_values(workspace, whole)))
        return 0
    if options.json:
        ready = [
            {"id": str(row.id), "schedule": schedule_json(row.schedule)}
            for row in queue_of(workspace, deck)
            if row.schedule is not None
        ]
        print_json(
            {
                "vault": str(vault.root),
                "now": now.isoformat(),
                "due": whole.due,
                "new": whole.new,
                "total": whole.total,
                "held_back": whole.held_back,
                "decks": [{"deck": d.path, "due": d.due, "new": d.new, "total": d.total} for d in decks if d.path],
                "cards": ready,
                "waiting": len(workspace.journal.waiting),
            }
        )
        return 0
    say_notices(vault)
    rows = [("", "due", "new", "total")]
    for found in decks:
        label = "  " * found.path.count("/") + (found.name or "all decks")
        rows.append((visible(label, newlines=False), str(found.due), str(found.new), str(found.total)))
    if not tree.children:
        print("There are no cards in this vault. `studyapp cards` shows what was read.")
    print_table(rows)
    print_problems(vault.problems)
    return 0


def due_values(workspace: Workspace, deck: Deck) -> dict[str, int | str]:
    """A value for each of `PLACEHOLDERS`."""
    today = deck.due + deck.new
    seconds = today * seconds_a_card(workspace.journal.latest())
    return {
        "due": deck.due,
        "new": deck.new,
        "total": deck.total,
        "today": today,
        "minutes": math.ceil(seconds / 60),
        "deck": visible(deck.path or "all decks", newlines=False),
        "vault": visible(workspace.vault.root.resolve().name, newlines=False),
        "waiting": len(workspace.journal.waiting),
    }


def _all_decks(deck: Deck) -> list[Deck]:
    return [deck, *(below for name in sorted(deck.children) for below in _all_decks(deck.children[name]))]
