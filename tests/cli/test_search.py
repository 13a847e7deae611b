"""`studyapp search`, for people and for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from studyapp.cli.main import main
from tests.helpers.vaults import NOW_TEXT, make_vault

NOTES: dict[str, str | bytes] = {
    "A.md": "#flashcards/a\n\nFrance::Paris\n<!--SR:!2024-06-10,30,250-->\n\n> [!NOTE]\n> What\x1b?\n?\nThat\n",
}


@pytest.fixture
def vault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    return make_vault(tmp_path / "vault", NOTES)


def said(vault: Path, *words: str, capsys: pytest.CaptureFixture[str], code: int = 0) -> tuple[str, str]:
    assert main(["search", "--vault", str(vault), "--now", NOW_TEXT, *words]) == code
    return capsys.readouterr()


def test_cards_are_listed_with_due_day_id_and_words(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(vault, "", "--sort", "due", capsys=capsys)
    first, second = out.splitlines()
    assert first.startswith("2024-06-10  A.md:")
    assert first.endswith(":1:1  France")
    assert second.startswith("new         A.md:")
    assert second.endswith("  What␛?")
    assert err == "2 cards\n"


def test_scripts_get_an_object(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = said(vault, "is:due ivl>=30 par", "--json", capsys=capsys)
    (card,) = json.loads(out)["cards"]
    assert (card["path"], card["line"], card["front"], card["due"]) == ("A.md", 3, "France", "2024-06-10")
    assert (card["interval"], card["ease"], card["suspended"]) == (30, 250, False)


def test_a_query_that_cannot_be_understood_is_refused(vault: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, err = said(vault, "ivl>", capsys=capsys, code=2)
    assert (out, err) == ("", "studyapp: character 5: a number is missing here; write for example `ivl>30d`\n")
    assert "sort by place" in said(vault, "", "--sort", "age", capsys=capsys, code=2)[1]
