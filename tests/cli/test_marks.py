"""`studyapp suspend`, `resume`, `bury` and `flag`: on ids or a search, as one action, for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studyapp.cli.main import main
from tests.helpers.vaults import NOW_TEXT, make_vault

NOTES: dict[str, str | bytes] = {
    "A.md": "#flashcards/a\n\nFrance::Paris\n\nItaly:::Rome\n",
    "B.md": "#flashcards/b\n\nFrance, too::Lyon\n",
}


class Shell:
    """Runs commands on one vault and takes apart what they say."""

    def __init__(self, vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.vault, self.capsys = vault, capsys

    def __call__(self, *words: str, code: int = 0) -> str:
        command, *rest = words
        assert main([command, "--vault", str(self.vault), "--now", NOW_TEXT, *rest]) == code
        out, err = self.capsys.readouterr()
        return err if code else out

    def found(self, query: str) -> list[str]:
        """The ids of the cards that a query finds."""
        return [card["id"] for card in json.loads(self("search", query, "--json"))["cards"]]


@pytest.fixture
def shell(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    for name in ("DATA", "STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    return Shell(make_vault(tmp_path / "vault", NOTES), capsys)


def test_what_a_search_finds_is_marked_as_one_action_that_undo_takes_back(shell: Shell) -> None:
    before = {path: path.read_bytes() for path in shell.vault.rglob("*.md")}
    france = shell.found("france")
    assert shell("suspend", "--query", "france").startswith("Suspended 2 cards.")
    assert shell.found("is:suspended") == france
    assert json.loads(shell("due", "--json"))["new"] == 2
    assert "2 cards in 2 notes" in shell("undo")
    assert shell.found("is:suspended") == []
    shell("suspend", "--query", "france")
    assert shell("resume", "--query", "is:suspended deck:flashcards/a") == "Resumed 1 card.\n"
    assert shell.found("is:suspended") == france[1:]
    assert before == {path: path.read_bytes() for path in shell.vault.rglob("*.md")}


def test_ids_and_a_search_add_up_and_each_card_counts_once(shell: Shell) -> None:
    (lyon,), both = shell.found("lyon"), shell.found("france")
    said = json.loads(shell("bury", lyon, lyon, "--query", "france", "--json"))
    assert said["command"] == "bury"
    assert sorted(said["cards"]) == sorted(both)
    assert said["at"].startswith(NOW_TEXT[:10])
    assert sorted(shell.found("is:buried")) == sorted(both)


@pytest.mark.parametrize(("words", "flag"), [((), "1"), (("--number", "5"), "5")])
def test_flags_have_numbers_and_are_removed_again(shell: Shell, words: tuple[str, ...], flag: str) -> None:
    rome = shell.found("rome")
    assert shell("flag", *rome, *words) == "Flagged 2 cards.\n"
    assert shell.found(f"flag:{flag}") == rome
    assert shell("flag", "--remove", "--query", "is:flagged") == "Removed the flags of 2 cards.\n"
    assert shell.found("is:flagged") == []


def test_nothing_is_marked_if_one_card_cannot_be_found(shell: Shell) -> None:
    (lyon,) = shell.found("lyon")
    assert "no such card" in shell("suspend", lyon, "A.md:00000000000000:1:1", code=1)
    assert "not a card id" in shell("suspend", lyon, "nonsense", code=2)
    assert shell.found("is:suspended") == []
    assert not (shell.vault / ".studyapp").exists()


def test_cards_have_to_be_named(shell: Shell) -> None:
    assert "`--query QUERY`" in shell("resume", code=2)
    assert shell("flag", "--query", "nothing is called this") == "No cards match.\n"
    said = json.loads(shell("flag", "--query", "nothing is called this", "--json"))
    assert (said["cards"], said["at"]) == ([], None)
