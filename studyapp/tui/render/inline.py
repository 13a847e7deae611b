"""Inline tokens → runs: emphasis, links, tags, mathematics, the HTML that notes use."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token

from studyapp.core.visible import visible
from studyapp.tui.render.formula import script, to_unicode
from studyapp.tui.render.lines import Run
from studyapp.tui.render.looks import NOTHING, Anchor, Look, Palette, at, over
from studyapp.tui.render.marks import MARKS, Marks, without_marks

_OPENINGS: Final = {"strong_open": "strong", "em_open": "em", "s_open": "strike", "mark_open": "mark"}
_CLOSINGS: Final = frozenset(name.replace("open", "close") for name in _OPENINGS)

# In running text: an address, a tag (which follows a blank), a footnote whose text stands elsewhere in the note.
_IN_TEXT: Final = re.compile(
    r"(?P<link>https?://[^\s<>]{1,2000}(?<![.,:;!?'\")\]*]))"
    r"|(?<![^\s(])(?P<tag>#[\w/-]*[^\W\d][\w/-]*)"
    r"|\[\^(?P<footnote>[^\]\s]{1,50})\]"
)
_BLOCK_ID: Final = re.compile(rf"(?:^|(?<=\s))\^[A-Za-z0-9-]{{1,100}}(?=[{MARKS}]*\s*$)")

_HTML: Final = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9-]{0,30})((?:\s[^<>]{0,2000})?)/?>")
_HTML_PIECE: Final = re.compile(r"<!--.*?-->|<[/A-Za-z][^<>]{0,2000}>|[^<]+|<", re.DOTALL)
_HTML_LOOKS: Final = {
    "b": "strong",
    "strong": "strong",
    "i": "em",
    "em": "em",
    "cite": "em",
    "u": "underline",
    "ins": "underline",
    "s": "strike",
    "del": "strike",
    "strike": "strike",
    "mark": "mark",
    "code": "code",
    "kbd": "code",
    "samp": "code",
    "small": "small",
    "sub": "",
    "sup": "",
}
# Tags that only group or place text: nothing is lost when they are not shown.
_HTML_SILENT: Final = frozenset(
    {
        *("a", "abbr", "article", "aside", "blockquote", "body", "center", "dd", "details", "dl", "dt", "figcaption"),
        *("figure", "font", "footer", "header", "main", "ol", "pre", "section", "span", "summary", "table", "tbody"),
        *("td", "tfoot", "th", "thead", "ul"),
    }
)
_HTML_BREAKS: Final = frozenset(("br", "div", "p", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "hr"))
_ATTRIBUTE: Final = re.compile(r"""\b(src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""")
_MAX_OPEN: Final = 32

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

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self.marks = Marks()
        self._anchors = 0
        self._html: list[tuple[str, Look]] = []

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
        self._html = []
        addresses: list[tuple[str, int]] = []
        for index, token in enumerate(tokens):
            kind, current = token.type, stack[-1]
            if kind == "text":
                text = token.content
                if index == len(tokens) - 1:
                    text = _BLOCK_ID.sub("", text)
                runs.extend(self._running_text(text, self._html_look(current)))
            elif kind in {"softbreak", "hardbreak"}:
                runs.append(("\n", current))
            elif kind in _OPENINGS:
                stack.append(over(self.palette[_OPENINGS[kind]], current))
            elif kind == "link_open":
                address = str(token.attrGet("href") or "")
                kind = "web" if _SCHEME.match(address) else "note"
                link = self.anchored(self.palette["link"], kind, address if kind == "web" else unquote(address))
                stack.append(over(link, current))
                addresses.append((address, len(runs)))
            elif kind in _CLOSINGS or kind == "link_close":
                if len(stack) > 1:
                    stack.pop()
                if kind == "link_close" and addresses:
                    address, start = addresses.pop()
                    runs.extend(self._address(address, "".join([text for text, _ in runs[start:]])))
            else:
                runs.extend(self._single(token, self._html_look(current)))
        return runs

    def _single(self, token: Token, look: Look) -> Iterator[Run]:
        """A token that stands for itself."""
        content = token.content
        match token.type:
            case "code_inline":
                yield from self._code(content, look)
            case "math_inline" | "math_display":
                yield from self.formula(content, over(self.palette["math"], look))
            case "wikilink":
                yield from self._wikilink(token, look)
            case "embed":
                yield from self._embed(content, token.info, look)
            case "image":
                alt, _, size = content.rpartition("|") if "|" in content else (content, "", "")
                source = str(token.attrGet("src") or "")
                yield from self._embed(source, size, look, alt)
            case "html_inline":
                yield from self._html_tag(content, look)
            case "footnote_ref":
                yield from self.text(f"[{token.meta['id'] + 1}]", over(self.palette["footnote"], look))
            case "hidden":
                self.marks.skip(content)
            case "footnote_anchor":
                pass
            case _:
                yield from self.text(content, look)

    def _running_text(self, text: str, look: Look) -> Iterator[Run]:
        text = self._scripted(text)
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
        bare = without_marks(source)
        yield from self.text(to_unicode(source.strip()) if bare == source else source, look)

    def _address(self, address: str, text: str) -> Iterator[Run]:
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

    def _embed(self, target: str, size: str, look: Look, alt: str = "") -> Iterator[Run]:
        """A labelled placeholder for a picture, a recording or another note."""
        bare = without_marks(target)
        name = bare.split("#")[0]
        kind = _MEDIA_OF.get(name.rsplit(".", 1)[-1].lower(), "image" if alt else "note")
        shown = alt or (_target_text(target) if kind == "note" else target)
        if alt:
            self.marks.skip(target)
        label = f"▣ {kind} " if self.palette.colours else f"[{kind}: "
        look = self.anchored(look, {"image": "image", "note": "embed"}.get(kind, "note"), target, size)
        style = over(self.palette["embed"], look)
        yield label, over(self.palette["markup"], look)
        yield from self.text(shown, style)
        size_text = without_marks(size)
        self.marks.skip(size)
        if size_text:
            yield f" ({visible(size_text, newlines=False)})", over(self.palette["markup"], look)
        if not self.palette.colours:
            yield "]", look

    # HTML

    def _html_look(self, look: Look) -> Look:
        return over(self._html[-1][1], look) if self._html else look

    def _scripted(self, text: str) -> str:
        """Text inside `<sub>` or `<sup>` in lowered or raised characters."""
        tag = self._html[-1][0] if self._html else ""
        if tag not in {"sub", "sup"} or without_marks(text) != text:
            return text
        return script(text, "_" if tag == "sub" else "^")

    def _html_tag(self, tag: str, look: Look) -> Iterator[Run]:
        match = _HTML.fullmatch(tag)
        if match is None:
            if tag.startswith("<!--"):
                self.marks.skip(tag)
            else:
                yield from self.text(tag, over(self.palette["markup"], look))
            return
        closing, name = match[1], match[2].lower()
        if name == "img":
            values = {found[1]: found[2] or found[3] or found[4] or "" for found in _ATTRIBUTE.finditer(tag)}
            yield from self._embed(values.get("src", ""), "", look, values.get("alt", ""))
            return
        if name in _HTML_LOOKS:
            self._open_or_close(name, closing=bool(closing))
        elif name not in _HTML_SILENT and name not in _HTML_BREAKS:
            yield from self.text(tag, over(self.palette["markup"], look))
            return
        self.marks.skip(tag)
        if name in {"br", "hr"}:
            yield "\n", look
        elif name in {"td", "th"} and closing:
            yield "  ", look

    def _open_or_close(self, name: str, *, closing: bool) -> None:
        if not closing:
            if len(self._html) < _MAX_OPEN:
                below = self._html[-1][1] if self._html else NOTHING
                look = _HTML_LOOKS[name]
                self._html.append((name, over(self.palette[look], below) if look else below))
            return
        for index in range(len(self._html) - 1, -1, -1):
            if self._html[index][0] == name:
                del self._html[index:]
                return

    def html_runs(self, html: str, look: Look = NOTHING) -> list[Run]:
        """Runs of a block of HTML: its text, the tags that have a look, and a new line where HTML starts one."""
        runs: list[Run] = []
        self._html = []
        comments_end = html.rfind("-->")
        position = 0
        while position < len(html):
            # Without this a page of unclosed comments would be searched to its end again and again.
            literal = html.startswith("<!--", position) and comments_end < position
            match = None if literal else _HTML_PIECE.match(html, position)
            piece = match[0] if match else html[position : position + 4]
            position += len(piece)
            found = _HTML.fullmatch(piece)
            if found and found[2].lower() in _HTML_BREAKS and runs and not runs[-1][0].endswith("\n"):
                runs.append(("\n", look))
            if piece.startswith("<") and len(piece) > 1 and not literal:
                if not (found and found[2].lower() in {"br", "hr"}):
                    runs.extend(self._html_tag(piece, look))
            else:
                text = re.sub(r"\s*\n\s*", " ", piece) if "\n" in piece else piece
                runs.extend(self.text(self._scripted(text), self._html_look(look)))
        return runs


def _target_text(target: str) -> str:
    """What Obsidian shows for a link without an alias: the note, then the heading."""
    return " › ".join(part for part in target.split("#") if part) or target
