"""Every command with streams and terminals that are not as usual."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from studyapp.cli.main import main
from studyapp.core.errors import StudyError
from tests.helpers.terminal import Terminal
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW_TEXT, ROOT, make_vault

CARD = "n.md:6f4b6612125fb3a0:1:1"
FEW = [["due"], ["review", "--plain"], ["--help"]]
ALL = [
    *FEW,
    [],
    ["cards", "--json"],
    ["due", "--json"],
    ["due", "--format", "{vault} {due}"],
    ["cards"],
    ["search", "prüfung"],
    ["search", "is:due", "--json"],
    ["stats"],
    ["stats", "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["doctor", "--fix"],
    ["grade", CARD, "--grade", "good"],
    ["notes"],
    ["notes", "--json"],
    ["grade-note", "n.md", "--grade", "good"],
    ["undo"],
    ["redo"],
    ["settings"],
    ["settings", "--keys"],
    ["restore"],
    ["restore", "2024-06-15"],
    ["review"],
    ["review", "--cram", "--plain"],
    ["completion", "bash"],
    ["complete", "bash", "du"],
    ["init"],
    ["merge-driver", "a", "b", "c", "d"],
    ["demo", "--list"],
    ["demo"],
    ["demo", "compare", "--help"],
    ["open", "studyapp://demo/lora"],
    ["open", "nonsense"],
    ["--version"],
    ["due", "--set", "ä"],
    ["nowhere-ä…→"],
]
NOTE = (
    "#flashcards/prüfung…\n\n# “Überschrift” → 学習 🎴\n\nWas ist ein ∑?::Eine Größe\n<!--SR:!2024-06-10,4,250-->\n"
)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """A folder with a home, and a vault with letters of many alphabets."""
    make_vault(tmp_path / "vault", {"n – ö.md": NOTE, "bad\udcff.md": NOTE, "doctor.md": "#flashcards\n\na::\n"})
    (tmp_path / "home").mkdir()
    return tmp_path


def run(
    place: Path, words: list[str], shell: str = "{}", environ: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a shell, in place of `{}`."""
    command = shlex.join([sys.executable, "-m", "studyapp", *words])
    variables = {"PATH": os.environ["PATH"], "HOME": str(place / "home"), "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    state = place / "home/.local/state/studyapp/state.json"
    state.parent.mkdir(parents=True, exist_ok=True)
    vault = str(place / "vault")
    state.write_text(json.dumps({"last_vault": vault}))
    return subprocess.run(
        ["/bin/bash", "-c", shell.format(command)],
        env={**variables, **(environ or {})},
        cwd=place / "home",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )


CLOSED = {
    "no input": "{} <&-",
    "no output": "{} >&-",
    "no error output": "{} 2>&-",
    "nothing at all": "{} <&- >&- 2>&-",
    "output that cannot be written": "{} </dev/null 1</dev/null",
    "nobody who reads": "set -o pipefail; {} | true",
    "nobody who reads errors": "{} 2>&1 | true",
    "a head of a line": "{} | head -n 1",
    "words that are no text": "printf '\\xff\\xfe\\n\\x00\\n3\\n' | {}",
}
ENCODINGS = {
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "ascii": {"PYTHONIOENCODING": "ascii"},
    "strict": {"PYTHONIOENCODING": "ascii:strict"},
    "C locale": {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
    "POSIX locale": {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
}


NOT_MERGED = 129
"""What git's driver exits with, as git takes smaller numbers for those of conflicts."""


def no_traceback(done: subprocess.CompletedProcess[bytes]) -> None:
    assert b"Traceback" not in done.stdout + done.stderr, done.stderr.decode(errors="replace")
    assert b"Exception ignored" not in done.stderr, done.stderr.decode(errors="replace")
    assert 0 <= done.returncode <= 2 or ("merge-driver" in str(done.args) and done.returncode == NOT_MERGED), done


@tiered("shell", CLOSED.values(), ids=CLOSED)
def test_streams_that_are_closed_or_broken_give_no_traceback(place: Path, shell: str) -> None:
    for words in FEW:
        no_traceback(run(place, words, shell))


@pytest.mark.slow
@pytest.mark.parametrize("environ", ENCODINGS.values(), ids=ENCODINGS)
def test_output_in_a_small_alphabet_gives_no_traceback(place: Path, environ: Mapping[str, str]) -> None:
    said = [run(place, words, environ=environ) for words in FEW]
    for done in said:
        no_traceback(done)
    assert b"Was ist ein ?" in said[1].stdout


@pytest.mark.slow
@pytest.mark.parametrize("words", ALL, ids=" ".join)
def test_no_command_answers_with_a_traceback(place: Path, words: list[str]) -> None:
    for shell in CLOSED.values():
        no_traceback(run(place, words, shell))
    for environ in ENCODINGS.values():
        no_traceback(run(place, words, environ=environ))


@pytest.mark.slow
def test_a_file_never_gets_what_was_meant_for_a_stream_that_is_closed(place: Path) -> None:
    note = place / "vault/n – ö.md"
    run(place, ["review", "--plain", "--now", NOW_TEXT], "{} <&- >&- 2>&-")
    run(place, ["doctor"], "{} <&- >&- 2>&-")
    assert note.read_text() == NOTE


def test_what_is_said_of_an_output_that_cannot_be_written_has_an_exit_code(place: Path) -> None:
    done = run(place, ["due"], "{} 1</dev/null")
    assert done.returncode == 1
    assert done.stderr == b"studyapp: can't write the output (Bad file descriptor)\n"


@pytest.mark.parametrize(
    "words", [[""], ["review", ""], ["due", ""], ["due", "--vault", ""], ["cards", ""], ["init", ""]]
)
def test_an_empty_path_is_an_error_and_not_the_current_folder(place: Path, words: list[str]) -> None:
    done = run(place, words)
    assert done.returncode == 2
    assert b"the path is empty" in done.stderr


@tiered("environ", [{"HOME": "rel"}, {"HOME": ""}, {"XDG_STATE_HOME": "rel", "XDG_CACHE_HOME": "rel/x"}])
def test_a_home_that_is_not_an_absolute_path_leaves_nothing_in_the_current_folder(
    place: Path, environ: Mapping[str, str]
) -> None:
    vault = place / "vault"
    done = run(place, ["due", str(vault), "--json"], environ={**environ, "XDG_CONFIG_HOME": str(place / "config")})
    assert done.returncode == 0, done.stderr
    assert not (place / "home/rel").exists()
    assert {path.name for path in (place / "home").iterdir()} <= {".local", ".cache"}


@tiered("home", ["/dev/null", "/proc/none"])
def test_a_home_that_takes_no_files_stops_nothing(place: Path, home: str) -> None:
    done = run(place, ["due", str(place / "vault"), "--json"], environ={"HOME": home})
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.slow
def test_a_folder_that_is_gone_and_a_user_who_is_not_there_get_a_message(place: Path) -> None:
    gone = run(place, ["due", "vault"], "mkdir gone; cd gone; rmdir ../gone; {}")
    assert (gone.returncode, gone.stderr.count(b"\n")) == (1, 1)
    nobody = run(place, ["due", "~nobody-at-all/x"])
    assert (nobody.returncode, nobody.stderr.count(b"\n")) == (1, 1)


@pytest.mark.slow
@pytest.mark.parametrize("words", [[], ["review"], ["open", "studyapp://demo/lora"]])
def test_a_dumb_terminal_is_offered_lines_and_gets_no_screen(place: Path, words: list[str]) -> None:
    run(place, ["due"])
    vault = [str(place / "vault")] if words[:1] != ["open"] else []
    terminal = Terminal([*words, *vault], place / "home", environment={"TERM": "dumb"})
    assert terminal.end() == 1
    assert b"studyapp review --plain" in terminal.raw
    assert b"\x1b" not in terminal.raw


@pytest.mark.slow
def test_a_dumb_terminal_gets_lines_without_colours(place: Path) -> None:
    for words in (["stats"], ["doctor"], ["review", "--plain"], ["demo", "--list"]):
        vault = [str(place / "vault")] if words[0] != "demo" else []
        terminal = Terminal([*words, *vault], place / "home", environment={"TERM": "dumb"})
        if "--plain" in words:
            terminal.until_shown("Enter shows the answer")
            terminal.press("q\r")
        assert terminal.end() in (0, 1)
        assert b"\x1b" not in terminal.raw


@pytest.mark.slow
@pytest.mark.parametrize(("value", "coloured"), [("", True), ("1", False), ("0", False)])
def test_an_empty_no_color_does_not_count(place: Path, value: str, coloured: bool) -> None:
    vault = str(place / "vault")
    terminal = Terminal(["stats", vault], place / "home", environment={"NO_COLOR": value})
    terminal.end()
    assert (b"\x1b[" in terminal.raw) == coloured
    terminal = Terminal(["review", vault], place / "home", environment={"NO_COLOR": value})
    terminal.until_shown("Was ist")
    terminal.press("q")
    assert terminal.end() == 0
    assert (b"\x1b[38;2;" in terminal.raw or b";38;2;" in terminal.raw) == coloured


def test_an_error_gets_a_line_of_its_own_where_progress_was_shown(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(
        _workspace: object, _file: Path, _wanted: object, _deck: object, tell: Callable[[int, int], None]
    ) -> None:
        tell(1, 500)
        raise StudyError("it is full")

    monkeypatch.setattr("studyapp.cli.export.export", fails)
    monkeypatch.setattr("studyapp.cli.streams.can_rewrite", lambda _stream: True)
    assert main(["export", str(place / "x.json"), "--vault", str(place / "vault")]) == 1
    assert capsys.readouterr().err.endswith("Exporting … 1 of 500 notes\x1b[K\r\x1b[Kstudyapp: it is full\n")
