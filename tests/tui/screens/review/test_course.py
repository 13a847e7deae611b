"""The page of a card's facts: its history as a table."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.helpers.apps import make_app, press, running, shown
from tests.helpers.reviewed import reviewed


@pytest.mark.slow
async def test_the_columns_of_the_history_stand_two_cells_apart(tmp_path: Path) -> None:
    async with running(reviewed(make_app(tmp_path)), (80, 50)) as pilot:
        await press(pilot, "i")
        assert "grade  took" in shown(pilot)
        assert "Again  " in shown(pilot)
