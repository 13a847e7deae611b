"""How a question from Anki is recognised: by Anki's id of its note, as a block id.

A block id survives grading, edits and moves, and Obsidian hides it. Where a line cannot have one, as after code or a
table, a comment above the question does.
"""

from __future__ import annotations

import re
from base64 import b32encode
from typing import Final

_PLAIN_END: Final = re.compile(r"(?![`~|>])(?!.*\$\$\s*$)(?!.*\^[A-Za-z0-9-]+$).*\S")


def note_key(guid: str, place: str = "") -> str:
    """The key of an Anki note; `place` tells its cards apart where each is a question."""
    return f"anki-{b32encode(guid.encode()).decode().rstrip('=').lower()}{place}"


def with_key(text: str, guid: str, place: str = "") -> tuple[str, str]:
    """The key, and the question with it."""
    key = note_key(guid, place)
    last = text.rpartition("\n")[2]
    if _PLAIN_END.fullmatch(last):
        return key, f"{text} ^{key}"
    return key, f"<!--{key}-->\n\n{text}"
