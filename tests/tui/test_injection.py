"""Nothing in a vault acts on the terminal or the app, wherever it is and on any screen."""

from __future__ import annotations

import json
import re
from functools import partial
from pathlib import Path

import pytest

from tests.helpers.terminal import Terminal
from tests.helpers.vaults import NOW_TEXT, make_vault

CONTROLS = (
    "\x1b[97;101mCSI",
    "\x1b]0;PWNED\x07OSC0",
    "\x1b]8;;http://evil.example\x1b\\OSC8",
    "\x1b]52;c;UFdORUQ=\x07OSC52",
    "\x1bPpwned\x1b\\DCS",
    "\x9b97;101mC1CSI",
    "\x9d0;PWNED\x9cC1OSC",
    "\u202eRLO\u2066LRI",
    "\x07BEL\x08BS\x7fDEL",
)
MARKUP = "[bold]B[/bold] [@click=app.quit]QUIT[/] [link=http://evil.example]L[/link]"
PAYLOAD = " ".join(CONTROLS) + " " + MARKUP
NEVER = [
    *(b"\x1b[97;101m", b"\x1b]0;", b"\x1b]8;", b"\x1b]52", b"\x1bPpwned", b"\xc2\x9b", b"\xc2\x9d", b"\xc2\x9c"),
    *(b"\xe2\x80\xae", b"\xe2\x81\xa6", b"\x9b97", b"\x07BEL", b"\x08BS", b"\x7fDEL"),
]
RAW = b"raw \x9b97;101m \xff end"

PLACES = {
    "front matter": f'---\ntitle: "{PAYLOAD}"\naliases: ["{PAYLOAD}"]\ntags: flashcards\nx: {PAYLOAD}\n---\n',
    "heading": f"# Heading {PAYLOAD}\n",
    "tag": f"#flashcards/a{CONTROLS[0]} #tag{CONTROLS[1]}\n",
    "code": f"```{PAYLOAD}\n{PAYLOAD}\n```\n\n`{PAYLOAD}`\n",
    "table": f"| {PAYLOAD} | b |\n|---|---|\n| {PAYLOAD} | d |\n",
    "link": f"[text {PAYLOAD}](target{PAYLOAD}.md) [[{PAYLOAD}]] [[Other|{PAYLOAD}]] <https://a.b/{PAYLOAD}>\n",
    "image": f"![alt {PAYLOAD}](p{PAYLOAD}.png) ![[{PAYLOAD}.png|{PAYLOAD}]]\n",
    "math": f"$x {PAYLOAD}$\n\n$$\n\\frac{{{PAYLOAD}}}{{2}}\n$$\n",
    "callout": f"> [!{PAYLOAD}] {PAYLOAD}\n> {PAYLOAD}\n",
    "comment": f"%%{PAYLOAD}%% <!-- {PAYLOAD} --> <b {PAYLOAD}>x</b>\n",
    "footnote": f"text[^1]\n\n[^1]: {PAYLOAD}\n",
}


def vault(root: Path) -> Path:
    """A vault that has all of it everywhere."""
    name = "Note \x1b]0;PWNED\x07 \u202e [bold]x[/bold] [@click=app.quit]q[/].md"
    card = f"front {PAYLOAD}::back {PAYLOAD}\n<!--SR:!2024-06-01,4,250-->\n\n"
    card += f"question {PAYLOAD}\n?\nanswer {PAYLOAD}\n\nand =={PAYLOAD}== gap\n\n"
    body = "".join(f"{text}\n\n" for place, text in PLACES.items() if place not in ("front matter", "tag"))
    notes: dict[str, str | bytes] = {
        name: f"#flashcards\n\n{PLACES['heading']}\n{card}{body}",
        "Front.md": PLACES["front matter"] + "text\n",
        "Tag.md": PLACES["tag"] + "\ntagged::card\n",
        "Orphan.md": f"#flashcards\n\n{PAYLOAD}\n\n<!--SR:!2024-06-01,4,250-->\n",
        "Raw.md": b"#flashcards\n\n" + RAW + b"::" + RAW + b"\n",
        f"Folder {CONTROLS[1]}/Inner.md": f"#flashcards\n\ninner::{PAYLOAD}\n",
    }
    make_vault(root, notes)
    settings = {"flashcardTags": ["#flashcards", f"#{PAYLOAD}"], "baseEase": PAYLOAD, "tagsToReview": [PAYLOAD]}
    path = root / ".obsidian/plugins/obsidian-spaced-repetition/data.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"settings": settings, "buryList": [PAYLOAD]}))
    own = root / ".studyapp" / "settings.toml"
    own.parent.mkdir()
    own.write_text(f"theme = {json.dumps(MARKUP)}\n[keys]\n{json.dumps(MARKUP)} = {json.dumps(MARKUP)}\n")
    return root


