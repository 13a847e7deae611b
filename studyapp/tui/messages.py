"""What threads of the app report; those of the writer are in `writer.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from studyapp.core.errors import Problem
from studyapp.core.vault.decks import Deck
from studyapp.tui.field_message import FieldMessage

if TYPE_CHECKING:
    from demos.catalog import Catalog
    from studyapp.core.workspace.renames import Lineage
    from studyapp.study.reader.library import Library


class VaultRead(FieldMessage):
    """The notes have been read."""

    decks: Deck | None
    """With their counts; None where nobody shows them."""


class ReadFailed(FieldMessage):
    """Reading the notes met something that it should not."""

    error: Exception


class KeysChecked(FieldMessage):
    """The keys of the settings have been held against what is bound."""

    problems: list[Problem]


class DemosRead(FieldMessage):
    """The declarations of the demos have been read."""

    catalog: Catalog


class LibraryRead(FieldMessage):
    """The files and aliases of the vault are known."""

    library: Library


class PictureDrawn(FieldMessage):
    """A picture that is on the screen has been decoded, or cannot be."""


class LineageTraced(FieldMessage):
    """It is known who the cards are that were edited elsewhere."""

    lineage: Lineage
