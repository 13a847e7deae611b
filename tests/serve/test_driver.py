"""How the app's process ends when nobody says that it should."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import IO

import pytest
from textual_serve.app_service import AppService

from studyapp.cli.commands import SERVED
from studyapp.core.disk.programs import own_command
from tests.helpers.vaults import NOW_TEXT, ROOT, make_vault
from tests.serve.conftest import CARDS


def until_key(painted: IO[bytes], name: str) -> None:
    """Read what the app sends, until it offers a key of that name."""
    while True:
        head = painted.read(5)
        assert len(head) == 5, f"it ended before there was a key {name}"
        what = painted.read(int.from_bytes(head[1:], "big"))
        if head[:1] == b"M" and name in [one[1] for one in json.loads(what)["keys"]["main"]]:
            return


@pytest.mark.slow
def test_when_the_server_is_gone_the_app_ends_with_every_grade_written(tmp_path: Path) -> None:
    vault = make_vault(tmp_path / "vault", {"a.md": CARDS})
    environ = {"HOME": str(tmp_path / "home"), "PYTHONPATH": str(ROOT), "PATH": os.defpath, "TERM": "xterm"}
    command = own_command("studyapp", SERVED, json.dumps([str(vault), NOW_TEXT, {}]))
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as app:
        assert app.stdin is not None
        assert app.stdout is not None
        assert app.stdout.readline() == b"__GANGLION__\n"
        for name, key in (("Review", "enter"), ("Show the answer", "space"), ("Good", "3")):
            until_key(app.stdout, name)
            app.stdin.write(AppService.encode_packet(b"M", json.dumps({"type": "key", "key": key}).encode()))
            app.stdin.flush()
        until_key(app.stdout, "Show the answer")
        app.stdin.close()
        app.stdout.close()
        assert app.stderr is not None
        complaints = app.stderr.read()
        assert app.wait(60) in (0, 129)
    assert complaints == b""
    assert "2024-06-10" not in (vault / "a.md").read_text()


@pytest.mark.slow
@pytest.mark.parametrize("words", [[], ["one", "two"]])
def test_it_is_not_for_people(words: list[str]) -> None:
    done = subprocess.run(
        own_command("studyapp", SERVED, *words), capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 1
    assert done.stderr == "studyapp: only `studyapp serve` runs `studyapp served`, for its pages\n"
