"""Links and embeds that lead nowhere or may lead to several files; missing images; aliases that Obsidian ignores.

Obsidian's order counts: an exact path, then the note's own folder, then the file of that name with the shortest path.
"""

from __future__ import annotations

import os
import posixpath
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from studyapp.core.doctor.findings import Finding
from studyapp.core.doctor.patient import Patient, shortened
from studyapp.core.errors import Severity
from studyapp.core.note import Note

_WIKI: Final = re.compile(r"(!?)\[\[([^\[\]\n]+)\]\]")
_MARKDOWN: Final = re.compile(
    r"(!?)\[[^\[\]\n]*\]\((?:<([^<>\n]+)>|([^()\s<>]+(?:\([^()\s<>]*\)[^()\s<>]*)?))(?:[ ]+\"[^\"\n]*\")?\)"
)
_ELSEWHERE: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_IMAGES: Final = frozenset(["png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif"])
_PLAIN: Final = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class _Link:
    """A link as it stands in a note."""

    path: str
    line: int
    """1-based."""
    embed: bool
    target: str
    """Without the part behind `#`."""
    anchor: str
    raw: str


class References:
    """Resolves the links of each note, and keeps those that only the whole vault can explain."""

    def __init__(self, root: Path) -> None:
        self._files: dict[str, str] = {}
        """Paths in small letters, to the paths as they are."""
        self._names: dict[str, list[str]] = {}
        """The files of each name, in small letters."""
        self._aliases: dict[str, str] = {}
        self._lost: list[_Link] = []
        self._anchored: list[tuple[_Link, str]] = []
        for folder, folders, names in os.walk(root):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            inner = Path(folder).relative_to(root).as_posix()
            for name in names:
                path = name if inner == "." else f"{inner}/{name}"
                self._files[path.casefold()] = path
                self._names.setdefault(name.casefold(), []).append(path)

    def look(self, patient: Patient) -> Iterator[Finding]:
        """Follow the links of a note."""
        for key, value in patient.note.front_matter.values.items():
            if key.casefold() in ("aliases", "alias"):
                for alias in value if isinstance(value, list) else str(value or "").split(","):
                    self._aliases.setdefault(str(alias).strip().casefold(), patient.path)
        if "](" not in patient.text.text and "[[" not in patient.text.text:
            return
        for link in _links(patient):
            found = self._resolve(link) if link.target else [link.path]
            if not found:
                self._lost.append(link)
                continue
            if len(found) > 1:
                others = ", ".join(found[1:3]) + (" …" if len(found) > 3 else "")
                yield _finding(
                    "ambiguous-link",
                    link,
                    f"{link.raw} may mean {found[0]}, which is followed, or {others}",
                    "Write the path of the note that is meant into the link",
                )
            if link.anchor and found[0].casefold().endswith(".md"):
                self._anchored.append((link, found[0]))

    def finish(self, note_of: Callable[[str], Note | None], read: Callable[[str], bytes | None]) -> Iterator[Finding]:
        """Say what is left once every note has been looked at."""
        for link in self._lost:
            yield self._nowhere(link)
        for link, path in self._anchored:
            if not _has_anchor(link.anchor, note_of(path), path, read):
                yield _finding(
                    "dead-link",
                    link,
                    f"{link.raw} leads to a {'block' if link.anchor.startswith('^') else 'heading'} that {path} "
                    "does not have",
                    "Correct what stands behind the #, or take it out",
                )

    def _nowhere(self, link: _Link) -> Finding:
        named = self._aliases.get(link.target.casefold())
        if named is not None and not link.embed:
            note = posixpath.basename(named)[:-3]
            return _finding(
                "bare-alias",
                link,
                f"{link.raw} is an alias of {named}; Obsidian leaves such a link unresolved, here it is followed",
                f"Write it as [[{note}|{link.target}]]",
            )
        if link.embed and _ending(link.target) in _IMAGES:
            return _finding(
                "missing-image",
                link,
                f"the image {link.target} is not in the vault",
                "Put the file there, or correct its name",
                Severity.WARNING,
            )
        return _finding(
            "dead-link", link, f"{link.raw} leads to no file of the vault", "Correct the name, or write that note"
        )

    def _resolve(self, link: _Link) -> list[str]:
        """The files that a link may mean, first the one that Obsidian follows; several where that is a choice."""
        wanted = link.target.strip().casefold().lstrip("/")
        own = posixpath.dirname(link.path).casefold()
        for form in (f"{wanted}.md", wanted):
            near = posixpath.normpath(posixpath.join(own, form))
            for place in (form, near) if "/" in form else (near, form):
                if place in self._files:
                    return [self._files[place]]
            named = self._names.get(posixpath.basename(form), [])
            ending = [path for path in named if f"/{path.casefold()}".endswith(f"/{form}")]
            if ending:
                return sorted(ending, key=lambda path: (path.count("/"), path))
        return []


def _links(patient: Patient) -> Iterator[_Link]:
    for number, line in enumerate(patient.lines):
        if number < patient.first or number in patient.code or ("[[" not in line and "](" not in line):
            continue
        for found in _WIKI.finditer(line):
            if not _in_code(line, found.start()):
                target = found[2].partition("|")[0].rstrip("\\")
                yield _link(patient, number, found, target)
        for found in _MARKDOWN.finditer(line):
            target = unquote(found[2] or found[3])
            if not _in_code(line, found.start()) and not _ELSEWHERE.match(target):
                yield _link(patient, number, found, target)


def _link(patient: Patient, number: int, found: re.Match[str], target: str) -> _Link:
    name, _, anchor = target.partition("#")
    return _Link(patient.path, number + 1, bool(found[1]), name.strip(), anchor.strip(), shortened(found[0]))


def _in_code(line: str, place: int) -> bool:
    return "`" in line and bool(line.count("`", 0, place) % 2 and line.count("`", place) % 2)


def _has_anchor(anchor: str, note: Note | None, path: str, read: Callable[[str], bytes | None]) -> bool:
    """Tell whether a note has a heading or a block; the last of several headings counts."""
    if anchor.startswith("^"):
        raw = read(path) or b""
        return re.search(rb"\^" + re.escape(anchor[1:].encode()) + rb"[ \t\r]*$", raw, re.MULTILINE) is not None
    if note is None or not note.headings:
        return True  # its headings are not known, as in a folder that is ignored
    wanted = _plain(anchor.rpartition("#")[2])
    return any(_plain(heading.text) == wanted for heading in note.headings)


def _plain(text: str) -> str:
    return _PLAIN.sub("", text).casefold()


def _ending(name: str) -> str:
    return name.rpartition(".")[2].casefold()


def _finding(code: str, link: _Link, reason: str, remedy: str, severity: Severity = Severity.NOTE) -> Finding:
    return Finding(code, link.path, link.line, reason, remedy, severity)
