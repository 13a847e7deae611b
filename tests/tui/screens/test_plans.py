"""Changes of many schedules and of settings, undone and redone from a review."""

from __future__ import annotations

from pathlib import Path

from studyapp.core.settings.load import VAULT_FILE
from studyapp.core.workspace.groups import begin, carry_out
from studyapp.core.workspace.set_settings import NewSetting, set_settings
from studyapp.study.plans.changes import PlanKind, PlanOrder
from studyapp.study.plans.plan import plan
from studyapp.tui.app.app import StudyApp
from tests.helpers.apps import make_app, press, running, until, written
from tests.helpers.vaults import NOW, make_vault, workspace

NOTES = {f"n{n}.md": f"#flashcards\n\nq{n}::a\n<!--SR:!2024-06-{n + 10},3,250-->\n" for n in range(4)}


def texts(tmp_path: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in sorted((tmp_path / "vault").glob("*.md"))}


async def test_a_change_of_many_schedules_is_undone_and_redone_as_a_whole(tmp_path: Path) -> None:
    desk = workspace(make_vault(tmp_path / "vault", NOTES, {}), tmp_path / "home")
    found = plan(desk, PlanOrder(PlanKind.POSTPONE, 5), desk.vault.rows())
    begin(desk, found.group)
    carry_out(desk, found.group)
    after = texts(tmp_path)
    assert after != NOTES
    async with running(StudyApp(workspace(tmp_path / "vault", tmp_path / "home")), (100, 30)) as pilot:
        await press(pilot, "enter", "u")
        await written(pilot)
        await until(pilot, lambda: texts(tmp_path) == NOTES)
        await press(pilot, "ctrl+r")
        await written(pilot)
        await until(pilot, lambda: texts(tmp_path) == after)
        rows = [*pilot.app.workspace.vault.rows()]  # type: ignore[attr-defined]
        assert {str(row.schedule.due) for row in rows} == {"2024-06-20"}


async def test_settings_that_undo_brings_back_are_read_again(tmp_path: Path) -> None:
    app = make_app(tmp_path)
    root = app.workspace.vault.root
    set_settings(app.workspace.journal, root, [NewSetting(("leech_lapses",), 3)], "the leeches", NOW)
    async with running(app, (100, 30)) as pilot:
        await press(pilot, "enter", "u")
        await until(pilot, lambda: app._next == root)
    assert not (root / VAULT_FILE).exists()
