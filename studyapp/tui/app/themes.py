"""The three ways to paint: dark, light, and plain, which leaves the colours to the terminal."""

from __future__ import annotations

from typing import Final

from textual.theme import Theme

from studyapp.core.settings.values import THEMES

# The usual `text-muted` is a transparent black or white; where a text has no background of its own to blend with, it
# would come out as bright as any other.
DARK: Final = Theme(
    name="dark",
    primary="#86aede",
    secondary="#a9b4c8",
    accent="#dcb16b",
    warning="#dcb16b",
    error="#df827d",
    success="#8fc495",
    foreground="#dcdfe6",
    background="#15171c",
    surface="#1c1f26",
    panel="#262a33",
    dark=True,
    variables={"text-muted": "#8e96a5"},
)

LIGHT: Final = Theme(
    name="light",
    primary="#2a5a98",
    secondary="#566073",
    accent="#8f5200",
    warning="#8f5200",
    error="#a8322f",
    success="#266c43",
    foreground="#23262c",
    background="#fbfaf7",
    surface="#f2f0ea",
    panel="#e6e3da",
    dark=False,
    variables={"text-muted": "#5a5f69"},
)

PLAIN: Final = "plain"
"""Attributes only: bold, dim, underline, reverse."""

NAMES: Final = THEMES
assert {DARK.name, LIGHT.name, PLAIN} == set(NAMES)
