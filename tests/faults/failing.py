"""Makes the system refuse the nth call."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, Self

import pytest

from studyapp.core.disk import replace

CALLS = ("open", "write", "fsync", "replace", "rename", "unlink", "ftruncate", "fchmod", "mkdir")
"""Functions of `os` that writing goes through."""


class Failing:
    """While it is entered, the nth of these calls fails, and with `for_good` all later ones too."""

    def __init__(self, number: int, code: int, *, only: str = "", for_good: bool = False) -> None:
        """Choose what fails.

        Args:
            number: from 1.
            code: an errno.
            only: a call's name; the others are not counted.
            for_good: as with a full disk.
        """
        self.number = number
        self.code = code
        self.only = only
        self.for_good = for_good
        self.calls: list[str] = []
        self._patch = pytest.MonkeyPatch()

    @property
    def happened(self) -> bool:
        """Whether there were that many calls."""
        return len(self.calls) >= self.number

    def __enter__(self) -> Self:
        for name in CALLS:
            self._patch.setattr(os, name, self._failing(name, getattr(os, name)))
        self._patch.setattr(replace, "_exchange", self._failing("exchange", replace._exchange))
        return self

    def __exit__(self, *_error: object) -> None:
        self._patch.undo()

    def error(self) -> BaseException:
        """The error to raise."""
        return OSError(self.code, os.strerror(self.code))

    def _failing(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def maybe(*arguments: Any, **named: Any) -> Any:
            if self.only in ("", name):
                self.calls.append(name)
                if len(self.calls) == self.number or (self.for_good and len(self.calls) > self.number):
                    raise self.error()
            return call(*arguments, **named)

        return maybe
