"""Pictures: which graphics a terminal has, how large one is shown, what is refused, what reaches the screen."""

from __future__ import annotations

import io
import os
import struct
import threading
import zlib
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image
from rich.segment import Segment
from rich.style import Style
from textual.color import Color

from studyapp.tui.app.app import StudyApp
from studyapp.tui.messages import LibraryRead
from studyapp.tui.pictures.decode import MOST_PIXELS, PictureError, decode, size_of
from studyapp.tui.pictures.gallery import Gallery, fitting
from studyapp.tui.pictures.half_blocks import half_blocks
from studyapp.tui.pictures.kitty import placeholders, transmission
from studyapp.tui.pictures.sixel import Slices, sixel
from studyapp.tui.pictures.terminals import Graphics, graphics_of
from studyapp.tui.render import Rendered, render_note
from studyapp.tui.render.lines import width_of
from studyapp.tui.services.watcher import FilesChanged
from studyapp.tui.widgets.cards.card_view import CardView
from tests.helpers.apps import make_app, press, running, shown, until
from tests.helpers.terminal import Terminal
from tests.helpers.tiers import tiered
from tests.helpers.vaults import NOW_TEXT, make_vault

RED, BLUE = (255, 0, 0), (0, 0, 255)
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20"><rect width="40" height="20" fill="red"/></svg>'


def picture(kind: str, size: tuple[int, int] = (40, 20), colour: tuple[int, int, int] = RED) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, colour).save(file, kind)
    return file.getvalue()


@pytest.mark.parametrize(
    ("environ", "graphics"),
    [
        ({"TERM": "xterm-256color"}, Graphics.HALF_BLOCKS),
        ({"TERM": "xterm-kitty"}, Graphics.KITTY),
        ({"TERM": "xterm-kitty", "SSH_CONNECTION": "1"}, Graphics.KITTY),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "ghostty"}, Graphics.KITTY),
        ({"TERM": "foot"}, Graphics.SIXEL),
        ({"TERM": "xterm-256color", "TERM_PROGRAM": "WezTerm"}, Graphics.SIXEL),
        ({"TERM": "xterm-kitty", "TMUX": "x"}, Graphics.HALF_BLOCKS),
        ({"TERM": "tmux-256color", "KITTY_WINDOW_ID": "1"}, Graphics.HALF_BLOCKS),
        ({"TERM": "xterm-kitty", "NO_COLOR": "1"}, Graphics.NONE),
        ({}, Graphics.NONE),
    ],
)
def test_the_environment_says_which_graphics_there_are(environ: dict[str, str], graphics: Graphics) -> None:
    assert graphics_of(environ) is graphics


@pytest.mark.parametrize(
    ("pixels", "size", "room", "cells"),
    [
        ((800, 320), "", (100, 40), (100, 20)),
        ((800, 320), "", (50, 40), (50, 10)),
        ((800, 320), "", (100, 5), (25, 5)),
        ((80, 32), "", (100, 40), (10, 2)),
        ((800, 320), "160", (100, 40), (20, 4)),
        ((800, 320), "160x160", (100, 40), (20, 10)),
        ((1, 1), "", (100, 40), (1, 1)),
        ((100_000, 1), "", (100, 40), (100, 1)),
    ],
)
def test_a_picture_keeps_its_proportions_and_to_the_room(
    pixels: tuple[int, int], size: str, room: tuple[int, int], cells: tuple[int, int]
) -> None:
    assert fitting(pixels, size, *room) == cells


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_each_format_is_read(tmp_path: Path, kind: str) -> None:
    file = tmp_path / f"p.{kind.lower()}"
    file.write_bytes(picture(kind))
    assert size_of(file) == (40, 20)
    red, green, blue, alpha = decode(file, 4, 2).crop((1, 1, 2, 2)).tobytes()
    assert red > 240
    assert max(green, blue) < 15
    assert alpha == 255


