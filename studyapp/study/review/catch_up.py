"""Keeps a review going while its notes are changed elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import NamedTuple

from msgspec.structs import replace

from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.table.line import CardLine
from studyapp.core.vault.vault import Handle
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
    before, lost, look = session.current, None, _Look(session)
    if before is not None and not look.finds_as_it_was(row := before.row):
        found = look.again(row)
        lost = found if isinstance(found, LeftOut) else None
        session.current = None if isinstance(found, LeftOut) else found
    gone = _look_for_those_in_line(session, look)
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


def _look_for_those_in_line(session: Session, look: _Look) -> int:
    """Update the upcoming cards; returns how many are gone, or were reviewed elsewhere."""
    gone = 0

    def now(row: CardRow) -> CardRow | None:
        nonlocal gone
        if look.finds_as_it_was(row):
            return row
        found = look.again(row)
        if isinstance(found, LeftOut):
            gone += 1
            return None
        return found.row

    session.waiting.revise(now)
    return gone


class _Look:
    """Finds the cards of a review in their notes; each note is read once, as it may have thousands of cards."""

    def __init__(self, session: Session) -> None:
        self._look_again = session.look_again
        vault = session.vault
        self._digest, self._paths_of, self._read = (
            cache(vault.digest),
            cache(vault.paths_of),
            cache(vault.refresh_if_changed),
        )

    def finds_as_it_was(self, row: CardRow) -> bool:
        return self._digest(row.path) == row.question.digest

    def again(self, row: CardRow) -> Handle | LeftOut:
        """An upcoming card, in its note or in the one that now has that note's bytes."""
        question = row.question
        if self._digest(row.path) is None and (paths := self._paths_of(question.digest)):
            row = replace(row, question=replace(question, path=paths[0]))
        return self._look_again(row, self._read)
