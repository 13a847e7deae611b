"""Command lines that name no command, or name it in another place."""

from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.cli.guesses import misuse
from studyapp.cli.main import main
from tests.helpers.rows import each_row


def said(*given: str) -> str:
    return misuse(given)


@each_row(
    "given, meant",
    [
        ("duee", "due"),
        ("Due", "due"),
        ("dew --json", "due --json"),
        ("stat", "stats"),
        ("grade_note A.md", "grade-note A.md"),
        ("help", "--help"),
        ("help due", "due --help"),
        ("--set foo=1 due", "due --set foo=1"),
        ("--set=foo=1 due", "due --set=foo=1"),
        ("--now 2026-01-01 --vault due stats", "stats --now 2026-01-01 --vault due"),
        ("--json due", "due --json"),
        ("--json duee", "due --json"),
        ("--deck D due", "due --deck D"),
        ("Notes due", "due --vault Notes"),
        ("Notes search 'two words'", "search --vault Notes 'two words'"),
        ("Notes init", "init Notes"),
    ],
)
def test_the_command_that_was_meant_is_named(given: str, meant: str) -> None:
    words = given.replace("'two words'", "two_words").split()
    assert f"`studyapp {meant}`" in said(*[word.replace("two_words", "two words") for word in words])


@pytest.mark.parametrize(
    "given", [[], ["Zettel"], ["./duee"], ["~/due"], ["a/due"], ["--vault", "due"], ["--", "due"], ["-x"], ["--set"]]
)
def test_what_is_a_folder_or_nothing_is_left_alone(given: list[str]) -> None:
    assert said(*given) == ""


def test_a_folder_of_that_name_is_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "duee").mkdir()
    monkeypatch.chdir(tmp_path)
    assert said("duee") == ""


@pytest.mark.parametrize("given", [["duee"], ["--set", "foo=1", "due"], ["Notes", "due"]])
def test_misuse_ends_with_2_and_opens_nothing(given: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(given) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith("studyapp: ")
    assert "did you mean `studyapp due" in error


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("due --dekc x", "studyapp due: error: there is no option --dekc; did you mean --deck?"),
        ("due --dekc=x", "studyapp due: error: there is no option --dekc; did you mean --deck?"),
        ("review . --pain", "studyapp review: error: there is no option --pain; did you mean --plain?"),
        ("demo lora --rnak 3", "there is no option --rnak; did you mean --rank?"),
        ("due --qqq", "there is no option --qqq; `--help` lists all"),
        ("--qqq", "there is no option --qqq; `--help` lists all"),
        ("search -- -is:new --vault .", "nothing after `--` is read as an option; put --vault before it"),
        ("undo undo", "studyapp undo: error: unexpected word 'undo'"),
    ],
)
def test_what_a_command_does_not_take_is_named_with_what_was_meant(
    given: str, told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(given.split())
    assert ended.value.code == 2
    assert told in capsys.readouterr().err
