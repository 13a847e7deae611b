"""Runs something every day: systemd user timers, launchd, or cron."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from datetime import time
from hashlib import sha256
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from studyapp.core.disk.home import home
from studyapp.core.disk.programs import found, lasting_command, printed, run
from studyapp.core.disk.whole import whole
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible

_MARK: Final = "# studyapp remind"
"""Marks our lines in a crontab."""
_SECONDS: Final = 10


def timer(vault: str) -> _Systemd | _Launchd | _Cron:
    """What runs `studyapp remind` daily here; StudyError if nothing can, or the vault's path could break its files.

    Each yields what it would write, or has done, a sentence at a time.
    """
    if vault != (shown := visible(vault, newlines=False)):  # a line break would begin another command
        raise StudyError(f"no timer can be set up for {shown}: its path has hidden characters; rename the folder")
    words = lasting_command("remind", "--vault", vault)
    name = f"studyapp-remind-{sha256(vault.encode('utf-8', 'surrogateescape')).hexdigest()[:8]}"
    if sys.platform == "darwin":
        return _Launchd(name, words)
    if printed(["systemctl", "--user", "show-environment"], _SECONDS) is not None:
        return _Systemd(name, words)
    if found("crontab") is not None:
        return _Cron(f"{_MARK} {name}", words)
    raise StudyError(
        "this machine has neither systemd for users nor cron; run `studyapp remind` from your own scheduler"
    )


def _must(command: list[str]) -> str:
    """Run a command that must succeed, and say so."""
    done = run(command, capture_output=True)
    if done.returncode:
        why = done.stderr.decode("utf-8", "replace").strip() or f"exit code {done.returncode}"
        raise StudyError(f"`{shlex.join(command)}` failed: {why}")
    return f"Ran {shlex.join(command)}."


def _done(at: time) -> str:
    return f"You will be told every day at {at:%H:%M} what is due. `studyapp remind --remove` undoes it."


def _write(file: Path, text: str) -> str:
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with whole(file) as written:
            written.write(text.encode("utf-8", "surrogateescape"))
    except OSError as error:
        raise StudyError(f"can't write {file} ({error.strerror or error})") from error
    return f"Wrote {file}."


class _Systemd:
    """A timer and a service in the user's own folder."""

    def __init__(self, name: str, words: list[str]) -> None:
        self._name, self._words = name, words
        self._folder = home() / ".config/systemd/user"

    def _files(self, at: time) -> dict[Path, str]:
        command = " ".join(map(_systemd_word, self._words))
        return {
            self._folder / f"{self._name}.service": (
                f"[Unit]\nDescription=Show what is due in studyapp\n\n[Service]\nType=oneshot\nExecStart={command}\n"
            ),
            self._folder / f"{self._name}.timer": (
                "[Unit]\nDescription=Show every day what is due in studyapp\n\n"
                f"[Timer]\nOnCalendar=*-*-* {at:%H:%M}:00\nPersistent=true\n\n[Install]\nWantedBy=timers.target\n"
            ),
        }

    def shown(self, at: time) -> Iterator[str]:
        for file, text in self._files(at).items():
            yield f"{file}:\n{text}"

    def install(self, at: time) -> Iterator[str]:
        for file, text in self._files(at).items():
            yield _write(file, text)
        yield _must(["systemctl", "--user", "daemon-reload"])
        yield _must(["systemctl", "--user", "enable", "--now", f"{self._name}.timer"])
        yield _done(at)

    def remove(self) -> Iterator[str]:
        files = [file for file in self._files(time()) if file.exists()]
        if not files:
            yield "Nothing to remove: there is no timer for this vault."
            return
        yield _must(["systemctl", "--user", "disable", "--now", f"{self._name}.timer"])
        for file in files:
            file.unlink()
            yield f"Removed {file}."
        yield _must(["systemctl", "--user", "daemon-reload"])


class _Launchd:
    """A launchd agent."""

    def __init__(self, name: str, words: list[str]) -> None:
        self._name, self._words = name, words
        self._file = home() / f"Library/LaunchAgents/{name}.plist"

    def _text(self, at: time) -> str:
        words = "".join(f"    <string>{escape(word)}</string>\n" for word in self._words)
        return (
            '<?xml version="1.0" encoding="UTF-8"?>\n<plist version="1.0">\n<dict>\n'
            f"  <key>Label</key><string>{self._name}</string>\n"
            f"  <key>ProgramArguments</key>\n  <array>\n{words}  </array>\n"
            "  <key>StartCalendarInterval</key>\n"
            f"  <dict><key>Hour</key><integer>{at.hour}</integer>"
            f"<key>Minute</key><integer>{at.minute}</integer></dict>\n"
            "</dict>\n</plist>\n"
        )

    def shown(self, at: time) -> Iterator[str]:
        yield f"{self._file}:\n{self._text(at)}"

    def install(self, at: time) -> Iterator[str]:
        if self._file.exists():
            run(["launchctl", "unload", str(self._file)], capture_output=True)
        yield _write(self._file, self._text(at))
        yield _must(["launchctl", "load", str(self._file)])
        yield _done(at)

    def remove(self) -> Iterator[str]:
        if not self._file.exists():
            yield "Nothing to remove: there is no agent for this vault."
            return
        yield _must(["launchctl", "unload", str(self._file)])
        self._file.unlink()
        yield f"Removed {self._file}."


class _Cron:
    """A line of the user's crontab; the other lines stay."""

    def __init__(self, mark: str, words: list[str]) -> None:
        self._mark, self._words = mark, words

    def _line(self, at: time) -> str:
        command = shlex.join(self._words).replace("%", "\\%")
        return f"{at.minute} {at.hour} * * * {command} {self._mark}"

    def _table(self) -> list[str]:
        done = run(["crontab", "-l"], capture_output=True)
        text = done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else ""
        return text.removesuffix("\n").split("\n") if text else []

    def _others(self, table: list[str]) -> list[str]:
        return [line for line in table if not line.endswith(self._mark)]

    def _put(self, lines: list[str]) -> str:
        text = "".join(f"{line}\n" for line in lines)
        done = run(["crontab", "-"], input=text.encode("utf-8", "surrogateescape"), capture_output=True)
        if done.returncode:
            raise StudyError(f"cron rejected the crontab: {done.stderr.decode('utf-8', 'replace').strip()}")
        return "Updated your crontab."

    def shown(self, at: time) -> Iterator[str]:
        yield f"A line of your crontab:\n{self._line(at)}"

    def install(self, at: time) -> Iterator[str]:
        yield self._put([*self._others(self._table()), self._line(at)])
        yield _done(at)

    def remove(self) -> Iterator[str]:
        table = self._table()
        others = self._others(table)
        if others == table:
            yield "Nothing to remove: your crontab has no line for this vault."
        else:
            yield self._put(others)


def _systemd_word(word: str) -> str:
    """A word of `ExecStart`, with its own escapes and specifiers."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"'
