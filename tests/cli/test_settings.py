"""`studyapp settings`: presets, their decks, and what makes schedules differ from the plugin's."""

from pathlib import Path

from tests.cli.test_main import as_json
from tests.helpers.commands import Run
from tests.helpers.vaults import make_vault

OWN = """
[presets.languages]
fsrs_desired_retention = 0.93
learning_steps = ["10m", "1d"]
[presets.idle]
leech_lapses = 3
[deck_presets]
"flashcards/fr" = "languages"
"flashcards/gone" = "languages"
"""


def made(tmp_path: Path, own: str) -> Path:
    vault = make_vault(tmp_path / "vault", {"n.md": "#flashcards/fr\n\na::b\n"}, {})
    (vault / ".studyapp").mkdir()
    (vault / ".studyapp/settings.toml").write_text(own)
    return vault


def test_presets_are_shown_with_their_decks_and_what_is_wrong_with_them(run: Run, tmp_path: Path) -> None:
    said = run("settings", "--vault", made(tmp_path, OWN))
    assert "preset languages, for flashcards/fr, flashcards/gone:\nfsrs_desired_retention" in said.stdout
    assert "preset idle, for no deck:" in said.stdout
    assert "Schedules differ from the plugin's because of: FSRS desired retention, " in said.stdout
    everything = said.stdout + said.stderr
    assert "no deck uses the preset idle" in everything
    assert "deck_presets names flashcards/gone, a deck without cards" in everything


def test_nothing_is_said_about_schedules_that_are_the_plugins_own(run: Run, tmp_path: Path) -> None:
    vault = made(tmp_path, "")
    assert "Other schedules" not in run("settings", "--vault", vault).stdout
    assert as_json(run("settings", "--vault", vault, "--json"))["beyond_the_plugin"] == []


def test_scripts_get_presets_as_they_are(run: Run, tmp_path: Path) -> None:
    said = as_json(run("settings", "--vault", made(tmp_path, OWN), "--json"))
    assert said["settings"]["presets"]["value"]["languages"]["learning_steps"] == ["10m", "1d"]
    assert len(said["problems"]) == 2
