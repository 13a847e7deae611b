"""Writes into a file itself, which keeps its hard links, and its owner if that is another user."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from studyapp.core.disk.files import opened, sync_folder
from studyapp.core.disk.leftovers import SPARE, name_beside
from studyapp.core.errors import NoteError


class OvertakenError(Exception):
    """Another program wrote the file in between; its text is there, and ours is not."""


class _TornError(Exception):
    """Neither the new bytes nor the old ones could be put into the file."""


def write_in_place(real: Path, old: bytes, new: bytes) -> None:
    """Replace `old` with `new`; a copy of both is kept beside the file until the new bytes are all in it.

    Raises:
        OvertakenError: if the file no longer holds `old`.
        NoteError: if the disk was full for both; the copy stays, and `replace.recover` fixes the file from it.
        OSError: if it cannot be written; then it is unchanged.
    """
    spare = name_beside(real, old, new, str(len(new)), SPARE)
    spared = os.access(real.parent, os.W_OK)
    if spared:
        with opened(spare, flags=os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW) as handle:
            try:
                write_all(handle, new + old)
                os.fsync(handle)
            except OSError:
                spare.unlink(missing_ok=True)
                raise
            with suppress(OSError):  # where folders cannot be synced, their names are safe anyway
                sync_folder(real.parent)
    try:
        overwrite(real, old, new)
    except _TornError as error:  # the copy stays
        raise NoteError(f"{real} was cut short by a full disk; the next try fixes it from {spare}") from error
    except (OSError, OvertakenError):
        spare.unlink(missing_ok=True)
        raise
    spare.unlink(missing_ok=True)


def overwrite(real: Path, old: bytes, new: bytes) -> None:
    """Replace `old` with `new`, without a copy."""
    with opened(real, flags=os.O_RDWR) as handle:
        with open(handle, "rb", closefd=False) as file:
            if file.read() != old:
                raise OvertakenError
        try:
            _put(handle, new)
        except OSError:
            try:
                _put(handle, old)
            except OSError as error:
                raise _TornError from error
            raise


def _put(handle: int, data: bytes) -> None:
    os.lseek(handle, 0, os.SEEK_SET)
    write_all(handle, data)
    os.ftruncate(handle, len(data))
    os.fsync(handle)


def write_all(handle: int, data: bytes) -> None:
    """Write until all bytes are written."""
    view = memoryview(data)
    while view:
        view = view[os.write(handle, view) :]


def is_mixed(torn: bytes, old: bytes, new: bytes) -> bool:
    """Whether a file holds what an interrupted write of `new` over `old` leaves."""
    lengths = len(torn) in range(min(len(old), len(new)), max(len(old), len(new)) + 1)
    return lengths and all(byte in (old[i : i + 1] + new[i : i + 1]) for i, byte in enumerate(torn))
