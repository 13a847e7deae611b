from __future__ import annotations

import os
from pathlib import Path

import pytest

from studyapp.core.disk.home import home


def test_tests_have_a_home_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert home().is_relative_to(tmp_path_factory.getbasetemp())
    assert Path.home() == home()
    assert [name for name in os.environ if name.startswith("XDG_")] == []
