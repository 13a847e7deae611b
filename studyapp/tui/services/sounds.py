"""Plays a card's sounds with a program that the user has."""

from __future__ import annotations

import os
import shlex
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from studyapp.core.disk.place import files_in, path_within
from studyapp.core.disk.programs import found, start
from studyapp.core.notes.links import Catalogue
from studyapp.core.visible import over_ssh
from studyapp.study.reader.sounds import sounds_of
from studyapp.tui.host import Host

_PLAYERS: Final = (
    "mpv --no-video --no-terminal --",
    "ffplay -nodisp -autoexit -loglevel quiet -i",
    "afplay",
    "pw-play",
    "paplay",
    "cvlc --play-and-exit --quiet --",
    "mpg123 -q --",
)
"""Programs that play a file and exit, with the arguments before its name."""
_LONGEST: Final = 600.0
"""Seconds after which a sound is stopped."""


class Sounds:
    """Plays one card's sounds at a time; a new card stops those of the previous one."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self._catalogue: Catalogue | None = None
        self._turn = 0
        """The current call: a later one silences the earlier ones."""
        self._playing: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def play(self, text: str, path: str, *, asked: bool = True) -> None:
        """Play a text's embedded sounds in order; if `asked`, say why when that is impossible."""
        targets = sounds_of(text)
        command = player(self._host.workspace.vault.settings.player, os.environ)
        if not targets:
            why = "This card has no sound."
        elif command is None:
            why = "No player was found: install mpv or ffmpeg, or name one in the setting player."
        elif not self._host.workspace.vault.settings.player and (self._host.is_web or over_ssh(os.environ)):
            why = "It would play on the other machine; set a player in the settings if you want that."
        else:
            self._turn += 1
            work = (command, targets, path, self._turn)
            threading.Thread(target=self._play, args=work, name="sounds", daemon=True).start()
            return
        if asked:
            self._host.say(why)

    def stop(self) -> None:
        """Stop playing."""
        with self._lock:
            self._turn += 1
            if self._playing is not None:
                with suppress(OSError):
                    self._playing.terminate()

    def _play(self, command: Sequence[str], targets: Sequence[str], path: str, turn: int) -> None:
        root = self._host.workspace.vault.root
        for target in targets:
            named = self._catalogue.resolve(target, path) if self._catalogue is not None else None
            if named is None:  # it may be new
                self._catalogue = Catalogue(files_in(root))
                named = self._catalogue.resolve(target, path)
            file = path_within(root, named.path) if named is not None else None
            if file is None or not file.is_file():
                self._say(f"There is no sound {target} in the vault.")
                continue
            if not self._one([*command, str(file)], turn):
                return

    def _one(self, command: Sequence[str], turn: int) -> bool:
        """Play a file to its end; False if another card takes over, or it cannot be played."""
        try:
            with self._lock:
                if self._turn != turn:
                    return False
                if self._playing is not None:
                    with suppress(OSError):
                        self._playing.terminate()
                playing = self._playing = start(command)
            playing.wait(_LONGEST)
        except OSError as error:
            self._say(f"Can't start {Path(command[0]).name} ({error.strerror or error}).")
            return False
        except subprocess.TimeoutExpired:
            playing.terminate()
        return self._turn == turn

    def _say(self, text: str) -> None:
        with suppress(RuntimeError):  # the app has ended
            self._host.call_from_thread(self._host.say, text, "warning")


def player(setting: str, environ: Mapping[str, str]) -> list[str] | None:
    """The command before the file's name: the setting's, else the first known program that is installed."""
    if setting:
        with suppress(ValueError):
            return shlex.split(setting) or None
        return None
    for known in _PLAYERS:
        name, *words = known.split()
        if (program := found(name, environ)) is not None:
            return [program, *words]
    return None
