from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.tui.services.clipboard import doubt_of, harmless


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_a_text_without_controls_is_copied_as_it_is(text: str) -> None:
    assert harmless(f"a\t{text}\nb") == f"a\t{text}\nb"


@given(st.text())
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    found = harmless(text + "\x1b[201~\x9b\udcff")
    assert found.encode()
    assert not any((ord(char) < 32 and char not in "\t\n") or 127 <= ord(char) < 160 for char in found)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"TERM_PROGRAM": "Apple_Terminal"}, "Terminal.app"),
        ({"VTE_VERSION": "7600"}, "hold Shift"),
        ({"TMUX": "/tmp/x", "VTE_VERSION": "7600"}, "set-clipboard on"),
        ({"STY": "1.pts"}, "screen"),
        ({"TERM": "linux"}, "no clipboard"),
    ],
)
def test_a_terminal_that_may_not_take_copies_is_named_with_what_helps(environ: dict[str, str], said: str) -> None:
    assert said in doubt_of(environ)


def test_of_other_terminals_nothing_is_reported() -> None:
    assert doubt_of({"TERM": "xterm-256color", "TERM_PROGRAM": "iTerm.app"}) == ""
