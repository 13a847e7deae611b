"""Changes of many schedules as one action."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from studyapp.core.log.actions import Action
from studyapp.core.workspace.groups import EntryGroup, begin_group, carry_out, undo_group
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from tests.helpers.vaults import NOW, make_vault, workspace


def test_undoing_a_group_reads_no_more_of_the_log_than_what_followed_its_begin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "#flashcards\n\na::b\n<!--SR:!2024-06-10,4,250-->\n"
    desk = workspace(make_vault(tmp_path / "vault", {"A.md": note}), tmp_path / "home")

    def made(kind: PlanKind) -> EntryGroup:
        group = plan(desk, PlanOrder(kind, 5), desk.vault.rows()).group
        begin_group(desk, group)
        carry_out(desk, group)
        return group

    made(PlanKind.POSTPONE)
    group, latest = made(PlanKind.RESET), desk.journal.latest

    def read() -> Iterator[Action]:
        for action in latest():
            yield action
            assert action.id > group.id, "read on"

    monkeypatch.setattr(desk.journal, "latest", read)
    assert len(undo_group(desk.store, group.id, NOW).saved) == 1
