"""Methods that can be passed around without keeping their object alive."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar
from weakref import WeakMethod

P = ParamSpec("P")
T = TypeVar("T")


def weakly(method: Callable[P, T]) -> Callable[P, T]:
    """A method for an object's members: without a cycle, files are closed as soon as the object is released."""
    held = WeakMethod(method)

    def call(*values: P.args, **named: P.kwargs) -> T:
        found = held()
        assert found is not None
        return found(*values, **named)

    return call
