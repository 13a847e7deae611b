"""What merges and sync tools leave behind: conflict markers, and copies of notes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Final

from studyapp.core.disk.files import read_file
from studyapp.core.errors import Severity
from studyapp.core.notes.ignored import original_of
from studyapp.core.notes.note import has_conflict
from studyapp.core.schedule.entries import OPEN
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Patient

_LONELY: Final = re.compile(r"<{7} \S.*")
_MOST_LINES: Final = 2000
"""Beyond this a comparison takes too long."""


def markers(patient: Patient) -> Iterator[Finding]:
    """Merge conflict markers, also in notes without cards; not where they are shown as code."""
    if "<<<<<<<" not in patient.text.text:
        return
    lines = patient.lines
    place = next((number for number, line in enumerate(lines) if line.startswith("<<<<<<<")), None)
    shown = place is not None and place in patient.code and not patient.note.conflicted
    if place is None or shown:
        return
    if has_conflict(lines):
        end = next(number for number, line in enumerate(lines) if line.startswith(">>>>>>>"))
        yield Finding(
            "merge-conflict",
            patient.path,
            place + 1,
            f"there is an unresolved merge conflict (down to line {end + 1})",
            "Resolve it; until then the note is read, and grades given to its cards wait in the review log",
            Severity.ERROR,
        )
    elif _LONELY.fullmatch(lines[place]):
        yield Finding(
            "merge-conflict",
            patient.path,
            place + 1,
            "this line is left over from a merge conflict",
            "Look whether what is below it is what you meant, then delete the line",
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
            "If nothing else holds its text, rename it; its cards are not reviewed meanwhile",
        )
    return Finding(
        "conflict-copy",
        path,
        None,
        f"a sync tool made this copy of {original}: {_compared(root, path, original)}",
        "Take over what only this one has, then delete it; its cards are not reviewed meanwhile",
    )


def _compared(root: Path, path: str, original: str) -> str:
    """How a copy differs from its original, in words."""
    try:
        mine, theirs = (read_file(root / one) for one in (path, original))
    except OSError:
        return "they could not be compared"
    if mine == theirs:
        return "both are the same"
    one, other = (raw.decode("utf-8", "replace").splitlines() for raw in (mine, theirs))
    if max(len(one), len(other)) > _MOST_LINES:
        return "they differ"
    steps = [step for step in SequenceMatcher(None, one, other, autojunk=False).get_opcodes() if step[0] != "equal"]
    changed = sum(max(step[2] - step[1], step[4] - step[3]) for step in steps)
    texts = [line for step in steps for line in (*one[step[1] : step[2]], *other[step[3] : step[4]])]
    only = ", all in schedule comments" if all(OPEN in line for line in texts) else ""
    return f"{changed} {'line differs' if changed == 1 else 'lines differ'}{only}"
