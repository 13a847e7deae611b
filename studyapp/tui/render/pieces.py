"""The parts of running text and HTML → runs: words, links, embeds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from studyapp.core.text.regex import regex
from studyapp.core.visible import visible
from studyapp.markup.marks import Marks, around, without_marks
from studyapp.tui.render.lines import Run
from studyapp.tui.render.looks import NOTHING, Anchor, Look, Palette, at, over

_SCHEME: Final = regex(r"[A-Za-z][A-Za-z0-9+.-]*:|//")

_MEDIA: Final = {
    "image": "avif bmp gif jpeg jpg png svg webp",
    "audio": "3gp flac m4a mp3 ogg opus wav",
    "video": "mkv mov mp4 ogv webm",
    "PDF": "pdf",
    "canvas": "canvas",
}
_MEDIA_OF: Final = {extension: kind for kind, names in _MEDIA.items() for extension in names.split()}


class Pieces:
    """Emits runs for single parts of one card, in reading order."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.marks = Marks()
        self._anchors = 0

    def anchored(self, look: Look, kind: str, target: str, more: str = "") -> Look:
        """A look for text that stands for something; see `Anchor`."""
        self._anchors += 1
        return at(Anchor(kind, without_marks(target), self._anchors, without_marks(more)), look)

    def count_from(self, other: Pieces) -> None:
        """Continue the numbering of another text that is shown within this one, or that this one is shown within."""
        self._anchors = max(self._anchors, other._anchors)

    def text(self, text: str, look: Look = NOTHING) -> Iterator[Run]:
        """Text as runs in `look`, with the look of its cloze laid over it.

        Entities and addresses can spell control characters, so what was decoded is made visible again here.
        """
        for piece, cloze in self.marks.read(text):
            yield visible(piece.replace("\t", " ")), over(self.palette[cloze], look) if cloze else look

    def formula(self, source: str, look: Look) -> Iterator[Run]:
        """A formula in Unicode if that is certain; with a cloze inside, its source."""
        from studyapp.tui.render.formulas.one_line import to_unicode

        before, bare, behind = around(source)
        shown = to_unicode(bare.strip()) if without_marks(bare) == bare else bare
        yield from self.text(f"{before}{shown}{behind}", look)

    def link_look(self, address: str) -> Look:
        """The look of a link's text: it leads to the web, or to a note."""
        kind = "web" if _SCHEME.match(address) else "note"
        return self.anchored(self.palette["link"], kind, address if kind == "web" else unquote(address))

    def address(self, address: str, text: str) -> Iterator[Run]:
        """A link's address, shown only where the link has no text."""
        self.marks.skip(address)
        if not text.strip() and (bare := without_marks(address)):
            yield visible(bare, newlines=False), self.link_look(address)

    def embed(self, target: str, size: str, look: Look, alt: str = "", kind: str = "") -> Iterator[Run]:
        """A labelled placeholder for a picture, a recording, another note, or whatever `kind` names."""
        bare = without_marks(target)
        name = bare.split("#")[0]
        kind = kind or _MEDIA_OF.get(name.rsplit(".", 1)[-1].lower(), "image" if alt else "note")
        shown = alt or (target_text(target) if kind == "note" else target)
        if alt:
            self.marks.skip(target)
        label = f"▣ {kind} " if self.palette.colours else f"[{kind}: "
        elsewhere = "web" if _SCHEME.match(bare) else "note"
        look = self.anchored(look, {"image": "image", "note": "embed"}.get(kind, elsewhere), target, size)
        style = over(self.palette["embed"], look)
        yield label, over(self.palette["markup"], look)
        yield from self.text(shown, style)
        size_text = without_marks(size)
        self.marks.skip(size)
        if size_text:
            yield f" ({visible(size_text, newlines=False)})", over(self.palette["markup"], look)
        if not self.palette.colours:
            yield "]", look


def target_text(target: str) -> str:
    """What Obsidian shows for a link without an alias: the note, then the heading."""
    return " › ".join(part for part in target.split("#") if part) or target
