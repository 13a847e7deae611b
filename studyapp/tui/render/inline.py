"""Inline tokens → runs: emphasis, links, tags, mathematics, footnotes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it.token import Token

from studyapp.markup.marks import MARKS
from studyapp.tui.render.html import Html, settled
from studyapp.tui.render.lines import Run
from studyapp.tui.render.looks import NOTHING, Look, Palette, over
from studyapp.tui.render.pieces import Pieces, target_text

_OPENINGS: Final = {"strong_open": "strong", "em_open": "em", "s_open": "strike", "mark_open": "mark"}
_CLOSINGS: Final = frozenset(name.replace("open", "close") for name in _OPENINGS)

# In running text: an address, a tag (which follows a blank), a footnote whose text stands elsewhere in the note.
_IN_TEXT: Final = re.compile(
    r"(?P<link>https?://[^\s<>]{1,2000}(?<![.,:;!?'\")\]*]))"
    r"|(?<![^\s(])(?P<tag>#[\w/-]*[^\W\d][\w/-]*)"
    r"|\[\^(?P<footnote>[^\]\s]{1,50})\]"
)
_BLOCK_ID: Final = re.compile(rf"(?:^|(?<=\s))\^[A-Za-z0-9-]{{1,100}}(?=[{MARKS}]*\s*$)")


class Inline(Pieces):
    """Emits runs for the inline tokens of one card, in reading order."""

    def __init__(self, palette: Palette, elsewhere: frozenset[str] = frozenset()) -> None:
        """Begin a card.

        `elsewhere` are the names of footnotes that it refers to and does not hold, and those of texts beside it.
        """
        super().__init__(palette)
        self.html = Html(self)
        self._elsewhere = elsewhere
        self._footnotes: list[int] = []

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
        """A token without a closing one."""
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

    @property
    def footnotes(self) -> frozenset[str]:
        """The names of footnotes here and in the texts beside this one."""
        return self._elsewhere.union(map(str, self._footnotes))

    def footnote(self, number: int) -> str:
        """The name of this text's footnote with that number, from 0.

        Footnotes defined elsewhere in the note go by the names that the note gives them; the others skip these.
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

    def _wikilink(self, token: Token, look: Look) -> Iterator[Run]:
        if token.info:
            self.marks.skip(token.content)
            shown = token.info
        else:
            shown = target_text(token.content)
        link = self.anchored(self.palette["link"], "note", token.content)
        yield from self.text(shown, over(link, look))
