"""`studyapp grade`: as in a review, and never over a newer schedule without asking."""

from __future__ import annotations

import io
import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from studyapp.cli import grade as command
from studyapp.cli.plain.plain import review_plainly
from studyapp.core.errors import NoteError
from studyapp.core.log.actions import Action
from studyapp.core.schedule.entries import Grade, Sm2
from studyapp.core.workspace.store import Saved, Store
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import queue_of
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW, locations, make_vault, workspace

SEEN, THEIRS = "2024-06-01,4,250", "2027-03-01,300,250"
CARD = f"#flashcards\n\na::b\n<!--SR:!{SEEN}-->\n"


def by_day(root: Path, home: Path, day: int) -> Workspace:
    """The vault, opened on a later day."""
    return workspace(root, home, NOW + timedelta(days=day))


def marks(opened: Workspace) -> list[tuple[str, str]]:
    return [(mark.name, mark.value) for action in opened.journal.applied for mark in action.marks]


@tiered("suspends", [False, True])
def test_a_card_that_is_forgotten_again_and_again_becomes_a_leech_as_it_does_in_a_review(
    tmp_path: Path, suspends: bool
) -> None:
    found = []
    for way in ("grade", "review"):
        root, home = make_vault(tmp_path / way / "vault", {"n.md": CARD}), tmp_path / way / "home"
        if suspends:
            locations(home).settings.parent.mkdir(parents=True)
            locations(home).settings.write_text('leech_action = "suspend"\n')
        for day in range(12):
            opened = by_day(root, home, day)
            if way == "grade":
                (row,) = opened.vault.rows()
                command.grade(opened, str(row.id), Grade.AGAIN, as_json=True)
            elif queue_of(opened):
                review_plainly(opened, None, io.StringIO("\n1\nq\n"), io.StringIO())
        found.append(marks(by_day(root, home, 13)))
    graded, reviewed = found
    assert ("leech", "8") in reviewed
    assert graded[: len(reviewed)] == reviewed


@pytest.mark.parametrize("as_json", [False, True])
def test_the_user_is_told_that_a_card_has_become_a_leech(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], as_json: bool
) -> None:
    root, home = make_vault(tmp_path / "vault", {"n.md": CARD}), tmp_path / "home"
    locations(home).settings.parent.mkdir(parents=True)
    locations(home).settings.write_text('leech_action = "suspend"\nleech_lapses = 2\n')
    said = []
    for day in range(2):
        opened = by_day(root, home, day)
        command.grade(opened, str(next(opened.vault.rows()).id), Grade.AGAIN, as_json=as_json)
        said.append(capsys.readouterr().out)
    if as_json:
        assert [json.loads(one)["marks"] for one in said] == [{}, {"leech": "2", "suspended": "leech"}]
    else:
        assert "leech" not in said[0]
        assert "forgotten 2 times, so it is suspended. `studyapp undo` undoes that." in said[1]


@pytest.fixture
def racing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A vault in which another program reviews the card just before a grade is written."""
    root = make_vault(tmp_path / "vault", {"n.md": CARD})
    opened = workspace(root, tmp_path / "home")
    save = Store.save

    def late(self: Store, action: Action) -> Saved:
        if SEEN in (root / "n.md").read_text():
            (root / "n.md").write_text(CARD.replace(SEEN, THEIRS))
        return save(self, action)

    monkeypatch.setattr(Store, "save", late)
    return opened


def grade(opened: Workspace, *, force: bool = False) -> int:
    (row,) = opened.vault.rows()
    return command.grade(opened, str(row.id), Grade.GOOD, as_json=False, force=force)


def test_a_newer_schedule_is_an_error_and_the_grade_is_kept(racing: Workspace) -> None:
    with pytest.raises(NoteError, match="--force"):
        grade(racing)
    assert THEIRS in (racing.vault.root / "n.md").read_text()
    assert [action.grade for action in racing.journal.waiting] == ["good"]


def test_by_force_the_grade_counts_from_the_newer_schedule(
    racing: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert grade(racing, force=True) == 0
    after = _only_schedule(racing)
    assert after.due is not None
    assert after.due > datetime(2027, 3, 1, tzinfo=NOW.tzinfo).date()
    assert not racing.journal.waiting
    assert [action.before for action in racing.journal.applied] == [THEIRS]
    assert "n.md" in capsys.readouterr().out


def test_a_grade_by_force_takes_the_place_of_one_that_waits(racing: Workspace) -> None:
    with pytest.raises(NoteError):
        grade(racing)
    racing.vault.scan()
    assert grade(racing, force=True) == 0
    assert not racing.journal.waiting
    assert len(racing.journal.applied) == 1


def _only_schedule(opened: Workspace) -> Sm2:
    opened.vault.scan()
    (row,) = opened.vault.rows()
    assert isinstance(row.schedule, Sm2)
    return row.schedule
