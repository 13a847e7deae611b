"""A review follows the preset of each card's deck: schedules, limits, order, leeches."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.schedule.entries import Fsrs, Grade, Sm2, State, due_date, read_entry
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin, decks_of, queue_of
from tests.helpers.vaults import NOW, fronts_of, make_vault, workspace

OWN = """
fsrs_desired_retention = 0.9
[presets.languages]
algorithm = "FSRS"
fsrs_desired_retention = 0.8
learning_steps = []
maximum_interval = 4
new_cards_per_day = 1
leech_lapses = 1
flashcard_card_order = "NewFirstSequential"
[deck_presets]
"flashcards/fr" = "languages"
"""
REVIEWED = "\n<!--SR:!fsrs,2024-06-14T09:00:00.000Z,4,4,5,2,3,0,0,2024-06-10T09:00:00.000Z-->"
NOTES = {
    "a.md": f"#flashcards/fr/verbs\n\nn1::x\n\nn2::x\n\nr1::x{REVIEWED}\n",
    "b.md": f"#flashcards/other\n\nn3::x\n\nr3::x{REVIEWED}\n",
}


def opened(tmp_path: Path) -> Workspace:
    root = make_vault(tmp_path / "v", NOTES, {})
    (root / ".studyapp").mkdir()
    (root / ".studyapp/settings.toml").write_text(OWN)
    return workspace(root, tmp_path / "h")


def test_a_grade_gives_what_the_preset_of_the_cards_deck_says(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    french, other = begin(desk, "flashcards/fr"), begin(desk, "flashcards/other")
    given = french.previews()[Grade.GOOD]
    assert isinstance(given, Fsrs)
    assert given.state is State.REVIEW  # a new card without steps
    assert given.interval == 4  # not 2, as with a retention of 0.9, and not 5, above the longest
    assert isinstance(other.previews()[Grade.GOOD], Sm2)
    saved = desk.store.save(french.grade(Grade.GOOD))
    assert read_entry(saved.action.after).schedule == given
    assert "fsrs" in (desk.vault.root / "a.md").read_text()


def test_the_limits_and_the_order_of_a_preset_hold_for_its_deck(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    assert fronts_of(desk.vault, queue_of(desk, "flashcards/fr")) == ["n1", "r1"]
    assert fronts_of(desk.vault, queue_of(desk)) == ["r1", "r3", "n1", "n3"]
    french = decks_of(desk).children["flashcards"].children["fr"]
    assert (french.new, french.due, french.held_back) == (1, 1, 1)


def test_a_leech_is_what_the_preset_calls_one(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    for deck, marks in (("flashcards/fr", 1), ("flashcards/other", 0)):
        session = begin(desk, deck)
        session.take(next(row for row in desk.vault.rows(deck) if row.schedule is not None))
        assert len(session.grade(Grade.AGAIN).marks) == marks


def test_siblings_are_due_on_different_days_where_fsrs_balances(tmp_path: Path) -> None:
    sr = "<!--SR:!fsrs,2024-06-14T09:00:00.000Z,4,40,5,2,3,0,0,2024-06-10T09:00:00.000Z"
    note = f"#flashcards\n\na:::b\n{sr}{sr.removeprefix('<!--SR:')}-->\n"
    root = make_vault(tmp_path / "v", {"a.md": note}, {"algorithm": "FSRS"})
    (root / ".studyapp").mkdir()
    (root / ".studyapp/settings.toml").write_text("fsrs_load_balance = true\n")
    desk = workspace(root, tmp_path / "h")
    session = begin(desk)
    days = []
    for _ in range(2):
        action = session.grade(Grade.GOOD)
        session.saved(desk.store.save(action))
        schedule = read_entry(action.after).schedule
        assert schedule is not None
        days.append(due_date(schedule, NOW))
    assert days[0] != days[1]


def test_limits_of_a_single_day_hold_on_that_day_only(tmp_path: Path) -> None:
    desk = opened(tmp_path)
    own = desk.vault.root / ".studyapp/settings.toml"
    own.write_text('new_cards_per_day = 1\ntoday_limits = {"2024-06-15" = {new = 2, reviews = 1}}\n')
    for day, fronts, due in ((15, ["r1", "n1", "n2"], 1), (16, ["r1", "r3", "n1"], 2)):
        there = workspace(desk.vault.root, tmp_path / "h", NOW.replace(day=day))
        assert fronts_of(there.vault, queue_of(there)) == fronts
        assert decks_of(there).due == due
        assert there.first_card() is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("{today = {new = 2}}", '"today_limits.today" should be named by a day, such as 2026-11-28'),
        ('{"2024-06-15" = 3}', '"today_limits.2024-06-15" should be a table such as {new = 10, reviews = 100}'),
        ('{"2024-06-15" = {news = 3}}', "should be a table such as {new = 10, reviews = 100}"),
        ('{"2024-06-15" = {new = -3}}', "has new, which should be a whole number of at least 0"),
        ("3", '"today_limits" should be a table, such as'),
    ],
)
def test_a_value_that_is_not_a_day_is_reported(tmp_path: Path, wrong: str, says: str) -> None:
    desk = opened(tmp_path)
    (desk.vault.root / ".studyapp/settings.toml").write_text(f"today_limits = {wrong}\n")
    (problem,) = workspace(desk.vault.root, tmp_path / "h").vault.loaded.problems
    assert says in problem.message
