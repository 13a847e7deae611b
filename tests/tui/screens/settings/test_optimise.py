"""The page of a fit: its result, using it, stopping it."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studyapp.core.settings.files import VAULT_FILE
from studyapp.tui.app.app import StudyApp
from studyapp.tui.screens.settings.optimise import OptimiseScreen
from tests.helpers.apps import press, running, until, words, written
from tests.helpers.learner import LASTING, log_lines
from tests.helpers.vaults import make_vault, open_vault, workspace

LATER = datetime(2025, 6, 1, 9, tzinfo=UTC)


def opened(tmp_path: Path, cards: int) -> StudyApp:
    note = "#flashcards/fr\n\n" + "\n\n".join(f"f{n}::x" for n in range(cards)) + "\n"
    root = make_vault(tmp_path / "vault", {"n.md": note}, {})
    log = root / ".studyapp/reviews/desk-0123abcd.jsonl"
    log.parent.mkdir(parents=True)
    ids = [str(row.id) for row in open_vault(root).rows()]
    log.write_text("\n".join(log_lines(ids, true=LASTING)) + "\n")
    return StudyApp(workspace(root, tmp_path / "home", LATER))


@pytest.mark.slow
async def test_parameters_are_shown_and_taken(tmp_path: Path) -> None:
    app = opened(tmp_path, 500)
    async with running(app, (100, 50)) as pilot:
        await until(pilot, lambda: not app.reading)
        await press(pilot, "down", "O")
        await until(pilot, lambda: "They are better than the current ones" in words(pilot))
        for said in ("default", "RMSE (bins)", "always good"):
            assert said in words(pilot)
        await press(pilot, "enter")
        await written(pilot)
        await until(pilot, lambda: app._next is not None)
    found = tomllib.loads((app.workspace.vault.root / VAULT_FILE).read_text())
    (preset,) = found["presets"].values()
    assert len(preset["fsrs_parameters"]) == 21


@pytest.mark.slow
async def test_too_few_reviews_are_said_and_nothing_is_taken(tmp_path: Path) -> None:
    app = opened(tmp_path, 5)
    async with running(app, (100, 50)) as pilot:
        await until(pilot, lambda: not app.reading)
        await press(pilot, "O")
        await until(pilot, lambda: "there are too few" in words(pilot))
        await press(pilot, "enter", "escape")
        assert not isinstance(app.screen, OptimiseScreen)
        assert not (app.workspace.vault.root / VAULT_FILE).exists()
