"""Write what fixes make of a note."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from msgspec import Struct

from studyapp.core.errors import JournalError, StudyError
from studyapp.core.workspace.store import Store
from studyapp.study.doctor.repair import Repair


class Treated(Struct, frozen=True):
    """What became of a repair."""

    repair: Repair
    raw: bytes | None
    """The note's bytes as they are now; None where it was not written."""
    why_not: str | None = None
    """Why it was not written, or not to the end."""
    log_failed: bool = False


def treat(store: Store, repairs: Iterable[Repair], now: datetime) -> list[Treated]:
    """Make repairs, each logged so that undo takes it back; notes that have changed meanwhile are left alone."""
    done: list[Treated] = []
    for repair in repairs:
        done.append(_treat(store, repair, now))
        if done[-1].log_failed:
            break  # nothing more could be taken back
    return done


def _treat(store: Store, repair: Repair, now: datetime) -> Treated:
    raw = repair.old
    written: bytes | None = None
    for edits in repair.rounds:
        try:
            written = store.edit(repair.path, raw, edits, now).raw
        except StudyError as error:
            return Treated(repair, written, str(error), isinstance(error, JournalError))
        raw = written if written is not None else raw
    return Treated(repair, written)
