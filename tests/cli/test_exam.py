"""`studyapp exam`: the exams to come, whether the pace suffices, setting and removing one."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.settings.files import VAULT_FILE
from tests.cli.test_main import as_json
from tests.helpers.commands import Run
from tests.helpers.vaults import NOW_TEXT, make_vault

NOTE = "#flashcards/fr\n\n" + "\n\n".join(
    [
        *(f"n{n}::a" for n in range(60)),
        *(f"r{n}::a\n<!--SR:!2024-{7 + n // 4:02}-10,{60 + n},250-->" for n in range(20)),
    ]
)
OWN = "# mine\nnew_cards_per_day = 10\nreviews_per_day = 15 # enough\n"
SET = ("--date", "2024-06-20", "--deck", "flashcards/fr")


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    root = make_vault(tmp_path / "v", {"fr.md": NOTE}, {})
    (root / ".studyapp").mkdir()
    (root / VAULT_FILE).write_text(OWN)
    return root


def test_it_says_whether_the_pace_suffices_in_plain_words(run: Run, vault: Path) -> None:
    at = ("--vault", vault, "--now", NOW_TEXT)
    assert "No exam is set." in run("exam", *at).stdout
    said = run("exam", "finals", *SET, *at).stdout
    assert "finals: 2024-06-20, in 5 days; flashcards/fr." in said
    assert "12 new cards a day reach it; your limit is 10." in said
    assert "16 last looks a day from 2024-06-15 on; your limit is 15." in said
    assert "20 cards would be due only after it; `studyapp plan exam finals`" in said
    assert "Your pace is not enough." in said
    (one,) = as_json(run("exam", "--json", *at))["exams"]
    assert (one["new_a_day"], one["new_a_day_at_most"], one["last_looks_a_day"]) == (12, 10, 16)
    assert (one["due_only_after"], one["suffices"], one["days_left"]) == (20, False, 5)
    assert "12 new cards a day reach it; your limit is 10." in run("stats", *at).stdout
    assert "Schedules differ from the plugin's because of: Exams." in run("settings", *at).stdout


def test_in_the_night_before_its_day_begins_it_is_still_to_come(run: Run, vault: Path) -> None:
    (vault / VAULT_FILE).write_text(OWN + 'start_of_day = "04:30:15"\n')
    run("exam", "finals", *SET, "--vault", vault, "--now", NOW_TEXT)
    said = run("exam", "--vault", vault, "--now", f"2024-06-20T03:00{NOW_TEXT[-6:]}").stdout
    assert "finals: 2024-06-20, in 1 day; flashcards/fr." in said
    assert "it is over" not in said


def test_its_cards_are_brought_before_it_and_each_says_so(run: Run, vault: Path) -> None:
    at = ("--vault", vault, "--now", NOW_TEXT)
    before = (vault / "fr.md").read_bytes()
    run("exam", "finals", "--date", "2024-07-15", "--deck", "flashcards/fr", *at)
    card = as_json(run("search", "n1", "--json", *at))["cards"][0]["id"]
    assert "finals on 2024-07-15, in 30 days; new" in run("facts", card, *at).stdout
    assert "17 cards of 80 would get another schedule" in run("plan", "exam", "finals", "--yes", *at).stdout
    (one,) = as_json(run("exam", "finals", "--json", *at))["exams"]
    assert one["due_only_after"] == 0
    due = as_json(run("search", "r19", "--json", *at))["cards"][0]
    assert "last look on 2024-07-" in run("facts", due["id"], *at).stdout
    run("undo", "--vault", vault)
    assert (vault / "fr.md").read_bytes() == before


def test_setting_and_removing_one_are_undone_to_the_byte(run: Run, vault: Path) -> None:
    at = ("--vault", vault, "--now", NOW_TEXT)
    run("exam", "oral", "--date", "2024-07-01", "--query", "r1", "--last-days", "3", *at)
    text = (vault / VAULT_FILE).read_text()
    assert text == OWN + '\n[exams.oral]\ndate = "2024-07-01"\nsearch = "r1"\nlast_days = 3\n'
    assert "11 cards" in run("exam", "oral", *at).stdout
    assert "2024-07-02" in run("exam", "oral", "--date", "2024-07-02", *at).stdout
    assert "the last 5 days before it" in run("exam", "oral", "--last-days", "5", *at).stdout
    assert run("undo", "--vault", vault).returncode == 0
    assert run("undo", "--vault", vault).returncode == 0
    assert (vault / VAULT_FILE).read_text() == text
    assert "No exam is set." in run("exam", "oral", "--remove", *at).stdout
    assert run("undo", "--vault", vault).returncode == 0
    assert (vault / VAULT_FILE).read_text() == text
    assert run("undo", "--vault", vault).returncode == 0
    assert (vault / VAULT_FILE).read_text() == OWN


def test_one_that_is_over_has_no_effect_any_more(run: Run, vault: Path) -> None:
    run("exam", "finals", *SET, "--vault", vault, "--now", NOW_TEXT)
    said = run("exam", "--vault", vault, "--now", "2024-06-20T09:00:00+00:00").stdout
    assert said == "finals: 2024-06-20; it is over and has no effect any more.\n"


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        (("x", "--date", "2024-06-15", "--deck", "flashcards/fr"), 2, "is not after today"),
        (("x", "--date", "2024-07-15"), 2, "name the cards"),
        (("x", "--date", "2024-07-15", "--deck", "flashcards/it"), 2, "there is no deck 'flashcards/it'"),
        (("x", "--date", "2024-07-15", "--query", "ease<much"), 2, "ease"),
        (("x", "--date", "2024-07-15", "--deck", "flashcards/fr", "--last-days", "61"), 2, "from 1 to 60 last_days"),
        (("x", "--deck", "flashcards/fr"), 2, "say on which day it is"),
        (("--date", "2024-07-15"), 2, "name the exam"),
        (("x",), 2, "there is no upcoming exam 'x'"),
        (("x", "--remove"), 2, "there is no exam 'x'"),
        (("x", "--remove", "--date", "2024-07-15"), 2, "leave out what would change it"),
    ],
)
def test_what_makes_no_sense_is_reported_and_nothing_is_written(
    run: Run, vault: Path, words: tuple[str, ...], code: int, why: str
) -> None:
    done = run("exam", *words, "--vault", vault, "--now", NOW_TEXT, code=code)
    assert why in done.stderr
    assert (vault / VAULT_FILE).read_text() == OWN


def test_a_plan_for_an_exam_that_is_not_set_names_those_that_are(run: Run, vault: Path) -> None:
    run("exam", "finals", *SET, "--vault", vault, "--now", NOW_TEXT)
    done = run("plan", "exam", "final", "--vault", vault, "--now", NOW_TEXT, code=2)
    assert "there is no upcoming exam 'final'; there are: finals." in done.stderr
    done = run("plan", "exam", "finals", "--deck", "x", "--vault", vault, "--now", NOW_TEXT, code=2)
    assert "an exam names its cards itself" in done.stderr


def test_errors_in_the_settings_are_reported_and_kept(run: Run, vault: Path) -> None:
    own = OWN + '[exams]\na = 3\nb = {date = "soon", deck = "x"}\nc = {date = "2024-07-01"}\n'
    own += 'd = {date = "2024-07-01", deck = "x", search = "y"}\ne = {date = "2024-07-01", deck = "x", days = 3}\n'
    own += 'f = {date = 2024-07-01, deck = "#flashcards/gone", last_days = 0}\n'
    own += 'g = {date = 2024-07-01, deck = "#flashcards/gone"}\n'
    own += 'h = {date = 2024-07-01, search = "ease<much"}\ni = {date = 2024-07-01, search = "nothing like it"}\n'
    (vault / VAULT_FILE).write_text(own)
    found = as_json(run("settings", "--json", "--vault", vault, "--now", NOW_TEXT))["problems"]
    said = "\n".join(one["message"] for one in found)
    for why in (
        '"exams.a" should be a table',
        '"exams.b" should have a date such as 2026-12-18',
        '"exams.c" should name either a deck or a search',
        '"exams.d" should name either a deck or a search',
        '"exams.e" has days, which is not one of',
        '"exams.f" should have from 1 to 60 last_days',
        "the exam h has an invalid search",
        "the exam i is for 'nothing like it', a search without cards",
        "the exam g is for flashcards/gone, a deck without cards",
    ):
        assert why in said
    assert (vault / VAULT_FILE).read_text() == own
