"""`studyapp demo new` and `studyapp demo trust`: the user's own demos on the command line."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from tests.cli.demo.test_demo import run
from tests.runs.conftest import DEMOS


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("DATA", "STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.delenv("STUDYAPP_DEMOS", raising=False)
    return tmp_path


def vault(folder: Path) -> Path:
    """A vault that brings a demo along."""
    (folder / "vault/demos").mkdir(parents=True)
    text = (DEMOS / "count.py").read_text().replace('"Counting"', '"Count\\x1b[2J"')
    (folder / "vault/demos/count.py").write_text(text)
    return folder / "vault"


class Terminal(io.StringIO):
    """What is typed at a terminal."""

    def isatty(self) -> bool:
        return True


def test_a_demo_of_a_vault_runs_once_it_is_trusted(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    where = f"--vault={vault(home)}"
    assert run("demo", where, "count", "--steps", "1") == 1
    assert "`studyapp demo trust count`" in capfd.readouterr().err
    assert run("demo", where, "--list") == 0
    assert "not trusted, only listed" in capfd.readouterr().out
    assert run("demo", "trust", "count", where) == 1  # there is nobody to answer
    for refusal in ("n\n", ""):
        monkeypatch.setattr("sys.stdin", Terminal(refusal))
        assert run("demo", "trust", "count", where) == 1
    assert run("demo", where, "count", "--steps", "1") == 1
    capfd.readouterr()
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert run("demo", "trust", "count", where) == 0
    said = capfd.readouterr().out
    assert "def run(knobs" in said
    assert "Trust it only if you have read it" in said
    assert run("demo", where, "count", "--steps", "1") == 0
    assert run("demo", "trust", "count", where) == 0
    assert "is already trusted" in capfd.readouterr().out


def test_trust_is_withdrawn(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = f"--vault={vault(home)}"
    assert run("demo", "trust", "count", where, "--yes") == 0
    assert run("demo", where, "count", "--steps", "1") == 0
    assert run("demo", "trust", "count", where, "--withdraw") == 0
    assert "is no longer trusted" in capfd.readouterr().out
    assert run("demo", where, "count", "--steps", "1") == 1
    assert run("demo", "trust", "count", where, "--withdraw") == 0
    assert "was not trusted" in capfd.readouterr().out


def test_a_changed_file_asks_again(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = f"--vault={vault(home)}"
    assert run("demo", "trust", "count", "--yes", where) == 0
    with (home / "vault/demos/count.py").open("a") as file:
        file.write("\n")
    assert run("demo", where, "count") == 1


def test_the_source_is_shown_without_acting_on_the_terminal(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    where = f"--vault={vault(home)}"
    path = home / "vault/demos/count.py"
    path.write_text(path.read_text() + "# \x1b]0;x\x07\n")
    run("demo", "trust", "count", where)
    out = capfd.readouterr().out
    assert "␛]0;x␇" in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["trust", "lora"], 2, "comes with the program"),
        (["trust", "nothing"], 2, "there is no demo"),
        (["new", "lora"], 2, "choose another name"),
        (["new", "a b"], 2, "can't name a demo"),
    ],
)
def test_what_cannot_be_done_is_reported(
    capfd: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    assert run("demo", *words) == code
    assert says in capfd.readouterr().err


def test_new_writes_a_start_that_is_listed_until_it_is_trusted(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "new", "mine") == 0
    assert (home / "DATA/studyapp/demos/mine.py").is_file()
    assert "studyapp demo trust mine" in capfd.readouterr().out
    assert run("demo", "--list") == 0
    assert "mine" in capfd.readouterr().out
    assert run("demo", "new", "mine") == 1


HOSTILE = (
    'from demos.frame import Frame, Knob\nTITLE = "T\\x1b[2J"\nMETHOD = ("M\\x1b[2J",)\nIDEA = "%s %d \\x07"\n'
    'PAPER = "\\x9b1m"\nBLOCK = "W[d × 99999999999999999999999999\\x1b]"\nQUESTION = "\\u202e"\n'
    'KNOBS = (Knob("k", "a\\x1b[2J", "%(prog)s \\x1b[2J", choices=("a\\x1b[2J", "b\\x07")),)\n'
    'ANSWERS = ("\\x1b[2J",)\nNEXT = (("k", "b\\x07", "\\x1b[2J"),)\ndef run(knobs):\n    yield 1\n'
)


@pytest.mark.parametrize(
    "words", [["--list"], ["-h"], ["bad", "-h"], ["bad", "--k", "c"], ["bad"], ["trust", "bad"], ["--list", "--json"]]
)
def test_nothing_that_a_demo_declares_acts_on_the_terminal(
    home: Path, capfd: pytest.CaptureFixture[str], words: list[str]
) -> None:
    folder = vault(home) / "demos"
    (folder / "bad.py").write_text(HOSTILE)
    (folder / "worse.py").write_text("TITLE = 3\nKNOBS = '\x1b[2J'\ndef run(knobs): ...\n# \x1b[2J")
    run("demo", *words, f"--vault={folder.parent}")
    out, err = capfd.readouterr()
    assert not {"\x1b", "\x07", "\x9b", "\u202e"} & {*out, *err}
    assert "Traceback" not in err
