"""`studyapp optimise`: shows the result of a fit, and uses it only if it is better; undo takes it back."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from studyapp.core.settings.files import VAULT_FILE
from tests.cli.test_main import as_json
from tests.helpers.commands import Run
from tests.helpers.learner import write_log
from tests.helpers.vaults import make_vault, open_vault

NOW = "2025-06-01T09:00Z"
CARDS = 250


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    french = "#flashcards/fr\n\n" + "\n\n".join(f"f{n}::x" for n in range(CARDS))
    other = "#flashcards/other\n\n" + "\n\n".join(f"o{n}::x" for n in range(40))
    root = make_vault(tmp_path / "v", {"fr.md": french, "other.md": other}, {})
    write_log(root, [str(row.id) for row in open_vault(root).rows()])
    return root


def own(vault: Path) -> dict[str, object]:
    return tomllib.loads((vault / VAULT_FILE).read_text())


@pytest.mark.slow
def test_it_shows_measures_calibration_intervals_and_changes_nothing(run: Run, vault: Path) -> None:
    said = run("optimise", vault, "--deck", "flashcards/fr", "--now", NOW).stdout
    assert "Fitted to " in said
    assert "log loss  RMSE (bins)" in said
    for words in ("default", "present", "always good", "new parameters: ", "With --apply"):
        assert words in said
    assert not (vault / VAULT_FILE).exists()


@pytest.mark.slow
def test_taking_them_is_an_action_that_undo_takes_back(run: Run, vault: Path) -> None:
    said = as_json(run("optimise", "--vault", vault, "--deck", "flashcards/fr", "--apply", "--json", "--now", NOW))
    assert said["applied"]
    assert said["setting"] == "presets.fr.fsrs_parameters"
    assert said["measures"]["new"]["log_loss"] < said["measures"]["present"]["log_loss"]
    assert own(vault) == {
        "presets": {"fr": {"fsrs_parameters": said["parameters"]}},
        "deck_presets": {"flashcards/fr": "fr"},
    }
    shown = run("settings", "--vault", vault).stdout
    assert "Schedules differ from the plugin's because of: FSRS parameters in the preset fr." in shown
    again = as_json(run("optimise", "--vault", vault, "--preset", "fr", "--json", "--now", NOW))
    assert again["present"] == said["parameters"] == again["parameters"]
    assert "Undid the parameters of FSRS for the deck flashcards/fr" in run("undo", "--vault", vault).stdout
    assert not (vault / VAULT_FILE).exists()


@pytest.mark.slow
def test_too_few_reviews_are_not_taken_unless_that_is_forced(run: Run, vault: Path) -> None:
    words = ("optimise", "--vault", vault, "--deck", "flashcards/other", "--since", "2024-05-01", "--now", NOW)
    done = run(*words, "--apply", code=1)
    assert "Keep the current parameters: there are too few reviews" in done.stdout
    assert "--force uses them anyway" in done.stderr
    assert not (vault / VAULT_FILE).exists()
    run(*words, "--apply", "--force")
    assert "presets" in own(vault)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--preset", "lost"), 2, "there is no preset 'lost'"),
        (("--deck", "lost"), 2, "there is no deck 'lost'"),
        (("--since", "2025-05-01"), 1, "too few reviews to fit anything"),
    ],
)
def test_what_cannot_be_fitted_is_reported(
    run: Run, vault: Path, words: tuple[str, str], code: int, says: str
) -> None:
    assert says in run("optimise", "--vault", vault, *words, "--now", NOW, code=code).stderr
