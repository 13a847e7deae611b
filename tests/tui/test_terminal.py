"""The whole program in a pseudo-terminal: what reaches it, what stays there, and what is on the disk afterwards."""

from __future__ import annotations

import re
import shutil
import signal
import sys
import termios
from pathlib import Path

import pytest

from studyapp.core.text.note_text import digest_of
from tests.helpers.apps import TWO_CARDS
from tests.helpers.terminal import Terminal
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW_TEXT, SEED, make_vault

OLD = TWO_CARDS["Notes.md"].encode()


@pytest.fixture
def vault(tmp_path: Path) -> Path:
    return make_vault(tmp_path / "vault", TWO_CARDS)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def review(vault: Path, home: Path, *more: str, size: tuple[int, int] = (80, 24)) -> Terminal:
    return Terminal(["review", str(vault), "--now", NOW_TEXT, *more], home, size)


def restored(raw: bytes) -> bool:
    """Whether the alternate screen was left, the cursor shown and the mouse released, each after it was taken."""
    return (
        raw.rfind(b"\x1b[?1049l") > raw.rfind(b"\x1b[?1049h") >= 0
        and raw.rfind(b"\x1b[?25h") > raw.rfind(b"\x1b[?25l") >= 0
        and raw.rfind(b"\x1b[?1000l") > raw.rfind(b"\x1b[?1000h") >= 0
        and raw.rfind(b"\x1b[?2004l") > raw.rfind(b"\x1b[?2004h")
    )


def test_the_main_job_on_the_real_note(tmp_path: Path, home: Path) -> None:
    """Open the seed's vault, review both of its cards, undo, quit: the note has the right bytes."""
    vault = tmp_path / "vault"
    vault.mkdir()
    shutil.copytree(SEED.parent / ".obsidian", vault / ".obsidian")
    note = Path(shutil.copy(SEED, vault))
    before = note.read_bytes()
    terminal = Terminal([str(vault), "--now", NOW_TEXT], home)
    terminal.until_shown("2 due  ·  0 new")
    terminal.press("\r")
    terminal.until_shown("Hard prompt tuning is where you directly change")
    terminal.press(" ")
    terminal.until_shown("Good")
    terminal.press("3")
    terminal.until_shown("What's the difference between soft prompt tuning")
    terminal.press(" ")
    terminal.until_shown("Prefix tuning")
    terminal.until_shown("Easy")
    terminal.press("4")
    terminal.until_shown("Nothing left to review")
    terminal.press("u")
    terminal.until_shown('Undid "Easy".')
    terminal.press("q")
    terminal.until_shown("1 due  ·  0 new")
    terminal.press("q")
    assert terminal.end() == 0
    assert restored(terminal.raw)
    after = note.read_bytes()
    assert after != before
    assert re.sub(rb"<!--SR:!2024-10-1\d,1\d\d,290-->", b"<!--SR:!2024-01-10,41,290-->", after, count=1) == before


@pytest.mark.slow
def test_undo_of_all_gives_the_same_digest(vault: Path, home: Path) -> None:
    note = vault / "Notes.md"
    terminal = review(vault, home)
    terminal.until_shown("France")
    for key, shows in (
        (" ", "Paris"),
        ("1", "Italy"),
        (" ", "Rome"),
        ("4", "France"),
        ("u", "Italy"),
        ("u", "France"),
    ):
        terminal.press(key)
        terminal.until_shown(shows)
    terminal.press("q")
    assert terminal.end() == 0
    assert digest_of(note.read_bytes()) == digest_of(OLD)


@pytest.mark.slow
def test_grades_that_were_typed_ahead_are_all_written_before_the_end(vault: Path, home: Path) -> None:
    terminal = review(vault, home)
    terminal.until_shown("France")
    terminal.press(" 3 3q")
    assert terminal.end() == 0
    assert b"2024-06-10" not in (vault / "Notes.md").read_bytes()
    assert b"2024-06-12" not in (vault / "Notes.md").read_bytes()


@tiered("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_loses_no_grade_and_leaves_the_terminal_in_order(
    vault: Path, home: Path, number: signal.Signals
) -> None:
    terminal = review(vault, home)
    terminal.until_shown("France")
    terminal.press(" 3")
    terminal.until_shown("Italy")
    terminal.child.kill(number)
    assert terminal.end() == 128 + number
    assert b"2024-06-10" not in (vault / "Notes.md").read_bytes()
    assert restored(terminal.raw)


@pytest.mark.slow
def test_a_terminal_that_is_closed_ends_the_program_and_loses_no_grade(vault: Path, home: Path) -> None:
    terminal = review(vault, home)
    terminal.until_shown("France")
    terminal.press(" 3")
    terminal.until_shown("Italy")
    terminal.hang_up()
    assert b"2024-06-10" not in (vault / "Notes.md").read_bytes()


