"""`studyapp facts`: a card's history, curves, what each grade would do, its preset and parameters."""

from __future__ import annotations

from pathlib import Path

from tests.cli.test_main import as_json
from tests.helpers.commands import Run
from tests.helpers.learner import write_log
from tests.helpers.vaults import make_vault, open_vault

SR = "<!--SR:!fsrs,2024-06-20T09:00:00.000Z,10,10,5,2,4,0,0,2024-06-10T09:00:00.000Z-->"
OWN = "[presets.fr]\nlearning_steps = []\n[deck_presets]\n'flashcards/fr' = 'fr'\n"


def made(tmp_path: Path) -> tuple[Path, str]:
    vault = make_vault(tmp_path / "v", {"n.md": f"#flashcards/fr\n\na::b\n{SR}\n"}, {"algorithm": "FSRS"})
    card = str(next(open_vault(vault).rows()).id)
    write_log(vault, [card], days=120)
    (vault / ".studyapp/settings.toml").write_text(OWN)
    return vault, card


def test_everything_known_about_a_card_is_shown(run: Run, tmp_path: Path) -> None:
    vault, card = made(tmp_path)
    said = run("facts", card, "--vault", vault, "--now", "2024-06-15T09:00Z").stdout
    for words in (
        "preset      ",
        "unlike the plugin  Learning steps",
        "what each grade would do:\nagain  back in 10m",
        "│ today: 94 %, ┆ due: 90 %",
        "stability ● in days",
        "history:\nwhen              grade",
        "2024-01-01 09:00",
    ):
        assert words in said, (words, said)


def test_scripts_get_it_as_numbers(run: Run, tmp_path: Path) -> None:
    vault, card = made(tmp_path)
    said = as_json(run("facts", card, "--vault", vault, "--now", "2024-06-15T09:00Z", "--json"))
    assert (said["id"], said["preset"], said["desired_retention"]) == (card, "fr", 0.9)
    assert round(said["retrievability"], 2) == 0.94
    assert said["grades"]["good"]["interval"] > 10
    assert said["history"][0]["before"] is None


def test_a_card_that_is_not_there_is_an_error_to_see(run: Run, tmp_path: Path) -> None:
    vault, _ = made(tmp_path)
    assert "has no such card" in run("facts", "n.md:0:1:1", "--vault", vault, code=1).stderr