@pytest.mark.slow
def test_an_svg_is_drawn_and_reads_no_other_file(tmp_path: Path) -> None:
    file, other = tmp_path / "p.svg", tmp_path / "other.png"
    other.write_bytes(picture("PNG", colour=BLUE))
    file.write_text(SVG)
    assert size_of(file) == (40, 20)
    assert decode(file, 4, 2).getpixel((1, 1)) == (255, 0, 0, 255)
    linked = SVG.replace("</svg>", f'<image href="{other}" width="40" height="20"/></svg>')
    file.write_text(linked)
    assert decode(file, 4, 2).getpixel((1, 1)) == (255, 0, 0, 255)


def bomb(side: int) -> bytes:
    """A PNG of a few hundred bytes that claims to have very many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("bomb.png", bomb(60_000)),
        ("text.png", b"no picture"),
        ("empty.png", b""),
        ("cut.png", picture("PNG", (400, 400))[:60]),
        ("entities.svg", SVG.replace("<svg", '<!DOCTYPE svg [<!ENTITY a "x">]><svg').encode()),
        ("huge.svg", SVG.replace("<svg", '<svg width="9999999" height="9999999"').encode()),
        ("no.svg", b"<html>"),
        ("tiff.png", picture("TIFF")),
    ],
)
def test_something_that_is_not_a_picture_or_is_too_large_is_refused(tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(data)

    def read() -> None:
        size_of(file)
        decode(file, 10, 10)

    with pytest.raises(PictureError):
        read()


@pytest.mark.slow
def test_an_svg_that_asks_for_too_much_work_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studyapp.tui.pictures.decode._PATIENCE", 2.0)
    levels = "".join(f'<g id="g{n}">' + f'<use href="#g{n - 1}"/>' * 12 + "</g>" for n in range(1, 12))
    file = tmp_path / "use.svg"
    file.write_text(SVG.replace("</svg>", f'<defs><g id="g0"><rect width="1" height="1"/></g>{levels}</defs></svg>'))
    with suppress(PictureError):  # either way it comes to an end
        decode(file, 10, 10)


def test_the_most_pixels_are_many_screens() -> None:
    assert MOST_PIXELS > 7680 * 4320


def test_half_blocks_hold_two_pixels_each() -> None:
    two = Image.new("RGBA", (2, 2), (*RED, 255))
    two.putpixel((1, 1), (0, 0, 0, 0))
    ((first, second),) = half_blocks(two, BLUE)
    assert (first[0], first[1].foreground, first[1].background) == ("▀", "#ff0000", "#ff0000")
    assert (second[0], second[1].foreground, second[1].background) == ("▀", "#ff0000", "#0000ff")


def test_kitty_gets_the_picture_once_and_its_place_in_characters() -> None:
    sent = transmission(Image.new("RGBA", (400, 400), (*RED, 255)), 7, 3, 2)
    assert sent.startswith("\x1b_Ga=T,U=1,f=100,q=2,i=7,c=3,r=2,m=")
    assert sent.endswith("\x1b\\")
    rows = placeholders(7, 3, 2)
    assert [width_of(row) for row in rows] == [3, 3]
    assert rows[0][0][1].foreground == "#000007"
    assert rows[0][0][0] != rows[1][0][0]


def test_sixel_spells_each_pixel_and_a_line_is_sent_with_its_slice() -> None:
    two = Image.new("RGBA", (4, 12), (*RED, 255))
    data = sixel(two.crop((0, 0, 4, 6)), BLUE)
    assert data.startswith('\x1bP0;1;0q"1;1;4;6#')
    assert "2;100;0;0" in data
    assert data.endswith("!4~$-\x1b\\")
    slices = Slices()
    rows = slices.add(3, two, (2, 2), BLUE)
    assert [width_of(row) for row in rows] == [2, 2]
    styled = Segment(rows[1][0][0], Style.parse(rows[1][0][1].foreground))
    blank, drawn, after = slices.apply([styled, Segment("after")], Color(0, 0, 0))
    assert (blank.text, after.text) == ("  ", "after")
    assert drawn.is_control
    assert drawn.text.startswith("\x1b7\x1b[2D\x1bP")
    assert drawn.text.endswith("\x1b\\\x1b8")


@pytest.mark.slow
def test_a_terminal_with_sixel_or_kitty_graphics_gets_them(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    root = make_vault(
        tmp_path / "vault", {"p.png": picture("PNG", (160, 80)), "n.md": "#flashcards\n\n![[p.png]]\n?\nx\n"}
    )
    for term, sign in (
        ("foot", b'\x1bP0;1;0q"1;1;'),
        ("xterm-kitty", b"\x1b_Ga=T,U=1"),
        ("xterm-256color", "▀".encode()),
    ):
        environment = {"TERM": term, "TERMINFO_DIRS": "/usr/share/terminfo:/lib/terminfo"}
        terminal = Terminal(["review", str(root), "--now", NOW_TEXT], home, environment=environment)
        while sign not in terminal.raw:
            assert terminal.read()
        terminal.press("q")
        terminal.end()
        assert b"\x1b[c" not in terminal.raw  # nobody asked the terminal what it can


def gallery(root: Path, graphics: Graphics = Graphics.HALF_BLOCKS) -> tuple[Gallery, threading.Event]:
    ready = threading.Event()

    def find(target: str, _path: str) -> Path | None:
        file = root / target
        return file if file.exists() else None

    return Gallery(find, graphics, (0, 0, 0), ready.set, lambda _: None), ready


def placed(made: Gallery, text: str) -> Rendered:
    return made.place(render_note(text, width=40), "n.md", 40, 10)


def test_a_picture_takes_the_place_of_its_name_once_it_is_decoded(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(picture("PNG", (160, 80)))
    made, ready = gallery(tmp_path)
    text = "# Title\n\nbefore\n\n![[p.png]]\n\nafter [[link]]"
    waiting = placed(made, text)
    assert "▣ p.png" in waiting.content.plain
    assert ready.wait(60)
    drawn = placed(made, text)
    assert len(drawn.lines) == len(waiting.lines)  # nothing moves when it comes
    assert drawn.content.plain.count("▀") == 20 * 5
    link = next(place for place in drawn.places if place.anchor.target == "link")
    assert "link" in drawn.content.plain.split("\n")[link.line]
    assert [source for _, source in drawn.rows] == [0, 2, 4, 6]
    assert [drawn.content.plain.split("\n")[row][:6] for row, _ in drawn.rows][::3] == ["Title", "after "]


def test_a_missing_picture_says_which(tmp_path: Path) -> None:
    made, _ = gallery(tmp_path)
    assert placed(made, "![[gone.png]]").content.plain == "▣ image gone.png (not in the vault)"


def test_a_picture_that_can_t_be_drawn_has_a_box_with_its_key(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(b"no picture")
    (tmp_path / "q.png").write_bytes(picture("PNG"))
    text = "before\n\n![[p.png]]\n\n![[q.png]]\n\n![w](https://example.org/w.png)\n\nafter [[link]]"
    made, _ = gallery(tmp_path, Graphics.NONE)
    found = made.place(render_note(text, width=60), "n.md", 60, 10, key="p")
    lines = found.content.plain.split("\n")
    assert [line for line in lines if "▣" in line] == [
        "│ ▣ p.png  not a picture that can be shown │",
        "│ ▣ q.png            │",
        "│ ▣ https://example.org/w.png  on the web │",
    ]
    assert sum("│ p Open the picture" in line for line in lines) == 3
    assert all(width_of(line) <= 60 for line in found.lines)
    for place in found.places:
        if place.anchor.kind == "image":
            assert lines[place.line][place.start : place.end].strip()[0] in "╭│╰"
    link = next(place for place in found.places if place.anchor.target == "link")
    assert "link" in lines[link.line]
    assert [lines[row][:1] for row, _ in found.rows] == ["b", "╭", "╭", "╭", "a"]


def test_a_box_keeps_to_a_narrow_width(tmp_path: Path) -> None:
    (tmp_path / f"{'long' * 20}.png").write_bytes(b"no picture")
    made, _ = gallery(tmp_path)
    found = made.place(render_note(f"![[{'long' * 20}.png]]", width=16), "n.md", 16, 10, key="p")
    assert {width_of(line) for line in found.lines} == {16}


def test_a_picture_within_words_stays_a_name(tmp_path: Path) -> None:
    (tmp_path / "p.png").write_bytes(picture("PNG"))
    made, _ = gallery(tmp_path)
    assert placed(made, "see ![[p.png]] there").content.plain == "see ▣ image p.png there"


@pytest.fixture
def half_block_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal without graphics, but with colours."""
    for name in ("TMUX", "STY", "NO_COLOR", "TERM_PROGRAM", "KITTY_WINDOW_ID"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.mark.usefixtures("half_block_terminal")
async def test_a_card_shows_its_picture_and_a_link_out_of_the_vault_shows_none(tmp_path: Path) -> None:
    secret = tmp_path / "secret.png"
    secret.write_bytes(picture("PNG", (160, 80)))
    root = make_vault(tmp_path / "vault", {"img/p.png": picture("PNG", (160, 80))})
    (root / "out.png").symlink_to(secret)
    text = "#flashcards\n\n![[p.png]]\n?\n![[out.png]]\n![[../secret.png]]\n"
    async with running(make_app(tmp_path, {"n.md": text})) as pilot:
        await until(pilot, lambda: "▀" in shown(pilot))
        await press(pilot, "space")
        assert "out.png (not in the vault)" in shown(pilot)
        assert "secret.png (not in the vault)" in shown(pilot)


@pytest.mark.usefixtures("half_block_terminal")
async def test_a_picture_that_comes_while_its_card_is_shown_is_shown_and_not_called_missing_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(tmp_path, {"n.md": "#flashcards\n\n![[p.png]]\n?\nback\n"})
    async with running(app) as pilot:
        await until(pilot, lambda: "p.png (not in the vault)" in shown(pilot))
        (tmp_path / "vault" / "p.png").write_bytes(picture("PNG", (160, 80)))
        with monkeypatch.context() as patch:
            held: list[LibraryRead] = []
            patch.setattr(StudyApp, "on_library_read", lambda _, message: held.append(message))
            app.on_files_changed(FilesChanged(frozenset(), frozenset({"p.png"})))
            app.screen.query_one(CardView).draw_again()
            await until(pilot, lambda: held)
            assert "not in the vault" not in shown(pilot)
        app.on_library_read(held[0])
        await until(pilot, lambda: "▀" in shown(pilot))


@pytest.mark.usefixtures("half_block_terminal")
@tiered(
    "text, keys",
    [
        ("#review\n\n![[p.png]]\n\n![[q.png]]\n", ["c", "up", "enter"]),
        ("#flashcards\n\n![[p.png]]\n![[q.png]]\n?\nback\n", ["b", "down"]),
        ("![[p.png]]\n\n![[q.png]]\n", ["n", "down", "enter"]),
    ],
    ids=["a whole note", "browse", "the reader"],
)
async def test_pictures_come_wherever_a_text_is_shown(tmp_path: Path, text: str, keys: list[str]) -> None:
    notes: dict[str, str | bytes] = {"n.md": text, "p.png": picture("PNG", (160, 80)), "q.png": b"no picture"}
    app = make_app(tmp_path, notes, start="decks")
    async with running(app, (120, 40)) as pilot:
        await until(pilot, lambda: app.whole_notes is not None)
        await press(pilot, *keys)
        await until(pilot, lambda: "▀" in shown(pilot) and "│ p Open the picture" in shown(pilot))


@pytest.mark.parametrize("name", ["a.png", "a.svg", "a.jpg"])
def test_something_that_is_not_a_file_is_not_a_picture(tmp_path: Path, name: str) -> None:
    for make in (os.mkfifo, Path.mkdir, lambda path: path.symlink_to("/dev/zero")):
        path = tmp_path / name
        make(path)
        for read in (size_of, lambda path: decode(path, 10, 10)):
            with pytest.raises(PictureError):
                read(path)
        path.rmdir() if path.is_dir() else path.unlink()
