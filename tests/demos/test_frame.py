from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from demos.frame import Frame, Knob, KnobError, Picture, Sample, Summary, settle

RANK = Knob("rank", 4, "the rank", low=1, high=32, choices=(1, 2, 4))
RATE = Knob("rate", 0.5, "the rate", low=0, high=1)
JOB = Knob("job", "elicit", "what to do", choices=("elicit", "teach"))
NORMS = Knob("norms", True, "train the norms")
FREE = Knob("words", "", "any words")


@pytest.mark.parametrize(
    ("knob", "given_value", "value"),
    [
        (RANK, "8", 8),
        (RANK, 1, 1),
        (RANK, " 32 ", 32),
        (RATE, "1e-3", 0.001),
        (RATE, 1, 1.0),
        (JOB, "teach", "teach"),
        (NORMS, "no", False),
        (NORMS, True, True),
        (NORMS, "On", True),
        (FREE, "reverse three", "reverse three"),
    ],
)
def test_a_knob_takes_what_means_one_of_its_values(knob: Knob, given_value: object, value: object) -> None:
    taken = knob.value(given_value)
    assert taken == value
    assert type(taken) is type(knob.default)


@pytest.mark.parametrize(
    ("knob", "given_value", "says"),
    [
        (RANK, "0", "rank takes a whole number from 1 to 32, not '0'"),
        (RANK, "33", "rank takes a whole number from 1 to 32, not '33'"),
        (RANK, "4.5", "rank takes a whole number from 1 to 32, not '4.5'"),
        (RANK, "", "rank takes a whole number from 1 to 32, not ''"),
        (RANK, True, "rank takes a whole number from 1 to 32, not 'True'"),
        (RATE, "nan", "rate takes a number from 0 to 1, not 'nan'"),
        (RATE, "1.01", "rate takes a number from 0 to 1, not '1.01'"),
        (JOB, "fly", "job takes one of elicit, teach, not 'fly'"),
        (NORMS, "maybe", "norms takes yes or no, not 'maybe'"),
    ],
)
def test_a_knob_refuses_anything_else_and_says_what_it_takes(knob: Knob, given_value: object, says: str) -> None:
    with pytest.raises(KnobError) as caught:
        knob.value(given_value)
    assert str(caught.value) == says


def test_a_number_without_bounds_is_still_a_number() -> None:
    knob = Knob("x", 1.0, "free")
    assert knob.value("-1e300") == -1e300
    for text in ("inf", "nan", "1e999"):
        with pytest.raises(KnobError, match="x takes a number"):
            knob.value(text)
    assert Knob("y", 1, "half open", low=0).domain() == "a whole number from 0"


@given(st.text(max_size=200), st.sampled_from((RANK, RATE, JOB, NORMS)))
def test_strange_text_is_taken_or_refused_and_never_repeated_at_length(text: str, knob: Knob) -> None:
    taken: object = knob.default
    said = ""
    try:
        taken = knob.value(text)
    except KnobError as refused:
        said = str(refused)
    assert type(taken) is type(knob.default)
    assert len(said) < 500


def test_settling_fills_in_defaults_and_refuses_unknown_names() -> None:
    assert settle((RANK, JOB), {"rank": "2"}) == {"rank": 2, "job": "elicit"}
    with pytest.raises(KnobError, match="there is no knob 'wings'; there are rank, job"):
        settle((RANK, JOB), {"wings": 1})


def test_a_frame_is_one_line_of_json_with_its_four_fields_always_there() -> None:
    assert Frame(0, 10, "").as_json() == {"step": 0, "total": 10, "caption": "", "scalars": {}}


def test_a_frame_of_json_holds_everything_that_was_shown() -> None:
    summary = Summary("LoRA", "elicit", 0.0, 1.0, 4, 10, "A and B", 0, 1.5, base_unchanged=True, base_checksum="ab")
    frame = Frame(
        10, 10, "done", {"loss": 0.0}, (Sample("abc >", "cba", "abc"),), Picture("bars", "p", ((0.0,),)), summary
    )
    shown = json.loads(json.dumps(frame.as_json()))
    assert shown["scalars"] == {"loss": 0.0}
    assert shown["samples"] == [{"given": "abc >", "wanted": "cba", "got": "abc"}]
    assert shown["picture"]["values"] == [[0.0]]
    wanted = ("method", "job", "before", "after", "trainable", "total", "kept_bytes", "seconds", "base_unchanged")
    assert [shown["summary"][key] for key in wanted] == ["LoRA", "elicit", 0.0, 1.0, 4, 10, 0, 1.5, True]
