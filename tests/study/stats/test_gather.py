"""What is counted in the logs without reading every grade."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.journal import new_id
from studyapp.core.notes.blocks import Kind
from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.study.stats.gather import gather, look_ahead, read_reviews, reviews_a_day
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, make_vault, workspace

SEEN = Seen(CardId("n.md", "abc", 1, 1), "", Kind.SINGLE_BASIC, 1, 1, None, ())


@tiered("start_of_day", ["00:00", "03:25"])
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
            at = at.astimezone(timezone(timedelta(hours=minute % 25 - 12)))
            kind = ActionKind.RESET if minute % 7 == 0 else ActionKind.GRADE
            grade = Grade.GOOD if kind is ActionKind.GRADE else None
            opened.journal.intend(Action(new_id(), kind, at, SEEN, grade, 1.0, None, ""), None)
        if minutes:
            opened.journal.undo(opened.journal.applied[-1], now)
        found = reviews_a_day(opened)
        assert +found == Counter(review.day for review in read_reviews(opened))
        assert found == gather(opened, read_reviews(opened), None, "all").calendar


@pytest.mark.parametrize(
    ("moments", "now", "streak"),
    [
        # In the evening in Berlin, then in the morning in Tokyo: there, the last evening was the same day.
        (["2024-06-12T22:00+02:00", "2024-06-13T22:00+02:00", "2024-06-14T23:00+02:00"], "2024-06-15T08:00+09:00", 3),
        # Late in New York, then early in Berlin, where all of it would have been the day after.
        (["2024-06-12T23:30-04:00", "2024-06-13T08:00-04:00", "2024-06-14T20:00+02:00"], "2024-06-15T08:00+02:00", 3),
        # Each day at eight in the morning, wherever that is; seen from Honolulu, two of them are one day.
        (["2024-06-12T08:00+09:00", "2024-06-13T08:00+09:00", "2024-06-14T08:00+12:00"], "2024-06-14T09:00-10:00", 3),
        # Over the date line from Honolulu to Tokyo: there was no 14th.
        (["2024-06-12T20:00-10:00", "2024-06-13T20:00-10:00", "2024-06-15T20:00+09:00"], "2024-06-15T21:00+09:00", 3),
        (["2024-06-12T20:00-10:00", "2024-06-13T20:00-10:00"], "2024-06-15T10:00+09:00", 2),
        # A day that was missed is a gap, also where the user has moved.
        (["2024-06-12T08:00-10:00", "2024-06-15T20:00+09:00"], "2024-06-15T21:00+09:00", 1),
        (["2024-06-12T08:00+02:00", "2024-06-14T20:00+09:00"], "2024-06-14T21:00+09:00", 1),
        # A clock that was wrong for once.
        (["2024-06-13T08:00+02:00", "2024-06-14T08:00+02:00", "2034-01-01T08:00+02:00"], "2024-06-14T09:00+02:00", 2),
    ],
)
def test_a_move_across_time_zones_ends_no_streak(tmp_path: Path, moments: list[str], now: str, streak: int) -> None:
    opened = workspace(make_vault(tmp_path / "v", {"n.md": "text"}), tmp_path / "h", datetime.fromisoformat(now))
    for moment in moments:
        at = datetime.fromisoformat(moment)
        opened.journal.intend(Action(new_id(), ActionKind.GRADE, at, SEEN, Grade.GOOD, 1.0, None, ""), None)
    assert look_ahead(opened, reviews_a_day(opened)).streak.current == streak
    assert gather(opened, read_reviews(opened), None, "all").streak.current == streak
