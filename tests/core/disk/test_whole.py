from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import pytest

from studyapp.core.disk.whole import make, whole


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