def clean(raw: bytes) -> bytes:
    """What arrived, without the one such sequence that the app itself sends: the shape of the pointer."""
    return re.sub(rb"\x1b\]22;[a-z-]*\x07", b"", raw)


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    home = tmp_path / "home"
    home.mkdir()
    return Terminal([str(vault(tmp_path / "vault")), "--now", NOW_TEXT], home, (110, 45))


def check(terminal: Terminal) -> None:
    """Nothing arrived that shouldn't, and the app is still there."""
    arrived = clean(terminal.raw)
    assert [sequence for sequence in NEVER if sequence in arrived] == []
    assert terminal.screen.title in ("", ";default")  # the emulator takes the shape of the pointer for one
    assert terminal.child.isalive()


def _shows(words: str, shown: str, *, facts: bool) -> bool:
    return words in shown and ("scheduler" in shown) == facts


@pytest.mark.slow
def test_every_screen_shows_what_stands_there_and_does_nothing_of_it(terminal: Terminal) -> None:
    terminal.until_shown("Enter Review")
    check(terminal)
    for key, words, back in (
        ("f", "warnings", "q"),
        ("s", "Reviews", "q"),
        ("b", "6 cards", "\x1b"),
        ("d", "LoRA", "q"),
        ("?", "Everywhere", "\x1b"),
    ):
        terminal.press(key)
        terminal.until_shown(words)
        check(terminal)
        terminal.press(back)
        if key == "b":  # the first one leaves the search
            terminal.until_shown("Space Select")
            terminal.press(back)
        terminal.until(lambda shown: "Enter Review" in shown and "Everywhere" not in shown)
    terminal.press("n")
    terminal.until_shown("Orphan")
    check(terminal)
    for key in ("j", "j", "j", "G", "k", "k", "\r"):
        terminal.press(key)
    terminal.until_shown("Contents")
    check(terminal)
    terminal.press("q")
    terminal.until_shown("Enter Review")


@pytest.mark.slow
def test_reading_and_reviewing_such_notes_does_nothing_either(terminal: Terminal) -> None:
    terminal.until_shown("Enter Review")
    terminal.press("\r")
    terminal.until_shown("show the answer")
    check(terminal)
    for key, words in ((" ", "Good"), ("i", "scheduler"), ("q", "Good"), ("n", "Contents")):
        terminal.press(key)
        facts = words == "scheduler"
        terminal.until(partial(_shows, words, facts=facts))
        check(terminal)
    for key in ("\t", "\t", " ", " ", " ", "G"):
        terminal.press(key)
    terminal.press("#")
    terminal.until_shown("Go there")
    check(terminal)
    terminal.press("\x1b")
    terminal.until(lambda shown: "Go there" not in shown)
    terminal.press("q")
    terminal.until_shown("Good")
    assert "[bold]B[/bold]" in terminal.text
    terminal.press("3")
    for _ in range(4):
        terminal.until_shown("show the answer")
        terminal.press(" ")
        terminal.until_shown("Good")
        check(terminal)
        terminal.press("3")
    check(terminal)
