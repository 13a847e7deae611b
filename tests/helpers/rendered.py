"""A card's texts as they look without embeds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from studyapp.tui.render import Palette, Rendered, render_note


def alone(
    markdown: str,
    *,
    width: int,
    height: int,
    spans: Sequence[tuple[int, int, str]],
    palette: Palette,
    taken: frozenset[str],
) -> Rendered:
    """Render a text; there is no picture for which the height would count."""
    return render_note(markdown, width=width, spans=spans, palette=palette, taken=taken)


def render_card(markdown: str, **given: Any) -> Content:
    """A card's text as one `Content`."""
    return render_note(markdown, **given).content
