"""What the first screen is painted without, and a later key or message may ask for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

BEGINS: Final = "studyapp.study.review.today"
"""What a review begins with, as soon as the notes have been read."""

_LATER: Final = (
    BEGINS,
    "studyapp.tui.screens.review",
    "studyapp.tui.render",
    "studyapp.tui.render.formula",
    "studyapp.core.workspace.store",
    "studyapp.runs.named",
    "studyapp.tui.screens.help",
)
"""The likeliest first."""


def import_the_rest() -> None:
    """Import it; on a thread, and once the notes have been read: before, the first keys would feel it."""
    for name in _LATER:
        import_module(name)
