"""Finds notes by a typed part of their names: the best match first, and the likeliest one for a typo."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final

from msgspec import Struct

from studyapp.core.text.names import as_compared
from studyapp.core.text.slips import slips

_LETTERS: Final = 24
"""The most letters matched in order."""


Rank = tuple[int, int, int, str]
"""Lower is better."""


class FoundNote(Struct, frozen=True):
    """A match."""

    path: str
    alias: str = ""
    """The name that matched, if it is not the note's own."""


class NoteFinder:
    """Knows the names of all notes."""

    def __init__(self, notes: Iterable[tuple[str, Iterable[str]]]) -> None:
        """Take the paths of notes with their aliases; with nothing typed they are listed in this order."""
        self._entries: list[tuple[str, str, FoundNote]] = []
        """What each is compared with: its name, and its path with it."""
        for path, aliases in notes:
            name, folded = path.rpartition("/")[2][:-3], as_compared(path[:-3])
            self._entries.append((as_compared(name), folded, FoundNote(path)))
            self._entries += [(as_compared(alias), as_compared(alias), FoundNote(path, alias)) for alias in aliases]

    def find(self, typed: str, most: int = 100) -> list[FoundNote]:
        """The matching notes, the best first; each once."""
        wanted = as_compared(typed).strip()
        if not wanted:
            found: Iterable[FoundNote] = (note for _, _, note in self._entries if not note.alias)
        else:
            ranked = [*self._by_words(wanted)] or [*self._by_letters(wanted), *self._with_a_slip(wanted)]
            found = (note for _, note in sorted(ranked, key=lambda pair: pair[0]))
        once: dict[str, FoundNote] = {}
        for note in found:
            once.setdefault(note.path, note)
            if len(once) == most:
                break
        return list(once.values())

    def _by_words(self, wanted: str) -> Iterator[tuple[Rank, FoundNote]]:
        """Notes with all words: as the name, at its start, at the start of a word, within it, in the path."""
        first, *others = wanted.split()
        for name, path, note in self._entries:
            if first not in path or not all(word in path for word in others):
                continue
            place = name.find(wanted)
            if name == wanted:
                rank = 0
            elif place == 0:
                rank = 1
            elif place > 0 and not name[place - 1].isalnum():
                rank = 2
            elif place > 0 or all(word in name for word in (first, *others)):
                rank = 3
            else:
                rank = 5
            yield (rank + bool(note.alias), 0, len(name), path), note

    def _by_letters(self, wanted: str) -> Iterator[tuple[Rank, FoundNote]]:
        """Notes whose name has all letters in order, such as `peft`; closer together is better."""
        first, *others = map(re.escape, wanted.replace(" ", "")[:_LETTERS])
        # Each letter is taken where it comes first: other places find nothing more, and there are too many to try.
        initials = re.compile(rf"\b{first}" + "".join(rf"(?>.*?\b{letter})" for letter in others))
        within = re.compile(first + "".join(f"(?>.*?{letter})" for letter in others))
        for name, path, note in self._entries:
            if (found := initials.search(name)) is not None:
                yield (0, 0, len(name), path), note
            elif (found := within.search(name)) is not None and len(found[0]) <= 3 * (1 + len(others)):
                yield (2, len(found[0]), len(name), path), note

    def _with_a_slip(self, wanted: str) -> Iterator[tuple[Rank, FoundNote]]:
        """Notes with each word, with one letter wrong, missing, extra, or swapped with the next."""
        patterns = [re.compile(slips(word)) for word in wanted.split()]
        for name, path, note in self._entries:
            if all(pattern.search(path) for pattern in patterns):
                in_path = sum(pattern.search(name) is None for pattern in patterns)
                yield (1, in_path, len(name), path), note
