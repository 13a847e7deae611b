"""When a card is due, as an instant."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from studyapp.core.queue import due_moment
from studyapp.core.schedule import Sm2
from tests.vaults import NOW


def test_a_day_begins_at_local_midnight() -> None:
    now = datetime(2024, 6, 15, 9, tzinfo=timezone(timedelta(hours=2)))
    assert due_moment(Sm2(date(2024, 6, 15), 1, 250), now) == datetime(2024, 6, 14, 22, tzinfo=UTC)


def test_a_date_that_is_none_is_never_due() -> None:
    assert due_moment(Sm2(None, 1, 250), NOW) > NOW + timedelta(days=1_000_000)
