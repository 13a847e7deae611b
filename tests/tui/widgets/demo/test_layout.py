"""Where the panes of a demo are: on the page, beside each other, never overlapping, in every size and state."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.tui.widgets.demo.layout import Wanted, kind_of, places

SIZES = st.tuples(st.integers(20, 230), st.integers(8, 80))
WANTED = st.builds(
    Wanted,
    st.integers(5, 14),
    st.integers(1, 6),
    st.integers(3, 6),
    st.integers(6, 16),
    st.integers(2, 14),
    st.just(4),
    st.integers(0, 30),
    st.integers(0, 6),
    st.integers(0, 13),
    st.integers(0, 10),
)


@given(SIZES, WANTED, st.booleans(), st.booleans(), st.booleans())
def test_no_pane_leaves_the_page_or_lies_over_another(
    size: tuple[int, int], wanted: Wanted, running: bool, over: bool, fresh: bool
) -> None:
    found = places(size, wanted, running=running, over=over, fresh=fresh)
    for place in found.values():
        assert place.x >= 0
        assert place.y >= 0
        assert place.right <= size[0]
        assert place.bottom <= size[1]
        assert place.height >= 1
    for one, other in itertools.combinations(found.values(), 2):
        assert not one.intersection(other).area


@pytest.mark.parametrize(
    ("size", "kind"),
    [((76, 18), "small"), ((112, 33), "middle"), ((152, 43), "large"), ((192, 53), "large"), ((152, 16), "small")],
)
def test_the_size_says_how_much_is_shown(size: tuple[int, int], kind: str) -> None:
    assert kind_of(*size) == kind


def test_on_a_small_page_four_panes_of_one_weight_show_a_run() -> None:
    wanted = Wanted(10, 2, 3, 9, 9, 4)
    during, after = (set(places((76, 18), wanted, running=True, over=over)) for over in (False, True))
    assert during == {"accuracy", "samples", "picture", "gradients"}
    assert after == {"accuracy", "samples", "picture", "result"}


def test_before_a_run_drawing_knobs_arithmetic_and_guess_are_there() -> None:
    for size in ((76, 18), (112, 33), (152, 43), (192, 53)):
        found = places(size, Wanted(11, 3, 4, 9, 9, 4), running=False, over=False)
        assert {"trained", "knobs", "numbers", "guess"} <= set(found)
        assert found["knobs"].height == 11


@pytest.mark.parametrize("size", [(58, 15), (76, 18), (76, 19)])
def test_on_a_small_page_long_arithmetic_takes_rows_from_drawing_and_knobs(size: tuple[int, int]) -> None:
    found = places(size, Wanted(13, 5, 3, 9, 9, 4), running=False, over=False)
    assert found["numbers"].height == 5
    assert found["guess"].height == 3
    assert found["knobs"].height >= 7


def test_a_large_page_shows_everything_at_once() -> None:
    found = places((192, 53), Wanted(11, 4, 4, 9, 9, 4), running=True, over=True)
    assert set(found) == {
        "trained",
        "numbers",
        "knobs",
        "result",
        "next",
        "accuracy",
        "loss",
        "samples",
        "picture",
        "gradients",
        "memory",
        "runs",
    }


@pytest.mark.parametrize("size", [(152, 43), (192, 53)])
def test_before_the_first_run_a_large_page_tells_instead_of_waiting_for_curves(size: tuple[int, int]) -> None:
    wanted = Wanted(11, 6, 4, 0, 10, 5, tasks=23, reached=5, others=12, looks=9)
    found = places(size, wanted, running=False, over=False, fresh=True)
    assert {"trained", "numbers", "knobs", "guess", "next", "memory", "runs"} <= set(found)
    assert [found[name].height for name in ("tasks", "reached", "others", "looks")] == [23, 5, 12, 9]
    assert not {"loss", "samples", "picture", "gradients"} & set(found)


def test_results_are_shown_beside_the_knobs_only_if_they_fit_whole() -> None:
    for rows, there in ((33, True), (29, False)):
        found = places((112, rows), Wanted(11, 6, 4, 0, 12, 5, reached=6), running=False, over=False)
        assert ("reached" in found) is there
        assert found["memory"].height >= 12


def test_an_enlarged_pane_has_the_page_for_itself() -> None:
    found = places((112, 33), Wanted(11, 3, 4, 9, 9, 4), running=True, over=False, enlarged="loss")
    assert [(name, place.size) for name, place in found.items()] == [("loss", (112, 33))]
