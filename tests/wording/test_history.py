"""A card's history in words, what each grade would do, and which settings schedule it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from studyapp.core.log.actions import ActionKind
from studyapp.core.log.ledger_rows import Record
from studyapp.core.schedule.entries import Fsrs, Grade, Sm2, entry_text
from studyapp.core.schedule.fsrs import FsrsParameters, review
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.wording.history import HEAD, course_of, grade_facts, history_table, preset_facts

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
STEPLESS = FsrsParameters(learning_steps=(), relearning_steps=())


def record(at: datetime, grade: Grade | None, before: str | None, after: str, seconds: float | None = 7.4) -> Record:
    kind = ActionKind.GRADE if grade else ActionKind.RESET
    return Record("x", kind, at, "n.md:a:1:1", grade, seconds, before, after, None)


def past() -> list[Record]:
    found: list[Record] = []
    schedule: Fsrs | None = None
    now = NOW
    for grade in (Grade.GOOD, Grade.AGAIN):
        after = review(schedule, grade, now=now, parameters=STEPLESS)
        before = None if schedule is None else entry_text(schedule, 250)
        found.append(record(now, grade, before, entry_text(after, 250)))
        schedule, now = after, now + timedelta(days=2)
    return found


def test_each_review_is_a_row_and_what_is_not_known_is_a_dash() -> None:
    head, first, second = history_table(past())
    assert head == HEAD
    assert first == ("2024-06-15 09:30", "Good", "7 s", "2d", "2.31 d", "2.1", "–")
    assert second[:3] == ("2024-06-17 09:30", "Again", "7 s")
    assert second[-1] == "91 %"
    reset = record(NOW, None, "2024-06-15,10,250", "2024-06-15,0,250")
    assert history_table([*past(), reset])[-1] == ("2024-06-15 09:30", "Reset", "–", "–", "–", "–", "–")


def test_the_table_has_no_column_that_says_nothing() -> None:
    reset = record(NOW, None, "2024-06-15,10,250", "2024-06-15,0,250")
    assert history_table([reset]) == [("when", "grade"), ("2024-06-15 09:30", "Reset")]


def test_only_fsrs_schedules_have_a_course() -> None:
    assert len(course_of([*past(), record(NOW, Grade.GOOD, None, "2024-06-15,10,250")])) == 2


def test_each_grade_says_when_the_card_would_be_back() -> None:
    given = review(None, Grade.GOOD, now=NOW, parameters=STEPLESS)
    assert isinstance(given, Fsrs)
    assert grade_facts({Grade.GOOD: given, Grade.EASY: Sm2(NOW.date() + timedelta(days=9), 9, 270)}, NOW) == [
        ("good", "back in 2d, stability 2.31 d, difficulty 2.1"),
        ("easy", "back in 9d, ease 270 %"),
    ]


def test_what_differs_from_the_plugin_is_mentioned() -> None:
    presets = MappingProxyType({"fr": MappingProxyType({"learning_steps": ("5m",), "algorithm": Algorithm.FSRS})})
    vault = Settings(presets=presets, deck_presets=MappingProxyType({"a": "fr"}))
    assert preset_facts(vault.for_decks(("a/b",)), vault, ("a/b",)) == [
        ("preset", "fr"),
        ("parameters", "the plugin's, for a retention of 90 %"),
        ("unlike the plugin", "Learning steps"),
    ]
    assert preset_facts(vault, vault, ("b",)) == [("preset", "none, the vault's settings")]
