"""What daily limits leave for the cards of an exam: limits of the vault, of decks, and of single days."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import pytest

from studyapp.core.schedule.entries import Grade, due_date
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.groups import begin_group, carry_out
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exams.pace import paces
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from studyapp.study.review.today import begin
from studyapp.wording.exams import pace_lines
from tests.helpers.vaults import NOW, locations, make_vault

TODAY = NOW.date()
SEARCH = 'search = "deck:flashcards"'


def note(deck: str, new: int, learned: int, due: str = "2024-09-01") -> str:
    entry = f"<!--SR:!{due},90,250-->"
    cards = [f"{deck}{n}::a" for n in range(new)] + [f"{deck} known {n}::a\n{entry}" for n in range(learned)]
    return f"#flashcards/{deck}\n\n" + "\n\n".join(cards) + "\n"


def vault(folder: Path, decks: Mapping[str, tuple[int, int]], settings: str, days: int, scope: str) -> Workspace:
    """A vault with some new and learned cards in each deck, and an exam some days ahead."""
    notes = {f"{deck.replace('/', '-')}.md": note(deck, *numbers) for deck, numbers in decks.items()}
    root = make_vault(folder / "v", notes, {})
    (root / VAULT_FILE).parent.mkdir()
    exam = f'[exams.finals]\ndate = "{TODAY + timedelta(days)}"\n{scope}\nlast_days = 5\n'
    (root / VAULT_FILE).write_text(f"{settings}\n{exam}")
    opened = Workspace.open(root, locations(folder / "h"), lambda: NOW)
    opened.vault.scan()
    opened.find = lambda _query: [row.id for row in opened.vault.rows("flashcards")]
    return opened


def said(opened: Workspace) -> tuple[bool, str]:
    (pace,) = paces(opened)
    return pace.suffices, " ".join(pace_lines(pace))


@pytest.mark.parametrize("scope", [SEARCH, 'deck = "flashcards"'])
def test_the_limit_of_any_deck_with_cards_of_the_exam_counts(tmp_path: Path, scope: str) -> None:
    limits = "[deck_limits]\n'flashcards/a' = {new = 2, reviews = 4}\n'flashcards/a/x' = {new = 1}\n"
    suffices, words = said(vault(tmp_path, {"a": (10, 0), "a/x": (5, 0), "b": (90, 0)}, limits, 10, scope))
    assert suffices
    assert "11 new cards a day reach it, within the limit of 2 for flashcards/a." in words


def test_a_deck_below_that_is_held_back_more_is_named(tmp_path: Path) -> None:
    limits = "new_cards_per_day = 50\n[deck_limits]\n'flashcards/a/x' = {new = 1}\n"
    suffices, words = said(vault(tmp_path, {"a": (20, 0), "a/x": (30, 0)}, limits, 10, SEARCH))
    assert not suffices
    assert "5 new cards a day reach it, 3 of them in flashcards/a/x; its limit is 1." in words


def test_a_deck_without_room_at_all_does_not_suffice(tmp_path: Path) -> None:
    limits = "[deck_limits]\n'flashcards/a' = {reviews = 0}\n"
    suffices, words = said(vault(tmp_path, {"a": (0, 3), "b": (0, 9)}, limits, 10, SEARCH))
    assert not suffices
    assert ", 1 of them in flashcards/a; its limit is 0." in words


def test_limits_of_single_days_and_what_was_done_today_count(tmp_path: Path) -> None:
    def at(own: str, name: str) -> Workspace:
        return vault(tmp_path / name, {"a": (12, 0)}, f"new_cards_per_day = 2\n{own}", 5, 'deck = "flashcards"')

    suffices, words = said(at("", "usual"))
    assert not suffices
    assert "3 new cards a day reach it; your limit is 2." in words
    assert said(at(f"[today_limits]\n{TODAY} = {{new = 4}}\n", "more"))[0]
    assert said(at(f"[today_limits]\n{TODAY} = {{new = 0}}\n", "unlimited"))[0]
    opened = at(f"[today_limits]\n{TODAY} = {{new = 4}}\n", "less")
    session = begin(opened)
    for _ in range(4):
        opened.store.save(session.grade(Grade.EASY))
    opened.vault.scan()
    assert said(opened) == (True, said(opened)[1])  # 8 are left for the other 4 days
    (opened.vault.root / "more.md").write_text(note("a", 1, 0).replace("a0", "one more"))
    opened.vault.scan()
    suffices, words = said(opened)
    assert not suffices
    assert "2 new cards a day reach it; your limit of 2 leaves room for 8 of 9 cards." in words


def looks(opened: Workspace, deck: str) -> Counter[date | None]:
    rows = opened.vault.rows(deck)
    return Counter(due_date(row.schedule, NOW) for row in rows if row.schedule is not None)


@pytest.mark.parametrize("scope", [SEARCH, 'deck = "flashcards"'])
def test_last_looks_are_planned_within_the_limits_of_all_decks(tmp_path: Path, scope: str) -> None:
    limits = "[deck_limits]\n'flashcards/a' = {reviews = 5}\n'flashcards/a/x' = {reviews = 3}\n"
    opened = vault(tmp_path, {"a": (0, 10), "a/x": (0, 14)}, limits, 30, scope)
    for n in (28, 29):  # the days with more of the others, which stay where they are
        text = note("b", 0, 12, f"{TODAY + timedelta(n)}").replace("known", f"{n}")
        (opened.vault.root / f"b{n}.md").write_text(text)
    opened.vault.scan()
    assert said(opened)[0]
    found = plan(opened, PlanOrder(PlanKind.EXAM, exam="finals"), ())
    begin_group(opened, found.group)
    carry_out(opened, found.group)
    opened.vault.scan()
    for deck, most in (("flashcards/a", 5), ("flashcards/a/x", 3)):
        days = looks(opened, deck)
        assert len(days) == 5
        assert max(days.values()) <= most, deck


def test_what_grades_give_is_within_the_limits_of_decks_too(tmp_path: Path) -> None:
    opened = vault(tmp_path, {}, "[deck_limits]\n'flashcards/a' = {reviews = 4}\n", 25, SEARCH)
    days = [TODAY + timedelta(n) for n in range(20, 25)]
    due = [("now", "a", 4, TODAY), ("last", "b", 10, days[4]), *((f"{n}", "a", 4, days[n]) for n in range(4))]
    for name, deck, cards, day in due:
        text = note(deck, 0, cards, f"{day}").replace("known", name)
        (opened.vault.root / f"{name}.md").write_text(text)
    opened.vault.scan()
    session = begin(opened)
    while session.current is not None:
        opened.store.save(session.grade(Grade.EASY))
    opened.vault.scan()
    assert looks(opened, "flashcards/a") == dict.fromkeys(days, 4)
