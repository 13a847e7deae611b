"""What we export, read by Anki's own library: fields, days, intervals, memory, history, media; twice is once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from studyapp.core.notes.cards import CardId
from studyapp.core.schedule.entries import Fsrs, Sm2, State
from studyapp.core.settings.model import Algorithm
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.anki.anki_columns import counted, review_columns
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.known.collect import collect
from tests.helpers.anki_collection import anki
from tests.helpers.studied import PICTURE, studied

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.reference

QUESTIONS = 1000


class Anki:
    """A collection of Anki."""

    def __init__(self, folder: Path) -> None:
        self.collection = anki.Collection(str(folder / "collection.anki2"))

    def take(self, file: Path, *, schedules: bool = True) -> Any:
        """Import a package; what became of its notes."""
        options = anki.ImportAnkiPackageOptions(with_scheduling=schedules)
        request = anki.ImportAnkiPackageRequest(package_path=str(file), options=options)
        return self.collection.import_anki_package(request).log

    def cards(self) -> list[Any]:
        return [self.collection.get_card(one) for one in self.collection.find_cards("")]

    def day(self, number: int) -> Any:
        """The day that a number of days stands for."""
        begun = datetime.fromtimestamp(self.collection.crt, UTC)
        return (begun + timedelta(days=number)).date()


@pytest.fixture(params=list(Algorithm), scope="module")
def vault(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    return studied(tmp_path_factory.mktemp("studied"), QUESTIONS, request.param, now=datetime.now(UTC))


@pytest.fixture
def anki_with(vault: Workspace, tmp_path: Path) -> Iterator[tuple[Anki, Path]]:
    """A collection with what a vault exported."""
    file = tmp_path / "out.apkg"
    export(vault, file)
    made = Anki(tmp_path)
    log = made.take(file)
    assert len(log.new) == QUESTIONS
    assert not log.conflicting
    yield made, file
    made.collection.close()


def test_each_card_arrives_with_its_schedule_marks_and_history(
    vault: Workspace, anki_with: tuple[Anki, Path]
) -> None:
    made, _ = anki_with
    known = json.loads((vault.vault.root / ".studyapp/anki.json").read_text())["notes"]
    first = {one["card"]: one["note"] for one in known.values()}
    arrived = {(card.nid, card.ord): card for card in made.cards()}
    rows = 0
    for question in collect(vault):
        name = CardId(question.path, question.question.key, question.question.occurrence, 1)
        for card in question.cards:
            there = arrived.pop((first[str(name)], card.card.side))
            _compare(made, there, card)
            found = made.collection.db.all(
                "SELECT ease, ivl, lastIvl, factor, time, type FROM revlog WHERE cid = ? ORDER BY id", there.id
            )
            assert [tuple(row) for row in found] == [review_columns(record) for record in card.history]
            rows += len(found)
    assert not arrived
    assert rows == made.collection.db.scalar("SELECT count() FROM revlog") > 5 * QUESTIONS


def _compare(made: Anki, there: Any, card: Any) -> None:
    schedule = card.card.schedule
    assert (there.reps, there.lapses) == counted(card)
    assert there.flags == card.state.flag
    if card.state.suspended:
        assert there.queue == -1
    if schedule is None:
        assert there.type == 0
    elif isinstance(schedule, Sm2):
        assert (made.day(there.due), there.ivl, there.factor) == (schedule.due, schedule.interval, schedule.ease * 10)
    else:
        assert isinstance(schedule, Fsrs)
        assert schedule.due is not None
        assert there.memory_state.stability == pytest.approx(schedule.stability, rel=1e-4, abs=1e-4)
        assert there.memory_state.difficulty == pytest.approx(schedule.difficulty, abs=1e-3)
        if schedule.state == State.REVIEW:
            assert made.day(there.due) == (schedule.due - timedelta(hours=4)).date()
            assert there.ivl == schedule.interval
        else:
            assert there.due == int(schedule.due.timestamp())


def test_every_card_can_be_shown_and_the_collection_is_sound(anki_with: tuple[Anki, Path]) -> None:
    made, _ = anki_with
    for card in made.cards():
        shown = card.question() + card.answer()
        assert "{{" not in shown
        assert "blank" not in card.question()
    assert "No cloze" not in "".join(card.question() for card in made.cards())
    problems, fine = made.collection.fix_integrity()
    assert fine, problems
    checked = made.collection.media.check()
    assert (list(checked.missing), list(checked.unused)) == ([], [])
    assert (Path(made.collection.media.dir()) / "figure.png").read_bytes() == PICTURE


def test_the_same_package_again_changes_nothing(anki_with: tuple[Anki, Path]) -> None:
    made, file = anki_with
    before = made.collection.db.all("SELECT * FROM cards ORDER BY id"), made.collection.db.all("SELECT * FROM revlog")
    log = made.take(file)
    assert (len(log.duplicate), len(log.new), len(log.updated)) == (QUESTIONS, 0, 0)
    assert before == (
        made.collection.db.all("SELECT * FROM cards ORDER BY id"),
        made.collection.db.all("SELECT * FROM revlog"),
    )


def test_a_later_export_updates_text_and_keeps_what_was_reviewed_in_anki(
    vault: Workspace, anki_with: tuple[Anki, Path], tmp_path: Path
) -> None:
    made, _ = anki_with
    note = vault.vault.root / "All.md"
    card = made.collection.get_card(made.collection.find_cards("is:due -is:suspended")[0])
    made.collection.sched.set_due_date([card.id], "77")
    kept = made.collection.get_card(card.id)
    text = note.read_text()
    note.write_text(text.replace("emphasised", "EMPHASISED"))
    try:
        vault.vault.scan()
        export(vault, tmp_path / "later.apkg")
    finally:
        note.write_text(text)
        vault.vault.scan()
    made.take(tmp_path / "later.apkg")
    now = made.collection.get_card(card.id)
    assert (now.due, now.ivl, now.reps) == (kept.due, kept.ivl, kept.reps)
    assert made.collection.find_notes("EMPHASISED")


def test_without_learning_progress_all_cards_are_new(vault: Workspace, tmp_path: Path) -> None:
    export(vault, tmp_path / "out.apkg")
    made = Anki(tmp_path)
    made.take(tmp_path / "out.apkg", schedules=False)
    assert {card.type for card in made.cards()} == {0}
    made.collection.close()
