"""An exam as it is written into the vault's settings."""

from __future__ import annotations

from studyapp.core.schedule.exam import Exam
from studyapp.core.settings.exam_values import LAST_DAYS
from studyapp.core.workspace.set_settings import NewSetting


def settings_of(exam: Exam) -> list[NewSetting]:
    """An exam's entry in the settings."""
    days = None if exam.last_days == LAST_DAYS else exam.last_days
    values = {"date": exam.day.isoformat(), "deck": exam.deck, "search": exam.search, "last_days": days}
    return [NewSetting(("exams", exam.name, key), value) for key, value in values.items()]


def removal_of(name: str) -> list[NewSetting]:
    """The entry that removes an exam."""
    return [NewSetting(("exams", name), None)]
