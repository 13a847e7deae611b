"""`studyapp stats`, for people and for scripts."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from studyapp.cli.main import main
from studyapp.core.clock import fixed_clock
from studyapp.core.locations import Locations
from studyapp.core.schedule.entries import Grade
from studyapp.core.workspace.workspace import Workspace
from studyapp.study.review.today import begin
from tests.helpers.vaults import NOW, make_vault

NOTES: dict[str, str | bytes] = {
    "A.md": "#flashcards/a\n\nFrance::Paris\n<!--SR:!2024-06-10,30,250-->\n\n"
    "Italy::Rome\n<!--SR:!2024-06-15,4,230-->\n",
    "B.md": "#flashcards/b\n\nBach\x1b::Fugue\n",
}


@pytest.fixture
def studied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault in which something was reviewed yesterday and today."""
    root = make_vault(tmp_path / "vault", NOTES)
    for name, folder in (("DATA", "data"), ("STATE", "state"), ("CACHE", "cache"), ("CONFIG", "config")):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / folder))
    monkeypatch.setenv("TZ", "UTC")
    for back, grade in ((1, Grade.GOOD), (0, Grade.AGAIN)):
        now = NOW - timedelta(back)
        opened = Workspace.open(root, Locations.of_user(), fixed_clock(now.isoformat()))
        opened.vault.scan()
        session = begin(opened, "flashcards/a")
        assert session.current is not None
        opened.store.save(session.grade(grade))
    return root


def said(root: Path, *words: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["stats", str(root), "--now", NOW.isoformat(), *words]) == 0
    return capsys.readouterr().out


def test_the_numbers_are_those_of_the_log_and_the_notes(studied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(said(studied, "--json", capsys=capsys))
    assert [(day["date"], day["good"], day["again"]) for day in found["days"]] == [
        ("2024-06-14", 1, 0),
        ("2024-06-15", 0, 1),
    ]
    assert found["range"] == {"first": "2024-05-17", "last": "2024-06-15"}
    assert found["streak"] == {"current": 2, "longest": 2, "reviewed_today": True}
    assert found["retention"]["mature"] == {"right": 1, "total": 1, "share": 1}
    assert found["retention"]["young"] == {"right": 0, "total": 1, "share": 0}
    assert (found["totals"]["cards"], found["totals"]["new"], found["totals"]["notes"]) == (3, 1, 2)
    assert sum(one["cards"] for one in found["intervals"]) == 1, "the one that was forgotten begins again"
    assert (found["totals"]["learning"], found["totals"]["mature"]) == (1, 1)
    assert [one["again"] for one in found["hardest"]] == [1]


def test_a_deck_and_a_range_narrow_them(studied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert json.loads(said(studied, "--deck", "flashcards/b", "--json", capsys=capsys))["reviews"] == 0
    assert json.loads(said(studied, "--range", "2024-06-14..2024-06-14", "--json", capsys=capsys))["reviews"] == 1


def test_charts_fit_80_columns_and_hold_nothing_but_characters(
    studied: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = said(studied, "--range", "year", capsys=capsys)
    for title in (
        "Overview",
        "Last year",
        "True retention",
        "Forecast",
        "Intervals",
        "Eases",
        "by the hour",
        "Hardest",
    ):
        assert title in text
    assert max(map(len, text.splitlines())) <= 80
    assert "\x1b" not in text
    key = ("▓ Easy 0 (0 %)", "█ Good 1 (50 %)", "▒ Hard 0 (0 %)", "░ Again 1 (50 %)")
    rows = [next(row for row, line in enumerate(text.splitlines()) if one in line) for one in key]
    assert rows == [rows[0] + number for number in range(4)]  # beside the chart, as there is room
    assert "    1        1  Italy" in text


def test_an_unknown_deck_and_an_unknown_range_are_misuse(studied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", str(studied), "--deck", "nothing"]) == 2
    assert "there is no deck 'nothing'" in capsys.readouterr().err
    with pytest.raises(SystemExit) as misuse:
        main(["stats", str(studied), "--range", "someday"])
    assert misuse.value.code == 2
    assert "'someday' is not a date range" in capsys.readouterr().err


def test_a_card_that_is_gone_is_named_by_its_id(studied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (studied / "A.md").write_text("#flashcards/a\n\nSpain::Madrid\n")
    assert "(deleted)" in said(studied, capsys=capsys)


def test_nothing_is_written(studied: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.stat().st_mtime_ns for path in studied.rglob("*")}
    said(studied, capsys=capsys)
    assert {path: path.stat().st_mtime_ns for path in studied.rglob("*")} == before
