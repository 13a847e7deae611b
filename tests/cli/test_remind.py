"""`studyapp remind`: what is due, as a notification; and every day, with whatever the machine has."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

import pytest

from studyapp.cli import remind
from studyapp.cli.main import main
from tests.helpers.vaults import NOW_TEXT, make_vault

CARD = "#flashcards\n\na::b\n<!--SR:!2024-06-01,4,250-->\n\nc::d\n"


class Machine:
    """A machine with some programs, which record how they were called."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self.capsys = folder, capsys
        self.bin = folder / "bin"
        self.bin.mkdir()
        self.vault = make_vault(folder / "my vault", {"n.md": CARD})

    def has(self, name: str, script: str = "") -> None:
        program = self.bin / name
        log = shlex.quote(str(self.folder / "calls"))
        program.write_text(f'#!/bin/sh\necho {name} "$@" >> {log}\n{script}\n')
        program.chmod(0o755)

    @property
    def calls(self) -> list[str]:
        file = self.folder / "calls"
        return file.read_text().splitlines() if file.exists() else []

    def __call__(self, *words: str, code: int = 0) -> str:
        assert main(["remind", "--vault", str(self.vault), "--now", NOW_TEXT, *words]) == code
        out, err = self.capsys.readouterr()
        return err if code else out


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Machine:
    for name in ("DATA", "STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    found = Machine(tmp_path, capsys)
    monkeypatch.setenv("PATH", f"{found.bin}{os.pathsep}/nowhere")
    monkeypatch.setattr("sys.platform", "linux")
    for name in ("cat", "sh"):
        (found.bin / name).symlink_to(f"/bin/{name}")
    return found


def test_what_is_due_fits_on_a_line_and_if_nothing_is_there_is_none(machine: Machine) -> None:
    assert machine() == "1 card due, 1 new, about 1 minute\n"
    (machine.vault / "n.md").write_text("#flashcards\n")
    assert machine() == ""


def test_the_desktop_says_it_where_it_can(machine: Machine) -> None:
    machine.has("notify-send")
    assert machine() == ""
    assert machine.calls == ["notify-send --app-name=studyapp studyapp: my vault 1 card due, 1 new, about 1 minute"]
    machine.has("notify-send", "exit 1")
    assert machine().startswith("1 card due")


def test_a_desktop_that_does_not_answer_is_not_waited_for(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remind, "_SECONDS", 0.2)
    machine.has("notify-send", "exec /bin/sleep 60")
    assert machine().startswith("1 card due")


def test_systemd_gets_a_timer_that_is_taken_away_again(machine: Machine) -> None:
    machine.has("systemctl")
    shown = machine("--install", "08:30", "--dry-run")
    units = machine.folder / "home/.config/systemd/user"
    assert not units.exists()
    said = machine("--install", "08:30")
    service, timer = sorted(units.iterdir())
    assert "OnCalendar=*-*-* 08:30:00" in timer.read_text()
    assert '"-m" "studyapp" "remind" "--vault"' in service.read_text()
    assert f'"{machine.vault}"' in service.read_text()
    assert all(f"Wrote {file}." in said and file.read_text() in shown for file in (service, timer))
    assert machine.calls[-2:] == ["systemctl --user daemon-reload", f"systemctl --user enable --now {timer.name}"]
    machine("--install", "09:00")
    assert "09:00:00" in timer.read_text()
    assert f"Removed {timer}." in machine("--remove")
    assert not list(units.iterdir())
    assert "Nothing to remove" in machine("--remove")


def test_cron_gets_a_line_and_keeps_the_others(machine: Machine) -> None:
    table = machine.folder / "table"
    others = "0 1 * * * backup\n# a\u2028b\x0cc\n"
    table.write_text(others)
    file = shlex.quote(str(table))
    machine.has("crontab", f'if [ "$1" = -l ]; then cat {file}; else cat > {file}.new; /bin/mv {file}.new {file}; fi')
    machine("--install", "08:05")
    assert table.read_text().startswith(f"{others}5 8 * * * ")
    *_, ours = table.read_text().splitlines()
    assert shlex.quote(str(machine.vault)) in ours
    machine("--install", "21:00")
    assert table.read_text().startswith(f"{others}0 21 * * * ")
    machine("--remove")
    assert table.read_text() == others
    assert "Nothing to remove" in machine("--remove")


def test_launchd_gets_an_agent(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    machine.has("launchctl")
    machine("--install", "08:30")
    (agent,) = (machine.folder / "home/Library/LaunchAgents").iterdir()
    assert "<key>Hour</key><integer>8</integer><key>Minute</key><integer>30</integer>" in agent.read_text()
    assert machine.calls == [f"launchctl load {agent}"]
    machine("--remove")
    assert not agent.exists()


@pytest.mark.parametrize("odd", ["a\n* * * * * touch it-ran #", "a\x1b[2J", "a\rb", "a\u2028b"])
def test_a_folder_whose_name_would_be_another_line_gets_no_timer(machine: Machine, odd: str) -> None:
    for name in ("systemctl", "crontab"):
        machine.has(name)
    machine.vault = machine.vault.rename(machine.folder / odd)
    said = machine("--install", "08:30", "--dry-run", code=1)
    assert "rename the folder" in said
    assert odd not in said
    assert machine("--install", "08:30", code=1) == said
    assert machine.calls == []


@pytest.mark.parametrize("words", [["--remove", "--dry-run"], ["--dry-run"]])
def test_a_dry_run_is_of_setting_it_up_and_runs_nothing(machine: Machine, words: list[str]) -> None:
    machine.has("crontab")
    machine.has("notify-send")
    assert "--install" in machine(*words, code=2)
    assert machine.calls == []


def test_what_cannot_be_done_is_reported(machine: Machine, capsys: pytest.CaptureFixture[str]) -> None:
    assert "neither systemd for users nor cron" in machine("--install", "08:30", code=1)
    machine.has("systemctl", 'case "$2" in enable) echo no bus >&2; exit 1;; esac')
    assert "failed: no bus" in machine("--install", "08:30", code=1)
    for wrong in ("25:00", "9", "9:5", "-0:30", " 8: 30", "\uff18:30", "08:30:00", ""):
        with pytest.raises(SystemExit):
            machine(f"--install={wrong}")
        assert "is not a time of the day, such as 08:30" in capsys.readouterr().err, wrong
