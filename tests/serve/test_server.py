"""Who gets what from the server, and what becomes of the app behind it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import pytest
from aiohttp import WSMsgType, WSServerHandshakeError

from studyapp.serve.server import ELSEWHERE
from tests.serve.conftest import Asker, Page

PAGES = ("/", "/ws", "/page/page.js", "/page/index.html", "/static/js/textual.js", "/static/css/xterm.css")


async def test_without_the_cookie_there_is_nothing_but_the_page_to_log_in(asker: Asker) -> None:
    for way in (
        *PAGES,
        "/static/",
        "/page/",
        "/nothing",
        "/download/x",
        "/static/../server.py",
        "/page/..%2fserver.py",
    ):
        assert (await asker.ask(way, Origin=asker.origin)).status == 401, way
    for way in ("/login", "/page/login.js", "/page/page.css"):
        assert (await asker.ask(way)).status == 200, way


async def test_the_token_is_exchanged_for_a_cookie_that_no_script_and_no_other_site_gets(asker: Asker) -> None:
    answer = await asker.log_in()
    assert answer.status == 204
    (cookie,) = answer.cookies.values()
    assert cookie.key == f"studyapp-{asker.client.port}"
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Strict", "/", "")
    assert asker.let_in == [True]
    for way in PAGES:
        if way != "/ws":
            assert (await asker.ask(way)).status == 200, way


async def test_a_used_token_and_a_wrong_one_are_refused(asker: Asker) -> None:
    token = asker.access.renew()
    assert (await asker.log_in(token)).status == 204
    asker.client.session.cookie_jar.clear()
    for given in (token, "", "wrong", "x" * 500):
        answer = await asker.log_in(given)
        assert answer.status == 403
        assert not answer.cookies
    assert (await asker.ask("/")).status == 401


async def test_after_wrong_guesses_there_is_a_wait(asker: Asker) -> None:
    token = asker.access.renew()
    for _ in range(5):
        assert (await asker.log_in("guess")).status == 403
    answer = await asker.log_in(token)
    assert answer.status == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 61
    assert not answer.cookies


@pytest.mark.parametrize("charset", ["foo", "base64", "idna", "undefined", "utf-16"])
async def test_a_guess_is_wrong_in_any_encoding(asker: Asker, charset: str) -> None:
    headers = {"Origin": asker.origin, "Content-Type": f"text/plain; charset={charset}"}
    assert (await asker.ask("/login", "POST", data="xn--é", **headers)).status == 403


async def test_a_long_guess_is_not_read(asker: Asker) -> None:
    assert (await asker.log_in("x" * 10_000)).status == 413


@pytest.mark.parametrize("given", ["", "wrong", "é", '"quoted"'])
async def test_a_wrong_cookie_does_not_count(asker: Asker, given: str) -> None:
    asker.access.redeem(asker.access.renew(), "")
    answer = await asker.ask("/", Cookie=f"studyapp-{asker.client.port}={given}".encode().decode("latin-1"))
    assert answer.status == 401


EVIL = [
    {"Host": "evil.example"},
    {"Host": "evil.example:{port}"},
    {"Host": "127.0.0.1:1"},
    {"Origin": "http://evil.example"},
    {"Origin": "http://127.0.0.1:1"},
    {"Origin": "null"},
]


@pytest.mark.parametrize("headers", EVIL)
async def test_another_name_or_page_is_refused_with_the_cookie_too(asker: Asker, headers: Mapping[str, str]) -> None:
    await asker.log_in()
    given = {name: value.format(port=asker.client.port) for name, value in headers.items()}
    for way in (*PAGES, "/login", "/nothing"):
        answer = await asker.ask(way, **given)
        assert answer.status == 403, way
        assert "evil" not in str(answer.headers)
    token = asker.access.renew()
    answer = await asker.ask("/login", "POST", data=token, **{"Origin": asker.origin, **given})
    assert answer.status == 403
    with pytest.raises(WSServerHandshakeError, match="403"):
        await asker.open(**given)
    assert (await asker.log_in(token)).status == 204, "it was not used up"


async def test_where_something_is_done_the_browser_says_from_which_page(asker: Asker) -> None:
    await asker.log_in()
    assert (await asker.ask("/login", "POST", data=asker.access.renew())).status == 403
    assert (await asker.ask("/ws")).status == 403
    for method in ("PUT", "DELETE", "OPTIONS", "PATCH"):
        assert (await asker.ask("/login", method)).status == 403


async def test_each_answer_forbids_what_our_pages_do_not_need(asker: Asker) -> None:
    answers = [await asker.ask("/login"), await asker.ask("/"), await asker.ask("/x", Host="evil.example")]
    answers += [await asker.log_in("wrong"), await asker.log_in(), await asker.ask("/"), await asker.ask("/nothing")]
    answers.append(await asker.ask("/static/js/textual.js"))
    assert [one.status for one in answers] == [200, 401, 403, 403, 204, 200, 404, 200]
    for one in answers:
        policy = one.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "frame-ancestors 'none'" in policy
        assert "script-src 'self' " not in policy, "no inline script"
        wanted = {
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Cache-Control": "no-store",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Server": "studyapp",
        }
        assert wanted.items() <= one.headers.items()


async def test_only_the_files_of_the_pages_are_served(asker: Asker) -> None:
    await asker.log_in()
    for way in ("/static/", "/page/", "/static/js", "/static/..%2fserver.py", "/page/..%2fserver.py", "/download/x"):
        assert (await asker.ask(way)).status in (403, 404), way


async def test_without_the_cookie_no_socket_is_opened(asker: Asker) -> None:
    with pytest.raises(WSServerHandshakeError, match="401"):
        await asker.open()


async def test_a_page_reviews_and_when_it_is_closed_every_grade_is_in_its_note(asker: Asker) -> None:
    await asker.log_in()
    socket = await asker.open()
    page = Page(socket)
    await page.grade_first()
    await page.until_key("Show the answer")
    await page.press("space")
    await page.until_key("Good")
    await page.press("1")  # the grade is on its way while the page is closed
    await socket.close()
    await _app_ended(asker)
    assert "2024-06-10" not in asker.note
    assert "<!--SR:!2024-06-12,4,250-->" not in asker.note


@pytest.mark.slow
async def test_the_next_page_takes_over_once_all_is_written(asker: Asker) -> None:
    await asker.log_in()
    first = Page(await asker.open())
    await first.grade_first()
    await first.until_key("Show the answer")
    ended = asyncio.create_task(first.to_the_end())
    second = Page(await asker.open())
    assert await ended == ELSEWHERE
    await second.until_key("Review")
    assert "2024-06-10" not in asker.note
    await second.socket.close()
    await _app_ended(asker)


@pytest.mark.slow
async def test_a_new_login_ends_the_session_before(asker: Asker) -> None:
    await asker.log_in()
    (old,) = asker.client.session.cookie_jar
    first = Page(await asker.open())
    await first.until_key("Review")
    ended = asyncio.create_task(first.to_the_end())
    await asker.log_in()
    assert await ended == ELSEWHERE
    asker.client.session.cookie_jar.clear()
    assert (await asker.ask("/", Cookie=f"{old.key}={old.value}")).status == 401


@pytest.mark.slow
async def test_leaving_the_app_closes_the_page(asker: Asker) -> None:
    await asker.log_in()
    page = Page(await asker.open())
    await page.until_key("Quit")
    await page.press("q")
    assert await page.to_the_end() == 1000


@pytest.mark.slow
async def test_the_app_continues_for_the_page_when_its_vault_is_opened_again(asker: Asker) -> None:
    await asker.log_in()
    page = Page(await asker.open())
    switch = "down down down enter escape"  # autoplay; leaving the settings then opens the vault again
    for name, keys in (("Review", "comma"), ("Change", switch), ("Review", "enter")):
        await page.until_key(name)
        await page.press(*keys.split())
    await page.until_key("Show the answer")
    await page.socket.close()
    await _app_ended(asker)


@pytest.mark.slow
async def test_messages_that_make_no_sense_are_ignored(asker: Asker) -> None:
    await asker.log_in()
    page = Page(await asker.open())
    await page.until_key("Review")
    for text in ("", "x", "[]", "{}", "null", '["stdin"]', '["stdin", 1]', '["resize", {"width": "x"}]', '["quit"]'):
        await page.socket.send_str(text)
    await page.socket.send_str("[" * 100_000)
    await page.socket.send_json(["resize", {"width": 10**9, "height": -5}])
    await page.socket.send_json(["key", "no-such-key\0\x1b"])
    await page.socket.send_json(["resize", {"width": 42, "height": 35}])
    await page.socket.send_bytes(b"\0")
    await page.press("enter")
    await page.until_key("Show the answer")
    await page.socket.send_json(["ping", "here"])
    while (message := await page.socket.receive()).type is not WSMsgType.TEXT or message.json()[0] == "keys":
        pass
    assert message.json() == ["pong", "here"]
    await page.socket.close()
    await _app_ended(asker)


async def test_when_the_server_ends_every_grade_is_in_its_note(asker: Asker) -> None:
    await asker.log_in()
    page = Page(await asker.open())
    await page.grade_first()
    await page.until_key("Show the answer")
    ended = asyncio.create_task(page.to_the_end())
    await asker.client.server.close()
    assert await ended == 1001
    assert "2024-06-10" not in asker.note


async def _app_ended(asker: Asker) -> None:
    """Wait until the app of a page that is closed has ended: the next one begins only then."""
    page = Page(await asker.open())
    await page.until_key("Quit")
    await page.press("q")
    await page.to_the_end()
