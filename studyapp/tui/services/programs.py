"""Other programs that open a note or a file: the editor, Obsidian, the desktop's viewers and players."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final
from urllib.parse import quote

from textual.app import SuspendNotSupported

from studyapp.core.disk.editor import EditorError, editor_command
from studyapp.core.disk.place import path_within
from studyapp.core.disk.programs import found, run
from studyapp.core.settings.files import config_folder
from studyapp.core.visible import over_ssh, visible
from studyapp.tui.host import Host

_LONG: Final = 60.0
"""Seconds for which an address stays on the screen, where the terminal may not allow copying."""
_SHOWN: Final = frozenset(
    [
        *(".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".avif", ".pdf"),
        *(".mp3", ".m4a", ".ogg", ".opus", ".wav", ".flac", ".mp4", ".mkv", ".mov", ".webm"),
    ]
)
"""Files to look at or listen to, never to run."""
_PATIENCE: Final = 20.0
"""Seconds after which an opener that is still running counts as successful."""


class Programs:
    """Opens the vault's files for an app, and shows errors on the screen in front."""

    def __init__(self, host: Host) -> None:
        self._host = host

    def edit(self, path: str, line: int) -> bool:
        """Open a file of the vault in the user's editor and wait; False if that was impossible."""
        try:
            self._open_editor(self._host.workspace.vault.root / path, line)
        except SuspendNotSupported:
            self._complain("can't open an editor from here")
        except OSError as error:
            self._complain(f"the editor doesn't start ({error.strerror})")
        except EditorError as error:
            self._complain(str(error))
        else:
            return True
        return False

    def _open_editor(self, file: Path, line: int) -> None:
        environ = dict(os.environ)
        command = editor_command(self._host.workspace.vault.settings.editor, environ, file, line)
        if not file.exists():
            raise EditorError(f"{file} no longer exists")
        self._host.write_all()  # the editor must show the last grade, not overwrite it
        with self._host.suspend():
            done = run(command, environ=environ)
        if done.returncode:
            raise EditorError(f"the editor {command[0]} ended with exit code {done.returncode}")

    def _complain(self, why: str) -> None:
        self._host.say(why[:1].upper() + why[1:] + ".", "warning")

    def obsidian(self, path: str) -> None:
        """Show a note in Obsidian; without a desktop, show and copy its address."""
        self._host.write_all()  # Obsidian must show the last grade
        self.address(obsidian_link(self._host.workspace.vault.root, path), "Opened in Obsidian.")

    def address(self, link: str, done: str) -> None:
        """Open an address where the user is; without a desktop, show and copy it."""
        if self._host.is_web:
            self._host.open_url(link)
            return
        what, hint = ("Obsidian", "is it installed? ") if link.startswith("obsidian:") else ("the link", "")
        program = opener(os.environ)
        if program is None:
            self._host.copy_to_clipboard(link)
            self._host.say(f"Can't open {what} here. Link copied: {link}", seconds=_LONG)
            return
        self._start(program, link, what, f"{hint}The address is {visible(link, newlines=False)}")
        self._host.say(done)

    def file(self, path: str) -> None:
        """Open a picture, recording or PDF of the vault in the desktop's program for it."""
        shown = visible(path, newlines=False)
        if self._host.is_web:
            self._host.say(f"{shown} is on the other machine and can't be opened from a browser.")
            return
        file = path_within(self._host.workspace.vault.root, path)
        if file is None or not file.is_file():
            self._host.say(f"{shown} is not in the vault.", "warning")
        elif file.suffix.lower() not in _SHOWN or os.access(file, os.X_OK):
            self._host.say(f"{shown} can't be opened: only pictures, recordings and PDFs can.", "warning")
        elif (program := opener(os.environ)) is None:
            self._host.copy_to_clipboard(str(file))
            why = "over ssh it would open on the other machine" if over_ssh(os.environ) else "there is no desktop"
            said = f"Can't open it here: {why}. Path copied: {visible(str(file), newlines=False)}"
            self._host.say(said, seconds=_LONG)
        else:
            self._start(program, str(file), shown, "is there a program for such files?")
            self._host.say(f"Opened {visible(file.name, newlines=False)}.")

    def _start(self, program: str, link: str, what: str, hint: str) -> None:
        """Have a program open something; if it fails, say what it was, with a hint."""
        threading.Thread(target=self._open, args=(program, link, what, hint), name="opener", daemon=True).start()

    def _open(self, program: str, link: str, what: str, hint: str) -> None:
        """Wait for the program that opens something: only it knows whether that worked."""
        try:
            done = run(
                [program, link],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
                timeout=_PATIENCE,
            )
            why = f"it ended with exit code {done.returncode}" if done.returncode else ""
        except subprocess.TimeoutExpired:
            return  # some openers run as long as what they opened
        except OSError as error:
            why = error.strerror or str(error)
        if why:
            said = f"{Path(program).name} could not open {what} ({why}); {hint}"
            with suppress(RuntimeError):  # the app has ended
                self._host.call_from_thread(self._host.say, said, "warning")


def obsidian_link(root: Path, path: str) -> str:
    """The address of a note of a vault: Obsidian knows a vault by its folder's name, here the innermost one."""
    file = root.resolve() / path
    within_root = (folder for folder in file.parents if folder.is_relative_to(root.resolve()))
    vault = next((folder for folder in within_root if config_folder(folder) is not None), root.resolve())
    within = file.relative_to(vault).as_posix()
    return f"obsidian://open?vault={_quoted(vault.name)}&file={_quoted(within)}"


def _quoted(text: str) -> str:
    return quote(text, safe="", errors="surrogateescape")


def opener(environ: Mapping[str, str], platform: str = sys.platform) -> str | None:
    """The program that opens addresses on the desktop; None where the user has no desktop here.

    Over ssh the desktop, if there is one, is not where the user is.
    """
    if over_ssh(environ):
        return None
    if platform == "darwin":
        return found("open", environ)
    if environ.get("WSL_DISTRO_NAME"):
        return found("wslview", environ)
    if not (environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY")):
        return None
    return found("xdg-open", environ)
