"""HTML of Anki's fields → Markdown that the plugin reads as one question.

It has no blank line, which would end the card, and nothing that could be mistaken for a separator, a cloze, a tag or
a schedule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from html.parser import HTMLParser
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

from msgspec import Struct, field

from studyapp.study.exchange.fields.cloze_marks import CLOSE, END, OPEN, as_spans, mark_clozes
from studyapp.study.exchange.fields.escape import escaped
from studyapp.study.exchange.fields.formulas import with_held_formulas
from studyapp.study.exchange.fields.media_names import file_name
from studyapp.study.exchange.fields.templates import LONGEST

_HELD: Final = "\ufdd3"
"""A noncharacter around the number of what is put aside."""
_OURS: Final = re.compile("[\ufdd0-\ufdd3\\x00]")
_SOUND: Final = re.compile(r"\[sound:([^\]\n]{1,300})\]")
_SECTION: Final = re.compile(r"<!\[[^<>]*>")
"""As programs for letters write it, and browsers show nothing of it; Python's parser stops at an odd one."""
_LONE: Final = re.compile(r"""<(?!(?:/?[A-Za-z](?:[^<>"']|"[^"]*"|'[^']*')*+|[?!/][^<>]*)>|!--)""")
"""A `<` that begins no complete tag: Python's parser would search the rest of the text for the end of each."""
_DATA: Final = re.compile(r"""(\bsrc\s*=\s*["']?data:)[^"'<>]*""", re.IGNORECASE)
"""A picture within the text; it is left out."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_WEB: Final = re.compile("https?://", re.IGNORECASE)
_IN_ADDRESS: Final = "%/:?#@!$&*+,;=~'"
_INLINE: Final = {
    **dict.fromkeys(("b", "strong"), "**"),
    **dict.fromkeys(("i", "em"), "*"),
    **dict.fromkeys(("s", "del", "strike"), "~~"),
}
_KEPT: Final = frozenset(("u", "sub", "sup", "ruby", "rt", "rp", "kbd", "small", "mark"))
_DEEPEST: Final = 50
"""The most quotes or lists within each other that are written; the depth of each is before each of its lines."""
_RULE: Final = "___"
"""Ends a list, a quote or a table without a blank line; HTML would turn all that follows into HTML."""
_FOLDED: Final = "[!note]-"
_BLOCKS: Final = frozenset(
    ("div", "p", "section", "article", "center", "dl", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6")
)
_HEADINGS: Final = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_DROPPED: Final = frozenset(("script", "style", "title", "head"))


class Converted(Struct):
    """A field as Markdown."""

    text: str
    clozes: dict[int, tuple[str, str | None]]
    """The number and hint of each cloze marked in the text."""
    media: set[str] = field(default_factory=set)
    """The names of the files shown."""
    losses: set[str] = field(default_factory=set)
    """What could not be imported, in a few words each."""


def convert(html: str, media: Mapping[str, str] = MappingProxyType({})) -> Converted:
    """Turn a field into Markdown, its clozes marked (see `written_clozes`); `media` are its files by name."""
    found = Converted("", {})
    html = _DATA.sub(r"\1", _OURS.sub("", html))
    if len(html) > LONGEST:
        html = html[:LONGEST]
        found.losses.add(f"text beyond {LONGEST:,} characters of a field")
    marked = mark_clozes(html, found.clozes)
    held: list[str] = []
    writer = _Writer(found, held, media)
    marked = with_held_formulas(marked, partial(_hold, held), found.losses)
    marked = _without_lone_signs(_SECTION.sub("", marked).replace("<![", "&lt;!["))
    writer.feed(_SOUND.sub(lambda match: _hold(held, writer.embed(match[1])), marked))
    writer.close()
    found.text = re.sub(f"{_HELD}(\\d+){_HELD}", lambda match: held[int(match[1])], writer.text())
    return found


def _without_lone_signs(html: str) -> str:
    """HTML in which every tag and comment ends; any other `<` is text."""
    html = _LONE.sub("&lt;", html)
    rest = html.rfind("-->") + 1
    return html[:rest] + html[rest:].replace("<!--", "&lt;!--")


def written_clozes(converted: Converted, write: Callable[[str, str, str | None], str]) -> str:
    """The text with its clozes written out, each from its number, text and hint."""

    def one(match: re.Match[str]) -> str:
        number, hint = converted.clozes[int(match[1])]
        inner = match[2].replace(f"\n{_RULE}\n", "\n").replace("$$", "$")
        inner = inner.replace("\n", "<br>").replace(";;", ";\\;")
        return write(number, inner, hint)

    return re.sub(f"{OPEN}(\\d+){CLOSE}(.*?){END}", one, converted.text, flags=re.DOTALL)


def _hold(held: list[str], text: str) -> str:
    held.append(text)
    return f"{_HELD}{len(held) - 1}{_HELD}"


class _Writer(HTMLParser):
    """Writes Markdown as it reads HTML."""

    def __init__(self, found: Converted, held: list[str], media: Mapping[str, str]) -> None:
        super().__init__(convert_charrefs=True)
        self._found = found
        self._held = held
        self._media = media
        self._lines: list[str] = [""]
        self._prefix: list[str] = []
        """The start of each line within quotes and lists."""
        self._lists: list[int | None] = []
        """The number of the last item of each open list; None for one without numbers."""
        self._code: list[str] | None = None
        self._span: list[str] | None = None
        self._links: list[str] = []
        self._row: list[str] | None = None
        self._rows = 0
        self._dropping = 0
        self._fresh = True
        """Whether the line is still empty."""
        self._behind = False
        """Whether a list, a quote or a table ended above that text would continue."""

    def text(self) -> str:
        """The output."""
        lines = [line.rstrip() for line in self._lines]
        while lines and not lines[-1].strip("> "):
            lines.pop()
        while lines and not lines[0].strip("> "):
            lines.pop(0)
        kept: list[str] = []
        fenced = False
        for line in lines:
            fenced ^= line.lstrip("> ").startswith("```")
            if fenced or line.strip("> "):
                kept.append(line)
            elif kept and kept[-1].lstrip("> ") != "<br>" and not kept[-1].endswith(("```", _RULE)):
                kept.append(f"{line}<br>" if line.endswith(" ") or not line else f"{line} <br>")
        return "\n".join(kept)

    def embed(self, source: str) -> str:
        """A picture or a sound."""
        source = _CONTROL.sub("", source)
        if _WEB.match(source):
            return f"![]({quote(source, safe=_IN_ADDRESS)})"
        if source.startswith("data:"):
            self._found.losses.add("pictures within the text of a field")
            return ""
        name = re.split(r"[/\\]", source if source in self._media else unquote(source))[-1]
        self._found.media.add(name)
        return f"![[{self._media.get(name) or file_name(name)}]]"

    # Events

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: C901, PLR0912, PLR0915 - one case an element
        values = {name: value or "" for name, value in attrs}
        if "style" in values or tag == "font":
            self._found.losses.add("colours and fonts")
        if tag in _DROPPED:
            self._dropping += 1
            self._found.losses.add("scripts and styles")
        elif self._span is not None:
            self._span.append("\n" * (tag == "br" or tag in _BLOCKS))
        elif tag == "br":
            self._newline()
        elif tag == "hr":
            self._start_line()
            self._rule()
            self._newline()
        elif tag == "pre":
            self._start_line()
            self._code = []
        elif self._code is not None:
            return
        elif tag == "img" and values.get("src"):
            self._put(_hold(self._held, self.embed(values["src"])))
        elif tag == "code":
            self._span = []
        elif tag in _INLINE:
            self._put(_INLINE[tag])
        elif tag in _KEPT:
            self._put(f"<{tag}>")
        elif tag == "a":
            self._links.append(values.get("href", ""))
            self._put("[" if self._links[-1] else "")
        elif tag in ("ul", "ol"):
            self._start_line()
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._item()
        elif tag in ("blockquote", "details"):
            self._start_line()
            self._prefix.append("> " if len(self._prefix) < _DEEPEST else "")
            self._lines[-1] = "".join(self._prefix)
            self._behind = False
            if tag == "details":
                self._put(_FOLDED)
        elif tag == "summary" and self._lines[-1].endswith(_FOLDED):
            self._put(" ")
        elif tag == "tr":
            self._start_line()
            self._row = []
        elif tag in ("td", "th") and self._row is not None:
            self._row.append("")
        elif tag in _BLOCKS:
            self._start_line()
            if tag in _HEADINGS:
                self._put("**")

    def handle_endtag(self, tag: str) -> None:  # noqa: C901, PLR0912 - one case an element
        if tag in _DROPPED:
            self._dropping = max(0, self._dropping - 1)
        elif tag == "pre" and self._code is not None:
            self._fence()
        elif self._code is not None:
            return
        elif self._span is not None:
            if tag == "code":
                self._end_span()
        elif tag in _INLINE:
            self._close(_INLINE[tag])
        elif tag in _KEPT:
            self._put(f"</{tag}>")
        elif tag == "a" and self._links:
            href = self._links.pop()
            self._put(f"]({href.replace(' ', '%20')})" if href else "")
        elif tag in ("ul", "ol") and self._lists:
            self._lists.pop()
            self._start_line()
            self._begin_behind()
        elif tag in ("blockquote", "details") and self._prefix:
            self._start_line()
            self._prefix.pop()
            self._begin_behind()
        elif tag == "summary":
            self._start_line()
        elif tag == "tr" and self._row is not None:
            self._end_row()
        elif tag == "table" and self._rows:
            self._rows = 0
            self._newline()
            self._begin_behind()
        elif tag in _BLOCKS:
            if tag in _HEADINGS:
                self._close("**")
            self._start_line()
            if tag == "p":
                self._newline()

    def handle_data(self, data: str) -> None:
        if self._dropping:
            return
        if self._code is not None:
            self._code.append(data)
            return
        text = re.sub(r"\s+", " ", data.replace("\xa0", " "))
        if self._span is not None:
            self._span.append(text)
            return
        if self._fresh and self._row is None:
            text = text.lstrip(" ")
        if text and self._lines[-1].endswith(_FOLDED):
            self._newline()
        if text:
            self._put(escaped(text, at_start=self._fresh and self._row is None))

    # Output

    def _put(self, text: str) -> None:
        if not text:
            return
        if self._row is not None:
            if self._row:
                self._row[-1] += text
            return
        if self._behind and text.strip():
            self._rule()
            self._newline()
        line = self._lines[-1]
        if (line.endswith(":") and text.startswith(":")) or (line.endswith("=") and text.startswith("=")):
            text = f"\\{text}"
        self._lines[-1] = line + text
        self._fresh = self._fresh and not text.strip()

    def _close(self, sign: str) -> None:
        """Close emphasis, with no space before its sign."""
        if self._row is None:
            bare = self._lines[-1].rstrip(" ")
            if bare.endswith(sign) and not bare.endswith(f"\\{sign}"):  # nothing stands between
                self._lines[-1] = bare.removesuffix(sign)
                return
            spaces = len(self._lines[-1]) - len(bare)
            self._lines[-1] = f"{bare}{sign}{' ' * spaces}"
        else:
            self._put(sign)

    def _newline(self) -> None:
        if self._row is not None:
            self._put("<br>")
            return
        self._lines.append("".join(self._prefix) + "  " * min(_DEEPEST, len(self._lists)))
        self._fresh = True

    def _begin_behind(self) -> None:
        """Continue after a list, a quote or a table."""
        self._lines[-1] = "".join(self._prefix) + "  " * min(_DEEPEST, len(self._lists))
        self._behind = True

    def _rule(self) -> None:
        """Write a horizontal rule."""
        while len(self._lines) > 1 and not self._lines[-2].strip("> "):
            self._lines.pop(-2)
        self._lines[-1] += _RULE
        self._behind = self._fresh = False

    def _start_line(self) -> None:
        if not self._fresh:
            self._newline()

    def _item(self) -> None:
        self._start_line()
        indent = "    " * min(_DEEPEST, max(0, len(self._lists) - 1))
        number = self._lists[-1] if self._lists else None
        if number is not None:
            self._lists[-1] = number + 1
        self._behind = False
        mark = "- " if number is None else f"{number + 1}. "
        self._lines[-1] = f"{''.join(self._prefix)}{indent}{mark}"
        self._fresh = True

    def _fence(self) -> None:
        code = "".join(self._code or []).strip("\n")
        self._code = None
        if OPEN in code:  # clozes count in no fence
            for line in map(as_spans, code.split("\n")):
                self._put(line)
                self._newline()
            return
        longest = max((len(run) for run in re.findall(r"`{3,}", code)), default=2)
        fence = "`" * max(3, longest + 1)
        prefix = "".join(self._prefix)
        self._behind = False
        self._lines[-1:] = [f"{prefix}{line}" for line in (fence, *code.split("\n"), fence)]
        self._newline()

    def _end_span(self) -> None:
        code = "".join(self._span or [])
        self._span = None
        if self._found.clozes and "==" in code:  # which would be a cloze, as nothing can escape it there
            self._found.losses.add("`==` in code beside clozes, which gets a backslash")
            code = re.sub("=(?==)", r"=\\", code)
        for place, line in enumerate(code.split("\n")):
            if place:
                self._newline()
            self._put(as_spans(line) if line.strip() else "")

    def close(self) -> None:
        """Read to the end; code that is never closed ends there."""
        super().close()
        if self._code is not None:
            self._fence()
        if self._span is not None:
            self._end_span()

    def _end_row(self) -> None:
        cells = [cell.strip().replace("|", "\\|") for cell in self._row or []]
        self._row, self._behind = None, False
        prefix = "".join(self._prefix)
        if self._fresh:
            self._lines.pop()
        self._lines.append(f"{prefix}| {' | '.join(cells)} |")
        self._rows += 1
        if self._rows == 1:
            self._lines.append(f"{prefix}|{'---|' * len(cells)}")
        self._fresh = False
