"""Commands, run as a user or a script runs them: in a process of their own or, much sooner, in that of the test."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import redirect_stderr, redirect_stdout
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest

from studyapp.cli.main import main

Done = subprocess.CompletedProcess[str]
Run = Callable[..., Done]


def run_here(words: Sequence[str | Path], environ: Mapping[str, str], folder: Path | None = None) -> Done:
    """Run a command in this process, with its own environment, folder and streams, and no terminal."""
    given = [str(word) for word in words]
    out, error = (TextIOWrapper(BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(error):
        for name in os.environ.keys() - environ.keys():
            patch.delenv(name)
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.chdir(folder or Path.cwd())
        patch.setattr(sys, "stdin", TextIOWrapper(BytesIO(), encoding="utf-8"))
        try:
            code = main(given)
        except SystemExit as end:
            code = end.code if isinstance(end.code, int) else 0 if end.code is None else 1
    time.tzset()
    return Done(given, code, *(stream.buffer.getvalue().decode() for stream in (out, error)))


def run_apart(words: Sequence[str | Path], environ: Mapping[str, str], folder: Path | None = None) -> Done:
    """Run a command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "studyapp", *map(str, words)],
        env=environ,
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
