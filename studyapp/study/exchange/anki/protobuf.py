"""Reads Google's protobuf as far as Anki's packages need it: numbers, and fields that hold bytes."""

from __future__ import annotations

from collections.abc import Iterator

ProtobufField = tuple[int, int | bytes]
"""The number of a field, and its value."""


def fields(data: bytes) -> Iterator[ProtobufField]:
    """The fields of a message, in order; ValueError if it is invalid, or ends within a field."""
    place = 0
    while place < len(data):
        tag, place = _varint(data, place)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, place = _varint(data, place)
            yield number, value
            continue
        if kind == 2:
            size, place = _varint(data, place)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
        else:
            raise ValueError(f"a field of kind {kind}")
        if place + size > len(data):
            raise ValueError("it ends within a field")
        yield number, data[place : place + size]
        place += size


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 70:
        byte = data[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place
    raise ValueError("a number has no end")
