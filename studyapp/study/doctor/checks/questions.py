"""Questions cut by a blank line, and duplicate questions."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from studyapp.core.errors import Severity
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import Question
from studyapp.core.text.fences import fences
from studyapp.core.text.note_text import trim
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject, shortened

_ITEM: Final = re.compile(r"([ \t]*)(?:(\d{1,9})[.)]|[-*+])[ \t]+\S")
RULE: Final = re.compile(r" {0,3}(?:(?:-[ \t]*){3,}|(?:\*[ \t]*){3,}|(?:_[ \t]*){3,})$")
"""A horizontal rule: text above it is not part of a card below it."""
_UNDERLINE: Final = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
"""What makes the line above it a heading."""


def cut(subject: Subject) -> Iterator[Finding]:
    """Cards followed, after a blank line, by what can only be their continuation."""
    if subject.settings.multiline_card_end_marker:
        return
    for question in subject.note.questions:
        cause = follows(subject, question)
        if cause is not None:
            why, following = cause
            yield subject.finding(
                "cut-card",
                question.sources[-1] + 1,
                f"a blank line ends this card, and {why}: “{shortened(subject.lines[following])}”",
                "Remove the blank line, or set an end marker (multiline_card_end_marker), with which blank lines end "
                "nothing",
            )


def is_unfinished(subject: Subject, question: Question) -> bool:
    """Whether a card lacks its answer: nothing below can be one, and no rule shows that none is wanted."""
    rest = range(question.sources[-1] + 1, len(subject.lines))
    below = next((subject.lines[line] for line in rest if trim(subject.lines[line])), "")
    return follows(subject, question) is None and not RULE.match(below)


def follows(subject: Subject, question: Question) -> tuple[str, int] | None:
    """Why the text after a blank line belongs to the question, and its line; None if it need not."""
    last = question.sources[-1]
    if last + 2 >= len(subject.lines) or trim(subject.lines[last + 1]) or subject.settings.multiline_card_end_marker:
        return None
    following = next((line for line in range(last + 2, len(subject.lines)) if trim(subject.lines[line])), None)
    if following is None or following in subject.question_at:
        return None
    why = _why(subject, question, following)
    return None if why is None else (why, following)


def _begins_something_else(subject: Subject, line: int) -> bool:
    """Whether a line cannot be an answer: a heading or a tag, a rule, a comment."""
    said = subject.lines[line]
    under = subject.lines[line + 1] if line + 1 < len(subject.lines) else ""
    return bool(said.lstrip().startswith(("#", "<!--", "%%")) or RULE.match(said) or _UNDERLINE.fullmatch(under))


def _why(subject: Subject, question: Question, following: int) -> str | None:
    """Why the text that follows belongs to the question; None if it need not."""
    own = [subject.lines[line] for line in question.sources]
    text = "\n".join(own)
    below = subject.lines[following]
    if _open_fence(own):
        return "it is in the middle of a code block, whose indented fence the plugin does not see"
    if text.count("$$") % 2 and any("$$" in subject.lines[line] for line in range(following, len(subject.lines))):
        return "it is in the middle of a formula"
    if question.kind not in (Kind.MULTI_BASIC, Kind.MULTI_REVERSED):
        return None
    if not trim(question.cards[0].back) and not _begins_something_else(subject, following):
        return "its answer seems to come after it"
    last = next((line for line in reversed(own) if trim(line) and not line.startswith("<!--SR:")), "")
    item, next_item = _ITEM.match(last), _ITEM.match(below)
    if item and item[2] and next_item and next_item[2] and int(next_item[2]) == int(item[2]) + 1:
        return "its numbered list goes on"
    indented = below.startswith((" ", "\t"))
    if indented and any(_ITEM.match(line) for line in own[own.index(last) - 8 if own.index(last) > 8 else 0 :]):
        return "its list goes on"
    return None


def _open_fence(lines: Sequence[str]) -> bool:
    """Whether lines end within code whose fence is not at the start of its line, so that the plugin misses it."""
    last = next(reversed(list(fences(lines))), None)
    return last is not None and not last.closed and not lines[last.opened].startswith(last.run)


Asked = tuple[int, str, str]
"""A question for comparison: its line, from 1; its body; its front, empty if others may share it."""


def asked(subject: Subject) -> list[Asked]:
    """The questions of a note that have cards."""
    return [
        (question.sources[0] + 1, question.body, "" if question.kind is Kind.CLOZE else trim(question.cards[0].front))
        for question in subject.note.questions
        if question.cards
    ]


class Equals:
    """Remembers the place of each question by the hash of its text, which is small."""

    def __init__(self) -> None:
        self._texts: dict[int, tuple[str, int]] = {}
        self._fronts: dict[int, tuple[str, int]] = {}

    def take(self, path: str, questions: Iterable[Asked]) -> Iterator[Finding]:
        """The questions of a note that repeat an earlier one, here or in another note."""
        for line, body, front in questions:
            here = (path, line)
            before = self._texts.setdefault(hash(("", trim(body))), here)
            if before is not here:
                yield _equal(here, before, path, "this question is", "Keep one of the two", body)
                continue
            if not front:
                continue
            before = self._fronts.setdefault(hash(("front", " ".join(front.split()))), here)
            if before is not here:
                what = "a question with the same words but another answer is"
                remedy = "If you mean both, make the questions differ"
                yield _equal(here, before, path, what, remedy, front)


def _equal(here: tuple[str, int], before: tuple[str, int], path: str, what: str, remedy: str, text: str) -> Finding:
    where = f"on line {before[1]}" if before[0] == path else f"in {before[0]}:{before[1]}"
    reason = f"{what} {where} too: “{shortened(text)}”"
    return Finding("equal-questions", here[0], here[1], reason, remedy, Severity.NOTE)
