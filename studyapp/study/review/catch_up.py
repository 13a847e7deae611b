"""Keeps a review going while its notes are changed elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from msgspec.structs import replace

from studyapp.core.vault.line import CardLine
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Handle, Vault
from studyapp.study.review.lineup import LeftOut
from studyapp.study.review.session import Session


class CaughtUp(NamedTuple):
    """The effect of changes elsewhere on a review."""

    changed: bool
    """Whether the current card's text has changed."""
    moved_on: bool
    """Whether there is another current card, as the previous one is gone or was reviewed elsewhere."""
    gone: int
    """Upcoming cards that are gone, or were reviewed elsewhere."""
    came: int
    """Cards that have joined the line."""


def catch_up(session: Session, queue: Callable[[], Iterable[CardRow]] = tuple) -> CaughtUp:
    """Bring a review up to date with changed notes; a renamed note is recognised.

    Cards that the queue has once the upcoming ones are recognised join at the end.
    """
    before, lost = session.current, None
    if before is not None and not _is_as_it_was(session.vault, row := before.row):
        found = _found_again(session, row)
        lost = found if isinstance(found, LeftOut) else None
        session.current = None if isinstance(found, LeftOut) else found
    gone = _look_for_those_in_line(session)
    asked = _fresh(session, queue())
    had = session.had({row.path for row in asked})
    came = [row for row in asked if row.id not in had]
    for row in came:
        session.waiting.append(row)
    after = session.current
    changed = before is not None and after is not None and _text(after) != _text(before)
    moved_on = lost is not None or (after is None and bool(came))
    if lost is not None:
        session.left_out.append(lost)
    if moved_on:
        session.advance()
    session.count_again()
    return CaughtUp(changed, moved_on, gone, len(came))


def _fresh(session: Session, asked: Iterable[CardRow]) -> list[CardRow]:
    """What is to be reviewed now, without most of what is already in line."""
    if not isinstance(asked, CardLine):
        return list(asked)
    waiting = session.waiting.numbers()
    rows = asked.at([number for number in asked.numbers if abs(number) not in waiting])
    return [row for row in rows if row is not None]


def _text(handle: Handle) -> tuple[str, str, str]:
    return handle.question.text, handle.card.front, handle.card.back


def _look_for_those_in_line(session: Session) -> int:
    """Update the upcoming cards; returns how many are gone, or were reviewed elsewhere."""
    gone = 0
    for row in session.waiting.looked_up():
        if _is_as_it_was(session.vault, row):
            continue
        found = _found_again(session, row)
        if isinstance(found, LeftOut):
            gone += 1
            session.waiting.remove(row)
        else:
            session.waiting.replace(row, found.row)
    return gone


def _is_as_it_was(vault: Vault, row: CardRow) -> bool:
    return vault.digest(row.path) == row.question.digest


def _found_again(session: Session, row: CardRow) -> Handle | LeftOut:
    """An upcoming card, in its note or in the one that now has that note's bytes."""
    vault, question = session.vault, row.question
    if not vault.knows(row.path) and (paths := vault.paths_of(question.digest)):
        row = replace(row, question=replace(question, path=paths[0]))
    return session.look_again(row)
