"""The bytes that reach a terminal: nothing in a note arrives there as a control sequence, nothing is an action."""

from __future__ import annotations

import sys
from pathlib import Path

import pexpect
import pyte
import pytest

COLUMNS, ROWS = 100, 40

CHILD = """
import sys
from pathlib import Path
from tests.helpers.bare import BareApp
from studyapp.tui.widgets.cards.card_view import CardView
from tests.helpers.rendered import alone

class Child(BareApp):
    BINDINGS = [("q", "quit", "Quit")]
    def compose(self):
        yield CardView()
    def on_mount(self):
        note = Path(sys.argv[1]).read_bytes().decode("utf-8", "surrogateescape")
        self.query_one(CardView).show_front(note, render=alone)
        self.query_one(CardView).show_answer(note + chr(10) * 2 + "END-OF-NOTE")

Child().run(mouse=False)
"""

NOTE = (
    b"osc \x1b]52;c;UFdORUQ=\x07 title \x1b]0;PWNED\x07 dcs \x1bPpwned\x1b\\ csi \x1b[97;101mred bell\x07\n"
    b"c1 \xc2\x9b97;101m \xc2\x9d0;PWNED\xc2\x9c raw \x9b97;101m bidi a\xe2\x80\xaeb\xe2\x81\xa6c "
    b"zero a\xe2\x80\x8bb\n"
    b"[@click=app.quit]click[/] [bold]plain[/bold] [link=https://a.b]l[/link] $text {x}\n"
    b"entity &#x202e;&#x9b; address <https://a.b/%1B%5D0;PWNED%07%E2%80%AE>\n"
    b"```python\ncode \x1b]0;PWNED\x07 \xe2\x80\xae\n```\n"
    b"| \x1b]0;PWNED\x07 | [@click=app.bell]x[/] |\n|---|---|\n| \xc2\x9d0;PWNED | y |\n"
    b"> [!note\x1b]0;PWNED] title \x1b]0;PWNED\x07\n> body $x \x1b]0;PWNED\x07$\n"
)

NEVER = [
    b"\x1b]52",
    b"\x1b]0;",
    b"\x1bPpwned",
    b"\x1b[97;101m",
    b"\xc2\x9b",
    b"\xc2\x9d",
    b"\xc2\x9c",
    b"\x9b97",
    b"\xe2\x80\xae",
    b"\xe2\x81\xa6",
    b"\xe2\x80\x8b",
]


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """Everything that the app wrote to its terminal until the card was there."""
    folder = tmp_path_factory.mktemp("terminal")
    note, script = folder / "note.md", folder / "child.py"
    note.write_bytes(NOTE)
    script.write_text(CHILD)
    environment = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
    environment["PYTHONPATH"] = str(Path(__file__).parents[3])
    child = pexpect.spawn(
        sys.executable,
        [str(script), str(note)],
        dimensions=(ROWS, COLUMNS),
        env=environment,
        timeout=60,
        use_poll=True,
    )
    child.expect_exact(b"END-OF-NOTE")
    written = child.before + b"END-OF-NOTE"
    child.send("q")
    child.expect(pexpect.EOF)
    # Textual sets the pointer's shape itself.
    return bytes(written).replace(b"\x1b]22;default\x07", b"")


@pytest.mark.parametrize("sequence", NEVER, ids=[sequence.hex() for sequence in NEVER])
def test_no_sequence_of_the_note_arrives(output: bytes, sequence: bytes) -> None:
    assert sequence not in output


def test_the_reader_sees_what_is_there(output: bytes) -> None:
    screen = pyte.Screen(COLUMNS, ROWS)
    pyte.ByteStream(screen).feed(output)
    shown = "\n".join(screen.display)
    for part in ("␛]52;c;UFdORUQ=␇", "‹U+009B›97;101m", "‹9B›97", "a‹U+202E›b‹U+2066›c", "a‹U+200B›b"):
        assert part in shown
    for part in ("[@click=app.quit]click[/]", "[bold]plain[/bold]", "[link=https://a.b]l[/link]", "$text {x}"):
        assert part in shown
    assert screen.title == screen.icon_name == ""
