"""Formulas in Anki's fields, set aside as Markdown before the HTML around them is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Final

_MATHS: Final = re.compile(
    r"\\\((?P<inline>.*?)\\\)|\\\[(?P<block>.*?)\\\]|\[\$\](?P<old>.*?)\[/\$\]|\[\$\$\](?P<oldblock>.*?)\[/\$\$\]"
    r"|<anki-mathjax(?P<wide>[^>]*)>(?P<jax>.*?)</anki-mathjax>|\[latex\](?P<latex>.*?)\[/latex\]",
    re.DOTALL | re.IGNORECASE,
)
_TAG: Final = re.compile(r"<[^>]*>")
_BREAK: Final = re.compile(r"<(?:br|/div|/p)\b[^>]*>", re.IGNORECASE)


def with_formulas(html: str, hold: Callable[[str], str], losses: set[str]) -> str:
    """HTML with what `hold` makes of each formula in its place; a document in LaTeX is a loss."""

    def one(match: re.Match[str]) -> str:
        groups = match.groupdict()
        if (latex := groups["latex"]) is not None:
            losses.add("LaTeX documents")
            return hold(f"`{plain(latex).replace('`', chr(39))}`")
        source = next(value for name, value in groups.items() if value is not None and name != "wide")
        wide = groups["block"] is not None or groups["oldblock"] is not None or "block" in (groups["wide"] or "")
        formula = _safe_formula(plain(source))
        return hold(f"$${formula}$$" if wide else f"${formula}$") if formula else ""

    return _MATHS.sub(one, html)


def plain(html: str) -> str:
    """The plain text of HTML, on one line."""
    return " ".join(unescape(_TAG.sub("", _BREAK.sub(" ", html))).split())


def _safe_formula(source: str) -> str:
    for sign in ("::", "==", ";;"):
        while sign in source:
            source = source.replace(sign, f"{sign[0]}{{}}{sign[0]}")
    return source.replace("$", "\\$" if "\\$" not in source else "$")
