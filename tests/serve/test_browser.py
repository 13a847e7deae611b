"""The app in a real browser of the size of a phone, served by the command."""

from __future__ import annotations

import http.server
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.helpers.browser import CHROMIUM, DRIVER, PATIENCE, Browser, browsing
from tests.helpers.vaults import NOW_TEXT, ROOT, make_vault

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver, of Debian's chromium-driver"
    ),
]

CARDS = "#flashcards\n\nFrance::Paris\n<!--SR:!2024-06-10,4,250-->\n\nItaly::Rome\n<!--SR:!2024-06-12,4,250-->\n"
ENTER = "\ue007"
"""As WebDriver names it."""
THUMB = 44
"""Pixels that a key has at least, both ways."""
TOO_SMALL = """
const small = ({width, height}) => width < arguments[0] || height < arguments[0];
return [...document.querySelectorAll("#keys button")].filter((one) => small(one.getBoundingClientRect()))
    .map((one) => one.textContent);
"""

FAINT = """
const light = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const luminance = ([red, green, blue]) => 0.2126 * light(red) + 0.7152 * light(green) + 0.0722 * light(blue);
const parts = (colour) => [...colour.matchAll(/[\\d.]+/g)].map(Number);
function ground(one) {
    if (!one) return [255, 255, 255];
    const [red, green, blue, alpha = 1] = parts(getComputedStyle(one).backgroundColor);
    const below = alpha < 1 ? ground(one.parentElement) : [0, 0, 0];
    return [red, green, blue].map((value, index) => value * alpha + below[index] * (1 - alpha));
}
function contrast(one) {
    const [dark, bright] = [parts(getComputedStyle(one).color), ground(one)].map(luminance).sort((a, b) => a - b);
    return (bright + 0.05) / (dark + 0.05);
}
const worded = (one) => [...one.childNodes].some((part) => part.nodeType === Node.TEXT_NODE && part.data.trim());
return [...document.body.querySelectorAll("*:not(#terminal *)")]
    .filter((one) => worded(one) && one.checkVisibility())
    .map((one) => [one.textContent, contrast(one)]);
"""
"""The texts outside the terminal, each with its contrast."""


