"""`studyapp suspend`, `resume`, `bury` and `flag`: marks named or found cards, as one action."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import timedelta

from studyapp.cli.opening import opened_alone
from studyapp.cli.output import print_json
from studyapp.core.errors import MisuseError
from studyapp.core.log.actions import Action
from studyapp.core.log.marks import Mark
from studyapp.core.notes.cards import CardId
from studyapp.core.plural import count
from studyapp.core.schedule.days import today
from studyapp.core.vault.vault import Handle
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.bulk import marked

_DONE = {
    "suspend": "Suspended {}. No review shows suspended cards.",
    "resume": "Resumed {}.",
    "bury": "Buried {} until tomorrow.",
    "flag": "Flagged {}.",
    "unflag": "Removed the flags of {}.",
}


def mark(options: argparse.Namespace) -> int:
    """Set or remove a mark of cards; changes nothing if one of them cannot be found."""
    name = "unflag" if options.name == "flag" and options.remove else options.name
    with opened_alone(options) as workspace:
        handles = cards_meant(workspace, options.cards, options.query)
        action = None
        if handles:
            what, value = _mark_of(workspace, name, options)
            action = marked(workspace, handles, what, value)
            workspace.store.save(action)
    if options.json:
        print_json(_said(name, handles, action))
    else:
        print(_DONE[name].format(count(len(handles), "card")) if handles else "No cards match.")
    return 0


def cards_meant(workspace: Workspace, cards: Sequence[str], query: str | None) -> list[Handle]:
    """The named cards, then those that a query finds, each once.

    Raises:
        MisuseError: if nothing is named.
        CardNotFoundError: if there is no card of that id.
        QueryError: if the query cannot be understood.
    """
    if not cards and query is None:
        raise MisuseError("name the cards: their ids, as `studyapp search` lists them, or `--query QUERY`")
    ids = [CardId.parse(card) for card in cards]
    if query is not None:
        ids += workspace.find(query)
    return [workspace.vault.find(one) for one in dict.fromkeys(ids)]


def _mark_of(workspace: Workspace, name: str, options: argparse.Namespace) -> tuple[Mark, str]:
    tomorrow = today(workspace.clock(), workspace.vault.settings.start_of_day) + timedelta(days=1)
    return {
        "suspend": (Mark.SUSPENDED, "1"),
        "resume": (Mark.SUSPENDED, ""),
        "bury": (Mark.BURIED, tomorrow.isoformat()),
        "flag": (Mark.FLAG, getattr(options, "number", "")),
        "unflag": (Mark.FLAG, ""),
    }[name]


def _said(name: str, handles: Sequence[Handle], action: Action | None) -> dict[str, object]:
    return {
        "command": name,
        "cards": [str(handle.id) for handle in handles],
        "at": None if action is None else action.at.isoformat(),
    }
