"""The token lets one browser in, once; who guesses is not heard for long."""

from __future__ import annotations

import secrets
from unittest.mock import patch

import pytest

from studyapp.serve.access import TRIES, WINDOW, Access


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_a_token_is_exchanged_for_a_cookie_once() -> None:
    access = Access()
    token = access.renew()
    cookie = access.redeem(token, "a")
    assert cookie is not None
    assert access.admits(cookie)
    assert access.redeem(token, "a") is None
    assert access.admits(cookie)


def test_a_new_token_replaces_the_one_before_and_keeps_the_session() -> None:
    access = Access()
    cookie = access.redeem(access.renew(), "a")
    old = access.renew()
    access.renew()
    assert access.redeem(old, "a") is None
    assert cookie is not None
    assert access.admits(cookie)


def test_the_next_browser_takes_over() -> None:
    access = Access()
    first = access.redeem(access.renew(), "a")
    second = access.redeem(access.renew(), "b")
    assert first is not None
    assert second is not None
    assert not access.admits(first)
    assert access.admits(second)


@pytest.mark.parametrize("given", ["", "None", "x" * 10_000, "é€\ud800", "\0"])
def test_nothing_else_lets_in(given: str) -> None:
    access = Access()
    assert access.redeem(given, "a") is None, "there is no token yet"
    access.renew()
    assert access.redeem(given, "a") is None
    assert not access.admits(given)


def test_after_some_wrong_tokens_an_address_is_not_heard_for_a_minute_even_with_the_right_one() -> None:
    clock = Clock()
    access = Access(clock)
    token = access.renew()
    for _ in range(TRIES):
        assert not access.wait_of("guesser")
        assert access.redeem("wrong", "guesser") is None
    assert access.wait_of("guesser") == WINDOW
    assert access.redeem(token, "guesser") is None
    assert not access.wait_of("other")
    clock.now += WINDOW
    assert not access.wait_of("guesser")
    assert access.redeem(token, "guesser") is not None


def test_guessing_addresses_take_a_limited_memory() -> None:
    access = Access()
    access.renew()
    for number in range(3000):
        access.redeem("wrong", str(number))
    assert len(access._wrong) <= 1000


def test_tokens_and_cookies_are_compared_in_constant_time() -> None:
    access = Access()
    token = access.renew()
    with patch.object(secrets, "compare_digest", wraps=secrets.compare_digest) as compare:
        access.redeem("wrong", "a")
        cookie = access.redeem(token, "a")
        assert cookie is not None
        access.admits(cookie)
    assert compare.call_count == 3
