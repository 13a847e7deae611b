"""The counts of the decks are those of their reviews."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.log.marks import CardStates, Mark
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import CardOrder
from studyapp.core.vault.decks import Deck
from studyapp.core.vault.vault import Vault
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.counts import count_decks
from studyapp.study.review.queue import build_queue
from studyapp.study.review.today import begin, decks_of, queue_of
from tests.helpers.vaults import NOW, handles_of, make_vault, workspace
from tests.study.review.test_queue import NOTES

MORE = {**NOTES, "two.md": "#flashcards/a/x #flashcards/b\n\nin two decks::1\n\nalso in two::1\n"}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_vault(tmp_path_factory.mktemp("counts"), MORE)


def every(deck: Deck) -> Iterator[Deck]:
    yield deck
    for child in deck.children.values():
        yield from every(child)


def of(root: Path, **settings: Any) -> Vault:
    vault = Vault(root)
    vault.scan()
    vault.loaded = replace(vault.loaded, settings=replace(vault.settings, **settings))
    return vault


LIMITS = st.one_of(st.none(), st.integers(0, 3))


@given(
    st.data(),
    st.integers(0, 4),
    st.integers(0, 4),
    st.dictionaries(
        st.sampled_from(["flashcards", "flashcards/a", "flashcards/a/x", "flashcards/b"]), st.tuples(LIMITS, LIMITS)
    ),
    st.sampled_from(list(CardOrder)),
)
def test_each_deck_counts_what_its_review_would_show(
    root: Path, data: st.DataObject, new: int, reviews: int, decks: dict[str, Any], order: CardOrder
) -> None:
    vault = of(root, new_cards_per_day=new, reviews_per_day=reviews, deck_limits=decks, flashcard_card_order=order)
    ids = [handle.id for handle in handles_of(vault)]
    marks = data.draw(
        st.lists(st.tuples(st.sampled_from(ids), st.sampled_from([Mark.SUSPENDED, Mark.FLAG])), max_size=4)
    )
    states = CardStates((card, mark, "1") for card, mark in marks)
    tree = count_decks(vault, NOW, states=states)
    assert tree.total == len(ids)
    for deck in every(tree):
        shown = build_queue(vault, NOW, deck.path or None, states=states)
        assert deck.new == sum(row.schedule is None for row in shown)
        assert deck.due == len(shown) - deck.new
        assert deck.total == len(list(vault.rows(deck.path or None)))


def opened(tmp_path: Path) -> Workspace:
    make_vault(tmp_path / "v", MORE)
    return workspace(tmp_path / "v", tmp_path / "h")


def test_what_is_suspended_or_buried_counts_for_the_totals_only(tmp_path: Path) -> None:
    here = opened(tmp_path)
    before = decks_of(here)
    session = begin(here)
    here.store.save(session.suspend())
    here.store.save(session.bury())
    after = decks_of(here)
    assert (before.due + before.new) - (after.due + after.new) == 2
    assert after.total == before.total


def test_what_limits_hold_back_is_known(tmp_path: Path) -> None:
    here = opened(tmp_path)
    before = decks_of(here)
    assert before.held_back == 0
    here.vault.loaded = replace(here.vault.loaded, settings=replace(here.vault.settings, reviews_per_day=1))
    after = decks_of(here)
    assert (after.due, after.held_back) == (1, before.due - 1)
    session = begin(here)
    while session.current is not None and session.current.card.schedule is None:
        session.skip()
    here.store.save(session.grade(Grade.EASY))
    again = workspace(tmp_path / "v", tmp_path / "h")
    again.vault.loaded = replace(again.vault.loaded, settings=replace(again.vault.settings, reviews_per_day=1))
    assert decks_of(again).due == 0


def test_a_grade_that_waits_to_be_written_counts(tmp_path: Path) -> None:
    here = opened(tmp_path)
    before = decks_of(here)
    session = begin(here)
    action = session.grade(Grade.EASY)
    here.journal.intend(action, None)
    here.journal.pending(here.journal.actions[action.id], "the note cannot be written")
    again = workspace(tmp_path / "v", tmp_path / "h")
    after = decks_of(again)
    assert (after.due + after.new) == (before.due + before.new) - 1
    assert after.due + after.new == len(queue_of(again))
