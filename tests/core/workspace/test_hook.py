"""The command that gets each grade: what it gets, and that only the user can set it."""

from __future__ import annotations

import json
import os
import shlex
import sys
from pathlib import Path

import pytest

from studyapp.cli import grade as command
from studyapp.core.log.actions import Action
from studyapp.core.schedule.entries import Grade
from studyapp.core.settings.files import VAULT_FILE
from studyapp.core.workspace.hook import hook_problems
from studyapp.core.workspace.store import Saved
from studyapp.core.workspace.workspace import Workspace
from tests.helpers.vaults import locations, make_vault, workspace

CARD = "#flashcards\n\na::b\n<!--SR:!2024-06-01,4,250-->\n"


def opened(tmp_path: Path, on_grade: str) -> Workspace:
    settings = locations(tmp_path / "home").settings
    settings.parent.mkdir(parents=True, exist_ok=True)
    settings.write_text(f"on_grade = {json.dumps(on_grade)}\n")
    return workspace(make_vault(tmp_path / "vault", {"n.md": CARD}), tmp_path / "home")


def waiter(go: Path, pipe: Path) -> str:
    """A command that reads nothing until it is told to, and then passes it on, both through named pipes."""
    code = "import sys; open(sys.argv[1]).read(); open(sys.argv[2], 'w').write(sys.stdin.read())"
    return shlex.join([sys.executable, "-c", code, str(go), str(pipe)])


def teller(pipe: Path) -> str:
    """A command that passes on what it reads and where it is, through a named pipe."""
    code = (
        "import os, sys; open(sys.argv[1], 'w').write(os.getcwd() + '\\n' + sys.argv[2] + '\\n' + sys.stdin.read())"
    )
    return shlex.join([sys.executable, "-c", code, str(pipe), "$(touch harmed) ; *"])


def grade(of: Workspace) -> None:
    (row,) = of.vault.rows()
    command.grade(of, str(row.id), Grade.GOOD, as_json=True)


def test_a_grade_that_is_in_its_note_is_passed_as_json_to_a_command_without_a_shell(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    of = opened(tmp_path, teller(pipe))
    grade(of)
    where, word, told = pipe.read_text().split("\n", 2)
    (action,) = of.journal.applied
    assert json.loads(told) == {
        "vault": str(of.vault.root),
        "card": str(action.card),
        "note": "n.md",
        "grade": "good",
        "at": action.at.isoformat(),
        "seconds": action.seconds,
        "before": "2024-06-01,4,250",
        "after": action.after,
    }
    assert Path(where) == Path.home()
    assert word == "$(touch harmed) ; *"


def test_a_command_that_does_not_read_keeps_no_grade_waiting_however_long_the_schedule_was(tmp_path: Path) -> None:
    go, pipe = tmp_path / "go", tmp_path / "pipe"
    for one in (go, pipe):
        os.mkfifo(one)
    of = opened(tmp_path, waiter(go, pipe))
    before = f"2024-06-01,4,250.{'0' * 1_000_000}"
    (of.vault.root / "n.md").write_text(CARD.replace("2024-06-01,4,250", before))
    of.vault.scan()
    grade(of)
    go.write_text("go")
    assert json.loads(pipe.read_text())["before"] == before


def test_a_waiting_grade_is_announced_once_it_is_in_its_note(tmp_path: Path) -> None:
    of = opened(tmp_path, "true")
    told: list[str] = []
    of.store.told = lambda action: told.append(action.after)
    (row,) = of.vault.rows()
    note = of.vault.root / "n.md"
    kept = note.read_bytes()
    note.unlink()
    with pytest.raises(Exception, match="not written"):
        _grade_gone(of, str(row.id), kept, note)
    assert told == []
    note.write_bytes(kept)
    of.recover()
    assert len(told) == 1


def _grade_gone(of: Workspace, card: str, kept: bytes, note: Path) -> None:
    """Grade a card whose note vanishes once it has been read."""
    save = of.store.save
    note.write_bytes(kept)

    def late(action: Action) -> Saved:
        note.unlink()
        return save(action)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(of.store, "save", late)
        command.grade(of, card, Grade.GOOD, as_json=True)


@pytest.mark.parametrize("on_grade", ["no-such-program-anywhere x", "'", " "])
def test_a_command_that_cannot_run_is_a_finding_and_costs_no_grade(tmp_path: Path, on_grade: str) -> None:
    of = opened(tmp_path, on_grade)
    grade(of)
    assert len(of.journal.applied) == 1
    (problem,) = hook_problems(of.vault.loaded)
    assert (problem.code, problem.path) == ("on-grade", str(locations(tmp_path / "home").settings))
    assert not hook_problems(opened(tmp_path, "true").vault.loaded)


def test_no_vault_names_the_command(tmp_path: Path) -> None:
    root = make_vault(tmp_path / "vault", {"n.md": CARD, str(VAULT_FILE): 'on_grade = "touch harmed"\n'})
    of = workspace(root, tmp_path / "home")
    assert of.vault.settings.on_grade == ""
    assert any("on_grade" in problem.message for problem in of.vault.loaded.problems)
