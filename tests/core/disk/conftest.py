"""A note to replace."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.one_note import OLD


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "note.md"
    path.write_bytes(OLD)
    return path