@pytest.mark.slow
def test_the_terminal_echoes_and_is_in_canonical_mode_afterwards(vault: Path, home: Path) -> None:
    terminal = review(vault, home)
    fd = terminal.child.child_fd
    terminal.until_shown("France")
    during = termios.tcgetattr(fd)
    terminal.press("q")
    while terminal.read():
        pass
    after = termios.tcgetattr(fd)
    assert terminal.end() == 0
    assert not during[3] & (termios.ECHO | termios.ICANON)
    assert after[3] & termios.ECHO
    assert after[3] & termios.ICANON
    assert b"\x1b[?1049l" in terminal.raw


HOSTILE = {
    "esc": "\x1b[31mred\x1b]0;title\x07",
    "clipboard": "\x1b]52;c;SGFja2VkIQ==\x07",
    "device control": "\x1bPq#0;2;0;0;0\x1b\\",
    "c1": "\x9b31m\x90q\x9c\x9d52;c;SGFjaw==\x9c",
    "bidirectional": "abc\u202edef\u2066ghi\u2069",
    "markup": "[bold red]x[/] [@click=app.quit]quit[/]",
    "invisible": "a\u200bb\ufeffc\u00add",
}


FORBIDDEN = (
    b"\x1b]",
    b"\x1bP",
    b"\x07",
    *(chr(code).encode() for code in range(0x80, 0xA0)),
    *(char.encode() for char in "\u202a\u202e\u2066\u2069\u200b\u00ad\ufeff"),
)
"""What the program itself never sends, and a note must not."""


@pytest.mark.slow
def test_hostile_text_never_arrives_raw(tmp_path: Path, home: Path) -> None:
    notes = {
        f"{name}.md": f"#flashcards\n\n# Heading {text}\n\nQuestion {text}\n?\nAnswer {text}\n"
        f"```sh\n{text}\n```\nthat was {name}\n"
        for name, text in HOSTILE.items()
    }
    terminal = review(make_vault(tmp_path / "vault", notes), home)
    texts = ""
    for _ in HOSTILE:
        terminal.until(lambda screen: "Question" in screen and "that was" not in screen)
        terminal.press(" ")
        texts += terminal.until_shown("that was")
        terminal.press("i")
        texts += terminal.until_shown("This card")
        terminal.press("q")
        terminal.until(lambda screen: "This card" not in screen)
        terminal.press("3")
    terminal.until_shown("Nothing left")
    arrived = re.sub(rb"\x1b\]22;[a-z-]+\x07", b"", terminal.raw)  # the shape of the mouse pointer
    assert [raw for raw in FORBIDDEN if raw in arrived] == []
    assert b"\x1b[31mred" not in arrived
    assert HOSTILE["markup"] in texts
    assert all(f"that was {name}" in texts for name in HOSTILE)
    terminal.press("q")
    assert terminal.end() == 0


@pytest.mark.slow
def test_no_color_sends_no_colour(vault: Path, home: Path) -> None:
    terminal = Terminal(["review", str(vault), "--now", NOW_TEXT], home, environment={"NO_COLOR": "1"})
    terminal.until_shown("France")
    terminal.press(" ")
    terminal.until_shown("Easy")
    terminal.press("q")
    assert terminal.end() == 0
    colours = [
        code for code in re.findall(rb"\x1b\[([0-9;]*)m", terminal.raw) if re.search(rb"(?:^|;)[34]8;[25];", code)
    ]
    assert colours == []


