"""Starts other programs: modules of this one, and the user's own. Nothing else starts any.

The app may be started within a vault that a stranger made. Nothing in it counts as a module or a program: our own
modules are looked up only where this program was installed, and a name of a program is looked up only in folders
whose path is absolute.
"""

from __future__ import annotations

import os
import shutil
import site
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import asyncio.subprocess
    import subprocess

_LISTS: Final = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""Variables that list folders; an empty or relative folder depends on where the program is started."""
_KEPT: Final = frozenset(
    f"PYTHON{name}"
    for name in ("DONTWRITEBYTECODE", "HASHSEED", "IOENCODING", "MALLOC", "NOUSERSITE", "PATH", "UNBUFFERED", "UTF8")
)
"""Python variables that are passed on, besides folders; others could name modules."""
_FOLDERS: Final = frozenset({"PYTHONHOME", "PYTHONUSERBASE", "PYTHONPYCACHEPREFIX"})
ROOT: Final = Path(__file__).absolute().parents[3]
"""The folder with this program's packages."""


def own_command(module: str, *words: str) -> list[str]:
    """The command that runs a module of this program, whatever is in the folder it is started in."""
    return [sys.executable, "-P", "-m", module, *words]


def lasting_command(*words: str) -> list[str]:
    """The command by which another program, in an unknown environment, runs this one."""
    on_path = os.fspath(ROOT) in _absolute(os.environ.get("PYTHONPATH", "")).split(os.pathsep)
    return [sys.executable, *([] if on_path else ["-E"]), "-P", "-m", "studyapp", *words]


def clean(environ: Mapping[str, str]) -> dict[str, str]:
    """An environment without folders that depend on where a program is started."""
    return {name: _absolute(value) if name in _LISTS else value for name, value in environ.items()}


def own_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment for a module of this program: it finds the same packages, and no others."""
    kept = {
        name: value
        for name, value in clean(environ).items()
        if not name.startswith("PYTHON") or name in _KEPT or (name in _FOLDERS and Path(value).is_absolute())
    }
    if os.fspath(ROOT) not in (*site.getsitepackages(), site.getusersitepackages()):
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, (os.fspath(ROOT), kept.get("PYTHONPATH", ""))))
    return kept


def found(name: str, environ: Mapping[str, str] | None = None) -> str | None:
    """Where a program is; unless its folder is given, only absolute folders are searched."""
    path = clean(os.environ if environ is None else environ).get("PATH") or os.defpath
    return shutil.which(name, path=path)


def run(
    command: Sequence[str], *, environ: Mapping[str, str] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run one of the user's programs to its end; arguments and errors are those of `subprocess.run`."""
    import subprocess

    given = os.environ if environ is None else environ
    return subprocess.run(_located(command, given), check=False, env=clean(given), **options)


def printed(command: Sequence[str], patience: float) -> bytes | None:
    """What a program prints; None if it is not there, fails, or takes longer than that many seconds."""
    import subprocess

    with suppress(OSError, subprocess.TimeoutExpired):
        done = run(command, capture_output=True, timeout=patience)
        return done.stdout if done.returncode == 0 else None
    return None


def start(command: Sequence[str], **options: Any) -> subprocess.Popen[bytes]:
    """Start one of the user's programs in a session of its own, without a terminal; what it prints goes nowhere."""
    import subprocess

    null = subprocess.DEVNULL
    given: dict[str, Any] = {"stdin": null, "stdout": null, "stderr": null, **options}
    located, environ = _located(command, os.environ), clean(os.environ)
    return subprocess.Popen(located, env=environ, start_new_session=True, **given)


def leave(command: Sequence[str], told: bytes, *, folder: Path) -> None:
    """Start one of the user's programs in a folder and leave it to itself; what it prints goes nowhere.

    It finds `told` on its standard input, which is a file: a pipe that nobody reads takes only so much.
    """
    import tempfile
    import threading

    with tempfile.TemporaryFile() as file:
        file.write(told)
        file.seek(0)
        started = start(command, stdin=file, cwd=folder)
    threading.Thread(target=started.wait, name="reaper", daemon=True).start()


def run_own(module: str, *words: str, **options: Any) -> subprocess.CompletedProcess[bytes]:
    """Run a module of this program to its end; takes and raises the same as `subprocess.run`."""
    import subprocess

    return subprocess.run(own_command(module, *words), env=own_environment(os.environ), **options)  # noqa: PLW1510 - the caller says


def start_own(module: str, *words: str, **options: Any) -> subprocess.Popen[bytes]:
    """Start a module of this program; takes and raises the same as `subprocess.Popen`."""
    import subprocess

    return subprocess.Popen(own_command(module, *words), env=own_environment(os.environ), **options)


async def begin_own(
    module: str, *words: str, environ: Mapping[str, str] | None = None, **options: Any
) -> asyncio.subprocess.Process:
    """Start a module of this program in an event loop; takes the same as `create_subprocess_exec`."""
    import asyncio

    given = own_environment(os.environ if environ is None else environ)
    return await asyncio.create_subprocess_exec(*own_command(module, *words), env=given, **options)


def _located(command: Sequence[str], environ: Mapping[str, str]) -> list[str]:
    """A command with the path of its program; FileNotFoundError if there is no such program."""
    program = found(command[0], environ)
    if program is None:
        raise FileNotFoundError(2, os.strerror(2), command[0])
    return [program, *command[1:]]


def _absolute(folders: str) -> str:
    return os.pathsep.join(part for part in folders.split(os.pathsep) if Path(part).is_absolute())
