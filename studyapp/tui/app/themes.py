"""The three themes: dark, light, and plain, which leaves the colours to the terminal.

A colour is named for its one meaning: grey is given, gold is learned or being trained, blue is an action, green and
red are right and wrong, orange needs care.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from textual.color import Color
from textual.theme import Theme

from studyapp.core.settings.model import THEMES
from studyapp.tui.widgets.drawings.colours import HUES, SHADES

_FIELD: Final = 0.16
"""How much of a hue is in the background of text."""
_MARKED: Final = 0.32
"""How much of it is in the background of highlighted words."""

_DARK: Final = {
    "background": "#13161b",
    "surface": "#1a1e25",
    "raised": "#272d39",
    "rule": "#363e4b",
    "faint": "#5d677a",
    "quiet": "#98a1b0",
    "foreground": "#d3d8e0",
    "strong": "#f6f7f9",
    "ink": "#13161b",
    "act": "#86b3f8",
    "learn": "#f2c463",
    "good": "#86d19a",
    "care": "#ef9d6b",
    "bad": "#f48d88",
    "act-area": "#5f93e0",
    "learn-area": "#e9b44a",
    "good-area": "#62b97a",
    "care-area": "#df8550",
    "bad-area": "#e0736e",
    "learn-curve": "#e9b44a",
}
_LIGHT: Final = {
    "background": "#fcfbf8",
    "surface": "#f1eee6",
    "raised": "#dfe7f5",
    "rule": "#cdc8bb",
    "faint": "#938e80",
    "quiet": "#595e68",
    "foreground": "#2b2e34",
    "strong": "#0d0f12",
    "ink": "#0d0f12",
    "act": "#1c57ad",
    "learn": "#7d5200",
    "good": "#1b663a",
    "care": "#98440b",
    "bad": "#a92727",
    "act-area": "#4b83d6",
    "learn-area": "#c4860c",
    "good-area": "#3d9a5f",
    "care-area": "#cc6f33",
    "bad-area": "#d2605a",
    "learn-curve": "#b57800",
}


def _theme(name: str, colours: Mapping[str, str], *, dark: bool) -> Theme:
    """A theme from the table; Textual's own names get the colours with the same meaning."""
    variables = {key: value for key, value in colours.items() if key not in ("background", "surface", "foreground")}
    ground = Color.parse(colours["background"])
    for hue in HUES:
        area = Color.parse(colours[f"{hue}-area"])
        for level, share in enumerate(SHADES, 1):
            variables[f"{hue}-{level}"] = ground.blend(area, share).hex
        variables[f"{hue}-field"] = ground.blend(area, _FIELD).hex
        variables[f"{hue}-marked"] = ground.blend(area, _MARKED).hex
    return Theme(
        name=name,
        primary=colours["act"],
        secondary=colours["quiet"],
        accent=colours["act"],
        warning=colours["care"],
        error=colours["bad"],
        success=colours["good"],
        foreground=colours["foreground"],
        background=colours["background"],
        surface=colours["surface"],
        panel=colours["raised"],
        dark=dark,
        # Textual's `text-muted` is a transparent black or white; where a text has no background of its own to blend
        # with, it would come out as bright as any other.
        variables=variables
        | {
            "text-muted": colours["quiet"],
            "text-disabled": colours["quiet"],
            "border": colours["act"],
            "border-blurred": colours["rule"],
            "block-cursor-background": colours["raised"],
            "block-cursor-foreground": colours["strong"],
            "block-cursor-text-style": "bold",
            "block-cursor-blurred-background": colours["background"],
            "block-cursor-blurred-foreground": colours["foreground"],
            "block-hover-background": colours["surface"],
            "input-cursor-background": colours["foreground"],
            "input-selection-background": colours["raised"],
            **dict.fromkeys(("scrollbar", "scrollbar-hover", "scrollbar-active"), colours["rule"]),
            **dict.fromkeys(
                (
                    "scrollbar-background",
                    "scrollbar-background-hover",
                    "scrollbar-background-active",
                    "scrollbar-corner-color",
                ),
                colours["background"],
            ),
        },
    )


DARK: Final = _theme("dark", _DARK, dark=True)
LIGHT: Final = _theme("light", _LIGHT, dark=False)
PLAIN: Final = "plain"
"""Attributes only: bold, dim, underline, reverse."""

NAMES: Final = THEMES
assert {DARK.name, LIGHT.name, PLAIN} == set(NAMES)
