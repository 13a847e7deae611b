"""A phone-sized browser, driven through its WebDriver, which speaks JSON over HTTP."""

from __future__ import annotations

import base64
import json
import re
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
PHONE = {"width": 390, "height": 844, "pixelRatio": 2.0, "touch": True, "mobile": True}
PATIENCE = 60.0
"""Seconds after which something expected is considered missing."""
_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-proxy-server",
    "--disable-dev-shm-usage",
]


class Browser:
    """One page after another in one browser."""

    def __init__(self, session: str) -> None:
        self._session = session

    def do(self, way: str, body: dict[str, Any] | None = None, method: str = "POST") -> Any:
        """Send a command; see the W3C's WebDriver."""
        return _ask(f"{self._session}/{way}", body if body is not None else {}, method)

    def go(self, address: str) -> None:
        self.do("url", {"url": address})

    @property
    def address(self) -> str:
        return str(self.do("url", None, "GET"))

    def run(self, script: str, *words: object) -> Any:
        """The result of a script in the page."""
        return self.do("execute/sync", {"script": script, "args": list(words)})

    def until(self, script: str, *words: object) -> Any:
        """The result of a script in the page, once it is truthy."""
        end = time.monotonic() + PATIENCE
        while not (found := self.run(script, *words)):
            assert time.monotonic() < end, f"it never came to be: {script} {words}\n{self.text}"
            time.sleep(0.05)
        return found

    @property
    def text(self) -> str:
        """The page's text outside of its terminal."""
        return str(self.run("return document.body.innerText"))

    def tap(self, name: str) -> None:
        """Tap the key with that name, as soon as it exists, with a finger."""
        find = "[...document.querySelectorAll('button, a')].find((one) => one.textContent.startsWith(arguments[0]))"
        place = (
            f"const one = {find}; one?.scrollIntoView({{inline: 'center'}}); "
            "return one?.checkVisibility() && one.getBoundingClientRect().toJSON()"
        )
        box = self.until(place, name)
        self.touch(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)

    def touch(self, x: float, y: float, *, to: float | None = None) -> None:
        """Put a finger down, optionally move it up or down, and lift it."""
        steps: list[dict[str, Any]] = [
            {"type": "pointerMove", "duration": 0, "x": round(x), "y": round(y)},
            {"type": "pointerDown", "button": 0},
        ]
        if to is not None:
            steps.append({"type": "pointerMove", "duration": 200, "x": round(x), "y": round(to)})
        steps.append({"type": "pointerUp", "button": 0})
        finger = {"type": "pointer", "id": "finger", "parameters": {"pointerType": "touch"}, "actions": steps}
        self.do("actions", {"actions": [finger]})

    def press(self, key: str) -> None:
        """Press a key of a keyboard."""
        steps = [{"type": "keyDown", "value": key}, {"type": "keyUp", "value": key}]
        self.do("actions", {"actions": [{"type": "key", "id": "keyboard", "actions": steps}]})

    def cookies(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.do("cookie", None, "GET")
        return found

    def complaints(self) -> list[str]:
        """The errors in the browser's console, whether or not the page's policy refused something."""
        return [str(one["message"]) for one in self.do("se/log", {"type": "browser"}) if one["level"] == "SEVERE"]

    def picture(self, path: Path) -> None:
        """Take a picture of the page."""
        path.write_bytes(base64.b64decode(self.do("screenshot", None, "GET")))


@contextmanager
def browsing(folder: Path, flags: Sequence[str] = ()) -> Iterator[Browser]:
    """A browser with an empty profile in a folder."""
    assert CHROMIUM is not None
    assert DRIVER is not None
    with subprocess.Popen([DRIVER, "--port=0"], stdout=subprocess.PIPE, text=True) as driver:
        assert driver.stdout is not None
        port = next(filter(None, (re.search(r"successfully on port (\d+)", line) for line in driver.stdout)))[1]
        base = f"http://127.0.0.1:{port}/session"
        options = {
            "binary": CHROMIUM,
            "args": [*_FLAGS, *flags, f"--user-data-dir={folder}"],
            "mobileEmulation": {"deviceMetrics": PHONE},
        }
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        try:
            made = _ask(base, {"capabilities": {"alwaysMatch": wanted}}, "POST")
            session = f"{base}/{made['sessionId']}"
            try:
                yield Browser(session)
            finally:
                _ask(session, None, "DELETE")
        finally:
            driver.terminate()


def _ask(address: str, body: dict[str, Any] | None, method: str) -> Any:
    data = json.dumps(body).encode() if method == "POST" else None
    request = urllib.request.Request(address, data, {"Content-Type": "application/json"}, method=method)
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=120) as answer:
            return json.load(answer)["value"]
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{address} {body}: {error.read().decode()}") from error
