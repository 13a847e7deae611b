"""Changes many cards at once, as far as they still exist."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import CardNotFoundError
from studyapp.core.log.actions import Action
from studyapp.core.log.marks import Mark, marking
from studyapp.core.notes.cards import CardId
from studyapp.core.vault.vault import Handle, Vault
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.lineup import LeftOut
from studyapp.study.review.today import begin_with


class Resets(Struct):
    """The outcome of resetting cards."""

    made: list[Action]
    left_out: list[LeftOut]


def still_there(vault: Vault, cards: Iterable[CardId]) -> list[Handle]:
    """The cards that their notes still contain."""
    found = []
    for card in cards:
        try:
            found.append(vault.find(card))
        except CardNotFoundError:
            continue
    return found


def resets(workspace: Workspace, handles: Iterable[Handle]) -> Resets:
    """Reset the cards that are still what they were when that was requested."""
    session = begin_with(workspace, ())
    done = Resets([], [])
    for handle in handles:
        if (left_out := session.take(handle.row)) is not None:
            done.left_out.append(left_out)
        elif (action := session.reset()) is not None:
            done.made.append(action)
    return done


def marked(workspace: Workspace, handles: Sequence[Handle], mark: Mark, value: str) -> Action:
    """Set a mark of cards, or with an empty value remove it, as one action."""
    first = handles[0]
    seen = Seen.of(first.note, first.question, first.card)
    return marking(seen, workspace.clock(), [handle.id for handle in handles], mark, value)
