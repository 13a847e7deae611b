"""The exit codes of all commands: 2 where what was typed is wrong, 1 where something prevents it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from studyapp.cli.commands import COMMANDS, WITHOUT_VAULT
from studyapp.cli.parser import parser_of
from studyapp.cli.parts import commands_of, parts_of
from tests.helpers.commands import Run, run_here
from tests.helpers.vaults import make_vault

_BESIDE: Final = {
    "review": ["--plain"],
    "grade": ["--grade", "good"],
    "add": ["a", "b"],
    "plan": ["postpone", "3"],
    "set-due": ["2027-01-01"],
    "exam": ["finals", "--date", "2099-01-01"],
    "export": ["all.csv"],
}
"""What each command needs to come as far as the word that is wrong."""
_WRONG: Final = {
    "--deck": "lost",
    "--preset": "lost",
    "--query": "ivl>",
    "--format": "{dues}",
    "--range": "often",
    "--sort": "luck",
    "card": "nonsense",
    "cards": "nonsense",
    "query": "ivl>",
}
"""A wrong value for each option or argument that is looked up, or read, by the command itself."""


def _mistakes() -> Iterator[list[str]]:
    for name, parser in commands_of(parser_of(COMMANDS)).items():
        if name != "merge-driver":  # git's names may look like options
            yield [name, *_BESIDE.get(name, []), "--nowhere"]
        for part in parts_of(parser):
            key = part.option_strings[0] if part.option_strings else part.dest
            if key in _WRONG and (name, key) != ("import", "--deck"):  # that deck may be new
                wrong = [key, _WRONG[key]] if part.option_strings else [_WRONG[key]]
                beside = _BESIDE.get(name, [])
                yield [name, *wrong, *beside] if key in ("card", "query") else [name, *beside, *wrong]
        if name not in WITHOUT_VAULT:
            yield [name, *_BESIDE.get(name, []), "--set", "nowhere=1"]


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", {"A.md": "#flashcards\n\na::b\n"})


def test_what_is_typed_wrong_ends_with_2(at_home: dict[str, str], vault: Path) -> None:
    before = {path: path.read_bytes() for path in vault.rglob("*.md")}
    mistakes = [*_mistakes()]
    codes = {
        tuple(words): run_here([*words, *_at(words[0], vault)], at_home, vault.parent).returncode
        for words in mistakes
    }
    assert {words: code for words, code in codes.items() if code != 2} == {}
    assert {"--deck", "--preset", "--query", "--set"} <= {word for words in mistakes for word in words}
    assert before == {path: path.read_bytes() for path in vault.rglob("*.md")}


@pytest.mark.parametrize(
    "words",
    [
        ("open", "studyapp://demo/nowhere"),
        ("demo", "nowhere"),
        ("demo", "compare", "--job", "nowhere"),
        ("plan", "exam", "nowhere"),
        ("exam", "nowhere"),
        ("facts", "A.md:1:1"),
        ("facts", "A.md:hash:1:\uff11"),
        ("export", "all.pdf"),
        ("import", "all.pdf"),
        ("deu",),
        ("add", "no card", "--note", "A.md"),
        ("add", "a", "<!--SR:!2024-06-10,4,250-->", "--note", "A.md"),
        ("add", "a", "b" * 70_000, "--note", "A.md"),
    ],
    ids=lambda words: " ".join(words)[:60],
)
def test_a_name_that_does_not_exist_or_a_text_that_is_not_a_card_is_misuse(
    run: Run, vault: Path, words: tuple[str, ...]
) -> None:
    run(*words, *_at(words[0], vault), code=2)


@pytest.mark.parametrize(
    "words",
    [
        ("facts", "A.md:0:1:1"),
        ("facts", "B.md:0:1:1"),
        ("cards", "B.md"),
        ("grade-note", "A.md", "--grade", "good"),
        ("restore", "2024-06-15"),
        ("undo",),
        ("plan", "resume"),
    ],
)
def test_what_prevents_it_is_not_misuse(run: Run, vault: Path, words: tuple[str, ...]) -> None:
    run(*words, *_at(words[0], vault), code=1)


def test_an_interrupted_command_says_so(run: Run, vault: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("studyapp.cli.due.due", interrupted)
    run("due", str(vault), code=130)


def test_the_help_lists_them(run: Run) -> None:
    _, heading, shown = run("--help").stdout.partition("\nexit codes:\n")
    assert heading
    assert re.findall(r"^  (\d+)", shown, re.MULTILINE) == ["0", "1", "2", "130"]


def test_the_help_of_the_merge_driver_shows_the_words_that_git_takes(run: Run) -> None:
    shown = run("merge-driver", "--help").stdout
    assert shown.endswith("example: studyapp merge-driver %O %A %B %P %L\n")
    assert "%%" not in shown


def _at(name: str, vault: Path) -> list[str]:
    """The vault, for a command that takes one."""
    return [] if name in WITHOUT_VAULT or name not in COMMANDS else ["--vault", str(vault)]
