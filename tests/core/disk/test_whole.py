from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

import pytest

from studyapp.core.disk.whole import make, whole
from tests.helpers.steps import only_linux


def test_an_error_while_writing_leaves_the_file_as_it_was_and_nothing_beside_it(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"old")
    with suppress(KeyboardInterrupt), whole(file) as written:
        written.write(b"ne")
        raise KeyboardInterrupt
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == {file: b"old"}


def test_a_file_is_made_whole_with_its_mode_and_never_in_place_of_another(tmp_path: Path) -> None:
    file = tmp_path / "file"
    make(file, b"first", 0o600)
    with pytest.raises(FileExistsError):
        make(file, b"second", 0o600)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == {file: b"first"}
    assert file.stat().st_mode & 0o777 == 0o600


@only_linux
@pytest.mark.parametrize("makes", [True, False])
def test_a_file_is_durable_before_it_has_its_name_and_its_name_afterwards(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, makes: bool
) -> None:
    file, synced = tmp_path / "file", list[tuple[str, bool]]()
    fsync = os.fsync

    def recorded(handle: int) -> None:
        synced.append((Path(f"/proc/self/fd/{handle}").readlink().name, file.exists()))
        fsync(handle)

    monkeypatch.setattr(os, "fsync", recorded)
    if makes:
        make(file, b"new", 0o600)
    else:
        with whole(file) as written:
            written.write(b"new")
    (draft, early), folder = synced
    assert draft.startswith(".file.")
    assert not early
    assert folder == (tmp_path.name, True)
