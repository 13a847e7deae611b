"""Schedules in the formats that the plugin moves to, which are recognised and not read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from studyapp.core.notes.blocks import CALLOUT
from studyapp.core.schedule.entries import OPEN
from studyapp.core.settings.load import LoadedSettings
from studyapp.study.doctor.checks.options import plugin_data
from studyapp.study.doctor.findings import Finding
from studyapp.study.doctor.subject import Patient

DATA_NOTE: Final = "schedule-data.sr.md"
_BLOCK_ID: Final = re.compile(r"(?:^|[ \t])\^sr-id-[A-Za-z0-9-]*[ \t]*$", re.MULTILINE)
_METADATA: Final = re.compile(r"> ?\[!sr\|([\w-]+)\]")


def data_note(path: str) -> Finding | None:
    """The finding for the note in which the plugin's next format keeps all schedules."""
    if path.rpartition("/")[2] != DATA_NOTE:
        return None
    return Finding(
        "foreign-schedules",
        path,
        None,
        "this note is where the plugin's next format keeps all schedules; they are not read here, so their cards "
        "count "
        "as new",
        "Review those cards in Obsidian, or let the plugin write schedules as comments again; the note stays as "
        "it is",
    )


def of_note(patient: Patient) -> Iterator[Finding]:
    """Block ids and metadata callouts of the plugin's newer formats."""
    text = patient.text.text
    if "^sr-id-" in text:
        found = [place for place in _BLOCK_ID.finditer(text) if patient.text.line_of(place.end()) not in patient.code]
        if found:
            yield Finding(
                "foreign-schedules",
                patient.path,
                patient.text.line_of(found[0].end()) + 1,
                f"{len(found)} {'block id' if len(found) == 1 else 'block ids'} (`^sr-id-…`) name schedules that the "
                f"plugin's next format keeps in {DATA_NOTE}; they are not read here",
                "Review those cards in Obsidian, or let the plugin write schedules as comments again",
            )
    if "[!sr|" in text:
        yield from _callouts(patient)


def _callouts(patient: Patient) -> Iterator[Finding]:
    lines = patient.lines
    carries = [OPEN in line for line in lines]
    for number in range(len(lines) - 2, -1, -1):  # whether a comment is there, or in the quoted lines below
        carries[number] = carries[number] or (carries[number + 1] and lines[number + 1].startswith(">"))
    for number, line in enumerate(lines):
        found = _METADATA.match(line)
        if found is None or number in patient.code:
            continue
        if line.startswith(CALLOUT) and carries[number]:
            continue  # the form that is read and written here too
        yield Finding(
            "foreign-schedules",
            patient.path,
            number + 1,
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
            "their "
            "cards count as new",
            "Review those cards in Obsidian, or let the plugin write schedules as comments again",
        )


def _amount(data: dict[str, object] | list[object]) -> int:
    """How many schedules there are; numbers and switches beside them are none."""
    if isinstance(data, list):
        return len(data)
    return sum(len(value) if isinstance(value, dict | list) else isinstance(value, str) for value in data.values())
