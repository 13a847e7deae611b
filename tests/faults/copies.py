"""Commands of the program, one after the other, each in a copy of one process that has imported it all.

    python -m tests.faults.copies FOLDER SECONDS

The folder holds the words of each command in `commands.json`, and what each finds in its standard input in `input`.
What a command says is there afterwards, in files called by its number. Its exit code is written when it is over; one
that takes more than so many seconds is ended by a signal.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import signal
import sys
import threading
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import NoReturn

from studyapp import charts, cli, core, runs, serve, study, wording
from studyapp.cli.main import main


def import_all() -> None:
    """Import what commands import only when they need it."""
    for name in (
        "ctypes",
        "studyapp.__main__",
    ):  # replacing a file asks for the one, each command begins with the other
        import_module(name)
    for package in (cli, core, study, wording, charts, runs, serve):
        for module in walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)


def end(code: int) -> NoReturn:
    """End a copy as Python does, without taking all modules apart, which takes longer than most commands."""
    threading._shutdown()  # type: ignore[attr-defined]  # Python's own, not in its stubs
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(code)


def run() -> int:
    """Run each command in a copy of this process."""
    import_all()
    gc.freeze()  # a copy that collects garbage would copy all of this
    folder, seconds = Path(sys.argv[1]), int(sys.argv[2])
    for number, words in enumerate(json.loads((folder / "commands.json").read_bytes())):
        child = os.fork()
        if child == 0:
            signal.alarm(seconds)
            os.dup2(os.open(folder / "input", os.O_RDONLY), 0)
            for stream, name in ((1, "out"), (2, "err")):
                os.dup2(os.open(folder / f"{number}.{name}", os.O_WRONLY | os.O_CREAT), stream)
            sys.argv[1:] = words
            end(main())
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(run())
