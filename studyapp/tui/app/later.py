"""What the first screen is painted without, and the next key or message may ask for."""

from __future__ import annotations

from importlib import import_module
from typing import Final

_LATER: Final = (
    "studyapp.study.review.today",
    "studyapp.tui.screens.review",
    "studyapp.tui.render",
    "studyapp.tui.render.formula",
    "studyapp.core.workspace.store",
    "studyapp.runs.named",
    "studyapp.tui.screens.help",
)
"""The likeliest first."""


def import_the_rest() -> None:
    """Import it; on a thread, so that a key that asks for some of it need not wait for all."""
    for name in _LATER:
        import_module(name)
