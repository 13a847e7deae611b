from __future__ import annotations

from pathlib import Path
from unittest.mock import Mock

import pytest

from studyapp.tui import keys
from tests.helpers.apps import make_app, press, review_of, running


async def test_keys_are_named_as_they_are_bound_now(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    async with running(app) as pilot:
        screen = review_of(app)
        assert (screen.key_of("review.undo"), screen.key_of("review.no-such")) == ("u", "")
        await press(pilot, "t")
        assert screen.key_of("review.undo") == ""  # it would be typed
        await press(pilot, "escape")
        assert screen.key_of("review.undo") == "u"
        await press(pilot, "question_mark")
        assert app.screen is not screen
        assert screen.key_of("review.undo") == "u"
        app.take_keys({"review.undo": "ctrl+r"})
        assert screen.key_of("review.undo") == "Ctrl+R"


async def test_the_keys_are_looked_up_twice_a_card_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = make_app(tmp_path)
    looked = Mock(side_effect=keys.keys_bound)
    async with running(app) as pilot:
        monkeypatch.setattr(keys, "keys_bound", looked)
        await press(pilot, "space", "3")
        assert looked.call_count <= 4  # for the answer and for the next card
