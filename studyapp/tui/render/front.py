"""A card's front in a line."""

from __future__ import annotations

from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.tui.render.formulas.one_line import with_formulas
from studyapp.wording.cards import QUOTED, front_line


def shown_front(handle: Handle, most: int = QUOTED) -> str:
    """The first words of a front in at most that many cells, with its formulas as text, safe for a terminal."""
    return visible(front_line(handle, with_formulas, most), newlines=False)
