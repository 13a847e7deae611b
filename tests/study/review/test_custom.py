from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.schedule.entries import Grade
from studyapp.core.vault.vault import Vault
from studyapp.study.review.custom import CramSession, CustomStudy, Mode, cards_of, custom_session
from studyapp.study.review.session import Session
from studyapp.study.review.today import begin
from tests.helpers.vaults import NOW, fronts_of, handles_of, make_vault, open_vault, workspace

NOTES = {
    "A.md": "#flashcards/x\n\none::1\n<!--SR:!2024-06-10,4,250-->\n\n"
    "two::2\n<!--SR:!2024-06-12,4,250-->\n\nthree::3\n",
    "B.md": "#flashcards/y\n\nfour::4\n<!--SR:!2024-06-20,4,250-->\n\nfive Word::5\n<!--SR:!2024-07-20,4,250-->\n",
}


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return open_vault(make_vault(tmp_path / "vault", NOTES))


def fronts(vault: Vault, study: CustomStudy, **more: Any) -> list[str]:
    return fronts_of(vault, cards_of(vault, study, NOW, **more))


def test_ahead_is_what_is_due_within_some_days_the_earliest_first(vault: Vault) -> None:
    assert fronts(vault, CustomStudy(Mode.AHEAD, days=1)) == ["one", "two"]
    assert fronts(vault, CustomStudy(Mode.AHEAD, days=5)) == ["one", "two", "four"]
    assert fronts(vault, CustomStudy(Mode.AHEAD, "flashcards/y", days=40)) == ["four", "five Word"]


def test_all_due_and_new_know_no_limits(vault: Vault) -> None:
    assert fronts(vault, CustomStudy(Mode.ALL_DUE)) == ["one", "two", "three"]
    assert fronts(vault, CustomStudy(Mode.NEW)) == ["three"]


def test_a_cram_asks_everything_in_an_order_of_its_seed(vault: Vault) -> None:
    one, same, other = (fronts(vault, CustomStudy(Mode.CRAM), seed=seed) for seed in (1, 1, 4))
    assert one == same != other
    assert sorted(one) == sorted(other) == ["five Word", "four", "one", "three", "two"]


def test_a_study_is_narrowed_by_note_words_and_cards(vault: Vault) -> None:
    assert sorted(fronts(vault, CustomStudy(Mode.CRAM, note="B.md"))) == ["five Word", "four"]
    assert fronts(vault, CustomStudy(Mode.CRAM, words="word FIVE")) == ["five Word"]
    assert sorted(fronts(vault, CustomStudy(Mode.CRAM, words="b.md"))) == ["five Word", "four"]
    chosen = frozenset(handle.id for handle in handles_of(vault) if handle.card.front == "two")
    assert fronts(vault, CustomStudy(Mode.CRAM, cards=chosen)) == ["two"]


def test_what_was_forgotten_today_is_asked_again_and_nothing_is_written(tmp_path: Path) -> None:
    desk = workspace(make_vault(tmp_path / "vault", NOTES), tmp_path / "home")
    session = begin(desk)
    desk.vault.take("A.md", desk.store.save(session.grade(Grade.AGAIN)).raw or b"")
    desk.vault.take("A.md", desk.store.save(session.grade(Grade.GOOD)).raw or b"")
    cram = custom_session(desk, CustomStudy(Mode.FORGOTTEN))
    assert isinstance(cram, CramSession)
    assert cram.current is not None
    assert cram.current.card.front == "one"
    assert cram.remaining == 1


def test_what_counts_is_an_ordinary_session(tmp_path: Path) -> None:
    desk = workspace(make_vault(tmp_path / "vault", NOTES), tmp_path / "home")
    assert type(custom_session(desk, CustomStudy(Mode.AHEAD, days=7))) is Session


def cram_of(vault: Vault) -> CramSession:
    return CramSession(vault, vault.rows("flashcards/x"), lambda: datetime(2024, 6, 15, tzinfo=UTC))


def test_a_cram_asks_what_was_forgotten_again_at_the_end(vault: Vault) -> None:
    cram, asked = cram_of(vault), []
    for grade in (Grade.AGAIN, Grade.GOOD, Grade.EASY, Grade.HARD):
        assert cram.current is not None
        asked.append(cram.current.card.front)
        cram.answer(grade)
    assert asked == ["one", "two", "three", "one"]
    assert cram.current is None
    assert (cram.graded, cram.remaining) == (3, 0)
    cram.answer(Grade.GOOD)
    assert cram.graded == 3


def test_a_cram_goes_back_card_by_card(vault: Vault) -> None:
    cram = cram_of(vault)
    before = (cram.current, tuple(cram.waiting))
    grades = [Grade.AGAIN, Grade.GOOD, Grade.AGAIN, Grade.GOOD, Grade.EASY]
    for grade in grades:
        cram.answer(grade)
    assert cram.current is None
    assert [cram.back() for _ in grades] == grades[::-1]
    assert cram.back() is None
    assert (cram.current, tuple(cram.waiting)) == before
    assert cram.graded == 0
