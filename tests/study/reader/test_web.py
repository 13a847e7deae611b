"""The address that the user sees is the one that is opened."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studyapp.study.reader.web import AddressError, real_address


@pytest.mark.parametrize(
    ("address", "real"),
    [
        ("https://example.org/a?b=c#d", "https://example.org/a?b=c#d"),
        ("HTTP://Example.org", "http://example.org"),
        ("https://аpple.com/x", "https://xn--pple-43d.com/x"),
        ("https://example.org/\u202egnp.exe", "https://example.org/%E2%80%AEgnp.exe"),
        ("https://example.org:8080/ä", "https://example.org:8080/%C3%A4"),
        ("http://[::1]/x", "http://[::1]/x"),
    ],
)
def test_letters_that_look_like_others_are_shown_for_what_they_are(address: str, real: str) -> None:
    assert real_address(address) == real


@pytest.mark.parametrize(
    "address",
    [
        *("javascript:alert(1)", "file:///etc/passwd", "https://", "ftp://x.y", "data:text/html,x", "vscode://x"),
        *("https://bank.example@evil.example/", "https://x.y:99999/", "//x.y", "https://[bad"),
    ],
)
def test_anything_but_a_plain_web_address_is_refused(address: str) -> None:
    with pytest.raises(AddressError):
        real_address(address)


@given(st.text(max_size=40))
def test_the_result_is_always_plain_ascii_and_an_address_of_the_web(text: str) -> None:
    try:
        real = real_address(f"https://{text}")
    except AddressError:
        return
    assert real.isascii()
    assert real.isprintable()
    assert real.startswith("https://")
