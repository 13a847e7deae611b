"""What earlier versions wrote is read by this one: their logs, settings, backups and caches."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final
from zipfile import ZipFile

import pytest

from studyapp.core.locations import FOLDER
from tests.helpers.commands import run_here
from tests.helpers.vaults import ROOT, locations_of

VERSIONS: Final = ("0.2.0", "0.3.0", "0.4.0", "0.5.0", "0.6.0", "0.7.0", "0.8.0")
WITH_MARKS: Final = VERSIONS[2:]
"""Their command line could suspend, bury and flag."""
WITH_EXAMS: Final = VERSIONS[3:]
NOW: Final = "2024-06-20T14:00:00+00:00"
GRADES: Final = [
    ("2024-06-01T09:00:00+00:00", "Capital of Norway", "good", "2024-06-03,2.3,230"),
    ("2024-06-01T10:00:00+00:00", "Capital of Peru", "easy", "2024-06-04,3.3,250"),
    ("2024-06-01T11:00:00+00:00", "Lima", "hard", "2024-06-02,1,210"),
    ("2024-06-01T12:00:00+00:00", "What is the capital\nof Japan?", "again", "2024-06-01,0,210"),
    ("2024-06-01T13:00:00+00:00", "The capital of [...] is Nairobi", "good", "2024-06-03,2.3,230"),
    ("2024-06-01T14:00:00+00:00", "The capital of Kenya is [...]", "easy", "2024-06-04,3.3,250"),
    ("2024-06-01T15:00:00+00:00", "Longest river of Europe", "hard", "2024-06-02,1,210"),
    ("2024-06-07T10:00:00+00:00", "Capital of Norway", "good", "2024-06-12,4.6,230"),
    ("2024-06-07T10:00:00+00:00", "Capital of Peru", "again", "2024-06-07,0,230"),
    ("2024-06-09T10:00:00+00:00", "Capital of Peru", "good", "2024-06-11,2.3,230"),
    ("2024-06-12T10:00:00+00:00", "What is the capital\nof Japan?", "hard", "2024-06-13,1,190"),
    ("2024-06-20T10:00:00+00:00", "Capital of Norway", "easy", "2024-07-03,13,250"),
]
"""What each of them recorded, without the grade that was undone for good."""


class Earlier:
    """A user whose vault and home a version left behind."""

    def __init__(self, version: str, folder: Path) -> None:
        self.vault = folder / "vault"
        self.environ = {"HOME": str(folder / "home"), "TZ": "UTC", "PATH": "/usr/bin:/bin"}
        home = locations_of(self.environ)
        with ZipFile(ROOT / f"tests/data/earlier/{version}.zip") as left:
            given = {name: left.read(name) for name in left.namelist()}
        for name in [name for name in given if name.startswith("vault/")]:
            _put(folder / name, given.pop(name))
        _put(home.settings, given.pop("settings.toml"))
        _put(home.state / "secret", given.pop("secret"))
        log = home.journal(self.vault)
        assert log.parent == self.vault / FOLDER
        _put(log, given.pop("reviews.jsonl"))
        for cache in home.caches(self.vault):
            for end in ("", "-seal"):
                kind = cache.name.partition(".")[2] + end
                if (content := given.pop(f"cache.{kind}", None)) is not None:
                    _put(cache.with_name(cache.name + end), content)
        for name, content in given.items():
            _put(home.backups(self.vault) / Path(name).relative_to("backups"), content)

    def run(self, *words: str | Path) -> str:
        done = run_here([*words, "--vault", self.vault, "--now", NOW], self.environ)
        assert (done.returncode, done.stderr) == (0, ""), done
        return done.stdout

    def notes(self) -> dict[str, bytes]:
        return {path.name: path.read_bytes() for path in self.vault.glob("*.md")}

    def cards(self) -> dict[str, dict[str, Any]]:
        """Every card by its front, as an export has it, with the entry of its note's comment."""
        path = self.vault.with_name("all.json")
        self.run("export", path)
        questions = json.loads(path.read_bytes())["questions"]
        return {card["front"]: card | {"entries": one["comment"]} for one in questions for card in one["cards"]}


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    path.write_bytes(content)
    path.chmod(0o600)


@pytest.fixture(params=[*(pytest.param(one, marks=pytest.mark.slow) for one in VERSIONS[:-1]), VERSIONS[-1]])
def version(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def earlier(version: str, tmp_path: Path) -> Earlier:
    return Earlier(version, tmp_path)


def test_every_grade_of_an_earlier_version_counts_and_no_note_changes(earlier: Earlier) -> None:
    before = earlier.notes()
    cards = earlier.cards()
    found = sorted(
        (one["at"], front, one["grade"], one["after"]) for front, card in cards.items() for one in card["history"]
    )
    assert found == sorted(GRADES)
    assert len(cards) == 9
    assert earlier.notes() == before


def test_schedules_of_an_earlier_version_are_those_of_its_last_grades(earlier: Earlier) -> None:
    due = {front: card["schedule"]["due"] for front, card in earlier.cards().items() if card["schedule"]}
    assert due == {front: after.partition(",")[0] for _, front, _, after in GRADES}


def test_settings_of_an_earlier_version_hold(earlier: Earlier, version: str) -> None:
    settings = json.loads(earlier.run("settings", "--json"))["settings"]
    wanted = {"base_ease": 230, "load_balance": False, "maximum_interval": 400}
    assert {name: settings[name]["value"] for name in wanted} == wanted
    exams = json.loads(earlier.run("exam", "--json"))["exams"]
    assert [(one["name"], one["date"], one["deck"], one["cards"]) for one in exams] == (
        [("finals", "2024-09-01", "flashcards/places", 5)] if version in WITH_EXAMS else []
    )


def test_marks_of_an_earlier_version_hold(earlier: Earlier, version: str) -> None:
    cards = earlier.cards()
    marked = version in WITH_MARKS
    assert [front for front, card in cards.items() if card["suspended"]] == [
        "The capital of [...] is Nairobi"
    ] * marked
    assert [front for front, card in cards.items() if card["buried_until"]] == ["Lima"] * marked
    assert {front: card["flag"] for front, card in cards.items() if card["flag"]} == (
        {"The capital of Kenya is [...]": 3} if marked else {}
    )


def test_what_an_earlier_version_did_can_be_undone(earlier: Earlier, version: str) -> None:
    marks, exams = version in WITH_MARKS, version in WITH_EXAMS
    for _ in range(2 + 3 * marks + exams):
        earlier.run("undo")
    assert earlier.notes()["Reading.md"] == b"---\ntags: [review]\n---\nA text to read again.\n"
    cards = earlier.cards()
    assert cards["Capital of Norway"]["entries"] == ["2024-06-12,4.6,230"]
    assert not any(card["suspended"] or card["flag"] for card in cards.values())


def test_a_day_that_an_earlier_version_backed_up_can_be_restored(earlier: Earlier) -> None:
    earlier.run("restore", "2024-06-20", "--yes")
    assert earlier.cards()["Capital of Norway"]["entries"] == ["2024-06-12,4.6,230"]


def test_the_caches_of_an_earlier_version_are_replaced(earlier: Earlier) -> None:
    for words in (["stats", "--json"], ["due", "--json"], ["search", "river", "--json"]):
        beside = earlier.run(*words)
        earlier.run("cache", "--clear")
        assert earlier.run(*words) == beside
