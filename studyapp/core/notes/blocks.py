"""Lines → question blocks: the plugin's line loop.

A block is the text between blank lines (or end markers). One with a separator line or a cloze is a question, and a
line with a single line separator is a question by itself, whatever is around it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import lru_cache

from msgspec import Struct

from studyapp.core.notes.clozes import ClozePatterns
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import WHITE_SPACE, longer_than_one, trim_end, units

CALLOUT = "> [!sr|card-metadata]"
"""The callout that holds a schedule comment if the plugin is set to use one."""

_FIRST = "<`~"
"""What comments and fences start with."""
_SPECIAL = frozenset([*_FIRST, *WHITE_SPACE])
"""What a line may start with that is blank, a comment or a fence."""


class Kind(StrEnum):
    """The plugin's five types of question."""

    SINGLE_BASIC = "single_basic"
    SINGLE_REVERSED = "single_reversed"
    MULTI_BASIC = "multi_basic"
    MULTI_REVERSED = "multi_reversed"
    CLOZE = "cloze"


class Block(Struct, frozen=True, gc=False):
    """A question as the loop finds it."""

    kind: Kind
    text: str
    """With its schedule comment; trailing white space is cut as in the plugin."""
    first_line: int
    """0-based, as the plugin counts it: after a single line card it may be above the question's real first line."""
    last_line: int
    sources: tuple[int, ...]
    """The lines of the text; lines that the loop skipped are missing."""


class Gap(Struct, frozen=True, gc=False):
    """Lines that the plugin does not read as text: after a comment, or in what it takes for a fence."""

    fence: bool
    opening: int
    """Its first line."""
    first: int
    last: int
    """The skipped lines, without the opening line."""
    open_end: bool
    """Whether the plugin finds no end, and skips all that follows."""


def fence_run(line: str) -> str:
    """The backticks or tildes at the start of a line that open a fence."""
    return line[: len(line) - len(line.lstrip(line[0]))]


def closing_fences(lines: Sequence[str], sources: Sequence[int]) -> set[int]:
    """The lines among `sources` that close a fence: of these the plugin reads only the fence."""
    closing: set[int] = set()
    run = ""
    for number in sources:
        line = lines[number]
        if run:
            if line.startswith(run):
                closing.add(number)
                run = ""
        elif line.startswith(("```", "~~~")):
            run = fence_run(line)
    return closing


def has_marker(line: str, marker: str) -> bool:
    """Whether the line contains the separator, first occurring outside backticks."""
    if not marker or (place := line.find(marker)) < 0:
        return False
    if "`" not in line:
        return True
    return not (line.count("`", 0, place) % 2 and line.count("`", place + len(marker)) % 2)


def scan(lines: Sequence[str], first: int, settings: Settings) -> list[Block]:
    """Find the question blocks from line `first` on; the lines before it count as blank."""
    return Loop(lines, first, Rules.of(settings)).run()


class Rules(Struct, frozen=True):
    """What the settings say about lines."""

    inline: tuple[tuple[str, Kind], ...]
    """The single line separators, in the order tried."""
    common: str
    """A text in every line with one of them: searched for first, because most lines have none."""
    opening: str
    """The same for clozes."""
    multi: Mapping[str, Kind]
    """The separators that must be alone on a line."""
    alone: str
    """A text in each of them."""
    end_marker: str
    clozes: ClozePatterns

    @staticmethod
    @lru_cache(maxsize=8)
    def of(settings: Settings) -> Rules:
        """Prepare the settings once for many notes."""
        basic, reverse = settings.single_line_card_separator, settings.single_line_reversed_card_separator
        inline = [(basic, Kind.SINGLE_BASIC), (reverse, Kind.SINGLE_REVERSED)]
        clozes = ClozePatterns.of(settings.cloze_patterns)
        multi = {
            settings.multiline_reversed_card_separator: Kind.MULTI_REVERSED,
            settings.multiline_card_separator: Kind.MULTI_BASIC,
        }
        return Rules(
            tuple(sorted(inline, key=lambda pair: -units(pair[0]))),
            _common([sign for sign in (basic, reverse) if sign]),
            _common([pattern.opening for pattern in clozes.patterns]),
            multi,
            _common(list(multi)),
            settings.multiline_card_end_marker,
            clozes,
        )

    def single(self, line: str) -> Kind | None:
        """The kind of single line card on a line."""
        for marker, kind in self.inline:
            if has_marker(line, marker):
                return kind
        return None


