from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from demos.alone import main
from demos.catalog import HERE
from demos.frame import Frame, Knob, KnobError, KnobValue, Picture, RunError, Sample, Summary, settle

KNOBS = (
    Knob("learning_rate", 0.5, "how fast", low=0, high=1),
    Knob("fail", "no", "how to fail on the way", choices=("no", "knob", "run")),
)


def run(knobs: Mapping[str, KnobValue]) -> Iterator[Frame]:
    knobs = settle(KNOBS, knobs)
    samples = (Sample("abc >", "cba", "cba"), Sample("abd >", "dba", "abd"))
    picture = Picture("heat", "Two rows", ((0.0, 0.5), (1.0, 0.25)), ("first", "second"), ("a", "b"))
    yield Frame(0, 1, "before", {"loss": float(knobs["learning_rate"]), "accuracy": 0.0}, samples, picture)
    if knobs["fail"] == "knob":
        raise KnobError("device takes cpu here")
    if knobs["fail"] == "run":
        raise RunError("the weights are missing")
    summary = Summary("Toy", "elicit", 0.0, 1.0, 5, 20, "five numbers", 99, 1.0, True, "abcd", ("merged: 0.0",))
    yield Frame(1, 1, "after", {"loss": 0.0, "accuracy": 1.0}, samples, picture, summary)


def test_knobs_are_options_and_frames_are_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("Toy", KNOBS, run, ["--learning-rate", "0.25"]) == 0
    said = capsys.readouterr().out
    assert "loss 0.250" in said
    assert "✓ abc >   wanted cba   got cba" in said
    assert "✗ abd >   wanted dba   got abd" in said
    assert "first   " in said
    assert "Toy on elicit: 0.000 before, 1.000 after" in said
    assert "trained 5 of 20 (25.00 %)" in said
    assert "kept: five numbers, 99 bytes" in said
    assert "base model unchanged" in said
    assert said.endswith("merged: 0.0\n")


def test_with_json_each_line_is_a_frame(capsys: pytest.CaptureFixture[str]) -> None:
    assert main("Toy", KNOBS, run, ["--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["step"] for line in lines] == [0, 1]
    assert lines[-1]["summary"]["kept_bytes"] == 99


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--learning-rate", "7"], 2),
        (["--learning-rate", "x"], 2),
        (["--fail", "knob"], 2),
        (["--fail", "run"], 1),
    ],
)
def test_what_cannot_be_done_is_one_line_on_the_error_output(
    capsys: pytest.CaptureFixture[str], options: list[str], code: int
) -> None:
    assert main("Toy", KNOBS, run, options) == code
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_an_unknown_option_is_misuse(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main("Toy", KNOBS, run, ["--wings", "2"])
    assert ended.value.code == 2
    assert "--wings" in capsys.readouterr().err


def test_the_helper_itself_needs_no_torch() -> None:
    code = "import sys, demos.alone, demos.frame; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


ALONE = ["--rank", "1", "--steps", "1", "--json"]


def frames_said(output: str) -> None:
    lines = [json.loads(line) for line in output.splitlines()]
    assert lines[0]["step"] == 0
    assert lines[-1]["summary"]["trainable"] == 3_696


@pytest.mark.slow
def test_the_file_of_a_demo_is_a_program(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], little_data: None
) -> None:
    monkeypatch.setattr(sys, "argv", ["lora.py", *ALONE])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(HERE / "lora.py"), run_name="__main__")
    assert not ended.value.code
    frames_said(capsys.readouterr().out)


@pytest.mark.slow
def test_a_demo_runs_as_a_program_of_its_own() -> None:
    command = [sys.executable, "-m", "demos.lora", *ALONE]
    frames_said(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


@pytest.mark.parametrize("name", ["lora", "in_context"])
def test_without_torch_a_demo_alone_says_in_one_line_how_to_get_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['torch'] = None\n")
    environ = {"PYTHONPATH": os.pathsep.join((str(tmp_path), str(HERE.parent))), "PATH": os.defpath}
    done = subprocess.run(
        [sys.executable, "-m", f"demos.{name}", "--rank", "4"],
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("the demos need torch; add it with: ")
