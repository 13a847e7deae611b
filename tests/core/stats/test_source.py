"""What is counted in the logs without reading them grade by grade."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.action import Action, ActionKind
from studyapp.core.cards import CardId
from studyapp.core.journal import new_id
from studyapp.core.rewrite import Seen
from studyapp.core.scan import Kind
from studyapp.core.schedule import Grade
from studyapp.core.stats.source import read_reviews, reviews_a_day
from tests.vaults import NOW, make_vault, workspace

SEEN = Seen(CardId("n.md", "abc", 1, 1), "", Kind.SINGLE_BASIC, 1, 1, None, ())


@pytest.mark.parametrize("start_of_day", ["00:00", "03:25"])
@given(st.lists(st.integers(-3000, 3000), max_size=8), st.integers(-23, 23))
def test_the_reviews_of_each_day_are_those_that_the_statistics_count(
    start_of_day: str, minutes: list[int], hours: int
) -> None:
    with TemporaryDirectory() as folder:
        root = make_vault(Path(folder) / "v", {"n.md": "text"}, {"startOfDay": start_of_day})
        now: datetime = NOW.astimezone(timezone(timedelta(hours=hours, minutes=30)))
        opened = workspace(root, Path(folder) / "h", now)
        for minute in minutes:
            at = now + timedelta(minutes=minute, seconds=minute % 60)
            kind = ActionKind.RESET if minute % 7 == 0 else ActionKind.GRADE
            grade = Grade.GOOD if kind is ActionKind.GRADE else None
            opened.journal.intend(Action(new_id(), kind, at, SEEN, grade, 1.0, None, ""), None)
        if minutes:
            opened.journal.undo(opened.journal.applied[-1], now)
        assert reviews_a_day(opened) == Counter(review.day for review in read_reviews(opened))
