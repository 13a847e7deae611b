"""Reads and writes the schedule of a whole note in its front matter: `sr-due`, `sr-interval`, `sr-ease`.

The plugin has Obsidian rewrite the front matter, which loses comments and changes quotes. Here the three values are
replaced in place, and nothing else in the file changes.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

import yaml

from studyapp.core.edits.identity import Uncertain
from studyapp.core.edits.rewrite import Rewrite
from studyapp.core.errors import NoteError
from studyapp.core.notes.problems import has_conflict
from studyapp.core.schedule.entries import Sm2, js_number, read_day
from studyapp.core.text.front_matter import FENCE, read_front_matter
from studyapp.core.text.note_text import Edit, NoteText, apply

DUE, INTERVAL, EASE = "sr-due", "sr-interval", "sr-ease"
KEYS = (DUE, INTERVAL, EASE)
"""In the order in which the plugin adds them."""

_NUMBER = re.compile(r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)", re.ASCII)
_MOST = 1e15


def read_values(values: Mapping[str, Any]) -> Sm2 | None:
    """The schedule in a front matter; None where one of the three is missing (plugin rule).

    An invalid date becomes None, and such a note never becomes due; an invalid number becomes NaN.
    """
    due, interval, ease = (values.get(key) for key in KEYS)
    if any(value is None or value == "" for value in (due, interval, ease)):
        return None
    return Sm2(read_day(str(due)), _number(interval), _number(ease))


def entry_of(schedule: Sm2) -> str:
    """A schedule as the review log holds it."""
    return ",".join(_texts(schedule).values())


def read_note_entry(entry: str) -> Sm2 | None:
    """Read what `entry_of` wrote; unlike in a comment, numbers keep their fractions."""
    return read_values(dict(zip(KEYS, entry.split(","), strict=False)))


def with_values(path: str, raw: bytes, entry: str | None) -> Rewrite | Uncertain:
    """A note's bytes with another schedule for the whole note, or without one; see `schedule_edits` for the error."""
    note = NoteText(raw)
    standing = read_values(read_front_matter(note.lines).values)
    edits = schedule_edits(path, note, None if entry is None else read_note_entry(entry))
    before = None if standing is None else entry_of(standing)
    return Rewrite(apply(raw, edits), edits, before, standing is not None)


def _number(value: Any) -> float:
    """Read a number as ECMAScript's `parseFloat` does: what follows it is ignored."""
    found = _NUMBER.match(str(value))
    number = float(found[1]) if found else math.nan
    return number if abs(number) <= _MOST else math.nan


def schedule_edits(path: str, note: NoteText, schedule: Sm2 | None) -> tuple[Edit, ...]:
    """The edits that put a schedule into a note's front matter, or with None remove it.

    Existing values are replaced in place, missing ones are added at the end of the block, and a note without front
    matter gets one, all with the note's own line endings. NoteError if anything else would be touched.
    """
    if has_conflict(note.lines):
        raise NoteError(f"{path} has unresolved merge conflicts; resolve them first")
    front = read_front_matter(note.lines)
    if front.error is not None:
        raise NoteError(f"{path}: can't read the front matter ({front.error}); fix it first")
    texts = {} if schedule is None else _texts(schedule)
    edits = _in_block(path, note, front.lines, texts) if front.lines else _new_block(path, note, texts)
    after = read_front_matter(NoteText(apply(note.raw, edits)).lines)
    rest = [{key: value for key, value in block.values.items() if key not in KEYS} for block in (front, after)]
    if after.error is not None or rest[0] != rest[1] or read_values(after.values) != schedule:
        raise NoteError(f"{path}: its front matter can't be changed safely; simplify it")
    return edits


def _texts(schedule: Sm2) -> dict[str, str]:
    due = "" if schedule.due is None else schedule.due.isoformat()
    return dict(zip(KEYS, (due, js_number(schedule.interval), js_number(schedule.ease)), strict=True))


def _new_block(path: str, note: NoteText, texts: Mapping[str, str]) -> tuple[Edit, ...]:
    if not texts:
        return ()
    if note.text.startswith("\ufeff"):
        raise NoteError(f"{path} begins with a byte order mark, which hides front matter; save it without one first")
    if note.lines[0].rstrip() == FENCE:
        raise NoteError(f"{path} begins with `{FENCE}` but has no front matter that can be read; fix it first")
    lines = [FENCE, *(f"{key}: {text}" for key, text in texts.items()), FENCE, ""]
    return (note.edit(0, 0, note.newline.join(lines)),)


def _in_block(path: str, note: NoteText, lines: int, texts: Mapping[str, str]) -> tuple[Edit, ...]:
    start, end = note.place(1), note.place(lines - 1)
    block = note.text[start:end]
    found = _value_spans(path, block)
    edits: list[Edit] = []
    if not texts:
        return tuple({_without(path, note, start, span): None for span in found.values()})  # some may share a line
    for key, (first, last, _) in found.items():
        if key in texts:
            edits.append(
                note.edit(start + first, start + last, _in_style(block[first:last], block[:first], texts[key]))
            )
    missing = "".join(f"{key}: {text}{_line_end(note, lines)}" for key, text in texts.items() if key not in found)
    if missing:
        edits.append(note.edit(end, end, missing))
    return tuple(edits)


def _without(path: str, note: NoteText, start: int, span: tuple[int, int, int]) -> Edit:
    """Remove the line of a value."""
    first, last, key = span
    line = note.line_of(start + key)
    if note.line_of(start + max(first, last - 1)) != line:
        raise NoteError(f"{path}: a value of its schedule spans several lines; remove it by hand")
    return note.edit(note.place(line), note.place(line + 1), "")


def _line_end(note: NoteText, lines: int) -> str:
    """The line ending before the closing fence: the block's own, where the note mixes several."""
    return note.text[note.line_end(lines - 2) : note.place(lines - 1)]


def _in_style(old: str, before: str, new: str) -> str:
    """Write a value like the old one: with its quotation marks, and with a space after the colon."""
    if len(old) > 1 and old[0] == old[-1] and old[0] in "\"'":
        return f"{old[0]}{new}{old[0]}"
    return f" {new}" if not old and before.endswith(":") else new


def _value_spans(path: str, block: str) -> dict[str, tuple[int, int, int]]:
    """Where the schedule's values start and end, and where their keys start, in characters of the block."""
    try:
        root = yaml.compose(block, Loader=yaml.SafeLoader)
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise NoteError(f"{path}: the front matter cannot be changed safely; simplify its YAML") from error
    if root is None:
        return {}
    if not isinstance(root, yaml.MappingNode):
        raise NoteError(f"{path}: the front matter is not a list of names with values; fix it first")
    found: dict[str, tuple[int, int, int]] = {}
    for key, value in root.value:
        if key.value not in KEYS or not isinstance(key, yaml.ScalarNode):
            continue
        first, last = value.start_mark.index, value.end_mark.index
        plain = isinstance(value, yaml.ScalarNode) and value.style in (None, '"', "'")
        if not plain or first < key.end_mark.index or key.value in found:
            raise NoteError(f"{path}: {key.value} is not one plain value; correct it first")
        if first == last:  # an empty value is reported after the colon or further on
            first = last = key.end_mark.index + block[key.end_mark.index :].index(":") + 1
        found[key.value] = (first, last, key.start_mark.index)
    return found
