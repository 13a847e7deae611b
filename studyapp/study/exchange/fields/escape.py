"""Text with backslashes before what a reader of Markdown or the plugin would take for markup."""

from __future__ import annotations

import re
from typing import Final

_STARTS: Final = re.compile(r"(#{1,6}(?=\s|$)|[-+](?=\s|$)|>|\|(?=.*\|)|={2,}$|-{2,}$|`{3,}|~{3,}|\?{1,3}$)")
_NUMBERED: Final = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_HASH: Final = re.compile(r"(^|\s)#(?=[^\s#])")
_ENTRY: Final = re.compile(r"(![0-9-]+),(?=[0-9]+,[0-9]+)")
"""Numbers that the plugin takes for a schedule, wherever they stand."""
_BLOCK_ID: Final = re.compile(r"(^|\s)\^(?=[A-Za-z0-9-]+$)")


def escaped(text: str, *, at_start: bool) -> str:
    """Text that is shown as it stands, at the start of a line or within it."""
    text = re.sub(r"([\\*`$])", r"\\\1", text).replace("<", "&lt;")
    text = re.sub(r"(?<![^\W_])_|_(?![^\W_])", r"\\_", text)
    text = text.replace("[[", "[\\[").replace("![", "!\\[").replace("~~", "\\~~").replace("%%", "\\%%")
    while "::" in text or "==" in text:
        text = text.replace("::", ":\\:").replace("==", "=\\=")
    text = _ENTRY.sub(r"\1\\,", _HASH.sub(r"\1\\#", text))
    return _BLOCK_ID.sub(r"\1\\^", _at_start(text) if at_start else text)


def _at_start(text: str) -> str:
    """Text that could be taken for a list, a quote or a separator."""
    if _NUMBERED.match(text):
        return _NUMBERED.sub(r"\1\\\2", text, count=1)
    return f"\\{text}" if _STARTS.match(text) else text
