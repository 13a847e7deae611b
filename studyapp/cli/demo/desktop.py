"""Links in other programs: a .desktop file that opens studyapp:// links in a terminal, and its removal."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

from studyapp.core.disk.programs import lasting_command, printed
from studyapp.core.disk.whole import whole
from studyapp.core.errors import StudyError
from studyapp.core.locations import Locations

FILE = "studyapp-links.desktop"
MIME = "x-scheme-handler/studyapp"
_SECONDS = 30


def install_entry() -> Iterator[str]:
    """Write the file and return what was done, a sentence a line.

    Raises:
        StudyError: if this is not a desktop with such files, or the file cannot be written.
    """
    if sys.platform == "darwin" or os.name == "nt":
        raise StudyError("links can only be installed on desktops with .desktop files; here, use: studyapp open LINK")
    path = _folder() / FILE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole(path) as file:
            file.write(_entry().encode())
    except OSError as error:
        raise StudyError(f"can't write {path}: {error.strerror}") from None
    yield f"Wrote {path}."
    yield "Links such as studyapp://demo/lora?rank=8 now open in a terminal. Nothing else was changed."
    yield _refresh(path.parent)
    yield "Undo it with: studyapp install-links --remove"


def remove() -> Iterator[str]:
    """Remove the file and say so; StudyError if that fails."""
    path = _folder() / FILE
    if not path.is_file():
        yield f"Nothing to remove: {path} does not exist."
        return
    try:
        path.unlink()
    except OSError as error:
        raise StudyError(f"can't remove {path}: {error.strerror}") from None
    yield f"Removed {path}; studyapp:// links no longer open."
    yield _refresh(path.parent)


def _folder() -> Path:
    return Locations.of_user().data.with_name("applications")


def _entry() -> str:
    """Write the entry; the program is named by its full path, because a desktop's PATH is not the shell's.

    https://specifications.freedesktop.org/desktop-entry-spec/latest/
    """
    program, *words = lasting_command("open")
    command = " ".join((_quoted(program), *words, "%u"))
    return f"""[Desktop Entry]
Type=Application
Name=studyapp links
Comment=Open studyapp:// links in a terminal
Exec={command}
Terminal=true
NoDisplay=true
MimeType={MIME};
"""


def _quoted(text: str) -> str:
    """Quote an argument of Exec: the quoted string's own escapes, then those of a desktop file's text."""
    for mark in '\\"`$':
        text = text.replace(mark, "\\" + mark)
    return '"' + text.replace("\\", "\\\\").replace("%", "%%") + '"'


def _refresh(folder: Path) -> str:
    """Have the desktop reread the folder, if its tool is installed."""
    if printed(["update-desktop-database", str(folder)], _SECONDS) is not None:
        return "The desktop's list of programs was refreshed."
    return f"Your desktop will notice at the next login, or after: update-desktop-database {folder}"
