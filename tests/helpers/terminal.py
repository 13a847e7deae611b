"""The program in a pseudo-terminal, and what the terminal shows."""

from __future__ import annotations

import os
import re
import shlex
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pexpect
import pyte

from tests.helpers.vaults import ROOT

PATIENCE = 60.0
"""Seconds after which something expected is considered missing."""


class Terminal:
    """Runs a command in a terminal of a given size."""

    def __init__(
        self,
        arguments: Sequence[str],
        home: Path,
        size: tuple[int, int] = (80, 24),
        environment: Mapping[str, str] | None = None,
        program: str = sys.executable,
        *,
        options: Sequence[str] = (),
        folder: Path | None = None,
    ) -> None:
        """Start it.

        Args:
            arguments: the words of the command.
            home: the user's folder.
            size: of the terminal.
            environment: more of it than usual.
            program: Python, which runs the app, or another one.
            options: Python's own.
            folder: where it is started; by default in `home`.
        """
        columns, lines = size
        self.screen = pyte.Screen(columns, lines)
        self._stream = pyte.ByteStream(self.screen)
        self.raw = b""
        """Every byte that arrived."""
        variables = {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "TERM": "xterm-256color",
            "COLORTERM": "truecolor",
            "LANG": "C.UTF-8",
            "TZ": "UTC",
            "PYTHONPATH": str(ROOT),
            **(environment or {}),
        }
        self.child = pexpect.spawn(
            program,
            [*options, "-m", "studyapp", *arguments] if program == sys.executable else list(arguments),
            env=variables,
            dimensions=(lines, columns),
            cwd=str(folder or home),
            timeout=PATIENCE,
            use_poll=True,
        )

    @classmethod
    def of_shell(cls, arguments: Sequence[str], home: Path) -> Terminal:
        """Run the program from a shell with job control, whose prompt is `shell>`."""
        made = cls(["--norc", "--noprofile", "-i"], home, environment={"PS1": "shell>"}, program="/bin/bash")
        made.until_shown("shell>")
        made.press(shlex.join([sys.executable, "-m", "studyapp", *arguments]) + "\r")
        return made

    def read(self) -> bool:
        """Read what has arrived; False at the end."""
        try:
            data: bytes = self.child.read_nonblocking(65536, timeout=0.1)
        except pexpect.TIMEOUT:
            return True
        except pexpect.EOF:
            return False
        self.raw += data
        # The terminal emulator knows no private sequences with a prefix; it would print their ends.
        self._stream.feed(re.sub(rb"\x1b\[[<=>]", b"\x1b[?", data))
        return True

    def until(self, holds: Callable[[str], object]) -> str:
        """Wait until a condition on the screen's text holds."""
        end = time.monotonic() + PATIENCE
        while not holds(self.text):
            if time.monotonic() > end:
                raise AssertionError(f"it never came to be:\n{self.text}")
            if not self.read():
                raise AssertionError(f"it ended:\n{self.text}")
        return self.text

    def until_shown(self, text: str) -> str:
        """Wait for a text on the screen."""
        return self.until(lambda shown: text in shown)

    def press(self, keys: str) -> None:
        """Send keys."""
        self.child.send(keys)

    @property
    def text(self) -> str:
        """What is on the screen."""
        return "\n".join(line.rstrip() for line in self.screen.display)

    def hang_up(self) -> int:
        """Close the terminal, at which the system sends SIGHUP, and wait for the end; returns how it ended, as `wait`
        tells it.
        """
        self.child.ptyproc.fileobj.close()
        _, status = os.waitpid(self.child.pid, 0)
        self.child.closed = self.child.ptyproc.closed = True
        return status

    def end(self) -> int:
        """Wait for the end; returns the exit code, or minus the signal. If that is not 0, the last output is
        printed.
        """
        limit = time.monotonic() + PATIENCE
        while self.read():
            if time.monotonic() > limit:
                raise AssertionError(f"it does not end:\n{self.text}")
        self.child.close()
        status: int | None = self.child.exitstatus
        code = status if status is not None else -int(self.child.signalstatus or 0)
        if code:
            print(f"it ended with {code}:\n{self._said_last()}")  # pytest shows it with a test that fails
        return code

    def _said_last(self) -> str:
        """What arrived after the app left its screen, such as the error that ended it; else the screen."""
        _, left, after = self.raw.rpartition(b"\x1b[?1049l")
        said = re.sub(rb"\x1b(\[[0-9;?<=>]*[ -/]*[@-~]|\][^\x07]*\x07)|\r", b"", after).decode(errors="replace")
        return said if left and said.strip() else self.text
