"""Worker messages → frames: checked, and made safe for a terminal, on their way into the app."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields, replace
from itertools import islice
from typing import Any, TypeVar

from demos.arithmetic import MOST, Term
from demos.catalog import DemoCard
from demos.frame import Frame, Gradient, Knob, Memory, Picture, Sample, Summary
from studyapp.core.errors import StudyError
from studyapp.core.visible import visible

T = TypeVar("T")

KINDS = ("bars", "columns", "heat", "lines", "words")

_MOST_ITEMS = 256
"""The most items of one list in a frame; the rest is cut off."""
_LONGEST_TEXT = 1000


class DemoFailedError(StudyError):
    """A demo could not run, or ended before its end."""


def safe_card(card: DemoCard) -> DemoCard:
    """Make a demo's declarations safe for a terminal."""
    block, start = (visible(text).expandtabs(8) for text in (card.block, card.start))
    safe: DemoCard = replace(_safe(card), block=block, start=start)
    return safe


def _safe(value: Any) -> Any:
    """A value with every text in it on one line."""
    match value:
        case str():
            return _line(value)
        case Term():
            return Term(*map(_safe, value))
        case tuple():
            return tuple(map(_safe, value))
        case DemoCard() | Knob():
            return replace(value, **{field.name: _safe(getattr(value, field.name)) for field in fields(value)})
        case _:
            return value


def read_frame(message: Mapping[str, Any]) -> Frame:
    """Turn a message into a frame whose texts are safe to show; DemoFailedError if it is not a frame."""
    try:
        return Frame(
            step=_count(message["step"]),
            total=_count(message["total"]),
            caption=_line(message.get("caption", "")),
            scalars={_line(name): _number(value) for name, value in _items(message.get("scalars", {}))},
            samples=_all(message.get("samples"), read_sample),
            picture=_read_picture(message["picture"]) if message.get("picture") else None,
            summary=read_summary(message["summary"]) if message.get("summary") else None,
            gradients=_all(message.get("gradients"), _read_gradient),
            memory=_read_memory(message["memory"]) if message.get("memory") else None,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError):
        raise DemoFailedError("the demo sent an invalid frame") from None


def read_summary(value: Mapping[str, Any]) -> Summary:
    """Read the result of a run, from a message or from the saved results.

    Raises:
        KeyError, TypeError, ValueError: if it is not a summary.
    """
    return Summary(
        method=_line(value["method"]),
        job=_line(value["job"]),
        before=_number(value["before"]),
        after=_number(value["after"]),
        trainable=_count(value["trainable"]),
        total=_count(value["total"]),
        kept=_line(value["kept"]),
        kept_bytes=_count(value["kept_bytes"]),
        seconds=_number(value["seconds"]),
        base_unchanged=value["base_unchanged"] is True,
        base_checksum=_line(value["base_checksum"]),
        steps=_all(value.get("steps"), _line),
        answer=_line(value.get("answer", "")),
    )


def read_sample(value: Mapping[str, Any]) -> Sample:
    """Read one sample."""
    return Sample(_line(value["given"]), _line(value["wanted"]), _line(value["got"]))


def _read_gradient(value: Mapping[str, Any]) -> Gradient:
    return Gradient(_line(value["name"]), _number(value["length"]), _line(value.get("why", "")))


def _read_memory(value: Mapping[str, Any]) -> Memory:
    return Memory(*(_count(value[name]) for name in ("weights", "gradients", "states", "activations")))


def _read_picture(value: Mapping[str, Any]) -> Picture:
    if value["kind"] not in KINDS:
        raise ValueError
    return Picture(
        kind=value["kind"],
        title=_line(value["title"]),
        values=_all(value.get("values"), lambda row: _all(row, _number)),
        rows=_all(value.get("rows"), _line),
        columns=_all(value.get("columns"), _line),
        words=_all(value.get("words"), _line),
    )


def _all(items: Any, read: Callable[[Any], T]) -> tuple[T, ...]:
    return tuple(read(item) for item in (items or ())[:_MOST_ITEMS])


def _items(scalars: Any) -> Iterable[tuple[Any, Any]]:
    return islice(dict(scalars).items(), _MOST_ITEMS)


def _line(value: Any) -> str:
    return visible(str(value)[:_LONGEST_TEXT], newlines=False)


def _count(value: Any) -> int:
    count = int(value)
    if abs(count) > MOST:
        raise ValueError
    return count


def _number(value: Any) -> float:
    """Read a number; one too large to draw, and null for what JSON cannot express, become a gap."""
    number = math.nan if value is None else float(value)
    return number if abs(number) <= MOST else math.nan
