"""Notes without cards of this vault: in ignored folders, and copies that sync tools make of a note."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from studyapp.core.text.regex import regex

_COPY: Final = regex(
    r"\.sync-conflict-\d{8}-\d{6}-[A-Z0-9]+(?=\.|$)"  # Syncthing
    r"|[ _-]*\([^()]*conflicted copy[^()]*\)"  # Obsidian Sync, Dropbox, Nextcloud
    r"|[ _-]+conflicted copy[^/.]*\d[^/.]*",
    re.IGNORECASE,
)
_IN_COPY: Final = "confl"
"""What the names of all of them hold, in letters that have no other form in lower case."""
_GLOB: Final = regex(r"\*\*/|\*\*|\*|\?|\[!?[^\]/]+\]|\{[^{}]*\}|.", re.DOTALL)
_NOT_PLAIN_IN_SET: Final = regex(r"[^\w-]|(?<!\w)-|-(?!\w)")
"""Signs of a glob's set that could mean something else to `re`; a hyphen between two letters or digits stays one."""


def original_of(path: str) -> str | None:
    """The path of the note that a sync tool copied to this path; None if it is not such a copy."""
    if _IN_COPY not in path.lower():
        return None  # nearly all
    folder, slash, name = path.rpartition("/")
    if "conflict" not in name.lower():  # the word is in every such name
        return None
    stem = _COPY.sub("", name, count=1)
    if stem == name:
        return None
    return f"{folder}{slash}{stem}"


def is_ignored(path: str, patterns: tuple[str, ...]) -> bool:
    """Whether a path starts with one of the texts, or matches one as a glob."""
    return any(
        path.startswith(pattern) or (path.endswith(_end(pattern)) and _glob(pattern).fullmatch(path))
        for pattern in patterns
    )


@lru_cache(maxsize=2048)
def _end(pattern: str) -> str:
    """What all paths that a glob matches end with: most do not, and need no regular expression."""
    return pattern[max(map(pattern.rfind, "*?]}")) + 1 :].removeprefix("/")  # of `**/` the slash may be left out


@lru_cache(maxsize=2048)
def _glob(pattern: str) -> re.Pattern[str]:
    """Translate a glob: `**` crosses folders, `*` and `?` do not.

    A star matches as little as possible, without backtracking, unless it is the last of its kind: what follows only
    gets more room by that, and stars in a row are not tried in all combinations.
    """
    groups: list[tuple[str, list[str]]] = [("", [""])]
    for found in _GLOB.finditer(pattern):
        piece = found[0]
        if piece == "**/" and pattern[: found.start()][-1:] in ("", "/"):
            groups.append(("(?:.*?/)??", [""]))
        elif piece in ("**/", "**"):
            groups.append((".*?", [piece[2:]]))
        elif piece == "*":
            groups[-1][1].append("")
        else:
            groups[-1][1][-1] += _one_of(piece)
    *before, (crossing, last) = groups
    whole = "".join(f"(?>{star}{_shortest(parts)})" for star, parts in before)
    whole += crossing + (_shortest(last[:-1]) + "[^/]*" + last[-1] if len(last) > 1 else last[0])
    try:
        return re.compile(whole, re.DOTALL)
    except re.error:
        return re.compile(re.escape(pattern))


def _shortest(parts: Sequence[str]) -> str:
    return parts[0] + "".join(f"(?>[^/]*?{part})" for part in parts[1:])


def _one_of(piece: str) -> str:
    """Translate a part of a glob without stars."""
    if piece == "?":
        return "[^/]"
    if len(piece) > 1 and piece[0] == "[":
        inner = piece[1:-1]
        inverted = inner[0] in "!^"
        inner = _NOT_PLAIN_IN_SET.sub(r"\\\g<0>", inner[1:] if inverted else inner)
        return f"[{'^' if inverted else ''}{inner}]" if inner else re.escape(piece)
    if len(piece) > 1 and piece[0] == "{":
        return "(?:" + "|".join(_glob(word).pattern for word in piece[1:-1].split(",")) + ")"
    return re.escape(piece)
