"""Letters in a PNG that Pillow's own font lacks."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from PIL import ImageFont

from studyapp.runs.images import letters
from studyapp.runs.images.canvas import PngCanvas


class Mask(NamedTuple):
    """A sign as a font draws it."""

    sign: str
    size: tuple[int, int] = (7, 9)

    def __bytes__(self) -> bytes:
        return self.sign.encode()


class Face(NamedTuple):
    name: str
    signs: str

    def getmask(self, sign: str) -> Mask:
        return Mask(sign if sign in self.signs else "a box")


class Fonts:
    """What Pillow has of fonts, on a machine with two."""

    def load_default(self, _size: float) -> Face:
        return Face("own", "abcu -")

    def truetype(self, name: str, _size: float) -> Face:
        if name not in ("DejaVuSans.ttf", "NotoSansCJK-Regular.ttc"):
            raise OSError
        return Face(name, "aσ→" if name == "DejaVuSans.ttf" else "σ漢")


def drawn(text: str) -> bytes:
    paper = PngCanvas(200, 20)
    paper.text((100, 15), text, anchor="middle")
    return paper.image()


@pytest.fixture
def no_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without fonts."""

    made = ImageFont.truetype

    def refuse(file: Any, *given: Any, **named: Any) -> ImageFont.FreeTypeFont:
        if isinstance(file, str):
            raise OSError
        return made(file, *given, **named)

    monkeypatch.setattr(ImageFont, "truetype", refuse)


def test_each_sign_is_drawn_in_the_first_font_that_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(letters, "ImageFont", Fonts())
    found = [(part, font.name) for part, font in letters.Letters().parts("ab–σ→ 漢ü☃", 11)]
    assert found == [
        ("ab-", "own"),
        ("σ→", "DejaVuSans.ttf"),
        (" ", "own"),
        ("漢", "NotoSansCJK-Regular.ttc"),
        ("u☃", "own"),
    ]


@pytest.mark.usefixtures("no_fonts")
def test_without_other_fonts_letters_lose_their_accents() -> None:
    assert drawn("Übungen für Käse") == drawn("Ubungen fur Kase")


@pytest.mark.usefixtures("no_fonts")
def test_an_accent_that_is_a_sign_of_its_own_changes_nothing() -> None:
    assert drawn("a\u0308") == drawn("ä")
