"""A note's Markdown → HTML for Anki: its formulas, clozes and media, and nothing that could run there."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from html import escape, unescape
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from msgspec import Struct

from studyapp.core.notes.clozes import Cloze
from studyapp.core.notes.footnotes import footnotes_beside
from studyapp.core.notes.links import Catalogue
from studyapp.core.text.elements import TAG
from studyapp.core.visible import visible
from studyapp.markup.callouts import METADATA_KIND, default_title
from studyapp.markup.marks import MARKS, insert, without_marks
from studyapp.markup.syntax import parse

_PLAIN_TAGS: Final = frozenset(
    (
        *("b", "strong", "i", "em", "u", "ins", "s", "del", "strike", "mark", "small", "big", "sub", "sup", "ruby"),
        *(
            "rt",
            "rp",
            "kbd",
            "code",
            "samp",
            "var",
            "cite",
            "q",
            "abbr",
            "blockquote",
            "details",
            "summary",
            "p",
            "div",
        ),
        *("span", "br", "hr", "ul", "ol", "li", "dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "pre"),
        *("h1", "h2", "h3", "h4", "h5", "h6", "center", "caption"),
    )
)
"""Elements that are kept, without attributes; other tags are shown as written."""
_PIECE: Final = re.compile(r"<[^<>]{0,2000}>|[^<]+|<")
_PIECE_OR_COMMENT: Final = re.compile(rf"<!--.*?-->|{_PIECE.pattern}", re.DOTALL)
_SPAN: Final = re.compile(f"[{MARKS[:-1]}]([^{MARKS}]*){MARKS[-1]}")
_UNSTORABLE: Final = re.compile("[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]")
"""What no field of Anki can hold, or would act there; joiners and the marks of directions are text."""
_ONE_PARAGRAPH: Final = re.compile(r"<p>(?:(?!<p>).)*</p>", re.DOTALL)
_MARK: Final = re.compile(f"[{MARKS}]")
_TASK: Final = re.compile(r"\[([ xX])\][ \t]+")
_SOUNDS: Final = (".mp3", ".ogg", ".oga", ".wav", ".flac", ".m4a", ".opus", ".aac", ".mp4", ".webm", ".ogv", ".mov")
_IMAGES: Final = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".avif", ".bmp")
_WIDTH: Final = re.compile(r"\s*(\d{1,5})\s*(?:x\s*\d{1,5}\s*)?")
_WEB: Final = re.compile(r"(?:https?|mailto):", re.IGNORECASE)


class Media(Struct):
    """The attachments of the exported cards, by their names in Anki."""

    catalogue: Catalogue
    names: dict[str, str] = {}
    """The name of each path of the vault; none at first."""

    def name(self, target: str, source: str) -> str | None:
        """The Anki name of the file that a note means, which is exported too; None if there is none."""
        found = self.catalogue.resolve(target.partition("#")[0], source)
        if found is None or found.is_note or not found.path.casefold().endswith((*_SOUNDS, *_IMAGES)):
            return None
        if found.path not in self.names:
            self.names[found.path] = _free(_flat(found.path), set(self.names.values()))
        return self.names[found.path]


def _flat(path: str) -> str:
    """A valid Anki file name: no folder, none of the characters that Anki removes."""
    return re.sub(r'[\x00-\x1f\x7f:?"*<>|\\\[\]^]', "_", path.rpartition("/")[2])


def _free(name: str, taken: set[str]) -> str:
    stem, dot, ending = name.rpartition(".")
    free, number = name, 1
    while free.casefold() in {one.casefold() for one in taken}:
        number += 1
        free = f"{stem}-{number}{dot}{ending}"
    return free


class AnkiHtml(RendererHTML):
    """Renders the text of one note."""

    def __init__(self, media: Media, source: str, footnotes: Mapping[str, str] = MappingProxyType({})) -> None:
        """Begin a note, given its path and the texts of its footnotes by name."""
        super().__init__()
        self._media = media
        self._source = source
        self._footnotes = footnotes
        self._given: Collection[str] = ()
        self.lost: list[str] = []
        """What could not be exported of the text, a few words each."""
        rules: dict[str, Any] = {
            "wikilink": self._each(self._wikilink),
            "embed": self._each(lambda token: self._embed(token.content, token.info)),
            "image": self._each(self._image),
            "link_open": self._each(self._link),
            "link_close": self._each(lambda token: token.meta.get("closing", "</a>")),
            "math_inline": self._each(lambda token: f"\\({escape(token.content.strip())}\\)"),
            "math_display": self._each(lambda token: f"\\[{escape(token.content.strip())}\\]"),
            "math_block": self._each(lambda token: f"\\[{escape(token.content.strip())}\\]\n"),
            "mark_open": self._each(lambda _: "<mark>"),
            "mark_close": self._each(lambda _: "</mark>"),
            "hidden": self._each(lambda _: ""),
            "callout_title": self._each(lambda _: ""),
            "html_inline": self._each(lambda token: self._html(token.content)),
            "html_block": self._each(lambda token: self._html(token.content)),
            "text": self._each(lambda token: _text(token.content)),
            "text_special": self._each(lambda token: _text(token.content)),
            "code_inline": self._each(lambda token: f"<code>{_text(token.content)}</code>"),
            "code_block": self._each(lambda token: f"<pre><code>{_text(token.content)}</code></pre>\n"),
            "fence": self._each(
                lambda token: f"<pre><code>{_text(token.content.removesuffix(chr(10)))}</code></pre>\n"
            ),
            "footnote_ref": self._each(lambda token: f"<sup>[{token.meta['id'] + 1}]</sup>"),
            "footnote_block_open": self._each(lambda _: '<ol class="footnotes">\n'),
            "footnote_block_close": self._each(lambda _: "</ol>\n"),
            "footnote_open": self._each(
                lambda token: '<li class="given">' if token.meta.get("label") in self._given else "<li>"
            ),
            "footnote_close": self._each(lambda _: "</li>\n"),
            "footnote_anchor": self._each(lambda _: ""),
            "softbreak": self._each(lambda _: "<br>\n"),
            "hardbreak": self._each(lambda _: "<br>\n"),
        }
        self.rules |= rules

    @staticmethod
    def _each(rule: Callable[[Token], str]) -> Callable[..., str]:
        def render(tokens: Sequence[Token], index: int, _options: Any, _env: Any) -> str:
            return rule(tokens[index])

        return render

    def plain(self, markdown: str) -> str:
        """The HTML of a side of a card."""
        return self._rendered(insert(markdown, (), _storable), self._beside(markdown))

    def clozes(self, text: str, clozes: Sequence[Cloze], numbers: Sequence[str]) -> str:
        """The HTML of a text with Anki's clozes in it.

        Each cloze has its number in Anki, several joined by commas, or none if it is not asked.
        """
        shown, spans = _without_signs(text, clozes)
        asked = [(span, number) for span, number in zip(spans, numbers, strict=True) if number]
        hints = [cloze.hint for cloze, number in zip(clozes, numbers, strict=True) if number]
        notes = self._beside(text)
        html = self._rendered(
            insert(shown, [(start, end, "cloze-answer") for (start, end), _ in asked], _storable), notes
        )
        found = list(_SPAN.finditer(html))
        if len(found) != len(asked) or len(_MARK.findall(html)) != 2 * len(asked):
            html = _text(_marked(shown, [span for span, _ in asked])).replace("\n", "<br>\n")
            html += "".join(f"<br>\n[^{_text(name)}]: {self._rendered(note, {})}" for name, note in notes.items())
        html = html.replace("{{c", "{&#123;c")  # text that looks like an Anki cloze is none
        names = iter(zip((number for _, number in asked), hints, strict=True))
        return _SPAN.sub(lambda match: _cloze(match[1], *next(names)), html)

    def _beside(self, text: str) -> Mapping[str, str]:
        """The footnotes that a text refers to and does not hold."""
        return {name: insert(note, (), _storable) for name, note in footnotes_beside((text,), self._footnotes)}

    def _rendered(self, text: str, notes: Mapping[str, str]) -> str:
        """HTML of a text, below its footnotes from elsewhere, so that nothing open in it takes them in."""
        self._given = notes.keys()
        above = "".join(f"[^{name}]: {note.replace(chr(10), f'{chr(10)}    ')}\n\n" for name, note in notes.items())
        text = f"{above}<!-- -->\n{text}" if above else text
        html = _outside_tags(self.render(list(_prepared(parse(text))), _OPTIONS, {})).strip()
        return html[3:-4] if _ONE_PARAGRAPH.fullmatch(html) else html

    def _wikilink(self, token: Token) -> str:
        shown = token.info or without_marks(token.content).replace("#", " › ").strip(" ›")
        return f"<i>{_text(shown)}</i>"

    def _image(self, token: Token) -> str:
        alt, _, size = token.content.rpartition("|") if "|" in token.content else (token.content, "", "")
        address = str(token.attrGet("src") or "")
        if _WEB.match(address):
            return f'<a href="{escape(address)}">{_text(alt or address)}</a>'
        return self._embed(address, size)

    def _embed(self, target: str, size: str) -> str:
        name = self._media.name(without_marks(target), self._source)
        if name is None:
            self.lost.append(
                f"{without_marks(target)} is no picture, sound or video in the vault; only its name is exported"
            )
            return f"<i>{_text(without_marks(target))}</i>"
        if name.casefold().endswith(_SOUNDS):
            return f"[sound:{name}]"
        width = _WIDTH.fullmatch(without_marks(size))
        return f'<img src="{escape(name)}"' + (f' width="{width[1]}">' if width else ">")

    def _link(self, token: Token) -> str:
        address = without_marks(str(token.attrGet("href") or ""))
        return f'<a href="{escape(address)}">' if _WEB.match(address) else "<a>"

    def _html(self, html: str) -> str:
        """HTML of the note, as far as it only says how text looks."""
        closed = html.rindex("-->") + len("-->") if "-->" in html else 0  # no comment behind that has an end
        pieces = chain(_PIECE_OR_COMMENT.finditer(html, 0, closed), _PIECE.finditer(html, closed))
        return "".join(self._piece(match[0]) for match in pieces)

    def _piece(self, piece: str) -> str:
        bare = without_marks(piece)
        match = TAG.fullmatch(bare)
        if match is None:
            return "" if bare.startswith("<!--") else _text(unescape(piece))
        name = match[2].lower()
        return f"<{match[1]}{name}>" if name in _PLAIN_TAGS else _text(piece)


_OPTIONS: Final[Any] = {"xhtmlOut": False, "breaks": True, "langPrefix": "language-", "html": True, "highlight": None}


def _outside_tags(html: str) -> str:
    """The HTML without brackets that stand in a tag, where no cloze can."""
    return re.sub(r"<[^<>]*>", lambda match: without_marks(match[0]), html)


def _prepared(tokens: Sequence[Token]) -> Iterator[Token]:
    """Callouts as quotes with a title, tasks with boxes; the plugin's own callout is left out."""
    skipping, depth = 0, 0
    for place, token in enumerate(tokens):
        depth += token.nesting
        if skipping:
            skipping = 0 if depth < skipping else skipping
            continue
        following = tokens[place + 1] if place + 1 < len(tokens) else None
        if _is_metadata(token, following):
            skipping = depth
            continue
        if token.type == "inline" and place and tokens[place - 1].type == "callout_title":
            if not (token.children or []):
                text = Token("text", "", 0, content=default_title(visible(tokens[place - 1].info, newlines=False)))
                token.children = [text]
            words = token.children or []
            token.children = [Token("strong_open", "strong", 1), *words, Token("strong_close", "strong", -1)]
            token.children.append(Token("hardbreak", "br", 0))
        elif token.type == "inline" and token.children and tokens[max(0, place - 2)].type == "list_item_open":
            first = token.children[0]
            if first.type == "text" and (task := _TASK.match(first.content)):
                first.content = ("☐ " if task[1] == " " else "☑ ") + first.content[task.end() :]
        yield token


