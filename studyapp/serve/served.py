"""The app behind the page, in the process that the server starts for it."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from studyapp.core.clock import fixed_clock, system_clock
from studyapp.core.errors import StudyError
from studyapp.core.locations import Locations
from studyapp.core.workspace.workspace import Workspace
from studyapp.serve.served_app import ServedApp


def served(words: Sequence[str]) -> int:
    """Run the app for a page, and return its exit code; StudyError if it was not started by the server."""
    if sys.stdout.isatty() or len(words) != 1:
        raise StudyError("only `studyapp serve` runs `studyapp served`, for its pages")
    root, moment, overrides = json.loads(words[0])
    clock = fixed_clock(moment) if moment is not None else system_clock
    workspace = Workspace.open(Path(root), Locations.of_user(), clock, overrides, later=True)
    return ServedApp(workspace).run_to_exit_code()
