r"""Where a question's schedule comment is, and the edits that put a new one there.

The plugin's rule holds wherever it changes nothing but the comment. Where it would change more (a comment in the
middle of a block, trailing white space, `\r\n`, a tag that it respells), the comment is replaced where it is, or
added after the question's last line, and nothing else changes.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from studyapp.core.edits.standing import bare_text
from studyapp.core.notes.blocks import CALLOUT, Block, Kind, closing_fences, fence_run, scan
from studyapp.core.notes.cards import Question, split_text
from studyapp.core.schedule.entries import CLOSE, OPEN, comment_spans, comment_text, entry_text, is_entry
from studyapp.core.settings.model import Settings
from studyapp.core.text.note_text import Edit, NoteText, Span, apply, as_bytes, as_text, trim_end

_PLAIN: Final = Settings()
_TRIED: Final = 20
"""How many of a question's lines are tried as the place for a comment: an open fence takes in the rest of the
note.
"""

_BREAK = r"(?:\r\n|\r|\n)"
_PLACE = rf"(?:{_BREAK}> ?\[!sr\|card-metadata\][^\r\n]*)?(?:{_BREAK}>[ \t]*|{_BREAK}|[ ])?"
"""What belongs to a comment: the line break or space before it, and the callout that holds it."""
_PLACE_AT_END = re.compile(rf"{_PLACE}\Z")


def new_entries(question: Question, side: int, entry: str, base_ease: float, written: Collection[str]) -> list[str]:
    """The entries of the question's comment once one of its cards has a new one.

    Surplus entries are kept, and so are those that cannot be understood. The others are written out again, which
    truncates their numbers as reading does, except those `written` in this session: the plugin still has these.
    """
    texts: list[str] = []
    for place in range(max(len(question.cards), len(question.entries))):
        old = question.entries[place] if place < len(question.entries) else None
        if place == side:
            texts.append(entry)
        elif old is None:
            texts.append(entry_text(None, base_ease))
        elif place >= len(question.cards) or not old.sound or old.raw in written:
            texts.append(old.raw)
        else:
            texts.append(entry_text(old.schedule, base_ease))
    return texts


def write_comment(text: NoteText, question: Question, entries: Sequence[str], settings: Settings) -> tuple[Edit, ...]:
    """The edits that give the question a comment with these entries, at the first place that leaves it a question."""
    region = _Region(text, question)
    first: tuple[Edit, ...] | None = None
    for edits in ways_to_write(text, question, entries, settings):
        if region.stays(edits, settings):
            return edits
        first = edits if first is None else first
    assert first is not None
    return first


def ways_to_write(
    text: NoteText, question: Question, entries: Sequence[str], settings: Settings
) -> Iterator[tuple[Edit, ...]]:
    """The edits that give the question a comment with these entries, one set for each possible place.

    The plugin's place comes first. It can be wrong: after a separator the text would not be the question's comment.
    """
    region = _Region(text, question)
    comment = comment_text(list(entries))
    yield region.as_the_plugin(comment, settings) or region.in_place(comment) or region.behind(comment, settings)
    if region.comments:
        yield region.in_place(comment)
        return
    for same_line in (False, True):
        yield region.behind(comment, replace(_PLAIN, card_comment_on_same_line=same_line))
    yield from (edits for edits in region.behind_each_line(comment) if region.stays(edits, settings))


def erase_comment(text: NoteText, question: Question) -> tuple[Edit, ...]:
    """The edits that remove the question's schedule comment, with the line break or space that came with it."""
    return _Region(text, question).erased()


def ways_to_erase(text: NoteText, question: Question) -> Iterator[tuple[Edit, ...]]:
    """The edits that remove the question's comment: with what came with it, then alone, then all its comments."""
    region = _Region(text, question)
    yield region.erased()
    yield region.in_place("")
    yield region.all_erased()


def comment_of(text: NoteText, question: Question) -> str | None:
    """The question's first complete schedule comment as written; None if it has none."""
    region = _Region(text, question)
    return region.text[slice(*region.comments[0])] if region.comments else None


def replace_comment(text: NoteText, question: Question, comment: str) -> tuple[Edit, ...]:
    """The edit that replaces the question's first comment and nothing else."""
    return _Region(text, question).in_place(comment)


