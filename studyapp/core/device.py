"""A secret, kept in the user's state folder, by which this machine recognises its own log.

A review log travels with its vault, and anyone can write one, under any name. What this machine has logged bears a
seal that cannot be made without the secret.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path

from studyapp.core.disk.files import opened
from studyapp.core.text.digest import blake2b
from studyapp.core.text.regex import regex

_SIZE = 32
_SEAL = regex(rb',"seal":"([0-9a-f]{32})"\}\Z')


def device_name(node: str) -> str:
    """A machine's name as a file name."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", node).strip(".-").lower()[:60] or "device"


def secret_in(file: Path) -> bytes | None:
    """The secret in a file, which is created if missing; None if it cannot be written."""
    with suppress(OSError):
        if (found := _read(file)) is not None:
            return found
        from studyapp.core.disk.whole import make

        file.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):  # another copy of the program was faster
            make(file, os.urandom(_SIZE), 0o600)
        return _read(file)
    return None


def _read(file: Path) -> bytes | None:
    """The secret in a file; one that others may read or write does not count."""
    try:
        with opened(file, flags=os.O_RDONLY | os.O_NOFOLLOW) as handle:
            status = os.fstat(handle)
            sound = status.st_uid == os.geteuid() and not status.st_mode & 0o077
            found = os.read(handle, _SIZE + 1) if sound else b""
    except FileNotFoundError:
        return None
    return found if len(found) == _SIZE else None


def machine_name(secret: bytes) -> str:
    """What distinguishes a machine with this secret from others with the same name."""
    return blake2b(secret, digest_size=4, person=b"name").hexdigest()


def sealed(line: bytes, secret: bytes | None) -> bytes:
    """A JSON object with this machine's seal; unchanged if there is no secret."""
    if secret is None:
        return line
    return b'%s,"seal":"%s"}' % (line[:-1], _seal(line, secret))


def has_seal(line: bytes, secret: bytes | None) -> bool:
    """Whether a line, without its line ending, bears this machine's seal."""
    found = _SEAL.search(line[-64:]) if secret is not None else None
    if found is None or secret is None:
        return False
    return found[1] == _seal(line[: len(line) - len(found.group())] + b"}", secret)


def _seal(line: bytes, secret: bytes) -> bytes:
    return blake2b(line, digest_size=16, key=secret, person=b"line").hexdigest().encode()
