"""Why the plugin takes text for code, or code for text: it sees other fences than a reader does."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from enum import Enum, auto

from msgspec import Struct

from studyapp.core.notes.blocks import Gap, fence_run
from studyapp.core.text.fences import Fence, fences
from studyapp.core.text.note_text import trim
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject, shortened


class Why(Enum):
    """What makes the plugin see other fences than a reader does."""

    ONE_LINE = auto()
    """Code between two fences on one line: for the plugin this line only opens code."""
    WORDS = auto()
    """A line of the code that starts like a fence and continues: for the plugin the code ends here."""
    OPENING = auto()
    """An opening fence that is not at the very start of its line."""
    CLOSING = auto()
    """A closing fence that is not at the very start of its line."""
    UNCLOSED = auto()
    COMMENT = auto()
    """A comment right above the code: with it, the plugin skips the opening fence."""


class Cause(Struct, frozen=True):
    """Where the plugin and a reader diverge."""

    why: Why
    line: int
    fence: Fence
    """The code block concerned, as a reader sees it; for code on one line, that line."""


class Causes:
    """Finds the line to blame where the plugin takes text for code, or code for text."""

    def __init__(self, subject: Subject) -> None:
        self._fences = list(fences(subject.lines, subject.first))
        """The code blocks of the note as a reader sees them."""
        self._gaps = subject.gaps
        self._known: dict[int, Cause] = {}
        """By the line where the plugin thinks code begins: one cause may follow from another."""
        for gap in self._gaps:
            if gap.fence:
                self._known[gap.opening] = self._of(gap)

    def of_gap(self, gap: Gap) -> Cause:
        """Why lines that the plugin takes for code are text."""
        return self._known[gap.opening]

    def _of(self, gap: Gap) -> Cause:
        fence = self.around(gap.opening)
        if fence is None:
            return Cause(Why.ONE_LINE, gap.opening, Fence(gap.opening, gap.opening, "", False))
        if fence.opened == gap.opening:
            return Cause(Why.CLOSING if fence.closed else Why.UNCLOSED, fence.last, fence)
        return self.of_code(fence)

    def of_code(self, fence: Fence) -> Cause:
        """Why lines within a code block are text for the plugin."""
        place = bisect_right(self._gaps, fence.opened, key=lambda gap: gap.opening)
        before = self._gaps[place - 1] if place else None
        if before is None or before.last < fence.opened:
            return Cause(Why.OPENING, fence.opened, fence)
        if before.opening == fence.opened:
            return Cause(Why.WORDS, before.last, fence)
        return self.of_gap(before) if before.fence else Cause(Why.COMMENT, before.opening, fence)

    def around(self, line: int) -> Fence | None:
        """The code block that a line is in."""
        place = bisect_right(self._fences, line, key=lambda fence: fence.opened)
        return self._fences[place - 1] if place and line <= self._fences[place - 1].last else None


def because(cause: Cause, subject: Subject) -> tuple[str, str]:
    """What a cause makes the plugin do, in words that follow "because", and the remedy."""
    line, fence = cause.line + 1, cause.fence
    opening = fence.opened + 1
    said = f"line {line} (“{shortened(trim(subject.lines[cause.line]), 30)}”)"
    only = "it sees a fence only at the very start of a line, and the one"
    match cause.why:
        case Why.ONE_LINE:
            why = f"{said} opens and closes on one line, and the plugin sees only the opening"
            remedy = f"Write what is on line {line} between single backticks, or put its fences on lines of their own"
        case Why.WORDS:
            longer = _longer(subject, fence)
            block = f"lines {opening} and {fence.last + 1}" if fence.closed else f"line {opening}"
            why = f"it ends the code block of line {opening} with {said}, as that begins with the same signs"
            remedy = f"If line {line} is code, write {longer} as the fences of that block ({block})"
            remedy += f"; else close the block above line {line}"
        case Why.OPENING:
            why = f"{only} that opens the code, on line {line}, is further in"
            remedy = f"Put the fence of line {line} at the very start of a line"
        case Why.CLOSING:
            why = f"{only} that ends the code, on line {line}, is further in"
            remedy = f"Begin line {line}, which closes the code block, without indentation, with the same signs as "
            remedy += f"line {opening}"
        case Why.COMMENT:
            why = f"it skips the line below the comment on line {line}, with which the code begins"
            remedy = f"Put a blank line below line {line}"
        case Why.UNCLOSED:
            why = f"the code block that begins on line {opening} has no end"
            remedy = f"Close it with a line {fence.run} where the code ends"
    return why, remedy


def _longer(subject: Subject, fence: Fence) -> str:
    """A fence that no line of a code block begins with."""
    inner = (subject.lines[line] for line in range(fence.opened + 1, fence.last + (not fence.closed)))
    longest = max((len(fence_run(line)) for line in inner if line.startswith(fence.run)), default=len(fence.run))
    return fence.run[0] * (longest + 1)


def code_cards(subject: Subject) -> Iterator[Finding]:
    """Code that the plugin turns into cards, block by block."""
    code = subject.code
    lines = sorted({one.sources[0] for one in subject.note.questions if code.issuperset(one.sources)}) if code else []
    if not lines:
        return
    causes = Causes(subject)
    blocks: dict[Fence, list[int]] = {}
    for line in lines:
        if (fence := causes.around(line)) is not None:
            blocks.setdefault(fence, []).append(line)
    for fence, found in blocks.items():
        why, remedy = because(causes.of_code(fence), subject)
        more = f" and of {len(found) - 1} more" if len(found) > 1 else ""
        yield subject.finding(
            "code-card",
            found[0],
            f"the plugin makes a card of a line of code, “{shortened(subject.lines[found[0]])}”{more}, because {why}",
            remedy,
        )