def place_of(text: NoteText, question: Question) -> str:
    """What is between a question and its comment: a space, a line break, a callout; empty if it has no comment."""
    edits = erase_comment(text, question)
    found = as_text(edits[0].old) if edits else ""
    return found[: found.find(OPEN)]


_BARE_PLACE = re.compile(rf"(?:{_BREAK}> ?\[!sr\|card-metadata\][ ]*)?(?:{_BREAK}>[ \t]*|{_BREAK}|[ ])?\Z")
_MOST_PLACE = 200
"""How many characters before a comment are searched for its place."""


def differ_in_comments(old: bytes, new: bytes) -> bool:
    """Whether two versions of a note differ only in schedule comments, and all new entries are valid."""
    (kept, before), (left, after) = (_split(as_text(raw)) for raw in (old, new))
    fresh = [one.split("!") for one in set(after).difference(before)]
    return kept == left and all(not parts[0] and all(map(is_entry, parts[1:])) for parts in fresh)


def _split(text: str, place_of: re.Pattern[str] = _BARE_PLACE) -> tuple[str, list[str]]:
    """A note's text without its schedule comments and their places, and the entries in these."""
    pieces: list[str] = []
    found: list[str] = []
    done = 0
    for start, end in comment_spans(text):
        place = place_of.search(text, max(done, start - _MOST_PLACE), start)
        pieces.append(text[done : place.start() if place else start])
        found.append(text[start + len(OPEN) : end - len(CLOSE)])
        done = end
    return "".join((*pieces, text[done:])), found


class _Comment(NamedTuple):
    """Where a complete comment is in a question's text, in characters."""

    start: int
    end: int


_CALLOUT_AT_END = re.compile(rf"\n({re.escape(CALLOUT)}[^\n]*)\n>\Z")


