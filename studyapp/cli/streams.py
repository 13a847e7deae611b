"""Standard input, output and error, whatever state the program starts with."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from io import TextIOWrapper

from studyapp.core.errors import MisuseError, StudyError
from studyapp.core.visible import can_rewrite, is_dumb, visible

_UNWRITABLE = frozenset({errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO, errno.EBADF})


def mend_streams() -> None:
    """Open closed streams, and let no unencodable character end the program.

    A file opened while one of them is closed would get its number, and everything meant for the terminal.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # it gets the lowest free number, which is this one
    if sys.stdin is None:
        sys.stdin = open(0, closefd=False)
    if sys.stdout is None:
        sys.stdout = open(1, "w", closefd=False)
    if sys.stderr is None:
        sys.stderr = open(2, "w", closefd=False)
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="replace")


def guarded(work: Callable[[], int]) -> int:
    """Run a command; report errors in a line, and nothing once the output is closed."""
    try:
        try:
            return work()
        finally:
            sys.stdout.flush()  # here, where a failure to write can still be reported
    except StudyError as error:
        say_error(visible(str(error)))
        return 2 if isinstance(error, MisuseError) else 1
    except BrokenPipeError:
        _silence()
        return 0
    except OSError as error:
        if error.filename is not None:
            say_error(f"{visible(os.fsdecode(error.filename))} cannot be used ({error.strerror})")
            return 1
        if error.errno not in _UNWRITABLE:
            raise
        say_error(f"can't write the output ({error.strerror})")
        _silence()
        return 1
    except KeyboardInterrupt:
        return 130


def say_error(text: str) -> None:
    """Report an error on standard error, if that is open."""
    with suppress(OSError):
        print(f"studyapp: {text}", file=sys.stderr, flush=True)


class _Line:
    """The line of progress: where none is shown, nothing is wiped, and nothing but text reaches the terminal."""

    shown = False


def tell_progress(text: str) -> None:
    """Show progress on standard error, in a line that the next text, or an empty one, overwrites."""
    if can_rewrite(sys.stderr) and (text or _Line.shown):
        _Line.shown = bool(text)
        with suppress(OSError):
            print(f"\r{text}\x1b[K", end="", file=sys.stderr, flush=True)


@contextmanager
def progress() -> Iterator[None]:
    """Wipe the line of progress at the end, whatever it is: an error or an answer gets a line of its own."""
    try:
        yield
    finally:
        tell_progress("")


def agrees(question: str, unasked: str = "") -> bool:
    """Whether the user agrees; where there is no terminal to ask on, nobody does, and `unasked` is printed."""
    if sys.stdin.isatty():
        with suppress(EOFError):
            return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    elif unasked:
        print(unasked)
    return False


def _silence() -> None:
    """Discard what is left in the buffers: writing it at the end would fail again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
            continue
        os.dup2(nowhere, stream.fileno())
    os.close(nowhere)


def need_terminal() -> None:
    """Refuse to open screens without a terminal: the app would wait for ever.

    Raises:
        StudyError: if that is so.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):  # the screens are painted on standard error
        raise StudyError(
            "there is no terminal to open the app in; `studyapp review --plain` reviews line by line, "
            "`studyapp due` and `studyapp grade` don't need one either"
        )
    if is_dumb(os.environ):
        raise StudyError(
            f"this terminal can't show screens (TERM={os.environ['TERM']}); `studyapp review --plain` reviews "
            "line by line, `studyapp demo NAME` runs a demo"
        )
