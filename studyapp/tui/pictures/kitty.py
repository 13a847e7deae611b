"""Kitty graphics placed by characters: the picture is sent once, and appears wherever its characters are painted.

Source: kitty's description of its protocol, "Unicode placeholders". Each cell holds U+10EEEE with a combining
character for its row and one for its column; the colour of the text is the number of the picture.
"""

from __future__ import annotations

import base64
import io
from typing import Final

from PIL import Image

from studyapp.tui.render.lines import Line
from studyapp.tui.render.looks import Look

_PLACEHOLDER: Final = "\U0010eeee"
_CHUNK: Final = 4096
_RANGES: Final = (
    "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 59c-5a1 5a8-5a9 5ab-5ac "
    "5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 "
    "747 749-74a 7eb-7f1 7f3 816-819 81b-823 825-827 829-82d 951 953-954"
)
_DIACRITICS: Final = tuple(
    chr(code)
    for first, _, last in (part.partition("-") for part in _RANGES.split())
    for code in range(int(first, 16), int(last or first, 16) + 1)
)
"""Those that mean 0, 1, 2 … in this protocol; its whole list is longer."""
MOST: Final = len(_DIACRITICS)
"""The most rows and columns that can be told apart."""


def transmission(picture: Image.Image, number: int, columns: int, rows: int) -> str:
    """The escape sequence that sends a picture and its size in cells; the terminal sends no answer."""
    file = io.BytesIO()
    picture.save(file, "PNG")
    data = base64.standard_b64encode(file.getvalue()).decode("ascii")
    pieces = [data[start : start + _CHUNK] for start in range(0, len(data), _CHUNK)] or [""]
    sent: list[str] = []
    for place, piece in enumerate(pieces):
        more = int(place + 1 < len(pieces))
        keys = f"a=T,U=1,f=100,q=2,i={number},c={columns},r={rows},m={more}" if place == 0 else f"q=2,m={more}"
        sent.append(f"\x1b_G{keys};{piece}\x1b\\")
    return "".join(sent)


def placeholders(number: int, columns: int, rows: int) -> list[Line]:
    """The characters in whose place the terminal draws the picture."""
    look = Look(f"#{number:06x}")
    return [
        [("".join(f"{_PLACEHOLDER}{_DIACRITICS[row]}{_DIACRITICS[column]}" for column in range(columns)), look)]
        for row in range(rows)
    ]
