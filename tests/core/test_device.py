"""A machine's own log lines are known by their seal, which nobody else can make."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.device import has_seal, sealed, secret_in

LINE = b'{"v":1,"kind":"grade"}'
SECRET = b"1" * 32


def test_a_secret_is_made_once_and_is_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "state" / "secret"
    found = secret_in(file)
    assert found is not None
    assert secret_in(file) == found
    assert file.stat().st_mode & 0o777 == 0o600
    assert list(file.parent.iterdir()) == [file]
    assert secret_in(tmp_path / "other" / "secret") != found


@pytest.mark.parametrize("what", ["readable", "short", "link", "folder"])
def test_what_others_may_know_is_not_a_secret(tmp_path: Path, what: str) -> None:
    file = tmp_path / "secret"
    if what == "folder":
        file.mkdir()
    elif what == "link":
        (tmp_path / "there").write_bytes(SECRET)
        (tmp_path / "there").chmod(0o600)
        file.symlink_to("there")
    else:
        file.write_bytes(SECRET if what == "readable" else b"s")
        file.chmod(0o644 if what == "readable" else 0o600)
    assert secret_in(file) is None


def test_where_no_secret_can_be_kept_there_is_none_and_nothing_is_sealed(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert secret_in(tmp_path / "file" / "secret") is None
    assert sealed(LINE, None) == LINE
    assert not has_seal(LINE, None)


def test_a_seal_is_known_by_who_has_the_secret() -> None:
    line = sealed(LINE, SECRET)
    assert line.startswith(LINE[:-1])
    assert has_seal(line, SECRET)
    assert not has_seal(line, b"2" * 32)
    assert not has_seal(line, None)
    assert not has_seal(LINE, SECRET)


@given(st.integers(0, 200), st.binary(min_size=1, max_size=3))
def test_a_line_that_was_changed_in_any_place_has_lost_its_seal(place: int, put: bytes) -> None:
    line = sealed(LINE, SECRET)
    changed = line[: place % len(line)] + put + line[place % len(line) + 1 :]
    assert has_seal(changed, SECRET) is (changed == line)
