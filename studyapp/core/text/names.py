"""Names as they are compared: `ü` is one character in some names and two in others, and both are the same name.

A Mac writes file names with two, other systems with one; a sync keeps them as they were. Files are opened by the name
that they have; what a person or a note calls them is looked up here.
"""

from __future__ import annotations

from collections.abc import Collection
from unicodedata import normalize


def composed(name: str) -> str:
    """A name with each letter in as few characters as may be."""
    return name if name.isascii() else normalize("NFC", name)


def as_compared(name: str) -> str:
    """A name by which others are found that differ in capitals or in the form of their letters only."""
    return composed(composed(name).casefold())


def as_known(name: str, known: Collection[str]) -> str:
    """The one of the known names that is the same; the name itself where none is, or several are."""
    if name in known or name.isascii():
        return name
    wanted = composed(name)
    same = [one for one in known if not one.isascii() and composed(one) == wanted]
    return same[0] if len(same) == 1 else name