class _Region:
    """The lines of a question in its note."""

    def __init__(self, text: NoteText, question: Question) -> None:
        self.note = text
        self.question = question
        self.start = text.place(question.sources[0])
        self.end = text.line_end(question.sources[-1])
        self.text = text.text[self.start : self.end]
        self.closing = closing_fences(text.lines, question.sources)
        self.comments = [
            _Comment(start, end)
            for start, end in comment_spans(self.text)
            if (line := text.line_of(self.start + start)) in question.sources and line not in self.closing
        ]
        self.lines = text.lines[question.sources[0] : question.sources[-1] + 1]
        self.contiguous = len(self.lines) == len(question.sources)
        self.single = question.kind in (Kind.SINGLE_BASIC, Kind.SINGLE_REVERSED)

    def as_the_plugin(self, comment: str, settings: Settings) -> tuple[Edit, ...]:
        """What the plugin would write after the question's text; no edits if that would change text."""
        found = self._body()
        if found is None or (settings.card_comment_on_same_line and self._would_let_go_of_next_line()):
            return ()
        body, callout = found
        old = self.text[len(body) :]
        new = self._tail(body, callout, comment, settings)
        if "\n" not in self.text:
            new = new.replace("\n", self.note.newline)
        if not self.single:
            new += old[len(trim_end(old)) :]
        if _split(new, _PLACE_AT_END)[0] != _split(old, _PLACE_AT_END)[0]:
            return ()
        return (self.note.edit(self.start + len(body), self.end, new),)

    def _body(self) -> tuple[str, re.Match[str] | None] | None:
        r"""The text before comment, block id and metadata callout, and that callout; None if it is not in one piece.

        The plugin looks for the text as it read it: without trailing white space, unless it is a single line.
        """
        if not self.contiguous or "\r" in self.text:
            return None
        blank = list(self.text)
        for found in self.comments:
            blank[found.start : found.end] = " " * (found.end - found.start)
        body = trim_end("".join(blank))
        if self.question.block_id:
            if not body.endswith(f" {self.question.block_id}"):
                return None
            body = trim_end(body.removesuffix(self.question.block_id))
        callout = _CALLOUT_AT_END.search(body)
        if callout:
            body = body[: callout.start()]
        elif not self.single and any(line != trim_end(line) for line in self.lines[:-1]):
            return None
        return None if any(found.start < len(body) for found in self.comments) else (body, callout)

    def _tail(self, body: str, callout: re.Match[str] | None, comment: str, settings: Settings) -> str:
        block_id = f" {self.question.block_id}" if self.question.block_id else ""
        if callout:
            line = callout.group(1) if self.single else trim_end(callout.group(1))
            return f"\n{line}\n> {comment}{block_id}"
        if f"\n{CALLOUT}" in body:
            return f" {comment}{block_id}"
        if settings.use_callouts_for_scheduling_comments:
            # Where the plugin drops surplus entries on loading, it writes twice, the second time with one space.
            twice = len(self.question.entries) > len(self.question.cards)
            twice = twice and any(card.schedule is not None for card in self.question.cards)
            gap = " " if twice else "  "
            return f"\n{CALLOUT} \n>{gap}{comment}{block_id}"
        # The plugin does not find its own comment after `~~~`, so one that it does find is not moved there.
        fence = ("```", "~~~") if self.comments else "```"
        if settings.card_comment_on_same_line and not (body.endswith(fence) or self._ends_in_more_than_a_fence()):
            return f" {comment}{block_id}"
        return f"{block_id}\n{comment}"

    def _would_let_go_of_next_line(self) -> bool:
        """Whether moving the comment up a line would make the question take over the comment below it next time."""
        below = self.question.sources[-1] + 1
        moves = bool(self.comments) and self.lines[-1].startswith(OPEN)
        return self.single and moves and below < len(self.note.lines) and self.note.lines[below].startswith(OPEN)

    def _ends_in_more_than_a_fence(self) -> bool:
        """Whether the last line closes a fence and has more text after it, which the plugin does not read."""
        last = self.question.sources[-1]
        line = self.note.lines[last]
        return last in self.closing and line.rstrip() != fence_run(line)

    def in_place(self, comment: str) -> tuple[Edit, ...]:
        """Replace the question's first comment where it is."""
        if not self.comments:
            return ()
        first = self.comments[0]
        return (self.note.edit(self.start + first.start, self.start + first.end, comment),)

    def behind(self, comment: str, settings: Settings) -> tuple[Edit, ...]:
        """Add a comment after the question's last line that is not blank, whatever white space ends that line."""
        last = next(line for line in reversed(self.question.sources) if trim_end(self.note.lines[line]))
        end = self.note.line_end(last)
        newline = self.note.newline
        if settings.use_callouts_for_scheduling_comments:
            tail = f"{newline}{CALLOUT} {newline}>  {comment}"
        elif settings.card_comment_on_same_line and last not in self.closing:
            tail = f" {comment}"
        else:
            tail = newline + comment
        return (self.note.edit(end, end, tail),)

    def behind_each_line(self, comment: str) -> Iterator[tuple[Edit, ...]]:
        """Add a comment at the end of one of the question's lines; a space before it would stay in the text."""
        for line in self.question.sources[:_TRIED]:
            end = self.note.line_end(line)
            yield (self.note.edit(end, end, comment),)

    def erased(self) -> tuple[Edit, ...]:
        """Remove the first comment, with what belongs to it."""
        return self.all_erased()[:1]

    def all_erased(self) -> tuple[Edit, ...]:
        """Remove every comment, with what belongs to each."""
        edits: list[Edit] = []
        done = 0
        for comment in self.comments:
            place = _PLACE_AT_END.search(self.text, done, comment.start)
            start = place.start() if place else comment.start
            edits.append(self.note.edit(self.start + start, self.start + comment.end, ""))
            done = comment.end
        return tuple(edits)

    def stays(self, edits: Sequence[Edit], settings: Settings) -> bool:
        """Whether the question's lines alone still parse as the same question after these edits."""
        first = self.note.byte(self.start)
        raw = as_bytes(self.text)
        moved = [replace(one, span=Span(one.span.start - first, one.span.end - first)) for one in edits]
        blocks = scan(NoteText(apply(raw, moved)).lines, 0, settings)
        before = scan(self.lines, 0, settings)
        return [_as_read(block, settings) for block in blocks] == [_as_read(block, settings) for block in before]


def _as_read(block: Block, settings: Settings) -> tuple[Kind, str]:
    return block.kind, bare_text(split_text(block.text, settings).text)
