"""`studyapp demo`, `studyapp open`, `studyapp install-links`, as processes of their own and in this one."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from demos.catalog import HERE
from demos.frame import Frame, Gradient, Memory, Picture, Sample, Summary
from studyapp.cli.demo import desktop
from studyapp.cli.demo.compare import POINT_KEYS
from studyapp.cli.main import main
from studyapp.runs.process.own import Trust
from tests.runs.conftest import DEMOS


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    monkeypatch.setenv("STUDYAPP_DEMOS", str(DEMOS))
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    Trust.of_user().give((DEMOS / "count.py").read_bytes(), DEMOS / "count.py")
    monkeypatch.delenv("DISPLAY", raising=False)
    return tmp_path


def run(*words: str) -> int:
    try:
        return main(words)
    except SystemExit as left:
        return int(left.code or 0)


def test_json_is_a_line_a_frame_and_the_last_has_the_summary(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "count", "--steps", "3", "--seed", "1", "--json") == 0
    lines = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert [(line["step"], line["total"]) for line in lines] == [(0, 3), (1, 3), (2, 3), (3, 3)]
    assert lines[0]["caption"] == "counting"
    assert set(lines[0]["scalars"]) == {"loss", "accuracy"}
    keys = {"method", "job", "before", "after", "trainable", "total", "kept_bytes", "seconds", "base_unchanged"}
    assert keys <= set(lines[-1]["summary"])
    assert not any("summary" in line for line in lines[:-1])


def test_every_name_in_the_json_is_described() -> None:
    text = (HERE / "README.md").read_text("utf-8").partition("## What `--json` prints")[2].partition("\n## ")[0]
    of_frames = {one.name for kind in (Frame, Sample, Picture, Gradient, Memory, Summary) for one in fields(kind)}
    assert of_frames - {"trained"} | {"demo", "knobs", "loss", "null"} | set(POINT_KEYS) == set(
        re.findall("`([a-z_]+)`", text)
    )


def test_lines_for_people_are_aligned_and_end_with_what_came_of_it(
    home: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert run("demo", "--steps=3", "count") == 0
    out = capfd.readouterr().out
    steps = [line for line in out.splitlines() if "/3 " in line]
    assert len({line.index(line.split()[1]) for line in steps}) == 1
    assert "accuracy    0.000 → 1.000 on elicit" in out
    assert "base model  unchanged (checksum cafe)" in out
    assert "\x1b" not in out


@pytest.mark.slow
def test_two_demos_run_side_by_side_with_several_seeds(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "count", "--steps", "4", "--seed", "7", "--seeds", "3", "--against", "count/steps=2") == 0
    head, names, parts, first, *rows = capfd.readouterr().out.splitlines()
    assert head == "accuracy on unseen sentences"
    assert names.split() == ["step", "Counting", "steps", "4", "Counting", "steps", "2"]
    assert parts.split() == ["median", "worst", "best"] * 2
    assert first.split() == ["0", *["0.00"] * 6]
    assert rows[1].split() == ["2", *["0.50"] * 3, *["1.00"] * 3]
    assert rows[3].split() == ["4", *["1.00"] * 3]
    kept = [json.loads(line) for line in (home / "studyapp" / "demo-results.jsonl").read_text().splitlines()]
    ran = sorted((result["knobs"]["steps"], result["knobs"]["seed"]) for result in kept)
    assert ran == [(steps, seed) for steps in (2, 4) for seed in (7, 8, 9)]
    assert [line.split()[-1] for line in rows if line.startswith("  ●")] == ["3", "3"]


@pytest.mark.slow
def test_runs_side_by_side_are_frames_and_then_points_in_json(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "count", "--steps", "1", "--seeds", "2", "--against", "count/steps=2", "--json") == 0
    *frames, one, other = map(json.loads, capfd.readouterr().out.splitlines())
    assert {(frame["knobs"]["steps"], frame["knobs"]["seed"]) for frame in frames} == {(1, 0), (1, 1), (2, 0), (2, 1)}
    assert [(point["turned"], point["runs"], point["accuracy"]) for point in (one, other)] == [
        ("steps 1", 2, 1.0),
        ("steps 2", 2, 1.0),
    ]


def test_the_comparison_has_what_came_with_the_program_and_a_vaults_own_demos(
    home: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("STUDYAPP_DEMOS")
    vault = tmp_path / "vault"
    (vault / "demos").mkdir(parents=True)
    (vault / "demos" / "count.py").write_bytes((DEMOS / "count.py").read_bytes())
    assert run("demo", "--vault", str(vault), "count", "--steps", "1") == 0
    capfd.readouterr()
    assert run("demo", "compare", "--kept", "--vault", str(vault), "--job", "elicit") == 0
    out = capfd.readouterr().out
    assert "  ○ LoRA " in out
    assert "  ● Counting" in out
    assert run("demo", "compare", "--kept", "--vault", str(vault), "--json") == 0
    points = [json.loads(line) for line in capfd.readouterr().out.splitlines()]
    assert {(point["demo"], point["own"]) for point in points} >= {("lora", False), ("count", True)}


def test_what_a_run_came_to_is_kept_for_the_comparison(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "count") == 0
    assert len((home / "studyapp" / "demo-results.jsonl").read_text().splitlines()) == 1


def test_an_infinite_loss_is_null_in_json(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "count", "--json", "--end", "strange") == 0
    assert json.loads(capfd.readouterr().out.splitlines()[0])["scalars"]["loss"] is None


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (["demo", "cuont"], 2, "did you mean count"),
        (["demo", "count", "--speed", "3"], 2, "--speed"),
        (["demo", "count", "--steps", "0"], 2, "steps takes a whole number from 1"),
        (["demo", "count", "--job", "juggle"], 2, "job takes one of elicit, teach"),
        (["demo"], 2, "name a demo"),
        (["demo", "count", "--end", "raise"], 1, "five fingers only"),
        (["demo", "count", "--end", "kill"], 1, "SIGKILL"),
        (["demo", "count", "--seeds", "0"], 2, "--seeds: '0' is not a whole number from 1"),
        (["demo", "count", "--against", "lora/rnak=2"], 2, "no knob 'rnak'"),
        (["demo", "count", "--against", "cuont"], 2, "did you mean count"),
        (["demo", "count", "--against", "count/steps"], 2, "METHOD/knob=value"),
        (["demo", "count", "--against", "count/job=teach"], 2, "both sides run on one job"),
        (["demo", "count", "--seeds", "2", "--end", "raise"], 1, "five fingers only"),
        (["demo", "compare", "--save", "x.gif"], 2, ".svg or .png"),
        (["demo", "compare", "--seeds", "0"], 2, "'0' is not a whole number from 1"),
        (["demo", "compare", "--seeds", "２"], 2, "'２' is not a whole number from 1"),
        (["demo", "count", "--seeds", "２"], 2, "'２' is not a whole number from 1"),
        (["demo", "count", "--steps", "２"], 2, "usage: studyapp demo"),
        (["demo", "count", "--steps", "1_0"], 2, "in the digits 0 to 9, not '1_0'"),
        (["demo", "count", "--seed", "9", "--seeds", "3"], 2, "--seeds 3 goes too far: seed takes a whole number"),
        (["demo", "count", "--seeds", "2", "--against", "count/seed=9"], 2, "usage: studyapp demo"),
        (["open", "studyapp://demo/cuont"], 2, "did you mean count"),
        (["open", "file:///etc/passwd"], 2, "not a demo link"),
    ],
)
def test_what_cannot_be_done_is_reported_on_the_error_output(
    home: Path, capfd: pytest.CaptureFixture[str], words: list[str], code: int, says: str
) -> None:
    assert run(*words) == code
    assert says in capfd.readouterr().err


def test_without_torch_one_line_says_how_to_add_it(
    home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert run("demo", "count", "--json") == 1
    out, err = capfd.readouterr()
    assert out == ""
    (line,) = err.splitlines()
    assert line == "studyapp: the demos need torch; add it with: studyapp demo --setup"


def test_list_and_help_name_the_demos_and_their_knobs(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "--list") == 0
    assert "--steps=6" in capfd.readouterr().out
    assert run("demo", "count", "--help") == 0
    assert "how far" in capfd.readouterr().out
    assert run("demo", "--list", "--json") == 0
    assert "count" in [json.loads(line)["name"] for line in capfd.readouterr().out.splitlines()]


def test_the_list_gives_each_knob_as_it_is_typed(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("demo", "--list") == 0
    out = capfd.readouterr().out
    assert "--norms=yes" in out
    assert "--learning-rate=0 " in out
    assert "--start=0.01" in out
    assert not re.search(r"True|False|=[\d.]*\.0\b", out)
    assert run("demo", "adapters", "--norms=yes", "--learning-rate=0", "--start=nonsense") == 2
    assert "start takes" in capfd.readouterr().err


@pytest.mark.slow
def test_the_command_imports_no_torch_and_no_screen(home: Path) -> None:
    script = (
        "import sys, argparse; from studyapp.cli.demo.demo import demo_command;"
        "demo_command(argparse.Namespace(words=['count', '--steps', '1', '--json']));"
        "assert not {'torch', 'textual'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True, stdout=subprocess.DEVNULL)


@pytest.mark.slow
def test_an_interrupt_stops_the_demo_and_its_process(home: Path) -> None:
    script = (
        "import sys, argparse; from studyapp.cli.demo.demo import demo_command;"
        "sys.exit(demo_command(argparse.Namespace(words=['count', '--steps=100000', '--pause=0.01', '--json'])))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert err.strip() == b"stopped"
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


def test_links_are_installed_said_and_undone(home: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("install-links") == 0
    said = capfd.readouterr().out
    file = home / "applications" / desktop.FILE
    entry = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    assert entry["MimeType"] == "x-scheme-handler/studyapp;"
    assert entry["Terminal"] == "true"
    assert entry["Exec"].endswith("studyapp open %u")
    assert str(file) in said
    assert "studyapp install-links --remove" in said
    assert run("install-links", "--remove") == 0
    assert not file.exists()
    assert run("install-links", "--remove") == 0
    assert "Nothing to remove" in capfd.readouterr().out


def test_a_path_with_special_characters_is_quoted_for_the_desktop() -> None:
    assert desktop._quoted('/a b/50%/"x"$') == '"/a b/50%%/\\\\"x\\\\"\\\\$"'
