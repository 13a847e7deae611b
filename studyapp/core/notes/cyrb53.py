"""The plugin's hash of a question's text (cyrb53, seed 0): 53 bits, in hexadecimal, over UTF-16 units."""

from __future__ import annotations

from codecs import utf_16_le_encode  # `str.encode` would import a module first
from collections.abc import Sequence

from studyapp.core.text.note_text import as_bytes

_MASK = 0xFFFFFFFF
_START = 0xDEADBEEF, 0x41C6CE57
_FACTOR = 2654435761, 1597334677

_LANE = 64
"""Bits for each text in one large number: a product of two 32-bit numbers stays within its own lane."""
_LONGEST = 2000
"""The longest text, in units, that is hashed together with others; all are padded to the longest one's length."""
_TOGETHER = 512
"""Texts hashed at once."""


def cyrb53(text: str) -> str:
    """Hash a text."""
    units = text.encode("latin-1") if text.isascii() else memoryview(_utf16(text)).cast("H")
    one, two = _START
    for unit in units:
        one = (one ^ unit) * _FACTOR[0] & _MASK
        two = (two ^ unit) * _FACTOR[1] & _MASK
    return _finish(one, two)


def cyrb53_all(texts: Sequence[str]) -> list[str]:
    """Hash many texts, as `cyrb53` does each, in about an eighth of the time.

    Each step is done to all texts at once, as one operation on a number that has a lane for each of them.
    """
    found = [""] * len(texts)
    short: list[tuple[bytes, int]] = []
    for place, text in enumerate(texts):
        if len(text) > _LONGEST // 2:
            found[place] = cyrb53(text)
        else:
            short.append((_utf16(text), place))
    short.sort(key=lambda pair: len(pair[0]), reverse=True)  # those that end first are in the highest lanes
    for start in range(0, len(short), _TOGETHER):
        _hash_together(short[start : start + _TOGETHER], found)
    return found


def _hash_together(texts: Sequence[tuple[bytes, int]], found: list[str]) -> None:
    """Hash texts, given in UTF-16 and longest first, and put each hash in its place."""
    length = len(texts[0][0])
    padded = b"".join(data.ljust(length, b"\0") for data, _ in texts)
    lanes = len(texts)
    ones = sum(1 << lane * _LANE for lane in range(lanes))
    mask, one, two = ones * _MASK, ones * _START[0], ones * _START[1]

    def end(count: int) -> None:
        """Remove the texts in the highest lanes, which have been read to their end."""
        nonlocal lanes, mask, one, two
        for lane in range(lanes - count, lanes):
            found[texts[lane][1]] = _finish(one >> lane * _LANE & _MASK, two >> lane * _LANE & _MASK)
        lanes -= count
        kept = (1 << lanes * _LANE) - 1
        mask, one, two = mask & kept, one & kept, two & kept

    units = bytearray(lanes * _LANE // 8)
    for place in range(0, length + 1, 2):
        ended = 0
        while ended < lanes and len(texts[lanes - 1 - ended][0]) <= place:
            ended += 1
        if ended:
            end(ended)
            units = bytearray(lanes * _LANE // 8)
        if not lanes:
            return
        units[:: _LANE // 8] = padded[place : lanes * length : length]
        units[1 :: _LANE // 8] = padded[place + 1 : lanes * length : length]
        unit = int.from_bytes(units, "little")
        one = (one ^ unit) * _FACTOR[0] & mask
        two = (two ^ unit) * _FACTOR[1] & mask


def as_hashed(text: str) -> str:
    """The text as hashed: bytes that are not UTF-8 count as a decoder's replacement character."""
    return text if text.isascii() else as_bytes(text).decode("utf-8", "replace")


def _utf16(text: str) -> bytes:
    """The units of a text."""
    return utf_16_le_encode(as_hashed(text))[0]


def _finish(one: int, two: int) -> str:
    first = ((one ^ one >> 16) * 2246822507 & _MASK) ^ ((two ^ two >> 13) * 3266489909 & _MASK)
    second = ((two ^ two >> 16) * 2246822507 & _MASK) ^ ((first ^ first >> 13) * 3266489909 & _MASK)
    return f"{4294967296 * (second & 0x1FFFFF) + first:x}"
