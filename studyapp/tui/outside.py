"""Other programs that a note is opened in; what goes wrong with them is said on the screen in front."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from textual.app import SuspendNotSupported

from studyapp.tui.editor import EditorError, editor_command
from studyapp.tui.screens.base import StudyScreen

if TYPE_CHECKING:
    from studyapp.tui.app import StudyApp


class Outside:
    """Opens files of the vault for an app."""

    def __init__(self, app: StudyApp) -> None:
        self._app = app

    def edit(self, path: str, line: int) -> bool:
        """Open a file of the vault in the person's editor and wait for it; False if that was not possible."""
        try:
            self._open_editor(self._app.workspace.vault.root / path, line)
        except SuspendNotSupported:
            self._complain("an editor cannot be opened from here")
        except OSError as error:
            self._complain(f"the editor does not start ({error.strerror})")
        except EditorError as error:
            self._complain(str(error))
        else:
            return True
        return False

    def _open_editor(self, file: Path, line: int) -> None:
        environ = dict(os.environ)
        command = editor_command(self._app.workspace.vault.settings.editor, environ, file, line)
        if not file.exists():
            raise EditorError(f"{file} is not there any more")
        self._app.writer.flush()  # the editor is to show the last grade, not to write over it
        with self._app.suspend():
            done = subprocess.run(command, check=False, env=environ)  # noqa: S603 - the person's own editor
        if done.returncode:
            raise EditorError(f"the editor {command[0]} ended with exit code {done.returncode}")

    def _complain(self, why: str) -> None:
        screen = self._app.screen
        if isinstance(screen, StudyScreen):
            screen.say(why[:1].upper() + why[1:] + ".", "warning")
