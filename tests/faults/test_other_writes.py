"""What is written besides grades: whatever call fails, the error is ours, and undo gives every byte back."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.core.edits.identity import Seen
from studyapp.core.errors import StudyError
from studyapp.core.workspace.groups import begin_group, carry_out, turn_whole, unfinished
from studyapp.core.workspace.set_settings import NewSetting, set_settings
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.exchange.exports.export import export
from studyapp.study.exchange.imports import importing
from studyapp.study.exchange.imports.import_plan import plan_import
from studyapp.study.exchange.reading.sources import opened_source
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from tests.faults.failing import Failing
from tests.faults.small_vault import NOTES, day, opened, strays_of, write_notes
from tests.helpers.vaults import ROOT

pytestmark = pytest.mark.slow


def postpone(vault: Workspace) -> None:
    group = plan(vault, PlanOrder(PlanKind.POSTPONE, 5), vault.vault.rows()).group
    begin_group(vault, group)
    carry_out(vault, group)


def take_out(vault: Workspace) -> None:
    if (note := vault.vault.note("A.md")) is not None:  # else it could not even be opened
        vault.store.delete(Seen.of(note, note.questions[0], note.questions[0].cards[0]), vault.clock())


def add(vault: Workspace) -> None:
    vault.store.add_card("A.md", "new::card", vault.clock())


def set_one(vault: Workspace) -> None:
    set_settings(vault.journal, vault.place, [NewSetting(("new_cards_per_day",), 7)], "a try", vault.clock())


def bring(vault: Workspace) -> None:
    with opened_source(ROOT / "tests/data/anki/old.apkg") as source:
        importing.bring_in(vault, source, plan_import(vault, source, "In"))


def take_with(vault: Workspace) -> None:
    for name in ("out.apkg", "out.json", "out.txt"):
        export(vault, vault.vault.root.parent / name)


@contextmanager
def place_in(folder: Path) -> Iterator[Path]:
    write_notes(folder / "vault")
    yield folder
    shutil.rmtree(folder)


def state(root: Path) -> dict[str, bytes]:
    files = [path for path in root.rglob("*") if path.is_file() and ".studyapp" not in path.parts]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def undo_all(vault: Workspace) -> None:
    """Finish what was begun, then undo as long as anything is left."""
    if (group := unfinished(vault)) is not None:
        carry_out(vault, group)
    while (action := vault.journal.last_applied()) is not None:
        if action.group is not None:
            turn_whole(vault, action.group, back=True)
        else:
            vault.store.undo(action, vault.clock() + timedelta(minutes=1))


@pytest.mark.parametrize("for_good", [False, True], ids=["once", "from then on"])
@pytest.mark.parametrize("operation", [postpone, take_out, add, set_one, bring, take_with])
def test_whatever_call_fails_the_error_is_ours_and_undo_gives_every_byte_back(
    tmp_path: Path, operation: Callable[[Workspace], None], *, for_good: bool
) -> None:
    number, happened = 0, True
    while happened:
        number += 1
        with place_in(tmp_path / "place") as place:
            vault = opened(place / "vault", place / "home", day(0))
            before = state(place / "vault")
            with Failing(number, errno.ENOSPC, for_good=for_good) as fault, suppress(StudyError):
                operation(vault)
            happened = fault.happened
            again = opened(place / "vault", place / "home", day(0))
            undo_all(again)
            assert state(place / "vault") == before, (number, fault.calls[number - 1 :][:1])
            assert not strays_of(place / "vault")
            assert again.journal.problems == []
    assert number > len(NOTES)
