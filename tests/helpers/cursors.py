"""The cursors in front, as the screen shows them."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from rich.segment import Segment
from textual.color import Color
from textual.geometry import Region
from textual.screen import ModalScreen, Screen
from textual.widget import Widget
from textual.widgets import OptionList

from studyapp.tui.widgets.parts.dialog import Dialog
from studyapp.tui.widgets.parts.rows import Rows

COLOURED, PLAIN = "▎", "▸"
_RAIL: Final = "#walk-rail"


class Cursor(NamedTuple):
    """A cursor's bar: its place, and whether its row is raised, as the list with the keys has it."""

    x: int
    y: int
    raised: bool


def in_front(screen: Screen[Any]) -> Region:
    """The part of the screen that is in front."""
    return screen.query_one(Dialog).region if isinstance(screen, ModalScreen) else screen.region


def lists(screen: Screen[Any]) -> list[Widget]:
    """The lists in sight that have rows."""
    rows = [one for one in screen.query(Rows) if one.count]
    options = [one for one in screen.query(OptionList) if one.highlighted is not None]
    rail = [one for one in screen.query(_RAIL) if getattr(one, "_body", None)]
    found = [*rows, *options, *rail]
    return [one for one in found if one.is_on_screen and place_of(one)]


def place_of(widget: Widget) -> Region:
    """The part of a widget that is in sight."""
    return widget.screen.find_widget(widget).visible_region


def cursors(screen: Screen[Any]) -> list[Cursor]:
    """Every cursor's bar; without colour, those in the first column of a list, as folded rows have the same sign."""
    plain = screen.app.no_color
    columns = [(one.content_region.x, place_of(one)) for one in lists(screen)]
    colours = [Color.parse(screen.app.theme_variables[name]).rich_color.triplet for name in ("act", "raised")]
    region, found = in_front(screen), []
    for y, strip in enumerate(screen._compositor.render_strips()[region.y : region.bottom], region.y):
        x = region.x
        for text, style, _ in strip.crop(region.x, region.right):
            for offset, sign in enumerate(text):
                at = x + offset
                blue = style is not None and style.color is not None and style.color.triplet == colours[0]
                back = style is not None and style.bgcolor is not None and style.bgcolor.triplet == colours[1]
                first = any(column == at and place.contains(at, y) for column, place in columns)
                if (sign == PLAIN and first) if plain else (sign == COLOURED and blue):
                    found.append(Cursor(at, y, back))
            x += Segment(text).cell_length
    return found
