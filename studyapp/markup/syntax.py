"""Markdown as Obsidian reads it: markdown-it with the rules for what Obsidian adds.

Wikilinks and embeds, `==highlights==`, `%%comments%%`, `$mathematics$`, callout titles, footnotes. Each rule either
takes a bounded piece of text or remembers that nothing closes what it opened, so that no input takes quadratic time.
"""

from __future__ import annotations

import re
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.html_block import html_block
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from studyapp.markup.callouts import TITLE
from studyapp.markup.marks import around, without_marks

_WIKILINK: Final = re.compile(r"(!?)\[\[([^\[\]\n|]{0,400})(?:\|([^\[\]\n]{0,400}))?\]\]")
# Obsidian wants no blank inside the dollars and no digit behind them, so that prices stay prices.
_MATH: Final = re.compile(r"\$(?![\s$])((?:[^$\\\n]|\\.|\n(?!\n)){1,2000}?)(?<![\s\\])\$(?!\d)")
_DISPLAY_MATH: Final = re.compile(r"\$\$((?:[^$\\]|\\.|\$(?!\$)){1,4000}?)\$\$", re.DOTALL)
_COMMENT: Final = re.compile(r"%%((?:[^%]|%(?!%)){0,4000})%%")
_EQUALS: Final = 0x3D

_MAX_LEVEL: Final = 60
"""Levels of blocks within blocks that are read; markdown-it would drop what lies deeper than its own limit of 100."""


def _lone_bracket(state: StateInline, silent: bool) -> bool:
    """An opening bracket that nothing can close is text; the rules for links would try it a hundred levels deep."""
    char = state.src[state.pos]
    if char not in "[!^" or state.src.find("]", state.pos) >= 0:
        return False
    if not silent:
        state.append_pending(char)
    state.pos += 1
    return True


def _wikilink(state: StateInline, silent: bool) -> bool:
    match = _WIKILINK.match(state.src, state.pos)
    if match is None or not without_marks(match[2] + (match[3] or "")).strip():
        return False
    if not silent:
        token = state.push("embed" if match[1] else "wikilink", "", 0)
        token.content = match[2]
        token.info = match[3] or ""
    state.pos = match.end()
    return True


def _math(state: StateInline, silent: bool) -> bool:
    if state.src[state.pos] != "$":
        return False
    match = _DISPLAY_MATH.match(state.src, state.pos)
    kind = "math_display"
    if match is None:
        match = _MATH.match(state.src, state.pos)
        kind = "math_inline"
    if match is None or not match[1].strip():
        return False
    if not silent:
        state.push(kind, "", 0).content = match[1]
    state.pos = match.end()
    return True


