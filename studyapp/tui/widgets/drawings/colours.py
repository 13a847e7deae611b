"""The shades of the theme's hues, by name; see `app.themes`."""

from __future__ import annotations

from typing import Final

HUES: Final = ("act", "learn", "good", "care", "bad")
"""Blue for actions, gold for what was learned, green for right, orange for care, red for wrong."""
SHADES: Final = (0.38, 0.58, 0.80, 1.0)
"""The share of a hue's area colour in each shade; the rest is background."""


def shade(hue: str, level: int) -> str:
    """The style of an area in a hue's shade, from 1, the faintest, to 4; 0 is empty."""
    return f"${hue}-{level}" if level else "$raised"
