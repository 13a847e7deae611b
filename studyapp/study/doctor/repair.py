"""What the fixes of a note make of it, in as many rounds as they need; pure, nothing is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from studyapp.core.text.note_text import Edit, digest_of
from studyapp.study.doctor.findings import Fix, combined, difference
from studyapp.study.doctor.mending import outside

_ROUNDS: Final = 8
"""Fixes that touch each other are made one after the other."""


class Repair(Struct, frozen=True):
    """A note with fixes made."""

    path: str
    old: bytes
    new: bytes
    rounds: tuple[tuple[Edit, ...], ...]
    """The edits that lead from the one to the other; those of a round refer to what the round before left."""
    fixes: tuple[Fix, ...]

    @property
    def difference(self) -> list[str]:
        """The lines of a unified difference."""
        return difference(self.path, self.old, self.new)


def repair(path: str, raw: bytes, fixes: Callable[[bytes], Sequence[Fix]]) -> Repair | None:
    """Make the fixes of a note until none is left; None if there is nothing to do.

    Args:
        path: the note's.
        raw: its bytes.
        fixes: gives the fixes that are offered for other bytes of it.
    """
    rounds: list[tuple[Edit, ...]] = []
    made: list[Fix] = []
    new = raw
    for _ in range(_ROUNDS):
        offered = fixes(new)
        edits, after = combined(offered, new)
        if not edits or outside(after) != outside(raw):
            break
        made += offered
        rounds.append(edits)
        new = after
    return Repair(path, raw, new, tuple(rounds), tuple(made)) if new != raw else None


def repair_once(path: str, raw: bytes, fixes: Iterable[Fix]) -> Repair | None:
    """Make those fixes of a note that are meant for these bytes; None if there are none."""
    chosen = tuple(fix for fix in fixes if fix.digest == digest_of(raw))
    edits, new = combined(chosen, raw)
    return Repair(path, raw, new, (edits,), chosen) if edits and outside(new) == outside(raw) else None


def by_note(fixes: Iterable[Fix]) -> dict[str, list[Fix]]:
    """The fixes of each note."""
    found: dict[str, list[Fix]] = {}
    for fix in fixes:
        found.setdefault(fix.path, []).append(fix)
    return found
