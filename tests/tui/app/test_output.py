"""An app whose terminal is gone ends, whatever it was painting."""

from __future__ import annotations

import errno
import io
import os
import signal
from pathlib import Path

import pytest

from studyapp.tui.app.output import LastingOutput
from tests.helpers.terminal import Terminal
from tests.helpers.vaults import NOW_TEXT, make_vault


class Gone(io.StringIO):
    """A terminal that has hung up."""

    def write(self, _text: str) -> int:
        raise OSError(errno.EIO, "Input/output error")

    def flush(self) -> None:
        raise OSError(errno.EIO, "Input/output error")


def test_what_is_painted_on_a_terminal_that_is_gone_ends_the_app_once_and_no_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    signals: list[tuple[int, int]] = []
    monkeypatch.setattr(os, "kill", lambda process, number: signals.append((process, number)))
    output = LastingOutput(Gone())
    for _ in range(3):
        assert output.write("text") == 4
        output.flush()
    assert signals == [(os.getpid(), signal.SIGHUP)]


def test_what_is_painted_on_a_terminal_arrives() -> None:
    file = io.StringIO()
    output = LastingOutput(file)
    output.write("text")
    output.flush()
    assert file.getvalue() == "text"
    assert output.isatty() is False


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["", "\r", "s"])
def test_an_app_that_loses_its_terminal_while_it_paints_leaves_no_process_behind(tmp_path: Path, keys: str) -> None:
    vault = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"})
    (tmp_path / "home").mkdir()
    terminal = Terminal([str(vault), "--now", NOW_TEXT], tmp_path / "home", (80, 24))
    terminal.until_shown("Start review")
    terminal.press(keys)
    for size in (30, 40, 24, 50):
        terminal.child.setwinsize(size, 100)
    terminal.child.ptyproc.fileobj.close()
    _, status = os.waitpid(terminal.child.pid, 0)
    assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGHUP  # 120: what is left cannot be flushed
    terminal.child.closed = True
    terminal.child.ptyproc.closed = True
