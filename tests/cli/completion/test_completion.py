"""Completion of the command line: what a word can become, asked by the shells themselves."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pexpect
import pytest

from studyapp.cli.completion.scripts import SCRIPTS
from tests.helpers.commands import run_here
from tests.helpers.vaults import ROOT, make_vault

NOTES = {"Notes.md": "#flashcards/geo\n\na::b\n", "Other.md": "#flashcards/the-arts\n\nc::d\n"}
Complete = Callable[..., list[str]]


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with the program on its path, and a vault that was opened last."""
    folder = tmp_path / "home"
    (folder / "bin").mkdir(parents=True)
    program = folder / "bin/studyapp"
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m studyapp "$@"\n')
    program.chmod(0o755)
    make_vault(folder / "My vault", NOTES)
    assert run_here(["due", folder / "My vault"], environ(folder)).returncode == 0
    return folder


def environ(home: Path) -> dict[str, str]:
    return {
        "HOME": str(home),
        "PATH": f"{home / 'bin'}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "TERM": "dumb",
        "LANG": "C.UTF-8",
    }


@pytest.fixture
def bash(home: Path) -> Complete:
    """What bash would offer for a line, whose last word is being typed."""
    program = """
        eval "$SCRIPT"
        compopt() { :; }   # only where the user presses Tab
        COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
        _studyapp studyapp
        printf '%s\\n' "${COMPREPLY[@]}"
    """

    def complete(*words: str) -> list[str]:
        command = ["bash", "--norc", "-c", program, "bash", "studyapp", *words]
        done = subprocess.run(
            command,
            env={**environ(home), "SCRIPT": SCRIPTS["bash"]},
            cwd=home,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        assert not done.stderr
        return done.stdout.splitlines()

    return complete


@pytest.mark.slow
def test_bash_offers_the_commands(bash: Complete) -> None:
    assert {"review", "due", "cards", "settings", "completion", "demo"} <= set(bash(""))
    assert bash("rev") == ["review"]


def test_nobody_is_offered_what_the_shells_call(bash: Complete) -> None:
    assert "complete" not in bash("c")
    assert "completion" in bash("c")


@pytest.mark.slow
def test_bash_offers_a_command_s_options_and_none_twice(bash: Complete) -> None:
    assert bash("due", "--f") == ["--format"]
    assert "--json" not in bash("due", "--json", "--")
    assert "--deck" in bash("due", "--json", "--")


def test_bash_offers_the_decks_of_the_vault_that_was_opened_last(bash: Complete) -> None:
    assert bash("review", "--deck", "") == ["flashcards", "flashcards/geo", "flashcards/the-arts"]
    assert bash("review", "--deck", "flashcards/g") == ["flashcards/geo"]
    assert bash("review", "--deck", "=", "flashcards/t") == ["flashcards/the-arts"]


def test_bash_offers_the_decks_of_the_vault_that_the_line_names(bash: Complete, home: Path) -> None:
    make_vault(home / "second", {"N.md": "#flashcards/more\n\nx::y\n"})
    assert bash("review", "second", "--deck", "") == ["flashcards", "flashcards/more"]
    assert bash("due", "--vault", "second", "--deck", "flashcards/") == ["flashcards/more"]


@pytest.mark.slow
def test_bash_offers_the_notes_of_the_vault_that_the_line_names(bash: Complete, home: Path) -> None:
    make_vault(home / "second", {"N.md": "#flashcards/more\n\nx::y\n", "b/Other.md": ""})
    assert bash("add", "a", "b", "--vault", "second", "--note", "") == ["N.md", "b/Other.md"]


@pytest.mark.slow
def test_bash_offers_exams_and_presets(bash: Complete, home: Path) -> None:
    toml = '[presets.languages]\n[presets.lab]\n[exams.finals]\ndate = "2030-07-01"\ndeck = "flashcards"\n'
    settings = home / "My vault/.studyapp/settings.toml"
    settings.parent.mkdir(exist_ok=True)
    settings.write_text(toml)
    assert bash("exam", "") == ["finals"]
    assert bash("plan", "exam", "fi") == ["finals"]
    assert bash("plan", "holiday", "") == [""]
    assert bash("optimise", "--preset", "la") == ["languages", "lab"]


@pytest.mark.slow
def test_bash_offers_demos_and_their_knobs(bash: Complete) -> None:
    assert bash("demo", "lo") == ["lora"]
    assert "compare" in bash("demo", "")
    assert bash("demo", "lora", "--ra") == ["--rank"]
    assert bash("demo", "lora", "--job", "te") == ["teach"]


@pytest.mark.slow
def test_bash_offers_choices_settings_and_folders(bash: Complete, home: Path) -> None:
    assert bash("grade", "x", "--grade", "e") == ["easy"]
    assert bash("due", "--set", "them") == ["theme="]
    assert bash("review", "My") == ["My vault"]
    assert bash("--vault", "My") == ["My vault"]


def test_a_vault_that_cannot_be_read_offers_nothing(bash: Complete, home: Path) -> None:
    shutil.rmtree(home / "My vault")
    assert bash("due", "--vault", "nowhere", "--deck", "x") == [""]


def begun(home: Path, program: str, *words: str) -> pexpect.spawn[str]:
    """A shell that waits for a command."""
    shell = pexpect.spawn(
        program,
        [*words, "-i"],
        env={**environ(home), "PS1": "shell>"},
        cwd=str(home),
        timeout=60,
        encoding="utf-8",
        use_poll=True,
    )
    shell.expect_exact("shell>")
    return shell


@pytest.mark.slow
def test_a_user_presses_tab_in_bash(home: Path) -> None:
    shell = begun(home, "bash", "--norc")
    shell.sendline('eval "$(studyapp completion bash)"')
    shell.expect_exact("shell>")
    shell.send("studyapp revi\t--dec\tflashcards/th\t")
    shell.expect_exact("studyapp review --deck flashcards/the-arts ")
    shell.close(force=True)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh here")
def test_a_user_presses_tab_in_zsh(home: Path) -> None:
    shell = begun(home, "zsh", "-f")
    shell.sendline('autoload -Uz compinit && compinit -u -D; eval "$(studyapp completion zsh)"; echo re""ady')
    shell.expect_exact("ready")
    shell.send("studyapp revi\t--dec\tflashcards/th\t")
    shell.expect("flashcards/the-arts")
    shell.close(force=True)


@pytest.mark.skipif(shutil.which("fish") is None, reason="there is no fish here")
def test_fish_offers_decks_commands_and_demos(home: Path) -> None:
    def complete(line: str) -> list[str]:
        program = f"studyapp completion fish | source; complete -C '{line}'"
        done = subprocess.run(
            ["fish", "--no-config", "-c", program],
            env=environ(home),
            cwd=home,
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        return [each.partition("\t")[0] for each in done.stdout.splitlines()]

    assert complete("studyapp rev") == ["review"]
    assert complete("studyapp review --deck flashcards/g") == ["flashcards/geo"]
    assert complete("studyapp demo lor") == ["lora"]
    assert complete("studyapp due --vault My") == ["My vault/"]
