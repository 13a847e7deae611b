"""The code that a phone reads."""

from __future__ import annotations

from studyapp.serve.terminal import qr_lines

ADDRESS = "http://192.168.178.123:8600/login#" + "a" * 22


def test_the_code_of_an_address_fits_into_a_small_terminal() -> None:
    lines = qr_lines(ADDRESS, coloured=False)
    assert len(lines) <= 20
    assert {len(line) for line in lines} == {len(lines[0])}
    assert len(lines[0]) <= 40
    assert set("".join(lines)) <= set("█▀▄ ")


def test_with_colours_it_is_dark_on_light_whatever_the_terminal_has() -> None:
    for line in qr_lines(ADDRESS, coloured=True):
        assert line.startswith(("\x1b[97;40m█", "\x1b[97;40m▀"))
        assert line.endswith("\x1b[0m")
