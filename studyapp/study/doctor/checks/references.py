"""Links and embeds that lead nowhere or are ambiguous; missing images; aliases that Obsidian ignores.

Links resolve in Obsidian's order: an exact path, then the note's own folder, then the file of that name with the
shortest path.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Collection, Iterator
from functools import partial
from itertools import groupby
from typing import Final

from msgspec import Struct, field

from studyapp.core.errors import Severity
from studyapp.core.notes.links import Anchors, Catalogue, How, Link, Target, read_links
from studyapp.core.notes.note import Note
from studyapp.core.text.front_matter import aliases_of
from studyapp.core.text.note_text import NoteText
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject, shortened

_IMAGES: Final = frozenset(["png", "jpg", "jpeg", "gif", "svg", "webp", "bmp", "avif"])


class Links(Struct):
    """The links of a note that only the whole vault can explain, with the context they need."""

    aliases: list[str] = field(default_factory=list)
    """The note's."""
    lost: list[Link] = field(default_factory=list)
    """Those that lead to no file."""
    anchored: list[tuple[Link, str]] = field(default_factory=list)
    """Those to a place in a note, with that note's path."""

    def look(self, subject: Subject, catalogue: Catalogue) -> Iterator[Finding]:
        """Follow the links of the note."""
        self.aliases += aliases_of(subject.note.front_matter.values)
        text = subject.text.text
        if "](" not in text and "[[" not in text:
            return
        skip = set(range(subject.first)) | set(subject.code)
        for link in read_links(subject.lines, skip):
            target = catalogue.resolve(link.target, subject.path)
            if target is None or target.how is How.ALIAS:
                self.lost.append(link)
                continue
            if target.others:
                others = ", ".join(target.others[:2]) + (" …" if len(target.others) > 2 else "")
                yield _finding(
                    "ambiguous-link",
                    subject.path,
                    link,
                    f"{shortened(link.raw)} may mean {target.path}, which it opens, or {others}",
                    "Use the full path of the intended note",
                )
            if link.anchor and target.is_note:
                self.anchored.append((link, target.path))


class References:
    """The links of all notes that only the whole vault can explain."""

    def __init__(self, catalogue: Catalogue) -> None:
        """Take the vault's files; its notes' aliases are added."""
        self._catalogue = catalogue
        self._lost: list[tuple[str, Link]] = []
        """Links that lead to no file, with the note that they are in."""
        self._anchored: list[tuple[str, Link, str]] = []
        """Links to a place in a note, with that note's path."""

    def take(self, path: str, links: Links) -> None:
        """Keep those of a note."""
        for alias in links.aliases:
            self._catalogue.add_alias(alias, path)
        self._lost += ((path, link) for link in links.lost)
        self._anchored += ((path, link, target) for link, target in links.anchored)

    def finish(self, note_of: Callable[[str], Note | None], read: Callable[[str], bytes | None]) -> Iterator[Finding]:
        """The findings that remain once every note has been examined."""
        named: dict[tuple[str, str], Target | None] = {}  # many notes of a folder link to the same
        for source, link in self._lost:
            wanted = (posixpath.dirname(source), link.target)
            if wanted not in named:
                named[wanted] = self._catalogue.resolve(link.target, source)
            yield self._nowhere(source, link, named[wanted])
        for path, those in groupby(sorted(self._anchored, key=_leads_to), key=_leads_to):
            links = list(those)
            missing = _missing(note_of(path), {link.anchor for _, link, _ in links}, partial(read, path))
            for source, link, _ in links:
                if link.anchor in missing:
                    yield _finding(
                        "dead-link",
                        source,
                        link,
                        f"{shortened(link.raw)} leads to a {'block' if link.anchor.startswith('^') else 'heading'} "
                        f"that {path} does not have",
                        "Correct what follows the #, or remove it",
                    )

    def _nowhere(self, source: str, link: Link, named: Target | None) -> Finding:
        raw = shortened(link.raw)
        if named is not None and not link.embed:
            note = posixpath.basename(named.path)[:-3]
            return _finding(
                "bare-alias",
                source,
                link,
                f"{raw} is an alias of {named.path}; it works here, but Obsidian does not follow such a link",
                f"Write it as [[{note}|{link.target}]]",
            )
        if link.embed and link.target.rpartition(".")[2].casefold() in _IMAGES:
            return _finding(
                "missing-image",
                source,
                link,
                f"the image {link.target} is not in the vault",
                "Add the file, or correct its name",
                Severity.WARNING,
            )
        return _finding(
            "dead-link", source, link, f"{raw} leads to no file in the vault", "Correct the name, or create the note"
        )


def _leads_to(anchored: tuple[str, Link, str]) -> str:
    return anchored[2]


def _missing(note: Note | None, asked: Collection[str], read: Callable[[], bytes | None]) -> set[str]:
    """The headings and the blocks that a note does not have."""
    if note is None:
        return set()
    blocks = any(anchor.startswith("^") for anchor in asked)
    anchors = Anchors(NoteText(read() or b"").lines if blocks else [], note.headings)
    # Without any heading these are unknown, as in an ignored folder.
    tried = (anchor for anchor in asked if note.headings or anchor.startswith("^"))
    return {anchor for anchor in tried if anchors.line_of(anchor) is None}


def _finding(
    code: str, source: str, link: Link, reason: str, remedy: str, severity: Severity = Severity.NOTE
) -> Finding:
    return Finding(code, source, link.line + 1, reason, remedy, severity)