@pytest.mark.slow
def test_a_deck_that_does_not_exist_is_reported_on_standard_error_with_exit_code_1(
    vault: Path, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = review(vault, home, "--deck", "nope")
    assert terminal.end() == 1
    assert "there is no deck 'nope'" in capsys.readouterr().out  # which a test that fails shows
    assert b"there is no deck 'nope'" in terminal.raw
    assert restored(terminal.raw)


@pytest.mark.slow
def test_a_full_log_is_reported_at_the_end_with_exit_code_1(vault: Path, home: Path) -> None:
    (vault / ".studyapp").mkdir()
    reviews = vault / ".studyapp/reviews"
    reviews.mkdir()
    terminal = review(vault, home)
    terminal.until_shown("France")
    reviews.rmdir()
    reviews.write_text("a file where the folder should be")
    terminal.press(" 3")
    terminal.until_shown("only kept in memory")
    terminal.press("q")
    assert terminal.end() == 1
    assert b"1 grade could not be saved" in terminal.raw
    assert b"schedule entry !2024-06-" in terminal.raw
    assert (vault / "Notes.md").read_bytes() == OLD


@pytest.mark.slow
@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
def test_decks_and_review_fit_the_terminal(vault: Path, home: Path, size: tuple[int, int]) -> None:
    terminal = Terminal([str(vault), "--now", NOW_TEXT], home, size)
    terminal.until_shown("Start review")
    terminal.until_shown("Quit")
    terminal.press("\r")
    terminal.until_shown("show the answer")
    terminal.press("q")
    terminal.until(lambda shown: "Quit" in shown and "show the answer" not in shown)
    terminal.press("q")
    assert terminal.end() == 0


def editing(vault: Path, home: Path, script: str) -> Terminal:
    """A review whose first note is being edited, by a script."""
    editor = home / "nano"
    editor.write_text(f"#!/bin/sh\n{script}\n")
    editor.chmod(0o755)
    terminal = Terminal(["review", str(vault), "--now", NOW_TEXT], home, environment={"VISUAL": str(editor)})
    terminal.until_shown("France")
    terminal.press("e")
    return terminal


@pytest.mark.slow
def test_the_editor_gets_the_terminal_and_gives_it_back(vault: Path, home: Path) -> None:
    terminal = editing(vault, home, 'printf "EDITING %s" "$1"; read line; sed -i s/Paris/Lyon/ "$2"')
    terminal.until_shown("EDITING +5")
    terminal.screen.reset()  # nothing on the screen is what was there before
    terminal.press("\r")
    terminal.until_shown("France")
    terminal.press(" ")
    terminal.until_shown("Lyon")
    terminal.press("q")
    assert terminal.end() == 0


@pytest.mark.slow
def test_the_program_can_be_suspended_and_comes_back_as_it_was(vault: Path, home: Path) -> None:
    terminal = Terminal.of_shell(["review", str(vault), "--now", NOW_TEXT], home)
    terminal.until_shown("France")
    terminal.press(" ")
    terminal.until_shown("Paris")
    terminal.press("\x1a")
    terminal.until(lambda _: b"Stopped" in terminal.raw)
    terminal.screen.reset()  # nothing on the screen is what was there before
    terminal.press("fg\r")
    terminal.until(lambda text: all(word in text for word in ("Capitals", "France", "Paris", "Easy", "Undo")))
    terminal.press("3")
    terminal.until_shown("Italy")
    terminal.press("q")
    terminal.until(lambda _: terminal.raw.rstrip().endswith(b"shell>"))
    assert b"2024-06-10" not in (vault / "Notes.md").read_bytes()
    terminal.press("exit\r")
    terminal.end()


WRAPPED = 'import subprocess, sys; sys.exit(subprocess.call([sys.executable, "-m", "studyapp", *sys.argv[1:]]))'


@pytest.mark.slow
@pytest.mark.parametrize("wrapped", [False, True])
def test_nothing_stops_the_program_where_no_shell_could_let_it_go_on(vault: Path, home: Path, wrapped: bool) -> None:
    """A terminal that runs the program itself, or a script that does."""
    arguments = ["review", str(vault), "--now", NOW_TEXT]
    terminal = (
        Terminal([sys.executable, "-c", WRAPPED, *arguments], home, program="/usr/bin/env")
        if wrapped
        else Terminal(arguments, home)
    )
    terminal.until_shown("France")
    terminal.press("\x1a")
    terminal.press(" ")
    terminal.until_shown("Paris")
    terminal.press("q")
    assert terminal.end() == 0


@pytest.mark.slow
def test_an_editor_cannot_stop_the_program_where_no_shell_could_let_it_go_on(vault: Path, home: Path) -> None:
    terminal = editing(vault, home, 'kill -TSTP 0; printf "EDITING"; read line')
    terminal.until_shown("EDITING")
    terminal.screen.reset()  # nothing on the screen is what was there before
    terminal.press("\r")
    terminal.until_shown("show the answer")
    terminal.press("q")
    assert terminal.end() == 0


ODD = {
    "Q": b"\xe9\x1b[M \xff\xff\x9b31m",
    "Z": b"\x1b[99999999u",
    "K": b"\x1b[99999999999999999999u",
    "X": b"\x1b[97;1:3u",
    "J": b"\x1b[55296u",
    "W": b"\x1b[48;99999999;99999999;1;1t",
}
"""What no terminal should send, by a letter that is typed behind it: no UTF-8, numbers of no character, an unknown
form, half a character, a size beyond all memory.
"""


@pytest.mark.slow
def test_what_no_terminal_should_send_is_left_out(vault: Path, home: Path) -> None:
    terminal = review(vault, home)
    terminal.until_shown("France")
    terminal.press("t")
    terminal.until_shown("Your answer")
    for letter, odd in ODD.items():
        terminal.child.send(odd + letter.encode())
        terminal.until_shown(letter)
        assert "Your answer" in terminal.text
    terminal.press("\x1b")
    terminal.until(lambda text: "Your answer" not in text)
    terminal.press("q")
    assert terminal.end() == 0
