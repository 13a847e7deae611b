"""Which cards a review shows and in which order; the same for the same vault, settings, time and seed."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.log.marks import CardStates, Mark
from studyapp.core.notes.note import parse_note
from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.settings.model import CardOrder, DeckOrder, Settings
from studyapp.core.vault.sheet import CardRow
from studyapp.core.vault.vault import Vault
from studyapp.study.review.queue import arrange, build_queue, due_moment
from studyapp.study.review.today import begin_with, queue_of
from tests.helpers.sheets import sheet_of
from tests.helpers.vaults import NOW, fronts_of, handles_of, make_vault, workspace

NOTES = {
    "a.md": """#flashcards/b

b new::1

b late::1
<!--SR:!2024-06-01,30,250-->

b due::1
<!--SR:!2024-06-14,1,250-->
""",
    "b.md": """#flashcards/a

a due::1
<!--SR:!2024-06-10,2,250-->

a new::1

a future::1
<!--SR:!2024-07-10,2,250-->
""",
    "c.md": """#flashcards

top:::1

#flashcards/a/x

x due::1
<!--SR:!2024-06-15,9,250-->
""",
}


def open_with(root: Path, **settings: Any) -> Vault:
    vault = Vault(make_vault(root, NOTES), overrides={name: str(value) for name, value in settings.items()})
    vault.scan()
    return vault


def test_by_default_the_longest_overdue_comes_first_and_new_cards_last(tmp_path: Path) -> None:
    found = fronts_of(vault := open_with(tmp_path), build_queue(vault, NOW))
    assert found == ["b late", "a due", "b due", "x due", "b new", "a new", "top", "1"]


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        # Decks by name, a deck before those below it: flashcards, flashcards/a, flashcards/a/x, flashcards/b.
        (CardOrder.DUE_FIRST_SEQUENTIAL, ["top", "1", "a due", "a new", "x due", "b late", "b due", "b new"]),
        (CardOrder.NEW_FIRST_SEQUENTIAL, ["top", "1", "a new", "a due", "x due", "b new", "b late", "b due"]),
    ],
)
def test_the_plugins_sequential_orders_walk_deck_by_deck(
    tmp_path: Path, order: CardOrder, expected: list[str]
) -> None:
    vault = open_with(tmp_path, flashcard_card_order=order, flashcard_deck_order=DeckOrder.SEQUENTIAL)
    assert fronts_of(vault, build_queue(vault, NOW)) == expected
    assert fronts_of(vault, build_queue(vault, NOW, "flashcards/a")) == [
        front for front in expected if front[:2] in ("a ", "x ")
    ]


@pytest.mark.parametrize("order", [CardOrder.DUE_FIRST_RANDOM, CardOrder.NEW_FIRST_RANDOM])
def test_the_plugins_random_orders_keep_decks_and_kinds_apart(tmp_path: Path, order: CardOrder) -> None:
    vault = open_with(tmp_path, flashcard_card_order=order, flashcard_deck_order=DeckOrder.SEQUENTIAL)
    seen = set()
    for seed in range(20):
        found = fronts_of(vault, build_queue(vault, NOW, seed=seed))
        seen.add(tuple(found))
        assert found == fronts_of(vault, build_queue(vault, NOW, seed=seed))
        assert sorted(found[5:]) == ["b due", "b late", "b new"]
        assert found[7 if order is CardOrder.DUE_FIRST_RANDOM else 5] == "b new"
    assert len(seen) > 1


def test_decks_in_random_order_are_each_finished(tmp_path: Path) -> None:
    vault = open_with(
        tmp_path, flashcard_card_order=CardOrder.DUE_FIRST_SEQUENTIAL, flashcard_deck_order=DeckOrder.RANDOM
    )
    orders = {tuple(fronts_of(vault, build_queue(vault, NOW, seed=seed))) for seed in range(30)}
    assert len(orders) > 3
    for found in orders:
        place = found.index("b late")
        assert found[place : place + 3] == ("b late", "b due", "b new")


def test_any_card_may_come_first_where_all_are_random(tmp_path: Path) -> None:
    vault = open_with(tmp_path, flashcard_card_order=CardOrder.EVERY_CARD_RANDOM)
    assert len({fronts_of(vault, build_queue(vault, NOW, seed=seed))[0] for seed in range(60)}) == 8


def test_a_card_in_several_decks_is_shown_once(tmp_path: Path) -> None:
    make_vault(tmp_path, {"n.md": "#flashcards/z #flashcards/a\n\nboth::1\n\n#flashcards/m\n\nm::1\n"})
    vault = Vault(tmp_path, overrides={"flashcard_deck_order": "PrevDeckComplete_Sequential"})
    vault.scan()
    assert fronts_of(vault, build_queue(vault, NOW)) == ["both", "m"]
    assert fronts_of(vault, build_queue(vault, NOW, "flashcards/z")) == ["both"]


def test_relative_overdueness_puts_short_intervals_first(tmp_path: Path) -> None:
    vault = open_with(tmp_path, flashcard_card_order=CardOrder.RELATIVE_OVERDUENESS)
    # a due: 5 days late of 2; b due: 1 of 1; b late: 14 of 30; x due: 0 of 9, each and a part of a day
    assert fronts_of(vault, build_queue(vault, NOW))[:4] == ["a due", "b due", "b late", "x due"]


def test_what_is_least_likely_to_be_known_comes_first(tmp_path: Path) -> None:
    entry = "fsrs,2024-06-10T00:00:00.000Z,9,{},5,2,3,0,0,2024-06-01T00:00:00.000Z"
    text = "#flashcards\n\n" + "\n\n".join(f"s{s}::1\n<!--SR:!{entry.format(s)}-->" for s in (20, 3, 9))
    vault = Vault(make_vault(tmp_path, {"n.md": text}), overrides={"flashcard_card_order": "Retrievability"})
    vault.scan()
    assert fronts_of(vault, build_queue(vault, NOW)) == ["s3", "s9", "s20"]


def test_new_cards_are_mixed_in_at_a_ratio(tmp_path: Path) -> None:
    found = fronts_of(vault := open_with(tmp_path, new_card_every=2), build_queue(vault, NOW))
    assert found == ["b late", "a due", "b new", "b due", "x due", "a new", "top", "1"]


def test_cards_of_one_question_are_kept_apart_if_the_settings_say_so(tmp_path: Path) -> None:
    text = "#flashcards\n\nq:::r\n\n" + "\n\n".join(f"n{number}::1" for number in range(7))
    vault = Vault(make_vault(tmp_path, {"n.md": text}), overrides={"spread_siblings": "true"})
    vault.scan()
    assert fronts_of(vault, build_queue(vault, NOW)) == ["q", "n0", "n1", "n2", "n3", "n4", "r", "n5", "n6"]


def test_what_is_suspended_or_buried_is_left_out(tmp_path: Path) -> None:
    vault = open_with(tmp_path)
    ids = {handle.card.front: handle.id for handle in handles_of(vault)}
    states = CardStates(
        [
            (ids["b late"], Mark.SUSPENDED, "1"),
            (ids["a due"], Mark.BURIED, "2024-06-16"),
            (ids["b due"], Mark.BURIED, "2024-06-15"),
            (ids["x due"], Mark.FLAG, "1"),
        ]
    )
    assert fronts_of(vault, build_queue(vault, NOW, states=states))[:2] == ["b due", "x due"]


def test_a_day_begins_when_the_settings_say_so(tmp_path: Path) -> None:
    vault = open_with(tmp_path, start_of_day="04:30:15")
    ids = {handle.card.front: handle.id for handle in handles_of(vault)}
    states = CardStates([(ids["b late"], Mark.BURIED, "2024-06-16")])
    night = datetime(2024, 6, 16, 3, tzinfo=UTC)
    assert "b late" not in fronts_of(vault, build_queue(vault, night, states=states))
    assert "b late" in fronts_of(vault, build_queue(vault, night + timedelta(hours=2), states=states))


def graded(root: Path, home: Path, fronts: list[str], **settings: Any) -> list[str]:
    """Grade some cards, then open the vault again and list what is left for today."""
    opened = workspace(root, home)
    session = begin_with(opened, [handle.row for handle in handles_of(opened.vault) if handle.card.front in fronts])
    while session.current is not None:
        opened.store.save(session.grade(Grade.EASY))
    again = workspace(root, home)
    again.vault.loaded = replace(again.vault.loaded, settings=replace(again.vault.settings, **settings))
    return fronts_of(again.vault, queue_of(again))


def test_limits_of_the_day_survive_a_restart(tmp_path: Path) -> None:
    make_vault(tmp_path / "v", NOTES)
    left = graded(tmp_path / "v", tmp_path / "h", ["b late", "b new"], reviews_per_day=2, new_cards_per_day=2)
    assert left == ["a due", "a new"]


def test_a_deck_has_limits_that_hold_for_the_decks_below_it(tmp_path: Path) -> None:
    make_vault(tmp_path / "v", NOTES)
    limits = {"flashcards/a": (0, 1), "flashcards/b": (None, 1)}
    left = graded(tmp_path / "v", tmp_path / "h", ["b late"], deck_limits=limits)
    assert left == ["a due", "b new", "top", "1"]  # a/x has no room left below a; b has had its one review


def test_the_limit_of_a_deck_above_binds_too(tmp_path: Path) -> None:
    make_vault(tmp_path / "v", NOTES)
    limits = {"flashcards": (1, 2), "flashcards/a": (9, 9)}
    assert graded(tmp_path / "v", tmp_path / "h", [], deck_limits=limits) == ["b late", "a due", "b new"]


def test_a_day_begins_at_local_midnight() -> None:
    now = datetime(2024, 6, 15, 9, tzinfo=timezone(timedelta(hours=2)))
    assert due_moment(Sm2(date(2024, 6, 15), 1, 250), now) == datetime(2024, 6, 14, 22, tzinfo=UTC)


def test_a_date_that_is_none_is_never_due() -> None:
    assert due_moment(Sm2(None, 1, 250), NOW) > NOW + timedelta(days=1_000_000)


def test_sm2_cards_are_due_from_local_midnight_also_where_clocks_change() -> None:
    zone = ZoneInfo("America/Santiago")  # summer time begins at midnight: 2024-09-08 has no 00:00
    now = datetime(2024, 9, 8, 12, tzinfo=zone)
    moment = due_moment(Sm2(now.date(), 1, 250), now)
    assert moment <= now
    assert moment.astimezone(zone).date() == now.date() or moment.astimezone(UTC) == datetime(
        2024, 9, 8, 4, tzinfo=UTC
    )


@given(
    st.sampled_from(list(CardOrder)),
    st.sampled_from(list(DeckOrder)),
    st.integers(0, 3),
    st.booleans(),
    st.integers(0, 9),
)
def test_whatever_the_order_each_card_comes_once(
    order: CardOrder, decks: DeckOrder, every: int, spread: bool, seed: int
) -> None:
    cards = _cards()
    settings = Settings(
        flashcard_card_order=order, flashcard_deck_order=decks, new_card_every=every, spread_siblings=spread
    )
    due = [row for row in cards if row.schedule is not None]
    new = [row for row in cards if row.schedule is None]
    found = arrange(list(due), list(new), settings, NOW, seed)
    assert Counter(map(id, found)) == Counter(map(id, cards))
    assert list(map(id, arrange(list(due), list(new), settings, NOW, seed))) == list(map(id, found))


def _cards() -> list[CardRow]:
    return [
        row for path, text in NOTES.items() for row in sheet_of(parse_note(path, text.encode(), Settings())).cards
    ]
