"""The sounds that a text embeds."""

from __future__ import annotations

import re
from typing import Final

from studyapp.core.notes.links import read_links

ENDINGS: Final = (".mp3", ".ogg", ".oga", ".opus", ".wav", ".flac", ".m4a", ".aac")
_TAG: Final = re.compile(r"""<(?:audio|source)\b[^<>]{0,500}?\bsrc\s*=\s*["']?([^"'<>\s]{1,500})""", re.IGNORECASE)
_ANKI: Final = re.compile(r"\[sound:([^\]\n]{1,300})\]")


def sounds_of(text: str) -> list[str]:
    """The sounds that a text embeds, in order: `![[x.mp3]]`, `<audio>`, Anki's `[sound:x.mp3]`."""
    lines = text.split("\n")
    starts = [0]
    for line in lines:
        starts.append(starts[-1] + len(line) + 1)
    found = [(starts[link.line] + link.start, link.target) for link in read_links(lines) if link.embed]
    found += [(match.start(), match[1]) for sign in (_TAG, _ANKI) for match in sign.finditer(text)]
    return [target for _, target in sorted(found) if target.lower().endswith(ENDINGS)]
