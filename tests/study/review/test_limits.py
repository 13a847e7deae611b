"""What today's grades leave of a day's limits, for the vault and for decks with their subdecks."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from types import MappingProxyType

from msgspec.structs import replace

from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.model import Settings
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.limits import Limits
from studyapp.study.review.today import begin_with
from tests.helpers.vaults import fronts_of, handles_of, make_vault, workspace

REVIEWED = "\n<!--SR:!2024-06-01,3,250-->"
NOTES = {
    "a.md": f"#flashcards/deep/er\n\nn1::x\n\nn2::x\n\nr1::x{REVIEWED}\n\nr2::x{REVIEWED}\n",
    "b.md": f"#flashcards/other\n\nn3::x\n\nr3::x{REVIEWED}\n",
}


def opened(tmp_path: Path) -> Workspace:
    return workspace(make_vault(tmp_path / "v", NOTES, {}), tmp_path / "h")


def grade(workspace: Workspace, front: str, *grades: Grade) -> None:
    """Grade one card a number of times."""
    session = begin_with(workspace, [one.row for one in handles_of(workspace.vault) if one.card.front == front])
    for one in grades:
        session.saved(workspace.store.save(session.grade(one)))


def limits(workspace: Workspace, **decks: tuple[int | None, int | None]) -> Limits:
    settings = replace(
        Settings(),
        new_cards_per_day=10,
        reviews_per_day=20,
        deck_limits=MappingProxyType({name.replace("_", "/"): limit for name, limit in decks.items()}),
    )
    return Limits.of(settings, workspace.graded_today(), workspace.vault)


def test_what_was_graded_today_counts_once_as_what_it_was_first(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    grade(desk, "n1", Grade.AGAIN, Grade.GOOD)  # new at first, then no more
    grade(desk, "r1", Grade.AGAIN, Grade.HARD)
    left = limits(desk)
    assert (left.new, left.reviews) == ({"": 9}, {"": 19})


def test_a_card_counts_for_its_deck_and_for_all_above_it_and_no_other(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    grade(desk, "n1", Grade.GOOD)
    grade(desk, "r1", Grade.GOOD)
    grade(desk, "r3", Grade.GOOD)
    decks: dict[str, tuple[int | None, int | None]] = {
        "flashcards": (5, 5),
        "flashcards_deep": (None, 1),
        "flashcards_deep_er": (1, None),
        "flashcards_other": (2, 2),
        "flash": (3, 3),
    }
    left = limits(desk, **decks)
    assert left.new == {"flashcards": 4, "flashcards/deep/er": 0, "flashcards/other": 2, "flash": 3, "": 9}
    assert left.reviews == {"flashcards": 3, "flashcards/deep": 0, "flashcards/other": 1, "flash": 3, "": 18}


def test_more_than_the_limit_leaves_nothing_and_not_less(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    for front in ("n1", "n2"):
        grade(desk, front, Grade.GOOD)
    assert limits(desk, flashcards_deep=(1, None)).new == {"flashcards/deep": 0, "": 8}


def test_a_card_whose_text_was_changed_since_counts_for_the_vault_only(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    grade(desk, "n1", Grade.GOOD)
    note = tmp_path / "v" / "a.md"
    note.write_text(note.read_text().replace("n1::x", "changed::x"))
    desk.vault.scan()
    assert limits(desk, flashcards=(5, 5)).new == {"flashcards": 5, "": 9}


def admitted(workspace: Workspace, left: Limits, order: Sequence[str]) -> list[str]:
    rows = {one.card.front: one.row for one in handles_of(workspace.vault)}
    return fronts_of(workspace.vault, left.admit([rows[front] for front in order]))


def test_cards_are_let_in_in_their_order_as_long_as_there_is_room_everywhere(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    left = Limits(new={"": 2, "flashcards/deep": 1}, reviews={"flashcards": 2})
    assert admitted(desk, left, ["n2", "r3", "n1", "r2", "n3", "r1"]) == ["n2", "r3", "r2", "n3"]
    assert (left.new, left.reviews) == ({"": 0, "flashcards/deep": 0}, {"flashcards": 0})


def test_a_card_that_one_deck_has_no_room_for_takes_none_elsewhere(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    left = Limits(new={"": 1, "flashcards/deep": 0}, reviews={})
    assert admitted(desk, left, ["n1", "n2", "n3", "r1"]) == ["n3", "r1"]


def test_no_limit_holds_nothing_back(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    left = Limits.of(Settings(), [], desk.vault)
    assert (left.new, left.reviews) == ({}, {})
    assert admitted(desk, left, ["n1", "r1", "n2"]) == ["n1", "r1", "n2"]
    assert desk.vault.row(CardId("a.md", "0", 1, 1)) is None
