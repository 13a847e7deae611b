"""Which notes are reviewed whole, in which order, and what a grade does to them."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from msgspec.structs import replace

from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.settings.model import Algorithm, Settings
from studyapp.study.whole_notes.rules import (
    WholeNote,
    after,
    due_histogram,
    note_eases,
    own_ease,
    queue,
    read_whole_note,
)
from tests.helpers.vaults import NOW

PLAIN = Settings(load_balance=False)


def graded(schedule: Sm2 | None, grade: Grade, now: datetime = NOW, settings: Settings = PLAIN) -> Sm2:
    return after(schedule, grade, now=now, settings=settings, counts={}, initial_ease=250)


def scheduled(path: str, day: int) -> WholeNote:
    return WholeNote(path, ("#review",), Sm2(date(2024, 6, day), 3, 250), "")


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#review\n", ("#review",)),
        ("#review/soon\n", ("#review",)),
        ("---\ntags: [a, review]\n---\n", ("#review",)),
        ("#reviews\n", None),
        ("`#review`\n", None),
        ("#Review\n", None),
        ("text about a review\n", None),
        ("#review #skip/this\n", None),
        ("#todo #review\n", ("#review", "#todo")),
    ],
)
def test_a_note_is_reviewed_whole_by_its_tags(text: str, tags: tuple[str, ...] | None) -> None:
    settings = Settings(tags_to_review=("#review", "#todo"), note_tags_to_ignore=("#skip",))
    found = read_whole_note("n.md", text.encode(), settings)
    assert (found.tags if found else None) == tags


def test_a_note_in_an_ignored_folder_is_not_reviewed() -> None:
    assert read_whole_note("old/n.md", b"#review\n", Settings(note_folders_to_ignore=("old/",))) is None


def test_due_notes_come_by_their_day_and_new_ones_after_them() -> None:
    new, other = (WholeNote(path, ("#review",), None, "") for path in ("new.md", "other.md"))
    notes = [
        new,
        other,
        scheduled("late.md", 1),
        scheduled("b.md", 15),
        scheduled("a.md", 15),
        scheduled("soon.md", 16),
    ]
    names = [note.path for note in queue(notes, NOW, PLAIN)]
    assert names == ["late.md", "a.md", "b.md", "new.md", "other.md"]
    ranked = [note.path for note in queue(notes, NOW, PLAIN, {"b.md": 0.2, "a.md": 0.1, "other.md": 0.3})]
    assert ranked == ["late.md", "b.md", "a.md", "other.md", "new.md"]


def test_a_random_order_is_the_same_for_the_same_seed_and_keeps_new_ones_last() -> None:
    notes = [
        *(scheduled(f"{n}.md", 1) for n in range(9)),
        *(WholeNote(f"n{n}.md", ("#review",), None, "") for n in range(9)),
    ]
    settings = replace(PLAIN, open_random_note=True)
    orders = [[note.path for note in queue(notes, NOW, settings, seed=seed)] for seed in (1, 1, 2)]
    assert orders[0] == orders[1] != orders[2]
    assert all(path.startswith("n") for path in orders[0][9:])


def test_a_new_note_gets_its_first_interval() -> None:
    assert graded(None, Grade.GOOD) == Sm2(date(2024, 6, 18), 2.5, 250)
    assert graded(None, Grade.EASY) == Sm2(date(2024, 6, 19), 3.5, 270)
    assert graded(None, Grade.HARD) == Sm2(date(2024, 6, 16), 1, 230)


def test_a_late_note_gets_credit_for_it_and_an_early_one_none() -> None:
    late, early = Sm2(date(2024, 6, 5), 4, 200), Sm2(date(2024, 6, 20), 4, 200)
    assert graded(late, Grade.GOOD).interval == (4 + 10 / 2) * 2
    assert graded(late, Grade.HARD).interval == 3.3  # (4 + 10 / 4) * 0.5, to one decimal
    assert graded(early, Grade.GOOD).interval == 8


def test_a_change_to_summer_time_takes_off_a_day_of_delay() -> None:
    now = datetime(2024, 3, 31, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert graded(Sm2(date(2024, 3, 30), 4, 200), Grade.EASY, now).interval == pytest.approx(
        (4 + 1) * 2.2 * 1.3, abs=0.05
    )
    later = datetime(2024, 4, 1, 12, tzinfo=ZoneInfo("Europe/Berlin"))
    assert graded(Sm2(date(2024, 3, 31), 4, 200), Grade.EASY, later).interval == pytest.approx(
        4 * 2.2 * 1.3, abs=0.05
    )


def test_notes_are_scheduled_alike_where_cards_are_by_fsrs() -> None:
    settings = replace(PLAIN, algorithm=Algorithm.FSRS)
    assert graded(None, Grade.GOOD, settings=settings) == graded(None, Grade.GOOD)


def test_a_whole_note_cannot_be_graded_again() -> None:
    with pytest.raises(ValueError, match="hard, good or easy"):
        graded(None, Grade.AGAIN)


def test_intervals_keep_away_from_days_that_are_full() -> None:
    counts = due_histogram(
        [scheduled("a.md", 27), replace(scheduled("b.md", 27), tags=("#review", "#x"))], NOW, PLAIN
    )
    assert counts == {12: 3}
    note = Sm2(date(2024, 6, 15), 6, 200)
    assert after(note, Grade.GOOD, now=NOW, settings=Settings(), counts=counts, initial_ease=250).interval == 11


def test_a_note_has_its_own_ease_or_that_of_its_cards_or_the_mean() -> None:
    assert own_ease(b"---\nsr-due: 2024-06-15\nsr-interval: 2\nsr-ease: 230\n---\n") == 230
    assert own_ease(b"---\nsr-ease: 230\n---\n") is None
    many = [210.0] * 64
    eases = note_eases({"own.md": 230, "both.md": 230}, {"cards.md": many, "both.md": many, "none.md": []}, 250)
    assert eases == {"own.md": 230, "cards.md": 210, "both.md": 220}