def _is_metadata(token: Token, following: Token | None) -> bool:
    """Whether a callout starts that holds a schedule."""
    if token.type != "blockquote_open" or following is None or following.type != "callout_title":
        return False
    return following.info.strip().lower() == METADATA_KIND


def _text(text: str) -> str:
    """A note's text as field text: no markup, no sound, no template field."""
    return escape(text, quote=False).replace("[sound:", "[sound&#58;").replace("[latex]", "[latex&#93;")


def _without_signs(text: str, clozes: Sequence[Cloze]) -> tuple[str, list[tuple[int, int]]]:
    """The text with its clozes replaced by their answers, and where each answer then is."""
    order = sorted(range(len(clozes)), key=lambda number: clozes[number].place)
    pieces: list[str] = []
    spans = [(0, 0)] * len(clozes)
    end = length = 0
    for number in order:
        cloze = clozes[number]
        pieces += (text[end : cloze.place], cloze.answer)
        length += cloze.place - end
        spans[number] = (length, length + len(cloze.answer))
        length += len(cloze.answer)
        end = cloze.place + len(cloze.raw)
    return "".join((*pieces, text[end:])), spans


def _marked(text: str, spans: Sequence[tuple[int, int]]) -> str:
    """The plain text with brackets around its spans, whatever Markdown would make of it."""
    pieces: list[str] = []
    end = 0
    for start, stop in sorted(spans):
        pieces += (_storable(text[end:start]), MARKS[0], _storable(text[start:stop]), MARKS[-1])
        end = stop
    return "".join((*pieces, _storable(text[end:])))


def _storable(text: str) -> str:
    """The text, without what an Anki field cannot hold."""
    return _UNSTORABLE.sub(lambda match: visible(match[0]), text.replace("\r\n", "\n"))


def _cloze(answer: str, number: str, hint: str | None) -> str:
    """A cloze as Anki writes it, with whatever would end it or start its hint escaped."""
    inner = answer.replace("::", ":&#58;").replace("}}", "} }")
    more = f"::{_text(hint).replace('}}', '} }')}" if hint else ""
    return f"{{{{c{number}::{inner}{more}}}}}"
