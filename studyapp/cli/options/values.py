"""Parses the values of options."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from datetime import date, time
from pathlib import Path
from typing import TypeVar

from studyapp.core.clock import fixed_clock
from studyapp.core.errors import Severity
from studyapp.core.text.digits import is_whole_number

T = TypeVar("T")
Word = TypeVar("Word", bound=str)

_TIME = re.compile("([01]?[0-9]|2[0-3]):[0-5][0-9]")


def reader(read: Callable[[str], T], wanted: str) -> Callable[[str], T]:
    """A reader whose error says what is `wanted` where another one raises a ValueError."""

    def checked(text: str) -> T:
        try:
            return read(text)
        except ValueError:
            raise argparse.ArgumentTypeError(f"{text!r} is not {wanted}") from None

    return checked


def one_of(*words: Word) -> Callable[[str], Word]:
    """A reader of one of some words."""

    def read(text: str) -> Word:
        for word in words:
            if word == text:
                return word
        *others, last = words
        raise argparse.ArgumentTypeError(f"{text!r} is not {', '.join(others)} or {last}")

    return read


SEVERITIES = [one.noun for one in Severity]


def severity(text: str) -> str:
    """How much a finding should matter at least; `note` is what scripts call a remark."""
    return one_of(*SEVERITIES)(Severity.NOTE.noun if text == Severity.NOTE else text)


def whole_number(low: int, high: int, wanted: str) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`, in ASCII digits."""

    def read(text: str) -> int:
        if is_whole_number(text) and low <= int(text) <= high:
            return int(text)
        raise ValueError

    return reader(read, wanted)


def _time_of_day(text: str) -> time:
    if _TIME.fullmatch(text) is None:
        raise ValueError
    hour, minute = map(int, text.split(":"))
    return time(hour, minute)


clock_at = reader(fixed_clock, "a time such as 2026-11-23T09:00 or 2026-11-23T09:00Z")
day = reader(date.fromisoformat, "a day such as 2026-11-23")
time_of_day = reader(_time_of_day, "a time of the day, such as 08:30")
days = whole_number(1, 36_500, "a number of days, such as 7")
port = whole_number(0, (1 << 16) - 1, "a port, such as 8600")
seeds = whole_number(1, 100, "a whole number from 1 to 100")


def named_path(text: str) -> Path:
    """A path.

    Raises:
        argparse.ArgumentTypeError: if it is empty, as it is where a variable of the shell is not set.
    """
    if not text:
        raise argparse.ArgumentTypeError("the path is empty; `.` is the current folder")
    return Path(text)


def span(text: str) -> str:
    """The days of a statistic."""
    from studyapp.study.stats.period import PeriodError, period

    try:
        period(text, date.max)
    except PeriodError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
    return text


def pair(text: str) -> tuple[str, str]:
    """A setting and its value."""
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not KEY=VALUE")
    return name.strip(), value
