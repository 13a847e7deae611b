"""The state of a log does not depend on how many lines are read at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.log import fold
from studyapp.core.log.ledger import Ledger
from studyapp.core.log.lines import line_of
from studyapp.core.log.state import FollowUp, Said, Step
from tests.core.log.test_ledger import action
from tests.helpers.vaults import NOW


def test_a_line_speaks_of_an_action_that_was_put_away_long_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fold, "_BATCH", 1)
    log = tmp_path / "log.jsonl"
    first, second = action(1), action(2)
    said: list[Said] = [
        second,
        first,
        action(3),
        FollowUp(first.id, Step.UNDO, NOW),
        FollowUp(second.id, Step.PENDING),
        second,
    ]
    log.write_bytes(b"".join(line_of(one) + b"\n" for one in said))
    ledger = Ledger(log, tmp_path / "cache.sqlite")
    ledger.update()
    assert ledger.problems == []
    assert [one.id for _, one in ledger.tail(1 << 62, 9)] == [second.id, first.id, action(3).id]
    assert [one.id for one in ledger.since(NOW)] == [second.id, action(3).id]
