"""The kind of graphics a terminal has, by its environment: asking the terminal could take long, or for ever."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from studyapp.core.visible import is_dumb, wants_no_colour


class Graphics(StrEnum):
    """How pictures are drawn."""

    NONE = "none"
    """Only their names are shown."""
    HALF_BLOCKS = "half blocks"
    KITTY = "kitty"
    SIXEL = "sixel"


_KITTY_TERMS = ("xterm-kitty", "xterm-ghostty")
_SIXEL_TERMS = ("foot", "mlterm", "contour", "xterm-sixel", "yaft")


def graphics_of(environ: Mapping[str, str]) -> Graphics:
    """What the environment says about the terminal; tmux and screen pass no graphics on."""
    term = environ.get("TERM", "")
    if wants_no_colour(environ) or is_dumb(environ) or not term:
        return Graphics.NONE
    if environ.get("TMUX") or environ.get("STY") or term.startswith(("tmux", "screen")):
        return Graphics.HALF_BLOCKS
    program = environ.get("TERM_PROGRAM", "").lower()
    if term in _KITTY_TERMS or environ.get("KITTY_WINDOW_ID") or program == "ghostty":
        return Graphics.KITTY
    if term.startswith(_SIXEL_TERMS) or program == "wezterm":
        return Graphics.SIXEL
    return Graphics.HALF_BLOCKS
