"""Examines the notes of a large vault in separate processes: `python -m studyapp.study.doctor.parts`."""

from __future__ import annotations

import gc
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from studyapp.core.disk import pool
from studyapp.core.disk.place import files_in
from studyapp.core.edits.identity import Owners
from studyapp.core.notes.cards import CardId
from studyapp.core.notes.ignored import original_of
from studyapp.core.notes.links import Catalogue
from studyapp.core.settings.model import Settings
from studyapp.study.doctor.checks.foreign import DATA_NOTE
from studyapp.study.doctor.looks import Account, Check, LoggedError, look_at
from studyapp.study.doctor.subject import Surroundings

MANY = 500
"""The fewest notes at which processes pay off."""
TOGETHER = 64
"""Notes sent to a process at a time."""


class Visit(NamedTuple):
    """A note to examine, with its settings."""

    path: str
    settings: Settings
    fields: bool
    """Whether `name:: value` means something other than a card."""


_Greeting = tuple[Path, frozenset[str], Sequence[Check]]
"""The vault, the entries that the review log knows, and the checks beyond those made of every note."""
_Part = list[tuple[dict[str, Any], bool, list[str]]]
"""Paths, with their settings and fields."""


class _Unnamed(Owners):
    """Knows which entries the review log names, but not whose they are."""

    def __init__(self, logged: frozenset[str]) -> None:
        super().__init__()
        self._logged = logged

    def of(self, entries: Iterable[str]) -> CardId | None:
        """None; a LoggedError if the log would say more."""
        if not self._logged.isdisjoint(entries):
            raise LoggedError
        return None


def look_apart(
    root: Path, places: Sequence[Visit], logged: frozenset[str], more: Sequence[Check]
) -> Iterator[Account | None]:
    """Examine notes in other processes, with the entries that the log knows; None for each to be examined here."""
    greeting: _Greeting = (root.absolute(), logged, more)
    if len(places) < MANY or pool.cores() < 2 or not _can_be_told(more):
        yield from (None for _ in places)
        return
    parts = [places[start : start + TOGETHER] for start in range(0, len(places), TOGETHER)]
    asked = [_asked(part) for part in parts]
    ready: dict[int, list[Account | None]] = {}
    with closing(pool.shared("studyapp.study.doctor.parts", greeting, asked, _none)) as answers:
        for number, part in enumerate(parts):
            while number not in ready:
                done, looks = next(answers)
                ready[done] = looks
            looked = iter(ready.pop(number))
            for place in part:
                yield None if _is_odd(place.path) else next(looked)


def _can_be_told(checks: Sequence[Check]) -> bool:
    try:
        pickle.dumps(checks)
    except (pickle.PicklingError, AttributeError, TypeError):
        return False
    return True


def _is_odd(path: str) -> bool:
    """Whether a note is a copy or another program's; these are examined here, with the names of the others."""
    return original_of(path) is not None or path.rpartition("/")[2] == DATA_NOTE


def _asked(part: Sequence[Visit]) -> _Part:
    """Describe the notes and their settings."""
    return [
        (of.as_told, is_field, [place.path for place in places if not _is_odd(place.path)])
        for (of, is_field), places in groupby(part, key=lambda place: (place.settings, place.fields))
    ]


def _none(part: _Part) -> list[Account | None]:
    return [None for _, _, paths in part for _ in paths]


def prepare(greeting: _Greeting) -> Callable[[_Part], list[Account | None]]:
    """What examines parts of a vault."""
    root, logged, more = greeting
    catalogue, owners = Catalogue(files_in(root)), _Unnamed(logged)

    def answer(part: _Part) -> list[Account | None]:
        found: list[Account | None] = []
        for values, is_field, paths in part:
            settings, around = Settings(**values), Surroundings(owners, is_field)
            for path in paths:
                try:
                    found.append(look_at(root, path, settings, around, catalogue, more))
                except LoggedError:
                    found.append(None)
        return found

    return answer


if __name__ == "__main__":
    gc.disable()  # notes hold no cycles
    pool.serve(prepare)
