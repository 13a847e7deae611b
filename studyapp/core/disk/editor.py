"""The command that opens a note at a line in the user's editor."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from studyapp.core.disk.programs import found
from studyapp.core.errors import StudyError

_PLUS_LINE: Final = frozenset(
    [
        *("vi", "vim", "nvim", "nvi", "view", "kak", "hx", "helix"),
        *("nano", "pico", "micro", "ne", "emacs", "mg", "joe", "jed"),
    ]
)
"""Editors that take `+LINE` before the file."""
_GO_TO: Final = frozenset(["code", "code-insiders", "codium", "vscodium", "cursor", "windsurf", "positron"])
"""Editors that take `-g FILE:LINE`, and return at once unless told to wait."""
_COLON: Final = frozenset(["subl", "sublime_text", "zed", "zeditor", "lapce"])
"""Editors that take `FILE:LINE`, and return at once unless told to wait."""
_FALLBACKS: Final = ("nano", "vim", "vi")


class EditorError(StudyError):
    """There is no editor, or it does not start."""


def editor_command(setting: str, environ: Mapping[str, str], path: Path, line: int) -> list[str]:
    """The command that opens `path` at a line (1-based) and ends when the user is done.

    The editor is the one in the settings, else $VISUAL, else $EDITOR, else one that is usually installed. An unknown
    editor gets only the file.

    Raises:
        EditorError: if there is none, or it is not installed.
    """
    named = setting.strip() or environ.get("VISUAL", "").strip() or environ.get("EDITOR", "").strip()
    if not named:
        named = next((name for name in _FALLBACKS if found(name, environ)), "")
    if not named:
        raise EditorError("no editor found; set $VISUAL, or `editor` in the settings file")
    try:
        words = shlex.split(named)
    except ValueError as error:
        raise EditorError(f"bad editor command {named!r} ({error}); fix $VISUAL or the setting") from error
    if not words or found(words[0], environ) is None:
        raise EditorError(f"the editor {named!r} is not installed; set $VISUAL, or `editor` in the settings file")
    program = Path(words[0]).name
    file = str(path.absolute())  # never starts with a dash
    if program in _PLUS_LINE:
        return [*words, f"+{line}", file]
    if program in _GO_TO | _COLON:
        wait = [] if {"-w", "--wait"} & set(words) else ["--wait"]
        return [*words, *wait, *(["-g"] if program in _GO_TO else []), f"{file}:{line}"]
    return [*words, file]
