"""Schedules as values that JSON can hold."""

from __future__ import annotations

from math import isnan
from typing import Any

from msgspec.structs import asdict

from studyapp.core.schedule.entries import Fsrs, Schedule, js_time


def schedule_json(schedule: Schedule | None) -> dict[str, Any] | None:
    """A schedule as an object; null where it is not a number or not a date."""
    if schedule is None:
        return None
    values: dict[str, Any] = asdict(schedule)
    values["due"] = schedule.due and (
        js_time(schedule.due) if isinstance(schedule, Fsrs) else schedule.due.isoformat()
    )
    if isinstance(schedule, Fsrs):
        values["last_review"] = schedule.last_review and js_time(schedule.last_review)
    algorithm = "fsrs" if isinstance(schedule, Fsrs) else "sm2"
    return {"algorithm": algorithm, **{name: _number(value) for name, value in values.items()}}


def _number(value: Any) -> Any:
    """Whole numbers without a fraction; what is not a number as null."""
    if isinstance(value, float):
        return None if isnan(value) else int(value) if value.is_integer() else value
    return value
