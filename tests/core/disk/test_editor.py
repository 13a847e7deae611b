from __future__ import annotations

from pathlib import Path

import pytest

from studyapp.core.disk.editor import EditorError, editor_command


@pytest.fixture
def path(tmp_path: Path) -> str:
    """A folder with editors that do nothing."""
    for name in ("vi", "vim", "nano", "hx", "emacs", "micro", "code", "subl", "mystery"):
        file = tmp_path / name
        file.write_text("#!/bin/sh\n")
        file.chmod(0o755)
    return str(tmp_path)


NOTE = Path("/vault/A note.md")


@pytest.mark.parametrize("name", ["vi", "vim", "nano", "hx", "emacs", "micro"])
def test_editors_of_the_terminal_get_the_line(path: str, name: str) -> None:
    assert editor_command(name, {"PATH": path}, NOTE, 12) == [name, "+12", "/vault/A note.md"]


def test_editors_with_windows_get_the_line_and_are_waited_for(path: str) -> None:
    assert editor_command("code", {"PATH": path}, NOTE, 12) == ["code", "--wait", "-g", "/vault/A note.md:12"]
    assert editor_command("code --wait", {"PATH": path}, NOTE, 1) == ["code", "--wait", "-g", "/vault/A note.md:1"]
    assert editor_command("subl -w", {"PATH": path}, NOTE, 2) == ["subl", "-w", "/vault/A note.md:2"]


def test_an_editor_that_is_not_known_gets_the_file_alone(path: str) -> None:
    assert editor_command("mystery --flag 'two words'", {"PATH": path}, NOTE, 3) == [
        "mystery",
        "--flag",
        "two words",
        "/vault/A note.md",
    ]


def test_the_setting_counts_before_visual_and_visual_before_editor(path: str) -> None:
    environ = {"PATH": path, "VISUAL": "hx", "EDITOR": "nano"}
    assert editor_command("vim", environ, NOTE, 1)[0] == "vim"
    assert editor_command("", environ, NOTE, 1)[0] == "hx"
    assert editor_command("", {"PATH": path, "VISUAL": " ", "EDITOR": "nano"}, NOTE, 1)[0] == "nano"


def test_without_any_setting_a_usual_editor_is_taken(path: str) -> None:
    assert editor_command("", {"PATH": path}, NOTE, 1)[0] == "nano"


@pytest.mark.parametrize(
    ("setting", "says"), [("", "no editor found"), ("gone", "is not installed"), ("vi 'x", "bad editor command")]
)
def test_without_an_editor_the_error_says_what_to_do(tmp_path: Path, setting: str, says: str) -> None:
    with pytest.raises(EditorError, match=says) as caught:
        editor_command(setting, {"PATH": str(tmp_path)}, NOTE, 1)
    assert "$VISUAL" in str(caught.value)


def test_a_note_whose_name_starts_with_a_dash_is_not_an_option(path: str) -> None:
    assert editor_command("vi", {"PATH": path}, Path("-rf.md"), 1)[-1].startswith("/")
