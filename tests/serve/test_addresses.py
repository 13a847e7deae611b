"""By which names the server answers, and to which pages."""

from __future__ import annotations

import pytest

from studyapp.serve.addresses import Names, is_local, origin, reachable
from tests.helpers.rows import each_row

HERE = ("127.0.0.1", 8600)
LAN = ("192.168.1.20", 8600)


@pytest.mark.parametrize(
    ("asked", "host", "arrived"),
    [
        ("127.0.0.1", "127.0.0.1:8600", HERE),
        ("127.0.0.1", "localhost:8600", HERE),
        ("127.0.0.1", "LOCALHOST:8600", HERE),
        ("0.0.0.0", "192.168.1.20:8600", LAN),
        ("0.0.0.0", "127.0.0.1:8600", HERE),
        ("my.box", "my.box:8600", LAN),
        ("My.Box", "my.box:8600", LAN),
        ("::1", "[::1]:8600", ("::1", 8600)),
        ("::", "192.168.1.20:8600", ("::ffff:192.168.1.20", 8600)),
        ("::", "[fe80::1]:8600", ("fe80::1%eth0", 8600)),
        ("127.0.0.1", "127.0.0.1", ("127.0.0.1", 80)),
    ],
)
def test_it_answers_to_its_own_names(asked: str, host: str, arrived: tuple[str, int]) -> None:
    names = Names(asked)
    assert names.wrong({"Host": host}, arrived, must_say=False) == ""
    assert names.wrong({"Host": host, "Origin": f"http://{host}"}, arrived, must_say=True) == ""


@each_row(
    "host",
    [
        "evil.example:8600",
        "evil.example",
        "127.0.0.1.evil.example:8600",
        "localhost.evil.example:8600",
        "127.0.0.1:8601",
        "127.0.0.1",
        "127.0.0.2:8600",
        "192.168.1.20:8600",
        "0.0.0.0:8600",
        "127.1:8600",
        "2130706433:8600",
        "127.0.0.1%;script-src *:8600",
        "user@127.0.0.1:8600",
        "127.0.0.1:8600/x",
        "127.0.0.1:8600#x",
        "127.0.0.1:x",
        "127.0.0.1:99999",
        "[::1:8600",
        "",
    ],
)
def test_any_other_name_is_refused(host: str) -> None:
    assert Names("127.0.0.1").wrong({"Host": host}, HERE, must_say=False).startswith("this server has another name")


def test_localhost_does_not_name_other_machines() -> None:
    assert Names("0.0.0.0").wrong({"Host": "localhost:8600"}, LAN, must_say=False)


def test_without_a_name_or_a_place_nothing_is_answered() -> None:
    assert Names("127.0.0.1").wrong({}, HERE, must_say=False)
    assert Names("127.0.0.1").wrong({"Host": "127.0.0.1:8600"}, ("", 0), must_say=False)


@pytest.mark.parametrize(
    "asks",
    [
        "http://evil.example",
        "http://127.0.0.1:8601",
        "https://127.0.0.1:8600",
        "http://localhost:8600",
        "http://127.0.0.1:8600.evil.example",
        "null",
        "",
    ],
)
def test_another_page_is_refused_whatever_it_asks_for(asks: str) -> None:
    for must_say in (False, True):
        headers = {"Host": "127.0.0.1:8600", "Origin": asks}
        assert (
            Names("127.0.0.1").wrong(headers, HERE, must_say=must_say).startswith("a page of another site sent this")
        )


def test_where_something_is_done_the_page_must_be_named() -> None:
    headers = {"Host": "127.0.0.1:8600"}
    assert Names("127.0.0.1").wrong(headers, HERE, must_say=True).startswith("the browser did not say")


def test_addresses_are_written_as_browsers_take_them() -> None:
    assert origin("127.0.0.1", 8600) == "http://127.0.0.1:8600"
    assert origin("::1", 8600) == "http://[::1]:8600"
    assert origin("my.box", 80) == "http://my.box"


def test_only_loopback_is_this_machine_alone() -> None:
    assert [one for one in ("127.0.0.1", "127.9.9.9", "::1", "localhost") if is_local(one)] == [
        "127.0.0.1",
        "127.9.9.9",
        "::1",
        "localhost",
    ]
    assert not [one for one in ("0.0.0.0", "::", "192.168.1.20", "my.box", "::ffff:192.168.1.20") if is_local(one)]


def test_an_address_that_means_every_one_is_never_shown() -> None:
    assert reachable("192.168.1.20") == "192.168.1.20"
    assert reachable("0.0.0.0") != "0.0.0.0"
    assert reachable("::") != "::"
