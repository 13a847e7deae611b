"""Modules imported ahead of need: the first screen does without them, but a later key or message may not."""

from __future__ import annotations

from importlib import import_module
from typing import Final

BEGINS: Final = "studyapp.study.review.today"
"""What a review needs once the notes have been read."""

_LATER: Final = (
    BEGINS,
    "studyapp.tui.screens.review.review",
    "studyapp.tui.render.blocks",
    "studyapp.tui.render.formulas.one_line",
    "studyapp.core.text.spoken",
    "studyapp.core.workspace.store",
    "studyapp.runs.cards.card_demos",
    "studyapp.tui.screens.dialogs.help",
    "studyapp.tui.screens.dialogs.choose",
)
"""Most likely first."""


def import_the_rest() -> None:
    """Import them on a thread, once the notes have been read; earlier, it would delay the first keys."""
    for name in _LATER:
        import_module(name)
