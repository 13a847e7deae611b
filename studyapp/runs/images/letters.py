"""The letters of a PNG: in Pillow's own font, so that pictures look alike on machines without any.

That font has hardly a letter beyond English: the others are drawn in a font of the machine.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from itertools import groupby
from typing import Any, Final

from PIL import ImageFont

_DASHES: Final = str.maketrans("–—−", "---")
"""Dashes that Pillow's font lacks: its own looks better among its letters than another font's."""
_OWN: Final = ""
"""Stands for the name of Pillow's font."""
_OTHERS: Final = (
    "DejaVuSans.ttf",
    "NotoSans-Regular.ttf",
    "LiberationSans-Regular.ttf",
    "NotoSansCJK-Regular.ttc",
    "Arial Unicode.ttf",
    "Hiragino Sans GB.ttc",
    "segoeui.ttf",
    "msgothic.ttc",
)
"""Fonts that machines have, the usual first."""
_TRIED: Final = 20
"""The size at which a font is asked for a sign."""
_NO_SIGN: Final = "\uffff"
"""What no font has."""


class Letters:
    """Pillow's own font and, for the signs that it lacks, those of the machine."""

    def __init__(self) -> None:
        self._fonts: dict[tuple[str, float], Any] = {}
        self._faces: dict[str, str | None] = {}

    def parts(self, text: str, size: float) -> Iterator[tuple[str, Any]]:
        """A text in pieces, each with a font that has its signs."""
        drawn = "".join(map(self._drawable, unicodedata.normalize("NFC", text.translate(_DASHES))))
        for face, signs in groupby(drawn, lambda sign: self._face(sign) or _OWN):
            yield "".join(signs), self._font(face, size)

    def _drawable(self, sign: str) -> str:
        """A sign; if no font has it, the letters without their accents that stand for it, if there are any."""
        if self._face(sign) is not None:
            return sign
        plain = "".join(one for one in unicodedata.normalize("NFKD", sign) if not unicodedata.combining(one))
        return sign if None in map(self._face, plain) else plain

    def _face(self, sign: str) -> str | None:
        """The name of the first font that has a sign."""
        if sign not in self._faces:
            self._faces[sign] = next((face for face in (_OWN, *_OTHERS) if self._has(face, sign)), None)
        return self._faces[sign]

    def _has(self, face: str, sign: str) -> bool:
        """Whether a font is there and has a sign: those that it lacks all look alike."""
        with suppress(OSError):
            font = self._font(face, _TRIED)
            drawn, lacking = font.getmask(sign), font.getmask(_NO_SIGN)
            return drawn.size != lacking.size or bytes(drawn) != bytes(lacking)
        return False

    def _font(self, face: str, size: float) -> Any:
        """A font in a size; OSError if the machine has none of that name."""
        if (face, size) not in self._fonts:
            self._fonts[face, size] = ImageFont.truetype(face, size) if face else ImageFont.load_default(size)
        return self._fonts[face, size]