class Loop:
    """The plugin's loop over lines, with the current block.

    Most blocks are not questions, so their text is built only if one turns out to be: until then a block is the lines
    from `plain` on, after what `text` and `sources` already hold.
    """

    def __init__(self, lines: Sequence[str], first: int, rules: Rules) -> None:
        self.lines = lines
        self.rules = rules
        self.blocks: list[Block] = []
        self.gaps: list[Gap] = []
        self.kind: Kind | None = None
        self.first_line = self.plain = first
        self.text: list[str] = []
        self.sources: list[int] = []

    def run(self) -> list[Block]:  # noqa: C901 - a call for each line would take longer than what it does
        """Go through the lines; each is one of what the branches say, in this order."""
        lines, rules = self.lines, self.rules
        end_marker, common, opening = rules.end_marker, rules.common, rules.opening
        single_sign, cloze_sign, alone_sign = common[:1], opening[:1], rules.alone[:1]
        separators = tuple(rules.multi)  # comparing with a few texts is faster than hashing each line
        count = len(lines)
        i = self.plain - 1
        while (i := i + 1) < count:
            line = lines[i]
            if not line:
                if self.kind is None and not self.text:  # `end` would do no more
                    self.first_line = self.plain = i + 1
                    continue
            elif not (
                line[0] in _SPECIAL or single_sign in line or cloze_sign in line or alone_sign in line or end_marker
            ):
                continue  # most lines are text: a search for one character is several times as fast as for more
            trimmed = line.strip(WHITE_SPACE)
            marked = line[:1] in _FIRST
            if not trimmed and (not end_marker or self.kind is None):
                self.end(i)
            elif marked and line.startswith("<!--") and not line.startswith(OPEN):
                i = self.skip(i)
            elif trimmed == end_marker:
                self.end(i)
            elif common in line and (single := rules.single(line)) is not None:
                i = self.add_single(single, i)
            elif trimmed in separators:
                if i > self.plain or self.text or longer_than_one(line.rstrip(WHITE_SPACE)):
                    self.kind = rules.multi[trimmed]
            elif marked and line.startswith(("```", "~~~")):
                i = self.copy_fence(i)
            elif opening in line and self.kind is None and rules.clozes.found_in(line):
                self.kind = Kind.CLOZE
        self.end(count)
        return self.blocks

    def end(self, line: int) -> None:
        """End the block before a line that does not belong to it."""
        if self.kind is not None:
            self.take(line)
            text = trim_end("\n".join(self.text))
            self.blocks.append(Block(self.kind, text, self.first_line, line - 1, tuple(self.sources)))
            self.kind = None
        self.first_line = self.plain = line + 1
        if self.text:
            self.text, self.sources = [], []

    def take(self, end: int) -> None:
        """Append the lines before `end` to the block's text."""
        self.text += [line.rstrip(WHITE_SPACE) for line in self.lines[self.plain : end]]
        self.sources += range(self.plain, end)

    def skip(self, line: int) -> int:
        """Leave a comment out of the block, with the line after it.

        The plugin looks for the comment's end in this line only, and else skips to the end of the file.
        """
        self.take(line)
        count, ends = len(self.lines), "-->" in self.lines[line]
        self.plain = line + 2 if ends else count
        last = self.plain - 1
        self.gaps.append(Gap(False, line, line + 1, min(last, count - 1), last >= count - 1 and not ends))
        return last

    def add_single(self, kind: Kind, line: int) -> int:
        """Add a single line card; what the block held before it is dropped."""
        last = _single_end(self.lines, line)
        text = "\n".join(self.lines[line : last + 1])
        self.blocks.append(Block(kind, text, line, last, tuple(range(line, last + 1))))
        self.kind, self.text, self.sources = None, [], []
        self.first_line, self.plain = line, last + 1
        return last

    def copy_fence(self, line: int) -> int:
        """Copy a fence as it is; its last line, whatever it says, becomes the run of characters that opened it."""
        lines, count = self.lines, len(self.lines)
        run = fence_run(lines[line])
        last = next((number for number in range(line + 1, count) if lines[number].startswith(run)), count)
        self.take(line + 1)
        self.text += [*lines[line + 1 : last], run]
        self.sources += range(line + 1, min(last + 1, count))
        self.plain = last + 1
        self.gaps.append(Gap(True, line, line + 1, min(last, count - 1), last >= count))
        return last


def _single_end(lines: Sequence[str], line: int) -> int:
    """The last line of a single line card: its own, its comment's, or that of its metadata callout."""
    following = lines[line + 1] if line + 1 < len(lines) else ""
    if following.startswith(OPEN):
        return line + 1
    if following.startswith(CALLOUT):
        for number in range(line + 1, len(lines)):
            if OPEN in lines[number]:
                return number
        return len(lines) - 1
    return line


def _common(signs: Sequence[str]) -> str:
    """One of the signs that is a part of each, if there is one; where there are no signs, what no line holds."""
    if not signs:
        return "\n"
    return next((sign for sign in sorted(signs, key=len) if all(sign in other for other in signs)), "")
