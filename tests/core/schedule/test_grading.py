"""A grade goes to the scheduler named in the settings, with its own settings."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Fsrs, Grade, Sm2, entry_text, read_entry
from studyapp.core.schedule.fsrs import FsrsError
from studyapp.core.schedule.grading import Grading
from studyapp.core.settings.model import Algorithm, Settings

NOW = datetime(2024, 6, 15, 9, 30, tzinfo=UTC)
SM2 = Grading(Settings(load_balance=False))
FSRS = Grading(Settings(algorithm=Algorithm.FSRS))


@pytest.mark.parametrize(("grading", "kind"), [(SM2, Sm2), (FSRS, Fsrs)])
def test_the_settings_name_the_scheduler(grading: Grading, kind: type) -> None:
    for before in (None, read_entry("2024-06-10,4,250").schedule):
        after = grading.after(before, Grade.GOOD, now=NOW, histogram={}, initial_ease=250)
        assert isinstance(after, kind)
    assert isinstance(grading.reset(now=NOW), kind)


_NUMBERS = st.sampled_from(["0", "1", "-1", "7", "2.5", "", "x", "nan", "1e300", "1e400", "9" * 20, "9" * 5000])
_DATES = st.sampled_from(["2024-01-01", "0001-01-01", "9999-12-31", "2024-13-01", "", "x"])
_TIMES = st.sampled_from(
    ["2024-01-01T00:00:00.000Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999Z", "-", "", "x", "2024-01-01"]
)
_RAW = st.one_of(
    st.tuples(_DATES, _NUMBERS, _NUMBERS).map(",".join),
    st.tuples(st.just("fsrs"), _TIMES, *[_NUMBERS] * 7, _TIMES).map(",".join),
)


@given(_RAW, st.sampled_from(Grade), st.sampled_from([SM2, FSRS]))
def test_no_comment_makes_grading_fail_or_write_what_is_not_sound(raw: str, grade: Grade, grading: Grading) -> None:
    before = read_entry(raw).schedule
    try:
        after = grading.after(before, grade, now=NOW, histogram={}, initial_ease=250)
    except FsrsError:
        assert grading is FSRS
    else:
        assert read_entry(entry_text(after, 250)).sound


@pytest.mark.parametrize(
    ("ease", "expected"), [("230", 230), ("1e999", 250), ("-5", 250), ("text", 250), ("9" * 400, 250), ("0", 250)]
)
def test_a_note_s_own_ease_counts_if_it_is_scheduled_and_makes_sense(ease: str, expected: float) -> None:
    raw = f"---\ntags: flashcards\nsr-due: 2024-01-01\nsr-interval: 3\nsr-ease: {ease}\n---\na::b\n".encode()
    note = parse_note("note.md", raw, SM2.settings)
    assert SM2.initial_ease(note.front_matter.values, note.schedules) == expected
    unscheduled = parse_note("note.md", raw.replace(b"sr-due", b"x-due"), SM2.settings)
    assert SM2.initial_ease(unscheduled.front_matter.values, unscheduled.schedules) == 250
