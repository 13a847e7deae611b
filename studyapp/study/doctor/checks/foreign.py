"""What other programs leave in a vault: conflict markers, copies of notes, schedules in unsupported formats."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from studyapp.core.disk.files import read_file
from studyapp.core.errors import Severity
from studyapp.core.notes.blocks import CALLOUT
from studyapp.core.notes.ignored import original_of
from studyapp.core.notes.problems import CONFLICT, has_conflict
from studyapp.core.plural import count
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.load import LoadedSettings
from studyapp.study.doctor.checks.options import plugin_data
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Subject

DATA_NOTE: Final = "schedule-data.sr.md"
_IN_OBSIDIAN: Final = "Review those cards in Obsidian, or let the plugin write schedules as comments again"
_BLOCK_ID: Final = re.compile(r"(?:^|[ \t])\^sr-id-[A-Za-z0-9-]*[ \t]*$", re.MULTILINE)
_METADATA: Final = re.compile(r"> ?\[!sr\|([\w-]+)\]")
_LONELY: Final = re.compile(r"<{7} \S.*")
_MOST_LINES: Final = 2000
"""Larger notes would take too long to compare."""


def markers(subject: Subject) -> Iterator[Finding]:
    """Merge conflict markers, even in notes without cards, but not in code."""
    if CONFLICT not in subject.text.text:
        return
    lines = subject.lines
    place = next((number for number, line in enumerate(lines) if line.startswith(CONFLICT)), None)
    shown = place is not None and place in subject.code and not subject.note.conflicted
    if place is None or shown:
        return
    if has_conflict(lines):
        end = next(number for number, line in enumerate(lines) if line.startswith(">>>>>>>"))
        yield subject.finding(
            "merge-conflict",
            place,
            f"there is an unresolved merge conflict (down to line {end + 1})",
            "Resolve it; until then the note is read, and grades given to its cards wait in the review log",
            Severity.ERROR,
        )
    elif _LONELY.fullmatch(lines[place]):
        yield subject.finding(
            "merge-conflict",
            place,
            "this line is left over from a merge conflict",
            "Check that what is below it is what you meant, then delete the line",
        )


def copy(root: Path, path: str, known: Collection[str]) -> Finding | None:
    """The finding for a copy that a sync tool made; None for any other note."""
    original = original_of(path)
    if original is None:
        return None
    if original not in known:
        return Finding(
            "conflict-copy",
            path,
            None,
            f"a sync tool made this copy of {original}, which is not there",
            "If nothing else holds its text, rename it; its cards are not reviewed until then",
        )
    return Finding(
        "conflict-copy",
        path,
        None,
        f"a sync tool made this copy of {original}: {_compared(root, path, original)}",
        "Copy over what only this one has, then delete it; its cards are not reviewed until then",
    )


def _compared(root: Path, path: str, original: str) -> str:
    """How a copy differs from its original, in words."""
    try:
        mine, theirs = (read_file(root / one) for one in (path, original))
    except OSError:
        return "they cannot be compared"
    if mine == theirs:
        return "both are the same"
    one, other = (raw.decode("utf-8", "replace").splitlines() for raw in (mine, theirs))
    if max(len(one), len(other)) > _MOST_LINES:
        return "they differ"
    steps = [step for step in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if step[0] != "equal"]
    changed = sum(max(step[2] - step[1], step[4] - step[3]) for step in steps)
    texts = [line for step in steps for line in (*one[step[1] : step[2]], *other[step[3] : step[4]])]
    only = ", all in schedule comments" if all(OPEN in line for line in texts) else ""
    return f"{count(changed, 'line differs', 'lines differ')}{only}"


def data_note(path: str) -> Finding | None:
    """The finding for the note in which the plugin's next format keeps all schedules."""
    if path.rpartition("/")[2] != DATA_NOTE:
        return None
    return Finding(
        "foreign-schedules",
        path,
        None,
        "this note is where the plugin's next format keeps all schedules; they are not read here, so their cards "
        "count as new",
        f"{_IN_OBSIDIAN}; the note stays as it is",
    )


def of_note(subject: Subject) -> Iterator[Finding]:
    """Block ids and metadata callouts of the plugin's newer formats."""
    text = subject.text.text
    if "^sr-id-" in text:
        found = [place for place in _BLOCK_ID.finditer(text) if subject.text.line_of(place.end()) not in subject.code]
        if found:
            yield subject.finding(
                "foreign-schedules",
                subject.text.line_of(found[0].end()),
                f"{count(len(found), 'block id')} (`^sr-id-…`) name schedules that the "
                f"plugin's next format keeps in {DATA_NOTE}; they are not read here",
                _IN_OBSIDIAN,
            )
    if "[!sr|" in text:
        yield from _callouts(subject)


def _callouts(subject: Subject) -> Iterator[Finding]:
    lines = subject.lines
    carries = [OPEN in line for line in lines]
    for number in range(len(lines) - 2, -1, -1):  # whether there is a comment, here or in the quoted lines below
        carries[number] = carries[number] or (carries[number + 1] and lines[number + 1].startswith(">"))
    for number, line in enumerate(lines):
        found = _METADATA.match(line)
        if found is None or number in subject.code:
            continue
        if line.startswith(CALLOUT) and carries[number]:
            continue  # the form that we read and write too
        yield subject.finding(
            "foreign-schedules",
            number,
            f"this callout of the plugin (`{found.group()}`) holds no schedule comment, or is of a kind that is not "
            "read here",
            "It stays as it is; review that card in Obsidian",
        )


def of_settings(loaded: LoadedSettings) -> Iterator[Finding]:
    """Schedules in the plugin's own file."""
    data = plugin_data(loaded).get("scheduleData")
    if isinstance(data, dict | list) and _amount(data):
        yield Finding(
            "foreign-schedules",
            str(loaded.plugin_file),
            None,
            f"the plugin keeps {_amount(data)} schedules in this file (scheduleData); they are not read here, so "
            "their cards count as new",
            _IN_OBSIDIAN,
        )


def _amount(data: dict[str, object] | list[object]) -> int:
    """How many schedules there are; numbers and switches beside them do not count."""
    if isinstance(data, list):
        return len(data)
    return sum(len(value) if isinstance(value, dict | list) else isinstance(value, str) for value in data.values())
