"""Block tokens → lines of runs: paragraphs, lists, quotes, callouts, code, tables, formulas, footnotes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate, pairwise
from typing import Final

from markdown_it.token import Token
from msgspec import Struct
from rich.cells import cell_len

from studyapp.core.text.regex import regex
from studyapp.core.visible import visible
from studyapp.markup.callouts import FOLD_MARKS, METADATA_KIND, callout, default_title
from studyapp.markup.marks import around, asks, insert, without_marks
from studyapp.markup.syntax import parse
from studyapp.tui.render.embedded import Embedded
from studyapp.tui.render.inline import Inline
from studyapp.tui.render.lines import (
    EMPTY,
    GOES_ON,
    Line,
    Run,
    cut_at,
    fold_anywhere,
    pad,
    split_lines,
    width_of,
    wrap,
)
from studyapp.tui.render.looks import NOTHING, Look, Palette, drawn, over
from studyapp.tui.render.tables import Table, layout

_MIN_WIDTH: Final = 10
"""Below this many cells inside, a quote or a list gives up its indent: deep nesting must stay readable."""
_BULLETS: Final = "•◦▪"
_TASK: Final = re.compile(r"\[([^\]\[])\][ \t]+")
_TASK_BOXES: Final = {" ": "☐ ", "x": "☑ ", "X": "☑ "}
_WRITTEN: Final = {"☐ ": " ", "☑ ": "x"}
_FOOTNOTE: Final = re.compile(r"\[\^([^\]\s]{1,50})\]")
_FOOTNOTE_TEXT: Final = re.compile(r"^[ >]*\[\^([^\]\s]{1,50})\]:", re.MULTILINE)
_TAB: Final = 4
_TABS: Final = regex("(\t)")
_SPACED: Final = frozenset({"heading_open", "footnote_block_open", "hr"})


class MarkdownBlock(Struct, frozen=True):
    """One block: its opening token and its content."""

    token: Token
    inside: Sequence[Token]


def split_blocks(tokens: Sequence[Token]) -> Iterator[MarkdownBlock]:
    """Group a flat list of tokens into the blocks of its outermost level."""
    index = 0
    while index < len(tokens):
        start, depth = index, 0
        while True:
            depth += tokens[index].nesting
            index += 1
            if depth <= 0 or index == len(tokens):
                break
        yield MarkdownBlock(tokens[start], tokens[start + 1 : index - 1])


class Blocks:
    """Renders the blocks of one card; used once."""

    def __init__(
        self, source: str, palette: Palette, embedded: Embedded | None = None, taken: frozenset[str] = frozenset()
    ) -> None:
        self.palette = palette
        self.inline = Inline(palette, _footnotes_elsewhere(source) | taken)
        self._embedded = embedded
        self._source = source.split("\n")
        self._depth = 0
        self._inside = False
        self.rows: list[tuple[int, int]] = []
        """The start of each outermost block: in the rendered lines, and in the source."""
        self._handlers: dict[str, Callable[[MarkdownBlock, int], list[Line]]] = {
            "heading_open": self._heading,
            "bullet_list_open": self._list,
            "ordered_list_open": self._list,
            "blockquote_open": self._quote,
            "fence": self._code,
            "code_block": self._code,
            "table_open": self._table,
            "hr": self._rule,
            "html_block": self._html,
            "math_block": self._math,
            "footnote_block_open": self._footnotes,
            "hidden": self._hidden,
        }

    def layout(self, tokens: Sequence[Token], width: int) -> list[Line]:
        """Lines of the blocks, each at most `width` cells."""
        lines: list[Line] = []
        outermost, self._inside = not self._inside, True
        for block in split_blocks(tokens):
            new = self._handlers.get(block.token.type, self._paragraph)(block, width)
            if not new:
                continue
            if lines and self._apart(block.token):
                lines.append([])
            if outermost and block.token.map:
                self.rows.append((len(lines), block.token.map[0]))
            lines.extend(new)
        return lines

    def _apart(self, token: Token) -> bool:
        """Whether a blank line precedes this block: where the note has one, and where readability needs one."""
        if token.type in _SPACED or not token.map:
            return True
        above = token.map[0] - 1
        return 0 <= above < len(self._source) and not self._source[above].strip(" \t>")

    def _paragraph(self, block: MarkdownBlock, width: int) -> list[Line]:
        runs: list[Run] = []
        if len(block.inside) == 1 and (embed := _only_embed(block.inside[0])) is not None:
            lines = self._transcluded(embed, width)
            if lines is not None:
                return lines
        if len(block.inside) == 1 and (formula := _only_formula(block.inside[0])) is not None:
            return self._formula(formula, width)
        for token in (block.token, *block.inside):
            if token.type == "inline":
                runs.extend(self.inline.runs(token.children or []))
        return wrap(runs, width) if any(text.strip(" ") for text, _ in runs) else []

    def _transcluded(self, embed: Token, width: int) -> list[Line] | None:
        """The text of another note, after a bar and below its name; None if it is not available."""
        within = self._embedded.follow(embed.content) if self._embedded is not None else None
        if within is None:
            return None
        look = self.inline.anchored(self.palette["embed"], "embed", embed.content)
        self.inline.marks.skip(embed.content)
        name = visible(without_marks(embed.content), newlines=False).replace("#", " › ")
        bar = ("▏ " if self.palette.colours else "| ", drawn(self.palette["quote"]))
        inner = width - width_of([bar])
        if inner < _MIN_WIDTH:
            return None
        text = insert(within.markdown, ())
        below = Blocks(text, self.palette, within)
        below.inline.count_from(self.inline)
        lines = [*wrap([(name, look)], inner), *below.layout(parse(text), inner)]
        self.inline.count_from(below.inline)
        return [[bar, *(line or [EMPTY])] for line in lines]

    def _heading(self, block: MarkdownBlock, width: int) -> list[Line]:
        level = block.token.tag or "h6"
        title = "".join(token.content for token in block.inside if token.type == "inline")
        look = self.inline.anchored(self.palette[level], "heading", title, level[1])
        runs: list[Run] = [] if self.palette.colours else [(f"{'#' * int(level[1])} ", look)]
        for token in block.inside:
            runs.extend(self.inline.runs(token.children or [], look))
        return wrap(runs, width)

    # Containers

    def _indented(self, inside: Sequence[Token], width: int, first: Run, rest: Run) -> list[Line]:
        """Blocks behind a prefix: `first` on the first line, `rest` on the others; both equally wide."""
        inner = width - width_of([first])
        if inner < _MIN_WIDTH:
            return self.layout(inside, width) or [[(first[0].rstrip(), first[1])]]
        lines = self.layout(inside, inner) or [[]]
        blank = (rest[0].rstrip(), rest[1])
        return [
            [first if number == 0 else rest if line else blank, *(line or [EMPTY])]
            for number, line in enumerate(lines)
        ]

    def _list(self, block: MarkdownBlock, width: int) -> list[Line]:
        ordered = block.token.type == "ordered_list_open"
        items = list(split_blocks(block.inside))
        start = int(block.token.attrGet("start") or 1) if ordered else 1
        number_width = len(str(start + len(items) - 1))
        self._depth += not ordered
        lines: list[Line] = []
        for number, item in enumerate(items, start):
            marker = f"{number:>{number_width}}. " if ordered else f"{_BULLETS[(self._depth - 1) % 3]} "
            box = _take_task(item)
            written = "- " if box is None else f"- [{_WRITTEN.get(box, box.strip('[] '))}] "
            look = self.palette["marker"] if box is None and ordered else drawn(self.palette["marker"], written)
            marker = box or marker
            if lines and self._apart(item.token):
                lines.append([])
            blank = (" " * width_of([(marker, NOTHING)]), NOTHING)
            lines.extend(self._indented(item.inside, width, (marker, look), blank))
        self._depth -= not ordered
        return lines

    def _quote(self, block: MarkdownBlock, width: int) -> list[Line]:
        if block.inside and block.inside[0].type == "callout_title":
            return self._callout(block.inside[0], block.inside[1], block.inside[2:], width)
        bar = ("▎ " if self.palette.colours else "> ", drawn(self.palette["quote"]))
        return self._indented(block.inside, width, bar, bar)

    def _callout(self, opening: Token, title: Token, inside: Sequence[Token], width: int) -> list[Line]:
        kind = visible(without_marks(opening.info), newlines=False)
        if kind.strip().lower() == METADATA_KIND:
            self.inline.marks.skip("".join(token.content for token in (title, *inside)))
            return []
        known = callout(kind)
        look = self.palette[known.look]
        bold = over(self.palette["strong"], look)
        words = self.inline.runs(title.children or [], bold)
        if not any(text.strip() for text, _ in words):
            words = [(default_title(kind), bold)]
        heading = [(f"{known.icon} ", bold), *words, (FOLD_MARKS.get(opening.markup, ""), look)]
        bar = ("▎ " if self.palette.colours else "┃ ", drawn(look))
        inner = width - width_of([bar])
        if inner < _MIN_WIDTH:
            return [*wrap(heading, width), *self.layout(inside, width)]
        return [[bar, *(line or [EMPTY])] for line in (*wrap(heading, inner), *self.layout(inside, inner))]

    def _footnotes(self, block: MarkdownBlock, width: int) -> list[Line]:
        lines: list[Line] = [[("─" * min(12, width), drawn(self.palette["rule"]))]]
        for note in split_blocks(block.inside):
            label = f"{self.inline.footnote(note.token.meta['id'])} "
            lines.extend(
                self._indented(note.inside, width, (label, self.palette["footnote"]), (" " * len(label), NOTHING))
            )
        return lines

    # Leaves

    def _rule(self, _block: MarkdownBlock, width: int) -> list[Line]:
        return [[("─" * width, drawn(self.palette["rule"]))]]

    def _hidden(self, block: MarkdownBlock, _width: int) -> list[Line]:
        self.inline.marks.skip(block.token.content)
        return []

    def _html(self, block: MarkdownBlock, width: int) -> list[Line]:
        runs = self.inline.html.block(block.token.content)
        return wrap(runs, width) if any(text.strip() for text, _ in runs) else []

    def _math(self, block: MarkdownBlock, width: int) -> list[Line]:
        return self._formula(block.token.content, width)

    def _formula(self, source: str, width: int) -> list[Line]:
        """A displayed formula as a picture, or in one line if there is none; with a cloze inside, its source."""
        from studyapp.tui.render.formulas.display import display

        look = self.palette["math"]
        indent = 2 if width > 2 * _MIN_WIDTH else 0
        before, bare, behind = around(source)
        picture = display(bare, width - indent) if without_marks(bare) == bare and not asks(before) else None
        if picture is not None:
            self.inline.marks.skip(before)
            cloze = self.inline.marks.name
            look = over(self.palette[cloze], look) if cloze else look
            self.inline.marks.skip(behind)
            look = drawn(self.inline.anchored(look, "formula", bare), f"$${visible(bare.strip())}$$")
            return [[(" " * indent, drawn(NOTHING)), (line or " ", look)] for line in picture]
        runs = list(self.inline.formula(source, look))
        return [[(" " * indent, drawn(NOTHING)), *line] for line in wrap(runs, width - indent)]

    def _code(self, block: MarkdownBlock, width: int) -> list[Line]:
        """Code on a panel as wide as the card; a line that is too long continues after a mark."""
        token = block.token
        code = token.content.removesuffix("\n")
        language = visible(without_marks(token.info).strip(), newlines=False).split(" ")[0]
        self.inline.marks.skip(token.info)
        base = self.palette["block"]
        edge, label = ((" ", drawn(base)), drawn(self.palette["block-label"]))
        if not self.palette.colours:
            edge = ("│", drawn(self.palette["rule"]))
        inner = max(width - 3, 1)
        lines: list[Line] = []
        if language:
            shown = fold_anywhere(language, inner)[0]
            name = pad([(language[slice(*shown)], label)], inner, base)
            lines.append([edge, (" ", drawn(base)), *name, (" ", drawn(base))])
        for source in split_lines(self._code_runs(code, language, base)):
            line = [*_with_tabs(source)]
            pieces = fold_anywhere("".join([text for text, _ in line]), inner, soft=True)
            for number, piece in enumerate(cut_at(line, pieces)):
                mark, begins = ("↪", GOES_ON) if number else (" ", EMPTY)
                lines.append([edge, (mark, label), begins, *pad(piece, inner, base), (" ", drawn(base))])
        return lines

    def _code_runs(self, code: str, language: str, base: Look) -> Iterator[Run]:
        """Coloured code, with its clozes: it is coloured as if the cloze brackets were not there."""
        from studyapp.tui.render.code import highlight

        pieces = [(visible(piece), name) for piece, name in self.inline.marks.read(code)]
        coloured = highlight("".join([piece for piece, _ in pieces]), language.lower(), self.palette)
        ends = list(accumulate((len(piece) for piece, _ in pieces), initial=0))
        for (_, name), part in zip(pieces, cut_at(coloured, pairwise(ends)), strict=True):
            for text, look in part:
                laid = over(look, base)
                yield text, over(self.palette[name], laid) if name else laid

    def _table(self, block: MarkdownBlock, width: int) -> list[Line]:
        rows: list[list[list[Run]]] = []
        alignments: list[str] = []
        for token in block.inside:
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "th_open":
                style = str(token.attrGet("style") or "")
                alignments.append(style.removeprefix("text-align:") or "left")
            elif token.type == "inline":
                rows[-1].append(self.inline.runs(token.children or []))
        return layout(Table(rows, alignments), width, self.palette)


def _with_tabs(line: Line) -> Iterator[Run]:
    """A line of code whose tabs are as wide as they are shown, and are copied as tabs."""
    column = 0
    for run, look in line:
        for text in filter(None, _TABS.split(run)):
            if text != "\t":
                yield text, look
                column += cell_len(text)
                continue
            room = _TAB - column % _TAB
            yield " ", drawn(look, "\t")
            if room > 1:
                yield " " * (room - 1), drawn(look)
            column += room


def _footnotes_elsewhere(source: str) -> frozenset[str]:
    """The names of footnotes that a text refers to but does not contain."""
    if "[^" not in source:
        return frozenset()
    bare = without_marks(source)
    return frozenset(_FOOTNOTE.findall(bare)) - frozenset(_FOOTNOTE_TEXT.findall(bare))


def _only_embed(token: Token) -> Token | None:
    """The embedded note that is all of a paragraph."""
    solid = [child for child in token.children or [] if child.type != "softbreak" and (child.content or child.markup)]
    return solid[0] if len(solid) == 1 and solid[0].type == "embed" else None


def _only_formula(token: Token) -> str | None:
    """The displayed formula that is all of a paragraph, with the brackets of a cloze around it."""
    children = [child for child in token.children or [] if child.type != "softbreak"]
    solid = [child for child in children if without_marks(child.content).strip() or child.markup]
    if len(solid) != 1 or solid[0].type != "math_display":
        return None
    return "".join(child.content for child in children).strip()


def _take_task(item: MarkdownBlock) -> str | None:
    """The box of a task, None for another item; the `[x]` that spelled it is removed from the text."""
    if len(item.inside) < 2 or item.inside[1].type != "inline" or not item.inside[1].children:
        return None
    first = item.inside[1].children[0]
    match = _TASK.match(first.content) if first.type == "text" else None
    if match is None:
        return None
    first.content = first.content[match.end() :]
    return _TASK_BOXES.get(match[1], f"[{match[1]}] ")
