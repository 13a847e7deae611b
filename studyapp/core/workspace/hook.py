"""The user's own command that gets each grade."""

from __future__ import annotations

import json
import shlex
from contextlib import suppress
from pathlib import Path

from studyapp.core.disk.programs import found, leave
from studyapp.core.errors import Problem
from studyapp.core.log.actions import Action
from studyapp.core.settings.load import LoadedSettings


class GradeHook:
    """Starts the command of `on_grade` for each grade and never waits for it."""

    def __init__(self, command: str, vault: Path) -> None:
        """Take the command from the settings: split like a shell command, though no shell runs it."""
        self._command = command
        self._vault = vault

    def tell(self, action: Action) -> None:
        """Start the command for a saved grade; a failure to start does not affect the grade."""
        if self._command:
            with suppress(OSError, ValueError, RuntimeError):
                leave(_words(self._command), _told(action, self._vault), folder=Path.home())


def hook_problems(loaded: LoadedSettings) -> list[Problem]:
    """What is wrong with the command of `on_grade`, if anything is."""
    command = loaded.settings.on_grade
    try:
        if not command or found(_words(command)[0]) is not None:
            return []
        why = "there is no such program"
    except ValueError as error:
        why = str(error)
    remedy = "Name a program that can be run, or leave the setting empty"
    return [Problem("on-grade", str(loaded.origin["on_grade"]), None, f"on_grade: {command!r}: {why}", remedy)]


def _words(command: str) -> list[str]:
    words = shlex.split(command)
    if not words:
        raise ValueError("it names no program")
    return words


def _told(action: Action, vault: Path) -> bytes:
    """What the command reads: one line of JSON."""
    told = {
        "vault": str(vault),
        "card": str(action.card),
        "note": action.card.path,
        "grade": action.grade,
        "at": action.at.isoformat(),
        "seconds": action.seconds,
        "before": action.before,
        "after": action.after,
    }
    return json.dumps(told).encode() + b"\n"
