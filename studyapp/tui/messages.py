"""What threads of the app report; those of the writer are in `writer.py`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

from studyapp.core.deck import Deck
from studyapp.core.errors import Problem

if TYPE_CHECKING:
    from demos.catalog import Catalog
    from studyapp.core.library import Library
    from studyapp.core.lineage import Lineage


@dataclass
class VaultRead(Message):
    """The notes have been read."""

    decks: Deck | None
    """With their counts; None where nobody shows them."""


@dataclass
class ReadFailed(Message):
    """Reading the notes met something that it should not."""

    error: Exception


@dataclass
class KeysChecked(Message):
    """The keys of the settings have been held against what is bound."""

    problems: list[Problem]


@dataclass
class DemosRead(Message):
    """The declarations of the demos have been read."""

    catalog: Catalog


@dataclass
class LibraryRead(Message):
    """The files and aliases of the vault are known."""

    library: Library


@dataclass
class PictureDrawn(Message):
    """A picture that is on the screen has been decoded, or cannot be."""


@dataclass
class LineageTraced(Message):
    """It is known who the cards are that were edited elsewhere."""

    lineage: Lineage
