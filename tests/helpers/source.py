"""The calls in the program's source, for tests that restrict where something may be called."""

from __future__ import annotations

import ast
from functools import cache
from typing import NamedTuple

from tests.helpers.vaults import ROOT


class Call(NamedTuple):
    """A call: the file of `studyapp`, the name called, and the name of the object that it is an attribute of."""

    file: str
    name: str
    of: str


@cache
def calls() -> tuple[Call, ...]:
    """All calls of the program; its files are parsed once for all tests."""
    found = []
    for path in sorted((ROOT / "studyapp").rglob("*.py")):
        file = path.relative_to(ROOT / "studyapp").as_posix()
        for node in ast.walk(ast.parse(path.read_bytes())):
            if isinstance(node, ast.Call):
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                found.append(Call(file, name, getattr(getattr(node.func, "value", None), "id", "")))
    return tuple(found)
