"""Formulas in Anki's fields, set aside as Markdown before the HTML around them is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Final

_BEGINS: Final = re.compile(
    r"(?P<inline>\\\()|(?P<block>\\\[)|(?P<old>\[\$\])|(?P<oldblock>\[\$\$\])|(?P<latex>\[latex\])"
    r"|(?P<jax><anki-mathjax(?P<wide>[^<>]*)>)",
    re.IGNORECASE,
)
_ENDS: Final = {
    "inline": re.compile(r"\\\)"),
    "block": re.compile(r"\\\]"),
    "old": re.compile(r"\[/\$\]"),
    "oldblock": re.compile(r"\[/\$\$\]"),
    "latex": re.compile(r"\[/latex\]", re.IGNORECASE),
    "jax": re.compile("</anki-mathjax>", re.IGNORECASE),
}
_TAG: Final = re.compile(r"<[^<>]*>")
_BREAK: Final = re.compile(r"<(?:br|/div|/p)\b[^<>]*>", re.IGNORECASE)


def with_held_formulas(html: str, hold: Callable[[str], str], losses: set[str]) -> str:
    """HTML with what `hold` makes of each formula in its place; a document in LaTeX is a loss."""
    pieces: list[str] = []
    endless: set[str] = set()
    """Kinds that nothing further on ends: searching for the end of each formula could take long."""
    done = place = 0
    while (begins := _BEGINS.search(html, place)) is not None:
        kind = next(name for name in _ENDS if begins[name] is not None)
        ends = None if kind in endless else _ENDS[kind].search(html, begins.end())
        if ends is None:
            endless.add(kind)
            place = begins.start() + 1
            continue
        wide = "block" in kind or "block" in (begins["wide"] or "")
        pieces += (html[done : begins.start()], _formula(kind, html[begins.end() : ends.start()], hold, losses, wide))
        done = place = ends.end()
    return "".join((*pieces, html[done:]))


def _formula(kind: str, source: str, hold: Callable[[str], str], losses: set[str], wide: bool) -> str:
    if kind == "latex":
        losses.add("LaTeX documents")
        return hold(f"`{plain_html(source).replace('`', chr(39))}`")
    formula = _safe_formula(plain_html(source))
    return hold(f"$${formula}$$" if wide else f"${formula}$") if formula else ""


def plain_html(html: str) -> str:
    """The plain text of HTML, on one line."""
    return " ".join(unescape(_TAG.sub("", _BREAK.sub(" ", html))).split())


def _safe_formula(source: str) -> str:
    for sign in ("::", "==", ";;"):
        while sign in source:
            source = source.replace(sign, f"{sign[0]}{{}}{sign[0]}")
    return source.replace("$", "\\$" if "\\$" not in source else "$")
