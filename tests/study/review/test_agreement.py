"""Counts and queues from the table are those of a look at every card."""

from __future__ import annotations

import atexit
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from studyapp.core.edits.identity import Seen
from studyapp.core.log.actions import Action, ActionKind
from studyapp.core.log.journal import new_id
from studyapp.core.log.marks import CardStates, Mark
from studyapp.core.schedule.days import today as day_of
from studyapp.core.schedule.entries import Grade, days_until, is_due
from studyapp.core.settings.model import CardOrder, DeckOrder
from studyapp.core.vault.decks import Deck, with_those_above
from studyapp.core.vault.sheet import CardRow, seen_of
from studyapp.core.vault.vault import Vault
from studyapp.study.review import custom
from studyapp.study.review.counts import count_decks
from studyapp.study.review.custom import CustomStudy, Mode, cards_of
from studyapp.study.review.limits import Limits
from studyapp.study.review.queue import Aside, arrange, build_queue, by_kind
from studyapp.study.stats.present import day_of as day_in
from studyapp.study.stats.present import due_days
from tests.helpers.strategies import examples
from tests.helpers.vaults import make_vault

DAY = date(2024, 6, 15)
MADE = tempfile.TemporaryDirectory()
atexit.register(MADE.cleanup)
TAGS = ["#flashcards", "#flashcards/a", "#flashcards/a/x", "#flashcards/b", "#flashcards/a #flashcards/b/y"]
DECKS = ["flashcards", "flashcards/a", "flashcards/a/x", "flashcards/b", "none"]
ZONES: list[tzinfo] = [UTC, ZoneInfo("America/Santiago"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("Pacific/Kiritimati")]


@st.composite
def entries(draw: st.DrawFn) -> str:
    day = DAY + timedelta(days=draw(st.integers(-3, 3)))
    match draw(st.integers(0, 5)):
        case 0:
            at = f"{day}T{draw(st.integers(0, 23)):02d}:{draw(st.sampled_from([0, 15, 59])):02d}:00.000Z"
            return f"fsrs,{at},3,4.5,5,2,3,1,0,2024-06-01T00:00:00.000Z"
        case 1:
            return f"fsrs,Invalid date,3,{draw(st.integers(1, 9))},5,1,3,1,0,-"
        case 2:
            return "2000-01-01,1,250"
        case 3:
            return "soon,1,250"
        case _:
            return f"{day},{draw(st.integers(0, 9))},250"


@st.composite
def notes(draw: st.DrawFn) -> str:
    """A note with some cards."""
    blocks = [draw(st.sampled_from(TAGS))]
    for number in range(draw(st.integers(0, 4))):
        kind = draw(st.sampled_from(["a::b", "a:::b", "==a== and ==b==", "a\n??\nb", "same::same"]))
        text = kind.replace("a", f"a{number}", 1) if kind != "same::same" else kind
        if some := draw(st.lists(entries(), max_size=3)):
            text += "\n<!--SR:" + "".join(f"!{entry}" for entry in some) + "-->"
        blocks += [draw(st.sampled_from(TAGS))] * draw(st.booleans()) + [text]
    return "\n\n".join(blocks) + "\n"


@st.composite
def vaults(draw: st.DrawFn) -> Vault:
    """A vault with a vault in it, and settings."""
    folder = Path(tempfile.mkdtemp(dir=MADE.name))
    paths = ["b.md", "a.md", "c/a.md", "inner/z.md", "inner/a.md"]
    make_vault(folder, {path: draw(notes()) for path in draw(st.permutations(paths))[: draw(st.integers(1, 5))]}, {})
    if draw(st.booleans()):
        make_vault(folder / "inner", {}, {})
    vault = Vault(folder)
    vault.scan()
    for path in draw(st.lists(st.sampled_from(vault.paths()), max_size=2)):  # then numbers are in another order
        vault.forget(path)
        vault.refresh(path)
    limit = st.one_of(st.none(), st.integers(0, 3))
    settings = {
        "new_cards_per_day": draw(st.integers(0, 4)),
        "reviews_per_day": draw(st.integers(0, 4)),
        "deck_limits": draw(st.one_of(st.just({}), st.dictionaries(st.sampled_from(DECKS), st.tuples(limit, limit)))),
        "flashcard_card_order": draw(st.sampled_from(list(CardOrder))),
        "flashcard_deck_order": draw(st.sampled_from(list(DeckOrder))),
        "new_card_every": draw(st.integers(0, 2)),
        "spread_siblings": draw(st.booleans()),
        "bury_sibling_cards": draw(st.booleans()),
        "start_of_day": draw(st.sampled_from([time(0), time(4, 30, 15)])),
    }
    if draw(st.booleans()):  # so that numbers are enough
        sequential = st.sampled_from([CardOrder.OVERDUE, CardOrder.DUE_FIRST_SEQUENTIAL, CardOrder.NEW_FIRST_RANDOM])
        settings |= {"flashcard_card_order": draw(sequential), "flashcard_deck_order": DeckOrder.TOGETHER}
        settings |= {"spread_siblings": False, "deck_limits": {}}
    hashes = sorted({row.question.hash for row in vault.rows()})
    buried = frozenset(draw(st.lists(st.sampled_from(hashes), max_size=2))) if hashes else frozenset[str]()
    vault.loaded = replace(
        vault.loaded, settings=replace(vault.settings, **settings), bury_list=buried, bury_date=DAY
    )
    return vault


@st.composite
def situations(draw: st.DrawFn) -> tuple[Vault, datetime, list[Action], CardStates, Aside]:
    """A vault at a moment: what was done today, what is put away, and what is about to be written."""
    vault = draw(vaults())
    now = datetime.combine(DAY, time(*draw(st.sampled_from([(0, 0), (0, 15), (3, 0), (12, 0), (23, 59)]))))
    now = now.replace(tzinfo=draw(st.sampled_from(ZONES)))
    rows = list(vault.rows())
    some = st.lists(st.sampled_from(rows), max_size=3) if rows else st.just([])
    done = [_graded(seen_of(row), now) for row in draw(some)]
    marks = st.sampled_from(
        [(Mark.SUSPENDED, "1"), (Mark.BURIED, "2024-06-15"), (Mark.BURIED, "2024-06-16"), (Mark.FLAG, "1")]
    )
    states = CardStates((row.id, *draw(marks)) for row in draw(some))
    away = {row.id for row in draw(some)}
    return vault, now, done, states, Aside(frozenset(card.path for card in away), lambda row: row.id in away)


def _graded(seen: Seen, now: datetime) -> Action:
    return Action(new_id(), ActionKind.GRADE, now, seen, Grade.GOOD, 1.0, None, "2024-07-01,3,250")


def is_out(
    vault: Vault, row: CardRow, now: datetime, done: Sequence[Action], states: CardStates, aside: Aside
) -> bool:
    """Whether a review leaves a card out."""
    day = day_of(now, vault.settings.start_of_day)
    sibling = vault.settings.bury_sibling_cards and any(
        (one.card.path, one.card.hash) == (row.path, row.question.key) for one in done
    )
    return (
        not (row.schedule is None or is_due(row.schedule, now))
        or vault.is_buried(row.path, row.question.hash, now)
        or states.of(row.id).is_hidden(day)
        or sibling
        or aside.holds(row)
    )


def queue(situation: tuple[Vault, datetime, list[Action], CardStates, Aside], deck: str | None) -> list[CardRow]:
    """What a review of a deck shows."""
    vault, now, done, states, aside = situation
    rows = [row for row in vault.rows(deck) if not is_out(vault, row, now, done, states, aside)]
    seed = day_of(now, vault.settings.start_of_day).toordinal()
    return Limits.of(vault.settings, done, vault).admit(arrange(*by_kind(rows), vault.settings, now, seed, deck))


@given(situations(), st.sampled_from([None, *DECKS]), st.booleans())
@examples(150)
def test_a_queue_is_that_of_all_cards(situation: Any, deck: str | None, some: bool) -> None:
    vault, now, done, states, aside = situation
    expected = queue(situation, deck)
    paths = vault.paths()[:2] if some and not vault.settings.has_limits else None
    if paths is not None:
        rows = [row for row in vault.rows(deck, paths) if not is_out(vault, row, now, done, states, aside)]
        seed = day_of(now, vault.settings.start_of_day).toordinal()
        expected = arrange(*by_kind(rows), vault.settings, now, seed, deck)
    found = build_queue(vault, now, deck, today=done, states=states, aside=aside, paths=paths)
    assert list(found) == expected
    assert [number < 0 for number in found.numbers] == [row.is_new for row in expected]


@given(situations())
@examples(100)
def test_each_deck_has_the_counts_of_its_cards(situation: Any) -> None:
    vault, now, done, states, aside = situation
    expected = Deck("", "")
    for row in vault.rows():
        for deck in with_those_above(expected, row.decks):
            deck.total += 1
            deck.held_back += not is_out(vault, row, now, done, states, aside)
    for deck in every(expected):
        shown = queue(situation, deck.path or None)
        deck.new = sum(row.is_new for row in shown)
        deck.due = len(shown) - deck.new
        deck.held_back -= len(shown)
    found = count_decks(vault, now, today=done, states=states, aside=aside)
    assert {deck.path: _said(deck) for deck in every(found)} == {deck.path: _said(deck) for deck in every(expected)}


def _said(deck: Deck) -> tuple[object, ...]:
    return deck.due, deck.new, deck.total, deck.held_back


def every(deck: Deck) -> list[Deck]:
    return [deck, *(below for child in deck.children.values() for below in every(child))]


@given(situations())
def test_the_days_ahead_are_those_of_all_cards(situation: Any) -> None:
    vault, now, *_ = situation
    schedules = [row.schedule for row in vault.rows()]
    start = vault.settings.start_of_day
    assert vault.due_days(lambda moment: day_in(moment, now, start)) == due_days(schedules, now, start)
    days = [days_until(schedule, now) for schedule in schedules if schedule is not None]
    assert vault.histogram(now) == {day: days.count(day) for day in days if day is not None}
    later = [
        days_until(schedule, now) for schedule in schedules if schedule is not None and not is_due(schedule, now)
    ]
    assert vault.histogram(now, later=True) == {day: later.count(day) for day in later if day is not None}


@given(situations(), st.sampled_from(list(Mode)), st.sampled_from([None, *DECKS]), st.integers(0, 3))
def test_what_is_studied_besides_is_that_of_all_cards(
    situation: Any, mode: Mode, deck: str | None, days: int
) -> None:
    vault, now, done, *_ = situation
    study = CustomStudy(mode, deck, days=days)
    found = list(cards_of(vault, study, now, graded=done))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(custom, "_numbers", lambda *_: None)
        assert list(cards_of(vault, study, now, graded=done)) == found


@pytest.mark.parametrize("order", list(CardOrder))
@pytest.mark.parametrize("decks", list(DeckOrder))
def test_notes_that_were_read_again_keep_their_place_in_a_queue(
    tmp_path: Path, order: CardOrder, decks: DeckOrder
) -> None:
    due = "<!--SR:!2024-06-14,3,250!fsrs,2024-06-14T00:00:00.000Z,3,4,5,2,3,1,0,2024-06-01T00:00:00.000Z-->"
    text = f"#flashcards/{{}}\n\nfirst:::a\n{due}\n\nnew::a\n\nsecond:::b\n{due}\n"
    root = make_vault(tmp_path, {f"{name}.md": text.format(name) for name in "abc"}, {})
    vault = Vault(root, overrides={"flashcard_card_order": order.value, "flashcard_deck_order": decks.value})
    vault.scan()
    now = datetime(2024, 6, 15, 12, tzinfo=UTC)
    before = list(build_queue(vault, now))
    assert len(before) == 15
    for path in ("a.md", "b.md"):
        vault.forget(path)
        vault.refresh(path)
    assert list(build_queue(vault, now)) == before