def _comment(state: StateInline, silent: bool) -> bool:
    match = _COMMENT.match(state.src, state.pos)
    if match is None:
        return False
    if not silent:
        state.push("hidden", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _highlight(state: StateInline, silent: bool) -> bool:
    """Note each `==` as a delimiter; which of them belong together is decided when the line has been read."""
    if silent or not state.src.startswith("==", state.pos):
        return False
    scanned = state.scanDelims(state.pos, True)
    if scanned.length % 2:
        state.push("text", "", 0).content = "="
    for _ in range(scanned.length // 2):
        state.push("text", "", 0).content = "=="
        state.delimiters.append(Delimiter(_EQUALS, 0, len(state.tokens) - 1, -1, scanned.can_open, scanned.can_close))
    state.pos += scanned.length
    return True


def _highlight_pairs(state: StateInline) -> None:
    groups = [state.delimiters, *(meta["delimiters"] for meta in state.tokens_meta if meta and "delimiters" in meta)]
    for delimiters in groups:
        for opening in delimiters:
            if opening.marker == _EQUALS and opening.end >= 0:
                closing = delimiters[opening.end]
                for index, kind, nesting in ((opening.token, "mark_open", 1), (closing.token, "mark_close", -1)):
                    token = state.tokens[index]
                    token.type, token.nesting, token.content = kind, nesting, ""


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _closing_line(state: StateBlock, lines: range, opener: str, closer: str, *, within: bool) -> int | None:
    """The line that closes the block opened on the first of `lines`, or None.

    It does so at its end, or anywhere where text may follow `within` it. The search that failed is remembered:
    nothing below closes the next opener of that kind either.
    """
    start, end = lines.start, lines.stop
    head = _bare(state, start)[len(opener) :].rstrip()
    if closer in head:
        return start if head.find(closer) == len(head) - len(closer) else None
    failed = f"unclosed {opener} before {end}"
    if failed in state.env:
        return None
    for line in range(start + 1, end):
        # A block inside a quote or a list item ends where that ends.
        if state.sCount[line] < state.blkIndent and _line(state, line):
            break
        text = _bare(state, line).rstrip()
        if closer in text:
            return line if within or text.find(closer) == len(text) - len(closer) else None
    else:
        state.env[failed] = True
    return None


def _bare(state: StateBlock, line: int) -> str:
    """A line without the brackets of a cloze around it."""
    return around(_line(state, line))[1]


def _bracketed_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block from `<!--`, `%%` or `$$` at the start of a line to its counterpart.

    Behind a comment of several lines the text goes on; a formula ends its line.
    """
    if state.is_code_block(start):
        return False
    first = _bare(state, start)
    for opener, closer, kind in (("<!--", "-->", "hidden"), ("%%", "%%", "hidden"), ("$$", "$$", "math_block")):
        if first.startswith(opener):
            last = _closing_line(state, range(start, end), opener, closer, within=kind == "hidden")
            if last is None:
                return False
            if not silent:
                text = "\n".join(_line(state, line) for line in range(start, last + 1))
                stop = text.index(closer, text.index(opener) + len(opener)) + len(closer)
                after = text[stop:].strip()
                token = state.push(kind, "", 0)
                token.content = text if kind == "hidden" else _inside(text.rstrip(), opener, closer)
                token.map = [start, last + 1]
                token.block = True
                state.line = last + 1
                if without_marks(after):
                    token.content = text[:stop]
                    state.line = last
                    state.bMarks[last], state.tShift[last] = state.eMarks[last] - len(text[stop:].lstrip()), 0
            return True
    return False


def _inside(text: str, opener: str, closer: str) -> str:
    """A formula without its dollars, within the brackets of the cloze that it is."""
    before, bare, behind = around(text)
    return before + bare.rstrip()[len(opener) : -len(closer)].strip("\n") + behind


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """What is nested beyond any sense is shown as it stands: a part of a card must never be missing."""
    if silent or state.level < _MAX_LEVEL:
        return False
    token = state.push("code_block", "code", 0)
    token.content = state.getLines(start, end, state.blkIndent, keepLastLF=True)
    token.map = [start, end]
    state.line = end
    return True


def _html_block(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """HTML as markdown-it has it, but text beside a comment is text: a schedule may be glued to the next sentence."""
    return not _line(state, start).startswith("<!--") and html_block(state, start, end, silent)


def _callout_title(state: StateBlock, start: int, _end: int, silent: bool) -> bool:
    if silent or not state.tokens or state.tokens[-1].type != "blockquote_open":
        return False
    match = TITLE.match(without_marks(_line(state, start)))
    if match is None:
        return False
    raw_title = TITLE.match(_line(state, start))
    token = state.push("callout_title", "", 0)
    token.info = match[1].split("|")[0]
    token.markup = match[2]
    token.map = [start, start + 1]
    inline = state.push("inline", "", 0)
    inline.content = (raw_title[3] if raw_title else match[3]) or ""
    inline.map = [start, start + 1]
    inline.children = []
    state.line = start + 1
    return True


def _parser() -> MarkdownIt:
    parser = MarkdownIt("default", {"html": True, "breaks": True, "linkify": False, "typographer": False})
    parser.use(footnote_plugin)
    inline, block = parser.inline.ruler, parser.block.ruler
    inline.before("link", "wikilink", _wikilink)
    inline.before("wikilink", "lone_bracket", _lone_bracket)
    inline.before("escape", "math", _math)
    inline.before("escape", "percent_comment", _comment)
    inline.before("emphasis", "highlight", _highlight)
    parser.inline.ruler2.before("emphasis", "highlight", _highlight_pairs)
    interrupts: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    block.before("table", "callout_title", _callout_title)
    block.before("callout_title", "too_deep", _too_deep)
    block.before("fence", "bracketed", _bracketed_block, interrupts)
    block.at("html_block", _html_block, {"alt": ["paragraph", "reference", "blockquote"]})
    # Text that was escaped stays apart, so that `\#word` is not a tag.
    parser.core.ruler.disable(["text_join", "replacements", "smartquotes", "linkify"])
    return parser


_PARSER: Final = _parser()


def parse(text: str) -> list[Token]:
    """Markdown-it's tokens of a text that has passed `marks.insert`."""
    return _PARSER.parse(text, {})
