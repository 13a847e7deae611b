"""A card's front in a line."""

from __future__ import annotations

from studyapp.core.settings.model import Settings
from studyapp.core.vault.vault import Handle
from studyapp.core.visible import visible
from studyapp.tui.render.formula import with_formulas
from studyapp.wording.cards import front_line


def shown_front(handle: Handle, settings: Settings) -> str:
    """The first words of a front, with its formulas as text, safe for a terminal."""
    return visible(front_line(handle, settings, with_formulas), newlines=False)