@dataclass
class Served:
    """A server that runs."""

    process: subprocess.Popen[str]
    address: str
    note: Path

    @property
    def base(self) -> str:
        return self.address.partition("/login")[0]

    def end(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    with serving(tmp_path) as made:
        yield made


@contextmanager
def serving(folder: Path) -> Iterator[Served]:
    vault = make_vault(folder / "My vault", {"a.md": CARDS})
    words = [sys.executable, "-m", "studyapp", "serve", str(vault), "--port", "0", "--now", NOW_TEXT]
    environ = {"HOME": str(folder / "home"), "PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"}
    with subprocess.Popen(words, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            found = next(filter(None, (re.search(r"http://\S+/login#\S+", line) for line in process.stdout)))
            reader = threading.Thread(target=process.stdout.read)
            reader.start()
            yield Served(process, found[0], vault / "a.md")
        finally:
            if process.poll() is None:
                process.send_signal(signal.SIGINT)
            process.wait(60)
            reader.join()


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Browser]:
    with browsing(tmp_path / "profile") as made:
        yield made


def test_on_a_phone_one_logs_in_reviews_grades_and_undoes(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    browser.tap("Review")
    assert browser.address == f"{served.base}/", "no token is left in the address"
    assert browser.run("return document.cookie") == "", "no script reads the cookie"
    assert browser.run("return [navigator.userAgent && document.referrer, history.length]")[0] == ""
    (cookie,) = browser.cookies()
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    browser.tap("Show the answer")
    browser.tap("Good")
    browser.tap("Show the answer")
    until(lambda: "2024-06-10" not in served.note.read_text())
    browser.tap("Undo")
    until(lambda: served.note.read_text() == CARDS)
    browser.tap("Show the answer")
    browser.tap("Easy")
    browser.tap("Back")
    browser.until("return document.querySelector('#main')?.textContent.includes('Review')")
    until(lambda: "2024-06-10" not in served.note.read_text())
    assert browser.complaints() == []


def test_each_key_is_big_enough_for_a_thumb_and_forty_columns_fit(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    for name in ("Review", "Show the answer"):
        browser.until("return document.querySelector('#main')?.textContent.includes(arguments[0])", name)
        assert browser.run(TOO_SMALL, THUMB) == []
        browser.tap(name)
    browser.until("return document.querySelector('#main .easy')")
    assert browser.run(TOO_SMALL, THUMB) == []
    # as wide as the page, which needs no zoom
    assert browser.run("return [innerWidth, document.documentElement.scrollWidth]") == [390, 390]
    size = browser.run("return Number(document.querySelector('#terminal').dataset.fontSize)")
    assert 390 / (size * 0.6) >= 40
    screen = (
        "const one = document.querySelector('.xterm-screen').getBoundingClientRect(); return [one.width, one.bottom]"
    )
    width, bottom = browser.run(screen)
    assert 360 < width <= 390
    assert bottom <= browser.run("return document.querySelector('#keys').getBoundingClientRect().top")


def test_a_tap_brings_no_keyboard_and_a_swipe_scrolls(served: Served, browser: Browser) -> None:
    served.note.write_text("#flashcards\n\nLong::" + "<br>".join(f"line {number}" for number in range(90)) + "\n")
    browser.go(served.address)
    browser.tap("Review")
    browser.tap("Show the answer")
    browser.until("return document.querySelector('#main .easy')")
    browser.touch(200, 300)
    assert browser.run("return document.querySelector('.xterm-helper-textarea').inputMode") == "none"
    wheels = "window.wheels = 0; document.addEventListener('wheel', () => window.wheels++, true)"
    browser.run(wheels)
    browser.touch(200, 500, to=200)
    browser.until("return window.wheels >= 10")
    browser.tap("⌨")
    assert browser.run("return document.querySelector('.xterm-helper-textarea').inputMode") == "text"


def test_when_the_tab_is_closed_the_app_ends_with_every_grade_written(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    browser.tap("Review")
    browser.tap("Show the answer")
    browser.tap("Good")
    browser.go("about:blank")
    until(lambda: "2024-06-10" not in served.note.read_text())
    until(lambda: not children(served.process.pid))
    assert served.end() == 0


def test_who_leaves_the_app_opens_it_again_at_a_tap(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    browser.tap("Quit")
    browser.until("return document.body.innerText.includes('The app has ended')")
    browser.tap("Open it again")
    browser.tap("Review")
    browser.tap("Show the answer")


def test_at_ctrl_c_the_app_ends_and_the_page_says_so(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    browser.tap("Review")
    browser.tap("Show the answer")
    browser.tap("Good")
    browser.tap("Show the answer")
    assert served.end() == 0
    assert "2024-06-10" not in served.note.read_text()
    browser.until("return document.body.innerText.includes('The server has ended')")


def test_the_second_window_takes_over_and_the_first_says_so(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    browser.tap("Review")
    browser.tap("Show the answer")
    browser.tap("Good")
    browser.tap("Show the answer")
    first = browser.do("window", None, "GET")
    second = browser.do("window/new", {"type": "tab"})["handle"]
    browser.do("window", {"handle": second})
    browser.go(f"{served.base}/")
    browser.until("return document.querySelector('#main')?.textContent.includes('Review')")
    assert "2024-06-10" not in served.note.read_text()
    browser.do("window", {"handle": first})
    browser.until("return document.body.innerText.includes('opened in another window')")


def test_neither_a_used_token_nor_a_missing_one_gets_anything(
    served: Served, browser: Browser, tmp_path: Path
) -> None:
    browser.go(served.address)
    browser.until("return document.querySelector('#main button')")
    with browsing(tmp_path / "other") as other:
        other.go(served.address)
        other.until("return document.body.innerText.includes('used before')")
        other.go(f"{served.base}/")
        assert "Open the address that studyapp serve shows" in other.text
        assert not other.run("return document.querySelector('#terminal')")
        assert other.cookies() == []
        assert socket_from(other, served) == "refused"


def test_every_text_of_a_page_stands_out_fits_a_phone_and_can_be_reached_by_keys(
    served: Served, browser: Browser
) -> None:
    def stands_out(*texts: str) -> None:
        found = browser.run(FAINT)
        assert {text for text, _ in found} >= {*texts}
        assert [one for one in found if one[1] < 4.5] == []
        assert browser.run("return document.documentElement.scrollWidth <= innerWidth")

    browser.go(f"{served.base}/")
    stands_out("studyapp", "studyapp serve", "r")
    browser.go(f"{served.base}/login#wrong")
    browser.until("return document.body.innerText.length > 20")
    stands_out("studyapp")
    browser.go(served.address)
    browser.tap("Review")
    browser.tap("Show the answer")
    browser.until("return document.querySelector('#main .easy')")
    stands_out("Again", "Hard", "Good", "Easy", "Back", "☰")
    browser.tap("Back")
    browser.tap("Quit")
    browser.until("return document.activeElement.id === 'again'")
    stands_out("Open it again")
    browser.press(ENTER)
    browser.until("return document.querySelector('#main')?.textContent.includes('Review')")


def test_another_page_cannot_use_the_cookie(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    browser.until("return document.querySelector('#main button')")
    with other_site() as port:
        browser.go(f"http://127.0.0.1:{port}/")  # of the same site, as far as cookies go: they know no ports
        assert socket_from(browser, served) == "refused"
        script = "return fetch(arguments[0]).then(() => 'read', () => 'refused')"
        assert browser.run(script, f"{served.base}/page/page.js") == "refused"


def test_a_link_leads_away_only_where_the_app_has_shown_where(served: Served, browser: Browser) -> None:
    browser.go(served.address)
    browser.until("return document.querySelector('#main button')")
    assert browser.run("return window.open('http://evil.example/')") is None
    browser.run("hear({data: JSON.stringify(['link', 'https://example.org/'])})")
    link = browser.until(
        "const one = document.querySelector('#link a'); return one.checkVisibility() && [one.href, one.rel]"
    )
    assert link == ["https://example.org/", "noopener noreferrer"]
    browser.tap("✕")
    browser.until("return document.querySelector('#link').hidden")


def test_another_name_for_this_machine_is_refused(served: Served, tmp_path: Path) -> None:
    with browsing(tmp_path / "fooled", flags=["--host-resolver-rules=MAP evil.example 127.0.0.1"]) as browser:
        browser.go(served.address.replace("127.0.0.1", "evil.example"))
        assert "has another name than" in browser.text
        browser.go(served.address)
        browser.until("return document.querySelector('#main button')")


def until(holds: Callable[[], object]) -> None:
    """Wait until something holds on this side."""
    end = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


def children(process: int) -> str:
    return Path(f"/proc/{process}/task/{process}/children").read_text()


def socket_from(browser: Browser, served: Served) -> str:
    """What becomes of a web socket that the page in front opens."""
    script = """
    const [address, done] = arguments, socket = new WebSocket(address);
    socket.onopen = () => done("opened");
    socket.onerror = () => done("refused");
    """
    return str(browser.do("execute/async", {"script": script, "args": [f"ws{served.base[4:]}/ws"]}))


@contextmanager
def other_site() -> Iterator[int]:
    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<title>evil</title>")

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()
