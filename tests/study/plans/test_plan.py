"""A plan shows what then happens, for any change and any notes; undo gives back every byte."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from studyapp.core.schedule.entries import Fsrs, due_date
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.groups import begin_group, carry_out, turn_whole
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from tests.helpers.generated import GENERATED, Generated
from tests.helpers.strategies import examples
from tests.helpers.vaults import NOW, locations

TODAY = NOW.date()
OWN = """
fsrs_desired_retention = 0.8
[exams.finals]
date = "{}"
search = "all"
"""


def bytes_of(root: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in root.rglob("*.md")}


@examples(200)
@given(
    generated=GENERATED,
    kind=st.sampled_from([*PlanKind]),
    days=st.integers(1, 400),
    first=st.integers(-5, 40),
    length=st.integers(5, 30),
)
def test_what_is_shown_is_what_happens(
    generated: Generated, kind: PlanKind, days: int, first: int, length: int
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = generated.make(Path(folder))
        root = desk.vault.root
        (root / VAULT_FILE).write_text(OWN.format(TODAY + timedelta(days)))
        desk = Workspace.open(root, locations(Path(folder) / "home"), lambda: NOW)
        desk.vault.scan()
        desk.find = lambda _query: [row.id for row in desk.vault.rows()]
        before = bytes_of(root)
        were = {str(row.id): row.schedule for row in desk.vault.rows()}
        begun = TODAY + timedelta(first)
        found = plan(desk, PlanOrder(kind, days, begun, begun + timedelta(length), "finals"), desk.vault.rows())
        assert bytes_of(root) == before
        begin_group(desk, found.group)
        done = carry_out(desk, found.group)
        assert not done.left
        assert done.notes == len(found.group.notes)
        again = Workspace.open(root, locations(Path(folder) / "home"), lambda: NOW)
        again.vault.scan()
        are = {str(row.id): row.schedule for row in again.vault.rows()}
        assert are.keys() == were.keys()
        changed = {wish.card for wishes in found.group.notes.values() for wish in wishes}
        assert len(changed) == found.cards
        assert all(are[card] == were[card] for card in are.keys() - changed)
        due = [day for card in changed if (one := are[card]) is not None and (day := due_date(one, NOW)) is not None]
        assert Counter(due) == Counter(dict(found.after))
        assert sum(day < TODAY for day in due) == found.overdue[1]
        for moved in found.largest:
            now, then = are[str(moved.row.id)], moved.after
            assert now is not None
            assert due_date(now, NOW) == due_date(then, NOW)
            assert not isinstance(then, Fsrs) or now == then
        turn_whole(again, found.group.id, back=True)
        assert bytes_of(root) == before
