"""Schedule comments: read as the plugin reads them, written as it writes them, damaged ones kept and named."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.schedule.entries import (
    Entry,
    Fsrs,
    Sm2,
    State,
    comment_spans,
    comment_text,
    cut_comment,
    days_until,
    entry_text,
    first_comment,
    is_due,
    is_of_new_card,
    js_number,
    js_time,
    read_entries,
    read_entry,
    without_comments,
)
from tests.helpers.rows import each_row

SM2 = Sm2(date(2024, 6, 20), 5, 250)
FSRS_TEXT = "fsrs,2024-06-20T09:30:00.000Z,5,5.12345678,4.5,2,3,0,0,2024-06-15T09:30:00.000Z"


@each_row(
    "value, text",
    [
        (250.0, "250"),
        (2.5, "2.5"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-7, "1e-7"),
        (0.000001, "0.000001"),
        (1.5e300, "1.5e+300"),
        (-0.0, "0"),
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(value: float, text: str) -> None:
    assert js_number(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_number_reads_back_as_the_same(value: float) -> None:
    assert float(js_number(value)) == value


def test_times_are_written_in_utc_with_three_digits_of_milliseconds() -> None:
    zone = timezone(timedelta(hours=5, minutes=30))
    assert js_time(datetime(2024, 1, 1, 2, 3, 4, 567899, zone)) == "2023-12-31T20:33:04.567Z"


_DAYS = st.dates(date(1000, 1, 1)).filter(lambda day: day != date(2000, 1, 1))
_MOMENTS = st.dates(date(1900, 1, 1)).map(lambda day: datetime(day.year, day.month, day.day, 9, 30, tzinfo=UTC))
_COUNTS = st.integers(0, 10**6)
_SIZES = st.floats(0, 1e6)


@given(st.builds(Sm2, _DAYS, st.integers(0, 10**9), _COUNTS))
def test_an_sm2_schedule_survives_being_written(schedule: Sm2) -> None:
    assert read_entry(entry_text(schedule, 250)) == Entry(entry_text(schedule, 250), schedule)


@given(st.builds(Fsrs, _MOMENTS, *[_SIZES] * 3, *[_COUNTS] * 4, st.none() | _MOMENTS))
def test_an_fsrs_schedule_survives_being_written(schedule: Fsrs) -> None:
    assert read_entry(entry_text(schedule, 250)) == Entry(entry_text(schedule, 250), schedule)


@each_row(
    "text, schedules",
    [
        ("a <!--SR:!2024-06-20,5,250-->", [SM2]),
        ("<!--SR:2024-06-20,5,250-->", [SM2]),
        ("<!--SR: !2024-06-20,5,250 -->", [SM2]),
        ("<!--SR:!20-06-2024,5,250-->", [SM2]),
        ("<!--SR:!Thu Jun 20 2024,5,250-->", [SM2]),
        ("<!--SR:!2024-06-20,5.9,250.5-->", [SM2]),
        ("<!--SR:!2024-06-20,5,250,extra-->", [SM2]),
        ("<!--SR:!2000-01-01,1,250!2024-06-20,5,250-->", [None, SM2]),
        ("<!--SR:!2024-06-20,5,250!-->", [SM2]),
        ("<!--SR:-->", []),
        ("<!--SR:!-->", []),
        ("none", []),
        ("<!--sr:!2024-06-20,5,250-->", [SM2]),
        ("<!--SR:!2024-06-20,5,250", [SM2]),
        ("<!--SR:!2024-06-20,5,250--><!--SR:!2020-01-01,1,1-->", [SM2]),
    ],
)
def test_a_comment_is_read_as_the_plugin_reads_it(text: str, schedules: list[Sm2 | None]) -> None:
    assert [entry.schedule for entry in read_entries(text)] == schedules


def test_sm2_and_fsrs_may_stand_in_one_comment() -> None:
    one, two = read_entries(f"<!--SR:!2024-06-20,5,250!{FSRS_TEXT}-->")
    assert one.schedule == SM2
    assert isinstance(two.schedule, Fsrs)
    assert entry_text(two.schedule, 250) == FSRS_TEXT


@pytest.mark.parametrize(
    "raw",
    [
        "2024-99-99,5,250",
        "never,5,250",
        "2024-06-20",
        "2024-06-20,,250",
        "2024-06-20,5,x",
        "2024-06-20,99999999999999999999,250",
        "2024-06-20,5," + "9" * 6000,
        "٢٠٢٤-06-20,5,250",
        "fsrs",
        "fsrs,never,1,1,1,1,1,1,1,-",
        "fsrs,2024-06-20T09:30:00.000Z,1,1,1,x,1,1,1,-",
        "fsrs,2024-06-20T09:30:00.000Z,1,1,1,1e400,1,1,1,-",
        "fsrs,2024-06-20T09:30:00.000Z,1_0,1,1,1,1,1,1,-",
        "fsrs,0001-01-01T00:00:00+23:00,1,1,1,1,1,1,1,-",
        "fsrs,2024-06-20T09:30:00.000Z,1,1,1,1,1,1,1,9999-12-31T23:59:59-23:00",
    ],
    ids=lambda raw: raw[:40],
)
def test_what_cannot_be_understood_is_kept_and_not_sound(raw: str) -> None:
    entry = read_entry(raw)
    assert not entry.sound
    assert entry.raw == raw
    if entry.schedule is not None:
        assert isinstance(entry_text(entry.schedule, 250), str)


@given(st.text(alphabet="0123456789-,.!:TZfsrеNa +eE_\u0663", max_size=40))
def test_no_entry_makes_reading_fail(raw: str) -> None:
    entry = read_entry(raw)
    assert isinstance(entry_text(entry.schedule, 250), str)


_WRITTEN = st.sampled_from(
    [
        "2024-01-01,3,250",
        "2024-02-30,3,250",
        "2000-01-01,1,250",
        "fsrs,2024-06-20T09:30:00.000Z,5,5.12345678,4.5,2,3,0,0,2024-06-15T09:30:00.000Z",
        "fsrs,2024-06-15T09:30:00.000Z,0,0,0,0,0,0,0,-",
        "fsrs,2024-02-30T09:30:00.000Z,5,5.1,4.5,2,3,0,0,2024-06-15T25:30:00.000Z",
    ]
)


@given(_WRITTEN, st.lists(st.tuples(st.integers(0, 80), st.sampled_from([*"0123456789-,.:TZ", ""])), max_size=2))
def test_an_entry_in_its_usual_form_is_read_as_any_other_is(raw: str, changes: list[tuple[int, str]]) -> None:
    for place, sign in changes:
        raw = raw[:place] + sign + raw[place + 1 :]
    read, spaced = read_entry(raw), read_entry(raw + " ")
    assert repr((spaced.schedule, spaced.sound)) == repr((read.schedule, read.sound))


@given(_WRITTEN, st.lists(st.tuples(st.integers(0, 80), st.sampled_from([*"0123456789-,.:TZ", ""])), max_size=2))
def test_whether_an_entry_is_of_a_new_card_is_what_reading_it_says(raw: str, changes: list[tuple[int, str]]) -> None:
    for place, character in changes:
        raw = raw[:place] + character + raw[place + 1 :]
    schedule = read_entry(raw).schedule
    assert is_of_new_card(raw) is (schedule is None or (isinstance(schedule, Fsrs) and schedule.state == State.NEW))


@pytest.mark.parametrize(
    ("raw", "new"),
    [
        ("2000-01-01,1,250", True),
        ("2024-06-01,1,250", False),
        ("fsrs,2024-06-01T00:00:00.000Z,0,0,0,0,0,0,0,-", True),
        ("fsrs,2024-06-01T00:00:00.000Z,9,9,5,2,9,7,0,2024-05-01T00:00:00.000Z", False),
        ("fsrs,no time,9,9,5,0,9,7,0,-", True),
        ("fsrs,no time,9,9,5,2,9,7,0,-", False),
        ("fsrs,,,,,,,,,", True),
    ],
)
def test_an_entry_is_of_a_new_card_without_a_schedule_or_in_the_state_of_new_ones(raw: str, new: bool) -> None:
    assert is_of_new_card(raw) is new


@given(st.lists(st.sampled_from(["<!--SR:", "-->", "!x", "-", ">", "\n", "\u2028", "a "]), max_size=12).map("".join))
def test_the_first_whole_comment_and_the_text_without_any_are_told_quickly(text: str) -> None:
    assert first_comment(text) == next(comment_spans(text), None)
    spans = list(comment_spans(text, to_last=True))
    bounds = [0, *(place for span in spans for place in span), len(text)]
    kept = zip(bounds[::2], bounds[1::2], strict=True)
    assert without_comments(text) == "".join(text[start:end] for start, end in kept)
    first = first_comment(text)
    held = None if first is None else text[first[0] + len("<!--SR:") : first[1] - len("-->")]
    assert cut_comment(text) == (without_comments(text), held)


def test_a_new_card_keeps_its_place_by_the_date_of_a_new_one() -> None:
    assert comment_text([entry_text(None, 230), "x"]) == "<!--SR:!2000-01-01,1,230!x-->"


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("a <!--SR:x--> b <!--SR:y--> c", ["<!--SR:x-->", "<!--SR:y-->"], "a  c"),
        ("a <!--SR:x b --> c", ["<!--SR:x b -->"], "a  c"),
        ("a <!--SR:<!--SR:x-->", ["<!--SR:<!--SR:x-->"], "a "),
        ("<!--SR:-->", [], "<!--SR:-->"),
        ("<!--SR:x\n-->", [], "<!--SR:x\n-->"),
        ("<!--SR:x\u2028--> <!--SR:y-->", ["<!--SR:y-->"], "<!--SR:x\u2028--> "),
        ("<!--SR:--><!--SR:y-->", ["<!--SR:--><!--SR:y-->"], ""),
    ],
)
def test_where_comments_start_and_end(text: str, first: list[str], last: str) -> None:
    assert [text[start:end] for start, end in comment_spans(text)] == first
    assert without_comments(text) == last


def test_a_card_is_due_from_midnight_or_from_its_moment_on() -> None:
    now = datetime(2024, 6, 20, 0, 0, tzinfo=UTC)
    assert is_due(SM2, now)
    assert not is_due(SM2, now - timedelta(seconds=1))
    entry = read_entry(FSRS_TEXT).schedule
    assert entry is not None
    assert is_due(entry, datetime(2024, 6, 20, 9, 30, tzinfo=UTC))
    assert not is_due(entry, datetime(2024, 6, 20, 9, 29, tzinfo=UTC))
    assert not is_due(Sm2(None, 1, 1), now)


@pytest.mark.parametrize(
    ("due", "now", "days"),
    [
        ("2024-06-20T23:30:00+00:00", "2024-06-20T10:00:00+02:00", 1),
        ("2024-06-21T02:00:00+00:00", "2024-06-20T10:00:00-05:00", 0),
        ("2024-06-20T23:30:00+00:00", "2024-06-20T10:00:00+00:00", 0),
        ("2024-06-20T23:30:00+00:00", "2024-06-22T00:10:00+02:00", -1),
        ("2024-06-20T09:30:00+00:00", "2024-06-20T23:00:00+00:00", 0),
    ],
)
def test_the_days_until_a_moment_are_those_of_the_local_calendar(due: str, now: str, days: int) -> None:
    entry = read_entry(FSRS_TEXT.replace("2024-06-20T09:30:00.000Z", due)).schedule
    assert entry is not None
    assert days_until(entry, datetime.fromisoformat(now)) == days


@pytest.mark.parametrize(("now", "days"), [("2024-06-20T23:59:59-11:00", 0), ("2024-06-19T00:00:00+13:00", 1)])
def test_the_days_until_a_date_know_no_zone(now: str, days: int) -> None:
    assert days_until(SM2, datetime.fromisoformat(now)) == days
    assert days_until(Sm2(None, 1, 1), datetime.fromisoformat(now)) is None


@pytest.mark.slow
def test_comments_on_one_line_are_found_in_linear_time() -> None:
    comment = "<!--SR:!2024-01-01,1,250-->"
    assert sum(1 for _ in comment_spans(comment * 185_000)) == 185_000
