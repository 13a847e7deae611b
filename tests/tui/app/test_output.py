"""An app whose terminal is gone ends, whatever it was painting."""

from __future__ import annotations

import errno
import io
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from select import select
from types import SimpleNamespace
from typing import Any

import pytest
from textual.drivers.headless_driver import HeadlessDriver

from studyapp.tui.app import output
from studyapp.tui.app.output import LastingOutput, lasting
from tests.helpers.apps import make_app, running
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


def test_an_error_of_the_terminal_itself_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(HeadlessDriver):
        fileno, exit_event = -1, threading.Event()
        attrs_before = None
        _debug = False

    driver = object.__new__(lasting(Failing))
    with pytest.raises(ValueError, match="negative"):
        driver.run_input_thread()  # type: ignore[attr-defined]  # of the class beside it


def test_an_escape_is_passed_on_without_waiting_for_the_next_look_at_the_terminal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    reads, writes = os.pipe()
    passed: list[object] = []
    waits: list[float] = []

    class Reading(HeadlessDriver):
        fileno, exit_event = reads, threading.Event()
        attrs_before = None
        _debug = False

    driver: Any = object.__new__(lasting(Reading))
    driver.process_message = passed.append

    def waiting(*given: Any) -> Any:
        waits.append(given[-1])
        if passed:
            Reading.exit_event.set()
        return select(*given)

    monkeypatch.setattr(output, "select", waiting)
    os.write(writes, b"\x1b")
    driver.run_input_thread()
    os.close(reads)
    os.close(writes)
    assert [getattr(one, "key", "") for one in passed] == ["escape"]
    assert waits[1] < waits[0]


@pytest.mark.slow
async def test_an_error_of_the_thread_that_reads_keys_ends_the_app_with_an_error(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app):
        app.panic("an error")
    assert app.return_code == 1


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
    status = terminal.hang_up()
    assert os.WIFEXITED(status) or os.WTERMSIG(status) == signal.SIGHUP  # 120: what is left cannot be flushed


@pytest.mark.slow
def test_a_program_that_was_stopped_from_outside_repaints_and_ends(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"})
    (tmp_path / "home").mkdir()
    terminal = Terminal([str(vault), "--now", NOW_TEXT], tmp_path / "home", (80, 24))
    terminal.until_shown("Start review")
    for _ in range(3):
        terminal.screen.reset()
        terminal.child.kill(signal.SIGSTOP)
        terminal.child.kill(signal.SIGCONT)
        terminal.until_shown("Start review")
    terminal.press("\r")
    terminal.until_shown("Space")
    terminal.press("qq")
    assert terminal.end() == 0


@pytest.mark.slow
def test_no_key_is_lost_while_the_program_is_continued_again_and_again(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"})
    (tmp_path / "home").mkdir()
    terminal = Terminal([str(vault), "--now", NOW_TEXT], tmp_path / "home", (80, 24))
    terminal.until_shown("Start review")
    terminal.press("/")
    terminal.until_shown("front")
    word = "abcdefghijklmnop"
    for letter in word:
        terminal.press(letter)
        terminal.child.kill(signal.SIGCONT)
        terminal.read()
    terminal.until_shown(word)


@pytest.mark.slow
def test_a_program_that_was_stopped_while_in_the_background_comes_back_to_the_foreground(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"})
    (tmp_path / "home").mkdir()
    terminal = Terminal.of_shell([str(vault), "--now", NOW_TEXT], tmp_path / "home")
    terminal.until_shown("Start review")
    terminal.press("\x1a")
    terminal.until(lambda _: b"Stopped" in terminal.raw)
    terminal.press("bg\r")
    while b"Stopped" not in terminal.raw.rpartition(b"bg\r")[2]:
        terminal.press("jobs\r")
        terminal.read()
    terminal.screen.reset()
    terminal.press("fg\r")
    terminal.until_shown("Start review")
    terminal.press("\r")
    terminal.until_shown("Space")


def test_a_signal_that_comes_while_the_app_paints_waits_until_it_has_painted() -> None:
    handled: list[str] = []
    waiting: list[Callable[[], None]] = []

    class Painter(HeadlessDriver):
        """A driver, as far as signals concern it."""

        def _sigtstp_application(self) -> None:
            handled.append("stop")

        def _sigcont_application(self) -> None:
            handled.append("continue")

    driver: Any = object.__new__(lasting(Painter))
    driver._key_thread = threading.current_thread()
    driver._loop = SimpleNamespace(call_soon_threadsafe=waiting.append)
    driver._sigtstp_application()
    driver._sigcont_application()
    assert handled == []
    for handle in waiting:
        handle()
    assert handled == ["stop", "continue"]


@pytest.mark.slow
@pytest.mark.parametrize("first", [signal.SIGHUP, signal.SIGCONT])
def test_a_program_that_is_continued_while_it_ends_leaves_no_process_behind(
    tmp_path: Path, first: signal.Signals
) -> None:
    """When a connection ends, the system continues what it hangs up."""
    vault = make_vault(tmp_path / "vault", {"a.md": "#flashcards\n\na::b\n"})
    (tmp_path / "home").mkdir()
    terminal = Terminal([str(vault), "--now", NOW_TEXT], tmp_path / "home", (80, 24))
    terminal.until_shown("Start review")
    terminal.child.kill(first)
    terminal.child.kill(signal.SIGHUP)
    while terminal.child.isalive():
        with suppress(ProcessLookupError):
            os.kill(terminal.child.pid, signal.SIGCONT)
        terminal.read()
    assert terminal.end() == 128 + signal.SIGHUP
