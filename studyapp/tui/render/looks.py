"""How each part of a card looks: names of parts → styles, with colour and without.

Colours are the theme's own variables, so a card painted once follows a change of the theme; no note text is ever
part of a style.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from msgspec import Struct


class Anchor(Struct, frozen=True):
    """What a piece of text stands for; the widget that shows it decides what following it does."""

    kind: str
    """`note` (a wikilink, or a link to a file), `web`, `heading`, `image`, `embed`, `footnote` or `formula`."""
    target: str
    """As it stands in the note: the note and heading, the address, the title of a heading, the file of an image."""
    number: int
    """The number of this anchor in the text; the same for all pieces of one that was broken over several lines."""
    more: str = ""
    """The level of a heading, the size of an image."""


class Look(Struct, frozen=True):
    """A style that can be laid over another."""

    foreground: str = ""
    background: str = ""
    attributes: tuple[str, ...] = ()
    anchor: Anchor | None = None
    copied: str | None = None
    """What is copied in place of a drawing; see `copied`."""

    @property
    def markup(self) -> str:
        """The style in Textual's notation, empty for no style."""
        background = f"on {self.background}" if self.background else ""
        return " ".join(part for part in (*self.attributes, self.foreground, background) if part)


@lru_cache(4096)
def over(upper: Look, lower: Look) -> Look:
    """Lay `upper` over `lower`: its colours win, attributes add up."""
    extra = tuple(name for name in upper.attributes if name not in lower.attributes)
    return Look(
        upper.foreground or lower.foreground,
        upper.background or lower.background,
        lower.attributes + extra,
        upper.anchor or lower.anchor,
        lower.copied if upper.copied is None else upper.copied,
    )


def at(anchor: Anchor, look: Look) -> Look:
    """A look that says what its text stands for."""
    return Look(look.foreground, look.background, look.attributes, anchor, look.copied)


@lru_cache(256)
def drawn(look: Look, copied: str = "") -> Look:
    """The look of a drawing around a text, and what is copied in its place: usually nothing."""
    return Look(look.foreground, look.background, look.attributes, look.anchor, copied)


NOTHING: Final = Look()


class Palette(Struct, frozen=True):
    """The looks of one theme type, and the characters that replace colour where there is none."""

    looks: Mapping[str, Look]
    colours: bool

    def __getitem__(self, name: str) -> Look:
        return self.looks[name]


_BOLD: Final = Look(attributes=("bold",))
_ITALIC: Final = Look(attributes=("italic",))
_UNDERLINE: Final = Look(attributes=("underline",))

# Grey is given; so code and headings are set off by weight, and only what is marked has a colour. Underlines are for
# links, italics for the note's own emphasis.
COLOUR: Final = Palette(
    MappingProxyType(
        {
            "strong": _BOLD,
            "em": _ITALIC,
            "underline": _UNDERLINE,
            "strike": Look("$quiet", "", ("strike",)),
            "mark": Look("$strong", "$learn-marked"),
            "small": Look("$quiet"),
            "code": Look("$foreground", "$surface"),
            "math": Look("$foreground"),
            "link": Look("$act", "", ("underline",)),
            "tag": Look("$quiet", "", ("bold",)),
            "embed": Look("$quiet", "", ("italic",)),
            "footnote": Look("$act"),
            "markup": Look("$quiet"),
            **dict.fromkeys(("h1", "h2"), Look("$strong", "", ("bold",))),
            "h3": Look("$foreground", "", ("bold",)),
            **dict.fromkeys(("h4", "h5", "h6"), Look("$quiet", "", ("bold",))),
            "rule": Look("$rule"),
            "marker": Look("$quiet"),
            "quote": Look("$quiet"),
            "key": Look("$act", "", ("bold",)),
            "table-head": _BOLD,
            "table-rule": Look("$rule"),
            "block": Look("$foreground", "$surface"),
            "block-label": Look("$quiet", "$surface"),
            "code-comment": Look("$quiet", "", ("italic",)),
            "code-keyword": Look("$strong", "", ("bold",)),
            "code-string": Look("$good"),
            "code-number": Look("$foreground"),
            "code-name": Look("$act"),
            "code-builtin": Look("$quiet"),
            "code-deleted": Look("$bad"),
            "callout-info": Look("$act"),
            "callout-tip": Look("$good"),
            "callout-good": Look("$good"),
            "callout-warn": Look("$care"),
            "callout-bad": Look("$bad"),
            "callout-aside": Look("$foreground"),
            "callout-quiet": Look("$quiet"),
            "cloze-asked": Look("$strong", "$act-marked", ("bold",)),
            "cloze-hidden": Look("$quiet"),
            "cloze-answer": Look("$strong", "$good-marked", ("bold",)),
        }
    ),
    colours=True,
)

_PLAIN_ATTRIBUTES: Final = {
    "mark": Look(attributes=("reverse",)),
    "cloze-asked": Look(attributes=("bold", "reverse")),
    "cloze-answer": Look(attributes=("bold", "reverse")),
}

PLAIN: Final = Palette(
    MappingProxyType(
        {name: Look(attributes=look.attributes) for name, look in COLOUR.looks.items()} | _PLAIN_ATTRIBUTES
    ),
    colours=False,
)
"""Without colour: attributes that every terminal has, and characters where those are not enough."""
