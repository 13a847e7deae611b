"""What is said beside what matters, in quiet rows."""

from __future__ import annotations

import textwrap
from typing import Final

from textual.content import Content

QUIET: Final = "$quiet"
_LEAST: Final = 8
"""Cells of a row, at least: a narrower pane cuts it."""


def quiet_rows(text: str, width: int) -> list[Content]:
    """A text in as many rows as it takes."""
    return [Content.styled(row, QUIET) for row in textwrap.wrap(text, max(width, _LEAST))]
