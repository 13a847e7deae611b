"""How a new whole note's ease follows from the notes that it is linked with."""

from __future__ import annotations

import math

import pytest

from studyapp.study.whole_notes.graph import LinkGraph


def test_ranks_are_those_of_a_hand_worked_graph() -> None:
    # Two notes that link to each other weigh the same; a third that links to one of them adds to it alone.
    assert LinkGraph({"a": {"b": 1}, "b": {"a": 1}}).ranks == pytest.approx({"a": 0.5, "b": 0.5})
    ranks = LinkGraph({"a": {"b": 1}, "b": {"a": 1}, "c": {"a": 3}}).ranks
    # a = .05 + .85 (b + c), b = .05 + .85 a, c = .05
    a = (0.05 + 0.85 * 0.05 + 0.85 * 0.05) / (1 - 0.85**2)
    assert ranks["a"] == pytest.approx(a, abs=1e-5)
    assert ranks["b"] == pytest.approx(0.05 + 0.85 * a, abs=1e-5)
    assert ranks["c"] == pytest.approx(0.05)


def test_the_weight_of_notes_without_links_is_spread() -> None:
    ranks = LinkGraph({"a": {"b": 2, "c": 1}}).ranks
    assert sum(ranks.values()) == pytest.approx(1)
    assert ranks["b"] > ranks["c"] > ranks["a"]


def test_a_note_without_links_starts_with_the_base_ease() -> None:
    assert LinkGraph({}).initial_ease("n", {}, base_ease=250) == 250
    assert LinkGraph({"n": {"m": 1}}).initial_ease("n", {}, base_ease=250) == 250


def test_linked_notes_count_by_number_and_rank() -> None:
    graph = LinkGraph({"n": {"m": 2}, "k": {"n": 1}})
    share = math.log(3.5) / math.log(64)
    ranks = graph.ranks
    mean = (2 * ranks["m"] * 300 + ranks["k"] * 200) / (2 * ranks["m"] + ranks["k"])
    expected = math.floor((1 - share) * 250 + share * mean + 0.5)
    assert graph.initial_ease("n", {"m": 300.4, "k": 199.6}, base_ease=250) == expected


def test_the_cards_of_the_note_itself_count_as_much_as_all_links() -> None:
    assert LinkGraph({}).initial_ease("n", {"n": 290}, base_ease=250) == 270


def test_links_count_no_more_than_the_setting_says() -> None:
    graph = LinkGraph({"n": {"m": 100}})
    assert graph.initial_ease("n", {"m": 300}, base_ease=250) == 300
    assert graph.initial_ease("n", {"m": 300}, base_ease=250, max_link_factor=0.5) == 275
    assert graph.initial_ease("n", {"m": 300}, base_ease=250, max_link_factor=0) == 250
