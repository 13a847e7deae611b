"""Whatever our notes hold goes into an Anki package and comes back: each card once, as it was."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from studyapp.core.log.actions import ActionKind
from studyapp.core.schedule.entries import Fsrs, State
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.imports.import_plan import plan_import
from studyapp.study.exchange.imports.importing import bring_in
from studyapp.study.exchange.known.collect import collect
from studyapp.study.exchange.reading.sources import opened_source
from tests.helpers.generated import GENERATED, Generated
from tests.helpers.strategies import examples
from tests.helpers.vaults import make_vault, workspace


def standings(vault: Workspace) -> Counter[Any]:
    """The schedule of each card, to the digits that Anki keeps; without its text."""
    found: Counter[Any] = Counter()
    for question in collect(vault):
        for card in question.cards:
            grades = sorted(str(one.grade) for one in card.history if one.kind is ActionKind.GRADE)
            found[_schedule(card.card.schedule), tuple(grades), card.state.suspended, card.state.flag] += 1
    return found


def _schedule(schedule: Any) -> Any:
    if schedule is None or (isinstance(schedule, Fsrs) and schedule.state == State.NEW):
        return None
    if isinstance(schedule, Fsrs):
        numbers = round(schedule.stability, 4), round(schedule.difficulty, 3), schedule.lapses
        return schedule.state, schedule.due and schedule.due.date(), *numbers
    return schedule.due, round(schedule.interval), round(schedule.ease)


@examples(180)
@given(generated=GENERATED)
def test_any_notes_to_anki_and_back_are_the_same_cards_in_the_same_standing(
    tmp_path_factory: pytest.TempPathFactory, generated: Generated
) -> None:
    folder = tmp_path_factory.mktemp("generated")
    ours = generated.make(folder / "ours")
    report = export(ours, folder / "out.apkg")
    plugin = {"settings": {"algorithm": str(generated.algorithm)}}
    theirs = workspace(make_vault(folder / "theirs", {}, plugin), folder / "home")
    with opened_source(folder / "out.apkg") as source:
        planned = plan_import(theirs, source, "Back")
        bring_in(theirs, source, planned)
    again = workspace(folder / "theirs", folder / "home")
    back = standings(again)
    assert back.total() == planned.cards
    assert back <= standings(ours)
    if not planned.left_out:
        assert planned.cards == report.cards
    with opened_source(folder / "out.apkg") as source:
        assert plan_import(again, source, "Back").cards == 0


def test_a_questions_place_does_not_become_part_of_it(tmp_path: Path) -> None:
    text = "# Europe\n\n#flashcards\n\nFrance:::Paris\n\nThe ==Seine== in ==Paris==\n"
    ours = workspace(make_vault(tmp_path / "ours", {"Capitals.md": text}), tmp_path / "home1")
    export(ours, tmp_path / "out.apkg")
    theirs = workspace(make_vault(tmp_path / "theirs", {}), tmp_path / "home2")
    with opened_source(tmp_path / "out.apkg") as source:
        texts = [one.text.partition(" ^")[0] for one in plan_import(theirs, source, "Back").questions]
    assert sorted(texts) == ["France:::Paris", "The ==Seine== in ==Paris=="]
