"""Inline tokens → runs: emphasis, links, tags, mathematics, footnotes."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from html import unescape
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token

from studyapp.core.visible import visible
from studyapp.tui.render.formula import to_unicode
from studyapp.tui.render.html import Html, settled
from studyapp.tui.render.lines import Run
from studyapp.tui.render.looks import NOTHING, Anchor, Look, Palette, at, over
from studyapp.tui.render.marks import MARKS, Marks, around, without_marks

_OPENINGS: Final = {"strong_open": "strong", "em_open": "em", "s_open": "strike", "mark_open": "mark"}
_CLOSINGS: Final = frozenset(name.replace("open", "close") for name in _OPENINGS)

# In running text: an address, a tag (which follows a blank), a footnote whose text stands elsewhere in the note.
_IN_TEXT: Final = re.compile(
    r"(?P<link>https?://[^\s<>]{1,2000}(?<![.,:;!?'\")\]*]))"
    r"|(?<![^\s(])(?P<tag>#[\w/-]*[^\W\d][\w/-]*)"
    r"|\[\^(?P<footnote>[^\]\s]{1,50})\]"
)
_BLOCK_ID: Final = re.compile(rf"(?:^|(?<=\s))\^[A-Za-z0-9-]{{1,100}}(?=[{MARKS}]*\s*$)")

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")

_MEDIA: Final = {
    "image": "avif bmp gif jpeg jpg png svg webp",
    "audio": "3gp flac m4a mp3 ogg opus wav",
    "video": "mkv mov mp4 ogv webm",
    "PDF": "pdf",
    "canvas": "canvas",
}
_MEDIA_OF: Final = {extension: kind for kind, names in _MEDIA.items() for extension in names.split()}


class Inline:
    """Emits runs for the inline tokens of one card, in reading order."""

    def __init__(self, palette: Palette, elsewhere: Container[str] = ()) -> None:
        """Begin a card.

        Args:
            palette: how it is painted.
            elsewhere: the names of footnotes that it refers to and does not hold.
        """
        self.palette = palette
        self.marks = Marks()
        self._anchors = 0
        self.html = Html(self)
        self._elsewhere = elsewhere
        self._footnotes: list[int] = []

    def anchored(self, look: Look, kind: str, target: str, more: str = "") -> Look:
        """A look for text that stands for something; see `Anchor`."""
        self._anchors += 1
        return at(Anchor(kind, without_marks(target), self._anchors, without_marks(more)), look)

    def count_from(self, other: Inline) -> None:
        """Go on with the numbers of another text that is shown within this one, or that this one is shown within."""
        self._anchors = max(self._anchors, other._anchors)

    def text(self, text: str, look: Look = NOTHING) -> Iterator[Run]:
        """Text as runs in `look`, with the look of the cloze that it is in laid over it.

        Entities and addresses can spell control characters, so what was decoded is made visible again here.
        """
        for piece, cloze in self.marks.read(text):
            yield visible(piece.replace("\t", " ")), over(self.palette[cloze], look) if cloze else look

    def runs(self, tokens: Sequence[Token], look: Look = NOTHING) -> list[Run]:
        """Runs of one block's inline tokens; line feeds are line breaks."""
        runs: list[Run] = []
        stack = [look]
        tags = [token.content for token in tokens if token.type == "html_inline"]
        self.html.begin("".join(tags))
        addresses: list[tuple[str, int]] = []
        for index, token in enumerate(tokens):
            kind, current = token.type, stack[-1]
            if self.html.hides and kind != "html_inline":
                self.marks.skip(token.content)
            elif kind == "text":
                text = token.content
                if index == len(tokens) - 1:
                    text = _BLOCK_ID.sub("", text)
                runs.extend(self._running_text(text, self.html.look(current)))
            elif kind in _OPENINGS:
                stack.append(over(self.palette[_OPENINGS[kind]], current))
            elif kind == "link_open":
                address = str(token.attrGet("href") or "")
                stack.append(over(self.link_look(address), current))
                addresses.append((address, len(runs)))
            elif kind in _CLOSINGS or kind == "link_close":
                if len(stack) > 1:
                    stack.pop()
                if kind == "link_close" and addresses:
                    address, start = addresses.pop()
                    runs.extend(self.address(address, "".join([text for text, _ in runs[start:]])))
            else:
                runs.extend(self._single(token, self.html.look(current)))
        return settled([*runs, *self.html.end(look)]) if tags else runs

    def _single(self, token: Token, look: Look) -> Iterator[Run]:
        """A token that stands for itself."""
        content = "\n" if token.type in ("softbreak", "hardbreak") else token.content
        match token.type:
            case "code_inline":
                yield from self._code(content, look)
            case "math_inline" | "math_display":
                yield from self.formula(content, over(self.palette["math"], look))
            case "wikilink":
                yield from self._wikilink(token, look)
            case "embed":
                yield from self.embed(content, token.info, look)
            case "image":
                alt, _, size = content.rpartition("|") if "|" in content else (content, "", "")
                source = str(token.attrGet("src") or "")
                yield from self.embed(source, size, look, alt)
            case "html_inline":
                yield from self.html.tag(content, look)
            case "footnote_ref":
                yield from self.text(self.footnote(token.meta["id"]), over(self.palette["footnote"], look))
            case "hidden" | "footnote_anchor":
                self.marks.skip(content)
            case _:
                yield from self.text(content, look)

    def decoded(self, text: str, look: Look) -> Iterator[Run]:
        """Text of a block of HTML, in which nothing has been decoded yet."""
        yield from self.text(self.html.shown(unescape(text)), look)

    def footnote(self, number: int) -> str:
        """How a footnote of this text is called, given its number from 0 among them.

        Those whose text stands elsewhere go by the names that the note gives them; the others pass these over.
        """
        while len(self._footnotes) <= number:
            free = self._footnotes[-1] + 1 if self._footnotes else 1
            while str(free) in self._elsewhere:
                free += 1
            self._footnotes.append(free)
        return f"[{self._footnotes[number]}]"

    def _running_text(self, text: str, look: Look) -> Iterator[Run]:
        text = self.html.shown(text)
        position = 0
        for match in _IN_TEXT.finditer(text):
            yield from self.text(text[position : match.start()], look)
            kind = match.lastgroup or "link"
            shown = f"[{match[kind]}]" if kind == "footnote" else match[kind]
            style = self.palette[kind]
            if kind == "link":
                style = self.anchored(style, "web", match[kind])
            yield from self.text(shown, over(style, look))
            position = match.end()
        yield from self.text(text[position:], look)

    def _code(self, code: str, look: Look) -> Iterator[Run]:
        if self.palette.colours:
            yield from self.text(code, over(self.palette["code"], look))
        else:
            yield from self.text(f"`{code}`", look)

    def formula(self, source: str, look: Look) -> Iterator[Run]:
        """A formula in Unicode where that is certain; with a cloze inside, its source."""
        before, bare, behind = around(source)
        shown = to_unicode(bare.strip()) if without_marks(bare) == bare else bare
        yield from self.text(f"{before}{shown}{behind}", look)

    def link_look(self, address: str) -> Look:
        """The look of a link's text: it leads to the web, or to a note."""
        kind = "web" if _SCHEME.match(address) else "note"
        return self.anchored(self.palette["link"], kind, address if kind == "web" else unquote(address))

    def address(self, address: str, text: str) -> Iterator[Run]:
        """A link's address behind its text, unless the text is the address."""
        self.marks.skip(address)
        bare = without_marks(address)
        if bare and bare.removeprefix("mailto:") not in {text, f"http://{text}", f"https://{text}"}:
            yield f" ({visible(bare, newlines=False)})", self.palette["address"]

    def _wikilink(self, token: Token, look: Look) -> Iterator[Run]:
        if token.info:
            self.marks.skip(token.content)
            shown = token.info
        else:
            shown = _target_text(token.content)
        link = self.anchored(self.palette["link"], "note", token.content)
        yield from self.text(shown, over(link, look))

    def embed(self, target: str, size: str, look: Look, alt: str = "", kind: str = "") -> Iterator[Run]:
        """A labelled placeholder for a picture, a recording or another note, or for what `kind` says it is."""
        bare = without_marks(target)
        name = bare.split("#")[0]
        kind = kind or _MEDIA_OF.get(name.rsplit(".", 1)[-1].lower(), "image" if alt else "note")
        shown = alt or (_target_text(target) if kind == "note" else target)
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


def _target_text(target: str) -> str:
    """What Obsidian shows for a link without an alias: the note, then the heading."""
    return " › ".join(part for part in target.split("#") if part) or target
