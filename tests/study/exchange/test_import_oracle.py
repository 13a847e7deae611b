"""What Anki's own library exports, brought into notes: every card once, with its schedule, marks, history, media."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from studyapp.core.schedule.entries import Fsrs, Sm2
from studyapp.core.settings.model import Algorithm
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.anki.collection import FIRST_HOUR
from studyapp.study.exchange.anki.package import opened_package
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.imports.import_plan import ImportPlan, plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.known.exported import FILE, ExportedNotes
from studyapp.study.exchange.known.identity import note_key
from studyapp.study.exchange.reading.incoming import AnkiSource
from tests.helpers.anki_collection import NOTES, PICTURE, anki, answer, collection, pack
from tests.helpers.studied import studied
from tests.helpers.vaults import make_vault, workspace

pytestmark = pytest.mark.reference

COPIES = 20


@pytest.fixture(scope="module", params=["sm2", "fsrs"])
def made(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Any:
    found = collection(tmp_path_factory.mktemp("anki"), fsrs=request.param == "fsrs", copies=COPIES, answers=600)
    yield found
    found.close()


def brought_in(tmp_path: Path, package: Path) -> tuple[Workspace, ImportPlan]:
    opened_vault = workspace(make_vault(tmp_path / "vault", {"n.md": "x\n"}), tmp_path / "home", datetime.now(UTC))
    with opened_package(package) as one:
        planned = plan_import(opened_vault, AnkiSource(one), "Anki")
        bring_in(opened_vault, AnkiSource(one), planned)
    again = workspace(tmp_path / "vault", tmp_path / "home", datetime.now(UTC))
    return again, planned


@pytest.mark.parametrize("old", [True, False])
def test_every_card_comes_in_with_its_schedule_and_history(made: Any, tmp_path: Path, old: bool) -> None:
    pack(made, tmp_path / "out.apkg", old=old)
    vault, planned = brought_in(tmp_path, tmp_path / "out.apkg")
    assert not planned.left_out
    assert planned.cards == made.card_count() == len(list(vault.vault.rows()))
    grades = made.db.scalar("SELECT count() FROM revlog WHERE ease BETWEEN 1 AND 4 AND type < 4")
    assert planned.reviews == grades == len(list(vault.history.reviews())) > 100
    for number in made.find_notes(""):
        note = made.get_note(number)
        cards = sorted(note.cards(), key=lambda card: card.ord)
        schedules = _found(vault, note.guid, len(cards))
        for card, schedule in zip(cards, schedules, strict=True):
            _compare(made, card, schedule)
    states = dict(vault.history.states())
    assert sum(state.suspended for state in states.values()) == len(made.find_cards("is:suspended"))
    assert sum(state.flag == 4 for state in states.values()) == 1
    assert (vault.vault.root / "Anki/media/pic ä.png").read_bytes() == PICTURE
    assert planned.missing == ["no.mp3"]


def _found(vault: Workspace, guid: str, cards: int) -> list[Any]:
    """The schedules of the cards of an Anki note, in its order; a block id or a comment above identifies it."""
    key = note_key(guid)
    for path in vault.vault.paths():
        note = vault.vault.note(path)
        assert note is not None
        lines = (vault.vault.root / path).read_text().split("\n")
        above = lines.index(f"<!--{key}-->") if f"<!--{key}-->" in lines else None
        for question in note.questions:
            if question.block_id == f"^{key}" or (above is not None and question.sources[0] > above):
                assert len(question.cards) == cards
                return [card.schedule for card in question.cards]
    raise AssertionError(f"{guid} is nowhere")


def _compare(made: Any, card: Any, schedule: Any) -> None:
    if card.type == 0:
        assert schedule is None
        return
    begun = datetime.fromtimestamp(made.crt, UTC)
    if card.memory_state is not None:
        assert isinstance(schedule, Fsrs)
        assert schedule.stability == pytest.approx(card.memory_state.stability, rel=1e-3)
        assert schedule.difficulty == pytest.approx(card.memory_state.difficulty, rel=1e-3)
        assert (schedule.state, schedule.reps, schedule.lapses) == (card.type, card.reps, card.lapses)
        assert schedule.due is not None
        if card.type == 2:
            assert schedule.due.date() == (begun + timedelta(days=card.due)).date()
            assert schedule.interval == card.ivl
        else:
            assert int(schedule.due.timestamp()) == card.due
        return
    assert isinstance(schedule, Sm2)
    assert schedule.ease == (card.factor / 10 if card.factor else 250)
    if card.type == 2:
        assert schedule.due == (begun + timedelta(days=card.due)).date()
        assert schedule.interval == card.ivl


def test_importing_again_brings_nothing_twice_and_what_is_new(made: Any, tmp_path: Path) -> None:
    pack(made, tmp_path / "out.apkg", old=True)
    vault, _ = brought_in(tmp_path, tmp_path / "out.apkg")
    before = {path: path.read_bytes() for path in vault.vault.root.rglob("*.md")}
    note = made.new_note(made.models.by_name("Basic"))
    note.fields[0], note.fields[1] = "brand new", "yes"
    made.add_note(note, made.decks.id("German"))
    try:
        pack(made, tmp_path / "more.apkg", old=False)
    finally:
        made.remove_notes([note.id])
    again, planned = brought_in(tmp_path, tmp_path / "more.apkg")
    assert (planned.cards, planned.same) == (1, len(NOTES) * COPIES)
    after = {path: path.read_bytes() for path in again.vault.root.rglob("*.md")}
    changed = [path.name for path in after if after[path] != before.get(path)]
    assert changed == ["German.md"]
    german = again.vault.root / "Anki/German.md"
    assert after[german].startswith(before[german])
    assert b"brand new::yes" in after[german]


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_cards_go_to_anki_and_come_back_the_same(tmp_path: Path, algorithm: Algorithm) -> None:
    ours = studied(tmp_path, 64, algorithm, now=datetime.now(UTC))
    export(ours, tmp_path / "out.apkg")
    there = anki.Collection(str(tmp_path / "there.anki2"))
    options = anki.ImportAnkiPackageOptions(with_scheduling=True)
    there.import_anki_package(anki.ImportAnkiPackageRequest(package_path=str(tmp_path / "out.apkg"), options=options))
    pack(there, tmp_path / "back.apkg", old=False)
    there.close()
    (tmp_path / "new").mkdir()
    back, planned = brought_in(tmp_path / "new", tmp_path / "back.apkg")
    assert not planned.left_out
    one, other = (sorted(map(_facts, vault.vault.rows())) for vault in (ours, back))
    assert len(one) == len(other)
    for ours_card, theirs in zip(one, other, strict=True):
        assert theirs == pytest.approx(ours_card, abs=2e-3) if ours_card[0] == 2 else theirs == ours_card
    assert len(list(back.history.reviews())) == len(list(ours.history.reviews()))


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_what_was_reviewed_in_anki_meanwhile_counts_for_the_cards_that_went_there(
    tmp_path: Path, algorithm: Algorithm
) -> None:
    now = datetime.now(UTC)
    ours = studied(tmp_path, 64, algorithm, now=now)
    count = len(list(ours.history.reviews()))
    export(ours, tmp_path / "out.apkg")
    there = anki.Collection(str(tmp_path / "there.anki2"))
    there.set_config("fsrs", algorithm is Algorithm.FSRS)
    options = anki.ImportAnkiPackageOptions(with_scheduling=True)
    there.import_anki_package(anki.ImportAnkiPackageRequest(package_path=str(tmp_path / "out.apkg"), options=options))
    answered = answer(there, "flashcards::all", 12)
    assert len(answered) > 5
    pack(there, tmp_path / "back.apkg", old=True)
    later = workspace(tmp_path / "vault", tmp_path / "home", now + timedelta(minutes=5))
    with opened_package(tmp_path / "back.apkg") as one:
        planned = plan_import(later, AnkiSource(one), "Anki")
        bring_in(later, AnkiSource(one), planned)
    assert (planned.cards, planned.left_out, planned.kept) == (0, [], [])
    assert len(planned.reviewed) == len({there.get_card(card).nid for card in answered})
    again = workspace(tmp_path / "vault", tmp_path / "home", now + timedelta(minutes=5))
    assert len(list(again.history.reviews())) == count + there.db.scalar(
        "SELECT count() FROM revlog WHERE id > ? AND ease > 0 AND type < 4", int(now.timestamp() * 1000)
    )
    known = {note.guid: card for card, note in _known(again)}
    for number in answered:
        card = there.get_card(number)
        handle = again.vault.find(known[card.note().guid])
        _compare(there, card, handle.question.cards[card.ord].schedule)
    with opened_package(tmp_path / "back.apkg") as one:
        assert plan_import(again, AnkiSource(one), "Anki").reviewed == []
    there.close()


def _known(vault: Workspace) -> Any:
    text = (vault.vault.root / ".studyapp" / FILE).read_bytes()
    return ExportedNotes(text, vault.clock(), vault.history.current).all()


def _facts(row: Any) -> tuple[Any, ...]:
    """A schedule, to the digits that Anki keeps."""
    schedule = row.schedule
    if schedule is None:
        return (0,)
    if isinstance(schedule, Sm2):
        return 1, str(schedule.due), schedule.interval, round(schedule.ease)
    return 2, schedule.state, schedule.lapses, schedule.reps, schedule.stability, schedule.difficulty


@pytest.mark.parametrize("old", [True, False])
def test_what_was_done_in_anki_since_comes_with_the_next_import(tmp_path: Path, old: bool) -> None:
    (tmp_path / "anki").mkdir()
    made = collection(tmp_path / "anki", fsrs=old)
    pack(made, tmp_path / "first.apkg", old=old)
    brought_in(tmp_path, tmp_path / "first.apkg")
    one, other, *_ = made.find_cards("deck:German -is:suspended")
    made.set_user_flag_for_cards(5, [one])
    made.sched.suspend_cards([one])
    made.sched.bury_cards([other])
    made.set_deck(made.find_cards("deck:A::B"), made.decks.id("New::Deck"))
    note = made.get_note(made.find_notes("before")[0])
    note["Text"] = "{{c2::b}} before {{c1::a}} and {{c3::new {{c4::inner}}}}"
    made.update_note(note)
    pack(made, tmp_path / "second.apkg", old=old)
    vault, planned = _once_more(tmp_path)
    assert (planned.cards, len(planned.changed), planned.kept, planned.left_out) == (0, 1, [], [])
    assert made.card_count() == len(list(vault.vault.rows()))
    assert sum(state.flag == 5 and state.suspended for _, state in vault.states) == 1
    # Anki's day ends some hours after ours: in those, what it buried today is no longer buried here.
    same_day = (vault.clock() - timedelta(hours=FIRST_HOUR)).date() == vault.clock().date()
    assert sum(state.buried_until is not None for _, state in vault.states) == same_day
    moved = {row.path for row in vault.vault.rows("flashcards/New/Deck")}
    assert moved == {"Anki/New/Deck.md"}
    assert not list(vault.vault.rows("flashcards/A/B"))
    assert not _once_more(tmp_path)[1].does_something
    made.close()


def _once_more(tmp_path: Path) -> tuple[Workspace, ImportPlan]:
    vault = workspace(tmp_path / "vault", tmp_path / "home", datetime.now(UTC))
    with opened_package(tmp_path / "second.apkg") as one:
        planned = plan_import(vault, AnkiSource(one), "Anki")
        bring_in(vault, AnkiSource(one), planned)
    return workspace(tmp_path / "vault", tmp_path / "home", datetime.now(UTC)), planned
