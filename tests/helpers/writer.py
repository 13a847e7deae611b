"""Other programs that write a note, and the moment of a swap at which they do."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from studyapp.core.disk import replace

_PROGRAM = """
import sys
with open(sys.argv[1], "r+b", buffering=0) as file:
    file.write(bytes.fromhex(sys.argv[2]))
    file.truncate()
"""


def start_writing(path: Path, text: bytes) -> subprocess.Popen[bytes]:
    """Start it, and return once it has written, or waits for a lease on the file to be released."""
    writer = subprocess.Popen([sys.executable, "-c", _PROGRAM, str(path), text.hex()])
    inode = f":{path.stat().st_ino} "
    for _ in range(4000):
        waits = (line for line in Path("/proc/locks").read_text().splitlines() if "LEASE  BREAKING" in line)
        if writer.poll() is not None or any(inode in line for line in waits):
            return writer
        time.sleep(0.005)
    raise AssertionError("the other program neither wrote nor waited")


def put_in_place(path: Path, text: bytes) -> None:
    """Save as most editors do: a new file takes the old one's place."""
    other = path.with_name("other")
    other.write_bytes(text)
    other.replace(path)


def _nothing() -> None:
    """What usually happens around an exchange."""


def around_exchanges(
    monkeypatch: pytest.MonkeyPatch,
    before: Mapping[int, Callable[[], object]],
    after: Mapping[int, Callable[[], object]] | None = None,
) -> None:
    """Do something just before or after the exchanges with those numbers, which count from 1."""
    exchange = replace._exchange
    calls = 0

    def with_acts(one: Path, other: Path) -> bool:
        nonlocal calls
        calls += 1
        number = calls
        before.get(number, _nothing)()
        done = exchange(one, other)
        (after or {}).get(number, _nothing)()
        return done

    monkeypatch.setattr(replace, "_exchange", with_acts)
