"""HTML elements in notes: the effect of each on the text around it, and how tags are read.

An unknown tag stays as it is written: `List<int>` is not markup, and no part of a card is ever left out.
"""

from __future__ import annotations

import re
from html import unescape
from html.entities import html5
from typing import Final

TAG: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})((?:[\s/][^<>]{0,2000})?)>")
"""A tag: `/` where it closes, the name, the attributes."""
_ATTRIBUTE: Final = re.compile(r"""([A-Za-z-]{1,30})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+)))?""")
_ENTITY: Final = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

UNSHOWN: Final = frozenset(("head", "noembed", "noframes", "rp", "script", "style", "template", "title"))
"""Elements that a reader does not see at all, contents included."""
LINES: Final = frozenset(
    (
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details", "dialog", "dir"),
        *(
            "div",
            "dl",
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
        ),
        *("header", "hgroup", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "option", "p", "pre"),
        *("search", "section", "select", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    )
)
"""Elements that start and end a line."""
BREAKS: Final = frozenset(("br", "hr"))
MEDIA: Final = {
    "img": "image",
    "audio": "audio",
    "video": "video",
    "iframe": "page",
    "embed": "file",
    "object": "file",
}
"""What an element shows that text cannot, by its name."""
SILENT: Final = frozenset(
    (
        *("a", "abbr", "acronym", "area", "b", "bdi", "bdo", "big", "button", "canvas", "cite", "code", "col"),
        *("colgroup", "data", "datalist", "del", "dfn", "em", "font", "i", "input", "ins", "kbd", "label", "link"),
        *("map", "mark", "meta", "meter", "nobr", "noscript", "output", "param", "picture", "progress", "q", "rb"),
        *("rt", "rtc", "ruby", "s", "samp", "slot", "small", "source", "span", "strike", "strong", "sub", "sup"),
        *("td", "textarea", "th", "time", "track", "tt", "u", "var", "wbr"),
    )
)
"""Elements within a line."""
KNOWN: Final = UNSHOWN | LINES | BREAKS | MEDIA.keys() | SILENT

AROUND: Final = {"q": ("“", "”"), "rt": ("(", ")")}
"""What is written around an element's text: quotation marks, and the reading of ruby characters."""
FOLDED, UNFOLDED = "▸ ", "▾ "
"""What is written before the summary of `<details>`, which a card shows open, as it may be the answer."""


def decoded(text: str) -> str:
    """A text with its entities replaced by their characters, as Markdown does: each ends with `;`.

    A name that only starts like an entity's (`&notes;`) stays as it is.
    """
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    return unescape(entity[0]) if entity[0][1] == "#" else html5.get(entity[0][1:], entity[0])


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag by their names in lower case; where a name occurs twice, the first counts."""
    values: dict[str, str] = {}
    for found in _ATTRIBUTE.finditer(text):
        values.setdefault(found[1].lower(), decoded(found[2] or found[3] or found[4] or ""))
    return values


def media_text(name: str, values: dict[str, str]) -> tuple[str, str]:
    """What an element of `MEDIA` shows, and its source: the alternative text, or the source itself."""
    source = values.get("src") or values.get("data") or ""
    return values.get("alt") or values.get("title") or source or MEDIA[name], source
