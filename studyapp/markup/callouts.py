"""Obsidian's callouts: the kinds, their aliases, their marks and the role of their colour.

Source: Obsidian's help, "Callouts". A kind unknown to Obsidian looks like a note there, and here.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec import Struct


class Callout(Struct, frozen=True):
    """How one kind of callout is drawn."""

    icon: str
    """One cell wide in every terminal: none of them has an emoji form."""
    look: str
    """The name of its look in the palette."""


_NOTE: Final = Callout("✎", "callout-info")
_KINDS: Final = (
    (_NOTE, "note"),
    (Callout("≡", "callout-tip"), "abstract summary tldr"),
    (Callout("i", "callout-info"), "info"),
    (Callout("○", "callout-info"), "todo"),
    (Callout("✦", "callout-tip"), "tip hint important"),
    (Callout("✓", "callout-good"), "success check done"),
    (Callout("?", "callout-warn"), "question help faq"),
    (Callout("!", "callout-warn"), "warning caution attention"),
    (Callout("✗", "callout-bad"), "failure fail missing"),
    (Callout("↯", "callout-bad"), "danger error"),
    (Callout("✱", "callout-bad"), "bug"),
    (Callout("≣", "callout-aside"), "example"),
    (Callout("❝", "callout-quiet"), "quote cite"),
)
_BY_NAME: Final = {name: callout for callout, names in _KINDS for name in names.split()}

TITLE: Final = re.compile(r"\[!([^\]\n]{1,100})\]([+-]?)(?:[ \t]+(.*)|[ \t]*)$")
"""The first line of a callout: kind with metadata, fold mark, title."""

METADATA_KIND: Final = "sr"
"""The plugin keeps schedules in `> [!sr|card-metadata]`: data, not text, and never shown."""

FOLD_MARKS: Final = {"": "", "+": " ▾", "-": " ▸"}
"""A card shows folded text too, as it may be the answer; the mark says how Obsidian opens it."""


def callout(kind: str) -> Callout:
    """How a callout of this kind is drawn; case does not matter."""
    return _BY_NAME.get(kind.strip().lower(), _NOTE)


def default_title(kind: str) -> str:
    """What Obsidian shows for a callout without a title."""
    words = kind.strip().replace("-", " ")
    return words[:1].upper() + words[1:].lower()
